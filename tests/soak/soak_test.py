"""The soak reports each kind of growth, and passes a short run of the library, the Python module and the command."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from growth import Sample, growths
from soak import Subject, run

HERE = Path(__file__).resolve().parent

# A process that keeps one more thing with each round.
LEAKING = """
import mmap, os, sys, threading, time
kept = [bytes(50_000_000)]
for number in range(10**9):
    {leak}
    print(number, flush=True)
    time.sleep(0.02)
"""
LEAKS = {
    "memory": "kept.append(b'x' * 300_000)",
    "open files": "kept.append(open('/dev/null'))",
    "threads": "threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
    "temporary files": "open(f'{folder}/work/.left-{{number}}', 'w').close()",
    "mapped files": "kept.append(mmap.mmap(os.open(sys.executable, os.O_RDONLY), 4096, access=mmap.ACCESS_READ))",
    "nothing": "pass",
}


def flat(count: int = 100) -> list[Sample]:
    """The memory of work in progress rises and falls; the level stays."""
    return [Sample(i, 200_000_000 + 30_000_000 * (i % 3), 5 + i % 4, 4 + i % 2, i % 2) for i in range(count)]


class Growth(unittest.TestCase):
    def test_a_level_that_stays_passes(self) -> None:
        self.assertEqual(growths(flat()), [])

    def test_memory_that_grows_by_more_than_five_percent_fails(self) -> None:
        for share, fails in [(0.03, False), (0.08, True), (-0.08, True)]:
            samples = [
                Sample(s.seconds, int(s.own_bytes * (1 + 2 * share * s.seconds / 100)), s.open_files, s.threads, 0)
                for s in flat()
            ]
            self.assertEqual(bool(growths(samples)), fails, share)

    def test_a_warm_up_in_the_first_half_passes(self) -> None:
        self.assertEqual(growths([Sample(s, min(s, 40) * 1_000_000 + 1, 3, 3, 0) for s in range(100)]), [])

    def test_a_count_that_grows_fails_and_work_in_progress_does_not(self) -> None:
        def with_threads(threads: list[int]) -> list[Sample]:
            return [Sample(i, 1_000_000, 3, count, 0) for i, count in enumerate(threads)]

        before = [7] * 12
        self.assertEqual(growths(with_threads([*before, 7, 6, 7, 8, 7, 7, 7, 7, 8, 7, 7, 7])), [])
        self.assertEqual(growths(with_threads([*before, 7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8])), ["threads: 7 became 8"])

    def test_too_few_samples_fail(self) -> None:
        self.assertEqual(growths(flat(7)), ["7 samples are too few"])


class Leaks(unittest.TestCase):
    def test_each_kind_of_leak_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            subjects = []
            for kind, leak in LEAKS.items():
                folder = Path(name) / kind.replace(" ", "-")
                program = LEAKING.format(leak=leak.format(folder=folder))
                subjects.append(Subject(kind, folder, [sys.executable, "-c", program], exit_status=-15))
            reasons = run(subjects, 3, 1, 0.05, report=print)
        for kind in ["memory", "open files", "threads", "temporary files", "mapped files"]:
            self.assertEqual(len([r for r in reasons if r.startswith(f"{kind}: {kind}: ")]), 1, reasons)
        self.assertFalse([r for r in reasons if r.startswith("nothing")], reasons)
        self.assertTrue([r for r in reasons if "temporary files are left" in r], reasons)

    def test_a_process_that_ends_early_fails(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            subject = Subject("short", Path(name), [sys.executable, "-c", "import sys; sys.exit('no more')"])
            reasons = run([subject], 3, 1, 0.05, report=print)
        self.assertEqual(len(reasons), 1)
        self.assertRegex(reasons[0], "short: ended early with 1: no more")


class Short(unittest.TestCase):
    def test_a_few_seconds(self) -> None:
        """Memory has no level yet after so few rounds: the limit is a third."""
        photos = sorted(Path(os.environ["PORTRAIT_DEPTH_PHOTOS"]).glob("*.jpg"))[:2]
        programs = ["--build", os.environ["PORTRAIT_DEPTH_BUILD"], "--command", os.environ["PORTRAIT_DEPTH_COMMAND"]]
        options = [*programs, "--seconds", "5", "--warm-up-rounds", "10", "--most-change", "0.33"]
        arguments = [sys.executable, "-B", str(HERE / "soak.py"), *options, *map(str, photos)]
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=200, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for name in ["library", "Python", "command"]:
            self.assertRegex(result.stdout, rf"(?m)^{name}: [1-9]\d* rounds in [45] s, [\d.]+ MB")


if __name__ == "__main__":
    unittest.main()
