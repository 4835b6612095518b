"""Samples of a running process, and the rules by which its use of memory, files and threads counts as growth."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, linear_regression, median_low

MOST_CHANGE = 0.05  # of the memory's mean level, over the second half of the time
FEWEST_SAMPLES = 8


@dataclass(frozen=True)
class Sample:
    """The state of a process at one moment."""

    seconds: float
    own_bytes: int
    open_files: int
    threads: int
    temporary_files: int
    mapped_files: int = 0


def entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def temporary_files(folder: Path) -> int:
    """The hidden files below a folder, and all entries of its folder tmp."""
    hidden = sum(1 for _, _, files in os.walk(folder) for name in files if name.startswith("."))
    tmp = folder / "tmp"
    return hidden + (entries(tmp) if tmp.is_dir() else 0)


def own_bytes(process: Path) -> int:
    """Memory that belongs to the process alone, resident or swapped out. Pages of mapped files are outside: the system
    drops and reads them again as it needs, so that the resident size falls and rises without a cause in the program."""
    status = (process / "status").read_text()
    return sum(1024 * int(size) for size in re.findall(r"(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB", status))


def mapped_files(process: Path) -> int:
    """Parts of files in the address space."""
    return sum(line.split()[4] != "0" for line in (process / "maps").read_text().splitlines())


def take_sample(process_id: int, folder: Path, seconds: float) -> Sample:
    process = Path(f"/proc/{process_id}")
    return Sample(
        seconds,
        own_bytes(process),
        entries(process / "fd"),
        entries(process / "task"),
        temporary_files(folder),
        mapped_files(process),
    )


@dataclass(frozen=True)
class Memory:
    """The process's own memory over the second half of the samples."""

    level: float  # mean, bytes
    slope: float  # bytes per second, by least squares
    drift: float  # slope times duration, as a share of the level
    step: float  # mean of the last quarter less the mean of the quarter before it, as a share of the level


def memory_of(samples: Sequence[Sample]) -> Memory:
    second = samples[len(samples) // 2 :]
    middle = len(second) // 2
    values = [float(sample.own_bytes) for sample in second]
    level = fmean(values)
    slope = linear_regression([sample.seconds for sample in second], values).slope
    duration = second[-1].seconds - second[0].seconds
    return Memory(level, slope, slope * duration / level, (fmean(values[middle:]) - fmean(values[:middle])) / level)


COUNTS: dict[str, Callable[[Sample], int]] = {
    "open files": lambda sample: sample.open_files,
    "threads": lambda sample: sample.threads,
    "temporary files": lambda sample: sample.temporary_files,
}


def growths(samples: Sequence[Sample], most_change: float = MOST_CHANGE) -> list[str]:
    """The reasons for which the samples of one process fail. Work in progress opens files and starts threads, and
    closes and ends them. A count grows if its smallest value in the last quarter is above its median in the quarter
    before: a smallest value of few samples falls by chance."""
    if len(samples) < FEWEST_SAMPLES:
        return [f"{len(samples)} samples are too few"]
    memory = memory_of(samples)
    found = []
    if max(abs(memory.drift), abs(memory.step)) > most_change:
        found.append(f"memory: drift {memory.drift:+.1%}, step {memory.step:+.1%} of {memory.level / 1e6:.0f} MB")
    third, fourth = samples[len(samples) // 2 : len(samples) * 3 // 4], samples[len(samples) * 3 // 4 :]
    for name, count in COUNTS.items():
        before, after = median_low(map(count, third)), min(map(count, fourth))
        if after > before:
            found.append(f"{name}: {before} became {after}")
    # Libraries are loaded when they are first needed: a few more parts of files are no leak.
    before, after = (min(sample.mapped_files for sample in part) for part in (third, fourth))
    if after > before * (1 + most_change):
        found.append(f"mapped files: {before} became {after}")
    return found
