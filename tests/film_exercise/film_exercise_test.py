"""A film format that raw_film.cpp alone adds: the command, its lists and rules, and Python have it."""

import ctypes
import os
import tempfile
import unittest
from pathlib import Path

from command_fixture import CommandTest, plain_picture


class Command(CommandTest):
    def test_the_list_of_formats_has_it(self) -> None:
        listed = self.succeed("photo3d", "--list-formats").stdout.decode()
        self.assertRegex(listed, r"(?m)^raw   frames of plain RGB, for the exercise$")
        self.assertRegex(listed, r"(?m)^gif ")

    def test_help_has_its_usual_size_and_rate(self) -> None:
        text = " ".join(self.succeed("photo3d", "--help").stdout.decode().split())
        self.assertIn("10 for raw", text)

    def test_the_command_writes_it_with_its_usual_size_and_rate(self) -> None:
        photo = self.write("a.png", plain_picture())
        out = self.folder / "a.raw"
        self.succeed("photo3d", photo, "--no-segmentation", "--duration", "0.5", "-o", out)
        self.assertEqual(out.stat().st_size, 5 * 24 * 32 * 3)
        self.succeed("photo3d", photo, "--no-segmentation", "--duration", "0.5", "--size", "31x21", "-o", out)
        self.assertEqual(out.stat().st_size, 5 * 30 * 20 * 3, "its sides are even")
        self.succeed("photo3d", photo, "--no-segmentation", "--duration", "0.5", "--format", "raw")
        self.assertTrue((self.folder / "a-3d.raw").exists())

    def test_the_rules_follow_its_row(self) -> None:
        photo = self.write("a.png", plain_picture())
        out = ["--no-segmentation", "-o", self.folder / "a.raw"]
        for option in ["--quality=1", "--loops=1", "--codec=vp9"]:
            name = option.partition("=")[0]
            self.fail_with(2, ["a.raw", f"a .raw takes no {name}"], "photo3d", photo, *out, option)
        self.fail_with(2, ["raw films have no transparency"], "photo3d", photo, *out, "--background", "none")
        self.fail_with(2, ["raw films play at most 20 frames"], "photo3d", photo, *out, "--fps", "25")
        unknown = ["--no-segmentation", "-o", self.folder / "a.mkv"]
        self.fail_with(2, ["a.mkv", "png, raw, glb"], "photo3d", photo, *unknown)


class Python(unittest.TestCase):
    def test_the_module_saves_it(self) -> None:
        import numpy
        import portrait_depth

        ctypes.CDLL(os.environ["RAW_FILM_FORMAT"])
        image = numpy.full((64, 48, 3), 120, numpy.uint8)
        image[16:48, 12:36] = 200
        mask = numpy.pad(numpy.ones((32, 24), numpy.float32), ((16, 16), (12, 12)))
        estimator = portrait_depth.create_estimator(portrait_depth.SupportedModel.ARPortraitDepth)
        depth = estimator.estimate_depth(image, min_depth=0.0, max_depth=1.0, mask=mask)
        with tempfile.TemporaryDirectory() as folder:
            film = Path(folder) / "a.raw"
            portrait_depth.Photo3D.build(image, depth).save(film, duration=0.5)
            self.assertEqual(film.stat().st_size, 5 * 24 * 32 * 3)
            with self.assertRaisesRegex(portrait_depth.Error, "avif, png or raw"):
                portrait_depth.Photo3D.build(image, depth).save(Path(folder) / "a.mkv", duration=0.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
