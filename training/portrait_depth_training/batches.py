"""Batches for training and evaluation: records in, the network's input and targets out.

A batch depends only on the people, the seed and its number, so that any process can make any
batch, and a resumed run sees what an unbroken one would have seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from .camera import Camera
from .environments import Environments
from .lighting import random_light, shade
from .moves import Moves, sample
from .records import HEIGHT, WIDTH, PeopleSet
from .segmenter import product_segmenter
from .sensor import SensorPhoto, training_sample
from .uneven import UnevenLight
from .weave import Weave

#: The share of the people whose cloth gets specks as fine as pixels, in training.
_WOVEN: Final = 0.5
#: The share of the people who stand in light that is not the same everywhere, in training.
_UNEVEN: Final = 0.4
#: The share of the people whose light comes from the camera, in training.
_FRONT: Final = 0.25
#: The share of the people who are moved in the window, in training.
_MOVED: Final = 0.5


@dataclass
class Batch:
    """`picture` (B, 4, H, W); `relief` (B, 1, H, W); `slope_normal` (B, 3, H, W), the normal of
    the relief surface over a square crop unit; `weight` (B, 1, H, W), 0 where nothing is known;
    `log_crop_width` (B, 1), metres; `key_lights` (B,), how many shone.
    """

    picture: Tensor
    relief: Tensor
    slope_normal: Tensor
    weight: Tensor
    log_crop_width: Tensor
    key_lights: Tensor


@numba.njit(cache=True, fastmath=True)
def _fill_targets(
    depth: Any,
    normal: Any,
    alpha: Any,
    material: Any,
    camera: npt.NDArray[np.float32],
    head: float,
    relief: npt.NDArray[np.float32],
    slope_normal: npt.NDArray[np.float32],
    weight: npt.NDArray[np.float32],
) -> None:
    """Relief, the relief surface's normal and the weight of every pixel of one person.

    On a plane n . P = c, the depth along ray r is Z = c / (n . r). Its slope over the pixel grid,
    in relief a crop width, is therefore -(Z / Z_head) (n_x, n_y) / (n . r).
    """
    height, width = depth.shape
    fx, fy, cx, cy = camera[0], camera[1], camera[2], camera[3]
    per_metre = fx / (np.float32(head) * 192)
    for row in range(height):
        ry = (row + np.float32(0.5) - cy) / fy
        for column in range(width):
            z = np.float32(depth[row, column])
            if alpha[row, column] < 128 or z <= 0:
                continue
            rx = (column + np.float32(0.5) - cx) / fx
            relief[0, row, column] = (z - np.float32(head)) * per_metre
            nx = np.float32(normal[row, column, 0])
            ny = np.float32(normal[row, column, 1])
            nz = np.float32(normal[row, column, 2])
            facing = max(-(nx * rx + ny * ry + nz), np.float32(2.5))
            nearness = z / np.float32(head)
            nx, ny = nx * nearness, ny * nearness
            length = np.float32(1) / np.sqrt(nx * nx + ny * ny + facing * facing)
            slope_normal[0, row, column] = nx * length
            slope_normal[1, row, column] = ny * length
            slope_normal[2, row, column] = -facing * length
            code = material[row, column]
            on_face = code >= 128 and (code & 127) != 3
            weight[0, row, column] = np.float32(2) if on_face else np.float32(1)


def _targets(record: Any) -> tuple[Any, Any, Any, float]:
    """Relief, slope normal, weight and the logarithm of the crop's width of one record."""
    depth = record["depth"].astype(np.float32)
    relief = np.zeros((1, *depth.shape), np.float32)
    slope_normal = np.zeros((3, *depth.shape), np.float32)
    weight = np.zeros((1, *depth.shape), np.float32)
    camera = np.asarray(record["intrinsics"], np.float32)
    head = float(record["head_distance"])
    _fill_targets(
        depth,
        record["normal"],
        record["alpha"],
        record["material"],
        camera,
        head,
        relief,
        slope_normal,
        weight,
    )
    return relief, slope_normal, weight, math.log(WIDTH * head / float(camera[0]))


