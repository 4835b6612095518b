"""The command `portrait-depth`, which does the work of folders: one way from a photo's file to its result."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MANIFEST = "portrait-depth.jsonl"
TASKS = ("segment", "depth", "photo3d")


class CommandError(RuntimeError):
    """The command is missing, or rejects its options. The message is one line."""


def find_command() -> str:
    """The command's path: $PORTRAIT_DEPTH_COMMAND, else the one of this package's wheel, else the one of PATH. Raises
    CommandError."""
    packed = Path(__file__).resolve().parent / "bin/portrait-depth"
    command = os.environ.get("PORTRAIT_DEPTH_COMMAND") or (str(packed) if packed.is_file() else None)
    command = command or shutil.which("portrait-depth")
    if command is None:
        raise CommandError(
            "portrait-depth: not found: the command is not installed. Install it, or name it in PORTRAIT_DEPTH_COMMAND."
        )
    return command


def run_folder(
    task: str, folder: Path, output: Path, options: Sequence[str] = (), jobs: int = 0
) -> subprocess.CompletedProcess[str]:
    """Runs the command on a folder and the folders in it, with its record (--resume). jobs: photos at once; 0: one per
    core. A failed photo is no error here: the record has its reason. Raises CommandError for a wrong use."""
    arguments = [task, str(folder), "-o", str(output), "--recursive", "--resume", "--jobs", str(jobs), *options]
    result = subprocess.run([find_command(), *arguments], capture_output=True, text=True, check=False)
    if result.returncode == 2:
        raise CommandError(result.stderr.strip())
    return result


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """The record's complete lines."""
    return list(complete_lines((folder / MANIFEST).read_text(encoding="utf-8")))


def complete_lines(text: str) -> list[dict[str, Any]]:
    """The entries of a record in JSON Lines. A line that is not complete, as a killed process leaves it, is none."""
    entries = []
    for line in text.splitlines():
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return entries


def result_options(task: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """The options as the command records them. Photos with equal content and equal options have equal results. Raises
    CommandError for wrong options."""
    with tempfile.TemporaryDirectory(prefix="portrait-depth-") as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "in" / "empty.png").touch()  # its error is recorded with the options
        result = run_folder(task, folder / "in", folder / "out", options, jobs=1)
        entries = read_manifest(folder / "out")
        if len(entries) != 1:
            raise CommandError(result.stderr.strip() or "portrait-depth: the command wrote no record; install it anew")
        recorded: dict[str, Any] = entries[0]["options"]
        return recorded
