"""The loss: relief, its gradients at several scales, its normals, crop width, pairs, portraits.

Gradient matching over scales after Z. Li and N. Snavely, "MegaDepth" (2018), here on known scale.
The normal term compares slopes, as in J. Hu et al., "Revisiting Single Image Depth Estimation"
(2019), but against rendered normals, which are finer than differences of half-precision depth.

The terms on the finest level are compiled together with their derivative. As operators of torch
they would take as long as the network itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from .examples import Batch

_SCALES: Final = 4
#: Cells with a steeper relief, in crop widths per crop width, have no normal.
_STEEPEST: Final = 8.0
#: The 5-95 % range of a person's relief over its standard deviation: 3.29 for normal depths, a
#: little less for bodies.
_RANGE_OF_DEVIATION: Final = 3.0
#: Smallest range, in crop widths: flatter people would dominate the loss.
_LEAST_RANGE: Final = 0.1
FINEST_TERMS: Final = ("relief", "aligned", "fitted", "gradient", "normal")


@dataclass(frozen=True)
class LossWeights:
    """Weights of the terms. `levels` is for all coarser levels together; `pairs` is for differences
    between the reliefs of one person in different clothes. `portrait_pairs` is the same for photos
    without depth; `portrait_shape` is for their differences from a network's relief, without the
    plane that fits these differences best.
    """

    relief: float = 1.0
    aligned: float = 0.5
    fitted: float = 1.0
    gradient: float = 1.0
    normal: float = 0.3
    levels: float = 0.3
    crop_width: float = 0.2
    pairs: float = 0.0
    portrait_pairs: float = 0.0
    portrait_shape: float = 0.0


@numba.njit(cache=True, fastmath=True)
def _spread(relief: Any, weight: Any) -> float:
    """About the 5-95 % range of one person's relief, at least 0.1."""
    count, total, squares = 1e-3, 0.0, 0.0
    for row in range(relief.shape[0]):
        for column in range(relief.shape[1]):
            if weight[row, column] > 0:
                count += 1
                total += relief[row, column]
                squares += relief[row, column] * relief[row, column]
    mean = total / count
    deviation = np.sqrt(max(squares / count - mean * mean, 0.0))
    return max(_RANGE_OF_DEVIATION * deviation, _LEAST_RANGE)


@numba.njit(cache=True, fastmath=True)
def _relief_terms(
    error: Any, weight: Any, share: float, aligned_share: float, slope: Any
) -> tuple[float, float]:
    """Mean absolute error, and the same without the person's mean error."""
    height, width = error.shape
    weights, weighted = 1e-3, 0.0
    for row in range(height):
        for column in range(width):
            weights += weight[row, column]
            weighted += weight[row, column] * error[row, column]
    mean = np.float32(weighted / weights)
    plain, aligned, signs = 0.0, 0.0, 0.0
    for row in range(height):
        for column in range(width):
            w = weight[row, column]
            plain += w * abs(error[row, column])
            aligned += w * abs(error[row, column] - mean)
            signs += w * np.sign(error[row, column] - mean)
    tilt = np.float32(signs / weights)
    for row in range(height):
        for column in range(width):
            w = np.float32(weight[row, column] / weights)
            slope[row, column] += w * (
                np.float32(share) * np.sign(error[row, column])
                + np.float32(aligned_share) * (np.sign(error[row, column] - mean) - tilt)
            )
    return plain / weights, aligned / weights


