"""The Python example, run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[2]
PORTRAIT = PROJECT / "samples" / "person-1.jpg"


def run_example(*arguments: object) -> subprocess.CompletedProcess[str]:
    script = PROJECT / "examples" / "python" / "portrait_to_film.py"
    return subprocess.run(
        [sys.executable, "-B", str(script), *map(str, arguments)], capture_output=True, text=True, env=os.environ
    )


class PythonExample(unittest.TestCase):
    def test_portrait_to_film_writes_a_film(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            film = Path(folder) / "film.gif"
            result = run_example(PORTRAIT, film, "--preset", "sway")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertRegex(result.stdout, r"film\.gif: head at 0\.\d\d m\n$")
            with Image.open(film) as picture:
                self.assertEqual((picture.size, getattr(picture, "n_frames", 1)), ((360, 480), 40))

    def test_an_error_is_one_line_with_exit_code_1(self) -> None:
        result = run_example("missing.jpg", "film.gif")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"^missing\.jpg: .*\n$")


if __name__ == "__main__":
    unittest.main()
