"""Registration of hm08's head to the mean face of the ICT Face Model Light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from . import ict, landmarks, makehuman
from .mesh import (
    Floats,
    Indices,
    MeshError,
    Surface,
    Topology,
    edges_of,
    triangles_of,
    vertex_normals,
)
from .registration import (
    Fit,
    Graph,
    Landmarks,
    Similarity,
    SourceMesh,
    Stage,
    fit_affine,
    fit_similarity,
    fit_surface,
)

#: The base mesh is in decimetres; registration is in the model's centimetres.
CM: Final = 10.0
#: The skin that is laid on the model, and the part of it that refines the similarity: above these
#: heights on the mean young head, cm.
LOWEST, _LOWEST_RIGID = 55.0, 62.0
#: Distance that opposite normals add to a match; farthest match, cm.
NORMAL_LENGTH, _FARTHEST = 1.5, 1.0
#: Rounds that refine the similarity, and the share of nearest matches in them.
_RIGID_ROUNDS, _RIGID_SHARE = 12, 0.8
#: From stiff to soft.
_STAGES: Final = (
    Stage(200, 1, 20),
    Stage(60, 0.3, 20),
    Stage(20, 0.1, 20),
    Stage(6, 0.05, 20),
    Stage(2, 0.02, 20),
    Stage(0.6, 0.01, 20),
    Stage(0.2, 0.005, 20),
)
#: Rounds of the ears' own affine fit, and the landmarks' weight of its result.
_EAR_ROUNDS, _EAR_WEIGHT = 12, 0.02


class HeadMesh:
    """The skin of hm08's head with numbers of its own, cm."""

    def __init__(self, base: makehuman.BaseMesh, positions: Floats) -> None:
        polygons = [p for p in base.polygons["body"] if min(positions[v, 1] for v in p) > LOWEST]
        self.vertices: Indices = ict.used(polygons)
        number = np.full(len(positions), -1)
        number[self.vertices] = np.arange(len(self.vertices))
        own = [[int(number[v]) for v in p] for p in polygons]
        self.number: Indices = number
        self.positions = positions[self.vertices]
        self.triangles = triangles_of(own)
        self.topology = Topology(own)
        self.graph = Graph(self.positions, edges_of(own))

    def numbers(self, vertices: Indices | list[int]) -> Indices:
        """Own numbers of vertices of hm08."""
        found = self.number[np.asarray(vertices)]
        if (found < 0).any():
            raise MeshError("base.obj: landmarks are not on the head; --parts needs the mesh hm08")
        return found


def _refined(
    head: HeadMesh, skin: Surface, start: Similarity, used: Indices
) -> tuple[Similarity, Surface]:
    """The similarity from the model to the head that fits the whole head best."""
    ours = head.positions[used]
    normals = vertex_normals(head.positions, head.triangles)[used]
    similarity = start
    for _ in range(_RIGID_ROUNDS):
        back = similarity.inverse()
        theirs = skin.at(skin.closest(back.points(ours), normals @ back.rotation.T))
        apart = np.linalg.norm(similarity.points(theirs) - ours, axis=1)
        near = apart <= np.quantile(apart, _RIGID_SHARE)
        similarity = fit_similarity(theirs[near], ours[near])
    return similarity, Surface(similarity.points(skin.positions), skin.triangles, NORMAL_LENGTH)


def _ear_landmarks(
    head: HeadMesh, ear: Indices, share: Floats, target: Surface, model_ear: Indices
) -> Landmarks:
    """Places of an ear's vertices after an affine fit to the model's ear."""
    points = head.positions[ear]
    box = target.positions[model_ear]
    core = points[share > 0.9]
    scale = np.ptp(box, axis=0) / np.ptp(core, axis=0)
    fitted = (points - core.mean(0)) * scale + box.mean(0)
    number = np.zeros(len(target.positions), bool)
    number[model_ear] = True
    surface = Surface(
        target.positions, target.triangles[number[target.triangles].all(1)], NORMAL_LENGTH
    )
    faces = head.triangles[np.isin(head.triangles, ear).all(1)]
    own = np.full(len(head.positions), -1)
    own[ear] = np.arange(len(ear))
    for _ in range(_EAR_ROUNDS):
        on = surface.at(surface.closest(fitted, vertex_normals(fitted, own[faces])))
        apart = np.linalg.norm(on - fitted, axis=1)
        near = (apart <= np.quantile(apart, _RIGID_SHARE)) & (share > 0.5)
        matrix, shift = fit_affine(fitted[near], on[near] - fitted[near])
        fitted = fitted + fitted @ matrix + shift
    return Landmarks(ear, fitted, share)


