"""The project's sources, and small trees of sources that break a rule."""

import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SmallTree(unittest.TestCase):
    """A test with a folder of its own, `root`."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
