"""The documentation site builds, loads nothing from other hosts, and its search finds the guide and each reference."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SITE = PROJECT / "build/docs/site"
# A page of each part, and a word that its text has.
PARTS = {
    "docs/how-to/formats.html": "quilt",
    "reference/command.html": "--max-megapixels",
    "reference/cpp/classportrait__depth_1_1DepthEstimator.html": "estimate_photo",
    "reference/python.html": "limits_of_person",
    "reference/javascript/portrait-depth/functions/makePhoto3D.html": "makePhoto3D",
    "docs/evaluation.html": "relief",
}


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        python, script = PROJECT / ".deps/docs-venv/bin/python", PROJECT / "docs/site/build.py"
        subprocess.run([python, "-B", script, os.environ["PORTRAIT_DEPTH_COMMAND"]], check=True)

    def test_search_finds_every_part(self) -> None:
        index = json.loads((SITE / "search/search_index.json").read_text())
        texts: dict[str, str] = {}
        for entry in index["docs"]:
            page = entry["location"].partition("#")[0]
            texts[page] = f"{texts.get(page, '')} {entry['title']} {entry['text']}"
        for page, word in PARTS.items():
            with self.subTest(page=page):
                self.assertTrue((SITE / page).is_file())
                self.assertIn(word, texts[page])

    def test_pages_load_nothing_from_other_hosts(self) -> None:
        loaded = re.compile(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=\"?https?:[^\">]*")
        found = {match for page in SITE.rglob("*.html") for match in loaded.findall(page.read_text())}
        self.assertEqual({match for match in found if "rel=canonical" not in match}, set())


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
