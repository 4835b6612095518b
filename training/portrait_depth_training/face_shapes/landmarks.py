"""Places that the base mesh hm08 and the ICT Face Model share.

Points are vertices of both meshes on the left side or in the middle; the right side is their mirror
image. Curves are closed loops of edges on both meshes, matched by length from corner to corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from . import ict
from .mesh import Floats, Indices, Topology
from .registration import Landmarks

#: (vertex of hm08, vertex of the ICT model).
_POINTS: Final = (
    (294, ict.NOSE_TIP),
    (132, 978),  # bridge between the eyes
    (343, 1147),  # under the septum
    (7043, 5467),  # front end of the nostril
    (7120, 4282),  # back end of the nostril
    (5225, ict.CHIN),
    (724, 10),  # fold between lower lip and chin
)
#: Edges of hm08's loops: margin of the left lids; where lips meet; the lips' outer edge.
_LIDS, _CONTACT, _LIP_EDGE = (6785, 6784), (474, 7229), (455, 7214)
#: Edges of the ICT model's loops: upper and lower lip where they meet; the lower lip's outer edge.
_ICT_UPPER, _ICT_LOWER, _ICT_LOWER_EDGE = (5533, 6301), (5517, 6443), (5518, 6438)
#: The upper lip's outer edge in the ICT model, from the middle to the left corner.
_ICT_UPPER_EDGE: Final = (0, 4275, 6200, 6213)
#: Rings from the ICT model's edge of the eye's hole to the margin of the lids.
_LID_RINGS: Final = 2
#: Inner corner of the left eye in the ICT model, outside of that ring.
_INNER_CORNER: Final = 3742
#: Target whose offsets mark the left ear.
EAR_TARGET: Final = "ears/l-ear-trans-up"


@dataclass(frozen=True)
class Loops:
    """Loops of the base mesh that carry-over needs again."""

    lids: tuple[list[int], list[int]]
    contact: list[int]


def mirrored(positions: Floats, vertices: Sequence[int] | Indices) -> Indices:
    """The vertices nearest to the mirror images at -x."""
    at = positions[np.asarray(vertices)] * [-1, 1, 1]
    return np.array([int(((positions - p) ** 2).sum(1).argmin()) for p in at], np.int64)


def _by_angle(positions: Floats, ring: Sequence[int]) -> list[int]:
    apart = positions[list(ring)] - positions[list(ring)].mean(0)
    return [ring[k] for k in np.argsort(np.arctan2(apart[:, 1], apart[:, 0]))]


def arcs(positions: Floats, loop: Sequence[int]) -> tuple[list[int], list[int]]:
    """The upper and the lower half of a loop, each from its least to its greatest x."""
    turn = int(np.argmin(positions[list(loop), 0]))
    loop = [*loop[turn:], *loop[:turn]]
    far = int(np.argmax(positions[list(loop), 0]))
    one, other = loop[: far + 1], [loop[0], *loop[: far - 1 : -1]]
    if positions[one, 1].mean() < positions[other, 1].mean():
        one, other = other, one
    return one, other


def along(curve: Floats, shares: Floats) -> Floats:
    """Points at shares 0..1 of a curve's length."""
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    length = np.r_[0, np.cumsum(steps)]
    return np.stack([np.interp(shares * length[-1], length, curve[:, k]) for k in range(3)], -1)


def shares_along(curve: Floats) -> Floats:
    """Of each vertex, the share of the curve's length before it."""
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))]
    return length / length[-1]


class _Pairs:
    def __init__(self, positions: Floats, other: Floats) -> None:
        self.positions, self.other = positions, other
        self.vertices: list[int] = []
        self.places: list[Floats] = []
        self.weights: list[float] = []

    def point(self, vertex: int, place: Floats, weight: float) -> None:
        self.vertices.append(vertex)
        self.places.append(place)
        self.weights.append(weight)

    def curve(self, vertices: Sequence[int], places: Floats, weight: float) -> None:
        shares = shares_along(self.positions[list(vertices)])
        for vertex, place in zip(vertices, along(places, shares), strict=True):
            self.point(vertex, place, weight)


def lid_ring(model: ict.FaceModel, topology: Topology) -> list[int]:
    """The margin of the left lids in the ICT model, in order."""
    inner: set[int] = set()
    ring = set(range(ict.LEFT_EYE_RIM.start, ict.LEFT_EYE_RIM.stop))
    for _ in range(_LID_RINGS):
        ring, inner = topology.grown(ring) - ring - inner, inner | ring
    return _by_angle(model.neutral, sorted({*ring, _INNER_CORNER}))


def find(
    positions: Floats, topology: Topology, model: ict.FaceModel, ict_topology: Topology
) -> tuple[Landmarks, Loops]:
    """Landmarks of both meshes: vertices of hm08 and places in the ICT model's own space."""
    other = model.neutral
    pairs = _Pairs(positions, other)
    for vertex, theirs in _POINTS:
        pairs.point(vertex, other[theirs], 1.0)
    lids = topology.edge_loop(*_LIDS)
    margin = arcs(other, lid_ring(model, ict_topology))
    for arc, their_arc in zip(arcs(positions, lids), margin, strict=True):
        pairs.curve(arc, other[their_arc], 1.0)
    contact = topology.edge_loop(*_CONTACT)
    upper, lower = arcs(positions, contact)
    pairs.curve(upper, other[arcs(other, ict_topology.edge_loop(*_ICT_UPPER))[0]], 1.0)
    pairs.curve(lower, other[arcs(other, ict_topology.edge_loop(*_ICT_LOWER))[1]], 1.0)
    upper, lower = arcs(positions, topology.edge_loop(*_LIP_EDGE))
    half = other[list(_ICT_UPPER_EDGE)]
    pairs.curve(upper, np.concatenate([half[:0:-1] * [-1, 1, 1], half]), 0.5)
    edge = arcs(other, ict_topology.edge_loop(*_ICT_LOWER_EDGE))[1]
    pairs.curve(lower, other[edge], 0.5)
    # The loops of lips are whole; all else is on the left side, or in the middle.
    vertices = np.array(pairs.vertices)
    opposite = mirrored(positions, vertices)
    add = ~np.isin(opposite, vertices)
    places = np.array(pairs.places)
    weights = np.array(pairs.weights)
    landmarks = Landmarks(
        np.concatenate([vertices, opposite[add]]),
        np.concatenate([places, places[add] * [-1, 1, 1]]),
        np.concatenate([weights, weights[add]]),
    )
    return landmarks, Loops((lids, mirrored(positions, lids).tolist()), contact)
