"""Targets and results in a camera that looks through the middle of the crop.

The contract's depth Z is measured along the photo's optical axis. The crop's offset from that axis
is not visible in the crop, although it tilts the relief. Here the same camera is turned about its
position until its axis meets the middle of the crop. Pixels keep their places; only the direction
changes along which depth is measured.

In units of the crop's width, let f be the focal length, c the principal point and m the middle of
the crop. With a = (m - c) / f and n = |(a, 1)|, the turned axis is d = (a, 1) / n and the focal
length along it is f n. A pixel with the ray r = ((x - c) / f, 1) has the turned depth Z (r . d).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from .examples import Batch, CropView, Floats


@dataclass(frozen=True)
class _Axes:
    """Per person: `focal` (B, 1, 1), `axis` (B, 2) is d's x and y, `length` (B,) is n, and `along`
    (B, H, W) is r . d of every pixel.
    """

    focal: Tensor
    axis: Tensor
    length: Tensor
    along: Tensor


def _axes(view: Tensor, middle: Tensor, size: tuple[int, int]) -> _Axes:
    """`view` (B, 3) as in `CropView`, `middle` (B, 2) in crop widths, `size` (H, W) in pixels."""
    height, width = size
    focal, principal = view[:, 0], view[:, 1:]
    offset = (middle - principal) / focal[:, None]
    length = (1 + (offset * offset).sum(1)).sqrt()
    axis = offset / length[:, None]
    across = (torch.arange(width) + 0.5) / width
    down = (torch.arange(height) + 0.5) / width
    ray_x = (across[None] - principal[:, :1]) / focal[:, None]
    ray_y = (down[None] - principal[:, 1:]) / focal[:, None]
    along = (
        ray_x[:, None, :] * axis[:, 0, None, None]
        + ray_y[:, :, None] * axis[:, 1, None, None]
        + (1 / length)[:, None, None]
    )
    return _Axes(focal[:, None, None], axis, length, along)


def _median_of(planes: Tensor, chosen: Tensor) -> Tensor:
    """The median (B,) of each plane (B, H, W) where `chosen`; 1 without chosen pixels."""
    medians = [
        float(np.median(plane[mask].numpy())) if bool(mask.any()) else 1.0
        for plane, mask in zip(planes, chosen)
    ]
    return torch.tensor(medians)


def window_middles(count: int, size: tuple[int, int]) -> Tensor:
    """The middle of the window (count, 2) in crop widths."""
    return torch.tensor([[0.5, 0.5 * size[0] / size[1]]]).expand(count, -1)


def turn_to_crop(batch: Batch, middle: Tensor) -> None:
    """Turns the targets of `batch`, in place, to cameras that look through `middle` (B, 2).

    The turned head distance is the median of the turned depths of the visible head.
    """
    axes = _axes(batch.view, middle, (batch.relief.shape[2], batch.relief.shape[3]))
    known = batch.weight[:, 0] > 0
    nearness = 1 + batch.relief[:, 0] / axes.focal
    turned = nearness * axes.along
    head = _median_of(turned, batch.head[:, 0])[:, None, None]
    focal = axes.focal * axes.length[:, None, None]
    batch.relief[:, 0] = torch.where(known, (turned / head - 1) * focal, batch.relief[:, 0])
    # The relief's derivatives, by the product rule on nearness * along.
    normal = batch.slope_normal
    slopes = -normal[:, :2] / torch.where(known, normal[:, 2], -1.0)[:, None]
    slopes = slopes * axes.along[:, None] + nearness[:, None] * axes.axis[:, :, None, None]
    slopes = slopes * (axes.length[:, None, None] / head)[:, None]
    surface = functional.normalize(torch.cat([slopes, -torch.ones_like(slopes[:, :1])], 1))
    batch.slope_normal = torch.where(known[:, None], surface, normal)
    batch.log_crop_width = batch.log_crop_width + (head[:, 0] / axes.length[:, None]).log()


def along_photo_axis(
    relief: Floats, crop_width: float, view: CropView, head: npt.NDArray[np.bool_]
) -> tuple[Floats, float]:
    """The contract's relief and crop width of a network that was trained on turned targets.

    `relief` (H, W) and `crop_width` in metres are the network's outputs, `head` (H, W) is the
    visible head. This is the inverse of `turn_to_crop` at the window's middle.
    """
    size = (relief.shape[0], relief.shape[1])
    axes = _axes(torch.tensor([view]), window_middles(1, size), size)
    along, length = axes.along[0].numpy(), float(axes.length[0])
    depth = (1 + relief / (view.focal * length)) / along  # in turned head distances
    head_depth = float(np.median(depth[head])) if head.any() else 1.0
    turned_distance = crop_width * view.focal * length
    flat = ((depth / head_depth - 1) * view.focal).astype(np.float32)
    return flat, turned_distance * head_depth / view.focal
