"""Periodic band-pass noise for specks of cloth, prints and uneven light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .records import HEIGHT, WIDTH

Floats = npt.NDArray[np.float32]

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


class Noise:
    """Tiles of noise of several sizes and directions; draws come from the caller."""

    def __init__(self, sizes: Sequence[float], stretches: Sequence[float], seed: int) -> None:
        """`sizes`: standard deviations in pixels of the window. `stretches`: ratios of length to
        width, along one of four directions.
        """
        random = np.random.default_rng(seed)
        self._tiles = [
            _band(
                random.standard_normal((_TILE, _TILE)).astype(np.float32), size, stretch, direction
            )
            for size in sizes
            for stretch in stretches
            for direction in np.pi / 4 * np.arange(4 if stretch > 1 else 1)
        ]

    def draw(self, random: np.random.Generator, most: int) -> Floats:
        """(H, W), of mean about 0 and deviation about 1: one to `most` tiles together."""
        noise = np.zeros((HEIGHT, WIDTH), np.float32)
        squares = 0.0
        for _ in range(random.integers(1, most + 1)):
            tile = self._tiles[random.integers(len(self._tiles))]
            top, left = random.integers(_TILE - HEIGHT), random.integers(_TILE - WIDTH)
            share = random.uniform(0.3, 1.0)
            noise += np.float32(share) * tile[top : top + HEIGHT, left : left + WIDTH]
            squares += share * share
        noise *= np.float32(1 / np.sqrt(squares))
        return noise
