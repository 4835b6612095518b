"""The command portrait-depth: help, and wrong use."""

import json
import unittest
from pathlib import Path

from command_fixture import (
    CommandTest,
    disc_mask,
    plain_picture,
)

SUBCOMMANDS = ["photo3d", "depth", "segment", "info", "models"]
NO_MINIMUM = "An estimation config with minDepth and maxDepth set must be provided."
SWAPPED = "minDepth must be <= maxDepth."


class Help(CommandTest):
    def test_every_subcommand_has_help_with_examples(self) -> None:
        overview = self.succeed("--help").stdout.decode()
        for name in SUBCOMMANDS:
            self.assertIn(name, overview)
            text = self.succeed(name, "--help").stdout.decode()
            self.assertIn("Examples:", text)
            self.assertIn(f"portrait-depth {name}", text)

    def test_prints_its_version(self) -> None:
        self.assertRegex(self.succeed("--version").stdout.decode(), r"^portrait-depth \d+\.\d+\.\d+\n$")

    def test_lists_formats_presets_and_models(self) -> None:
        formats = self.succeed("photo3d", "--list-formats").stdout.decode()
        for extension in ["gif", "webm", "mp4", "webp", "avif", "png", "jpg", "glb", "ply", "html"]:
            self.assertRegex(formats, rf"(?m)^{extension}\b")
        self.assertRegex(self.succeed("photo3d", "--list-presets").stdout.decode(), r"(?m)^orbit\b")
        models = json.loads(self.succeed("models", "--json").stdout)["models"]
        self.assertIn("ar_portrait_depth", [model["name"] for model in models])
        self.assertIn("ar_portrait_depth", self.succeed("models").stdout.decode())


