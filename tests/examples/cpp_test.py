"""The C++ examples, built against the installed library as a user builds them, and run on a sample portrait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["PORTRAIT_DEPTH_BUILD"])
PORTRAIT = PROJECT / "samples" / "person-1.jpg"
Picture = npt.NDArray[np.float64]


def run(*command: object, code: int = 0) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != code:
        raise AssertionError(f"{command}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout + result.stderr


def picture(path: Path) -> Picture:
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB"), dtype=np.float64)


def psnr(a: Picture, b: Picture) -> float:
    return float(10 * np.log10(255**2 / np.mean((a - b) ** 2)))


class CppExamples(unittest.TestCase):
    folder: tempfile.TemporaryDirectory[str]
    work: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = Path(cls.folder.name)
        run("cmake", "--install", BUILD, "--prefix", cls.work / "prefix")
        run("cmake", "-S", PROJECT / "examples" / "cpp", "-B", cls.work / "build", "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={cls.work / 'prefix'}", "-DCMAKE_BUILD_TYPE=Release")  # fmt: skip
        run("cmake", "--build", cls.work / "build")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def example(self, name: str, *arguments: object, code: int = 0) -> str:
        return run(self.work / "build" / name, *arguments, code=code)

    def command(self, *arguments: object) -> str:
        return run(self.work / "prefix" / "bin" / "portrait-depth", *arguments)

    def test_photo_to_depth_gives_the_depth_of_the_command(self) -> None:
        for name in ("depth.npy", "depth.png"):
            with self.subTest(name):
                self.example("photo_to_depth", PORTRAIT, self.work / name)
                self.command("depth", PORTRAIT, "-o", self.work / f"command-{name}")
                self.assertEqual((self.work / name).read_bytes(), (self.work / f"command-{name}").read_bytes())
        self.assertEqual(np.load(self.work / "depth.npy").shape, (768, 576))

    def test_a_photo_without_a_face_is_rejected(self) -> None:
        cat = PROJECT / ".deps" / "samples" / "chelsea.png"
        for name in ("photo_to_depth", "photo_to_film", "own_renderer"):
            with self.subTest(name):
                self.assertIn("face", self.example(name, cat, self.work / "cat.png", code=1))
                self.assertFalse((self.work / "cat.png").exists())

    def test_photo_to_film_writes_a_loop_of_the_usual_size(self) -> None:
        film = self.work / "film.webm"
        self.assertIn("60 frames of 540 x 720", self.example("photo_to_film", PORTRAIT, film, "sway"))
        probe = run("ffprobe", "-v", "error", "-count_frames", "-show_entries",
                    "stream=width,height,nb_read_frames", "-of", "json", film)  # fmt: skip
        stream = json.loads(probe)["streams"][0]
        self.assertEqual((stream["width"], stream["height"], stream["nb_read_frames"]), (540, 720, "60"))

    def test_own_renderer_draws_the_photo_at_rest(self) -> None:
        self.example("own_renderer", PORTRAIT, self.work / "rest.png")
        self.assertGreater(psnr(picture(self.work / "rest.png"), picture(PORTRAIT)), 35)

    def test_own_renderer_draws_the_view_of_the_project_s_renderer(self) -> None:
        position = [0.03, -0.01, 0.02]
        self.example("own_renderer", PORTRAIT, self.work / "moved.png", *position)
        pose = {"position": position, "look_at": [position[0], position[1], position[2] + 1]}
        path = self.work / "path.json"
        path.write_text(json.dumps({"keyframes": [{"time": 0, **pose}, {"time": 0.1, **pose}]}))
        self.command("photo3d", PORTRAIT, "--path", path, "--no-limit", "--height", 768,
                     "-o", self.work / "frame.png")  # fmt: skip
        expected = picture(sorted(self.work.glob("frame-*.png"))[0])
        moved, photo = picture(self.work / "moved.png"), picture(PORTRAIT)
        # The meshes end at the photo's border. The project's renderer continues the background beyond it.
        inside = (slice(60, -60), slice(60, -60))
        self.assertGreater(psnr(moved[inside], expected[inside]), 38)
        self.assertLess(psnr(photo[inside], expected[inside]), 22)

    def test_errors_are_one_line_with_exit_code_1(self) -> None:
        for name in ("photo_to_depth", "photo_to_film", "own_renderer"):
            with self.subTest(name):
                output = self.example(name, "missing.jpg", self.work / "result.png", code=1)
                self.assertIn("missing.jpg", output)
                self.assertEqual(output.count("\n"), 1)
                self.assertIn("usage", self.example(name, code=2))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
