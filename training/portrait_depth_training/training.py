"""Trains the network: two replicas, a core each, gradients averaged through shared memory.

On a machine of few cores the loader is no separate program: every replica makes its own batches,
runs the network with one thread, and meets the others once a step. That keeps every core busy
without the waits that operators split over cores have. A run is a function of its config and
data; it stops anywhere and resumes bit-exactly.
"""

from __future__ import annotations

import csv
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as multiprocessing
from torch import Tensor, nn

from .batches import Loader
from .config import Config, Stage
from .environments import Environments, fetch, procedural
from .losses import relief_loss
from .network import ReliefNetwork
from .records import open_people

_RESCAN_STEPS = 200


def load_environments(name: str) -> Environments:
    """ "procedural", or the path of the cached HDR maps, which is made where it is missing."""
    return procedural() if name == "procedural" else fetch(Path(name))


@dataclass(frozen=True)
class Budget:
    """When a run ends: after the config's steps, or after `seconds` of training."""

    steps: int
    seconds: float | None = None

    def progress(self, step: int, elapsed_seconds: float) -> float:
        """0 at the start, 1 at the end."""
        if self.seconds is not None:
            return min(elapsed_seconds / self.seconds, 1.0)
        return min(step / self.steps, 1.0)


def learning_rate(config: Config, step: int, progress: float) -> float:
    """Linear warm-up, then a cosine to zero at progress 1."""
    warm = min((step + 1) / max(config.warm_up_steps, 1), 1.0)
    return config.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * progress))


def stage_at(config: Config, progress: float) -> Stage:
    """The stage whose share of the run `progress` falls into."""
    end = 0.0
    for stage in config.stages:
        end += stage.share
        if progress < end:
            return stage
    return config.stages[-1]


class _Meeting:
    """Shared memory in which replicas average gradients and batch statistics."""

    def __init__(self, replicas: int, numbers: int) -> None:
        self.barrier = multiprocessing.get_context("spawn").Barrier(replicas)
        self.slots = torch.zeros(replicas, numbers).share_memory_()
        self.clock = torch.zeros(1, dtype=torch.float64).share_memory_()

    def average(self, rank: int, tensors: list[Tensor]) -> None:
        """Replaces `tensors` by their mean over replicas, summed in the same order by each."""
        if len(self.slots) == 1:
            return
        self.slots[rank] = torch.cat([t.reshape(-1) for t in tensors])
        self.barrier.wait()
        mean = self.slots.mean(0)
        self.barrier.wait()
        first = 0
        for tensor in tensors:
            tensor.copy_(mean[first : first + tensor.numel()].view_as(tensor))
            first += tensor.numel()


class Run:
    """The state of one replica; all replicas hold the same numbers."""

    def __init__(self, config: Config) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.network = ReliefNetwork(config.network).to(memory_format=torch.channels_last)
        self.average = ReliefNetwork(config.network)
        if config.initial is not None:
            self.network.load_state_dict(torch.load(config.initial)["average"])
        self.average.load_state_dict(self.network.state_dict())
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed}, {"params": others, "weight_decay": 0.0}],
            lr=config.learning_rate,
            betas=(0.9, 0.98),  # runs are short: the second moment must not remember their start
            weight_decay=config.weight_decay,
        )
        self.step = 0
        self.samples = 0
        self.elapsed_seconds = 0.0

    def buffers(self) -> list[Tensor]:
        return [b for b in self.network.buffers() if b.is_floating_point()]

    def update_average(self) -> None:
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            source = self.network.state_dict()
            for name, value in self.average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(source[name], 1 - keep)

    def save(self, path: Path) -> None:
        """Writes a checkpoint, beside and then in place of the old one."""
        beside = path.with_suffix(".part")
        torch.save(
            {
                "shape": self.config.network,
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "step": self.step,
                "samples": self.samples,
                "elapsed_seconds": self.elapsed_seconds,
            },
            beside,
        )
        beside.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.samples = state["step"], state["samples"]
        self.elapsed_seconds = state["elapsed_seconds"]


def load_network(path: Path) -> ReliefNetwork:
    """The averaged network of a checkpoint, ready to predict."""
    state = torch.load(path, map_location="cpu")
    network = ReliefNetwork(state["shape"])
    network.load_state_dict(state["average"])
    return network.eval()


