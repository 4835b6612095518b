"""soak.py --build FOLDER --command FILE --seconds N [--summary FILE] PHOTO...

Runs the library (soak_process), the Python module (soak_module.py) and the command side by side for N seconds, each as
one process that works without a pause. Samples the memory, open files, threads and temporary files of each, prints the
figures and fails if any grows (growth.py).
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from growth import FEWEST_SAMPLES, MOST_CHANGE, Sample, growths, memory_of, take_sample, temporary_files

HERE = Path(__file__).resolve().parent
SAMPLES = 3000  # per process, at most one in 20 ms
# More than the command makes of small films, also while the other processes do their first rounds.
PHOTOS_PER_SECOND = 20
SECONDS_OF_FIRST_ROUNDS = 60
# glibc gives threads up to eight heaps a core, each of which keeps what fragments: the level would rise for hours.
FEW_HEAPS = {"MALLOC_ARENA_MAX": "2"}


@dataclass
class Subject:
    """One process under test. Its folder holds all that it writes; `work` starts and is measured there."""

    name: str
    folder: Path
    arguments: list[str]
    exit_status: int = 0  # after SIGTERM
    environment: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    results: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        for part in ["work", "tmp"]:
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **FEW_HEAPS, "TMPDIR": str(self.folder / "tmp"), **self.environment}
        with (self.folder / "stdout").open("wb") as output, (self.folder / "stderr").open("wb") as errors:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment
            )

    def rounds(self) -> int:
        """The results so far: lines on standard output, and files in `out`, which are removed here."""
        for file in (self.folder / "out").glob("[!.]*"):
            file.unlink()
            self.results += 1
        return self.results or (self.folder / "stdout").read_bytes().count(b"\n")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def sample(self, seconds: float) -> None:
        assert self.process is not None
        self.samples.append(take_sample(self.process.pid, self.folder, seconds))

    def end(self, most_change: float) -> list[str]:
        """Stops the process and returns the reasons for which it fails."""
        assert self.process is not None
        if not self.is_running():
            return [f"ended early with {self.process.returncode}: {(self.folder / 'stderr').read_text()[-300:]}"]
        self.process.send_signal(signal.SIGTERM)
        found = growths(self.samples, most_change)
        if (status := self.process.wait(timeout=900)) != self.exit_status:
            found.append(f"exit status {status}: {(self.folder / 'stderr').read_text()[-300:]}")
        if left := temporary_files(self.folder):
            found.append(f"{left} temporary files are left")
        return found

    def figures(self) -> str:
        memory, last = memory_of(self.samples), self.samples[-1]
        return (
            f"{self.name}: {self.rounds()} rounds in {last.seconds:.0f} s, {memory.level / 1e6:.1f} MB, "
            f"{memory.slope * 3600 / 1e6:+.2f} MB per hour, drift {memory.drift:+.2%}, step {memory.step:+.2%}, "
            f"{last.open_files} open files, {last.threads} threads"
        )


def library(build: Path, folder: Path, photos: list[str]) -> Subject:
    return Subject("library", folder, [str(build / "tests/soak/soak_process"), str(folder / "work"), *photos])


def python_module(build: Path, folder: Path, photos: list[str]) -> Subject:
    arguments = [sys.executable, "-B", str(HERE / "soak_module.py"), str(folder / "work"), *photos]
    return Subject("Python", folder, arguments, environment={"PYTHONPATH": str(build / "python")})


def command(program: Path, folder: Path, photos: list[str], seconds: float) -> Subject:
    """The command with one folder of so many photos that it does not reach the last one."""
    source = folder / "photos"
    source.mkdir(parents=True)
    copies = [shutil.copy(photo, folder / f"photo-{i}{Path(photo).suffix}") for i, photo in enumerate(photos)]
    for number in range(int((seconds + SECONDS_OF_FIRST_ROUNDS) * PHOTOS_PER_SECOND)):
        original = Path(copies[number % len(copies)])
        os.link(original, source / f"{number:06}{original.suffix}")
    options = ["--quiet", "--format", "webm", "--height", "120", "--duration", "0.4"]
    arguments = [str(program), "photo3d", str(source), "-o", str(folder / "out"), *options]
    return Subject("command", folder, arguments, exit_status=128 + signal.SIGTERM)


def figures_of(subjects: list[Subject]) -> str:
    return "\n".join(subject.figures() for subject in subjects if len(subject.samples) >= FEWEST_SAMPLES)


def watch(subjects: list[Subject], seconds: float, warm_up_rounds: int, report: Callable[[str], None]) -> None:
    """Samples the running subjects. The clock starts once each has finished its first rounds."""
    while any(subject.is_running() and subject.rounds() < warm_up_rounds for subject in subjects):
        time.sleep(0.05)
    start, next_line = time.monotonic(), 60.0
    while (passed := time.monotonic() - start) < seconds and all(subject.is_running() for subject in subjects):
        for subject in subjects:
            subject.sample(passed)
            subject.rounds()
        if passed >= next_line:
            report(f"after {passed:.0f} s:\n{figures_of(subjects)}")
            next_line += 60
        time.sleep(max(0.02, seconds / SAMPLES))


def run(
    subjects: list[Subject], seconds: float, warm_up_rounds: int, most_change: float, report: Callable[[str], None]
) -> list[str]:
    """Runs the subjects side by side, reports the figures every minute, and returns the reasons for which the subjects
    fail."""
    try:
        for subject in subjects:
            subject.start()
        watch(subjects, seconds, warm_up_rounds, report)
        return [f"{subject.name}: {reason}" for subject in subjects for reason in subject.end(most_change)]
    finally:
        for subject in subjects:
            if subject.process is not None:
                subject.process.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--command", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=7200, help="after the first rounds")
    parser.add_argument("--warm-up-rounds", type=int, default=100)
    parser.add_argument("--most-change", type=float, default=MOST_CHANGE, help="of the memory, as a share of its level")
    parser.add_argument("--summary", type=Path)
    parser.add_argument("photos", nargs="+", metavar="PHOTO")
    options = parser.parse_args()

    def report(text: str) -> None:
        print(text, flush=True)
        if options.summary:
            options.summary.write_text(text + "\n")

    with tempfile.TemporaryDirectory(prefix="portrait-depth-soak-") as folder:
        base = Path(folder)
        subjects = [
            library(options.build, base / "library", options.photos),
            python_module(options.build, base / "python", options.photos),
            command(options.command, base / "command", options.photos, options.seconds),
        ]
        reasons = run(subjects, options.seconds, options.warm_up_rounds, options.most_change, report)
        verdict = [f"FAILED: {reason}" for reason in reasons] or ["passed: nothing grew"]
        report("\n".join([figures_of(subjects), *verdict]))
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
