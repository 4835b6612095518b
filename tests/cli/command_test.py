"""The command portrait-depth as its users meet it."""

import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import termios
import unittest
from pathlib import Path

from command_fixture import (
    COMMAND,
    CommandTest,
    chunk,
    difference,
    disc_mask,
    frames_of,
    plain_picture,
    png,
    probe,
)
from nan_network import SIDE, nan_network

SUBCOMMANDS = ["photo3d", "depth", "segment", "info", "models"]
NO_MINIMUM = "An estimation config with minDepth and maxDepth set must be provided."
SWAPPED = "minDepth must be <= maxDepth."


class Help(CommandTest):
    def test_every_subcommand_explains_itself_with_examples(self) -> None:
        overview = self.succeed("--help").stdout.decode()
        for name in SUBCOMMANDS:
            self.assertIn(name, overview)
            text = self.succeed(name, "--help").stdout.decode()
            self.assertIn("Examples:", text)
            self.assertIn(f"portrait-depth {name}", text)

    def test_tells_its_version(self) -> None:
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
        self.fail_with(2, ["paint is no subcommand", "--help"], "paint", photo)
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

    def test_tells_before_the_first_photo_what_cannot_be(self) -> None:
        photo = self.write("a.png", plain_picture())
        broken = self.write("broken.png", plain_picture(600, 800)[:2000])
        for parts, options in [
            (["a.gif", "50 frames"], ["-o", "a.gif", "--fps", "60"]),
            (["a.mp4", "--codec"], ["-o", "a.mp4", "--codec", "av1"]),
            (["a.jpg", "--codec"], ["-o", "a.jpg", "--codec", "vp9"]),
            (["a.webm", "av1", "no transparency"], ["-o", "a.webm", "--codec", "av1", "--background", "none"]),
            (["nope.json", "--path"], ["--path", "nope.json"]),
            (["standard output", "PNG"], ["-o", "-", "--format", "png"]),
            (["broken.png", "damaged"], ["--background", str(broken)]),
            (["nope", "ar_portrait_depth"], ["--model", "nope"]),
            (["a.gif", "--pair"], ["-o", "a.gif", "--pair"]),
            (["a.glb", "--stereo"], ["-o", "a.glb", "--stereo", "anaglyph"]),
            (["a.jpg", "--size"], ["-o", "a.jpg", "--size", "40x40"]),
            (["a.jpg", "--height"], ["-o", "a.jpg", "--height", "40"]),
            (["a.jpg", "--background"], ["-o", "a.jpg", "--background", "none"]),
            (["--pair", "standard output"], ["-o", "-", "--format", "jpg", "--pair"]),
            (["--preset original", "--background"], ["--preset", "original", "--background", "blur"]),
            (["--preset original", "--relief"], ["--preset", "original", "--relief", "2"]),
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

    def test_leaves_no_option_out_in_silence(self) -> None:
        photo = self.write("a.png", plain_picture())
        path = self.write("path.json", b'{"keyframes": [{"time": 0}, {"time": 0.1}]}')
        values: dict[str, list[str | Path]] = {
            "--preset": ["sway"],
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
        still = {"--size", "--height", "--preset", "--strength", "--relief", "--path", "--focus", "--stereo"}
        still |= {"--no-limit", "--background"}
        moving = still | {"--fps", "--duration"}
        for name, more, takes in [
            ("x.jpg", [], {"--pair"}),
            ("x.jpg", ["--stereo", "side-by-side"], still),
            ("x.png", ["--stereo", "quilt"], still),
            ("x.ply", [], {"--size", "--height", "--relief", "--background"}),
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
                    # What is taken goes on to the photo, which is not there.
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

    def test_refuses_results_that_collide(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, ["a.png", "photo's place"], "depth", photo, "-o", photo)
        second = self.write("a-depth.png", plain_picture())
        self.fail_with(2, ["a-depth.png", "photo's place"], "depth", photo, second)
        second = self.write("x_depth.png", plain_picture())
        pair = ["--pair", "-o", self.folder / "x.jpg"]
        self.fail_with(2, ["x_depth.png", "photo's place"], "photo3d", second, *pair)
        frame = self.write("a-0040.png", plain_picture())
        film = ["-o", self.folder / "a.png", "--duration", "2", "--fps", "20"]
        self.fail_with(2, ["a-0040.png", "photo's place"], "photo3d", frame, *film)
        mask = self.write("m.png", disc_mask())
        self.fail_with(2, ["m.png", "mask's place"], "depth", photo, "--mask", mask, "-o", mask)
        wall = self.write("wall-0001.png", plain_picture())
        film = ["--background", wall, "-o", self.folder / "wall.png"]
        self.fail_with(2, ["wall-0001.png", "background's place"], "photo3d", photo, *film)
        path = self.write("path.json", b'{"keyframes": [{"time": 0}]}')
        film = ["--path", path, "-o", path, "--format", "gif"]
        self.fail_with(2, ["path.json", "camera path's place"], "photo3d", photo, *film)
        other = self.write("b/a.png", plain_picture())
        self.fail_with(2, ["two photos"], "depth", photo, other, "-o", f"{self.folder}/")
        self.fail_with(2, ["folder"], "depth", photo, other, "-o", self.folder / "x.png")
        self.fail_with(2, ["one photo only"], "depth", photo, other, "-o", "-")
        self.fail_with(2, ["--json"], "depth", photo, "--json", "-o", "-")

    def test_repeats_the_apis_words_about_limits(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--min-depth", "nan", "--max-depth", "1")
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--max-depth", "1")
        self.fail_with(2, [NO_MINIMUM], "depth", photo, "--min-depth=-inf", "--max-depth", "1")
        self.fail_with(2, [SWAPPED], "depth", photo, "--min-depth", "0.9", "--max-depth", "0.2")


class BadInput(CommandTest):
    def test_photos_that_cannot_be_read(self) -> None:
        whole = plain_picture(600, 800)
        picture = self.write("whole.png", whole)
        to_jpeg = ["ffmpeg", "-v", "error", "-i", str(picture), "-f", "image2pipe", "-c:v", "mjpeg", "-"]
        photograph = subprocess.run(to_jpeg, capture_output=True, check=True).stdout
        for command, output in [("photo3d", "x.gif"), ("depth", "x.png"), ("segment", "x.png")]:
            with self.subTest(command):
                out = self.folder / output
                self.fail_with(1, ["gone.jpg", "no such file"], command, self.folder / "gone.jpg", "-o", out)
                empty = self.write("empty.jpg", b"")
                self.fail_with(1, ["empty.jpg", "empty"], command, empty, "-o", out)
                cut = self.write("cut.png", whole[: len(whole) // 2])
                self.fail_with(1, ["cut.png", "damaged"], command, cut, "-o", out)
                cut = self.write("cut.jpg", photograph[: len(photograph) // 2])
                self.fail_with(1, ["cut.jpg", "damaged"], command, cut, "-o", out)
                cut = self.write("cut.tif", b"II*\0" + struct.pack("<I", 4000) + bytes(2000))  # its directory is gone
                self.fail_with(1, ["cut.tif", "damaged"], command, cut, "-o", out)
                letter = self.write("letter.jpg", b"Dear Anna, ...")
                self.fail_with(1, ["letter.jpg", "not a photo"], command, letter, "-o", out)
                header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
                huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
                file = self.write("huge.png", huge)
                self.fail_with(1, ["huge.png", "60000 x 60000", "200 megapixels"], command, file, "-o", out)
                self.fail_with(1, ["standard input", "empty"], command, "-", "-o", out, stdin=subprocess.DEVNULL)

    def test_devices_are_no_photos(self) -> None:
        for device in ["/dev/zero", "/dev/null"]:
            self.fail_with(1, [f"{device}: is a device", "name a photo"], "info", device, timeout=20)
            self.fail_with(1, [f"{device}: is a device"], "depth", device, "-o", self.folder / "x.png", timeout=20)

    def test_a_stream_without_end_can_be_stopped(self) -> None:
        command = [COMMAND, "info", "-"]
        with subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdin is not None and process.stderr is not None
            process.stdin.write(bytes(1 << 20))
            process.send_signal(signal.SIGINT)
            with self.assertRaisesRegex(BrokenPipeError, "Broken pipe"):
                for _ in range(1000):
                    process.stdin.write(bytes(1 << 16))
            self.assertEqual(process.stderr.read(), b"stopped\n")
        self.assertEqual(process.returncode, 128 + signal.SIGINT)

    def test_limit_of_pixels_can_be_set(self) -> None:
        photo = self.write("a.png", plain_picture())
        self.fail_with(
            1, ["a.png", "96 x 128", "0.01 mega"], "info", photo, "--max-megapixels", "0.01", "--no-segmentation"
        )

    def test_a_photo_without_a_person(self) -> None:
        photo = self.write("wall.png", plain_picture(300, 400))
        for command, output in [("photo3d", "x.gif"), ("depth", "x.png"), ("segment", "x.png")]:
            out = self.folder / output
            self.fail_with(1, ["wall.png", "no person", "--no-segmentation", "--mask"], command, photo, "-o", out)
        stream = {"input": photo.read_bytes(), "stdin": None}
        self.fail_with(1, ["standard input: no person"], "depth", "-", "-o", "-", **stream)
        self.write("on", photo.read_bytes())
        self.fail_with(1, ["on: no person"], "depth", "on", "-o", "x.png", cwd=self.folder)
        black = self.write("black.png", png(6, 8, (b"\0" + bytes(18)) * 8))
        self.fail_with(
            1, ["wall.png", "black.png", "no person"], "depth", photo, "--mask", black, "-o", self.folder / "x.png"
        )

    def test_a_photo_of_something_without_a_face(self) -> None:
        for name in ["chelsea.png", "coffee.png"]:  # segmentation takes the cat and the cup for persons
            photo = self.write(name, self.sample(name).read_bytes())
            for command, output in [("photo3d", "x.gif"), ("depth", "x.png"), ("segment", "x.png")]:
                parts = [f"{name}: no person found", "face", "--any-subject"]
                self.fail_with(1, parts, command, photo, "-o", self.folder / output)
        options = [photo, "-o", self.folder / "x.png"]
        self.succeed("segment", *options, "--any-subject")
        self.succeed("depth", *options, "--any-subject")
        self.succeed("photo3d", photo, "-o", self.folder / "x.jpg", "--any-subject")
        mask = self.write("m.png", disc_mask(600, 400))
        wide = self.write("wide.png", disc_mask(60, 30))
        self.fail_with(1, ["wide.png", "60 x 30", "another shape"], "depth", *options, "--mask", wide)
        for told in [["--mask", str(mask)], ["--no-segmentation"]]:
            self.succeed("depth", *options, *told)

    def test_places_that_cannot_be_written(self) -> None:
        photo = self.write("a.png", plain_picture())
        for command, name in [("photo3d", "x.gif"), ("photo3d", "x.webm"), ("depth", "x.png")]:
            missing = self.folder / "missing" / name
            self.fail_with(1, [str(missing), "folder"], command, photo, "--no-segmentation", "-o", missing)
            self.fail_with(1, ["/proc/" + name], command, photo, "--no-segmentation", "-o", "/proc/" + name)
        for command, formats in [("depth", ["npy"]), ("photo3d", ["gif", "webm", "glb", "jpg"])]:
            for format_name in formats:
                options = ["--no-segmentation", "-o", "/dev/full", "--format", format_name]
                self.fail_with(1, ["/dev/full", "No space left"], command, photo, *options)

    def test_standard_output_that_cannot_be_written(self) -> None:
        photo = self.write("a.png", plain_picture())
        texts = [["--version"], ["--help"], ["models", "--json"], ["info", str(photo), "--no-segmentation"]]
        picture = ["depth", str(photo), "--no-segmentation", "-o", "-"]
        with Path("/dev/full").open("wb") as full:
            for arguments in [*texts, picture]:
                streams = {"capture_output": False, "stdout": full, "stderr": subprocess.PIPE}
                self.fail_with(1, ["standard output cannot be written"], *arguments, **streams)
        for arguments in [*texts, picture]:
            self.fail_with(1, ["standard output cannot be written"], *arguments, preexec_fn=lambda: os.close(1))
        self.fail_with(1, ["standard input cannot be read"], "info", "-", preexec_fn=lambda: os.close(0))

    def test_a_full_disk(self) -> None:
        photo = self.write("a.png", plain_picture(400, 600))
        limit = 400

        def small_files() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        films = [("photo3d", f"x.{extension}") for extension in ["gif", "webm", "mp4", "webp", "avif", "glb", "jpg"]]
        for command, name in [*films, ("photo3d", "x-%d.png"), ("depth", "x.npy")]:
            out = self.folder / name
            options = ["--no-segmentation", "-o", out]
            named = str(out).replace("%d", "")[:-5]
            self.fail_with(1, [named, "cannot be written"], command, photo, *options, preexec_fn=small_files)

    def test_models_that_are_missing_or_broken(self) -> None:
        photo = self.write("a.png", plain_picture())
        out = self.folder / "x.png"
        options = [photo, "--no-segmentation", "-o", out]
        self.fail_with(2, ["gone.onnx", "check --model"], "depth", *options, "--model", self.folder / "gone.onnx")
        broken = self.write("broken.onnx", b"no network")
        self.fail_with(1, ["broken.onnx", "another"], "depth", *options, "--model", broken)
        network = self.write("nan.onnx", nan_network())
        own = ["--model", network, "--model-output", "depth", "--model-size", f"{SIDE}x{SIDE}"]
        for command, name in [("depth", "x.png"), ("photo3d", "x.gif"), ("photo3d", "x.jpg")]:
            numbers = [photo, "--no-segmentation", "-o", self.folder / name, *own]
            self.fail_with(1, ["a.png", "depth network", "another"], command, *numbers)
        self.fail_with(2, ["nonsense", "ar_portrait_depth"], "depth", *options, "--model", "nonsense")
        nowhere = self.folder / "nowhere"
        for command in ["depth", "segment"]:
            parts, options = ["nowhere", "check the folder's name"], [photo, "-o", out]
            self.fail_with(1, parts, command, *options, "--model-folder", nowhere)
            environment = {**os.environ, "PORTRAIT_DEPTH_MODELS": str(nowhere)}
            self.fail_with(1, ["nowhere", "PORTRAIT_DEPTH_MODELS"], command, *options, env=environment)


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
        told = result.stderr.decode().splitlines()
        self.assertEqual([len(told), told[1]], [2, "1 of 3 photos failed"])
        self.assertIn("b.jpg", told[0])
        first = summary["results"][0]
        self.assertEqual((first["width"], first["height"]), (96, 128))
        self.assertEqual(set(first["seconds"]), {"load", "segment", "depth", "write"})

    def test_results_of_earlier_runs_are_no_photos(self) -> None:
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
        told = self.succeed("photo3d", self.folder / "in", *short, "--json").stdout
        self.assertEqual([entry["input"] for entry in json.loads(told)["results"]], [f"{self.folder}/in/a.png"])

    def test_one_argument_that_cannot_be_read_stops_no_other(self) -> None:
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
            self.assertRegex(entry["error"], f"cannot be read: .*{reason}.*; check the name")
        self.fail_with(1, ["loop.png", "cannot be read"], "info", loop)
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

    def test_quiet_says_nothing(self) -> None:
        photo = self.write("a.png", plain_picture())
        result = self.succeed("depth", photo, "--no-segmentation", "--quiet")
        self.assertEqual((result.stdout, result.stderr), (b"", b""))


class Photo3D(CommandTest):
    def film(self, name: str, *options: object) -> Path:
        photo = self.write("anna.png", plain_picture())
        mask = self.write("m.png", disc_mask())
        out = self.folder / name
        self.succeed("photo3d", photo, "--mask", mask, "-o", out, *options)
        return out

    def test_writes_films_of_the_size_and_speed_asked_for(self) -> None:
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
        told = self.succeed("photo3d", *photo, "-o", self.folder / "g.png", "--json").stdout
        self.assertEqual(json.loads(told)["results"][0]["output"], f"{self.folder}/g-0001.png")
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

    def test_tells_the_size_of_the_file_and_places_in_the_photo(self) -> None:
        photo = self.portrait()
        own = json.loads(self.succeed("info", photo, "--json").stdout)["results"][0]["person"]
        common = ["photo3d", photo, "--duration", "0.1", "--json", "-o", self.folder / "a.mp4"]
        for options in [["--size", "101x101"], ["--size", "60x80", "--stereo", "side-by-side"], ["--height", "10"]]:
            told = json.loads(self.succeed(*common, *options).stdout)["results"][0]
            size = probe(self.folder / "a.mp4", "width,height")
            self.assertEqual([str(told["width"]), str(told["height"])], size)
            for name in ["x", "y", "width", "height"]:
                self.assertAlmostEqual(told["person"][name], own[name], delta=10)
            # Of the photo's 512 x 512 pixels, not of the film's size: a view of 50 to 65 degrees along the diagonal.
            self.assertTrue(568 < told["focal_length_pixels"] < 776, told["focal_length_pixels"])

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
            ("{", "no JSON"),
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
        self.fail_with(2, [f"{self.folder}: is a folder"], "photo3d", photo, *folder)

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
    def test_tells_what_is_in_the_file(self) -> None:
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
        telling = {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "CI"}
        environment = {name: value for name, value in os.environ.items() if name not in telling}
        wall = self.write("wall.png", plain_picture())
        self.succeed("info", wall, env={**environment, "HOME": str(home), "TMPDIR": str(home)})
        self.assertEqual(list(home.rglob("*")), [])

    def test_a_cat_has_no_face_and_is_no_error(self) -> None:
        for name, score_from, score_to in [("chelsea.png", 0, 0.45), ("astronaut.png", 0.45, 1)]:
            told = self.succeed("info", self.sample(name)).stdout.decode()
            self.assertEqual("no face found" in told, name == "chelsea.png", told)
            entry = json.loads(self.succeed("info", self.sample(name), "--json").stdout)["results"][0]
            self.assertTrue(score_from <= entry["person"]["face_score"] < score_to, entry)

    def test_a_wall_holds_nobody_and_is_no_error(self) -> None:
        wall = self.write("wall.png", plain_picture(300, 400))
        self.assertIn("no person found", self.succeed("info", wall).stdout.decode())
        self.assertIsNone(json.loads(self.succeed("info", wall, "--json").stdout)["results"][0]["person"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
