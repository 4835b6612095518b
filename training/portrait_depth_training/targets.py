"""The targets of a rendered person: relief, the normal of its surface, weights and crop width."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from .examples import CropView, Example, Floats
from .gravity import gravity_of
from .records import HAIR, HEAD_BIT, MATERIAL_BITS, WIDTH

#: Least cosine between normal and viewing ray, in the records' 1/127: about 1 degree off edge-on.
#: Normals are stored in whole 1/127, so that smaller cosines are rounding.
_LEAST_FACING: Final = 2.5
#: Coverage, in the records' 1/255, from which a pixel has a depth.
_COVERED: Final = 128
#: Weight of the face's pixels; all others have 1. Viewers look at faces first.
_FACE_WEIGHT: Final = 2.0


class _Targets(NamedTuple):
    relief: Floats
    slope_normal: Floats
    weight: Floats


@numba.njit(cache=True, fastmath=True)
def _fill_targets(
    depth: Any,
    normal: Any,
    alpha: Any,
    material: Any,
    camera: npt.NDArray[np.float32],
    head: float,
    targets: _Targets,
) -> None:
    """Fills the targets of every covered pixel.

    On a plane n . P = c, the depth along ray r is Z = c / (n . r). Its slope over the pixel grid,
    in relief per crop width, is therefore -(Z / Z_head) (n_x, n_y) / (n . r).
    """
    height, width = depth.shape
    fx, fy, cx, cy = camera[0], camera[1], camera[2], camera[3]
    per_metre = fx / (np.float32(head) * WIDTH)
    for row in range(height):
        ry = (row + np.float32(0.5) - cy) / fy
        for column in range(width):
            z = np.float32(depth[row, column])
            if alpha[row, column] < _COVERED or z <= 0:
                continue
            rx = (column + np.float32(0.5) - cx) / fx
            targets.relief[0, row, column] = (z - np.float32(head)) * per_metre
            nx = np.float32(normal[row, column, 0])
            ny = np.float32(normal[row, column, 1])
            nz = np.float32(normal[row, column, 2])
            facing = max(-(nx * rx + ny * ry + nz), np.float32(_LEAST_FACING))
            nearness = z / np.float32(head)
            nx, ny = nx * nearness, ny * nearness
            length = np.float32(1) / np.sqrt(nx * nx + ny * ny + facing * facing)
            targets.slope_normal[0, row, column] = nx * length
            targets.slope_normal[1, row, column] = ny * length
            targets.slope_normal[2, row, column] = -facing * length
            code = material[row, column]
            on_face = code >= HEAD_BIT and (code & MATERIAL_BITS) != HAIR
            targets.weight[0, row, column] = np.float32(_FACE_WEIGHT) if on_face else np.float32(1)


def _gravity(record: Any) -> Floats:
    """Gravity in the record's camera; zeros for people without the label."""
    if "label_camera_pitch" not in record.dtype.names:
        return np.zeros(3, np.float32)
    return gravity_of(math.radians(float(record["label_camera_pitch"])))


def example_of(record: Any, picture: Floats, key_lights: int) -> Example:
    """The example of a record that was photographed as `picture` (4, H, W)."""
    depth = record["depth"].astype(np.float32)
    targets = _Targets(*(np.zeros((planes, *depth.shape), np.float32) for planes in (1, 3, 1)))
    camera = np.asarray(record["intrinsics"], np.float32)
    head = float(record["head_distance"])
    buffers = (record[name] for name in ("normal", "alpha", "material"))
    _fill_targets(depth, *buffers, camera, head, targets)
    focal, _, x, y = (float(value) / WIDTH for value in camera)
    return Example(
        picture,
        *targets,
        head=(targets.weight > 0) & (record["material"] >= HEAD_BIT),
        log_crop_width=math.log(WIDTH * head / float(camera[0])),
        view=CropView(focal, x, y),
        gravity=_gravity(record),
        key_lights=key_lights,
    )
