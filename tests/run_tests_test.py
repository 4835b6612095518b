"""run_tests.py on small tests of each kind: the runners' output is real, and a skip outside the list fails the run."""

import contextlib
import io
import re
import sys
import tempfile
import unittest
from pathlib import Path

import run_tests

UNITTEST = """
import unittest
class Some(unittest.TestCase):
    def test_passes(self): pass
    def test_named(self):
        'A line of documentation.'
        self.skipTest('no cable')
unittest.main(verbosity=%d)
"""
PYTEST = """
import pytest
def test_passes(): pass
def test_named(): pytest.skip('no cable')
"""
NODE = """
import { test } from 'node:test';
test('passes', () => {});
test('named', { skip: 'no cable' }, () => {});
"""
GOOGLETEST = "print('''a_test.cpp:3: Skipped\\nno cable\\n\\n[  SKIPPED ] Some.Named''')"
VITEST = """
 Test Files  1 passed (1)
      Tests  1 passed | 2 skipped (3)
SKIPPED TEST tests/a.test.ts > named: no cable
"""


class RunTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.lines: list[str] = []

    def add(self, name: str, script: str, text: str, *command: str) -> None:
        (self.folder / script).write_text(text)
        words = " ".join(f'"{word}"' for word in [*(command or (sys.executable,)), str(self.folder / script)])
        self.lines.append(f"add_test({name} {words})\n")

    def run_with(self, allowed: str) -> tuple[int, list[str]]:
        """The exit status and the printed lines."""
        (self.folder / "CTestTestfile.cmake").write_text("".join(self.lines))
        (self.folder / "allowed.txt").write_text(allowed)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = run_tests.main(["--test-dir", str(self.folder)], self.folder / "allowed.txt")
        return status, printed.getvalue().splitlines()

    def skips_reported(self, lines: list[str]) -> list[str]:
        start = "skip not allowed here: "
        return [line.removeprefix(start) for line in lines if line.startswith(start)]

    def test_finds_each_runners_skips(self) -> None:
        self.add("Some.Named", "gtest.py", GOOGLETEST)
        self.lines.append(
            'set_tests_properties(Some.Named PROPERTIES SKIP_REGULAR_EXPRESSION "\\\\[  SKIPPED \\\\]")\n'
        )
        self.add("unit", "unit.py", UNITTEST % 2)
        self.add("py", "test_py.py", PYTEST, sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider")
        self.add("node", "node.mjs", NODE, "node", "--test", "--test-reporter=tap")
        status, lines = self.run_with("")
        reported = self.skips_reported(lines)
        self.assertEqual(status, 1)
        self.assertEqual([line.split(": ")[-1] for line in reported], ["no cable"] * 4)
        self.assertEqual(
            [line.split(": ")[0] for line in reported],
            ["Some.Named", "unit", "py", "node"],
        )

    def test_a_listed_skip_passes_and_ctests_lines_come_last(self) -> None:
        self.add("unit", "unit.py", UNITTEST % 2)
        status, lines = self.run_with("unit: test_n*  anywhere  cables are rare\n")
        self.assertEqual((status, self.skips_reported(lines)), (0, []))
        closing = lines.index("100% tests passed, 0 tests failed out of 1")
        self.assertEqual(lines[closing - 1], "skipped: 1, allowed by allowed.txt: 1")
        self.assertTrue(lines[-1].startswith("Total Test time (real) ="), lines)

    def test_a_skip_that_only_the_summary_counts_is_found(self) -> None:
        self.add("unit", "unit.py", UNITTEST % 1)
        status, lines = self.run_with("unit: test_named  anywhere  cables are rare\n")
        self.assertEqual(status, 1)
        self.assertIn("1 tests without a name", self.skips_reported(lines)[0])

    def test_an_allowance_holds_in_its_place_only(self) -> None:
        self.add("unit", "unit.py", UNITTEST % 2)
        self.assertEqual(self.run_with("unit: *  without tests/none  a reason\n")[0], 0)
        self.assertEqual(self.run_with("unit: *  without tests/run_tests.py  a reason\n")[0], 1)
        self.assertEqual(self.run_with("unit: *  sanitizer  a reason\n")[0], 1)
        self.assertEqual(self.run_with("unit: *  emulator  a reason\n")[0], 1)

    def test_a_failed_test_fails_the_run(self) -> None:
        self.add("unit", "unit.py", "raise SystemExit(3)")
        self.assertNotEqual(self.run_with("")[0], 0)

    def test_vitest(self) -> None:
        self.assertEqual(
            run_tests.skips_inside("web", VITEST),
            [
                run_tests.Skip("web: tests/a.test.ts > named", "no cable"),
                run_tests.Skip("web: 1 tests without a name", "vitest counts them as skipped"),
            ],
        )


class AllowedSkips(unittest.TestCase):
    def test_each_line_can_be_read(self) -> None:
        allowances = run_tests.read_allowances((run_tests.ROOT / "tests/allowed_skips.txt").read_text())
        self.assertGreater(len(allowances), 0)
        for allowance in allowances:
            run_tests.is_here(allowance.place, "release")

    def test_each_named_test_exists(self) -> None:
        allowances = run_tests.read_allowances((run_tests.ROOT / "tests/allowed_skips.txt").read_text())
        sources = "".join(file.read_text() for file in (run_tests.ROOT / "tests").rglob("*_test.cpp"))
        for suite, test in (each.pattern.split(".") for each in allowances if ":" not in each.pattern):
            *instance, suite = suite.split("/")  # of tests with parameters
            name = r"\w+" if test == "*" else test
            kind = "_P" if instance else "(_F)?"
            self.assertTrue(re.search(rf"TEST{kind}\({suite}, {name}\)", sources), f"{suite}.{test}")
            for word in instance:
                self.assertTrue(re.search(rf"INSTANTIATE_TEST_SUITE_P\(\s*{word}, {suite},", sources), word)

    def test_a_line_without_a_reason_is_rejected(self) -> None:
        with self.assertRaisesRegex(ValueError, "expected test, place and reason: a  anywhere"):
            run_tests.read_allowances("a  anywhere\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
