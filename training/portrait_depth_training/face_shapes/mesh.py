"""Meshes of polygons: triangles, edges, loops, enclosed regions, closest points.

Closest points on triangles after C. Ericson, "Real-Time Collision Detection" (2005), section 5.1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Polygons = Sequence[Sequence[int]]

#: Vertices of the target whose triangles are candidates for a closest point.
_CANDIDATE_VERTICES: Final = 6
#: Points that are compared with all vertices at once.
_CHUNK: Final = 512


class MeshError(Exception):
    """A mesh that lacks an expected structure."""


def triangles_of(polygons: Polygons) -> Indices:
    """Triangles (count, 3) of polygons, each as a fan."""
    fans = [(p[0], p[k - 1], p[k]) for p in polygons for k in range(2, len(p))]
    return np.array(fans, np.int64).reshape(-1, 3)


def edges_of(polygons: Polygons) -> Indices:
    """Every edge once, (count, 2), the lower vertex first."""
    pairs = {
        (min(a, b), max(a, b)) for p in polygons for a, b in zip(p, [*p[1:], p[0]], strict=True)
    }
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def vertex_normals(positions: Floats, triangles: Indices) -> Floats:
    """Unit normals (vertices, 3), weighted by area; zero at vertices without triangles."""
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    sums = np.zeros_like(positions)
    for k in range(3):
        np.add.at(sums, triangles[:, k], normals)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)


class Topology:
    """The neighborhood of edges in a mesh of polygons."""

    def __init__(self, polygons: Polygons) -> None:
        self._faces: dict[tuple[int, int], set[int]] = {}
        self.neighbors: dict[int, set[int]] = {}
        for number, p in enumerate(polygons):
            for a, b in zip(p, [*p[1:], p[0]], strict=True):
                self._faces.setdefault((min(a, b), max(a, b)), set()).add(number)
                self.neighbors.setdefault(a, set()).add(b)
                self.neighbors.setdefault(b, set()).add(a)

    def _of(self, a: int, b: int) -> set[int]:
        return self._faces[min(a, b), max(a, b)]

    def edge_loop(self, first: int, second: int) -> list[int]:
        """The closed loop of edges from `first` through `second`, straight on at each vertex.

        Raises MeshError if the loop meets a vertex without exactly four edges.
        """
        loop = [first, second]
        while True:
            before, here = loop[-2:]
            beside = self._of(before, here)
            ahead = [
                v for v in self.neighbors[here] if v != before and not beside & self._of(here, v)
            ]
            if len(self.neighbors[here]) != 4 or len(ahead) != 1:
                raise MeshError(f"the loop of edges from {first} to {second} ends at vertex {here}")
            if ahead[0] == first:
                return loop
            loop.append(ahead[0])

    def grown(self, region: Iterable[int]) -> set[int]:
        """The region and its neighbors."""
        found = set(region)
        return found.union(*(self.neighbors[v] for v in found))

    def connected(self, start: int, barrier: Iterable[int]) -> set[int]:
        """All vertices that paths from `start` reach without a vertex of `barrier`."""
        closed = set(barrier)
        found, open_ends = {start}, [start]
        while open_ends:
            for v in self.neighbors[open_ends.pop()] - closed - found:
                found.add(v)
                open_ends.append(v)
        return found


@dataclass(frozen=True)
class SurfacePoints:
    """Points on a mesh: a triangle and barycentric weights (count, 3) each."""

    triangles: Indices
    weights: Floats

    def of(self, corners: Indices, values: Floats) -> Floats:
        """Values of vertices (..., vertices, 3) at the points; `corners` are all triangles."""
        at = corners[self.triangles]
        return np.einsum("nk,...nkc->...nc", self.weights, values[..., at, :])


def _closest_on_triangles(p: Floats, a: Floats, b: Floats, c: Floats) -> Floats:
    """Barycentric weights (..., 3) of the point of each triangle nearest to `p`."""

    def on_segment(start: Floats, end: Floats) -> Floats:
        along = end - start
        t = ((p - start) * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-20)
        return np.clip(t, 0, 1)

    normal = np.cross(b - a, c - a)
    area = np.maximum((normal * normal).sum(-1), 1e-20)
    u = (np.cross(c - b, p - b) * normal).sum(-1) / area
    v = (np.cross(a - c, p - c) * normal).sum(-1) / area
    inside = np.stack([u, v, 1 - u - v], -1)
    best = np.where((inside >= 0).all(-1)[..., None], inside, 0.0)
    distance = np.where((inside >= 0).all(-1), 0.0, np.inf)
    for first, second, order in ((a, b, (0, 1)), (b, c, (1, 2)), (c, a, (2, 0))):
        t = on_segment(first, second)
        weights = np.zeros_like(inside)
        weights[..., order[0]], weights[..., order[1]] = 1 - t, t
        apart = ((first + (second - first) * t[..., None] - p) ** 2).sum(-1)
        nearer = apart < distance
        best = np.where(nearer[..., None], weights, best)
        distance = np.where(nearer, apart, distance)
    return best


class Surface:
    """A triangle mesh that finds the points nearest to others, of about the same normal."""

    def __init__(self, positions: Floats, triangles: Indices, normal_length: float) -> None:
        """`normal_length` is the distance that opposite normals add, in units of positions."""
        self.positions, self.triangles = positions, triangles
        self._normal_length = normal_length / 2
        a, b, c = (positions[triangles[:, k]] for k in range(3))
        normals = np.cross(b - a, c - a)
        self._normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        self._used = np.unique(triangles)
        at_vertices = vertex_normals(positions, triangles)[self._used]
        # Single precision halves the time of the search.
        self._features = self._with_normals(positions[self._used], at_vertices)
        around: dict[int, list[int]] = {}
        for number, corners in enumerate(triangles.tolist()):
            for v in corners:
                around.setdefault(v, []).append(number)
        most = max(len(numbers) for numbers in around.values())
        # Rows are filled up with their own first triangle.
        self._around = np.array(
            [(around[v] + [around[v][0]] * most)[:most] for v in self._used.tolist()], np.int64
        )

    def _with_normals(self, positions: Floats, normals: Floats) -> npt.NDArray[np.float32]:
        return np.hstack([positions, self._normal_length * normals]).astype(np.float32)

    def closest(self, points: Floats, normals: Floats) -> SurfacePoints:
        """The nearest points of the surface, where distance includes that of the normals."""
        features = self._with_normals(points, normals)
        squares = (self._features**2).sum(1)
        found, weights = [], []
        for start in range(0, len(points), _CHUNK):
            part = slice(start, start + _CHUNK)
            apart = squares - 2 * features[part] @ self._features.T
            near = np.argpartition(apart, _CANDIDATE_VERTICES, axis=1)[:, :_CANDIDATE_VERTICES]
            candidates = self._around[near].reshape(len(near), -1)
            a, b, c = (self.positions[self.triangles[candidates, k]] for k in range(3))
            p = points[part, None]
            on = _closest_on_triangles(p, a, b, c)
            place = on[..., :1] * a + on[..., 1:2] * b + on[..., 2:] * c
            turned = self._normals[candidates] - normals[part, None]
            cost = ((place - p) ** 2).sum(-1) + self._normal_length**2 * (turned**2).sum(-1)
            best = cost.argmin(1)
            rows = np.arange(len(best))
            found.append(candidates[rows, best])
            weights.append(on[rows, best])
        return SurfacePoints(np.concatenate(found), np.concatenate(weights))

    def at(self, points: SurfacePoints) -> Floats:
        """Positions of points of the surface."""
        return points.of(self.triangles, self.positions)

    def normals_at(self, points: SurfacePoints) -> Floats:
        """Normals of the points' triangles."""
        return self._normals[points.triangles]
