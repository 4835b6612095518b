"""The subcommands depth, segment and info."""

import ast
import fcntl
import json
import math
import os
import struct
import subprocess
import termios
import unittest
from pathlib import Path

from command_fixture import (
    COMMAND,
    CommandTest,
    disc_mask,
    frames_of,
    plain_picture,
    probe,
    with_phone_exif,
)
from small_networks import mean_network

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut.jpg"


class Depth(CommandTest):
    def test_writes_beside_the_photo_in_every_format(self) -> None:
        photo = self.write("anna.png", plain_picture())
        mask = self.write("m.png", disc_mask())
        self.succeed("depth", photo, "--mask", mask)
        self.assertEqual(probe(self.folder / "anna-depth.png", "width,height,pix_fmt"), ["96", "128", "gray16be"])
        for format_name in ["tiff", "npy", "pfm", "jpg", "webp"]:
            self.succeed("depth", photo, "--mask", mask, "--format", format_name)
            self.assertGreater((self.folder / f"anna-depth.{format_name}").stat().st_size, 100)
        self.assertEqual(probe(self.folder / "anna-depth.jpg", "width,height"), ["96", "128"])

    def test_npy_holds_metres_and_nan(self) -> None:
        photo = self.write("anna.png", plain_picture())
        mask = self.write("m.png", disc_mask())
        self.succeed("depth", photo, "--mask", mask, "--head-distance", "0.8", "-o", self.folder / "a.npy")
        data = (self.folder / "a.npy").read_bytes()
        values = struct.unpack(f"<{96 * 128}f", data[-4 * 96 * 128 :])
        self.assertNotEqual(values[0], values[0], "the corner is background: NaN")
        self.assertTrue(0.4 < values[64 * 96 + 48] < 1.4, values[64 * 96 + 48])

    def test_values_span_the_person_unless_limits_are_given(self) -> None:
        photo = self.write("anna.png", plain_picture())
        mask = self.write("m.png", disc_mask())

        def values(*options: object) -> list[int]:
            self.succeed("depth", photo, "--mask", mask, "-o", self.folder / "v.png", *options)
            raw = subprocess.run(
                [
                    "ffmpeg",
                    "-v",
                    "error",
                    "-i",
                    str(self.folder / "v.png"),
                    "-f",
                    "rawvideo",
                    "-pix_fmt",
                    "gray16le",
                    "-",
                ],
                capture_output=True,
                check=True,
            ).stdout
            return [value for value in struct.unpack(f"<{len(raw) // 2}H", raw) if value > 0]

        spanned = values()
        self.assertAlmostEqual(max(spanned) / 65535, 1.0, delta=0.01)
        self.assertTrue(0.05 < min(spanned) / 65535 < 0.15, min(spanned))
        far = values("--min-depth", "0", "--max-depth", "100")
        self.assertLess(max(far) / 65535, 0.05)

    def test_streams(self) -> None:
        mask = self.write("m.png", disc_mask())
        result = self.succeed(
            "depth", "-", "--mask", mask, "-o", "-", "--format", "pfm", input=plain_picture(), stdin=None
        )
        self.assertTrue(result.stdout.startswith(b"Pf\n96 128\n-1.0\n"))
        self.assertEqual(len(result.stdout), len(b"Pf\n96 128\n-1.0\n") + 96 * 128 * 4)
        result = self.succeed("depth", "-", "--mask", mask, input=plain_picture(), stdin=None)
        self.assertTrue(result.stdout.startswith(b"\x89PNG"))
        devices = ["/dev/stdin", "-o", "/dev/stdout"]
        result = self.succeed("depth", *devices, "--mask", mask, input=plain_picture(), stdin=None)
        self.assertTrue(result.stdout.startswith(b"\x89PNG"))

    def test_pipes(self) -> None:
        photo, mask = self.write("a.png", plain_picture()), self.write("m.png", disc_mask())
        for command, format_name in [("depth", "npy"), ("photo3d", "webm")]:
            line = '"$0" "$1" <(cat "$2") --mask "$3" --format "$4" -o >(cat > "$5") -q && wait $!'
            out = self.folder / f"out.{format_name}"
            shell = ["bash", "-c", line, COMMAND, command, str(photo), str(mask), format_name, str(out)]
            result = subprocess.run(shell, capture_output=True, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, b""))
            self.assertGreater(out.stat().st_size, 1000)

    def test_a_pipe_without_an_output_is_as_standard_input(self) -> None:
        photo = self.write("a.png", plain_picture())
        shell = ["bash", "-c", '"$0" depth <(cat "$1") --no-segmentation', COMMAND, str(photo)]
        result = subprocess.run(shell, capture_output=True, check=False)
        self.assertEqual((result.returncode, result.stdout[:4]), (0, b"\x89PNG"), result.stderr)
        terminal, end = os.openpty()
        result = subprocess.run(shell, stdout=end, stderr=subprocess.PIPE, check=False)
        os.close(terminal)
        os.close(end)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"would go to the terminal; redirect it or name a file with -o", result.stderr)

    def test_a_folder_goes_on_after_a_failure(self) -> None:
        self.write("in/a.png", plain_picture())
        self.write("in/b.jpg", b"broken")
        self.write("in/c.png", plain_picture())
        self.write("in/notes.txt", b"no photo")
        result = self.run_command("depth", self.folder / "in", "-o", self.folder / "out", "--no-segmentation", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()), ["a-depth.png", "c-depth.png"])
        summary = json.loads(result.stdout)
        self.assertFalse(summary["ok"])
        self.assertEqual([entry["ok"] for entry in summary["results"]], [True, False, True])
        self.assertIn("b.jpg", summary["results"][1]["error"])
        lines = result.stderr.decode().splitlines()
        self.assertEqual([len(lines), lines[2]], [3, "1 of 3 photos failed"])
        self.assertIn("1 file skipped: notes.txt", lines[0])
        self.assertIn("b.jpg", lines[1])
        first = summary["results"][0]
        self.assertEqual((first["width"], first["height"]), (96, 128))
        self.assertEqual(set(first["seconds"]), {"load", "segment", "depth", "write"})

    def test_results_of_earlier_runs_are_not_photos(self) -> None:
        self.write("in/a.png", plain_picture())
        for _ in range(2):
            self.succeed("depth", self.folder / "in", "--no-segmentation")
        self.assertEqual(sorted(p.name for p in (self.folder / "in").iterdir()), ["a-depth.png", "a.png"])
        self.write("in/a_depth.png", plain_picture())
        self.write("in/a-3d_qs8x6a0.75.png", plain_picture())
        short = ["--no-segmentation", "--height", "32", "--duration", "0.1"]
        for options in [["--pair", "--format", "jpg"], [*short, "--format", "png"]]:
            for _ in range(2):
                self.succeed("photo3d", self.folder / "in", "--no-segmentation", *options)
        summary = self.succeed("photo3d", self.folder / "in", *short, "--json").stdout
        self.assertEqual([entry["input"] for entry in json.loads(summary)["results"]], [f"{self.folder}/in/a.png"])

    def test_an_unreadable_argument_does_not_stop_the_others(self) -> None:
        photo = self.write("a.png", plain_picture())
        loop, long_name = self.folder / "loop.png", "x" * 300 + ".png"
        loop.symlink_to(loop)
        inputs = [loop, self.folder / long_name, photo]
        options = ["--no-segmentation", "--json", "-o", f"{self.folder}/out/"]
        result = self.run_command("depth", *inputs, *options)
        self.assertEqual(result.returncode, 1)
        results = json.loads(result.stdout)["results"]
        self.assertEqual([entry["ok"] for entry in results], [False, False, True])
        for entry, reason in zip(results, ["symbolic links", "too long"], strict=False):
            self.assertRegex(entry["error"], f"not found: .*{reason}.*Check the path")
        self.fail_with(1, ["loop.png", "not found"], "info", loop)
        (self.folder / "many").mkdir()
        self.fail_with(2, ["many", "holds no photos"], "info", self.folder / "many")

    def test_the_progress_line_is_cut_between_characters(self) -> None:
        photo = self.write("ü" * 60 + ".png", plain_picture())
        for columns in [80, 81]:
            terminal, end = os.openpty()
            fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            streams = {"capture_output": False, "stdout": subprocess.PIPE, "stderr": end}
            self.assertEqual(self.run_command("info", photo, "--no-segmentation", **streams).returncode, 0)
            shown = os.read(terminal, 1 << 16).decode()  # strict
            os.close(terminal)
            os.close(end)
            self.assertIn("[>", shown)

    def test_quiet_prints_nothing(self) -> None:
        photo = self.write("a.png", plain_picture())
        result = self.succeed("depth", photo, "--no-segmentation", "--quiet")
        self.assertEqual((result.stdout, result.stderr), (b"", b""))


