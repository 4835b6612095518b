"""The command's limits: --timeout, --max-memory, and one line with a class for every refusal."""

import json
import os
import random
import re
import signal
import struct
import subprocess
import time
import unittest
from pathlib import Path

from command_fixture import COMMAND, CommandTest, chunk, plain_picture

SHARED = Path(os.environ.get("PORTRAIT_DEPTH_SHARED", Path(__file__).parents[3] / "shared")) / "inputs"
# The class of a refusal and its way out.
WAYS_OUT = {
    "damaged": "Get the file anew",
    "unsupported": "Save|Give|Develop|Convert",
    "too large": "Scale|Save|Cut",
    "no memory": "Scale|End",
}
# Minutes on any machine.
LONG_FILM = ["--no-segmentation", "--codec", "av1", "--duration", "600", "--fps", "30", "--height", "800"]


def header_only_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 1)  # 16 bits, RGBA, interlaced
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


class Timeout(CommandTest):
    def overdue(self, seconds: float, *arguments: object) -> None:
        before = sorted(self.folder.rglob("*"))
        start = time.monotonic()
        result = self.run_command(*arguments, "--timeout", seconds)
        self.assertLess(time.monotonic() - start, seconds + 2)  # one second, and the start on a busy machine
        line = result.stderr.decode()
        self.assertEqual(result.returncode, 124, line)
        self.assertRegex(line, rf"^[^\n]*: timeout: not done after {seconds:g} s\. [^\n]*--timeout[^\n]*\n$")
        self.assertEqual(sorted(self.folder.rglob("*")), before, "files were left behind")

    def test_a_pipe_without_a_writer(self) -> None:
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.overdue(1, "info", pipe)

    def test_an_encoder_that_is_slow_to_end(self) -> None:
        photo = self.write("anna.png", plain_picture(600, 800))
        self.overdue(3, "photo3d", photo, "-o", self.folder / "a.webm", *LONG_FILM)

    def test_the_next_photo_has_its_own_time(self) -> None:
        # The first photo's film stops between two frames, the second is short.
        slow = self.write("a.png", plain_picture(600, 800))
        quick = self.write("b.png", plain_picture(64, 96))
        options = ["--no-segmentation", "--duration", "40", "--format", "mp4", "-o", f"{self.folder}/out/"]
        result = self.run_command("photo3d", slow, quick, *options, "--timeout", "8", "--json")
        results = json.loads(result.stdout)["results"]
        self.assertEqual([entry["ok"] for entry in results], [False, True], result.stderr)
        self.assertEqual(result.returncode, 124)
        self.assertEqual([file.name for file in (self.folder / "out").iterdir()], ["b-3d.mp4"])

    def test_a_signal_is_not_a_timeout(self) -> None:
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        command = [COMMAND, "info", str(pipe), "--timeout", "60"]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            time.sleep(2)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=10)
        self.assertEqual((process.returncode, errors), (128 + signal.SIGTERM, b"stopped\n"))


class Memory(CommandTest):
    def test_a_photo_is_rejected_before_it_is_decoded(self) -> None:
        photo = self.write("wide.png", header_only_png(9000, 9000))
        parts = ["wide.png: too large: 9000 x 9000 pixels need about", "limit of 400 MB", "--max-memory"]
        self.fail_with(1, parts, "info", photo, "--no-segmentation", "--max-memory", "400")
        # The default suffices; then the missing pixels are found.
        self.fail_with(1, ["wide.png: damaged"], "info", photo, "--no-segmentation")
        photo = self.write("wider.png", header_only_png(10_000, 20_000))
        self.fail_with(1, ["wider.png: too large", "100 megapixels", "--max-megapixels"], "info", photo)
        parts = ["wider.png: too large", "of memory, over the limit of 1500 MB", "--max-memory"]
        self.fail_with(1, parts, "info", photo, "--max-megapixels", "200")

    def test_work_ends_at_the_limit(self) -> None:
        photo = self.write("anna.png", plain_picture(3000, 4000))
        options = ["--no-segmentation", "-o", self.folder / "a.png"]
        self.fail_with(1, ["anna.png: no memory: ", "--max-memory"], "depth", photo, *options, "--max-memory", "250")
        self.succeed("depth", photo, *options, "--max-memory", "2000")

    def peak_megabytes(self, *arguments: object) -> float:
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        assert process.stderr is not None
        self.assertEqual(status, 0, process.stderr.read())
        process.stderr.close()
        process.returncode = 0
        return usage.ru_maxrss * 1024 / 1e6

    def test_the_estimate_bounds_the_memory(self) -> None:
        """Of decoders that hold the whole picture."""
        lossless = ["-c:v", "libwebp", "-lossless", "1", "-compression_level", "0"]
        for name, coding in [("a.webp", lossless), ("a.gif", [])]:
            with self.subTest(name):
                photo = self.folder / name
                source = ["-f", "lavfi", "-i", "color=teal:size=6000x5000", "-frames:v", "1"]
                subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *coding, photo], check=True)
                result = self.run_command("info", photo, "--no-segmentation", "--max-memory", "200")
                estimate = re.search(r"need about (\d+) MB", result.stderr.decode())
                assert estimate is not None, result.stderr
                peak = self.peak_megabytes("info", photo, "--no-segmentation")
                self.assertLess(peak, float(estimate[1]))
                self.assertGreater(peak, 0.5 * float(estimate[1]))

    def test_a_mask_has_the_same_limits(self) -> None:
        photo, mask = self.write("a.png", plain_picture()), self.write("m.png", header_only_png(9000, 12_000))
        options = [photo, "-o", self.folder / "d.png", "--mask", mask]
        self.fail_with(2, ["m.png: too large", "100 megapixels"], "depth", *options)
        self.fail_with(
            2, ["m.png: too large", "MB"], "depth", *options, "--max-megapixels", "200", "--max-memory", "400"
        )

    def test_a_stream_without_end_is_cut(self) -> None:
        with Path("/dev/zero").open("rb") as zeros:
            self.fail_with(1, ["standard input: too large: more than 256 MiB"], "info", "-", stdin=zeros)


