"""Each class of Python tests runs: its file is called whole by CMake, or the class is named there."""

import ast
import re
import unittest
from pathlib import Path

from source_tree import ROOT, SmallTree


def test_classes(file: Path) -> set[str]:
    """The classes of a file that have tests of their own."""
    return {
        node.name
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name.startswith("test") for part in node.body)
    }


def forgotten(root: Path) -> list[str]:
    """Classes of tests/*/*_test.py that the CMakeLists.txt of their folder leaves out, as folder/file: class."""
    found = []
    for file in sorted(root.glob("tests/*/*_test.py")):
        rules = file.parent / "CMakeLists.txt"
        if not rules.exists():  # `make test-ray` runs all of tests/cluster
            continue
        build = rules.read_text()
        for names in re.findall(r"foreach\(name ([\w ]+)\)", build):  # a loop over files
            build += "".join(f"\n{name}_test.py" for name in names.split())
        calls = re.findall(rf"\b{file.name}\b([^\n]*)", build)
        # A call with classes runs those alone (portrait_depth_script_tests).
        if any(not rest.startswith(" CLASSES ") for rest in calls):
            continue
        words = set(re.findall(r"\w+", build))
        found += [f"{file.parent.name}/{file.name}: {name}" for name in sorted(test_classes(file) - words)]
    return found


class RegisteredTests(unittest.TestCase):
    def test_each_class_runs(self) -> None:
        self.assertEqual(forgotten(ROOT), [])


class ForgottenClasses(SmallTree):
    def test_are_found(self) -> None:
        self.write(
            "tests/a/CMakeLists.txt", "portrait_depth_script_tests(a_test.py CLASSES One TIMEOUT 9)\nrun(b_test.py)\n"
        )
        tests = "class One:\n  def test_x(self): ...\nclass Two:\n  def test_y(self): ...\nclass Base:\n  pass\n"
        self.write("tests/a/a_test.py", tests)
        self.write("tests/a/b_test.py", tests)
        self.assertEqual(forgotten(self.root), ["a/a_test.py: Two"])


if __name__ == "__main__":
    unittest.main()
