"""The GitHub workflow runs the project's own checks, as a whole and without unpinned third-party actions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def jobs() -> dict[str, dict[str, Any]]:
    return {
        f"{path.name}: {name}": job
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
    }


def matrix_rows(job: dict[str, Any]) -> list[dict[str, Any]]:
    return list(job.get("strategy", {}).get("matrix", {}).get("include", []))


class Workflow(unittest.TestCase):
    def test_actions_are_pinned_by_commit(self) -> None:
        uses = [step["uses"] for job in jobs().values() for step in job["steps"] if "uses" in step]
        self.assertEqual([action for action in uses if not PINNED.fullmatch(action)], [])

    def test_every_job_runs_on_the_supported_platform(self) -> None:
        self.assertGreater(len(jobs()), 0)
        for name, job in jobs().items():
            with self.subTest(name):
                self.assertEqual(job["container"]["image"], "debian:12")

    def test_the_checks_run_whole_with_both_compilers_and_sanitizers(self) -> None:
        rows = [row for job in jobs().values() for row in matrix_rows(job)]
        runs = {(row["command"], row.get("cxx", "g++").split("-")[0]) for row in rows}
        self.assertLessEqual(
            {
                (".ci/run", "g++"),
                (".ci/run", "clang++"),
                ("make test-asan", "g++"),
                ("make test-tsan", "g++"),
                ("make fuzz FUZZ_SECONDS=60", "g++"),
                ("make lint", "g++"),
            },
            runs,
        )

    def test_every_command_exists(self) -> None:
        for row in (row for job in jobs().values() for row in matrix_rows(job)):
            command = row["command"].split()
            with self.subTest(row["command"]):
                if command[0] == "make":
                    result = subprocess.run(
                        ["make", "--question", "--dry-run", *command[1:]], cwd=PROJECT, capture_output=True, text=True
                    )
                    self.assertNotIn("No rule", result.stderr)
                else:
                    self.assertTrue(os.access(PROJECT / command[0], os.X_OK))

    def test_each_script_is_valid_shell(self) -> None:
        for name, job in jobs().items():
            for step in job["steps"]:
                with self.subTest(f"{name}: {step['name']}"):
                    script = re.sub(r"\$\{\{.*?\}\}", "value", step["run"])
                    result = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
                    self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
