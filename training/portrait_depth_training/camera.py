"""Photographs lit people and segments them: the network's input from linear light.

Steps, in the order of the light's path: exposure and white balance, vignette, tone, background,
resizing and JPEG, blur or the sharpening of phones, noise. Masks are eroded, dilated and softened,
with holes and spill. Loops over pixels are compiled.
"""

from __future__ import annotations

import io
import math
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from PIL import Image

from .records import HEIGHT, WIDTH
from .segmenter import Segmenter

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

#: Normal draws that noise starts in at a random place.
_BANK: Final = 1 << 20
_CURVE_STEPS: Final = 1024
#: Brightest exposed radiance that the tone curve distinguishes.
_CURVE_END: Final = 8.0
#: Exposure aims at this mean of linear light.
_MIDDLE_GRAY: Final = 0.20
#: Reaches (across, down) of the box of blur and sharpening; a fifth each is motion along an axis.
_BOXES: Final = ((1, 1), (1, 1), (1, 1), (2, 0), (0, 2))
#: Share of plain or two-colored walls and coarse noise among backgrounds.
_PLAIN_WALLS: Final = 0.3
#: Share of masks that equal the true coverage.
_PERFECT_MASKS: Final = 0.3
#: Knots of the threshold that varies over the mask, rows and columns.
_THRESHOLD_KNOTS: Final = (17, 13)
#: Least intersection over union of the segmenter's mask and the person.
_LEAST_AGREEMENT: Final = 0.5
#: Upper ends of `random.random()` for resizing, both, JPEG: 20 % of pictures lose detail so.
_RESIZED_BELOW, _COMPRESSED_FROM, _PROCESSED_BELOW = 0.10, 0.07, 0.2


def _tone_curve(random: np.random.Generator) -> Floats:
    """sRGB value over the square root of exposed radiance: shoulder, gamma, S-curve."""
    linear = (np.arange(_CURVE_STEPS + 2) / _CURVE_STEPS) ** 2 * _CURVE_END
    white, shoulder = random.uniform(1.0, 4.0), random.uniform(0.0, 1.0)
    pressed = linear * (1 + linear / white**2) / (1 + linear * shoulder)
    encoded = np.clip(pressed, 0, 1) ** (1 / 2.2)
    curved = encoded * encoded * (3 - 2 * encoded)
    contrast = random.uniform(-0.15, 0.5)
    return (encoded + contrast * (curved - encoded)).astype(np.float32)


class _Development(NamedTuple):
    """From linear light to sRGB: `gain` (3,) is exposure and white balance, `vignette` is twice the
    loss at the window's corners, `curve` is that of `_tone_curve`.
    """

    gain: Floats
    vignette: float
    saturation: float
    curve: Floats


class _Background(NamedTuple):
    """sRGB bytes (h, w, 3), stretched to the window, and the gain of their values."""

    picture: Bytes
    gain: float


@numba.njit(cache=True, fastmath=True)
def _develop(
    radiance: Floats,
    alpha: Any,
    mask: Floats,
    background: _Background,
    development: _Development,
    picture: Floats,
) -> None:
    """Fills `picture` (H, W, 3), sRGB 0..1: the person before the background."""
    height, width = mask.shape
    behind, gain, curve = background.picture, development.gain, development.curve
    rows, columns = behind.shape[0] - 1, behind.shape[1] - 1
    scale = np.float32(_CURVE_STEPS) / np.sqrt(np.float32(_CURVE_END))
    last = np.float32(_CURVE_STEPS - 0.5)
    bright = np.float32(background.gain / 255)
    pixel = np.zeros(3, np.float32)
    for row in range(height):
        v = np.float32(row) / height
        for column in range(width):
            if alpha[row, column] == 0 and mask[row, column] == 0:
                continue
            u = np.float32(column) / width
            share = np.float32(alpha[row, column]) * np.float32(1 / 255)
            du, dv = u - np.float32(0.5), v - np.float32(0.5)
            shade = np.float32(1) - np.float32(development.vignette) * (du * du + dv * dv)
            for k in range(3):
                position = np.sqrt(radiance[row, column, k] * gain[k] * shade) * scale
                position = min(position, last)
                step = int(position)
                part = position - step
                pixel[k] = curve[step] + part * (curve[step + 1] - curve[step])
            gray = (pixel[0] + pixel[1] + pixel[2]) * np.float32(1 / 3)
            top, left = int(v * rows), int(u * columns)
            py, px = v * rows - top, u * columns - left
            for k in range(3):
                value = gray + np.float32(development.saturation) * (pixel[k] - gray)
                if share < 1:
                    upper = behind[top, left, k] * (1 - px) + behind[top, left + 1, k] * px
                    lower = behind[top + 1, left, k] * (1 - px) + behind[top + 1, left + 1, k] * px
                    wall = (upper * (1 - py) + lower * py) * bright
                    value = wall + share * (value - wall)
                picture[row, column, k] = min(max(value, np.float32(0)), np.float32(1))


