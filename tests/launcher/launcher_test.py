"""The launcher: its texts are the command's, it starts quickly, and it passes everything else to the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

LAUNCHER = Path(os.environ["PORTRAIT_DEPTH_COMMAND"])
COMMAND = Path(os.environ["PORTRAIT_DEPTH_WORKING_COMMAND"])
MOST_SECONDS = 0.015

# Reports all that a program inherits.
REPORTER = """#!{python} -IB
import json, os, signal, sys
json.dump({{
    "arguments": sys.argv[1:],
    "environment": os.environ.get("INHERITED"),
    "process": os.getpid(),
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + name)),
    "input": sys.stdin.read(),
    "signal": signal.getsignal(signal.SIGUSR1).name,
}}, sys.stdout)
sys.stdout.flush()
print("errors", file=sys.stderr, flush=True)
if "kill" in sys.argv: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(77)
"""

Answer = tuple[int, bytes, bytes]


def answer(program: Path, *arguments: str, **options: object) -> Answer:
    result = subprocess.run(  # type: ignore[call-overload]
        [program, *arguments], **{"capture_output": True, "stdin": subprocess.DEVNULL, "timeout": 60, **options}
    )
    return result.returncode, result.stdout or b"", result.stderr or b""


class Launcher(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="portrait-depth-launcher-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "libexec").mkdir()
        self.launcher = self.folder / "bin" / LAUNCHER.name
        self.command = self.folder / "libexec" / COMMAND.name
        shutil.copy(LAUNCHER, self.launcher)


class Texts(Launcher):
    """The launcher alone, without a command that it could call, gives the command's answers."""

    def words(self, pattern: str, *arguments: str) -> list[str]:
        found = re.findall(pattern, answer(COMMAND, *arguments)[1].decode(), re.MULTILINE)
        self.assertTrue(found)
        return found

    def test_equal_the_commands(self) -> None:
        subcommands = self.words(r"^  (\w+) {4,}", "--help")
        (shells,) = self.words(r"shell TEXT:\{([\w,]+)\}", "completion", "--help")
        calls = [[], ["-h"], ["--help"], ["--version"]]
        calls += [[name, flag] for name in subcommands for flag in ("-h", "--help")]
        calls += [["completion", shell] for shell in shells.split(",")]
        self.assertGreaterEqual(len(calls), 4 + 2 * 7 + 3)
        # The command's texts are those of any machine.
        other = {"LC_ALL": "de_DE.UTF-8", "HOME": str(self.folder), "COLUMNS": "40", "TMPDIR": str(self.folder)}
        for arguments in calls:
            with self.subTest(arguments):
                given = answer(self.launcher, *arguments, cwd=self.folder, env={})
                self.assertEqual(given, answer(COMMAND, *arguments))
                self.assertEqual(given, answer(COMMAND, *arguments, env={**os.environ, **other}, cwd=self.folder))

    def test_are_for_their_exact_arguments(self) -> None:
        self.command.write_text("#!/bin/sh\nexit 78\n")
        self.command.chmod(0o755)
        for arguments in (
            [""],
            ["--help", ""],
            ["--hel"],
            ["--help", "--help"],
            ["photo3d"],
            ["photo3d", "--help", "x"],
            ["completion", "tcsh"],
        ):
            with self.subTest(arguments):
                self.assertEqual(answer(self.launcher, *arguments), (78, b"", b""))

    def test_the_command_reports_outputs_that_cannot_be_written(self) -> None:
        self.command.symlink_to(COMMAND)
        with Path("/dev/full").open("wb") as full:
            for program in (self.launcher, COMMAND):
                code, _, errors = answer(program, "--help", stdout=full, stderr=subprocess.PIPE, capture_output=False)
                self.assertEqual((code, errors.count(b"\n")), (1, 1), errors)
                self.assertIn(b"standard output cannot be written", errors)
        for redirected in ("--help >&-", "2>&-", "--help 2>&-", "--help <&-"):
            with self.subTest(redirected):
                both = [
                    subprocess.run(f"{program} {redirected}", shell=True, capture_output=True, check=False)
                    for program in (self.launcher, COMMAND)
                ]
                self.assertEqual(*((end.returncode, end.stdout, end.stderr) for end in both))
        for program in (self.launcher, COMMAND):  # a reader that goes away
            reading, writing = os.pipe()
            os.close(reading)
            code, _, errors = answer(program, "--help", stdout=writing, stderr=subprocess.PIPE, capture_output=False)
            os.close(writing)
            self.assertEqual((code, errors.count(b"\n")), (1, 1), errors)


