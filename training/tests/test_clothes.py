"""Other clothes: only cloth changes, in all colors, and pairs differ only in clothes."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.clothes import Clothes, random_color
from portrait_depth_training.environments import Environments
from portrait_depth_training.records import (
    CLOTH,
    HAIR,
    HAT,
    HEAD_BIT,
    HEIGHT,
    SKIN,
    WIDTH,
    PeopleSet,
)
from portrait_depth_training.srgb import LINEAR_OF_BYTE, decoded, encoded

Bytes = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def clothes() -> Clothes:
    return Clothes()


def _person() -> tuple[Bytes, Bytes]:
    """Albedo and material: a face, a hat, hair and cloth of two garments."""
    material = np.full((HEIGHT, WIDTH), CLOTH, np.uint8)
    material[:120] = SKIN | HEAD_BIT
    material[:40] = HAT | HEAD_BIT
    material[40:60] = HAIR | HEAD_BIT
    albedo = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    albedo[200:] = (180, 170, 40)
    shade = np.random.default_rng(1).integers(-10, 10, (HEIGHT, WIDTH, 1))
    return (albedo + shade).astype(np.uint8), material


def test_only_cloth_and_hats_change(clothes: Clothes) -> None:
    albedo, material = _person()
    before = albedo.copy()
    kinds = material & 127
    worn = (kinds == CLOTH) | (kinds == HAT)
    for seed in range(20):
        found = clothes.recolored(np.random.default_rng(seed), albedo, material)
        assert (found[~worn] == albedo[~worn]).all()
        assert (found[worn] != albedo[worn]).any()
    assert (albedo == before).all()
    bare = np.full_like(material, SKIN)
    assert (clothes.recolored(np.random.default_rng(0), albedo, bare) == albedo).all()


def test_colors_have_every_hue_lightness_and_saturation() -> None:
    random = np.random.default_rng(1)
    hsv = np.array([colorsys.rgb_to_hsv(*random_color(random)) for _ in range(2000)])
    colorful = hsv[hsv[:, 1] > 0.2]
    hues, _ = np.histogram(colorful[:, 0], 12, (0, 1))
    assert hues.min() > 0.5 * hues.mean()
    assert 0.1 < (hsv[:, 1] < 0.02).mean() < 0.3
    assert (hsv[:, 2] < 0.03).mean() > 0.05 and (hsv[:, 2] > 0.6).mean() > 0.1


def test_the_color_of_cloth_is_independent_of_the_color_before(clothes: Clothes) -> None:
    """The generator's cloth follows real garments; recolored lightness must be independent."""
    albedo, material = _person()
    before, after = [], []
    for seed in range(200):
        level = 20 + seed
        worn = np.full_like(albedo, level)
        found = clothes.recolored(np.random.default_rng(seed), worn, material)
        before.append(LINEAR_OF_BYTE[level])
        after.append(LINEAR_OF_BYTE[found[200:]].mean())
    assert abs(float(np.corrcoef(before, after)[0, 1])) < 0.35
    assert np.std(np.log(after)) > 0.7


def test_some_cloth_has_two_tones_and_some_one(clothes: Clothes) -> None:
    albedo, material = _person()
    flat = np.full_like(albedo, 100)
    tones = []
    for seed in range(60):
        found = clothes.recolored(np.random.default_rng(seed), flat, material)[121:]
        tones.append(len(np.unique(found.reshape(-1, 3), axis=0)))
    assert set(tones) == {1, 2}
    assert 15 < tones.count(2) < 45


def test_srgb_is_its_own_inverse() -> None:
    values = np.arange(256) / 255
    np.testing.assert_allclose(encoded(decoded(values)), values, atol=1e-6)
    np.testing.assert_allclose(decoded(values), LINEAR_OF_BYTE, atol=1e-6)


@pytest.mark.parametrize("height", [256, 128])
def test_pairs_are_one_person_in_different_clothes(
    environments: Environments, people: PeopleSet, height: int
) -> None:
    loader = Loader(environments, LoaderOptions(height, augment=True))
    batch = loader.batch(people, np.arange(4), np.random.default_rng(3), pairs=2)
    assert batch.pairs == 2 and len(batch.picture) == 6
    assert batch.people().tolist() == [0, 0, 1, 1, 2, 3]
    for first in (0, 2):
        for name in ("relief", "slope_normal", "weight", "log_crop_width", "view", "key_lights"):
            planes = getattr(batch, name)
            assert torch.equal(planes[first], planes[first + 1]), name
        colors, mask = batch.picture[first : first + 2, :3], batch.picture[first : first + 2, 3]
        assert torch.equal(mask[0], mask[1])
        assert float((colors[0] - colors[1]).abs().mean()) > 0.01
    assert not torch.equal(batch.relief[1], batch.relief[2])


def test_a_share_of_the_people_gets_other_clothes(
    environments: Environments, people: PeopleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Bytes] = []
    worn = Clothes.recolored

    def counted(*arguments: Any) -> Bytes:
        calls.append(worn(*arguments))
        return calls[-1]

    monkeypatch.setattr(Clothes, "recolored", counted)
    for share, expected in ((0.0, (0, 0)), (0.3, (8, 30)), (1.0, (60, 60))):
        calls.clear()
        loader = Loader(environments, LoaderOptions(128, augment=True, recolored_share=share))
        for seed in range(5):
            loader.batch(people, np.arange(12), np.random.default_rng(seed))
        assert expected[0] <= len(calls) <= expected[1]
