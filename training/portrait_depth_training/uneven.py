"""Light that varies over the picture: near lamps, shadows of objects out of view, dappled sun.

Surroundings and key lights (lighting.py) are infinitely far, so that brightness depends only on the
surface's direction and on occlusion. In rooms it also depends on the place, and the local tone
mapping of phones adds to that. A network trained without it reads a dark throat as a deep one.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from .noise import Floats, Noise

_SIZES: Final = (10.0, 18.0, 32.0, 56.0, 90.0)
_STRETCHES: Final = (1.0, 3.0)
#: Share of uneven light that ends in an edge, as a shadow does.
_EDGED: Final = 0.3


@numba.njit(cache=True, fastmath=True)
def _multiply(radiance: Floats, alpha: Any, gain: Floats) -> float:
    """Returns the ratio of the mean after and before."""
    height, width = alpha.shape
    before, after = 1e-6, 1e-6
    for row in range(height):
        for column in range(width):
            if alpha[row, column] == 0:
                continue
            for k in range(3):
                value = radiance[row, column, k]
                before += float(value)
                value *= gain[row, column]
                after += float(value)
                radiance[row, column, k] = value
    return after / before


class UnevenLight:
    """Holds the noise; draws come from the caller."""

    def __init__(self, share: float) -> None:
        """`share` of the people are lit by it."""
        self._share = share
        self._noise = Noise(_SIZES, _STRETCHES, seed=6)

    def __call__(
        self, random: np.random.Generator, radiance: Floats, alpha: Any, mean: float
    ) -> float:
        """Multiplies `radiance` (H, W, 3), linear, of mean `mean`, in place; returns the new mean.

        `alpha` (H, W) bytes.
        """
        if random.random() >= self._share:
            return mean
        noise = self._noise.draw(random, 2)
        if random.random() < _EDGED:
            edge = np.exp(random.uniform(0.5, 2.5))
            lit = 0.5 + 0.5 * np.tanh(edge * (noise - random.normal(0, 0.5)))
            gain = 1 - random.uniform(0.2, 0.8) * lit
        else:
            gain = np.exp(random.uniform(0.1, 0.6) * noise)
        return mean * _multiply(radiance, alpha, gain.astype(np.float32))
