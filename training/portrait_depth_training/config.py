"""One TOML file an experiment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from .losses import LossWeights
from .network import NetworkShape

T = TypeVar("T")


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class Stage:
    """A part of a run at one picture height; `share` of the whole run's progress."""

    height: int
    share: float
    batch: int


@dataclass(frozen=True)
class Config:
    """An experiment. `people` are folders of shards, of which some may not exist yet. `photos` are
    folders of photos with a sensor's depth, which `photo_share` of the samples are taken from;
    `segmented_share` of the people are masked by the product's segmenter. `teachers` are
    checkpoints of trained networks, whose mean answer is `teacher_share` of the targets.
    `batch` in a stage is per replica; a replica is a process with one core.
    """

    name: str
    people: tuple[Path, ...]
    environments: str
    steps: int
    stages: tuple[Stage, ...]
    photos: tuple[Path, ...] = ()
    photo_share: float = 0.0
    segmented_share: float = 0.0
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
    for key in ("people", "photos", "teachers"):
        table[key] = [Path(folder) for folder in table.get(key, [])]
    if "initial" in table:
        table["initial"] = Path(table["initial"])
    config = _build(Config, table, str(path))
    if bool(config.teachers) != (config.teacher_share > 0):
        raise ConfigError(f"{path}: teachers and teacher_share go together; give both or none")
    return config
