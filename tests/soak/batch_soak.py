"""Runs the command with a folder of small photos and measures its memory and its throughput.

The machine may be busy with other work, so that throughput is computed from processor time in one run of the script:
  - the cost of a photo with several photos at once, as a share of that of one after the other, and
  - the share of the busiest worker: on idle cores the run takes that worker's time.
Both at 1 mean a throughput of cores x the single rate.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from growth import Sample, memory_of, take_sample
from PIL import Image

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    photos: int
    seconds: float  # of the processor, all threads together
    samples: list[Sample]
    workers: list[float]  # processor seconds of the threads that worked most


def write_photos(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    ramp = Image.linear_gradient("L")
    for number in range(count):
        size = (96 + number % 32, 128 - number // 32 % 32)
        ramp.resize(size).rotate(number % 360).convert("RGB").save(folder / f"{number:06}.jpg")


def thread_seconds(process_id: int) -> dict[str, float]:
    seconds = {}
    for task in Path(f"/proc/{process_id}/task").iterdir():
        try:
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            seconds[task.name] = (int(fields[11]) + int(fields[12])) / TICKS
        except OSError:  # the thread has ended
            continue
    return seconds


def run_batch(command: str, photos: Path, out: Path, jobs: int) -> Run:
    count = len(list(photos.iterdir()))
    options = ["--no-segmentation", "--resume", "--quiet", "--jobs", str(jobs), "--threads", "1"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([command, "depth", str(photos), "-o", str(out), *options])
    pause = 0.05 if count < 1000 else 0.5  # each sample lists the results
    samples: list[Sample] = []
    threads: dict[str, float] = {}
    start = time.monotonic()
    while process.poll() is None:
        try:
            sample = take_sample(process.pid, out, time.monotonic() - start)
            threads.update(thread_seconds(process.pid))
            if len(list(out.glob("*.png"))) < count:  # else the process frees its memory and ends
                samples.append(sample)
        except (OSError, IndexError):  # not started, or ended
            pass
        time.sleep(pause)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"the command ended with {process.returncode}")
    if len(list(out.glob("*.png"))) != count:
        raise SystemExit("a photo has no result")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count, seconds, samples, sorted(threads.values(), reverse=True)[:jobs])


def measure(command: str, photos: int, jobs: int, most_change: float, most_cost: float) -> list[str]:
    """Prints the table and returns the reasons for which the run fails."""
    with tempfile.TemporaryDirectory(prefix="portrait-depth-batch-") as name:
        folder = Path(name)
        write_photos(folder / "few", max(40, photos // 10))
        write_photos(folder / "all", photos)
        one = run_batch(command, folder / "few", folder / "one", 1)
        many = run_batch(command, folder / "all", folder / "many", jobs)
    memory = memory_of(many.samples)
    cost = (many.seconds / many.photos) / (one.seconds / one.photos)
    share = max(many.workers) * jobs / sum(many.workers)
    print(f"{many.photos} photos, {jobs} at once, load {os.getloadavg()[0]:.0f}")
    print(f"memory: {memory.level / 1e6:.0f} MB, drift {memory.drift:+.1%}, step {memory.step:+.1%} (second half)")
    print(
        f"a photo: {1000 * one.seconds / one.photos:.1f} ms of the processor alone, {cost:.3f} times that beside others"
    )
    print(
        f"busiest worker: {share:.3f} times its share; throughput {1 / (cost * share):.3f} of cores x the single rate"
    )
    reasons = []
    if max(abs(memory.drift), abs(memory.step)) > most_change:
        reasons.append(f"the memory drifts by more than {most_change:.0%}")
    if cost * share > most_cost:
        reasons.append(f"the throughput is below 1/{most_cost} of cores x the single rate")
    return reasons


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--command", required=True)
    parser.add_argument("--photos", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--most-change", type=float, default=0.05)
    parser.add_argument("--most-cost", type=float, default=1.05)
    choice = parser.parse_args()
    reasons = measure(choice.command, choice.photos, choice.jobs, choice.most_change, choice.most_cost)
    for reason in reasons:
        print(reason, file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
