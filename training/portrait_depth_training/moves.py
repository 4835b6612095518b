"""People at other places of the network's window: mirrored, turned, zoomed, stretched, shifted,
seen through lenses that distort, and at half size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from .crop_camera import window_middles
from .examples import Batch, Example
from .gravity import mirrored

Numbers = npt.NDArray[np.float64]

#: Deviations of training's moves: of masks that are cut differently and of tilted cameras.
_TRAINING_MOVES: Final = {"angle_degrees": 6.0, "zoom": 0.1, "stretch": 0.06, "shift": 0.05}
#: Deviation of the barrel or pincushion distortion of small lenses, at the window's side.
_DISTORTION: Final = 0.02


@dataclass(frozen=True)
class Moves:
    """The moves of `count` pictures. `angle` in radians; `zoom` above 1 enlarges; `stretch` above 1
    widens and shortens by the same factor; `shift` (count, 2), right and down, in halves of the
    window, is applied before the others.
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

    def select(self, rows: npt.NDArray[np.int64]) -> Moves:
        """The moves of these rows, which may repeat."""
        return Moves(self.angle[rows], self.zoom[rows], self.stretch[rows], self.shift[rows])

    def turn_and_stretch(self) -> Numbers:
        """(count, 2, 2): from a direction (x, y) in the new picture to that in the old, in pixels,
        without the zoom.
        """
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        turn = np.stack([np.stack([cosine, -sine], 1), np.stack([sine, cosine], 1)], axis=1)
        return turn / np.stack([self.stretch, 1 / self.stretch], axis=1)[:, None, :]

    def turned(self, directions: Tensor) -> Tensor:
        """(count, 3): directions of the old picture's camera space in the new one's."""
        angle = torch.from_numpy(self.angle.astype(np.float32))
        cosine, sine = angle.cos(), angle.sin()
        x, y, z = directions.unbind(1)
        return torch.stack([cosine * x + sine * y, cosine * y - sine * x, z], 1)

    def grid(self, size: tuple[int, int]) -> Tensor:
        """(count, H, W, 2): the grid of `grid_sample` for pictures of `size` (H, W)."""
        aspect = size[0] / size[1]
        square = self.turn_and_stretch() / self.zoom[:, None, None]
        square *= np.array([[1, aspect], [1 / aspect, 1]])
        matrix = np.concatenate([square, -self.shift[:, :, None]], axis=2).astype(np.float32)
        shape = [len(matrix), 1, *size]
        return functional.affine_grid(torch.from_numpy(matrix), shape, align_corners=False)

    def points(self, point: Numbers, size: tuple[int, int]) -> Numbers:
        """(count, 2): the new place of a `point` (x, y) of the old picture, both in pixels."""
        half = 0.5 * np.array([size[1], size[0]])
        offset = point - half + self.shift * half
        inverse = np.linalg.inv(self.turn_and_stretch() / self.zoom[:, None, None])
        return half + (inverse @ offset[:, :, None])[:, :, 0]

    def middles(self, size: tuple[int, int]) -> Tensor:
        """(count, 2): the old place, in crop widths, of the new window's middle."""
        half = window_middles(len(self.shift), size)
        return half * (1 - torch.from_numpy(self.shift.astype(np.float32)))


def sample(planes: Tensor, grid: Tensor, *, smooth: bool) -> Tensor:
    """(N, C, H, W) read at `grid`: between pixels, or the nearest pixel's values; 0 outside."""
    mode = "bilinear" if smooth else "nearest"
    read: Any = functional.grid_sample(planes, grid, mode=mode, align_corners=False)
    return read  # type: ignore[no-any-return]


@dataclass(frozen=True)
class BatchMoves:
    """The moves of some examples of a batch: `rows` are their numbers, `bend` (count,) their
    lenses' distortion.
    """

    rows: npt.NDArray[np.int64]
    moves: Moves
    bend: Tensor

    @staticmethod
    def draw(
        random: np.random.Generator, people: npt.NDArray[np.int64], share: float
    ) -> BatchMoves | None:
        """Moves a `share` of the people; None if the draw chooses no person. `people` (B,) as
        `Batch.people` gives it: all examples of one person move alike.
        """
        chosen = np.flatnonzero(random.random(people[-1] + 1) < share)
        if not len(chosen):
            return None
        moves = Moves.draw(random, len(chosen), **_TRAINING_MOVES)
        bend = random.normal(0, _DISTORTION, len(chosen)).astype(np.float32)
        rows = np.flatnonzero(np.isin(people, chosen))
        source = np.searchsorted(chosen, people[rows])
        return BatchMoves(rows, moves.select(source), torch.from_numpy(bend[source]))

    def middles(self, count: int, size: tuple[int, int]) -> Tensor:
        """(count, 2): the place of each new window's middle before the move, in crop widths."""
        middles = window_middles(count, size).clone()
        middles[self.rows] = self.moves.middles(size)
        return middles

    def apply(self, batch: Batch) -> None:
        """Moves pictures and targets in place."""
        size = (batch.picture.shape[2], batch.picture.shape[3])
        rows, count = self.rows, len(self.rows)
        grid = self.moves.grid(size)
        grid = grid * (1 + self.bend[:, None, None, None] * (grid * grid).sum(3, keepdim=True))
        targets = torch.cat([batch.relief, batch.slope_normal, batch.weight], 1)[rows]
        targets = sample(targets, grid, smooth=False)
        # Relief scales with the picture, so a zoom leaves its slopes unchanged.
        turn = self.moves.turn_and_stretch().transpose(0, 2, 1).astype(np.float32)
        sideways = (torch.from_numpy(turn) @ targets[:, 1:3].flatten(2)).view(count, 2, *size)
        factor = torch.from_numpy(self.moves.zoom.astype(np.float32))
        normal = functional.normalize(torch.cat([sideways, targets[:, 3:4]], 1))
        batch.picture[rows] = sample(batch.picture[rows], grid, smooth=True)
        batch.relief[rows] = targets[:, :1] * factor[:, None, None, None]
        batch.slope_normal[rows] = normal
        batch.weight[rows] = targets[:, 4:]
        batch.gravity[rows] = self.moves.turned(batch.gravity[rows])
        batch.log_crop_width[rows] -= factor.log()[:, None]


def flipped(example: Example) -> Example:
    """The example mirrored left to right."""
    planes = {name: plane[..., ::-1].copy() for name, plane in example.planes().items()}
    planes["slope_normal"][0] *= -1
    view = example.view._replace(x=1 - example.view.x)
    return replace(example, **planes, view=view, gravity=mirrored(example.gravity))


def halved(random: np.random.Generator, example: Example) -> Example:
    """The example at half the height and width.

    The picture is the mean of four pixels, as in the network's own halving. The target is one of
    the four at random, because the mean of two depths at a silhouette is on neither surface.
    """
    channels, height, width = example.picture.shape
    fours = example.picture.reshape(channels, height // 2, 2, width // 2, 2)
    upper, lower = fours[:, :, 0], fours[:, :, 1]
    mean = 0.25 * (upper[..., 0] + upper[..., 1] + lower[..., 0] + lower[..., 1])
    top, left = random.integers(2, size=2)
    planes = {name: plane[:, top::2, left::2] for name, plane in example.planes().items()}
    return replace(example, **planes | {"picture": mean})
