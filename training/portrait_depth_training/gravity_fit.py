"""Fits the correction of gravity.py on rendered people, whose camera's pitch is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from .batches import Loader, LoaderOptions
from .environments import Environments
from .evaluation import predict
from .export import session
from .gravity import PitchCorrection, pitches_of, window_grid
from .metrics import Floats, aligned_error
from .records import HEIGHT, PeopleSet

#: The slope is searched in this range, to this accuracy.
_SLOPES: Final = (-1.5, 1.5)
_ACCURACY: Final = 1e-3

#: Of a person's known pixels: the network's relief, sin(pitch) cos(pitch) y, the true relief.
Row = tuple[Floats, Floats, Floats]


def least(of: Callable[[float], float], low: float, high: float, accuracy: float) -> float:
    """The place of the minimum of a function with one minimum (golden-section search)."""
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > accuracy:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if of(left) < of(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def best_slope(rows: Sequence[Row]) -> float:
    """The slope with the least mean error."""

    def error(slope: float) -> float:
        return float(
            np.mean([aligned_error(found + slope * tilted, true) for found, tilted, true in rows])
        )

    return least(error, *_SLOPES, _ACCURACY)


def fit_correction(
    model: Path, people: PeopleSet, environments: Environments, count: int, seed: int = 2024
) -> PitchCorrection:
    """The slope with the least mean error over the first `count` of `people`."""
    network = session(model)
    loader = Loader(environments, LoaderOptions(HEIGHT, augment=False))
    pitches = pitches_of(people)
    count = min(count, len(people))
    rows: list[Row] = []
    heads: list[float] = []
    _, down = window_grid(0)
    for index in range(count):
        batch = loader.batch(people, np.array([index]), np.random.default_rng([seed, index]))
        known, head = batch.weight[0, 0].numpy() > 0, batch.head[0, 0].numpy() > 0
        relief = predict(network, batch.picture[0].numpy()).relief
        tilted = math.sin(pitches[index]) * math.cos(pitches[index]) * down[np.nonzero(known)[0]]
        rows.append((relief[known], tilted, batch.relief[0, 0].numpy()[known]))
        if head.any():
            heads.append(float(down[np.nonzero(head)[0]].mean()))
    slope = best_slope(rows)
    return PitchCorrection(round(slope, 3), round(float(np.mean(heads)), 3), count)
