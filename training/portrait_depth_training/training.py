"""Trains the network: two replicas, a core each, gradients averaged through shared memory.

On a machine of few cores the loader is no separate program: every replica makes its own batches,
runs the network with one thread, and meets the others once a step. That keeps every core busy
without the waits that operators split over cores have. A run is a function of its config and
data; it stops anywhere and resumes bit-exactly.
"""

from __future__ import annotations

import csv
import math
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as multiprocessing
from torch import Tensor, nn

from .batches import Batch, Loader
from .config import Config, ConfigError, Stage
from .environments import Environments, fetch, procedural
from .losses import relief_loss
from .network import ReliefNetwork, take_over
from .optimizer import Muon
from .records import HEIGHT, open_people
from .sensor import read_sensor_photos
from .teachers import Teachers

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


def rate_share(config: Config, step: int, progress: float) -> float:
    """Share of the learning rate: linear warm-up, then a cosine to zero at progress 1."""
    warm = min((step + 1) / max(config.warm_up_steps, 1), 1.0)
    return warm * 0.5 * (1 + math.cos(math.pi * progress))


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
        self.replicas = replicas
        self.barrier = multiprocessing.get_context("spawn").Barrier(replicas)
        self.slots = torch.zeros(replicas, numbers).share_memory_()
        self.board = torch.zeros(numbers).share_memory_()
        self.clock = torch.zeros(1, dtype=torch.float64).share_memory_()

    def average(self, rank: int, tensors: list[Tensor]) -> None:
        """Replaces `tensors` by their mean over replicas, summed in the same order by each."""
        if len(self.slots) == 1:
            return
        joined = torch.cat([t.reshape(-1) for t in tensors])
        self.slots[rank, : len(joined)] = joined
        self.barrier.wait()
        mean = self.slots[:, : len(joined)].mean(0)
        self.barrier.wait()
        first = 0
        for tensor in tensors:
            tensor.copy_(mean[first : first + tensor.numel()].view_as(tensor))
            first += tensor.numel()


