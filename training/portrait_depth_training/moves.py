"""People moved in the network's window: turned, zoomed, stretched and shifted pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """How `count` pictures move. `angle` in radians; `zoom` above 1 makes larger; `stretch` makes
    wider and as much less tall; `shift` (count, 2), right and down, in halves of the window and
    before all that.
    """

    angle: Numbers
    zoom: Numbers
    stretch: Numbers
    shift: Numbers

    @staticmethod
    def draw(
        random: np.random.Generator,
        count: int,
        *,
        angle_degrees: float,
        zoom: float,
        stretch: float,
        shift: float,
    ) -> Moves:
        """Normal draws with these deviations; those of `zoom` and `stretch` of their logarithms."""
        return Moves(
            np.radians(random.normal(0, angle_degrees, count)),
            np.exp(random.normal(0, zoom, count)),
            np.exp(random.normal(0, stretch, count)),
            random.normal(0, shift, (count, 2)),
        )

    def turn_and_stretch(self) -> Numbers:
        """(count, 2, 2): from a direction (x, y) in the new picture to that in the old, in pixels,
        without the zoom.
        """
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        turn = np.stack([np.stack([cosine, -sine], 1), np.stack([sine, cosine], 1)], axis=1)
        return turn / np.stack([self.stretch, 1 / self.stretch], axis=1)[:, None, :]

    def grid(self, size: tuple[int, int]) -> Tensor:
        """(count, H, W, 2): what `grid_sample` reads for pictures of `size` (H, W)."""
        aspect = size[0] / size[1]
        square = self.turn_and_stretch() / self.zoom[:, None, None]
        square *= np.array([[1, aspect], [1 / aspect, 1]])
        matrix = np.concatenate([square, -self.shift[:, :, None]], axis=2).astype(np.float32)
        shape = [len(matrix), 1, *size]
        return functional.affine_grid(torch.from_numpy(matrix), shape, align_corners=False)


def sample(planes: Tensor, grid: Tensor, *, smooth: bool) -> Tensor:
    """(N, C, H, W) read at `grid`: between pixels, or the nearest one's values; 0 outside."""
    mode = "bilinear" if smooth else "nearest"
    read: Any = functional.grid_sample(planes, grid, mode=mode, align_corners=False)
    return read  # type: ignore[no-any-return]
