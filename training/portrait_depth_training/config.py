"""Experiments: one TOML file each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from .arithmetic import ARITHMETICS, MEASURED
from .losses import LossWeights
from .network import NetworkShape

T = TypeVar("T")


class ConfigError(ValueError):
    """An unusable configuration; the message names the file and the key."""


@dataclass(frozen=True)
class Stage:
    """A part of a run at one picture height; `share` of the whole run's progress."""

    height: int
    share: float
    batch: int


@dataclass(frozen=True)
class Config:
    """An experiment. Shares are 0 to 1. A replica is a process with one core; a stage's `batch` is
    per replica.

    `people`: folders of shards; some may appear during the run. `photos`: folders of photos with
    sensor depth, for `photo_share` of the examples. `segmented_share` of the people are masked by
    the product's segmenter. `recolored_share` of the people get other clothes; `pair_share` of the
    examples are pairs, one person in different clothes, whose reliefs `loss.pairs` compares.
    `portrait_share` of the examples are pairs of photos without depth from the folders `portraits`;
    the relief of the checkpoint `portrait_shape`, without its tilt, is their shape.
    `teachers`: checkpoints of trained networks; their mean output is `teacher_share` of the
    targets. `crop_camera`: targets in a camera that looks through the crop's middle.
    `arithmetic`: "float32", "bfloat16", or "measured" for the faster one on this machine.
    """

    name: str
    people: tuple[Path, ...]
    environments: str
    steps: int
    stages: tuple[Stage, ...]
    photos: tuple[Path, ...] = ()
    photo_share: float = 0.0
    segmented_share: float = 0.0
    recolored_share: float = 0.0
    pair_share: float = 0.0
    portraits: tuple[Path, ...] = ()
    portrait_share: float = 0.0
    portrait_shape: Path | None = None
    crop_camera: bool = False
    arithmetic: str = MEASURED
    teachers: tuple[Path, ...] = ()
    teacher_share: float = 0.0
    seed: int = 1
    replicas: int = 2
    learning_rate: float = 2e-3
    muon_rate: float = 0.02
    warm_up_steps: int = 200
    ema: float = 0.999
    checkpoint_every: int = 500
    log_every: int = 50
    initial: Path | None = None
    network: NetworkShape = field(default_factory=NetworkShape)
    loss: LossWeights = field(default_factory=LossWeights)


def stage_pairs(config: Config, stage: Stage) -> int:
    """The number of pairs in a batch of `stage`: at least one if the config asks for pairs."""
    return max(round(config.pair_share * stage.batch / 2), 1) if config.pair_share else 0


def stage_portraits(config: Config, stage: Stage) -> int:
    """The same for pairs of photos without depth."""
    return max(round(config.portrait_share * stage.batch / 2), 1) if config.portrait_share else 0


def _build(kind: type[T], table: dict[str, Any], where: str) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - known)
    if unknown:
        raise ConfigError(f"{where}: unknown key '{unknown[0]}'; known are {sorted(known)}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ConfigError(f"{where}: {error}") from error


def read_config(path: Path) -> Config:
    """Reads `path`; folders in it are relative to the working directory."""
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for key, kind in (("network", NetworkShape), ("loss", LossWeights)):
        if key in table:
            table[key] = _build(kind, table[key], f"{path}: [{key}]")
    table["stages"] = [_build(Stage, s, f"{path}: [[stages]]") for s in table.get("stages", [])]
    for key in ("people", "photos", "teachers", "portraits"):
        table[key] = [Path(folder) for folder in table.get(key, [])]
    for key in ("initial", "portrait_shape"):
        if key in table:
            table[key] = Path(table[key])
    config = _build(Config, table, str(path))
    _check(config, path)
    return config


def _check(config: Config, path: Path) -> None:
    """Raises ConfigError for values that contradict each other."""
    if bool(config.teachers) != (config.teacher_share > 0):
        raise ConfigError(f"{path}: teachers and teacher_share go together; give both or none")
    if (config.pair_share > 0) != (config.loss.pairs > 0):
        raise ConfigError(f"{path}: pair_share and [loss] pairs go together; give both or none")
    portrait_loss = config.loss.portrait_pairs + config.loss.portrait_shape
    asked = (config.portraits, config.portrait_share, config.portrait_shape, portrait_loss)
    if any(asked) and not all(asked):
        raise ConfigError(
            f"{path}: portraits, portrait_share, portrait_shape and [loss] portrait_pairs or "
            "portrait_shape go together; give all or none"
        )
    for name in (f.name for f in fields(config) if f.name.endswith("_share")):
        if not 0 <= getattr(config, name) <= 1:
            raise ConfigError(f"{path}: {name} is {getattr(config, name)}; give a share of 0 to 1")
    if config.pair_share and any(stage.batch < 2 for stage in config.stages):
        raise ConfigError(f"{path}: a batch of 1 holds no pair; give 2 or more, or no pair_share")
    for stage in config.stages:
        used = stage_portraits(config, stage) + stage_pairs(config, stage)
        if 2 * used > stage.batch or 2 * stage_portraits(config, stage) == stage.batch:
            raise ConfigError(
                f"{path}: pairs and portraits leave no person in a batch of {stage.batch}; give "
                "smaller shares or a larger batch"
            )
    known = (*ARITHMETICS, MEASURED)
    if config.arithmetic not in known:
        raise ConfigError(f"{path}: unknown arithmetic '{config.arithmetic}'; known are {known}")