class WrongUse(CommandTest):
    def test_ends_with_2_and_one_line(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, ["--help"])
        self.fail_with(2, ["paint is not a subcommand", "--help"], "paint", photo)
        self.fail_with(2, ["inputs"], "depth")
        self.fail_with(2, ["--fps"], "photo3d", photo, "--fps", "many")
        self.fail_with(2, ["--size", "640x480"], "photo3d", photo, "--no-segmentation", "--size", "12")
        self.fail_with(2, ["--preset"], "photo3d", photo, "--preset", "somersault")
        self.fail_with(2, ["--background", "#20a0ff"], "photo3d", photo, "--background", "beach")
        self.fail_with(2, ["--mask"], "depth", photo, "--mask", photo, "--no-segmentation")
        self.fail_with(2, ["once"], "depth", "-", "-", "-o", self.folder)

    def test_names_the_numbers_that_an_option_takes(self) -> None:
        photo = self.write("a.png", plain_picture())
        for option, value, wanted in [
            ("--fps", "0", "0.1 to 240"),
            ("--fps", "nan", "0.1 to 240"),
            ("--duration", "inf", "0.05 to 600"),
            ("--strength", "nan", "0 to 10"),
            ("--quality", "2", "0 to 1"),
            ("--focal-length", "nan", "1 to 5000"),
            ("--focal-length", "1e-30", "1 to 5000"),
            ("--head-distance", "-1", "0.05 to 1000"),
            ("--head-distance", "1e30", "0.05 to 1000"),
            ("--camera-pitch", "nan", "-90 to 90"),
            ("--camera-pitch", "90.5", "-90 to 90"),
            ("--focus", "inf", "0.05 to 1000"),
            ("--focus", "1e30", "0.05 to 1000"),
            ("--max-megapixels", "1e300", "1e-06 to 1e+06"),
        ]:
            parts = [option, f"{value} is not a number", wanted]
            self.fail_with(2, parts, "photo3d", photo, "--no-segmentation", f"{option}={value}")

    def test_names_the_formats_for_an_unknown_extension(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, ["a.mkv", "gif", "webm"], "photo3d", photo, "-o", self.folder / "a.mkv")
        self.fail_with(2, ["a.txt", "npy"], "depth", photo, "-o", self.folder / "a.txt")
        self.fail_with(2, ["a.txt", "png"], "segment", photo, "-o", self.folder / "a.txt")
        self.fail_with(2, ["extension"], "depth", photo, "-o", self.folder / "noextension")

    def test_rejects_wrong_options_before_the_first_photo(self) -> None:
        photo = self.write("a.png", plain_picture())
        broken = self.write("broken.png", plain_picture(600, 800)[:2000])
        for parts, options in [
            (["a.gif", "50 frames"], ["-o", "a.gif", "--fps", "60"]),
            (["a.mp4", "--codec"], ["-o", "a.mp4", "--codec", "av1"]),
            (["a.jpg", "--codec"], ["-o", "a.jpg", "--codec", "vp9"]),
            (["a.webm", "av1", "no transparency"], ["-o", "a.webm", "--codec", "av1", "--background", "none"]),
            (["nope.json", "no such camera path. Check the path. See"], ["--path", "nope.json"]),
            (["standard output", "PNG"], ["-o", "-", "--format", "png"]),
            (["broken.png", "damaged"], ["--background", str(broken)]),
            (["nope", "ar_portrait_depth"], ["--model", "nope"]),
            (["a.gif", "--pair"], ["-o", "a.gif", "--pair"]),
            (["a.glb", "--stereo"], ["-o", "a.glb", "--stereo", "anaglyph"]),
            (["a.jpg", "--size"], ["-o", "a.jpg", "--size", "40x40"]),
            (["a.jpg", "--height"], ["-o", "a.jpg", "--height", "40"]),
            (["a.jpg", "--background"], ["-o", "a.jpg", "--background", "none"]),
            (["--pair", "standard output"], ["-o", "-", "--format", "jpg", "--pair"]),
            (["--scene original", "--background"], ["--scene", "original", "--background", "blur"]),
            (["--scene original", "--relief"], ["--scene", "original", "--relief", "2"]),
            (["--preset", "original"], ["--preset", "original"]),
            (["a.webm", "another format", "--format gif"], ["-o", "a.webm", "--format", "gif"]),
        ]:
            with self.subTest(options):
                self.fail_with(2, parts, "photo3d", photo, "--no-segmentation", *options, cwd=self.folder)
        for parts, options in [
            (["x.jpg", "metres"], ["-o", "x.jpg", "--unit", "metres"]),
            (["x.png", "metres"], ["-o", "x.png", "--unit", "metres", "--colormap", "turbo"]),
            (["x.npy", "not colors"], ["-o", "x.npy", "--colormap", "turbo"]),
            (["x.png", "--format npy"], ["-o", "x.png", "--format", "npy"]),
            (["x.gif", "--format npy"], ["-o", "x.gif", "--format", "npy"]),
        ]:
            with self.subTest(options):
                self.fail_with(2, parts, "depth", photo, "--no-segmentation", *options, cwd=self.folder)
        for parts, mask in [(["broken.png", "damaged"], broken), (["nowhere.png", "no such file"], "nowhere.png")]:
            with self.subTest(mask):
                self.fail_with(2, parts, "depth", photo, "--mask", mask, cwd=self.folder)
        parts = ["x.png", "65.535", "npy"]
        options = ["-o", "x.png", "--unit", "metres", "--head-distance", "1000"]
        self.fail_with(1, parts, "depth", photo, "--no-segmentation", *options, cwd=self.folder)

    def test_rejects_options_without_use(self) -> None:
        photo = self.write("a.png", plain_picture())
        path = self.write("path.json", b'{"keyframes": [{"time": 0}, {"time": 0.1}]}')
        values: dict[str, list[str | Path]] = {
            "--preset": ["sway"],
            "--scene": ["original"],
            "--size": ["40x40"],
            "--height": ["40"],
            "--fps": ["10"],
            "--duration": ["0.1"],
            "--strength": ["1"],
            "--relief": ["1"],
            "--path": [path],
            "--focus": ["1"],
            "--stereo": ["anaglyph"],
            "--no-limit": [],
            "--background": ["blur"],
            "--loops": ["1"],
            "--quality": ["0.5"],
            "--codec": ["vp9"],
            "--pair": [],
        }
        still = {"--size", "--height", "--preset", "--scene", "--strength", "--relief", "--path", "--focus", "--stereo"}
        still |= {"--no-limit", "--background"}
        moving = still | {"--fps", "--duration"}
        for name, more, takes in [
            ("x.jpg", [], {"--pair"}),
            ("x.jpg", ["--stereo", "side-by-side"], still),
            ("x.png", ["--stereo", "quilt"], still),
            ("x.ply", [], {"--size", "--height", "--relief", "--background", "--scene"}),
            ("x.glb", [], moving - {"--stereo"}),
            ("x.html", [], moving - {"--stereo"}),
            ("x.png", [], moving),
            ("x.mp4", [], moving | {"--quality"}),
            ("x.avif", [], moving | {"--quality"}),
            ("x.webm", [], moving | {"--quality", "--codec"}),
            ("x.gif", [], moving | {"--quality", "--loops"}),
            ("x.webp", [], moving | {"--quality", "--loops"}),
        ]:
            for option in values.keys() - {more[0] if more else "", "--stereo" if name == "x.jpg" else ""}:
                with self.subTest(name=name, more=more, option=option):
                    # With an accepted option, the command goes on to the photo, which is missing.
                    gone = self.folder / "gone.png"
                    arguments = [gone, "-o", self.folder / name, *more, option, *values[option]]
                    if option in takes:
                        self.fail_with(1, ["gone.png"], "photo3d", *arguments)
                    else:
                        self.fail_with(2, [name, f"takes no {option};"], "photo3d", *arguments)
        several = ["--fps", "10", "--quality", "1", "-o", self.folder / "x.jpg"]
        self.fail_with(2, ["a photo with its depth takes no --fps, --quality;"], "photo3d", photo, *several)
        for option in ["--preset", "--duration", "--strength"]:
            both = ["--path", path, option, *values[option]]
            self.fail_with(2, ["--path", option, "one of them"], "photo3d", photo, *both)

    def test_rejects_results_that_collide(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, ["a.png", "replace", "photo's file"], "depth", photo, "-o", photo)
        second = self.write("a-depth.png", plain_picture())
        self.fail_with(2, ["a-depth.png", "replace", "photo's file"], "depth", photo, second)
        second = self.write("x_depth.png", plain_picture())
        pair = ["--pair", "-o", self.folder / "x.jpg"]
        self.fail_with(2, ["x_depth.png", "replace", "photo's file"], "photo3d", second, *pair)
        frame = self.write("a-0040.png", plain_picture())
        film = ["-o", self.folder / "a.png", "--duration", "2", "--fps", "20"]
        self.fail_with(2, ["a-0040.png", "replace", "photo's file"], "photo3d", frame, *film)
        mask = self.write("m.png", disc_mask())
        self.fail_with(2, ["m.png", "replace", "mask's file"], "depth", photo, "--mask", mask, "-o", mask)
        wall = self.write("wall-0001.png", plain_picture())
        film = ["--background", wall, "-o", self.folder / "wall.png"]
        self.fail_with(2, ["wall-0001.png", "replace", "background's file"], "photo3d", photo, *film)
        path = self.write("path.json", b'{"keyframes": [{"time": 0}]}')
        film = ["--path", path, "-o", path, "--format", "gif"]
        self.fail_with(2, ["path.json", "replace", "camera path's file"], "photo3d", photo, *film)
        other = self.write("b/a.png", plain_picture())
        self.fail_with(2, ["result of two photos"], "depth", photo, other, "-o", f"{self.folder}/")
        self.fail_with(2, ["folder"], "depth", photo, other, "-o", self.folder / "x.png")
        self.fail_with(2, ["one photo only"], "depth", photo, other, "-o", "-")
        self.fail_with(2, ["--json"], "depth", photo, "--json", "-o", "-")

    def test_uses_the_apis_words_for_limits(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--min-depth", "nan", "--max-depth", "1")
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--max-depth", "1")
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--min-depth=-inf", "--max-depth", "1")
        self.fail_with(2, [SWAPPED], "depth", photo, "--min-depth", "0.9", "--max-depth", "0.2")


if __name__ == "__main__":
    unittest.main(verbosity=2)
