"""Trains the network: two replicas, a core each, gradients averaged through shared memory.

For machines with few cores. Every replica makes its own batches, runs the network on one thread,
and exchanges gradients with the others once a step. All cores stay busy, without the waits of
operators that are split over cores. A run is a function of its config, data and arithmetic; it can
stop at any step and resumes bit-exactly.
"""

from __future__ import annotations

import math
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.multiprocessing as multiprocessing
from torch import nn

from .arithmetic import MEASURED, autocast, machine, measure
from .batches import Loader, LoaderOptions
from .clothes import Clothes
from .config import Config, ConfigError, Stage, stage_pairs, stage_portraits
from .environments import Environments, fetch, procedural
from .examples import Batch
from .losses import relief_loss
from .network import ReliefNetwork, load_network
from .portraits import Portrait, read_portraits, with_shapes
from .records import HEIGHT, open_people
from .replica_state import Meeting, Run
from .segmenter import product_segmenter
from .sensor import read_sensor_photos
from .teachers import Teachers
from .training_log import TrainingLog

#: Steps between looks for new shards.
_RESCAN_STEPS: Final = 200
#: Largest norm of a step's gradient.
_CLIPPED_NORM: Final = 1.0
#: Arithmetic of checkpoints from before it was chosen by measurement.
_EARLIER_ARITHMETIC: Final = "bfloat16"
#: Later than any step.
_NEVER: Final = 1 << 62


def load_environments(name: str) -> Environments:
    """The procedural ones, or those of the cache at the path `name`, made if it is missing."""
    return procedural() if name == "procedural" else fetch(Path(name))


@dataclass(frozen=True)
class Budget:
    """The end of a run: after the config's steps, or after `seconds` of training."""

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


class _Replica:
    """One process of a run: makes its batches, and meets the others once a step."""

    def __init__(self, rank: int, start: _Start, meeting: Meeting) -> None:
        config, folder = start.config, start.folder
        self.rank, self.config, self.folder, self.meeting = rank, config, folder, meeting
        self.run = Run(config, start.arithmetic, meeting, rank)
        if (folder / "checkpoint.pt").exists():
            self.run.load(folder / "checkpoint.pt")
        environments = load_environments(config.environments)
        if config.environments != "procedural":
            environments = environments.select(held_out=False)
        photos = [photo for place in config.photos for photo in read_sensor_photos(place)]
        portraits = _portraits(config)
        self.loaders = {
            stage.height: Loader(environments, loader_options(config, stage), photos, portraits)
            for stage in config.stages
        }
        self.teachers = Teachers(config.teachers, config.teacher_share, start.arithmetic)
        self.people = open_people(*config.people)
        self.log, self.machine = TrainingLog(folder / "log.csv"), machine()
        self.before = self.run.elapsed_seconds
        self.loading_seconds = 0.0
        self.started = start.clock

    def _agree_on_progress(self, budget: Budget) -> float:
        """All replicas use the first one's clock, so that they take the same steps."""
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
        pairs, portraits = stage_pairs(self.config, stage), stage_portraits(self.config, stage)
        chosen = random.integers(len(self.people), size=stage.batch - pairs - 2 * portraits)
        batch = self.loaders[stage.height].batch(self.people, chosen, random, pairs, portraits)
        batch.picture = batch.picture.contiguous(memory_format=torch.channels_last)
        self.loading_seconds += time.monotonic() - clock
        return batch

    def _step(self, stage: Stage, rate: float) -> dict[str, float]:
        """Learns from one batch; returns the loss and its terms."""
        run = self.run
        halved = stage.height < HEIGHT
        batch = self.teachers.taught(self._batch(stage), halved)
        run.set_rate(rate)
        with autocast(run.arithmetic):
            levels, log_crop_width = run.network(batch.picture, batch.gravity, halved=halved)
        loss, terms = relief_loss(levels, log_crop_width, batch, self.config.loss)
        run.muon.zero_grad(set_to_none=True)
        run.adam.zero_grad(set_to_none=True)
        loss.backward()
        gradients = [p.grad for p in run.network.parameters() if p.grad is not None]
        self.meeting.average(self.rank, gradients + run.buffers())
        nn.utils.clip_grad_norm_(run.network.parameters(), _CLIPPED_NORM)
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
        speed = self.log.steps_per_second() * stage.batch * self.config.replicas
        self.log.write(
            {
                "step": self.run.step,
                "samples": self.run.samples,
                "seconds": f"{self.before + seconds:.1f}",
                "people": len(self.people),
                "height": stage.height,
                "rate": f"{rate:.4f}",
                "loading": f"{self.loading_seconds / seconds:.2f}",
                "pictures_per_second": f"{speed:.1f}",
                "arithmetic": self.run.arithmetic,
                "machine": self.machine,
            }
        )

    def train(self, budget: Budget, stop_at: int) -> None:
        """Steps until the budget is spent. Saves often, at the end and after each stage."""
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


