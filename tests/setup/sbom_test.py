"""The list of components is valid and complete, and all that set-up downloads is pinned by hash."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))

import sbom  # noqa: E402
import third_party  # noqa: E402
from cyclonedx.validation.json import JsonStrictValidator  # noqa: E402


class Components(unittest.TestCase):
    text: str
    by_reference: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.text = sbom.bill_of_materials()
        cls.by_reference = {item["bom-ref"]: item for item in json.loads(cls.text)["components"]}

    def test_the_list_follows_the_schema(self) -> None:
        self.assertIsNone(JsonStrictValidator(sbom.SCHEMA).validate_str(self.text))
        broken = self.text.replace('"type": "application"', '"type": "toy"')
        self.assertIsNotNone(JsonStrictValidator(sbom.SCHEMA).validate_str(broken))

    def test_one_commit_has_one_text(self) -> None:
        script = [sys.executable, "-B", str(PROJECT / "scripts/sbom.py"), "/dev/stdout"]
        texts = {
            hash_seed: subprocess.run(
                script, check=True, capture_output=True, text=True,
                env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": hash_seed},
            ).stdout
            for hash_seed in ("1", "2")
        }  # fmt: skip
        self.assertEqual(texts["1"], texts["2"])
        self.assertEqual(json.loads(texts["1"])["metadata"]["timestamp"], "2023-11-14T22:13:20+00:00")

    def test_onnx_runtime_has_version_license_and_hashes(self) -> None:
        pins = (PROJECT / "scripts/data-requirements.txt").read_text()
        version = re.search(r"^onnxruntime==(\S+)", pins, re.MULTILINE)
        assert version
        component = self.by_reference[f"pypi:onnxruntime@{version[1]}"]
        self.assertEqual(component["scope"], "required")
        self.assertEqual(component["licenses"], [{"license": {"id": "MIT"}}])
        self.assertGreater(len(component["hashes"]), 1)
        self.assertEqual(component["purl"], f"pkg:pypi/onnxruntime@{version[1]}")

    def test_packages_of_all_kinds_and_the_own_networks_stand_in_it(self) -> None:
        kinds = {reference.split(":")[0] for reference in self.by_reference}
        self.assertEqual(kinds, {"deb", "npm", "pypi", "network"})
        self.assertIn("network:ar_portrait_depth", self.by_reference)

    def test_tools_of_the_build_are_excluded(self) -> None:
        self.assertEqual(self.by_reference["deb:cmake@"]["scope"], "excluded")

    def test_shipped_components_have_a_license(self) -> None:
        required = [item for item in self.by_reference.values() if item["scope"] == "required"]
        self.assertEqual([item["name"] for item in required if "licenses" not in item], [])


class ThirdParty(unittest.TestCase):
    def test_each_direct_dependency_has_a_row(self) -> None:
        described = {package for row in third_party.rows() for package in row.packages}
        self.assertEqual(third_party.direct_packages() - described, set())

    def test_each_row_is_of_packages_that_the_project_pins(self) -> None:
        described = {package for row in third_party.rows() for package in row.packages}
        pinned = {(package.kind, package.name) for package in third_party.pinned_packages()}
        self.assertEqual(described - pinned, set())

    def test_a_row_has_one_license_or_one_for_each_package(self) -> None:
        for row in third_party.rows():
            with self.subTest(row.packages):
                self.assertIn(len(row.licenses), {1, len(row.packages)})

    def test_packages_of_npm_and_pypi_are_pinned_by_hash(self) -> None:
        packages = [package for package in third_party.pinned_packages() if package.kind != "deb"]
        self.assertGreater(len(packages), 100)
        self.assertEqual([package.name for package in packages if not package.hashes], [])


class Downloads(unittest.TestCase):
    """Each call of a package manager in scripts and workflows checks hashes and runs no script of a package."""

    def calls(self, pattern: str) -> list[str]:
        paths = [
            *(PROJECT / "scripts").glob("*.sh"),
            *(PROJECT / ".github/workflows").glob("*.yml"),
            *(PROJECT / ".ci").iterdir(),
            PROJECT / "Makefile",
        ]
        text = "\n".join(path.read_text().replace("\\\n", " ") for path in paths)
        return [line.strip() for line in text.splitlines() if re.search(pattern, line.split("#")[0])]

    def test_pip_requires_hashes(self) -> None:
        calls = self.calls(r"\bpip3? (install|download|wheel)\b")
        self.assertGreater(len(calls), 2)
        self.assertEqual([call for call in calls if "--require-hashes" not in call], [])

    def test_npm_installs_from_the_lock_and_runs_no_scripts(self) -> None:
        calls = self.calls(r"\bnpm (ci|install|i|add|exec)\b|\bnpx\b")
        self.assertGreater(len(calls), 2)
        self.assertEqual([call for call in calls if not re.search(r"\bnpm ci\b.*--ignore-scripts", call)], [])

    def test_apt_checks_signatures(self) -> None:
        calls = self.calls(r"\bapt(-get)? ")
        self.assertGreater(len(calls), 2)
        self.assertEqual([call for call in calls if re.search(r"unauthenticated|insecure|force-yes", call)], [])

    def test_no_other_program_downloads(self) -> None:
        self.assertEqual(self.calls(r"\b(curl|wget|pipx|mvn|cargo|go install|git clone|docker pull)\b"), [])


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
