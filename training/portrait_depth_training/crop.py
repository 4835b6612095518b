"""The network's crop of a photo, as the product cuts it (src/depth/crop.hpp)."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from .records import HEIGHT, WIDTH

Floats = npt.NDArray[np.float32]

#: Margin on each side of the person's box, a share of its longer side.
_MARGIN: Final = 0.05
_ASPECT: Final = WIDTH / HEIGHT


class Crop(NamedTuple):
    """A crop's edges. In pixels of a plane, or in shares of the photo's size."""

    left: float
    top: float
    right: float
    bottom: float


def crop_box(mask: Floats) -> Crop:
    """The crop in pixels of `mask` (H, W): the person's box, a margin, 3:4."""
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    margin = 2 * _MARGIN * max(right - left, bottom - top)
    width, height = right - left + margin, bottom - top + margin
    width, height = max(width, height * _ASPECT), max(height, width / _ASPECT)
    x, y = (left + right) / 2, (top + bottom) / 2
    return Crop(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def crop_of(mask: Floats) -> Crop:
    """The crop in shares of the photo, for planes of any size."""
    box, (height, width) = crop_box(mask), mask.shape
    return Crop(box.left / width, box.top / height, box.right / width, box.bottom / height)


def cropped(plane: npt.NDArray[Any], crop: Crop) -> Floats:
    """A (H, W) plane area-averaged to the window (256, 192); 0 outside the photo."""
    height, width = plane.shape
    box = (crop.left * width, crop.top * height, crop.right * width, crop.bottom * height)
    left, top = math.floor(box[0]), math.floor(box[1])
    padded = Image.fromarray(np.asarray(plane, np.float32)).crop(
        (left, top, math.ceil(box[2]), math.ceil(box[3]))
    )
    inside = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    return np.asarray(padded.resize((WIDTH, HEIGHT), Image.Resampling.BOX, box=inside), np.float32)


def cropped_picture(colors: npt.NDArray[np.uint8], mask: Floats, crop: Crop) -> Floats:
    """The network's input (4, 256, 192): `colors` (H, W, 3) sRGB times mask, and the mask."""
    window = cropped(mask, crop)
    planes = [cropped(colors[..., k], crop) / 255 * window for k in range(3)]
    return np.stack([*planes, window])
