from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.environments import Environments
from portrait_depth_training.examples import Batch, collate
from portrait_depth_training.losses import FINEST_TERMS, LossWeights, finest_loss
from portrait_depth_training.moves import BatchMoves, flipped
from portrait_depth_training.records import PeopleSet
from portrait_depth_training.targets import example_of


def make(loader: Loader, people: PeopleSet, seed: int = 3) -> Batch:
    return loader.batch(people, np.arange(4), np.random.default_rng(seed))


def normal_error(batch: Batch) -> float:
    """1 - cosine between the batch's normals and those of its own relief."""
    _, terms, _ = finest_loss(batch.relief.contiguous(), batch, LossWeights())
    return float(terms[FINEST_TERMS.index("normal")])


def test_the_input_is_masked_srgb_and_mask(loader: Loader, people: PeopleSet) -> None:
    picture = make(loader, people).picture
    assert picture.shape == (4, 4, 256, 192)
    assert float(picture.min()) >= 0 and float(picture.max()) <= 1
    assert bool((picture[:, :3] <= picture[:, 3:] + 1e-6).all())


def test_relief_is_depth_in_crop_widths(loader: Loader, people: PeopleSet) -> None:
    batch = make(loader, people)
    record = people.record(2)
    row, column = np.argwhere(record["alpha"] == 255)[500]
    width = float(batch.log_crop_width[2].exp())
    depth = float(record["head_distance"]) + float(batch.relief[2, 0, row, column]) * width
    assert depth == pytest.approx(float(record["depth"][row, column]), rel=2e-3)
    assert width == pytest.approx(192 * record["head_distance"] / record["intrinsics"][0], rel=1e-5)


def test_normals_are_those_of_the_relief(loader: Loader, people: PeopleSet) -> None:
    assert normal_error(make(loader, people)) < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_moves_keep_relief_and_normals_together(
    loader: Loader, people: PeopleSet, seed: int
) -> None:
    batch = make(loader, people)
    before = batch.relief.clone()
    moves = BatchMoves.draw(np.random.default_rng(seed), batch.people(), share=1.0)
    assert moves is not None
    moves.apply(batch)
    assert not torch.equal(before, batch.relief)
    # Nearest sampling leaves steps; wrong signs or scales would give 0.2 and more.
    assert normal_error(batch) < 0.06


def test_flips_keep_relief_and_normals_together(loader: Loader, people: PeopleSet) -> None:
    batch = make(loader, people)
    example = example_of(people.record(0), batch.picture[0].numpy(), 0)
    mirrored = collate([flipped(example)])
    assert torch.equal(mirrored.relief[0, 0, :, 0], batch.relief[0, 0, :, -1])
    assert float(mirrored.view[0, 1]) == pytest.approx(1 - example.view.x)
    assert normal_error(mirrored) < 0.02


def test_a_batch_follows_from_its_seed(environments: Environments, people: PeopleSet) -> None:
    loader = Loader(environments, LoaderOptions(128, augment=True))
    first, again, other = (make(loader, people, seed) for seed in (1, 1, 2))
    assert first.picture.shape == (4, 4, 128, 96)
    assert torch.equal(first.picture, again.picture)
    assert not torch.equal(first.picture, other.picture)


def test_half_the_size_is_the_mean_of_four_pixels_and_the_target_of_one(
    loader: Loader, environments: Environments, people: PeopleSet
) -> None:
    half = Loader(environments, LoaderOptions(128, augment=False))
    some = np.arange(1)
    whole = loader.batch(people, some, np.random.default_rng(1))
    halved = half.batch(people, some, np.random.default_rng(1))
    expected = functional.avg_pool2d(whole.picture, 2)
    torch.testing.assert_close(halved.picture, expected, atol=1e-6, rtol=0)
    phases = [whole.relief[..., top::2, left::2] for top in (0, 1) for left in (0, 1)]
    assert any(torch.equal(halved.relief, phase) for phase in phases)
    assert torch.equal(halved.log_crop_width, whole.log_crop_width)


def test_light_changes_the_picture_but_not_the_truth(loader: Loader, people: PeopleSet) -> None:
    first, second = make(loader, people, 1), make(loader, people, 2)
    assert torch.equal(first.relief, second.relief)
    assert float((first.picture - second.picture).abs().mean()) > 0.01


def test_the_products_segmenter_masks_its_share(
    people: PeopleSet, environments: Environments
) -> None:
    pytest.importorskip("portrait_depth", reason="needs the product's module")
    loader = Loader(environments, LoaderOptions(256, augment=False, segmented_share=1.0))
    drawn = Loader(environments, LoaderOptions(256, augment=False))
    some = np.arange(4)
    found = loader.batch(people, some, np.random.default_rng(1))
    other = drawn.batch(people, some, np.random.default_rng(1))
    assert not torch.equal(found.picture[:, 3], other.picture[:, 3])
    assert torch.equal(found.relief, other.relief)
    person = found.weight[:, 0] > 0
    assert float(found.picture[:, 3][person].mean()) > 0.8 > float(found.picture[:, 3].mean())
    assert bool((found.picture[:, :3] <= found.picture[:, 3:] + 1e-6).all())