class _Focus(NamedTuple):
    """Blur (`softness` > 0) or sharpening (< 0) by a box that reaches `across` and `down` pixels;
    `noise` as long as the picture, with the deviation `noise_level`.
    """

    softness: float
    across: int
    down: int
    noise: Floats
    noise_level: float


@numba.njit(cache=True, fastmath=True)
def _focus(picture: Floats, focus: _Focus, mask: Floats, output: Floats) -> None:
    """Fills `output` (4, H, W) where `mask` is not 0: blurred or sharpened, with noise."""
    height, width = mask.shape
    soft, level = np.float32(focus.softness), np.float32(focus.noise_level)
    for row in range(height):
        for column in range(width):
            if mask[row, column] == 0:
                continue
            above, below = max(row - focus.down, 0), min(row + focus.down, height - 1)
            left, right = max(column - focus.across, 0), min(column + focus.across, width - 1)
            count = np.float32(1) / ((below - above + 1) * (right - left + 1))
            for k in range(3):
                total = np.float32(0)
                for y in range(above, below + 1):
                    for x in range(left, right + 1):
                        total += picture[y, x, k]
                value = picture[row, column, k]
                value += soft * (total * count - value)
                value += level * focus.noise[(row * width + column) * 3 + k]
                output[k, row, column] = min(max(value, np.float32(0)), np.float32(1))


@numba.njit(cache=True, fastmath=True)
def _segment(alpha: Any, reach: int, slope: float, threshold: Floats, mask: Floats) -> None:
    """Box-averages coverage, then cuts it softly at a threshold that varies over the picture."""
    height, width = alpha.shape
    rows, columns = threshold.shape[0] - 1, threshold.shape[1] - 1
    across = np.zeros((height, width), np.float32)
    for row in range(height):
        total = 0
        for column in range(-reach, reach + 1):
            total += alpha[row, min(max(column, 0), width - 1)]
        for column in range(width):
            across[row, column] = total
            total += alpha[row, min(column + reach + 1, width - 1)]
            total -= alpha[row, max(column - reach, 0)]
    scale = np.float32(1) / (255 * (2 * reach + 1) * (2 * reach + 1))
    for column in range(width):
        sums = np.float32(0)
        for row in range(-reach, reach + 1):
            sums += across[min(max(row, 0), height - 1), column]
        u = np.float32(column) / width * columns
        left = int(u)
        for row in range(height):
            v = np.float32(row) / height * rows
            top = int(v)
            py, px = v - top, u - left
            upper = threshold[top, left] * (1 - px) + threshold[top, left + 1] * px
            lower = threshold[top + 1, left] * (1 - px) + threshold[top + 1, left + 1] * px
            cut = upper * (1 - py) + lower * py
            value = (sums * scale - cut) * np.float32(slope) + np.float32(0.5)
            mask[row, column] = min(max(value, np.float32(0)), np.float32(1))
            sums += across[min(row + reach + 1, height - 1), column]
            sums -= across[max(row - reach, 0), column]


