"""Carries the shapes of the ICT Face Model Light over to hm08.

1. Landmarks of both meshes give a similarity. It is refined on the whole head.
2. The skin of the head is laid on the model's mean face (`head_registration.py`).
3. Every vertex takes the model's offsets at its place. Mouth, eye sockets and unmatched vertices
   take those of their neighbors (harmonic extension). Eyeballs, teeth and tongue move with the
   model's own; lashes, hair and other helpers with the nearest skin.
4. All offsets end smoothly on scalp, nape and throat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from . import ict
from .head_registration import CM, LOWEST, Registered, register
from .mesh import Floats, vertex_normals
from .registration import fit_affine

#: The eyeball's radius leaves out this share of the lids' margin, and is less by this gap, cm.
_LIDS_OUTSIDE, _LID_GAP = 0.1, 0.01
#: The teeth stay this far behind the model's, which touch its lips, cm.
_TEETH_BEHIND: Final = 0.15
#: Skin vertices that a helper follows.
_FOLLOWED: Final = 6
#: Helpers farther than this from the head's skin stay, cm.
_FARTHEST_HELPER: Final = 6.0


@dataclass(frozen=True)
class Carried:
    """The model on the base mesh."""

    #: hm08 on the mean face of the model, dm; all vertices, and the share 0..1 that takes part.
    mean: Floats
    share: Floats
    #: Of the model.
    scale: float
    #: Offsets of the model (shapes, vertices, 3), dm, times the share.
    identity: Floats
    expression: Floats
    #: Distances of the laid skin from the model's mean face, mm.
    residuals: Floats
    #: Distances of the model's mean face from the laid skin, mm.
    gaps: Floats
    #: hm08's vertices for the nose heights: corners of the eyes (right, left), chin, tip, bridge.
    nose: list[int]


def smoothstep(low: float, high: float, x: Floats) -> Floats:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def face_share(positions: Floats) -> Floats:
    """1 on the face, 0 on scalp, nape, throat and body; positions of the mean young head, cm."""
    _, y, z = positions.T
    chin_and_throat = smoothstep(-2.5, 3.5, 0.6 * (z - 8) + (y - 60))
    back = smoothstep(-3.0, 3.0, z)
    top = smoothstep(0.0, 5.5, 84.5 - y - 0.15 * (14 - z))
    return chin_and_throat * back * top


def _sphere(points: Floats) -> tuple[Floats, float]:
    """Center and radius of the sphere nearest to points."""
    design = np.hstack([2 * points, np.ones((len(points), 1))])
    *center, rest = np.linalg.lstsq(design, (points**2).sum(1), rcond=None)[0]
    at = np.array(center)
    return at, float(np.sqrt(rest + at @ at))


class Follower:
    """Helpers that follow the nearest skin."""

    def __init__(self, helpers: Floats, skin: Floats) -> None:
        squares = (skin**2).sum(1) - 2 * helpers @ skin.T
        self._near = np.argpartition(squares, _FOLLOWED, axis=1)[:, :_FOLLOWED]
        distances = np.linalg.norm(helpers[:, None] - skin[self._near], axis=-1)
        weights = 1 / np.maximum(distances, 1e-3) ** 2
        self._weights = weights / weights.sum(1, keepdims=True)
        self._weights *= 1 - smoothstep(_FARTHEST_HELPER / 2, _FARTHEST_HELPER, distances[:, :1])

    def offsets(self, skin: Floats) -> Floats:
        """Offsets of helpers from those of the skin (..., vertices, 3)."""
        return np.einsum("nk,...nkc->...nc", self._weights, skin[..., self._near, :])


class _Carrier:
    """Offsets of the model, at all vertices of hm08 near the head; cm."""

    def __init__(self, found: Registered) -> None:
        base, self.positions, self.head = found.base, found.positions, found.head
        self.model, self.placed = found.model, found.placed
        self.fit, self.lids = found.fit, found.lids
        self.known = np.flatnonzero(found.fit.matched)
        normals = vertex_normals(found.fit.positions, found.head.triangles)[self.known]
        self.on = found.surface.closest(found.fit.positions[self.known], normals)
        self.corners = found.surface.triangles
        groups = base.polygons
        inner = [g for g in groups if g.endswith(("eye", "teeth", "tongue"))]
        helpers = [g for g in groups if g.startswith("helper-") and g not in inner]
        joints = [g for g in groups if g.endswith(("upperlid", "lowerlid"))]
        self.outer = np.unique(np.concatenate([base.vertices(g) for g in helpers + joints]))
        self.outer = self.outer[self.positions[self.outer, 1] > LOWEST]
        self.follower = Follower(self.positions[self.outer], self.head.positions)
        self.eyes = [
            (
                np.concatenate(
                    [base.vertices(f"{kind}-{side}-eye") for kind in ("helper", "joint")]
                ),
                base.vertices(f"helper-{side}-eye"),
                part,
            )
            for side, part in (("l", ict.LEFT_SCLERA), ("r", ict.RIGHT_SCLERA))
        ]
        lower = np.concatenate(
            [base.vertices("helper-lower-teeth"), base.vertices("helper-tongue")]
        )
        self.mouth = [
            (
                base.vertices("helper-upper-teeth"),
                base.vertices("helper-upper-teeth"),
                ict.UPPER_TEETH,
            ),
            (lower, base.vertices("helper-lower-teeth"), ict.LOWER_TEETH),
        ]

    @property
    def moved(self) -> npt.NDArray[np.bool_]:
        """The vertices of hm08 that take part."""
        moved = np.zeros(len(self.positions), bool)
        for vertices in (
            self.head.vertices,
            self.outer,
            *(v for v, _, _ in self.eyes + self.mouth),
        ):
            moved[vertices] = True
        return moved

    @cached_property
    def mean(self) -> Floats:
        """Moves of all vertices to the model's mean face."""
        moves = np.zeros_like(self.positions)
        self._skin(moves, self.fit.positions[self.known] - self.head.positions[self.known])
        moved = self.positions + moves
        for (vertices, ball, part), lids in zip(self.eyes, self.lids, strict=True):
            ours, radius = _sphere(self.positions[ball])
            theirs, _ = _sphere(self.placed.points(self.model.neutral[part]))
            # The model's ball is larger than its lids' opening; here the lids lie on the ball.
            open_to = np.quantile(np.linalg.norm(moved[lids] - theirs, axis=1), _LIDS_OUTSIDE)
            grown = (self.positions[vertices] - ours) * ((open_to - _LID_GAP) / radius)
            moves[vertices] = theirs + grown - self.positions[vertices]
        for vertices, teeth, part in self.mouth:
            moves[vertices] = self._teeth_move(self.positions[teeth], part)
        return moves

    def _teeth_move(self, ours: Floats, part: slice) -> Floats:
        """Front of the arch on front of the arch; edges of the incisors on each other."""
        theirs = self.placed.points(self.model.neutral[part])
        edge = np.min if part == ict.UPPER_TEETH else np.max

        def front(points: Floats) -> Floats:
            first = points[points[:, 2] > points[:, 2].max() - 0.6]
            return np.array([0.0, edge(first[:, 1]), points[:, 2].max()])

        return front(theirs) - front(ours) - [0, 0, _TEETH_BEHIND]

    def offsets(self, shapes: Floats, with_eyes: bool) -> Floats:
        """Offsets (shapes, vertices, 3) of all vertices for those of the model."""
        turned = self.placed.offsets(shapes)
        moves = np.zeros((len(shapes), *self.positions.shape))
        at = self.on.of(self.corners, turned)
        self._skin(moves, at)
        moved = self.positions + self.mean
        for vertices, _, part in self.eyes if with_eyes else ():
            moves[:, vertices] = self._eye(part, turned[:, part], moved[vertices])
        for vertices, _, part in self.mouth:
            matrix, shift = fit_affine(
                self.placed.points(self.model.neutral[part]), turned[:, part]
            )
            moves[:, vertices] = moved[vertices] @ matrix + shift[:, None]
        return moves

    def _eye(self, part: slice, offsets: Floats, points: Floats) -> Floats:
        """Shift and growth of the model's eyeball, at points of ours."""
        ball = self.placed.points(self.model.neutral[part])
        center, _ = _sphere(ball)
        apart = ball - center
        growth = (offsets * apart).sum((1, 2)) / (apart**2).sum()
        shift = offsets.mean(1) - growth[:, None] * apart.mean(0)
        return shift[:, None] + growth[:, None, None] * (points - center)

    def _skin(self, moves: Floats, known: Floats) -> None:
        shapes = known.reshape(-1, *known.shape[-2:])
        flat = shapes.transpose(1, 0, 2).reshape(known.shape[-2], -1)
        filled = self.head.graph.filled(self.known, flat)
        skin = filled.reshape(len(filled), -1, 3).transpose(1, 0, 2)
        skin = skin.reshape(*known.shape[:-2], len(filled), 3)
        moves[..., self.head.vertices, :] = skin
        moves[..., self.outer, :] = self.follower.offsets(skin)


def carry(parts: Path, model: ict.FaceModel) -> Carried:
    """Registers the meshes and carries all shapes over. Raises MeshError, FileNotFoundError."""
    found = register(parts, model)
    carrier = _Carrier(found)
    # Joints of the skeleton stay.
    share = np.where(carrier.moved, face_share(found.positions), 0)

    def shapes(offsets: npt.NDArray[np.float16], with_eyes: bool) -> Floats:
        moved = carrier.offsets(offsets.astype(np.float64), with_eyes) / CM
        return moved * share[:, None]

    on_face = found.fit.matched & (share[found.head.vertices] > 0.5)
    return Carried(
        (found.positions + carrier.mean) / CM,
        share,
        found.placed.scale,
        shapes(model.identity, True),
        shapes(model.expression, False),
        10 * found.fit.distances[on_face],
        10 * found.gaps(),
        found.nearest([*ict.EYE_CORNERS, ict.CHIN, ict.NOSE_TIP, ict.NOSE_BRIDGE]),
    )
