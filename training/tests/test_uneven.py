"""Uneven light: its place, its strength, its independence of shape."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from portrait_depth_training.records import HEIGHT, WIDTH
from portrait_depth_training.uneven import UnevenLight


def _lit(
    seed: int, light: UnevenLight, alpha: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], float]:
    radiance = np.full((HEIGHT, WIDTH, 3), 0.3, np.float32)
    mean = light(np.random.default_rng(seed), radiance, alpha, 0.3)
    return radiance, mean


def test_it_falls_on_the_person_alone_and_returns_the_new_mean() -> None:
    light = UnevenLight(1.0)
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    alpha[40:, 30:150] = 255
    for seed in range(8):
        radiance, mean = _lit(seed, light, alpha)
        person = radiance[alpha > 0]
        assert (radiance[alpha == 0] == np.float32(0.3)).all()
        assert (person > 0).all()
        assert person.std() > 0.005
        assert mean == pytest.approx(float(person.mean()), rel=1e-3)


def test_most_of_it_is_smooth_and_some_has_edges() -> None:
    light = UnevenLight(1.0)
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    steepest = []
    for seed in range(60):
        logarithm = np.log(_lit(seed, light, alpha)[0][..., 0])
        steepest.append(float(np.abs(np.diff(logarithm, axis=1)).max()))
    assert np.median(steepest) < 0.08
    assert sum(step > 0.15 for step in steepest) >= 4


def test_a_share_of_the_people_is_lit_by_it() -> None:
    light, random, changed = UnevenLight(0.4), np.random.default_rng(1), 0
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for _ in range(100):
        radiance = np.ones((HEIGHT, WIDTH, 3), np.float32)
        mean = light(random, radiance, alpha, 1.0)
        assert (mean != 1) == bool((radiance != 1).any())
        changed += mean != 1
    assert 25 < changed < 55
