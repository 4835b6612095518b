"""The command ends well when a call fails: the short form of `make faults`, and the process that is killed."""

import os
import signal
import subprocess
import sys
import time
import unittest
from dataclasses import replace
from errno import EACCES, EAGAIN, ENOMEM, ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory

from fault_runs import WAYS, End, Fault, Runner, Way, same_result, violations
from faults import allocation_faults, io_faults, right_end, sweep, sweep_address_space

RUNNER = Runner(
    os.environ["PORTRAIT_DEPTH_COMMAND"],
    os.environ["PORTRAIT_DEPTH_FAULT_SHIM"],
    Path(os.environ["PORTRAIT_DEPTH_PHOTOS"]) / "person-1.jpg",
)
NAMED = replace(RUNNER, environment={"FAULT_NAMELESS": "0"})  # a file system without O_TMPFILE
# Ways that run no network: the parts that write are the same, and a run takes a fraction of the time.
DEPTH = Way("depth", "depth IN --no-segmentation --model ar_portrait_depth_fast -o depth.png", ("depth.png",))
FILM = Way(
    "mp4",
    "photo3d IN --no-segmentation --model ar_portrait_depth_fast -o film.mp4 --height 48 --duration 0.1",
    ("film.mp4",),
)


class Rules(unittest.TestCase):
    """A run that breaks a rule is found."""

    right = End(0, b"", "", {"mask.png": b"picture"}, [])

    def broken(self, end: End) -> list[str]:
        return violations(WAYS[0], end, self.right)

    def test_a_good_end_breaks_none(self) -> None:
        self.assertEqual(self.broken(self.right), [])
        self.assertEqual(self.broken(End(1, b"", "a.jpg: no memory\n", {}, [])), [])
        self.assertEqual(self.broken(End(1, b"", "a.jpg: no memory\n", {"mask.png": b"picture"}, [])), [])

    def test_each_bad_end_is_named(self) -> None:
        bad = {
            "exit status -11": End(-11, b"", "Segmentation fault\n", {}, []),
            "without the right result": End(0, b"", "", {"mask.png": b"pict"}, []),
            "0 lines": End(1, b"", "", {}, []),
            "2 lines": End(1, b"", "one\ntwo\n", {}, []),
            "mask.png is left": End(1, b"", "one\n", {"mask.png": b"pict"}, []),
            ".mask.png.1 is left": End(1, b"", "one\n", {".mask.png.1": b""}, []),
            "temporary files are left": End(1, b"", "one\n", {}, ["portrait-depth.1"]),
        }
        for rule, end in bad.items():
            found = self.broken(end)
            self.assertEqual(len(found), 1, (rule, found))
            self.assertIn(rule, found[0])


class Calls(unittest.TestCase):
    def test_every_open_read_write_close_link_and_fsync(self) -> None:
        right = right_end(RUNNER, DEPTH)
        statuses, lines = sweep(RUNNER, DEPTH, io_faults(RUNNER, DEPTH, stickies=[False]), right, 2)
        self.assertEqual(lines, [])
        self.assertGreater(statuses["1"], 10, statuses)

    def test_the_calls_that_replace_an_old_file(self) -> None:
        right = right_end(RUNNER, DEPTH)
        for call, error in [("write", ENOSPC), ("link", EACCES), ("rename", EACCES)]:
            end = RUNNER.run(DEPTH, Fault((call,), 1, error), ["depth.png"])
            self.assertEqual(violations(DEPTH, end, right, ["depth.png"]), [], call)
            self.assertEqual((end.status, end.files), (1, {"depth.png": b"old"}), call)
        self.assertTrue(same_result(DEPTH, RUNNER.run(DEPTH, Fault((), 0), ["depth.png"]), right))

    def test_a_thread_that_does_not_start_is_missing_memory(self) -> None:
        right = right_end(RUNNER, DEPTH)
        threads = RUNNER.run(DEPTH, Fault(("thread",), 0)).calls
        self.assertGreater(threads, 1)
        for number in range(1, threads + 1):
            end = RUNNER.run(DEPTH, Fault(("thread",), number, EAGAIN))
            self.assertEqual(violations(DEPTH, end, right), [], number)
            self.assertRegex(end.errors, r"^[^\n]*: no memory: [^\n]*\n$")

    def test_a_system_without_executable_memory(self) -> None:
        right = right_end(RUNNER, FILM)
        end = RUNNER.run(FILM, Fault(("mmap",), 1, ENOMEM, is_sticky=True))
        self.assertEqual((end.status, violations(FILM, end, right)), (0, []))

    def test_a_file_system_without_nameless_files(self) -> None:
        right = right_end(NAMED, FILM)
        for call in ["open", "write", "rename", "fsync"]:
            faults = [fault for fault in io_faults(NAMED, FILM, stickies=[True]) if fault.calls == (call,)]
            _, lines = sweep(NAMED, FILM, faults[-3:], right, 2)
            self.assertEqual(lines, [])


