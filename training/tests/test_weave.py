"""Specks of cloth: their place, size and strength."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from portrait_depth_training.records import CLOTH, HEAD_BIT, HEIGHT, SKIN, WIDTH
from portrait_depth_training.weave import Weave


def _material() -> npt.NDArray[np.uint8]:
    material = np.full((HEIGHT, WIDTH), SKIN | HEAD_BIT, np.uint8)
    material[HEIGHT // 2 :] = CLOTH
    return material


def test_only_cloth_gets_specks_and_keeps_its_brightness() -> None:
    weave = Weave(1.0)
    for seed in range(8):
        radiance = np.full((HEIGHT, WIDTH, 3), 0.3, np.float32)
        weave(np.random.default_rng(seed), radiance, _material())
        skin, cloth = radiance[: HEIGHT // 2], radiance[HEIGHT // 2 :]
        assert (skin == np.float32(0.3)).all()
        assert cloth.std() > 0.02
        assert abs(cloth.mean() / 0.3 - 1) < 0.1
        assert (cloth > 0).all()


def test_specks_have_every_size_from_a_pixel_to_a_patch() -> None:
    weave = Weave(1.0)
    fine, coarse = [], []
    for seed in range(40):
        radiance = np.ones((HEIGHT, WIDTH, 3), np.float32)
        weave(np.random.default_rng(seed), radiance, np.full_like(_material(), CLOTH))
        logarithm = np.log(radiance[..., 0])
        means = logarithm.reshape(HEIGHT // 8, 8, WIDTH // 8, 8).mean((1, 3))
        patches = float(means.std() / logarithm.std())
        fine.append(patches < 0.25)
        coarse.append(patches > 0.6)
    assert sum(fine) >= 4
    assert sum(coarse) >= 4
    assert sum(fine) + sum(coarse) < 36


def test_a_share_of_the_people_gets_them() -> None:
    weave, changed = Weave(0.4), 0
    random = np.random.default_rng(1)
    for _ in range(100):
        radiance = np.ones((HEIGHT, WIDTH, 3), np.float32)
        weave(random, radiance, _material())
        changed += bool((radiance != 1).any())
    assert 25 < changed < 55
