"""Registration of one mesh to another: a similarity, then a smooth displacement of each vertex.

The similarity after S. Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two
Point Patterns" (1991). The displacement after B. Amberg, S. Romdhani and T. Vetter, "Optimal Step
Nonrigid ICP Algorithms for Surface Registration" (2007), with the Laplacian of displacements in
place of affine maps as stiffness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from .mesh import Floats, Indices, Surface, vertex_normals

#: Matches whose normals differ by more than the angle of this cosine are left out.
_LEAST_COSINE: Final = 0.5
#: Relative residual and most steps of conjugate gradients.
_SOLVED, _MOST_STEPS = 1e-4, 500


@dataclass(frozen=True)
class Similarity:
    """x -> scale * rotation @ x + translation."""

    scale: float
    rotation: Floats
    translation: Floats

    def points(self, x: Floats) -> Floats:
        """Moves points (..., 3)."""
        return self.offsets(x) + self.translation

    def inverse(self) -> Similarity:
        """Takes moved points back."""
        rotation = self.rotation.T
        return Similarity(1 / self.scale, rotation, -rotation @ self.translation / self.scale)

    def offsets(self, x: Floats) -> Floats:
        """Turns and scales offsets (..., 3)."""
        return self.scale * x @ self.rotation.T


def fit_similarity(source: Floats, target: Floats, weights: Floats | None = None) -> Similarity:
    """The similarity that takes `source` (points, 3) nearest to `target` in least squares."""
    w = np.ones(len(source)) if weights is None else weights
    w = w / w.sum()
    source_mean, target_mean = w @ source, w @ target
    a, b = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd((b * w[:, None]).T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * sign) @ vt
    scale = float((singular * sign).sum() / (w @ (a**2).sum(1)))
    return Similarity(scale, rotation, target_mean - scale * rotation @ source_mean)


def fit_affine(points: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """Matrices (..., 3, 3) and shifts (..., 3); points @ matrix + shift is near the offsets."""
    design = np.hstack([points, np.ones((len(points), 1))])
    solution = np.linalg.pinv(design) @ offsets
    return solution[..., :3, :], solution[..., 3, :]


class Graph:
    """Weighted edges between vertices; its Laplacian measures roughness."""

    def __init__(self, positions: Floats, edges: Indices) -> None:
        length = np.linalg.norm(positions[edges[:, 0]] - positions[edges[:, 1]], axis=1)
        weight = 1 / np.maximum(length, 1e-6 * length.max())
        weight /= weight.mean()
        both = np.concatenate([edges, edges[:, ::-1]])
        order = np.argsort(both[:, 0], kind="stable")
        self._from, self._to = both[order, 0], both[order, 1]
        self._weight = np.concatenate([weight, weight])[order]
        self._starts = np.flatnonzero(np.r_[True, self._from[1:] != self._from[:-1]])
        self._rows = self._from[self._starts]
        self.count = len(positions)
        self.degree = np.bincount(self._from, self._weight, self.count)

    def laplacian(self, values: Floats) -> Floats:
        """Weighted sum of the differences to the neighbors, for values (vertices, channels)."""
        result = self.degree[:, None] * values
        sums = np.add.reduceat(self._weight[:, None] * values[self._to], self._starts, axis=0)
        result[self._rows] -= sums
        return result

    def filled(self, known: Indices, values: Floats) -> Floats:
        """Harmonic extension of values (known, channels) to all vertices.

        Vertices without a path to a known one become zero.
        """
        matrix = np.zeros((self.count, self.count))
        np.add.at(matrix, (self._from, self._to), -self._weight)
        matrix[np.diag_indices(self.count)] += self.degree + 1e-9
        unknown = np.setdiff1d(np.arange(self.count), known)
        result = np.zeros((self.count, values.shape[1]))
        result[known] = values
        if len(unknown):
            inner = matrix[np.ix_(unknown, unknown)]
            result[unknown] = np.linalg.solve(inner, -matrix[np.ix_(unknown, known)] @ values)
        return result


@dataclass(frozen=True)
class Stage:
    """Weights of one stage of the fit, relative to the surface's."""

    bending: float
    stretching: float
    landmarks: float
    rounds: int = 2


@dataclass(frozen=True)
class Landmarks:
    """Places of vertices of the source."""

    vertices: Indices
    places: Floats
    weights: Floats


@dataclass(frozen=True)
class SourceMesh:
    """The mesh that is laid on a surface."""

    positions: Floats
    triangles: Indices
    graph: Graph


@dataclass
class Fit:
    """A registered mesh and how well it lies on the surface."""

    positions: Floats
    matched: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    distances: Floats = field(default_factory=lambda: np.zeros(0))


def _solved(graph: Graph, stage: Stage, data: Floats, right: Floats, start: Floats) -> Floats:
    """Displacements by conjugate gradients, scaled by the diagonal."""

    def apply(x: Floats) -> Floats:
        rough = graph.laplacian(x)
        return data[:, None] * x + stage.stretching * rough + stage.bending * graph.laplacian(rough)

    diagonal = data + stage.stretching * graph.degree + stage.bending * graph.degree**2
    x = start
    residual = right - apply(x)
    scaled = residual / diagonal[:, None]
    direction, product = scaled, (residual * scaled).sum()
    enough = _SOLVED**2 * (right**2 / diagonal[:, None]).sum()
    for _ in range(_MOST_STEPS):
        if product <= enough:
            break
        image = apply(direction)
        step = product / (direction * image).sum()
        x = x + step * direction
        residual = residual - step * image
        scaled = residual / diagonal[:, None]
        product, before = (residual * scaled).sum(), product
        direction = scaled + product / before * direction
    return x


def fit_surface(
    mesh: SourceMesh,
    surface: Surface,
    weights: Floats,
    landmarks: Landmarks,
    stages: Sequence[Stage],
    farthest: float,
) -> Fit:
    """Lays a mesh on a surface; all positions in one unit.

    `weights` (vertices) are those of the surface; 0 leaves a vertex to its neighbors. Matches
    farther than `farthest` are left out.
    """
    positions, graph = mesh.positions, mesh.graph
    moved = np.zeros_like(positions)
    matched = np.zeros(len(positions), bool)
    distances = np.full(len(positions), np.inf)

    def match() -> tuple[Floats, Floats]:
        normals = vertex_normals(positions + moved, mesh.triangles)
        on = surface.closest(positions + moved, normals)
        place = surface.at(on)
        distances[:] = np.linalg.norm(place - positions - moved, axis=1)
        agree = (surface.normals_at(on) * normals).sum(1) > _LEAST_COSINE
        matched[:] = agree & (distances < farthest) & (weights > 0)
        return place, np.where(matched, weights, 0.0)

    for stage in stages:
        for _ in range(stage.rounds):
            place, data = match()
            right = data[:, None] * (place - positions)
            pull = stage.landmarks * landmarks.weights
            np.add.at(data, landmarks.vertices, pull)
            np.add.at(
                right,
                landmarks.vertices,
                pull[:, None] * (landmarks.places - positions[landmarks.vertices]),
            )
            moved = _solved(graph, stage, data, right, moved)
    match()
    return Fit(positions + moved, matched, distances)
