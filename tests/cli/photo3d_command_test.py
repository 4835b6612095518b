"""The subcommand photo3d."""

import json
import signal
import subprocess
import unittest
from pathlib import Path

from command_fixture import (
    COMMAND,
    CommandTest,
    difference,
    disc_mask,
    frames_of,
    plain_picture,
    png,
    probe,
)


class Photo3D(CommandTest):
    def film(self, name: str, *options: object) -> Path:
        photo = self.write("anna.png", plain_picture())
        mask = self.write("m.png", disc_mask())
        out = self.folder / name
        self.succeed("photo3d", photo, "--mask", mask, "-o", out, *options)
        return out

    def test_writes_films_of_the_given_size_and_rate(self) -> None:
        common = ["--duration", "0.5", "--fps", "20", "--size", "60x80"]
        for name, codec in [("a.gif", "gif"), ("a.webm", "vp9"), ("a.mp4", "h264"), ("a.avif", "av1")]:
            entries = probe(self.film(name, *common), "codec_name,width,height,r_frame_rate,nb_read_frames")
            self.assertEqual(entries, [codec, "60", "80", "20/1", "10"], name)
        for height in ["80", "81"]:
            self.assertEqual(probe(self.film("b.gif", "--height", height), "width,height"), ["60", "80"])
        for name, size in [("c.gif", ["61", "81"]), ("c.webm", ["60", "80"])]:
            self.assertEqual(probe(self.film(name, "--size", "61x81"), "width,height"), size)

    def test_writes_pictures_and_scenes(self) -> None:
        common = ["--duration", "0.2", "--fps", "20", "--height", "80"]
        self.film("f-%d.png", *common)
        self.assertEqual(probe(self.folder / "f-4.png", "width,height"), ["60", "80"])
        photo = [self.folder / "anna.png", "--no-segmentation", *common]
        summary = self.succeed("photo3d", *photo, "-o", self.folder / "g.png", "--json").stdout
        self.assertEqual(json.loads(summary)["results"][0]["output"], f"{self.folder}/g-0001.png")
        self.assertIn(
            "g-0001.png: 60 x 80", self.succeed("photo3d", *photo, "-o", f"{self.folder}/g.png").stdout.decode()
        )
        self.assertEqual(self.film("a.glb", *common).read_bytes()[:4], b"glTF")
        self.assertEqual(self.film("a.ply", "--height", "80").read_bytes()[:4], b"ply\n")

    def test_no_background_is_transparent(self) -> None:
        film = self.film("a.webm", "--duration", "0.2", "--background", "none")
        self.assertEqual(probe(film, "width,height:stream_tags=alpha_mode")[2], "1")
        photo = self.write("anna.png", plain_picture())
        out = self.folder / "b.mp4"
        options = ["--no-segmentation", "--background", "none", "-o", out]
        self.fail_with(2, ["b.mp4", "no transparency", "--background"], "photo3d", photo, *options)
        listed = self.succeed("photo3d", "--list-formats").stdout.decode().splitlines()
        for extension in ["gif", "webm", "mp4", "webp", "avif", "png"]:
            [line] = [line for line in listed if line.startswith(extension)]
            short = [*options[:-2], "--duration", "0.1", "--height", "40", "-o", self.folder / f"c.{extension}"]
            result = self.run_command("photo3d", photo, *short)
            self.assertEqual(result.returncode, 0 if "transparent" in line else 2, line)

    def test_films_for_two_eyes(self) -> None:
        common = ["--duration", "0.2", "--size", "60x80"]
        side_by_side = self.film("a.mp4", *common, "--stereo", "side-by-side")
        self.assertEqual(probe(side_by_side, "width,height"), ["120", "80"])
        anaglyph = self.film("b.mp4", *common, "--stereo", "anaglyph")
        self.assertEqual(probe(anaglyph, "width,height"), ["60", "80"])

    def test_reports_the_size_of_the_file_and_places_in_the_photo(self) -> None:
        photo = self.portrait()
        own = json.loads(self.succeed("info", photo, "--json").stdout)["results"][0]["person"]
        common = ["photo3d", photo, "--duration", "0.1", "--json", "-o", self.folder / "a.mp4"]
        for options in [["--size", "101x101"], ["--size", "60x80", "--stereo", "side-by-side"], ["--height", "10"]]:
            entry = json.loads(self.succeed(*common, *options).stdout)["results"][0]
            size = probe(self.folder / "a.mp4", "width,height")
            self.assertEqual([str(entry["width"]), str(entry["height"])], size)
            for name in ["x", "y", "width", "height"]:
                self.assertAlmostEqual(entry["person"][name], own[name], delta=10)
            # Of the photo's 512 x 512 pixels, not of the film's size: a view of 45 to 65 degrees along the diagonal.
            self.assertTrue(568 < entry["focal_length_pixels"] < 874, entry["focal_length_pixels"])

    def test_stereo_pictures(self) -> None:
        common = ["--size", "60x80"]
        picture = self.film("a.jpg", *common, "--stereo", "side-by-side")
        self.assertEqual(probe(picture, "width,height"), ["120", "80"])
        for name in ["q.png", "q.jpg"]:
            quilt = self.film(name, *common, "--stereo", "quilt")
            self.assertEqual(probe(quilt, "width,height"), ["480", "480"])

    def test_a_jpeg_holds_the_photo_and_its_depth(self) -> None:
        inside = self.film("a.jpg").read_bytes()
        self.assertIn(b'GDepth:Format="RangeInverse"', inside)
        self.film("b.jpg", "--pair")
        self.assertEqual(probe(self.folder / "b_depth.png", "pix_fmt"), ["gray"])
        self.assertNotIn(b"GDepth", (self.folder / "b.jpg").read_bytes())
        (self.folder / "c_depth.png").mkdir()
        pair = [self.folder / "anna.png", "--no-segmentation", "--pair", "-o", self.folder / "c.jpg"]
        self.fail_with(1, ["c_depth.png cannot be written"], "photo3d", *pair)

    def test_key_frames_from_a_file(self) -> None:
        keyframes = {
            "keyframes": [
                {"time": 0, "position": [0, 0, 0]},
                {"time": 0.3, "position": [0.02, 0, 0], "look_at": [0, 0, 0.8], "zoom": 1.1, "easing": "linear"},
                {"time": 0.5, "position": [0, 0, 0]},
            ]
        }
        path = self.write("path.json", json.dumps(keyframes).encode())
        film = self.film("a.webm", "--path", path, "--fps", "20")
        self.assertEqual(probe(film, "nb_read_frames"), ["10"])
        photo = self.folder / "anna.png"
        for text, part in [
            ("{", "not JSON"),
            ('{"keyframes": 3}', "must be a list"),
            ('{"keyframes": []}', "keyframes must hold at least one"),
            ('{"keyframes": [{"time": 1}, {"time": 1}]}', "keyframes[1].time must be later"),
            ('{"keyframes": [{"time": "now"}]}', "keyframes[0].time must be a number"),
            ('{"keyframes": [{"time": 1e39}]}', "keyframes[0].time must be a number"),
            ('{"keyframes": [{"time": 1e999}]}', "too large"),
            ('{"keyframes": [{"time": 1e9}]}', "keyframes[0].time must be a number from -3600 to 3600"),
            ('{"keyframes": [{"time": 0, "zoom": -1}]}', "keyframes[0].zoom must be a number from 0.01 to 100"),
            ('{"keyframes": [{"time": 0, "zoom": 1e30}]}', "keyframes[0].zoom must be a number from 0.01 to 100"),
            ('{"keyframes": [{"time": 0, "position": [0, 1e20, 0]}]}', "three numbers from -1000 to 1000"),
            ('{"keyframes": [{"time": 0, "easing": "bouncy"}]}', "ease-in-out"),
        ]:
            bad = self.write("bad.json", text.encode())
            out = self.folder / "b.webm"
            self.fail_with(2, ["bad.json", part], "photo3d", photo, "--no-segmentation", "--path", bad, "-o", out)
        folder = ["--no-segmentation", "--path", self.folder]
        self.fail_with(2, [f"{self.folder}: unsupported: a folder, not a camera path"], "photo3d", photo, *folder)

    def test_backgrounds(self) -> None:
        picture = self.write("beach.png", plain_picture(50, 50))
        for background in ["blur", "#20a0ff", picture]:
            self.film("a.gif", "--duration", "0.1", "--background", background)

    def test_a_backgrounds_picture_is_as_sharp_for_every_photo(self) -> None:
        stripes = png(400, 300, b"".join(b"\0" + (bytes(3) + bytes([255] * 3)) * 200 for _ in range(300)))
        options = ["--background", self.write("stripes.png", stripes), "--mask", self.write("m.png", disc_mask())]
        options += ["--preset", "still-left", "--duration", "0.05", "--format", "png"]
        small, large = self.write("a.png", plain_picture(30, 40)), self.write("b.png", plain_picture(300, 400))
        frames = []
        for name, photos in [("first", [large, small]), ("second", [small, large])]:
            self.succeed("photo3d", *photos, "-o", f"{self.folder}/{name}/", *options)
            frames.append((self.folder / name / "b-3d-0001.png").read_bytes())
        self.assertTrue(frames[0] == frames[1])

    def test_streams(self) -> None:
        mask = self.write("m.png", disc_mask())
        options = ["--mask", mask, "--duration", "0.1", "-o", "-", "--format"]
        for format_name, start in [("gif", b"GIF89a"), ("webm", b"\x1a\x45\xdf\xa3")]:
            result = self.succeed("photo3d", "-", *options, format_name, input=plain_picture(), stdin=None)
            self.assertTrue(result.stdout.startswith(start))
        result = self.succeed("photo3d", "-", *options[:-3], input=plain_picture(), stdin=None)
        self.assertTrue(result.stdout.startswith(b"GIF89a"), "as beside a photo")

    def test_a_real_portrait_moves_and_its_ends_join(self) -> None:
        out = self.folder / "a.webm"
        result = self.succeed("photo3d", self.portrait(), "-o", out, "--height", "160", "--fps", "20", "--json")
        summary = json.loads(result.stdout)["results"][0]
        self.assertEqual((summary["frames"], summary["height"]), (40, 160))
        self.assertEqual(set(summary["seconds"]), {"load", "segment", "depth", "build", "render", "encode"})
        frames = frames_of(out, 160, 160)
        self.assertEqual(len(frames), 40)
        steps = [difference(frames[i], frames[i + 1]) for i in range(39)]
        self.assertGreater(min(steps), 0, "a frame stands still")
        self.assertGreater(difference(frames[0], frames[20]), 1.5 * max(steps))
        self.assertLess(difference(frames[39], frames[0]), 1.5 * max(steps))

    def test_signals_stop_and_clean_up(self) -> None:
        photo = self.write("anna.png", plain_picture(600, 800))
        before = sorted(self.folder.iterdir())
        signals = {"a.gif": signal.SIGINT, "a.webm": signal.SIGTERM, "a-%d.png": signal.SIGHUP}
        for name, number in signals.items():
            options = ["--no-segmentation", "--duration", "600", "--fps", "30", "--height", "800"]
            process = subprocess.Popen(
                [COMMAND, "photo3d", str(photo), "-o", str(self.folder / name), *options],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self.wait_for_work(process)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + number, errors.decode())
            self.assertEqual(errors.decode().strip(), "stopped")
            self.assertEqual(sorted(self.folder.iterdir()), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