@numba.njit(cache=True, fastmath=True)
def _fitted_term(
    predicted: Any, relief: Any, weight: Any, scale: float, share: float, slope: Any
) -> float:
    """Root mean square error after the best scale and shift, the `error` of evaluation.

    At its minimum over scale and shift, the error's derivative by them is 0. Its derivative by
    `predicted` is therefore that for a fixed scale and shift; it is added to `slope`.
    """
    height, width = predicted.shape
    count, sum_p, sum_t, sum_pp, sum_pt = 1e-3, 0.0, 0.0, 0.0, 0.0
    for row in range(height):
        for column in range(width):
            if weight[row, column] > 0:
                p, t = predicted[row, column], relief[row, column]
                count += 1
                sum_p += p
                sum_t += t
                sum_pp += p * p
                sum_pt += p * t
    mean_p, mean_t = sum_p / count, sum_t / count
    variance = max(sum_pp / count - mean_p * mean_p, 1e-6)
    stretch = (sum_pt / count - mean_p * mean_t) / variance
    shift = mean_t - stretch * mean_p
    squares = 0.0
    for row in range(height):
        for column in range(width):
            if weight[row, column] > 0:
                error = stretch * predicted[row, column] + shift - relief[row, column]
                squares += error * error
    rms = np.sqrt(squares / count + 1e-12)
    unit = share * scale * stretch / (count * rms)
    for row in range(height):
        for column in range(width):
            if weight[row, column] > 0:
                error = stretch * predicted[row, column] + shift - relief[row, column]
                slope[row, column] += np.float32(unit * error)
    return rms * scale


@numba.njit(cache=True, fastmath=True)
def _gradient_term(error: Any, weight: Any, share: float, slope: Any) -> float:
    """Mean absolute difference of the error between neighbors, over grids of step 1, 2, 4, 8."""
    height, width = error.shape
    total = 0.0
    for scale in range(_SCALES):
        step = 1 << scale
        for axis in range(2):
            down, across = (step, 0) if axis == 0 else (0, step)
            count = 1e-3
            for row in range(0, height - down, step):
                for column in range(0, width - across, step):
                    if weight[row, column] > 0 and weight[row + down, column + across] > 0:
                        count += 1
            unit = np.float32(share / count)
            summed = 0.0
            for row in range(0, height - down, step):
                for column in range(0, width - across, step):
                    if weight[row, column] > 0 and weight[row + down, column + across] > 0:
                        step_error = error[row + down, column + across] - error[row, column]
                        summed += abs(step_error)
                        pull = unit * np.sign(step_error)
                        slope[row + down, column + across] += pull
                        slope[row, column] -= pull
            total += summed / count
    return total


@numba.njit(inline="always", fastmath=True)
def _cell_weight(relief: Any, weight: Any, row: int, column: int) -> Any:
    """The least weight of a 2 x 2 cell's pixels; 0 where the cell is too steep for a normal."""
    w = min(
        min(weight[row, column], weight[row, column + 1]),
        min(weight[row + 1, column], weight[row + 1, column + 1]),
    )
    rise = abs(relief[row + 1, column + 1] - relief[row, column])
    rise = max(rise, abs(relief[row + 1, column] - relief[row, column + 1]))
    return w if rise * relief.shape[1] < _STEEPEST else 0 * w


@numba.njit(cache=True, fastmath=True)
def _normal_term(
    predicted: Any, relief: Any, normal: Any, weight: Any, share: float, slope: Any
) -> float:
    """1 - cosine between rendered normals and those of the predicted relief, over 2 x 2 cells.

    Adds its derivative by `predicted` to `slope`.
    """
    height, width = predicted.shape
    half = np.float32(0.5 * width)
    total, count = 0.0, 1e-3
    for row in range(height - 1):
        for column in range(width - 1):
            count += _cell_weight(relief, weight, row, column)
    unit = np.float32(share / count)
    for row in range(height - 1):
        for column in range(width - 1):
            w = _cell_weight(relief, weight, row, column)
            if w == 0:
                continue
            nx, ny, nz = np.float32(0), np.float32(0), np.float32(0)
            for y in range(2):
                for x in range(2):
                    nx += normal[0, row + y, column + x]
                    ny += normal[1, row + y, column + x]
                    nz += normal[2, row + y, column + x]
            size = np.float32(1) / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-6))
            nx, ny, nz = nx * size, ny * size, nz * size
            diagonal = predicted[row + 1, column + 1] - predicted[row, column]
            other = predicted[row, column + 1] - predicted[row + 1, column]
            gx, gy = (diagonal + other) * half, (diagonal - other) * half
            inverse = np.float32(1) / np.sqrt(gx * gx + gy * gy + np.float32(1))
            cosine = (gx * nx + gy * ny - nz) * inverse
            total += w * (1 - cosine)
            by_gx = -unit * w * inverse * (nx - cosine * inverse * gx) * half
            by_gy = -unit * w * inverse * (ny - cosine * inverse * gy) * half
            slope[row + 1, column + 1] += by_gx + by_gy
            slope[row, column] -= by_gx + by_gy
            slope[row, column + 1] += by_gx - by_gy
            slope[row + 1, column] -= by_gx - by_gy
    return total / count