def _move(random: np.random.Generator, batch: Batch, share: float) -> Batch:
    """Turns, zooms, shifts and stretches of some people, and the barrels and pincushions of small
    lenses: nobody stands in the same place of the window twice, or is as wide.
    """
    chosen = np.flatnonzero(random.random(batch.picture.shape[0]) < share)
    count = len(chosen)
    if not count:
        return batch
    moves = Moves.draw(random, count, angle_degrees=6, zoom=0.1, stretch=0.06, shift=0.05)
    size = (batch.picture.shape[2], batch.picture.shape[3])
    grid = moves.grid(size)
    bend = torch.from_numpy(random.normal(0, 0.02, count).astype(np.float32))
    grid = grid * (1 + bend[:, None, None, None] * (grid * grid).sum(3, keepdim=True))
    targets = torch.cat([batch.relief, batch.slope_normal, batch.weight], 1)[chosen]
    targets = sample(targets, grid, smooth=False)
    # Relief grows as the picture does, so its slopes change by what is no zoom.
    slopes = torch.from_numpy(moves.turn_and_stretch().transpose(0, 2, 1).astype(np.float32))
    sideways = (slopes @ targets[:, 1:3].flatten(2)).view(count, 2, *size)
    factor = torch.from_numpy(moves.zoom.astype(np.float32))
    batch.picture[chosen] = sample(batch.picture[chosen], grid, smooth=True)
    batch.relief[chosen] = targets[:, :1] * factor[:, None, None, None]
    batch.slope_normal[chosen] = functional.normalize(torch.cat([sideways, targets[:, 3:4]], 1))
    batch.weight[chosen] = targets[:, 4:]
    batch.log_crop_width[chosen] -= factor.log()[:, None]
    return batch


def _flipped(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """One person's picture and targets, mirrored left to right."""
    picture, relief, slope_normal, weight, log_crop_width = parts
    slope_normal[0] *= -1
    planes = (picture, relief, slope_normal, weight)
    return *(plane[..., ::-1] for plane in planes), log_crop_width


def _halved(random: np.random.Generator, parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """One person at half the height and width.

    The picture is the mean of four pixels, as the network's own half is; the target one of the four
    by chance, as the mean of two depths at a silhouette is no depth.
    """
    picture, relief, slope_normal, weight, log_crop_width = parts
    channels, height, width = picture.shape
    fours = picture.reshape(channels, height // 2, 2, width // 2, 2)
    upper, lower = fours[:, :, 0], fours[:, :, 1]
    mean = 0.25 * (upper[..., 0] + upper[..., 1] + lower[..., 0] + lower[..., 1])
    top, left = random.integers(2, size=2)
    targets = (plane[:, top::2, left::2] for plane in (relief, slope_normal, weight))
    return mean, *targets, log_crop_width


class Loader:
    """Makes batches of one split in one kind of light.

    `height` is 256 or 128. `augment` adds flips, moves, the weave of cloth, uneven light
    and light from the camera.
    A share of the samples may be `photos` with a sensor's depth, in place of the people asked for;
    a share of the people may be masked by the product's segmenter, and `front_share` of them lit
    from the camera, where that is to differ from what `augment` does.
    """

    def __init__(
        self,
        environments: Environments,
        height: int,
        augment: bool,
        photos: Sequence[SensorPhoto] = (),
        photo_share: float = 0.0,
        segmented_share: float = 0.0,
        front_share: float | None = None,
    ) -> None:
        if height not in (HEIGHT, HEIGHT // 2):
            raise ValueError(f"height {height} is neither {HEIGHT} nor {HEIGHT // 2}")
        self._environments = environments
        segmenter = product_segmenter() if segmented_share else None
        self._camera = Camera(environments.backgrounds, segmenter, segmented_share)
        self._half = height < HEIGHT
        self._augment = augment
        self._front_share = front_share if front_share is not None else _FRONT if augment else 0.0
        if augment:
            self._weave, self._uneven = Weave(_WOVEN), UnevenLight(_UNEVEN)
        self._photos, self._photo_share = photos, photo_share if photos else 0.0

    def _lit(self, record: Any, random: np.random.Generator) -> tuple[tuple[Any, ...], int]:
        """Picture and targets of one person in new light, and how many key lights shone."""
        light = random_light(random, self._environments, self._front_share)
        radiance, mean = shade(record, light)
        if self._augment:
            self._weave(random, radiance, record["material"])
            mean = self._uneven(random, radiance, record["alpha"], mean)
        picture = self._camera.photograph(random, radiance, mean, record["alpha"])
        return (picture, *_targets(record)), int((light.keys[:, 0] > 0).sum())

    def batch(self, people: PeopleSet, indices: np.ndarray, random: np.random.Generator) -> Batch:
        """Lights and photographs the people named by `indices`."""
        parts: list[tuple[Any, ...]] = []
        keys: list[int] = []
        for index in indices:
            if self._photo_share and random.random() < self._photo_share:
                photo = self._photos[random.integers(len(self._photos))]
                person, shining = training_sample(random, photo), 0
            else:
                person, shining = self._lit(people.record(int(index)), random)
            keys.append(shining)
            if self._half:
                person = _halved(random, person)
            mirrored = self._augment and random.random() < 0.5
            parts.append(_flipped(person) if mirrored else person)
        pictures, reliefs, normals, weights, widths = zip(*parts)
        batch = Batch(
            torch.from_numpy(np.stack(pictures)),
            torch.from_numpy(np.stack(reliefs)),
            torch.from_numpy(np.stack(normals)),
            torch.from_numpy(np.stack(weights)),
            torch.tensor(widths)[:, None],
            torch.tensor(keys),
        )
        if self._augment:
            batch = _move(random, batch, _MOVED)
        return batch
