"""MakeHuman's base mesh hm08 and its morph targets, in decimetres as in its files."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from .mesh import Floats, Indices, MeshError

RACES: Final = ("african", "asian", "caucasian")
SEXES: Final = ("female", "male")
#: Offsets below this length are left out of targets.
LEAST_OFFSET: Final = 2e-5


@dataclass(frozen=True)
class BaseMesh:
    """Vertices and polygons by group."""

    positions: Floats
    polygons: dict[str, list[list[int]]]

    def vertices(self, group: str) -> Indices:
        """All vertices of a group, sorted."""
        return np.unique(np.concatenate([np.array(p) for p in self.polygons[group]]))


def read_base(parts: Path) -> BaseMesh:
    """The base mesh in a folder of parts. Raises MeshError, FileNotFoundError."""
    file = parts / "base" / "base.obj"
    positions: list[list[float]] = []
    polygons: dict[str, list[list[int]]] = {}
    group = ""
    with file.open() as lines:
        for line in lines:
            key, *words = line.split() or [""]
            if key == "v":
                positions.append([float(word) for word in words[:3]])
            elif key == "g":
                group = words[0] if words else ""
            elif key == "f":
                corners = [int(word.split("/")[0]) - 1 for word in words]
                polygons.setdefault(group, []).append(corners)
    if not positions or "body" not in polygons:
        raise MeshError(f"{file}: not the base mesh hm08; --parts is the folder of MakeHuman parts")
    return BaseMesh(np.array(positions), polygons)


def read_target(file: Path, count: int) -> Floats:
    """Offsets (count, 3) of a target."""
    offsets = np.zeros((count, 3))
    with gzip.open(file, "rt") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 4 and words[0].isdigit():
                offsets[int(words[0])] = [float(word) for word in words[1:]]
    return offsets


def target_lines(offsets: Floats) -> Iterator[str]:
    """The lines of a target's file."""
    for vertex in np.flatnonzero(np.linalg.norm(offsets, axis=1) > LEAST_OFFSET):
        yield f"{vertex} " + " ".join(f"{value:.5f}" for value in offsets[vertex])


def write_target(file: Path, offsets: Floats) -> None:
    """Writes offsets (vertices, 3) as a target; equal offsets give equal bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(target_lines(offsets)) + "\n"
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def young_heads(parts: Path, base: BaseMesh) -> dict[tuple[str, str], Floats]:
    """Positions of young adults of average weight and muscle, by (race, sex)."""
    folder = parts / "targets" / "macrodetails"
    heads = {}
    for sex in SEXES:
        average = folder / f"universal-{sex}-young-averagemuscle-averageweight.target.gz"
        usual = base.positions + read_target(average, len(base.positions))
        for race in RACES:
            own = read_target(folder / f"{race}-{sex}-young.target.gz", len(base.positions))
            heads[race, sex] = usual + own
    return heads
