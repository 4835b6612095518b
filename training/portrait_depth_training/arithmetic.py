"""The arithmetic of training: bfloat16 or float32, the faster one on this machine.

Processors with AVX-512 BF16 or AMX multiply bfloat16 in hardware. On others oneDNN converts every
operand, and float32 is two to three times as fast.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from .network import NetworkShape, ReliefNetwork
from .records import HEIGHT, WIDTH

ARITHMETICS: Final = ("float32", "bfloat16")
#: The value of a config's `arithmetic` that asks for a measurement.
MEASURED: Final = "measured"
#: Timed steps of each arithmetic; one more before them fills caches and compiles kernels.
_STEPS: Final = 3


def autocast(arithmetic: str) -> Any:
    """The context in which the network computes with `arithmetic`."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=arithmetic == "bfloat16")


@dataclass(frozen=True)
class Speeds:
    """Pictures a second of one core in forward and backward passes, by arithmetic."""

    pictures_per_second: dict[str, float]

    def fastest(self) -> str:
        return max(self.pictures_per_second, key=self.pictures_per_second.__getitem__)

    def __str__(self) -> str:
        speeds = (f"{name} {speed:.1f}" for name, speed in self.pictures_per_second.items())
        return f"{machine()}: pictures/s of one core: {', '.join(speeds)}"


def _seconds(network: ReliefNetwork, picture: torch.Tensor, arithmetic: str) -> float:
    """The fastest of a few forward and backward passes."""
    times = []
    for _ in range(_STEPS + 1):
        started = time.perf_counter()
        with autocast(arithmetic):
            gravity = torch.zeros(len(picture), 3)
            levels, log_crop_width = network(picture, gravity, halved=picture.shape[2] < HEIGHT)
        (sum(level.sum() for level in levels) + log_crop_width.sum()).backward()
        network.zero_grad(set_to_none=True)
        times.append(time.perf_counter() - started)
    return min(times[1:])


def measure(shape: NetworkShape, stages: Sequence[tuple[int, int, float]]) -> Speeds:
    """Times both arithmetics on one thread, as a replica uses.

    `stages` are (height, batch, share of the run), as in a config.
    """
    network = ReliefNetwork(shape).to(memory_format=torch.channels_last)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    speeds = {}
    try:
        for arithmetic in ARITHMETICS:
            seconds = pictures = 0.0
            for height, batch, share in stages:
                picture = torch.rand(batch, 4, height, height * WIDTH // HEIGHT)
                picture = picture.contiguous(memory_format=torch.channels_last)
                seconds += share * _seconds(network, picture, arithmetic)
                pictures += share * batch
            speeds[arithmetic] = pictures / seconds
    finally:
        torch.set_num_threads(threads)
    return Speeds(speeds)


def machine() -> str:
    """The processor's name and the number of cores, without commas."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name} x {os.cpu_count()}".replace(",", " ")