class Run:
    """The state of one replica; all replicas hold the same numbers."""

    def __init__(self, config: Config, meeting: _Meeting, rank: int) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.network = ReliefNetwork(config.network).to(memory_format=torch.channels_last)
        self.average = ReliefNetwork(config.network)
        if config.initial is not None:
            try:
                take_over(self.network, torch.load(config.initial)["average"])
            except ValueError as error:
                raise ConfigError(f"{config.initial}: {error}") from error
        self.average.load_state_dict(self.network.state_dict())
        self._sources, self._averaged = (
            [value for value in network.state_dict().values() if value.is_floating_point()]
            for network in (self.network, self.average)
        )
        self.muon, self.adam = self._optimizers(meeting, rank)
        self.step = 0
        self.samples = 0
        self.elapsed_seconds = 0.0

    def _optimizers(self, meeting: _Meeting, rank: int) -> tuple[Muon, torch.optim.AdamW]:
        """Muon for the layers between the first and the heads, AdamW for the rest."""
        between = ("encoder.", "decoder.", "context.", "fine.join")
        hidden: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, parameter in self.network.named_parameters():
            chosen = name.startswith(between) and parameter.ndim > 1
            (hidden if chosen else others).append(parameter)
        board = meeting.board[: sum(weight.numel() for weight in hidden)]
        muon = Muon(
            hidden, self.config.muon_rate, board, rank, meeting.replicas, meeting.barrier.wait
        )
        adam = torch.optim.AdamW(
            others,
            lr=self.config.learning_rate,
            betas=(0.9, 0.98),  # runs are short: the second moment must not remember their start
            weight_decay=0.0,
            foreach=True,
        )
        return muon, adam

    def set_rate(self, share: float) -> None:
        """Both optimisers' rates as a share of the config's."""
        self.muon.param_groups[0]["lr"] = share * self.config.muon_rate
        self.adam.param_groups[0]["lr"] = share * self.config.learning_rate

    def buffers(self) -> list[Tensor]:
        return [b for b in self.network.buffers() if b.is_floating_point()]

    def update_average(self) -> None:
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_mul_(self._averaged, keep)
            torch._foreach_add_(self._averaged, self._sources, alpha=1 - keep)

    def save(self, path: Path) -> None:
        """Writes a checkpoint, beside and then in place of the old one."""
        beside = path.with_suffix(".part")
        torch.save(
            {
                "shape": self.config.network,
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "muon": self.muon.state_dict(),
                "adam": self.adam.state_dict(),
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
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.step, self.samples = state["step"], state["samples"]
        self.elapsed_seconds = state["elapsed_seconds"]


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


class _Replica:
    """One process of a run: makes its batches, and meets the others once a step."""

    def __init__(self, rank: int, config: Config, folder: Path, meeting: _Meeting) -> None:
        self.rank, self.config, self.folder, self.meeting = rank, config, folder, meeting
        self.run = Run(config, meeting, rank)
        if (folder / "checkpoint.pt").exists():
            self.run.load(folder / "checkpoint.pt")
        environments = load_environments(config.environments)
        if config.environments != "procedural":
            environments = environments.select(held_out=False)
        heights = {stage.height for stage in config.stages}
        photos = [photo for place in config.photos for photo in read_sensor_photos(place)]
        self.loaders = {
            height: Loader(
                environments, height, True, photos, config.photo_share, config.segmented_share
            )
            for height in heights
        }
        self.teachers = Teachers(config.teachers, config.teacher_share)
        self.people = open_people(*config.people)
        self.log = _Log(folder / "log.csv")
        self.before = self.run.elapsed_seconds
        self.loading_seconds = 0.0
        self.started = time.monotonic()

    def _agree_on_progress(self, budget: Budget) -> float:
        """The first replica's clock counts, so that all take the same steps."""
        if self.rank == 0:
            self.meeting.clock[0] = self.before + time.monotonic() - self.started
        self.meeting.barrier.wait()
        self.run.elapsed_seconds = float(self.meeting.clock[0])
        return budget.progress(self.run.step, self.run.elapsed_seconds)

    def _batch(self, stage: Stage) -> Batch:
        clock = time.monotonic()
        if self.run.step % _RESCAN_STEPS == 0:
            self.people = open_people(*self.config.people)
        random = np.random.default_rng([self.config.seed, self.run.step, self.rank])
        chosen = random.integers(len(self.people), size=stage.batch)
        batch = self.loaders[stage.height].batch(self.people, chosen, random)
        batch.picture = batch.picture.contiguous(memory_format=torch.channels_last)
        self.loading_seconds += time.monotonic() - clock
        return batch

    def _step(self, stage: Stage, rate: float) -> dict[str, float]:
        """Learns from one batch; returns the loss and its terms."""
        run = self.run
        halved = stage.height < HEIGHT
        batch = self.teachers.taught(self._batch(stage), halved)
        run.set_rate(rate)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            levels, log_crop_width = run.network(batch.picture, halved=halved)
        loss, terms = relief_loss(levels, log_crop_width, batch, self.config.loss)
        run.muon.zero_grad(set_to_none=True)
        run.adam.zero_grad(set_to_none=True)
        loss.backward()
        gradients = [p.grad for p in run.network.parameters() if p.grad is not None]
        self.meeting.average(self.rank, gradients + run.buffers())
        nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
        run.muon.step()
        run.adam.step()
        run.step += 1
        run.samples += stage.batch * self.config.replicas
        run.update_average()
        return {"loss": float(loss.detach())} | terms

    def _report(self, stage: Stage, rate: float, terms: dict[str, float]) -> None:
        self.log.add(terms)
        if self.run.step % self.config.log_every:
            return
        seconds = time.monotonic() - self.started
        self.log.write(
            {
                "step": self.run.step,
                "samples": self.run.samples,
                "seconds": f"{self.before + seconds:.1f}",
                "people": len(self.people),
                "height": stage.height,
                "rate": f"{rate:.4f}",
                "loading": f"{self.loading_seconds / seconds:.2f}",
            }
        )

    def train(self, budget: Budget, stop_at: int) -> None:
        """Steps until the budget is spent. Saves often, at the end, and where a stage ends."""
        self.run.network.train()
        self.meeting.barrier.wait()
        before: Stage | None = None
        while True:
            progress = self._agree_on_progress(budget)
            if progress >= 1 or self.run.step >= stop_at:
                break
            stage = stage_at(self.config, progress)
            if self.rank == 0 and before is not None and before != stage:
                self.run.save(self.folder / f"stage-{before.height}.pt")
            before = stage
            rate = rate_share(self.config, self.run.step, progress)
            terms = self._step(stage, rate)
            if self.rank == 0:
                self._report(stage, rate, terms)
                if self.run.step % self.config.checkpoint_every == 0:
                    self.run.save(self.folder / "checkpoint.pt")
        if self.rank == 0:
            self.run.save(self.folder / "checkpoint.pt")


def _replica(
    rank: int, config: Config, budget: Budget, folder: Path, stop_at: int, meeting: _Meeting
) -> None:
    torch.set_num_threads(1)
    if config.replicas > 1:
        # PyTorch has the kernel send SIGINT to a replica whose parent is gone; a run started in a
        # script's background has inherited that SIGINT is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _Replica(rank, config, folder, meeting).train(budget, stop_at)


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
    for weights in (config.initial, *config.teachers):
        if weights and not weights.exists():
            raise ConfigError(f"{weights}: no such checkpoint; train that network first")
    open_people(*config.people)
    load_environments(config.environments)
    folder.mkdir(parents=True, exist_ok=True)
    network = ReliefNetwork(config.network)
    numbers = sum(p.numel() for p in network.parameters()) + sum(
        b.numel() for b in network.buffers() if b.is_floating_point()
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
