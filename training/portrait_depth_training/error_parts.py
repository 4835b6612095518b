"""Parts of an error: by region of the person, by kind of the difference, and on the nose.

The kinds follow the surface that is added to the predicted relief before it is measured: a plane
removes a wrong tilt, a quadric also a wrong bend.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .metrics import Floats, Mask, aligned_error, best_alignment, depth_range
from .records import WIDTH

#: Fewer pixels of a region have no error of their own.
_LEAST_PIXELS: Final = 50
#: Share of a face's pixels that protrude most: the nose.
_NOSE: Final = 0.02
#: A frontal face is turned by at most this, in degrees to the side, and up or down.
FRONTAL: Final = (20.0, 15.0)


def surface_slopes(relief: Floats, chosen: Mask) -> npt.NDArray[np.float64]:
    """Slopes (right, down) of the plane that fits `relief` (H, W) best where `chosen`, in crop
    widths per crop width.
    """
    row, column = np.nonzero(chosen)
    plane = np.stack([column / WIDTH, row / WIDTH, np.ones(len(row))], 1)
    slopes, *_ = np.linalg.lstsq(plane, relief[row, column].astype(np.float64), rcond=None)
    return slopes[:2]


def _error_with(basis: Floats, predicted: Floats, truth: Floats) -> float:
    """RMSE over the 5-95 % range after the best scale, and the best sum of `basis` (n, k)."""
    terms = np.concatenate([predicted[:, None], basis], 1)
    found, *_ = np.linalg.lstsq(terms, truth, rcond=None)
    rest = terms @ found - truth
    return math.sqrt(float((rest * rest).mean())) / depth_range(truth)


def kinds(predicted: Floats, truth: Floats, known: Mask) -> dict[str, float]:
    """`tilt_error`: difference of the two surfaces' slopes, radians. `untilted_error` and
    `unbent_error`: the error with the best plane, and the best quadric, added to the prediction.
    """
    row, column = np.nonzero(known)
    x, y = column / WIDTH - 0.5, row / WIDTH - 0.5
    plane = np.stack([np.ones(len(x)), x, y], 1)
    quadric = np.concatenate([plane, np.stack([x * x, x * y, y * y], 1)], 1)
    inside, target = predicted[known].astype(np.float64), truth[known].astype(np.float64)
    turned = np.arctan(surface_slopes(predicted, known)) - np.arctan(surface_slopes(truth, known))
    return {
        "tilt_error": float(np.hypot(*turned)),
        "untilted_error": _error_with(plane, inside, target),
        "unbent_error": _error_with(quadric, inside, target),
    }


def region_error(predicted: Floats, truth: Floats, region: Mask) -> float:
    """The error over a region alone and its own range; NaN for a small region."""
    if region.sum() <= _LEAST_PIXELS:
        return math.nan
    return aligned_error(predicted[region], truth[region])


def nose_share(predicted: Floats, truth: Floats, face: Mask) -> float:
    """The predicted height of the nose over the plane that fits the face, as a share of the true
    one. The nose are the pixels of the face that protrude most from the true plane. NaN for a face
    of few pixels. Of use for frontal faces alone.
    """
    if face.sum() <= _LEAST_PIXELS:
        return math.nan
    row, column = np.nonzero(face)

    def height(relief: Floats) -> Any:
        across, down = surface_slopes(relief, face)
        plane = (across * column + down * row) / WIDTH
        rest = plane - relief[row, column]
        return rest - rest.mean()

    true = height(truth)
    nose = true >= np.quantile(true, 1 - _NOSE)
    return float(height(predicted)[nose].mean() / true[nose].mean())


def human_depth_errors(predicted: Floats, metres: Floats, known: Mask) -> dict[str, float]:
    """`abs_rel`, the mean of |d - t| / t, and `rmse_metres`, of the prediction with the best scale
    and shift against true `metres`, as work on the depth of people reports them (e.g. R. Khirodkar
    et al., "Sapiens: Foundation for Human Vision Models", 2024).
    """
    inside, target = predicted[known].astype(np.float64), metres[known].astype(np.float64)
    scale, shift = best_alignment(inside, target)
    rest = scale * inside + shift - target
    return {
        "abs_rel": float((np.abs(rest) / target).mean()),
        "rmse_metres": math.sqrt(float((rest * rest).mean())),
    }