def _ears(
    parts: Path, base: makehuman.BaseMesh, head: HeadMesh, target: Surface
) -> Iterator[Landmarks]:
    file = parts / "targets" / f"{landmarks.EAR_TARGET}.target.gz"
    moved = np.linalg.norm(makehuman.read_target(file, len(base.positions)), axis=1)
    left = np.flatnonzero(moved > 0.05 * moved.max())
    left = left[head.number[left] >= 0]
    share = moved[left] / moved.max()
    theirs = np.arange(ict.EARS.start, ict.EARS.stop)
    on_left = target.positions[theirs, 0] > 0
    right = landmarks.mirrored(base.positions, left)
    for vertices, model_ear in ((left, theirs[on_left]), (right, theirs[~on_left])):
        yield _ear_landmarks(head, head.numbers(vertices), share, target, model_ear)


def _joined(parts: list[Landmarks], weights: list[float]) -> Landmarks:
    return Landmarks(
        np.concatenate([p.vertices for p in parts]),
        np.concatenate([p.places for p in parts]),
        np.concatenate([w * p.weights for p, w in zip(parts, weights, strict=True)]),
    )


def _enclosed(topology: Topology, loop: list[int]) -> set[int]:
    """The smaller of the two regions that a loop divides its surroundings into."""
    beside = set().union(*(topology.neighbors[v] for v in loop)) - set(loop)
    regions = [topology.connected(v, loop) for v in beside]
    return min(regions, key=len)


@dataclass(frozen=True)
class Registered:
    """The mean young head and the model in one space, cm."""

    base: makehuman.BaseMesh
    #: All vertices of hm08.
    positions: Floats
    head: HeadMesh
    model: ict.FaceModel
    placed: Similarity
    #: The model's skin.
    surface: Surface
    fit: Fit
    #: Own numbers of the head's vertices outside of mouth and eye sockets.
    outside: Indices
    #: Margins of the lids, left and right.
    lids: tuple[list[int], list[int]]

    def gaps(self) -> Floats:
        """Distances of the model's narrow face from the laid head."""
        narrow = self.surface.positions[ict.NARROW_FACE]
        normals = vertex_normals(self.surface.positions, self.surface.triangles)
        laid = Surface(self.fit.positions, self.head.triangles, NORMAL_LENGTH)
        on = laid.closest(narrow, normals[ict.NARROW_FACE])
        return np.linalg.norm(laid.at(on) - narrow, axis=1)

    def nearest(self, vertices: list[int]) -> list[int]:
        """The vertices of hm08 that lie nearest to vertices of the model."""
        laid = self.fit.positions[self.outside]
        at = [((laid - p) ** 2).sum(1).argmin() for p in self.surface.positions[vertices]]
        return self.head.vertices[self.outside[at]].tolist()


def register(parts: Path, model: ict.FaceModel) -> Registered:
    """Lays the head on the model's mean face. Raises MeshError, FileNotFoundError."""
    base = makehuman.read_base(parts)
    positions = CM * np.mean(list(makehuman.young_heads(parts, base).values()), axis=0)
    head = HeadMesh(base, positions)
    theirs, loops = landmarks.find(
        positions, Topology(base.polygons["body"]), model, Topology(model.skin())
    )
    skin = Surface(model.neutral, triangles_of(model.skin()), NORMAL_LENGTH)
    inside = set[int]()
    for loop in (*loops.lids, loops.contact):
        inside |= _enclosed(head.topology, head.numbers(loop).tolist())
    outside = np.setdiff1d(np.arange(len(head.positions)), sorted(inside))
    start = fit_similarity(theirs.places, positions[theirs.vertices], theirs.weights)
    placed, surface = _refined(
        head, skin, start, outside[head.positions[outside, 1] > _LOWEST_RIGID]
    )
    own = Landmarks(head.numbers(theirs.vertices), placed.points(theirs.places), theirs.weights)
    ears = list(_ears(parts, base, head, surface))
    weights = np.zeros(len(head.positions))
    weights[outside] = 1
    fit = fit_surface(
        SourceMesh(head.positions, head.triangles, head.graph),
        surface,
        weights,
        _joined([own, *ears], [1.0, _EAR_WEIGHT, _EAR_WEIGHT]),
        _STAGES,
        _FARTHEST,
    )
    return Registered(base, positions, head, model, placed, surface, fit, outside, loops.lids)