class Camera:
    """Photographs people. Holds only constant tables; draws come from the caller.

    `segmenter` masks a share of the pictures; `segment` draws the masks of the others.
    """

    def __init__(
        self, backgrounds: Bytes, segmenter: Segmenter | None = None, segmented_share: float = 0.0
    ) -> None:
        self._backgrounds = backgrounds
        self._segmenter, self._segmented_share = segmenter, segmented_share
        noise = np.random.default_rng(1).standard_normal(_BANK + HEIGHT * WIDTH * 3)
        self._noise = noise.astype(np.float32)

    def _background(self, random: np.random.Generator) -> Bytes:
        """A piece of the surroundings, a plain or two-colored wall, or coarse noise."""
        if random.random() < _PLAIN_WALLS:
            return random.integers(0, 256, (random.integers(2, 6), 2, 3)).astype(np.uint8)
        picture = self._backgrounds[random.integers(len(self._backgrounds))]
        rows = int(random.integers(48, 200))
        columns = rows * 3 // 4
        top, left = random.integers(256 - rows), random.integers(512 - columns)
        piece: Bytes = picture[top : top + rows, left : left + columns]
        return piece

    @staticmethod
    def segment(random: np.random.Generator, alpha: Any) -> Floats:
        """A segmenter's mask (H, W) 0..1 for true coverage `alpha` (bytes)."""
        if random.random() < _PERFECT_MASKS:
            return np.asarray(alpha, np.float32) * np.float32(1 / 255)
        mask = np.empty(alpha.shape, np.float32)
        reach = int(random.integers(1, 1 + alpha.shape[0] // 64))
        roughness = 0.25 * random.random() ** 4
        threshold = 0.5 + random.uniform(-0.3, 0.3) + random.normal(0, roughness, _THRESHOLD_KNOTS)
        _segment(alpha, reach, random.uniform(1.0, 5.0), threshold.astype(np.float32), mask)
        return mask

    def _segmented(self, random: np.random.Generator, picture: Floats, alpha: Any) -> Floats:
        """The segmenter's mask, or a drawn one if the segmenter misses half of the person.

        The mask is 0 outside the person's box: real photos end there, rendered ones go on.
        """
        assert self._segmenter is not None
        mask = np.zeros(alpha.shape, np.float32)
        box = np.ix_(alpha.any(1), alpha.any(0))
        mask[box] = self._segmenter((picture * 255 + 0.5).astype(np.uint8))[box]
        person, found = alpha >= 128, mask >= 0.5
        agree = (person & found).sum() > _LEAST_AGREEMENT * (person | found).sum()
        return mask if agree else self.segment(random, alpha)

    def _process(self, random: np.random.Generator, picture: Floats) -> Floats:
        """Loss by resizing and by JPEG in a small share, because most photos are much larger.

        The strongest resizing looks like a lens far out of focus.
        """
        kind = random.random()
        if kind > _PROCESSED_BELOW:
            return picture
        height, width = picture.shape[:2]
        image = Image.fromarray((picture * 255 + 0.5).astype(np.uint8))
        if kind < _RESIZED_BELOW:
            share = math.exp(random.uniform(math.log(0.12), math.log(0.9)))
            small = image.resize((int(width * share), int(height * share)), Image.Resampling.BOX)
            image = small.resize((width, height), Image.Resampling.BILINEAR)
        if kind > _COMPRESSED_FROM:
            stream = io.BytesIO()
            image.save(stream, "JPEG", quality=int(random.integers(60, 96)))
            image = Image.open(stream)
        return np.asarray(image, np.float32) * np.float32(1 / 255)

    def photograph(
        self, random: np.random.Generator, radiance: Floats, mean: float, alpha: Any
    ) -> Floats:
        """The network's input (4, H, W): sRGB times mask, and the mask.

        `radiance` (H, W, 3) is linear, its mean over the person `mean`; `alpha` (H, W) bytes.
        """
        segmented = self._segmenter is not None and random.random() < self._segmented_share
        mask = np.ones(alpha.shape, np.float32) if segmented else self.segment(random, alpha)
        wanted = _MIDDLE_GRAY * np.exp(random.normal(0, 0.4))
        gain = wanted / max(mean, 1e-4) * np.exp(random.normal(0, 0.10, 3))
        vignette = random.uniform(0, 1.2) if random.random() < 0.25 else 0.0
        background = _Background(self._background(random), float(np.exp(random.normal(0, 0.4))))
        saturation = random.uniform(0.6, 1.3)
        development = _Development(
            gain.astype(np.float32), vignette, saturation, _tone_curve(random)
        )
        picture = np.zeros_like(radiance)
        _develop(radiance, alpha, mask, background, development, picture)
        picture = self._process(random, picture)
        if segmented:
            mask = self._segmented(random, picture, alpha)
        across, down = _BOXES[random.integers(len(_BOXES))]
        start = random.integers(_BANK)
        softness, noise_level = random.uniform(-0.8, 0.9), 0.02 * random.random() ** 3
        focus = _Focus(softness, across, down, self._noise[start:], noise_level)
        output = np.zeros((4, *mask.shape), np.float32)
        _focus(picture, focus, mask, output)
        output[:3] *= mask
        output[3] = mask
        return output
