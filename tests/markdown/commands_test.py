"""The shell commands of the guide and of the README run as printed and make the files that they name."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = Path(os.environ["PORTRAIT_DEPTH_COMMAND"])
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
GUIDE = [page for folder in ("quick-start", "how-to") for page in sorted((PROJECT / "docs" / folder).glob("*.md"))]
PAGES = [PROJECT / "README.md", *GUIDE]
# Short films of small frames: the test is about the commands, not about the pictures.
SMALL = {"--height": "60", "--duration": "0.2"}


def commands(page: Path) -> list[str]:
    lines = [line.strip() for block in BLOCK.findall(page.read_text()) for line in block.splitlines()]
    return [line for line in lines if line.startswith("portrait-depth ")]


def with_small_films(words: list[str]) -> list[str]:
    if words[1] != "photo3d" or "quilt" in words or any(output.suffix == ".jpg" for output in outputs(words, Path())):
        return words
    return [*words, *(word for name, value in SMALL.items() if name not in words for word in (name, value))]


def outputs(words: list[str], folder: Path) -> list[Path]:
    return [folder / words[words.index("-o") + 1]] if "-o" in words else []


class Commands(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/portrait-depth").symlink_to(COMMAND)
        for name in ("anna.jpg", "cat.jpg", "beach.jpg", "photos/anna.jpg"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(PROJECT / "samples/person-2.jpg", self.folder / name)

    def run_line(self, line: str) -> None:
        words = with_small_films(shlex.split(line, comments=True))
        environment = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")
        for output in outputs(words, self.folder):
            self.assertTrue(output.is_file() or any(output.iterdir()), line)

    def test_the_pages_have_commands(self) -> None:
        self.assertGreaterEqual(sum(len(commands(page)) for page in PAGES), 30)

    def test_commands_run(self) -> None:
        for page in PAGES:
            for line in commands(page):
                with self.subTest(page=page.name, line=line):
                    self.run_line(line)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
