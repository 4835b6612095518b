"""Files that describe packages agree with the project: the version, pinned tools, the archive's content, licenses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))

import bundled_licenses  # noqa: E402
import set_homepage  # noqa: E402

VERSION = subprocess.run([PROJECT / "scripts/version.sh"], check=True, capture_output=True, text=True).stdout.strip()


def json_of(name: str) -> Any:
    return json.loads((PROJECT / name).read_text())


def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


class Homepage(unittest.TestCase):
    """The project has no public address yet; set_homepage.py writes one into every description."""

    FILES = (
        "CMakeLists.txt",
        "pyproject.toml",
        "web/package.json",
        "packaging/vcpkg/vcpkg.json",
        "packaging/conan/conanfile.py",
    )

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = Path(folder.name)
        for name in self.FILES:
            (self.copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, self.copy / name)

    def addresses(self) -> dict[str, object]:
        package = json.loads((self.copy / "web/package.json").read_text())
        return {
            "npm": [package["homepage"], package["bugs"], package["repository"]["url"]],
            "pypi": tomllib.loads((self.copy / "pyproject.toml").read_text())["project"]["urls"],
            "vcpkg": json.loads((self.copy / "packaging/vcpkg/vcpkg.json").read_text())["homepage"],
            "conan": re.findall(
                r'^    homepage = "(.*)"$', (self.copy / "packaging/conan/conanfile.py").read_text(), re.M
            ),
            "cmake": re.findall(r'HOMEPAGE_URL "(.*?)"', (self.copy / "CMakeLists.txt").read_text()),
        }

    def test_one_command_writes_an_address_and_a_later_one_replaces_it(self) -> None:
        for address in ("https://code.example/portrait/depth", "https://other.example/a/b.c"):
            set_homepage.set_homepage(self.copy, address)
            self.assertEqual(
                self.addresses(),
                {
                    "npm": [address, f"{address}/issues", f"git+{address}.git"],
                    "pypi": {"Homepage": address, "Issues": f"{address}/issues"},
                    "vcpkg": address,
                    "conan": [address],
                    "cmake": [address],
                },
            )

    def test_nothing_else_changes(self) -> None:
        set_homepage.set_homepage(self.copy, "https://code.example/portrait/depth")
        for name in self.FILES:
            before, after = (Path(root, name).read_text().splitlines() for root in (PROJECT, self.copy))
            self.assertLessEqual(
                {line for line in before if line not in after}, {before[1]} if name == "CMakeLists.txt" else set(), name
            )

    def test_another_word_is_refused(self) -> None:
        for words in ([], ["portrait-depth"], ["https://code.example"]):
            run = subprocess.run(
                [sys.executable, PROJECT / "scripts/set_homepage.py", *words], capture_output=True, text=True
            )
            self.assertEqual(run.returncode, 2)
            self.assertIn("write https://HOST/OWNER/NAME", run.stderr)


class Versions(unittest.TestCase):
    def test_copies_of_the_version_agree_with_cmake(self) -> None:
        lock = json_of("web/package-lock.json")
        copies = {
            "web/package.json": json_of("web/package.json")["version"],
            "web/package-lock.json": lock["version"],
            "web/package-lock.json, packages": lock["packages"][""]["version"],
            "packaging/vcpkg/vcpkg.json": json_of("packaging/vcpkg/vcpkg.json")["version"],
            "training/pyproject.toml": tomllib.loads((PROJECT / "training/pyproject.toml").read_text())["project"][
                "version"
            ],
        }
        self.assertEqual({name: version for name, version in copies.items() if version != VERSION}, {})
        training = (PROJECT / "training/portrait_depth_training/__init__.py").read_text()
        self.assertIn(f'__version__ = "{VERSION}"', training)

    def test_programs_ask_for_the_version_that_is_installed(self) -> None:
        for name in ("examples/cpp", "tests/install/consumer"):
            text = (PROJECT / name / "CMakeLists.txt").read_text()
            self.assertIn(f"find_package(portrait_depth {VERSION.rpartition('.')[0]} REQUIRED)", text)

    def test_the_wheel_takes_the_version_from_cmake(self) -> None:
        pattern = pyproject()["tool"]["dynamic-metadata"][0]["regex"]
        match = re.search(pattern, (PROJECT / "CMakeLists.txt").read_text())
        assert match
        self.assertEqual(match["value"], VERSION)

    def test_the_changelog_has_the_version(self) -> None:
        self.assertRegex((PROJECT / "CHANGELOG.md").read_text(), rf"(?m)^## {re.escape(VERSION)} - \d{{4}}-\d\d-\d\d$")

    def test_builds_from_the_archive_use_the_pinned_tools(self) -> None:
        pins = "".join(
            (PROJECT / f"scripts/{name}.txt").read_text() for name in ("packaging-requirements", "data-requirements")
        )
        for requirement in pyproject()["build-system"]["requires"]:
            self.assertIn(f"{requirement} \\\n", pins)


class SourceArchive(unittest.TestCase):
    def test_it_contains_every_folder_that_cmake_adds(self) -> None:
        included = [entry.split("/")[1] for entry in pyproject()["tool"]["scikit-build"]["sdist"]["include"]]
        text = (PROJECT / "CMakeLists.txt").read_text()
        added = {name.split("/")[0] for name in re.findall(r"add_subdirectory\(([\w/]+)", text)}
        # Tests, benchmarks and training are not built from the archive; src/${module} has a variable.
        self.assertEqual(added - {"tests", "bench", "training"} - set(included), set())


class Licenses(unittest.TestCase):
    def test_names_lose_the_hash_of_auditwheel(self) -> None:
        for given, name, plain in (
            ("libaom-a5a58f56.so.3.6.0", "libaom", "libaom.so.3.6.0"),
            ("libgio-2-5eb29a8a.0.so.0.7400.6", "libgio-2.0", "libgio-2.0.so.0.7400.6"),
            ("libvips.so.42", "libvips", "libvips.so.42"),
        ):
            self.assertEqual(bundled_licenses.library_name(given), (name, plain))

    def test_a_library_without_a_package_is_an_error(self) -> None:
        package, path = bundled_licenses.copyright_file("libglib-2.0.so.0", PROJECT)
        self.assertEqual(package, "libglib2.0-0")
        self.assertIn("LGPL", path.read_text(errors="replace"))
        with self.assertRaisesRegex(ValueError, r"^libunknown\.so\.7: no Debian package contains it"):
            bundled_licenses.copyright_file("libunknown.so.7", PROJECT)


if __name__ == "__main__":
    unittest.main()
