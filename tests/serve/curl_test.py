"""The curl lines of the README run as printed, with the running service's port, and stand in docs/service.md too."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from service_fixture import ROOT, Service

BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


def curl_lines(page: str) -> list[str]:
    lines = [line for block in BLOCK.findall((ROOT / page).read_text()) for line in block.splitlines()]
    return [line for line in lines if line.startswith("curl ")]


class CurlLines(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        shutil.copy(ROOT / "samples/person-2.jpg", self.folder / "anna.jpg")

    def test_the_pages_have_the_same_lines(self) -> None:
        self.assertGreaterEqual(len(curl_lines("README.md")), 5)
        self.assertEqual(curl_lines("README.md"), curl_lines("docs/service.md"))

    def test_the_lines_run(self) -> None:
        service = Service()
        self.addCleanup(service.stop)
        for line in curl_lines("README.md"):
            with self.subTest(line=line):
                # The service's port, and an exit code for an HTTP error: the words are the README's.
                words = line.replace("127.0.0.1:8080", f"127.0.0.1:{service.port}").replace("curl ", "curl -sSf ", 1)
                done = subprocess.run(words, shell=True, cwd=self.folder, capture_output=True, timeout=120)
                self.assertEqual(done.returncode, 0, done.stderr)
                if "application/json" in line:
                    self.assertEqual(json.loads(done.stdout)["media_type"], "image/png")
                if "event-stream" in line:
                    self.assertIn(b"event: result", done.stdout)
        starts = {path.name: path.read_bytes()[:4] for path in self.folder.iterdir()}
        self.assertEqual(starts.pop("anna.jpg")[:2], b"\xff\xd8")
        self.assertEqual(starts, {"anna.gif": b"GIF8", "anna.png": b"\x89PNG", "anna.webm": b"\x1aE\xdf\xa3"})


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