class _Found(NamedTuple):
    """`terms`: means over people; `slope`: the derivative of their weighted sum; `spread`: each
    person's range of relief.
    """

    slope: Any
    spread: Any
    terms: Any


@numba.njit(cache=True, fastmath=True)
def _finest(
    predicted: Any,
    relief: Any,
    normal: Any,
    weight: Any,
    shares: Any,
    found: _Found,
) -> None:
    """Fills `found` for all people of a batch."""
    slope, spread, terms = found.slope, found.spread, found.terms
    people = predicted.shape[0]
    error = np.empty(predicted.shape[1:], np.float32)
    for person in range(people):
        spread[person] = _spread(relief[person], weight[person])
        scale = np.float32(1 / spread[person])
        error[:] = (predicted[person] - relief[person]) * scale
        mine = slope[person]
        plain, aligned = _relief_terms(error, weight[person], shares[0], shares[1], mine)
        gradient = _gradient_term(error, weight[person], shares[3], mine)
        mine *= scale
        fitted = _fitted_term(
            predicted[person], relief[person], weight[person], scale, shares[2], mine
        )
        bent = _normal_term(
            predicted[person], relief[person], normal[person], weight[person], shares[4], mine
        )
        for term, value in enumerate((plain, aligned, fitted, gradient, bent)):
            terms[term] += value / people
    slope *= np.float32(1 / people)


class _FinestLoss(torch.autograd.Function):
    """The weighted sum of the finest level's terms; see `finest_loss`."""

    @staticmethod
    def forward(context: Any, predicted: Tensor, batch: Batch, shares: Any, out: Any) -> Tensor:
        slope = torch.zeros_like(predicted[:, 0])
        _finest(
            predicted.detach()[:, 0].numpy(),
            batch.relief[:, 0].numpy(),
            batch.slope_normal.numpy(),
            batch.weight[:, 0].numpy(),
            shares,
            _Found(slope.numpy(), out["spread"], out["terms"]),
        )
        context.save_for_backward(slope)
        return torch.tensor(float(np.dot(shares, out["terms"])))

    @staticmethod
    def backward(context: Any, *above: Any) -> Any:
        (slope,) = context.saved_tensors
        return slope[:, None] * above[0], None, None, None


