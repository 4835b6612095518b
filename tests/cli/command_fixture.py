"""Shared by the tests of the command: running it, small pictures, and other programs that read its results.

Run by ctest with the command's path in PORTRAIT_DEPTH_COMMAND and the sample folder in PORTRAIT_DEPTH_SAMPLES. Python's
standard library only; ffmpeg and ffprobe read films.
"""

import os
import shutil
import struct
import subprocess
import tempfile
import time
import unittest
import zlib
from pathlib import Path

COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]
SAMPLES = Path(os.environ.get("PORTRAIT_DEPTH_SAMPLES", "samples"))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def plain_picture(width: int = 96, height: int = 128) -> bytes:
    """A gray ramp without a person."""
    return png(width, height, b"".join(b"\0" + bytes([90 + y * 60 // height] * 3 * width) for y in range(height)))


def disc_mask(width: int = 96, height: int = 128) -> bytes:
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width / 3) ** 2
            rows += bytes([255 if inside else 0] * 3)
    return png(width, height, bytes(rows))


EXIF_OF_PHONE = Path(__file__).parents[1] / "fuzz" / "corpus" / "exif" / "phone.exif"


def with_phone_exif(jpeg: bytes) -> bytes:
    """The JPEG as a phone's front camera that looks up by asin(3/7) takes it: tests/fuzz/make_seeds.py."""
    exif = EXIF_OF_PHONE.read_bytes()
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def probe(file: Path, entries: str) -> list[str]:
    fields = ["-show_entries", f"stream={entries}", "-of", "default=nokey=1:noprint_wrappers=1"]
    result = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", *fields, str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split()


def frames_of(file: Path, width: int, height: int) -> list[bytes]:
    """Gray frames, decoded by ffmpeg."""
    raw = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-i",
            str(file),
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            "-fps_mode",
            "passthrough",
            "-",
        ],
        capture_output=True,
        check=True,
    ).stdout
    size = width * height
    return [raw[start : start + size] for start in range(0, len(raw), size)]


def difference(first: bytes, second: bytes) -> float:
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / len(first)


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portrait-depth-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_command(self, *arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [COMMAND, *map(str, arguments)],
            check=False,
            **{"capture_output": True, "timeout": 300, "stdin": subprocess.DEVNULL, **options},
        )

    def succeed(self, *arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
        result = self.run_command(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return result

    def fail_with(self, code: int, parts: list[str], *arguments: object, **options: object) -> None:
        """Fails with one line that holds `parts`, and leaves no file."""
        before = sorted(self.folder.rglob("*"))
        result = self.run_command(*arguments, **options)
        line = result.stderr.decode()
        self.assertEqual(result.returncode, code, line)
        self.assertEqual(line.count("\n"), 1, line)
        for part in parts:
            self.assertIn(part, line)
        self.assertEqual(sorted(self.folder.rglob("*")), before, "files were left behind")

    def wait_for_work(self, process: "subprocess.Popen[bytes]", seconds: float = 2.0) -> None:
        """Returns when a running command has used so much processor time: it is past its start."""
        ticks = seconds * os.sysconf("SC_CLK_TCK")
        end = time.monotonic() + 120
        while True:
            # The fields after the program's name in brackets: utime and stime are the 12th and 13th.
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            if int(fields[11]) + int(fields[12]) >= ticks:
                return
            self.assertIsNone(process.poll(), "the command ended early")
            self.assertLess(time.monotonic(), end, "the command does no work")
            time.sleep(0.05)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def sample(self, name: str) -> Path:
        photo = SAMPLES / name
        if not photo.exists():
            self.skipTest(f"{name} is missing; scripts/setup.sh fetches it")
        return photo

    def portrait(self) -> Path:
        return self.sample("astronaut.png")
