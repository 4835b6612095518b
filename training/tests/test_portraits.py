"""Photos without depth: which are read, how pairs differ, and what the loss asks of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from bust import SHOULDERS, bust
from PIL import Image

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.clothes import Clothes
from portrait_depth_training.environments import Environments
from portrait_depth_training.examples import Batch
from portrait_depth_training.losses import LossWeights, relief_loss
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.portraits import (
    MEASURED_PORTRAITS,
    Portrait,
    PortraitError,
    colored_pair,
    read_portraits,
    with_shapes,
)
from portrait_depth_training.records import HEIGHT, WIDTH, PeopleSet

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    mask = bust()
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32) / WIDTH
    gray = (0.3 + 0.4 * x) * mask
    relief = (x - 0.5) ** 2 + 0.1 * y
    return Portrait(np.stack([gray, gray, gray, mask]), SHOULDERS, relief.astype(np.float32))


def _batch(
    portrait: Portrait, environments: Environments, people: PeopleSet, **options: int
) -> Batch:
    loader = Loader(environments, LoaderOptions(256, augment=False), portraits=[portrait])
    return loader.batch(people, np.arange(3), np.random.default_rng(2), **options)


def test_pairs_differ_in_color_and_share_mask_and_shading(portrait: Portrait) -> None:
    clothes, mask = Clothes(), portrait.picture[3]
    first_row = SHOULDERS + 30
    apart = []
    for seed in range(8):
        first, second = colored_pair(np.random.default_rng(seed), portrait, clothes)
        for picture in (first, second):
            assert picture.shape == (4, HEIGHT, WIDTH) and picture.dtype == np.float32
            assert (picture[3] == mask).all()
            assert float(picture.min()) >= 0 and bool((picture[:3] <= mask + 1e-6).all())
            # The photo brightens to the right, and so does a head of any color.
            head = picture[:3, 80, 70:122].sum(0)
            assert bool((np.diff(head) >= -1e-4).all())
        apart.append(float(np.abs(first[:3, first_row:] - second[:3, first_row:]).mean()))
    assert min(apart) > 0.005 and float(np.median(apart)) > 0.05


def test_heads_are_colored_apart_in_some_pairs(portrait: Portrait) -> None:
    clothes = Clothes()
    same = 0
    for seed in range(40):
        first, second = colored_pair(np.random.default_rng(seed), portrait, clothes)
        same += bool(np.allclose(first[:3, :110], second[:3, :110], atol=1e-6))
    assert 12 <= same <= 35


def test_a_shape_is_the_same_for_a_portrait_and_does_not_follow_its_mirror_image(
    portrait: Portrait,
) -> None:
    torch.manual_seed(1)
    network = ReliefNetwork(NetworkShape(channels=(8, 8, 8, 8, 8))).eval()
    mirrored = dataclasses.replace(portrait, picture=portrait.picture[..., ::-1].copy())
    one, again, other = with_shapes([portrait, portrait, mirrored], network, Clothes(), seed=3)
    assert one.shape.shape == (HEIGHT, WIDTH) and np.isfinite(one.shape).all()
    assert float(np.ptp(one.shape)) > 0
    assert float(np.abs(one.shape - again.shape).max()) < float(np.ptp(one.shape))
    (repeated,) = with_shapes([portrait], network, Clothes(), seed=3)
    assert (repeated.shape == one.shape).all()
    assert not (other.shape == one.shape).all()


def test_portraits_follow_people_and_pairs_in_a_batch(
    portrait: Portrait, environments: Environments, people: PeopleSet
) -> None:
    batch = _batch(portrait, environments, people, pairs=1, portraits=2)
    assert batch.people().tolist() == [0, 0, 1, 2, 3, 3, 4, 4]
    assert len(batch.picture) == 8 and len(batch.labeled().picture) == 4
    assert batch.labeled().portraits == 0 and batch.labeled().pairs == 1
    torch.testing.assert_close(batch.relief[4], batch.relief[5], atol=0, rtol=0)
    torch.testing.assert_close(batch.relief[4, 0], torch.from_numpy(portrait.shape))
    assert not torch.equal(batch.picture[4], batch.picture[5])


def test_both_pictures_of_a_portrait_move_alike(
    portrait: Portrait, environments: Environments, people: PeopleSet
) -> None:
    loader = Loader(environments, LoaderOptions(128, augment=True), portraits=[portrait])
    for seed in range(6):
        batch = loader.batch(people, np.arange(1), np.random.default_rng(seed), portraits=1)
        assert batch.picture.shape == (3, 4, 128, 96)
        assert torch.equal(batch.relief[1], batch.relief[2])
        assert torch.equal(batch.picture[1, 3], batch.picture[2, 3])
        assert torch.equal(batch.weight[1], batch.weight[2])


def test_the_loss_compares_pairs_and_leaves_the_tilt_open(
    portrait: Portrait, environments: Environments, people: PeopleSet
) -> None:
    batch = _batch(portrait, environments, people, portraits=1)
    weights = LossWeights(portrait_pairs=1.0, portrait_shape=1.0)

    def terms(change: torch.Tensor, rows: list[int]) -> dict[str, float]:
        relief = batch.relief.clone()
        relief[rows] += change
        return relief_loss([relief] * 2, batch.log_crop_width, batch, weights)[1]

    x = torch.linspace(0, 1, WIDTH).expand(1, HEIGHT, WIDTH)
    flat = torch.full_like(x, 0.1)
    same = terms(flat, [])
    assert same["portrait_pairs"] == 0 and same["portrait_shape"] == pytest.approx(0, abs=1e-6)
    tilted = terms(0.3 * x + flat, [3, 4])
    assert tilted["portrait_pairs"] == 0
    assert tilted["portrait_shape"] == pytest.approx(0, abs=2e-3)
    bent = terms((x - 0.5) ** 2, [3, 4])
    assert bent["portrait_pairs"] == 0 and bent["portrait_shape"] > 0.05
    turned = terms(0.3 * x, [4])
    assert turned["portrait_pairs"] > 0.2
    for name in ("relief", "aligned", "fitted", "levels", "crop_width"):
        assert turned[name] == pytest.approx(same[name], abs=1e-6)


def test_the_loss_of_portraits_has_derivatives_at_portraits_only(
    portrait: Portrait, environments: Environments, people: PeopleSet
) -> None:
    batch = _batch(portrait, environments, people, portraits=1)
    generator = torch.Generator().manual_seed(1)
    relief = batch.relief + 0.05 * torch.randn(batch.relief.shape, generator=generator)
    sums = []
    for weights in (LossWeights(), LossWeights(portrait_pairs=1.0, portrait_shape=1.0)):
        leaf = relief.clone().requires_grad_()
        relief_loss([leaf] * 2, batch.log_crop_width, batch, weights)[0].backward()
        assert leaf.grad is not None
        sums.append(leaf.grad.abs().sum((1, 2, 3)))
    assert bool((sums[0][:3] > 0).all()) and bool((sums[0][3:] == 0).all())
    torch.testing.assert_close(sums[1][:3], sums[0][:3])
    assert bool((sums[1][3:] > 0).all())


def test_reading_leaves_out_measured_photos_and_faces_without_shoulders(tmp_path: Path) -> None:
    pytest.importorskip("portrait_depth", reason="needs the product's module")
    mask = bust()
    picture = np.repeat((mask * 120).astype(np.uint8)[..., None], 3, axis=2)
    for number in range(MEASURED_PORTRAITS + 3):
        Image.fromarray(picture).save(tmp_path / f"{number:03}.png")
    face = mask.copy()
    face[125:] = 0
    masks = [mask, face, np.zeros_like(mask)]
    calls = []

    def segmenter(colors: npt.NDArray[np.uint8]) -> Floats:
        calls.append(colors.shape)
        return masks[len(calls) - 1]

    (found,) = read_portraits(tmp_path, segmenter)
    assert len(calls) == 3
    assert found.picture.shape == (4, HEIGHT, WIDTH) and 0 < found.shoulders < HEIGHT
    calls.clear()
    masks[0] = face
    with pytest.raises(PortraitError, match=f"{tmp_path}: no portrait with shoulders"):
        read_portraits(tmp_path, segmenter)