class CameraPitch(CommandTest):
    PITCH_OF_PHONE = math.degrees(math.asin(3 / 7))

    def slope_and_fact(self, photo: Path, *options: str) -> tuple[float, float | None]:
        """The median growth of the person's depth per row, and the pitch that was used."""
        out = self.folder / "tilted.npy"
        facts = json.loads(self.succeed("depth", photo, *options, "-o", out, "--json").stdout)["results"][0]
        data = out.read_bytes()
        (length,) = struct.unpack("<H", data[8:10])
        height, width = ast.literal_eval(data[10 : 10 + length].decode())["shape"]
        values = struct.unpack(f"<{height * width}f", data[10 + length :])
        rows = [sorted(v for v in values[y * width : (y + 1) * width] if not math.isnan(v)) for y in range(height)]
        medians = [row[len(row) // 2] for row in rows if row]
        return (medians[-1] - medians[0]) / len(medians), facts.get("camera_pitch_degrees")

    def test_comes_from_the_option_before_exif(self) -> None:
        phone = self.write("phone.jpg", with_phone_exif(SAMPLE.read_bytes()))
        self.assertIsNone(self.slope_and_fact(SAMPLE)[1])
        level, used = self.slope_and_fact(SAMPLE, "--camera-pitch", "0")
        self.assertEqual(used, 0)
        by_exif, used = self.slope_and_fact(phone)
        self.assertAlmostEqual(used or 0, self.PITCH_OF_PHONE, places=3)
        self.assertLess(by_exif, level)  # the lower part of a person is nearer to a camera that looks up
        by_option, used = self.slope_and_fact(phone, "--camera-pitch=-30")
        self.assertAlmostEqual(used or 0, -30, places=4)
        self.assertGreater(by_option, level)

    def test_info_prints_it(self) -> None:
        phone = self.write("phone.jpg", with_phone_exif(SAMPLE.read_bytes()))
        entry = json.loads(self.succeed("info", phone, "--json", "--no-segmentation").stdout)["results"][0]
        self.assertAlmostEqual(entry["camera_pitch_degrees"], self.PITCH_OF_PHONE, places=3)
        text = self.succeed("info", phone, "--no-segmentation").stdout.decode()
        self.assertIn("looks up by 25 degrees", text)
        entry = json.loads(self.succeed("info", SAMPLE, "--json", "--no-segmentation").stdout)["results"][0]
        self.assertIsNone(entry["camera_pitch_degrees"])

    def test_is_refused_for_networks_that_do_not_take_it(self) -> None:
        network = self.write("other.onnx", mean_network(size=(64, 48)))
        options = ["--model", network, "--model-output", "disparity", "--model-size", "64x48"]
        photo = self.portrait()
        self.succeed("depth", photo, *options, "-o", self.folder / "a.npy")
        parts = ["other", "does not take the camera's pitch", "--camera-pitch"]
        self.fail_with(1, parts, "depth", photo, *options, "--camera-pitch", "10", "-o", self.folder / "b.npy")
        self.assertFalse((self.folder / "b.npy").exists())


class Segment(CommandTest):
    def test_finds_the_astronaut(self) -> None:
        out = self.folder / "mask.png"
        result = self.succeed("segment", self.portrait(), "-o", out, "--json")
        summary = json.loads(result.stdout)["results"][0]
        self.assertTrue(0.3 < summary["coverage"] < 0.8, summary)
        frame = frames_of(out, 512, 512)[0]
        self.assertGreater(frame[150 * 512 + 220], 240, "the face")
        self.assertLess(frame[20 * 512 + 20], 15, "the flag")


class Info(CommandTest):
    def test_prints_the_facts_of_the_file(self) -> None:
        result = self.succeed("info", self.portrait(), "--json")
        entry = json.loads(result.stdout)["results"][0]
        self.assertEqual((entry["format"], entry["width"], entry["height"]), ("png", 512, 512))
        self.assertTrue(entry["person"]["width"] > 250)
        text = self.succeed("info", self.portrait()).stdout.decode()
        self.assertIn("png, 512 x 512", text)
        self.assertIn("person", text)

    def test_keeps_no_log_of_its_use(self) -> None:
        home = self.folder / "home"
        home.mkdir()
        hindering = {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "CI"}
        environment = {name: value for name, value in os.environ.items() if name not in hindering}
        wall = self.write("wall.png", plain_picture())
        self.succeed("info", wall, env={**environment, "HOME": str(home), "TMPDIR": str(home)})
        self.assertEqual(list(home.rglob("*")), [])

    def test_a_cat_has_no_face_and_is_not_an_error(self) -> None:
        for name, score_from, score_to in [("chelsea.png", 0, 0.45), ("astronaut.png", 0.45, 1)]:
            text = self.succeed("info", self.sample(name)).stdout.decode()
            self.assertEqual("no face found" in text, name == "chelsea.png", text)
            entry = json.loads(self.succeed("info", self.sample(name), "--json").stdout)["results"][0]
            self.assertTrue(score_from <= entry["person"]["face_score"] < score_to, entry)

    def test_a_wall_has_no_person_and_is_not_an_error(self) -> None:
        wall = self.write("wall.png", plain_picture(300, 400))
        self.assertIn("no person found", self.succeed("info", wall).stdout.decode())
        self.assertIsNone(json.loads(self.succeed("info", wall, "--json").stdout)["results"][0]["person"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