class _Log:
    """A CSV row every few steps: means of the loss terms since the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, float] = {}
        self._count = 0

    def add(self, values: dict[str, float]) -> None:
        self._count += 1
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def write(self, fixed: dict[str, Any]) -> None:
        row = fixed | {name: f"{total / self._count:.5f}" for name, total in self._sums.items()}
        new = not self._path.exists()
        with self._path.open("a", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if new:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{k} {v}" for k, v in row.items()), flush=True)
        self._sums, self._count = {}, 0


def _replica(
    rank: int, config: Config, budget: Budget, folder: Path, stop_at: int, meeting: _Meeting
) -> None:
    torch.set_num_threads(1)
    run = Run(config)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        run.load(checkpoint)
    environments = load_environments(config.environments)
    if config.environments != "procedural":
        environments = environments.select(held_out=False)
    loaders = {s.height: Loader(environments, s.height, augment=True) for s in config.stages}
    people = open_people(*config.people)
    log = _Log(folder / "log.csv")
    started, before = time.monotonic(), run.elapsed_seconds
    loading = 0.0
    run.network.train()
    meeting.barrier.wait()
    while True:
        if rank == 0:
            meeting.clock[0] = before + time.monotonic() - started
        meeting.barrier.wait()
        run.elapsed_seconds = float(meeting.clock[0])
        progress = budget.progress(run.step, run.elapsed_seconds)
        if progress >= 1 or run.step >= stop_at:
            break
        if run.step % _RESCAN_STEPS == 0:
            people = open_people(*config.people)
        stage = stage_at(config, progress)
        random = np.random.default_rng([config.seed, run.step, rank])
        clock = time.monotonic()
        chosen = random.integers(len(people), size=stage.batch)
        batch = loaders[stage.height].batch(people, chosen, random)
        loading += time.monotonic() - clock
        rate = learning_rate(config, run.step, progress)
        for group in run.optimizer.param_groups:
            group["lr"] = rate
        picture = batch.picture.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            levels, log_crop_width = run.network(picture)
        loss, terms = relief_loss(levels, log_crop_width, batch, config.loss)
        run.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in run.network.parameters() if p.grad is not None]
        meeting.average(rank, gradients + run.buffers())
        nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
        run.optimizer.step()
        run.step += 1
        run.samples += stage.batch * config.replicas
        run.update_average()
        if rank == 0:
            log.add({"loss": float(loss.detach())} | terms)
            if run.step % config.log_every == 0:
                seconds = before + time.monotonic() - started
                log.write(
                    {
                        "step": run.step,
                        "samples": run.samples,
                        "seconds": f"{seconds:.1f}",
                        "people": len(people),
                        "height": stage.height,
                        "rate": f"{rate:.2e}",
                        "loading": f"{loading / max(time.monotonic() - started, 1e-6):.2f}",
                    }
                )
            if run.step % config.checkpoint_every == 0:
                run.save(checkpoint)
    if rank == 0:
        run.save(checkpoint)


def elapsed_seconds(folder: Path) -> float:
    """How long the run in `folder` has trained; 0 where there is none."""
    checkpoint = folder / "checkpoint.pt"
    return float(torch.load(checkpoint)["elapsed_seconds"]) if checkpoint.exists() else 0.0


def train(
    config: Config, folder: Path, seconds: float | None = None, stop_at: int | None = None
) -> Path:
    """Runs or resumes an experiment in `folder`; returns its checkpoint.

    `seconds`: the whole run's time (with what it ran before), instead of the config's steps.
    `stop_at`: a step to pause at, for later resumption.
    """
    open_people(*config.people)
    load_environments(config.environments)
    folder.mkdir(parents=True, exist_ok=True)
    shape = Run(replace(config, initial=None))
    numbers = sum(p.numel() for p in shape.network.parameters()) + sum(
        b.numel() for b in shape.buffers()
    )
    meeting = _Meeting(config.replicas, numbers)
    budget = Budget(config.steps, seconds)
    arguments = (config, budget, folder, stop_at or 1 << 62, meeting)
    if config.replicas == 1:
        threads = torch.get_num_threads()
        _replica(0, *arguments)
        torch.set_num_threads(threads)
    else:
        multiprocessing.start_processes(
            _replica, arguments, nprocs=config.replicas, start_method="spawn"
        )
    return folder / "checkpoint.pt"
