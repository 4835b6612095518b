from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_RUN = """
import dataclasses, pathlib, sys
from portrait_depth_training.smoke import smoke_config
from portrait_depth_training.training import train

if __name__ == "__main__":
    people, folder = (pathlib.Path(p) for p in sys.argv[1:])
    train(dataclasses.replace(smoke_config(people), steps=100_000), folder)
"""


def _children(process: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    try:
        return "\nState:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait(what: str, seconds: float, done: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_replicas_end_with_a_parent_that_was_killed_in_the_background(
    people_folder: Path, tmp_path: Path
) -> None:
    """A shell script's background job ignores SIGINT, the signal that ends replicas."""
    script = tmp_path / "run.py"
    script.write_text(_RUN)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        run = subprocess.Popen(
            [sys.executable, script, people_folder, tmp_path / "run"],
            env={"PYTHONPATH": ":".join(sys.path)},
        )
    finally:
        signal.signal(signal.SIGINT, before)
    _wait("no step was made", 120, (tmp_path / "run" / "log.csv").exists)
    replicas = _children(run.pid)
    assert len([p for p in replicas if _runs(p)]) >= 2
    run.kill()
    run.wait()
    try:
        _wait("a replica runs on", 20, lambda: not any(_runs(p) for p in replicas))
    finally:
        for process in filter(_runs, replicas):
            os.kill(process, signal.SIGKILL)
