"""faults.py --command FILE --shim FILE --photo FILE [--ways NAME,...] [--parts NAME,...] [--share X] [--jobs N]

Runs each way of the command again and again and makes one call fail each time. Every open, read, write, close, rename,
link, fsync, truncate and start of a thread fails with every error, alone and with all later calls of its kind. Of the
allocations, the first and the last thousand, a thousand between them, and all from 64 KiB on fail; a share X below 1
takes that part of them, evenly spread. Then the address space cannot grow any more from chosen allocations on, and it
is limited in steps. Fails if a run breaks a rule of fault_runs.violations().
"""

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from errno import ENOMEM
from pathlib import Path

from fault_runs import ERRORS, WAYS, End, Fault, Runner, Way, violations

NO_FAULT = Fault((), 0)
LARGE_BYTES = 1 << 16
ENDS = 1000  # allocations at each end of a run that all fail in turn
BETWEEN = 1000  # of the others
FULL_SPACES = 200  # allocations from which on the address space cannot grow
PARTS = ["calls", "allocations", "full address space", "limited address space"]


def right_end(runner: Runner, way: Way) -> End:
    """The end without a fault; it must be right itself."""
    end = runner.run(way, NO_FAULT)
    if end.status != 0 or set(end.files) != set(way.results):
        raise RuntimeError(f"{way.name} fails without a fault: {end.status} {end.errors} {sorted(end.files)}")
    return end


def calls(runner: Runner, way: Way, name: str, least_bytes: int = 0) -> int:
    return runner.run(way, Fault((name,), 0, least_bytes=least_bytes)).calls


def io_faults(runner: Runner, way: Way, stickies: Iterable[bool] = (False, True)) -> Iterator[Fault]:
    """Every call but allocations."""
    for name, errors in ERRORS.items():
        if name == "allocation":
            continue
        for number in range(1, calls(runner, way, name) + 1):
            for error in errors:
                yield from (Fault((name,), number, error, is_sticky) for is_sticky in stickies)


def spread(first: int, last: int, count: int) -> list[int]:
    """At most `count` numbers from `first` to `last`, evenly spread."""
    return sorted({first + (last - first) * i // max(1, count - 1) for i in range(count)}) if last >= first else []


def allocation_faults(runner: Runner, way: Way, between: int, ends: int = ENDS) -> Iterator[Fault]:
    """Both ends, `between` of the others, and all large ones; each alone and with all later ones."""
    total = calls(runner, way, "allocation")
    small = {*range(1, min(ends, total) + 1), *spread(ends + 1, total - ends, between)}
    small |= set(range(max(1, total - ends + 1), total + 1))
    large = range(1, calls(runner, way, "allocation", LARGE_BYTES) + 1)
    for is_sticky in (False, True):
        yield from (Fault(("allocation",), number, ENOMEM, is_sticky) for number in sorted(small))
        yield from (Fault(("allocation",), number, ENOMEM, is_sticky, LARGE_BYTES) for number in large)


def sampled(faults: list[Fault], share: float) -> list[Fault]:
    """A share of the faults, evenly spread."""
    return [faults[i] for i in spread(0, len(faults) - 1, max(1, round(share * len(faults))))]


def full_space_faults(runner: Runner, way: Way, count: int) -> list[Fault]:
    numbers = spread(1, calls(runner, way, "space"), count)
    return [Fault(("space",), number, ENOMEM) for number in numbers]


def broken_rules(runner: Runner, way: Way, fault: Fault, right: End) -> tuple[str, list[str]]:
    """The run's exit status as text, and the rules that it breaks."""
    try:
        end = runner.run(way, fault)
    except subprocess.TimeoutExpired:
        return "no end", ["it does not end"]
    return str(end.status), violations(way, end, right)


def sweep(runner: Runner, way: Way, faults: Iterable[Fault], right: End, jobs: int) -> tuple[Counter[str], list[str]]:
    """Runs all faults. Returns the number of ends with each status, and a line for each broken rule."""
    statuses: Counter[str] = Counter()
    lines = []
    with ThreadPoolExecutor(jobs) as pool:
        listed = list(faults)
        for fault, (status, broken) in zip(
            listed, pool.map(lambda fault: broken_rules(runner, way, fault, right), listed), strict=True
        ):
            statuses[status] += 1
            lines += [f"{way.name}, {fault}: {rule}" for rule in broken]
    return statuses, lines


def sweep_address_space(
    runner: Runner, way: Way, right: End, steps: Iterable[int], jobs: int
) -> tuple[Counter[str], list[str]]:
    """Runs the way with each limit of the address space, in MiB."""
    statuses: Counter[str] = Counter()
    lines = []
    with ThreadPoolExecutor(jobs) as pool:
        limits = list(steps)
        runners = [replace(runner, address_space_kib=limit << 10) for limit in limits]
        ends = pool.map(lambda limited: broken_rules(limited, way, NO_FAULT, right), runners)
        for limit, (status, broken) in zip(limits, ends, strict=True):
            statuses[status] += 1
            lines += [f"{way.name}, {limit} MiB of address space: {rule}" for rule in broken]
    return statuses, lines


def sweep_part(
    part: str, runner: Runner, way: Way, right: End, options: argparse.Namespace
) -> tuple[Counter[str], list[str]]:
    if part == "limited address space":
        return sweep_address_space(runner, way, right, range(200, 1500, 50), options.jobs)
    if part == "calls":
        faults = list(io_faults(runner, way))
    elif part == "allocations":
        faults = sampled(list(allocation_faults(runner, way, BETWEEN)), options.share)
    else:
        faults = full_space_faults(runner, way, max(1, round(options.share * FULL_SPACES)))
    return sweep(runner, way, faults, right, options.jobs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=Path, required=True)
    parser.add_argument("--shim", type=Path, required=True)
    parser.add_argument("--photo", type=Path, required=True)
    parser.add_argument("--ways", default=",".join(way.name for way in WAYS))
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--share", type=float, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    runner = Runner(str(options.command.resolve()), str(options.shim.resolve()), options.photo.resolve())
    broken = 0
    for way in (way for way in WAYS if way.name in options.ways.split(",")):
        right = right_end(runner, way)
        for part in (part for part in PARTS if part in options.parts.split(",")):
            statuses, lines = sweep_part(part, runner, way, right, options)
            print(f"{way.name}: {part}: {sum(statuses.values())} runs, exit {dict(sorted(statuses.items()))}")
            print("".join(f"  {line}\n" for line in lines), end="", flush=True)
            broken += len(lines)
    print(f"{broken} broken rules" if broken else "passed: every run kept the rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
