"""Weave, knit and yarn: specks of cloth, from as fine as a pixel to patches.

Rendered cloth has patterns in metres, which fade with distance. Real cloth has structure at every
size at once: the marled pullover of a sensor photo has a deviation of 0.3 in log luminance in every
octave from 0.6 to 10 pixels. A network trained without such structure reads specks as shape.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from .noise import Floats, Noise
from .records import CLOTH, HAT, MATERIAL_BITS

_SIZES: Final = (0.5, 0.8, 1.3, 2.0, 3.2, 5.0, 8.0)
_STRETCHES: Final = (1.0, 2.2)
#: Largest number of sizes in one cloth.
_MOST: Final = 5
#: Share of the cloths with two tones in place of a continuum.
_TWO_TONED: Final = 0.3


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
    """Holds the noise; draws come from the caller."""

    def __init__(self, share: float) -> None:
        """`share` of the people get it."""
        self._share = share
        self._noise = Noise(_SIZES, _STRETCHES, seed=5)

    def __call__(self, random: np.random.Generator, radiance: Floats, material: Any) -> None:
        """Multiplies cloth in `radiance` (H, W, 3), linear, by specks of mean 1, in place.
        `material` (H, W) bytes.
        """
        if random.random() >= self._share:
            return
        noise = self._noise.draw(random, _MOST)
        if random.random() < _TWO_TONED:
            noise = np.tanh(2 * noise)
        contrast = random.uniform(0.15, 1.0)
        gain = np.exp(contrast * noise - contrast**2 / 2)
        _apply(radiance, material, gain.astype(np.float32))
