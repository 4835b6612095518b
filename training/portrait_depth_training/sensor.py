"""Photos with depth from a sensor, for measuring and as training examples.

Reads two kinds of files: photos that carry depth and a portrait matte, by the product's own reader,
and triples NAME.jpg, NAME.depth.png (16 bits, millimetres, 0 is unknown) and NAME.matte.png.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from .crop import crop_of, cropped, cropped_picture
from .examples import CropView, Example
from .gravity import gravity_of
from .metrics import slope_normals
from .records import HEIGHT, WIDTH

Floats = npt.NDArray[np.float32]
_SUFFIXES: Final = (".heic", ".heif", ".jpg", ".jpeg")
#: The head's distance is the median over this upper share of the person's box.
_HEAD: Final = 0.3
#: Coverage of a window's pixel by known depth from which its depth is known.
_WHOLE: Final = 0.99
#: Smallest disparity in 1/metres: a kilometre.
_LEAST_DISPARITY: Final = 1e-3


class SensorError(ValueError):
    """A photo without usable depth; the message names the file."""


@dataclass(frozen=True)
class SensorPhoto:
    """The network's crop of a photo. `picture` (4, 256, 192) is the network's input; `depth`
    (256, 192) metres, 0 where unknown; `matte` (256, 192) 0..1; `focal_pixels` and `principal`
    (x, y), the place of the photo's optical axis, in crop pixels; `gravity` (3,) as in gravity.py,
    None: unknown.
    """

    name: str
    picture: Floats
    depth: Floats
    matte: Floats
    focal_pixels: float
    principal: tuple[float, float]
    gravity: Floats | None = None

    def view(self) -> CropView:
        """The crop's relation to the photo's camera."""
        x, y = self.principal
        return CropView(self.focal_pixels / WIDTH, x / WIDTH, y / WIDTH)


def _photo(
    name: str,
    colors: npt.NDArray[np.uint8],
    metres: Floats,
    matte: Floats,
    focal_share: float,
) -> SensorPhoto:
    """Crops a photo and its planes, each at its own size, to the person as the product would."""
    if not (matte > 0.5).any():
        raise SensorError(f"{name}: the matte is empty; use a photo of a person")
    crop = crop_of(matte)
    picture = cropped_picture(colors, matte, crop)
    known = np.isfinite(metres) & (metres > 0)
    disparity = cropped(np.where(known, 1 / np.where(known, metres, 1), 0), crop)
    whole = cropped(known, crop) > _WHOLE
    depth = np.where(whole, 1 / np.maximum(disparity, _LEAST_DISPARITY), 0).astype(np.float32)
    across, down = WIDTH / (crop.right - crop.left), HEIGHT / (crop.bottom - crop.top)
    principal = ((0.5 - crop.left) * across, (0.5 - crop.top) * down)
    return SensorPhoto(name, picture, depth, picture[3], focal_share * across, principal)


def _triple(path: Path, depth_path: Path, matte_path: Path) -> SensorPhoto:
    import portrait_depth

    if not matte_path.exists():
        raise SensorError(f"{path}: {depth_path.name} exists, {matte_path.name} is missing; add it")
    colors = portrait_depth.load_photo(path)
    millimetres = np.asarray(Image.open(depth_path), np.float32)
    matte = np.asarray(Image.open(matte_path).convert("L"), np.float32) / 255
    height, width = colors.shape[:2]
    assumed = portrait_depth.Intrinsics.assumed(width, height)
    return _photo(path.name, colors, millimetres / 1000, matte, assumed.fx / assumed.width)


def read_sensor_photo(path: Path) -> SensorPhoto:
    """Reads one photo and crops it to its portrait matte as the product would.

    Raises SensorError if it has no depth, matte or focal length.
    """
    depth_path, matte_path = (path.with_suffix(f".{kind}.png") for kind in ("depth", "matte"))
    if depth_path.exists():
        return _triple(path, depth_path, matte_path)
    import portrait_depth  # the product's module, from `make build`; only this reader needs it

    try:
        found = portrait_depth.read_embedded_depth(path)
        colors = portrait_depth.load_photo(path)
    except portrait_depth.Error as error:
        raise SensorError(str(error)) from error
    if found is None or found.matte is None or found.intrinsics is None:
        lacking = "depth" if found is None else "portrait matte or focal length"
        raise SensorError(f"{path}: no {lacking} inside; take a photo in the phone's portrait mode")
    focal_share = found.intrinsics.fx / found.intrinsics.width
    photo = _photo(path.name, colors, found.metres, found.matte, focal_share)
    tilt = portrait_depth.read_camera_tilt(path)
    return photo if tilt is None else replace(photo, gravity=gravity_of(*tilt))


def read_sensor_photos(folder: Path) -> Iterator[SensorPhoto]:
    """Every photo of a folder, in the order of names; an empty or missing folder gives none."""
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in _SUFFIXES:
            yield read_sensor_photo(path)


def trusted(photo: SensorPhoto) -> npt.NDArray[np.bool_]:
    """Pixels with reliable sensor depth: inside the matte, two pixels off its border, and not
    behind the person.

    At hair and borders sensors report the wall behind. A constant would measure 0.6 there, and one
    pixel of a hundred can hold half of the squared error. A pixel is the wall's if it is farther
    than the person's 95th percentile by more than the person's 5-95 % range.
    """
    inside = (photo.matte > 0.98) & (photo.depth > 0)
    for _ in range(2):
        padded = np.pad(inside, 1)
        inside = (
            inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        )
    if not inside.any():
        return inside
    near, far = np.percentile(photo.depth[inside], [5, 95])
    return inside & (photo.depth <= 2 * far - near)


def training_example(random: np.random.Generator, photo: SensorPhoto) -> Example:
    """The example of a photo, in another exposure and white balance.

    Photos have no label of the head. The upper part of the person stands for it.
    """
    known = trusted(photo)
    if not known.any():
        raise SensorError(f"{photo.name}: no known depth inside the matte; leave out the photo")
    rows = np.flatnonzero(known.any(1))
    upper = known.copy()
    upper[int(rows[0] + _HEAD * (rows[-1] - rows[0])) + 1 :] = False
    head = float(np.median(photo.depth[upper]))
    relief = np.where(known, (photo.depth - head) * photo.focal_pixels / (head * WIDTH), 0)
    normal = np.zeros((3, HEIGHT, WIDTH), np.float32)
    normal[:, :-1, :-1] = np.moveaxis(slope_normals(relief), -1, 0)
    gain = np.exp(random.normal(0, 0.2) + random.normal(0, 0.06, 3)).astype(np.float32)
    picture = photo.picture.copy()
    colors = picture[:3] * gain[:, None, None]
    picture[:3] = np.minimum(colors, photo.matte)
    return Example(
        picture,
        relief[None].astype(np.float32),
        normal,
        known[None].astype(np.float32),
        head=upper[None],
        log_crop_width=math.log(WIDTH * head / photo.focal_pixels),
        view=photo.view(),
        gravity=np.zeros(3, np.float32) if photo.gravity is None else photo.gravity,
    )
