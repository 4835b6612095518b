"""Load on `portrait-depth serve` by hey: bench_serve.py COMMAND [--seconds S] [--soak].

Prints the rate of the service beside the rate of the command with as many photos at once, measured by turns in the same
run; then 64 clients against a queue of 16. --soak loads the service for S seconds and checks its resident memory.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PHOTO = PROJECT / "samples/person-1.jpg"
WORKERS = 2
ROUNDS = 3
LEAST_SHARE = 0.9
MOST_GROWTH = 0.05


class Service:
    def __init__(self, command: str, *options: str) -> None:
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        line = [command, "serve", "--port", "0", "--workers", str(WORKERS), *options]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=self.log, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/readyz")
                break
            except OSError:
                time.sleep(0.1)

    def resident_bytes(self) -> int:
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")

    def load(self, clients: int, seconds: float, path: str = "/v1/depth") -> str:
        line = ["hey", "-c", str(clients), "-z", f"{seconds}s", "-t", "120", "-m", "POST", "-D", str(PHOTO)]
        return subprocess.run([*line, self.address + path], capture_output=True, text=True, check=True).stdout

    def stop(self) -> None:
        self.process.terminate()
        if self.process.wait(60) != 0:
            sys.exit("the service did not end as it should")


def service_rate(report: str) -> float:
    return statuses(report).get(200, 0) / float(re.findall(r"Total:\s+([\d.]+) secs", report)[0])


def statuses(report: str) -> dict[int, int]:
    return {int(status): int(count) for status, count in re.findall(r"\[(\d+)\]\s+(\d+) responses", report)}


def command_seconds(command: str, photos: int) -> float:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for number in range(photos):
            shutil.copy(PHOTO, Path(folder) / f"{number}.jpg")
        line = [command, "depth", folder, "-o", f"{folder}/out/", "--jobs", str(WORKERS), "--threads", "1", "--quiet"]
        start = time.monotonic()
        subprocess.run(line, check=True)
        return time.monotonic() - start


def command_rate(command: str, photos: int) -> float:
    """Without the start, which the service does once."""
    return (photos - WORKERS) / (command_seconds(command, photos) - command_seconds(command, WORKERS))


def compare(command: str, seconds: float) -> float:
    service = Service(command)
    shares = []
    for _ in range(ROUNDS):
        served = service_rate(service.load(2 * WORKERS, seconds))
        alone = command_rate(command, max(10 * WORKERS, round(served * seconds)))
        shares.append(served / alone)
        print(f"service {served:.2f} photos/s, command {alone:.2f} photos/s: {100 * shares[-1]:.0f} %")
    service.stop()
    return statistics.median(shares)


def overload(command: str, seconds: float) -> bool:
    service = Service(command, "--queue", "16")
    report = service.load(64, seconds)
    service.stop()
    print(f"64 clients, queue of 16: {json.dumps(statuses(report))}")
    return set(statuses(report)) == {200, 503} and "Error distribution" not in report


def soak(command: str, seconds: float) -> bool:
    service = Service(command)
    paths = ("/v1/depth", "/v1/segment?format=jpg", "/v1/photo3d?height=96&duration=0.2", "/v1/depth?format=npy")
    levels: list[tuple[float, int]] = []
    start, answers = time.monotonic(), 0
    while (passed := time.monotonic() - start) < seconds:
        report = service.load(4, max(1, seconds / 60), paths[len(levels) % len(paths)])
        answers += statuses(report).get(200, 0)
        levels.append((passed, service.resident_bytes()))
    service.stop()
    third, last = (
        [level for at, level in levels if at >= seconds * share][: len(levels) // 4] for share in (0.25, 0.75)
    )
    growth = statistics.median(last) / statistics.median(third) - 1
    megabytes = statistics.median(last) / 1e6
    print(f"{answers} answers in {seconds:.0f} s; resident memory {megabytes:.0f} MB, {100 * growth:+.1f} %")
    return abs(growth) <= MOST_GROWTH


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    if options.soak:
        if not soak(options.command, options.seconds):
            sys.exit(f"the resident memory changed by more than {MOST_GROWTH:.0%}")
        return
    share = compare(options.command, options.seconds)
    if not overload(options.command, options.seconds):
        sys.exit("a client got neither a result nor status 503")
    if share < LEAST_SHARE:
        sys.exit(f"the service has {share:.0%} of the command's rate; {LEAST_SHARE:.0%} are required")


if __name__ == "__main__":
    main()