class Start(unittest.TestCase):
    def test_help_takes_15_milliseconds(self) -> None:
        times = []
        with Path(os.devnull).open("wb") as null:
            actions = [(os.POSIX_SPAWN_DUP2, null.fileno(), 1)]
            for _ in range(50):
                start = time.perf_counter()
                process = os.posix_spawn(LAUNCHER, ["portrait-depth", "--help"], os.environ, file_actions=actions)
                _, status = os.waitpid(process, 0)
                times.append(time.perf_counter() - start)
                self.assertEqual(status, 0)
        print(f"--help: {min(times) * 1e3:.1f} ms at best, {sorted(times)[25] * 1e3:.1f} ms in the middle")
        self.assertLessEqual(min(times), MOST_SECONDS)

    def test_the_loader_finds_the_c_library_alone(self) -> None:
        dynamic = subprocess.run(["readelf", "--dynamic", LAUNCHER], check=True, capture_output=True, text=True).stdout
        self.assertEqual(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic), ["libc.so.6"])


class Command(Launcher):
    """A program in the command's place receives what the launcher received."""

    def setUp(self) -> None:
        super().setUp()
        self.command.write_text(REPORTER.format(python=sys.executable))
        self.command.chmod(0o755)

    def test_inherits_everything(self) -> None:
        arguments = ["photo3d", "", "a b.jpg", "--help", "-o", "\N{SNOWMAN}.gif"]
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        program = subprocess.Popen(
            [self.launcher, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[reading],
            env={**os.environ, "INHERITED": "yes"},
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
        )
        output, errors = program.communicate("picture")
        report = json.loads(output)
        self.assertEqual(
            report,
            {
                "arguments": arguments,
                "environment": "yes",
                "process": program.pid,
                "descriptors": [0, 1, 2, reading],
                "input": "picture",
                "signal": "SIG_IGN",
            },
        )
        self.assertEqual((program.returncode, errors), (77, "errors\n"))

    def test_ends_by_its_own_signal(self) -> None:
        self.assertEqual(answer(self.launcher, "kill")[0], -signal.SIGKILL)

    def test_has_the_name_of_the_caller(self) -> None:
        self.command.unlink()
        shutil.copy("/bin/cat", self.command)
        link = self.folder / "link"
        link.symlink_to(self.launcher)
        self.assertEqual(answer(link, "/proc/self/cmdline")[1], f"{link}\0/proc/self/cmdline\0".encode())
        named = subprocess.run(["any name", "/proc/self/cmdline"], executable=self.launcher, capture_output=True)
        self.assertEqual(named.stdout, b"any name\0/proc/self/cmdline\0")

    def test_is_listed_as_portrait_depth(self) -> None:
        with subprocess.Popen([LAUNCHER, "depth", "-", "-o", "-"], stdin=subprocess.PIPE) as process:
            try:
                own = Path(f"/proc/{process.pid}")
                end = time.monotonic() + 30
                while (own / "exe").resolve() != COMMAND or (own / "comm").read_text() != "portrait-depth\n":
                    self.assertLess(time.monotonic(), end, (own / "comm").read_text())
                    time.sleep(0.02)
            finally:
                process.kill()

    def test_that_is_missing_gives_one_line(self) -> None:
        for mode, reason in ((None, "No such file or directory"), (0o644, "Permission denied")):
            if mode is None:
                self.command.rename(self.folder / "away")
            else:
                (self.folder / "away").rename(self.command)
                self.command.chmod(mode)
            line = f"{self.command}: the program cannot be started: {reason}; install portrait-depth again\n"
            self.assertEqual(answer(self.launcher, "models"), (1, b"", line.encode()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