def _portraits(config: Config) -> list[Portrait]:
    """The config's photos without depth, with their shapes; none if it names none."""
    if config.portrait_shape is None:
        return []
    segmenter = product_segmenter()
    found = [p for folder in config.portraits for p in read_portraits(folder, segmenter)]
    return with_shapes(found, load_network(config.portrait_shape), Clothes(), config.seed)


def loader_options(config: Config, stage: Stage) -> LoaderOptions:
    """The options of a stage's batches."""
    return LoaderOptions(
        height=stage.height,
        augment=True,
        photo_share=config.photo_share,
        segmented_share=config.segmented_share,
        recolored_share=config.recolored_share,
        crop_camera=config.crop_camera,
    )


@dataclass(frozen=True)
class _Start:
    """The start and the end of a session of a run. `clock` is time.monotonic() at its start: what a
    replica does before its first step counts, so that `--until` ends on time.
    """

    config: Config
    folder: Path
    arithmetic: str
    budget: Budget
    stop_at: int
    clock: float


def _replica(rank: int, start: _Start, meeting: Meeting) -> None:
    torch.set_num_threads(1)
    if start.config.replicas > 1:
        # PyTorch has the kernel send SIGINT to a replica whose parent has ended. A run that a
        # script starts in the background inherits that SIGINT is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _Replica(rank, start, meeting).train(start.budget, start.stop_at)


def elapsed_seconds(folder: Path) -> float:
    """The training time of the run in `folder` in seconds; 0 without a run."""
    checkpoint = folder / "checkpoint.pt"
    return float(torch.load(checkpoint)["elapsed_seconds"]) if checkpoint.exists() else 0.0


def _arithmetic(config: Config, folder: Path) -> str:
    """The run's arithmetic: its checkpoint's, the config's, or the faster one on this machine."""
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        kept = str(torch.load(checkpoint).get("arithmetic", _EARLIER_ARITHMETIC))
        print(f"{checkpoint}: goes on in {kept}", flush=True)
        return kept
    if config.arithmetic != MEASURED:
        return config.arithmetic
    speeds = measure(config.network, [(s.height, s.batch, s.share) for s in config.stages])
    print(f"{speeds}; trains in {speeds.fastest()}", flush=True)
    return speeds.fastest()


def _check_weights(config: Config) -> None:
    """Raises ConfigError for a checkpoint that is missing, or a teacher with other targets."""
    for weights in (config.initial, config.portrait_shape, *config.teachers):
        if weights and not weights.exists():
            raise ConfigError(f"{weights}: no such checkpoint; train that network first")
    for teacher in config.teachers:
        if torch.load(teacher).get("crop_camera", False) != config.crop_camera:
            raise ConfigError(f"{teacher}: another crop_camera than the config's; use the same")


def train(
    config: Config, folder: Path, seconds: float | None = None, stop_at: int | None = None
) -> Path:
    """Runs or resumes an experiment in `folder`; returns its checkpoint.

    `seconds` limits the whole run's time, including earlier sessions, instead of the config's
    steps. `stop_at` is a step to pause at, for later resumption.
    """
    clock = time.monotonic()
    _check_weights(config)
    open_people(*config.people)
    load_environments(config.environments)
    folder.mkdir(parents=True, exist_ok=True)
    network = ReliefNetwork(config.network)
    numbers = sum(p.numel() for p in network.parameters()) + sum(
        b.numel() for b in network.buffers() if b.is_floating_point()
    )
    meeting = Meeting(config.replicas, numbers)
    arithmetic, budget = _arithmetic(config, folder), Budget(config.steps, seconds)
    start = _Start(config, folder, arithmetic, budget, stop_at or _NEVER, clock)
    if config.replicas == 1:
        threads = torch.get_num_threads()
        _replica(0, start, meeting)
        torch.set_num_threads(threads)
    else:
        multiprocessing.start_processes(
            _replica, (start, meeting), nprocs=config.replicas, start_method="spawn"
        )
    return folder / "checkpoint.pt"
