"""Photos with depth from a sensor: for measuring, and to be mixed into training.

Two kinds of folders' files are read: photos that carry depth and a portrait matte inside, by the
product's own reader, and triples NAME.jpg, NAME.depth.png (16 bits, millimetres, 0 unknown) and
NAME.matte.png.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from .metrics import slope_normals
from .records import HEIGHT, WIDTH

Floats = npt.NDArray[np.float32]
_SUFFIXES: Final = (".heic", ".heif", ".jpg", ".jpeg")
#: Air on each side of the person's box in the network's crop, a share of its longer side.
_AIR: Final = 0.05
#: The head's distance is the median over this upper share of the person's box.
_HEAD: Final = 0.3


class SensorError(ValueError):
    """A photo holds no depth that can be used; the message names the file."""


@dataclass(frozen=True)
class SensorPhoto:
    """The network's crop of a photo. `picture` (4, 256, 192) is the network's input; `depth`
    (256, 192) metres, 0 where unknown; `matte` (256, 192) 0..1; `focal_pixels` in crop pixels.
    """

    name: str
    picture: Floats
    depth: Floats
    matte: Floats
    focal_pixels: float


def crop_box(mask: Floats) -> tuple[float, float, float, float]:
    """The crop (left, top, right, bottom) in pixels of `mask`: the person's box, air, 3:4."""
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    air = 2 * _AIR * max(right - left, bottom - top)
    width, height = right - left + air, bottom - top + air
    width, height = max(width, height * 0.75), max(height, width / 0.75)
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _cropped(plane: npt.NDArray[Any], share: tuple[float, float, float, float]) -> Floats:
    """A part of a (H, W) plane, in shares of its size, area-averaged to the window; 0 outside."""
    height, width = plane.shape
    box = (share[0] * width, share[1] * height, share[2] * width, share[3] * height)
    left, top = math.floor(box[0]), math.floor(box[1])
    padded = Image.fromarray(np.asarray(plane, np.float32)).crop(
        (left, top, math.ceil(box[2]), math.ceil(box[3]))
    )
    inside = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    return np.asarray(padded.resize((WIDTH, HEIGHT), Image.Resampling.BOX, box=inside), np.float32)


def _photo(
    name: str,
    colours: npt.NDArray[np.uint8],
    metres: Floats,
    matte: Floats,
    focal_share: float,
) -> SensorPhoto:
    """Crops a photo and its planes, each at its own size, to the person as the product would."""
    if not (matte > 0.5).any():
        raise SensorError(f"{name}: its matte shows nobody")
    left, top, right, bottom = crop_box(matte)
    height, width = matte.shape
    share = (left / width, top / height, right / width, bottom / height)
    mask = _cropped(matte, share)
    known = np.isfinite(metres) & (metres > 0)
    disparity = _cropped(np.where(known, 1 / np.where(known, metres, 1), 0), share)
    whole = _cropped(known, share) > 0.99
    depth = np.where(whole, 1 / np.maximum(disparity, 1e-3), 0).astype(np.float32)
    planes = [_cropped(colours[..., k], share) / 255 * mask for k in range(3)]
    focal = focal_share * WIDTH / (share[2] - share[0])
    return SensorPhoto(name, np.stack([*planes, mask]), depth, mask, focal)


def _triple(path: Path, depth_path: Path, matte_path: Path) -> SensorPhoto:
    import portrait_depth

    if not matte_path.exists():
        raise SensorError(f"{path}: {depth_path.name} is there, {matte_path.name} is not")
    colours = portrait_depth.load_photo(path)
    millimetres = np.asarray(Image.open(depth_path), np.float32)
    matte = np.asarray(Image.open(matte_path).convert("L"), np.float32) / 255
    height, width = colours.shape[:2]
    assumed = portrait_depth.Intrinsics.assumed(width, height)
    return _photo(path.name, colours, millimetres / 1000, matte, assumed.fx / assumed.width)


def read_sensor_photo(path: Path) -> SensorPhoto:
    """Reads one photo and crops it to its portrait matte as the product would.

    Raises SensorError where no depth or matte is to be had.
    """
    depth_path, matte_path = (path.with_suffix(f".{kind}.png") for kind in ("depth", "matte"))
    if depth_path.exists():
        return _triple(path, depth_path, matte_path)
    import portrait_depth  # the product's module, built by `make build`; only this reader needs it

    try:
        found = portrait_depth.read_embedded_depth(path)
        colours = portrait_depth.load_photo(path)
    except portrait_depth.Error as error:
        raise SensorError(str(error)) from error
    if found is None or found.matte is None or found.intrinsics is None:
        lacking = "depth" if found is None else "portrait matte or focal length"
        raise SensorError(f"{path}: no {lacking} inside")
    focal_share = found.intrinsics.fx / found.intrinsics.width
    return _photo(path.name, colours, found.metres, found.matte, focal_share)


def read_sensor_photos(folder: Path) -> Iterator[SensorPhoto]:
    """Every photo of a folder, in the order of names; an empty or missing folder gives none."""
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in _SUFFIXES:
            yield read_sensor_photo(path)


def trusted(photo: SensorPhoto) -> npt.NDArray[np.bool_]:
    """Where a sensor's depth counts: surely inside the matte, two pixels off its border.

    At hair and borders sensors report the wall behind: even a constant would measure 0.6 there.
    """
    inside = (photo.matte > 0.98) & (photo.depth > 0)
    for _ in range(2):
        padded = np.pad(inside, 1)
        inside = (
            inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        )
    return inside


def training_sample(
    random: np.random.Generator, photo: SensorPhoto
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Picture, relief, slope normal, weight and logarithm of the crop's width, in another exposure
    and white balance. No label tells where the head is: its distance is the median of the upper
    part of the person.
    """
    known = trusted(photo)
    if not known.any():
        raise SensorError(f"{photo.name}: no depth inside the matte")
    rows = np.flatnonzero(known.any(1))
    upper = known.copy()
    upper[int(rows[0] + _HEAD * (rows[-1] - rows[0])) + 1 :] = False
    head = float(np.median(photo.depth[upper]))
    relief = np.where(known, (photo.depth - head) * photo.focal_pixels / (head * WIDTH), 0)
    normal = np.zeros((3, HEIGHT, WIDTH), np.float32)
    normal[:, :-1, :-1] = np.moveaxis(slope_normals(relief), -1, 0)
    gain = np.exp(random.normal(0, 0.2) + random.normal(0, 0.06, 3)).astype(np.float32)
    picture = photo.picture.copy()
    colours = picture[:3] * gain[:, None, None]
    picture[:3] = np.minimum(colours, photo.matte)
    planes = (picture, relief[None].astype(np.float32), normal, known[None].astype(np.float32))
    return *planes, math.log(WIDTH * head / photo.focal_pixels)
