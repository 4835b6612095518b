"""Measures of a predicted depth against the truth, over the pixels of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

_PAIRS: Final = 20_000
#: Pairs closer together than this share of the range have no order.
_ORDERED: Final = 0.05
#: Neighbors whose depth differs by more than this share of the range form a depth edge.
_EDGE: Final = 0.10
#: Largest error of an edge, in steps: beyond it, errors are outliers.
_WORST_EDGE: Final = 2.0


@dataclass(frozen=True)
class DepthMeasures:
    """All are shares or degrees; smaller is better, except for `ordinal`.

    `error`: RMSE after the best scale and shift over the truth's 5-95 % range. `ordinal`: share of
    pairs, farther apart than 5 % of that range, in the right order. `edge`: at depth edges, the
    mean error of the step as a share of the true step. `normal_degrees`: mean angle between
    normals; NaN without true normals.
    """

    error: float
    ordinal: float
    edge: float
    normal_degrees: float


def depth_range(truth: Floats) -> float:
    """The 5-95 % range of known depths."""
    low, high = np.percentile(truth, [5, 95])
    return max(float(high - low), 1e-6)


def best_alignment(predicted: Floats, truth: Floats) -> tuple[float, float]:
    """Scale and shift that bring `predicted` closest to `truth` in the mean square."""
    centered = predicted - predicted.mean()
    variance = float((centered * centered).mean())
    scale = float((centered * (truth - truth.mean())).mean()) / max(variance, 1e-12)
    return scale, float(truth.mean() - scale * predicted.mean())


def _ordinal(predicted: Floats, truth: Floats, spread: float) -> float:
    random = np.random.default_rng(0)
    first, second = random.integers(len(truth), size=(2, _PAIRS))
    apart = truth[first] - truth[second]
    far = np.abs(apart) > _ORDERED * spread
    if not far.any():
        return 1.0
    right = np.sign(predicted[first] - predicted[second]) == np.sign(apart)
    return float(right[far].mean())


def _edge_error(aligned: Floats, truth: Floats, known: Mask, spread: float) -> float:
    missed: list[Floats] = []
    for axis in (0, 1):
        step = np.diff(truth, axis=axis)
        ahead, behind = (known[1:], known[:-1]) if axis == 0 else (known[:, 1:], known[:, :-1])
        both = ahead & behind
        edge = both & (np.abs(step) > _EDGE * spread)
        missed.append(np.abs(np.diff(aligned, axis=axis) - step)[edge] / np.abs(step[edge]))
    joined = np.concatenate(missed)
    return float(np.minimum(joined, _WORST_EDGE).mean()) if len(joined) else float("nan")


def slope_normals(relief: Floats) -> Floats:
    """Normals (H - 1, W - 1, 3) of a relief surface over the crop, by 2 x 2 cells."""
    half = relief.shape[1] / 2
    diagonal, other = relief[1:, 1:] - relief[:-1, :-1], relief[:-1, 1:] - relief[1:, :-1]
    slopes = np.stack([(diagonal + other) * half, (diagonal - other) * half], -1)
    normals = np.concatenate([slopes, np.full((*slopes.shape[:2], 1), -1.0)], -1)
    unit: Floats = normals / np.linalg.norm(normals, axis=-1, keepdims=True)
    return unit


def normal_angle(relief: Floats, slope_normal: Floats, known: Mask) -> float:
    """Mean degrees between the normals of `relief` and the rendered ones (3, H, W)."""
    corners = [(slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None))]
    corners += [(slice(1, None), slice(None, -1)), (slice(1, None), slice(1, None))]
    whole = np.logical_and.reduce([known[corner] for corner in corners])
    target = np.moveaxis(np.sum([slope_normal[:, r, c] for r, c in corners], axis=0), 0, -1)
    target = target / (np.linalg.norm(target, axis=-1, keepdims=True) + 1e-6)
    cosine = (slope_normals(relief) * target).sum(-1)[whole]
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean())


def aligned_error(predicted: Floats, truth: Floats) -> float:
    """RMSE after the best scale and shift over the 5-95 % range; arguments are flat."""
    scale, shift = best_alignment(predicted, truth)
    rmse = float(np.sqrt(((scale * predicted + shift - truth) ** 2).mean()))
    return rmse / depth_range(truth)


def measure(
    predicted: Floats, truth: Floats, known: Mask, slope_normal: Floats | None = None
) -> DepthMeasures:
    """Compares (H, W) depths of any common kind (relief or metres) where `known`."""
    inside, target = predicted[known].astype(np.float64), truth[known].astype(np.float64)
    spread = depth_range(target)
    scale, shift = best_alignment(inside, target)
    rmse = float(np.sqrt(((scale * inside + shift - target) ** 2).mean()))
    return DepthMeasures(
        rmse / spread,
        _ordinal(inside, target, spread),
        _edge_error(scale * predicted + shift, truth, known, spread),
        float("nan") if slope_normal is None else normal_angle(predicted, slope_normal, known),
    )
