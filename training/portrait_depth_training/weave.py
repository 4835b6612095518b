"""Weave, knit and yarn: specks of cloth, from as fine as a pixel to patches.

Rendered cloth has patterns in metres, which fade with distance. Real cloth has structure at every
size at once (the marled pullover of a sensor photo: a deviation of 0.3 in log luminance in every
octave from 0.6 to 10 pixels), and a network that has not seen that takes specks for shape.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from .records import CLOTH, HAT, HEIGHT, MATERIAL_BITS, WIDTH

Floats = npt.NDArray[np.float32]

#: Standard deviations, in pixels of the window, of the Gaussians that specks are shaped by.
_SIZES: Final = (0.5, 0.8, 1.3, 2.0, 3.2, 5.0, 8.0)
#: How much longer specks are along one of four directions.
_STRETCHES: Final = (1.0, 2.2)
_TILE: Final = 512


def _band(white: Floats, size: float, stretch: float, direction: float) -> Floats:
    """Noise (512, 512), periodic, of mean 0 and deviation 1: a Gaussian less one twice as wide."""
    y, x = np.meshgrid(np.fft.fftfreq(_TILE), np.fft.rfftfreq(_TILE), indexing="ij")
    along = x * np.cos(direction) + y * np.sin(direction)
    across = y * np.cos(direction) - x * np.sin(direction)
    squared = (2 * np.pi * size) ** 2 * ((stretch * along) ** 2 + across**2)
    passed = np.exp(-squared / 2) - np.exp(-2 * squared)
    noise = np.fft.irfft2(np.fft.rfft2(white) * passed, (_TILE, _TILE))
    return (noise / noise.std()).astype(np.float32)


@numba.njit(cache=True, fastmath=True)
def _apply(radiance: Floats, material: Any, gain: Floats) -> None:
    height, width = material.shape
    for row in range(height):
        for column in range(width):
            kind = material[row, column] & MATERIAL_BITS
            if kind in (CLOTH, HAT):
                for k in range(3):
                    radiance[row, column, k] *= gain[row, column]


class Weave:
    """Holds tiles of noise; draws come from the caller."""

    def __init__(self, share: float) -> None:
        """`share` of the people get it."""
        random = np.random.default_rng(5)
        self._share = share
        self._tiles = [
            _band(
                random.standard_normal((_TILE, _TILE)).astype(np.float32), size, stretch, direction
            )
            for size in _SIZES
            for stretch in _STRETCHES
            for direction in np.pi / 4 * np.arange(4 if stretch > 1 else 1)
        ]

    def _noise(self, random: np.random.Generator, rows: slice, columns: slice) -> Floats:
        """Of mean about 0 and deviation about 1 at some pixels of the window: one to five sizes
        together, and in three of ten two-toned.
        """
        noise = np.zeros((HEIGHT, WIDTH), np.float32)[rows, columns]
        squares = 0.0
        for _ in range(random.integers(1, 6)):
            tile = self._tiles[random.integers(len(self._tiles))]
            top, left = random.integers(_TILE - HEIGHT), random.integers(_TILE - WIDTH)
            share = random.uniform(0.3, 1.0)
            window = tile[top : top + HEIGHT, left : left + WIDTH]
            noise += np.float32(share) * window[rows, columns]
            squares += share * share
        noise *= np.float32(1 / np.sqrt(squares))
        return np.tanh(2 * noise) if random.random() < 0.3 else noise

    def __call__(
        self,
        random: np.random.Generator,
        radiance: Floats,
        material: Any,
        rows: slice,
        columns: slice,
    ) -> None:
        """Multiplies cloth in `radiance` (H, W, 3), linear, by specks of mean 1, in place.

        `material` (H, W) bytes; `rows` and `columns` say which pixels of the window they are.
        """
        if random.random() >= self._share:
            return
        noise = self._noise(random, rows, columns)
        contrast = random.uniform(0.15, 1.0)
        gain = np.exp(contrast * noise - contrast**2 / 2)
        _apply(radiance, material, gain.astype(np.float32))
