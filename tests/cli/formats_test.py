"""Every format with every preset, made from a real photo; another program opens each file.

tests/export checks the content of scenes, tests/io that of films; here the command makes them.
"""

import base64
import json
import os
import re
import subprocess
import unittest
from pathlib import Path
from typing import Any

from command_fixture import CommandTest, difference, frames_of, probe

EXPORT_TESTS = Path(__file__).parent.parent / "export"
VIEWER_MODULES = Path(os.environ["PORTRAIT_DEPTH_VIEWER_MODULES"])
FILM_CODECS = {"gif": "gif", "webm": "vp9", "mp4": "h264", "avif": "av1"}
TESTED_FORMATS = {*FILM_CODECS, "webp", "png", "jpg", "heic", "glb", "ply", "html"}
FRAMES = 4
SMALL = ["--height", "96", "--duration", "0.4", "--fps", "10", "--quiet"]


def node(script: str, *files: Path) -> Any:
    """The report of a script of tests/export on files."""
    result = subprocess.run(
        ["node", str(EXPORT_TESTS / script), *map(str, files)],
        env={**os.environ, "VIEWER_MODULES": str(VIEWER_MODULES)},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return json.loads(result.stdout)


class EveryPreset(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        listed = self.succeed("photo3d", "--list-presets").stdout.decode()
        self.presets = re.findall(r"(?m)^([\w-]+)  ", listed)
        self.assertIn("orbit", self.presets)
        # Segmented once: the networks need not run for every file.
        self.mask = self.folder / "mask.png"
        self.succeed("segment", self.portrait(), "-o", self.mask, "--quiet")

    def make(self, name: str, *options: object) -> Path:
        out = self.folder / name
        self.succeed("photo3d", self.portrait(), "--mask", self.mask, "-o", out, *options)
        return out

    def make_all(self, extension: str, *options: object) -> dict[str, Path]:
        return {preset: self.make(f"{preset}.{extension}", "--preset", preset, *options) for preset in self.presets}

    def need_viewer_modules(self) -> None:
        if not (VIEWER_MODULES / "three").exists():
            self.skipTest("three.js is missing: run scripts/fetch_three.sh")


class Films(EveryPreset):
    def test_every_listed_format_is_tested_here(self) -> None:
        listed = self.succeed("photo3d", "--list-formats").stdout.decode()
        self.assertEqual(set(re.findall(r"(?m)^(\w+) ", listed)), TESTED_FORMATS)

    def test_ffprobe_reads_films_of_every_preset(self) -> None:
        for extension, codec in FILM_CODECS.items():
            for preset, film in self.make_all(extension, *SMALL).items():
                facts = probe(film, "codec_name,width,height,r_frame_rate,nb_read_frames")
                self.assertEqual(facts, [codec, "96", "96", "10/1", str(FRAMES)], f"{extension}, {preset}")

    def test_webpmux_reads_webp_films_of_every_preset(self) -> None:
        for preset, film in self.make_all("webp", *SMALL).items():
            info = subprocess.run(["webpmux", "-info", str(film)], capture_output=True, text=True, check=True).stdout
            self.assertIn("Canvas size: 96 x 96", info, preset)
            # Frames that repeat the one before are left out: a view that stands still is a plain picture.
            if preset.startswith("still"):
                self.assertNotIn("Number of frames", info, preset)
            else:
                self.assertRegex(info, r"Number of frames: [34]\b", preset)

    def test_presets_move_unless_their_name_begins_with_still(self) -> None:
        for preset in self.presets:
            self.make(f"{preset}-%d.png", "--preset", preset, *SMALL)
            frames = [frames_of(self.folder / f"{preset}-{i}.png", 96, 96)[0] for i in range(1, FRAMES + 1)]
            moved = max(difference(frames[0], frame) for frame in frames)
            if preset.startswith("still"):
                self.assertEqual(moved, 0, preset)
            else:
                self.assertGreater(moved, 0.5, preset)


class Scenes(EveryPreset):
    def test_the_validator_passes_the_glb_of_every_preset(self) -> None:
        self.need_viewer_modules()
        scenes = self.make_all("glb", *SMALL)
        reports = node("validate_glb.mjs", *scenes.values())
        for preset, report in zip(scenes, reports, strict=True):
            issues = report["issues"]
            self.assertEqual((issues["numErrors"], issues["numWarnings"]), (0, 0), f"{preset}: {issues}")
            self.assertEqual(report["info"]["animationCount"], 1, preset)

    def test_a_glb_warns_that_it_cannot_zoom(self) -> None:
        loud = [option for option in SMALL if option != "--quiet"]
        options = ["--mask", self.mask, "--preset", "dolly-zoom", *loud]
        result = self.succeed("photo3d", self.portrait(), "-o", self.folder / "a.glb", *options)
        line = result.stderr.decode()
        self.assertEqual(line.count("\n"), 1, line)
        for part in ["a.glb", "cannot zoom", "html"]:
            self.assertIn(part, line)
        result = self.succeed("photo3d", self.portrait(), "--mask", self.mask, "-o", self.folder / "b.glb", *loud)
        self.assertEqual(result.stderr, b"", "orbit does not zoom")

    def test_three_js_reads_the_ply(self) -> None:
        # The file has no camera, so that presets do not matter.
        self.need_viewer_modules()
        mesh = node("read_ply.mjs", self.make("a.ply", "--height", "96", "--quiet"))
        self.assertGreater(mesh["triangles"], 1000)
        self.assertEqual(mesh["largestIndex"], mesh["vertices"] - 1)
        self.assertLess(mesh["max"][2], 0, "all of it lies before the camera")

    def test_exiftool_finds_the_depth_in_a_heic(self) -> None:
        photo = self.folder / "a.heic"
        self.succeed("photo3d", self.portrait(), "-o", photo)
        tags = subprocess.run(["exiftool", "-j", str(photo)], capture_output=True, text=True, check=True).stdout
        (facts,) = json.loads(tags)
        self.assertEqual((facts["FileType"], facts["ImageSize"]), ("HEIC", "512x512"))
        self.assertEqual(facts["StoredFormat"], 1278226488)
        self.assertGreater(facts["FloatMaxValue"], facts["FloatMinValue"])

    def test_exiftool_finds_the_depth_in_a_jpeg(self) -> None:
        # The photo from its own place: presets make no difference.
        photo = self.make("a.jpg", "--quiet")
        found = subprocess.run(
            ["exiftool", "-j", "-n", "-validate", "-warning", "-XMP-GDepth:all", "-ImageWidth", str(photo)],
            capture_output=True,
            check=True,
        ).stdout
        tags = json.loads(found)[0]
        self.assertNotIn("Warning", tags)
        self.assertEqual((tags["Format"], tags["ImageWidth"]), ("RangeInverse", 512))
        self.assertLess(tags["Near"], tags["Far"])


class FileNames(EveryPreset):
    def test_no_result_holds_the_name_of_the_photo_or_its_folder(self) -> None:
        photo = self.write("secret-folder/secret-photo.png", self.portrait().read_bytes())
        for name in ["a.html", "a.glb", "a.ply", "a.jpg", "a.gif", "a.webm", "a.mp4", "a.webp", "a.avif"]:
            out = self.folder / name
            options = SMALL if Path(name).suffix[1:] in {*FILM_CODECS, "webp"} else ["--quiet"]
            self.succeed("photo3d", photo, "--mask", self.mask, "-o", out, *options)
            data = out.read_bytes()
            if name == "a.html":
                scene = re.search(rb'id="scene">([^<]*)<', data)
                assert scene is not None
                data += base64.b64decode(scene[1])
            self.assertNotIn(b"secret", data, name)


class Pages(EveryPreset):
    def test_chromium_shows_the_page_of_every_preset(self) -> None:
        self.need_viewer_modules()
        if not Path("/usr/bin/chromium").exists():
            self.skipTest("Chromium is missing")
        pages = self.make_all("html", "--height", "96", "--fps", "10", "--quiet")
        for preset, seen in zip(pages, node("open_pages.mjs", *pages.values()), strict=True):
            with self.subTest(preset):
                self.assertEqual((seen["errors"], seen["requests"]), ([], []))
                self.assertGreater(seen["colors"], 500, "a photo is there")
                self.assertEqual(seen["moves"], not preset.startswith("still"))


class SharedGif(EveryPreset):
    def test_a_gif_of_480_pixels_is_small_and_good(self) -> None:
        gif = self.make("a.gif", "--quiet")
        self.assertEqual(probe(gif, "width,height,nb_read_frames"), ["480", "480", "40"])
        self.assertLessEqual(gif.stat().st_size, 3_000_000)
        self.make("frame-%02d.png", "--size", "480x480", "--fps", "20", "--quiet")
        # To the eye, dithering is fine noise: a blur of one pixel reduces its weight.
        for blur, least in [("null", 33.5), ("gblur=1", 38.5)]:
            self.assertGreater(self.psnr(gif, self.folder / "frame-%02d.png", blur), least, blur)

    def psnr(self, film: Path, frames: Path, filter_: str) -> float:
        """Of the film against the frames, both filtered, in dB."""
        prepared = f"setpts=N/20/TB,format=gbrp,{filter_}"
        graph = f"[0:v]{prepared}[a];[1:v]{prepared}[b];[a][b]psnr"
        result = subprocess.run(
            ["ffmpeg", "-r", "20", "-i", film, "-framerate", "20", "-i", frames, "-lavfi", graph, "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        return float(re.findall(r"average:([\d.]+)", result)[-1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