class Refusals(CommandTest):
    """Damaged photos, one command for all of them: each is a picture or one line."""

    def originals(self) -> list[bytes]:
        source = self.write("source.png", plain_picture(64, 48))
        names = ["a.jpg", "a.png", "a.webp", "a.tiff", "a.gif", "a.avif"]
        for name in names:
            out = self.folder / name
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-frames:v", "1", out], check=True)
        files = [self.folder / name for name in names]
        files += [
            file for file in [SHARED / "hdr-pq-bt2020.heic", SHARED / "rgb-two-extra-channels.tif"] if file.exists()
        ]
        return [file.read_bytes() for file in files]

    def damaged(self, rounds: int) -> list[Path]:
        chance = random.Random(1)
        folder = self.folder / "damaged"
        folder.mkdir()
        paths = []
        for number, original in enumerate(self.originals()):
            for turn in range(rounds):
                data = bytearray(original)
                for _ in range(1 + turn % 6):
                    data[chance.randrange(min(len(data), 600))] = chance.choice(
                        [0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)]
                    )
                if turn % 4 == 0:
                    del data[chance.randrange(len(data)) :]
                path = folder / f"{number}-{turn}.jpg"
                path.write_bytes(bytes(data))
                paths.append(path)
        return paths

    def check_line(self, name: str, line: str) -> None:
        self.assertTrue(line.startswith(f"{name}: "), line)
        kind = line[len(name) + 2 :].split(":")[0]
        self.assertIn(kind, WAYS_OUT, line)
        self.assertRegex(line, rf"\. ({WAYS_OUT[kind]})[^.]*\.$")
        self.assertNotRegex(line.lower(), r"unknown (reason|error)|unspecified")

    def test_damaged_photos_are_a_picture_or_one_line(self) -> None:
        paths = self.damaged(rounds=60)
        start = time.monotonic()
        result = self.run_command("info", "--no-segmentation", "--json", "--timeout", "20", *paths, timeout=800)
        seconds = time.monotonic() - start
        self.assertIn(result.returncode, (0, 1), result.stderr[-2000:])
        results = json.loads(result.stdout)["results"]
        self.assertEqual(len(results), len(paths))
        failures = [entry for entry in results if not entry["ok"]]
        for entry in failures:
            self.check_line(entry["input"], entry["error"])
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), len(failures) + 1, "a library printed, or a refusal has two lines")
        self.assertGreater(len(failures), len(paths) // 4)
        self.assertLess(seconds, 0.5 * len(paths), "half a second a photo, on a busy machine")

    def test_shared_inputs_are_a_picture_or_one_line(self) -> None:
        if not SHARED.exists():
            self.skipTest("the folder of unusual inputs is not here")
        formats = {".jpg", ".png", ".webp", ".avif", ".heic", ".tif", ".dng", ".jfif"}
        for file in sorted(file for file in SHARED.rglob("*") if file.suffix in formats):
            with self.subTest(file.name):
                result = self.run_command("info", "--no-segmentation", file, timeout=60)
                text = result.stderr.decode()
                if result.returncode == 0:
                    self.assertEqual(text, "")
                    continue
                self.assertEqual((result.returncode, text.count("\n")), (1, 1), text)
                self.check_line(str(file), text.rstrip("\n"))

    def test_missing_and_locked_files(self) -> None:
        self.fail_with(1, ["gone.jpg: not found: ", "Check the path"], "info", self.folder / "gone.jpg")
        locked = self.write("locked.jpg", plain_picture())
        locked.chmod(0)
        self.folder.chmod(0o755)
        reader = {"user": 65534} if os.geteuid() == 0 else {}  # root reads every file
        self.fail_with(1, ["locked.jpg: no permission: ", "Change its permissions"], "info", locked, **reader)


if __name__ == "__main__":
    unittest.main()
