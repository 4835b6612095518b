"""The command with inputs that it cannot use."""

import os
import resource
import signal
import struct
import subprocess
import unittest
from pathlib import Path

from command_fixture import (
    COMMAND,
    CommandTest,
    chunk,
    disc_mask,
    plain_picture,
    png,
)
from small_networks import SIDE, nan_network


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
                self.fail_with(1, ["huge.png", "60000 x 60000", "100 megapixels"], command, file, "-o", out)
                self.fail_with(1, ["standard input", "empty"], command, "-", "-o", out, stdin=subprocess.DEVNULL)

    def test_devices_are_not_photos(self) -> None:
        for device in ["/dev/zero", "/dev/null"]:
            self.fail_with(1, [f"{device}: unsupported: a device", "Give a photo"], "info", device, timeout=20)
            self.fail_with(
                1, [f"{device}: unsupported: a device"], "depth", device, "-o", self.folder / "x.png", timeout=20
            )

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
        for name in ["chelsea.png", "coffee.png"]:  # segmentation counts the cat and the cup as persons
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
        for subject in [["--mask", str(mask)], ["--no-segmentation"]]:
            self.succeed("depth", *options, *subject)

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
        self.fail_with(1, ["standard input", "not found: it is closed"], "info", "-", preexec_fn=lambda: os.close(0))

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
