"""Training examples: the network's input and its targets, of one person and of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float32]


class CropView(NamedTuple):
    """The photo's camera in units of the window's width. `focal` is the focal length; `x` and `y`
    are the principal point, right and down from the window's top left corner.
    """

    focal: float
    x: float
    y: float


@dataclass
class Example:
    """One person. `picture` (4, H, W): sRGB times mask, and the mask. `relief` (1, H, W) in crop
    widths. `slope_normal` (3, H, W): unit normal of the relief surface over the crop. `weight`
    (1, H, W): 0 where the depth is unknown. `head` (1, H, W) bool: visible head. `log_crop_width`:
    logarithm of metres. `gravity` (3,): the unit vector of gravity.py; zeros:
    unknown. `key_lights`: number of lights that shine.
    """

    picture: Floats
    relief: Floats
    slope_normal: Floats
    weight: Floats
    head: npt.NDArray[np.bool_]
    log_crop_width: float
    view: CropView
    gravity: Floats
    key_lights: int = 0

    def planes(self) -> dict[str, Any]:
        """The arrays (C, H, W), by their names."""
        names = ("picture", "relief", "slope_normal", "weight", "head")
        return {name: getattr(self, name) for name in names}


@dataclass
class Batch:
    """Examples side by side, with the meanings of `Example`: `picture` (B, 4, H, W), `relief`
    (B, 1, H, W), `slope_normal` (B, 3, H, W), `weight` (B, 1, H, W), `head` (B, 1, H, W),
    `log_crop_width` (B, 1), `view` (B, 3), `gravity` (B, 3), `key_lights` (B,).

    For every i below `pairs`, examples 2 i and 2 i + 1 are one person in different clothes. The
    last 2 `portraits` examples are pairs of photos without depth, as portraits.py makes them: their
    `relief` is a network's, without a known tilt; normals, crop width and view are unknown.
    """

    picture: Tensor
    relief: Tensor
    slope_normal: Tensor
    weight: Tensor
    head: Tensor
    log_crop_width: Tensor
    view: Tensor
    gravity: Tensor
    key_lights: Tensor
    pairs: int = 0
    portraits: int = 0

    def people(self) -> npt.NDArray[np.int64]:
        """The number of the person in each example, (B,), ascending."""
        singles = len(self.picture) - 2 * (self.pairs + self.portraits)
        counts = np.repeat([2, 1, 2], [self.pairs, singles, self.portraits])
        return np.repeat(np.arange(len(counts)), counts)

    def _rows(self, rows: slice) -> dict[str, Tensor]:
        planes = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: plane[rows] for name, plane in planes.items() if isinstance(plane, Tensor)}

    def labeled(self) -> Batch:
        """The examples with known depth, as views."""
        if not self.portraits:
            return self
        return replace(self, **self._rows(slice(-2 * self.portraits)), portraits=0)


def collate(examples: Sequence[Example], pairs: int = 0, portraits: int = 0) -> Batch:
    """The batch of `examples`: first `2 * pairs` in pairs, last `2 * portraits` in pairs."""
    planes = [example.planes() for example in examples]
    stacked = {name: torch.from_numpy(np.stack([p[name] for p in planes])) for name in planes[0]}
    return Batch(
        **stacked,
        log_crop_width=torch.tensor([example.log_crop_width for example in examples])[:, None],
        view=torch.tensor([example.view for example in examples]),
        gravity=torch.from_numpy(np.stack([example.gravity for example in examples])),
        key_lights=torch.tensor([example.key_lights for example in examples]),
        pairs=pairs,
        portraits=portraits,
    )