def finest_loss(
    predicted: Tensor, batch: Batch, weights: LossWeights
) -> tuple[Tensor, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The weighted loss of the finest level (B, 1, H, W), its terms, each person's spread."""
    shares = np.array([getattr(weights, name) for name in FINEST_TERMS])
    out = {"spread": np.zeros(len(predicted)), "terms": np.zeros(len(FINEST_TERMS))}
    loss: Tensor = _FinestLoss.apply(predicted.contiguous(), batch, shares, out)
    return loss, out["terms"], out["spread"]


def _halved(planes: Tensor) -> Tensor:
    """Means of 2 x 2 pixels, by slices: Debian's torch pools several times slower."""
    upper = planes[:, :, ::2, ::2] + planes[:, :, ::2, 1::2]
    return (upper + planes[:, :, 1::2, ::2] + planes[:, :, 1::2, 1::2]) * 0.25


def _coarse_loss(levels: list[Tensor], batch: Batch, spread: Tensor) -> Tensor:
    """Mean absolute error of the coarser levels, against averages of the relief."""
    relief, weight = batch.relief * batch.weight, batch.weight
    total = levels[0].new_zeros(())
    for level in levels:
        while weight.shape[2] > level.shape[2]:
            relief, weight = _halved(relief), _halved(weight)
        error = (level - relief / weight.clamp(min=1e-3)).abs() * weight
        share = weight.sum((1, 2, 3)).clamp(min=1) * spread
        total = total + (error.sum((1, 2, 3)) / share).mean()
    return total / len(levels)


def _pair_loss(relief: Tensor, weight: Tensor, spread: Tensor) -> Tensor:
    """Mean absolute difference between examples 2 i and 2 i + 1, in the person's range."""
    apart = ((relief[::2] - relief[1::2]).abs() * weight[::2]).sum((1, 2, 3))
    known = weight[::2].sum((1, 2, 3)).clamp(min=1) * spread[::2]
    return (apart / known).mean()


def _without_plane(error: Tensor, weight: Tensor) -> Tensor:
    """`error` (N, 1, H, W) less the plane that fits it best in the weighted mean square."""
    count, _, height, width = error.shape
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij"
    )
    basis = torch.stack([torch.ones_like(x), x, y]).flatten(1)
    weighted = basis * weight.view(count, 1, -1)
    moments = weighted @ basis.T + 1e-3 * torch.eye(3)
    plane = torch.linalg.solve(moments, weighted @ error.view(count, -1, 1))
    fitted = (plane * basis).sum(1)
    return error - fitted.view_as(error)


def _portrait_loss(
    relief: Tensor, batch: Batch, weights: LossWeights
) -> tuple[Tensor, dict[str, float]]:
    """The terms of the pairs of photos without depth, which are the batch's last examples."""
    last = slice(-2 * batch.portraits, None)
    found, shape, weight = relief[last], batch.relief[last], batch.weight[last]
    spread = torch.tensor(
        [_spread(s, w) for s, w in zip(shape[:, 0].numpy(), weight[:, 0].numpy())]
    )
    apart = _pair_loss(found, weight, spread)
    bent = _without_plane(found - shape, weight).abs() * weight
    known = weight.sum((1, 2, 3)).clamp(min=1) * spread
    changed = (bent.sum((1, 2, 3)) / known).mean()
    named = {"portrait_pairs": float(apart.detach()), "portrait_shape": float(changed.detach())}
    return weights.portrait_pairs * apart + weights.portrait_shape * changed, named


def relief_loss(
    levels: list[Tensor], log_crop_width: Tensor, batch: Batch, weights: LossWeights
) -> tuple[Tensor, dict[str, float]]:
    """The loss to minimize and its terms. `levels` is finest first, as the network gives it."""
    known = batch.labeled()
    count = len(known.picture)
    finest, terms, ranges = finest_loss(levels[0][:count], known, weights)
    spread = torch.from_numpy(ranges).float()
    coarse = _coarse_loss([level[:count] for level in levels[1:]], known, spread)
    size = functional.smooth_l1_loss(log_crop_width[:count], known.log_crop_width, beta=0.1)
    total = finest + weights.levels * coarse + weights.crop_width * size
    named = {name: float(term) for name, term in zip(FINEST_TERMS, terms)}
    named |= {"levels": float(coarse.detach()), "crop_width": float(size.detach())}
    if batch.pairs:
        pairs = slice(2 * batch.pairs)
        apart = _pair_loss(levels[0][pairs], batch.weight[pairs], spread[pairs])
        total = total + weights.pairs * apart
        named["pairs"] = float(apart.detach())
    if batch.portraits:
        unlabeled, its_terms = _portrait_loss(levels[0], batch, weights)
        total, named = total + unlabeled, named | its_terms
    return total, named
