"""Photos with a depth sensor's picture inside: HEIC auxiliary images, JPEG with MPF.

Phones store disparity as bytes, uniform between two limits in 1/m, and beside it a portrait matte.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from .records import HEIGHT, WIDTH

Floats = npt.NDArray[np.float32]
_MATTE: Final = "urn:com:apple:photo:2018:aux:portraiteffectsmatte"
#: Air on each side of the person's box in the network's crop, a share of its longer side.
_AIR: Final = 0.05


class SensorError(ValueError):
    """A photo holds no depth that this reader knows; the message names the file."""


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


def _xmp_number(xmp: str, name: str) -> float:
    found = re.search(rf"{name}(?:>|=\")([-0-9.e]+)", xmp)
    if found is None:
        raise SensorError(f"no {name} in the depth picture's XMP")
    return float(found.group(1))


def _embedded(data: bytes, word: bytes) -> tuple[Image.Image, str]:
    """The JPEG inside `data` whose XMP packet holds `word`, and that packet."""
    for packet in re.finditer(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.S):
        if word in packet.group():
            start = data.rfind(b"\xff\xd8\xff", 0, packet.start())
            return Image.open(io.BytesIO(data[start:])), packet.group().decode()
    raise SensorError(f"no embedded picture with {word.decode()}")


def _read_jpeg(
    path: Path,
) -> tuple[Image.Image, Image.Image, tuple[float, float], Image.Image, float]:
    data = path.read_bytes()
    disparity, xmp = _embedded(data, b"FloatMaxValue")
    matte, _ = _embedded(data, b"PortraitEffectsMatteVersion")
    limits = (_xmp_number(xmp, "FloatMinValue"), _xmp_number(xmp, "FloatMaxValue"))
    matrix = re.search(r"IntrinsicMatrix>.*?<rdf:li>([0-9.]+)", xmp, re.S)
    if matrix is None:
        raise SensorError(f"{path}: no intrinsics in the depth picture")
    width = _xmp_number(xmp, "IntrinsicMatrixReferenceWidth")
    image = Image.open(io.BytesIO(data))
    return image, disparity, limits, matte, float(matrix.group(1)) / width


def _focal_of_exif(image: Image.Image) -> float:
    """Focal length over width from the 35 mm equivalent, whose diagonal is 43.27 mm."""
    millimetres = image.getexif().get_ifd(0x8769).get(0xA405)
    if not millimetres:
        raise SensorError("no 35 mm focal length in the EXIF data")
    width, height = image.size
    return float(millimetres) / 43.27 * float(np.hypot(width, height)) / width


def _read_heic(
    path: Path,
) -> tuple[Image.Image, Image.Image, tuple[float, float], Image.Image, float]:
    import pillow_heif  # only this reader needs it

    file = pillow_heif.open_heif(path)
    depths = file.info.get("depth_images", [])
    mattes = file.info.get("aux", {}).get(_MATTE, [])
    if not depths or not mattes:
        raise SensorError(f"{path}: no depth picture or no portrait matte inside")
    about = depths[0].info["metadata"]
    image = file.to_pillow()
    matte = file.get_aux_image(mattes[0]).to_pillow()
    return (
        image,
        depths[0].to_pillow(),
        (about["d_min"], about["d_max"]),
        matte,
        _focal_of_exif(image),
    )


def crop_box(mask: Floats) -> tuple[float, float, float, float]:
    """The crop (left, top, right, bottom) in pixels of `mask`: the person's box, air, 3:4."""
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    air = 2 * _AIR * max(right - left, bottom - top)
    width, height = right - left + air, bottom - top + air
    width, height = max(width, height * 0.75), max(height, width / 0.75)
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _cropped(image: Image.Image, share: tuple[float, float, float, float]) -> Floats:
    """A part of `image`, given in shares of its size, area-averaged to the window; 0 outside."""
    width, height = image.size
    box = (share[0] * width, share[1] * height, share[2] * width, share[3] * height)
    whole = (
        int(np.floor(box[0])),
        int(np.floor(box[1])),
        int(np.ceil(box[2])),
        int(np.ceil(box[3])),
    )
    padded = image.crop(whole)
    inside = (box[0] - whole[0], box[1] - whole[1], box[2] - whole[0], box[3] - whole[1])
    resized = padded.resize((WIDTH, HEIGHT), Image.Resampling.BOX, box=inside)
    return np.asarray(resized, np.float32) / 255


def read_sensor_photo(path: Path) -> SensorPhoto:
    """Reads one photo and crops it to its portrait matte as the product would.

    Raises SensorError where no depth or matte is inside.
    """
    reader = _read_heic if path.suffix.lower() in (".heic", ".heif") else _read_jpeg
    image, disparity, (low, high), matte_image, focal_share = reader(path)
    matte_image = matte_image.convert("L")
    matte_full = np.asarray(matte_image, np.float32) / 255
    left, top, right, bottom = crop_box(matte_full)
    width, height = matte_image.size
    share = (left / width, top / height, right / width, bottom / height)
    matte = _cropped(matte_image, share)
    colours = _cropped(image.convert("RGB"), share)
    code = _cropped(disparity.convert("L"), share)
    picture = np.concatenate([colours * matte[..., None], matte[..., None]], -1).transpose(2, 0, 1)
    depth = 1 / np.maximum(low + (high - low) * code, 1e-3)
    focal = focal_share * WIDTH / (share[2] - share[0])
    return SensorPhoto(path.stem + path.suffix, np.ascontiguousarray(picture), depth, matte, focal)