class Memory(unittest.TestCase):
    def test_allocations(self) -> None:
        right = right_end(RUNNER, FILM)
        faults = list(allocation_faults(RUNNER, FILM, between=12, ends=0))
        chosen = faults[:12] + faults[12 :: max(1, len(faults) // 16)]
        statuses, lines = sweep(RUNNER, FILM, chosen, right, 2)
        self.assertEqual(lines, [])
        self.assertGreater(statuses["1"], 10, statuses)

    def test_the_line_names_the_photo_the_reason_and_the_action(self) -> None:
        for least_bytes in [0, 1 << 20]:
            end = RUNNER.run(
                DEPTH, Fault(("allocation",), 200_000 if least_bytes == 0 else 2, ENOMEM, True, least_bytes)
            )
            self.assertEqual(end.status, 1)
            self.assertRegex(end.errors, r"^[^\n]*person-1\.jpg: no memory[^\n]*End other programs[^\n]*\n$")

    def test_limits_of_the_address_space(self) -> None:
        right = right_end(RUNNER, FILM)
        statuses, lines = sweep_address_space(RUNNER, FILM, right, [300, 400, 500, 600, 700, 900, 4000], 2)
        self.assertEqual(lines, [])
        self.assertGreater(statuses["1"], 0, statuses)
        self.assertGreater(statuses["0"], 0, statuses)


class Script(unittest.TestCase):
    def test_the_programs_may_have_relative_paths(self) -> None:
        with TemporaryDirectory() as folder:
            for name, target in {"command": RUNNER.command, "shim.so": RUNNER.shim, "photo.jpg": RUNNER.photo}.items():
                (Path(folder) / name).symlink_to(target)
            script = [sys.executable, "-B", str(Path(__file__).with_name("faults.py"))]
            programs = ["--command", "command", "--shim", "shim.so", "--photo", "photo.jpg"]
            chosen = ["--ways", "segment", "--parts", "full address space", "--share", "0.01"]
            result = subprocess.run([*script, *programs, *chosen], cwd=folder, capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn("segment: full address space: 2 runs", result.stdout)


class Killed(unittest.TestCase):
    def kill_while_it_writes(self, folder: Path, environment: dict[str, str]) -> None:
        options = ["--no-segmentation", "--duration", "60", "--height", "480", "--quiet", "-o", str(folder / "a.webm")]
        arguments = [RUNNER.command, "photo3d", str(RUNNER.photo), *options]
        with subprocess.Popen(arguments, env={**os.environ, **environment}) as process:
            end = time.monotonic() + 60
            while not self.writes_into(process.pid, folder):
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic(), end, "no file was opened")
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)

    @staticmethod
    def writes_into(process_id: int, folder: Path) -> bool:
        try:
            open_files = [str(entry.readlink()) for entry in Path(f"/proc/{process_id}/fd").iterdir()]
            return any(file.startswith(f"{folder}/") for file in open_files)
        except FileNotFoundError:  # closed meanwhile
            return False

    def test_a_killed_process_leaves_nothing(self) -> None:
        with TemporaryDirectory() as name:
            self.kill_while_it_writes(Path(name), {})
            self.assertEqual(list(Path(name).iterdir()), [])

    def test_the_next_start_removes_what_a_file_system_without_nameless_files_kept(self) -> None:
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / ".other-program.tmp").write_bytes(b"kept")
            self.kill_while_it_writes(folder, {"LD_PRELOAD": RUNNER.shim, "FAULT_NAMELESS": "0"})
            self.assertEqual(len(list(folder.glob(".portrait-depth-*"))), 1)
            arguments = [RUNNER.command, *DEPTH.arguments.replace("IN", str(RUNNER.photo)).split(), "--quiet"]
            subprocess.run(arguments, cwd=folder, check=True)
            self.assertEqual({file.name for file in folder.iterdir()}, {".other-program.tmp", "depth.png"})


if __name__ == "__main__":
    unittest.main()
