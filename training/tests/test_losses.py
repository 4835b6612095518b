from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.environments import Environments
from portrait_depth_training.examples import Batch
from portrait_depth_training.losses import FINEST_TERMS, LossWeights, finest_loss, relief_loss
from portrait_depth_training.metrics import aligned_error, depth_range
from portrait_depth_training.records import PeopleSet


@pytest.fixture(scope="module")
def batch(environments: Environments, people: PeopleSet) -> Batch:
    loader = Loader(environments, LoaderOptions(128, augment=False))
    return loader.batch(people, np.arange(3), np.random.default_rng(0))


@pytest.mark.parametrize("term", FINEST_TERMS)
def test_derivatives_agree_with_differences(batch: Batch, term: str) -> None:
    weights = LossWeights(**{name: float(name == term) for name in FINEST_TERMS})
    index = FINEST_TERMS.index(term)
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(batch.relief.shape, generator=generator)
    direction = torch.randn(batch.relief.shape, generator=generator)
    predicted = (batch.relief + 0.05 * noise).requires_grad_()
    loss, _, _ = finest_loss(predicted, batch, weights)
    loss.backward()
    step = 1e-4
    with torch.no_grad():
        above = finest_loss(predicted + step * direction, batch, weights)[1][index]
        below = finest_loss(predicted - step * direction, batch, weights)[1][index]
    slope = float((predicted.grad * direction).sum())
    assert slope == pytest.approx((above - below) / (2 * step), rel=0.05, abs=0.02)


def test_the_loss_of_the_truth_is_its_rounding(batch: Batch) -> None:
    _, terms, _ = finest_loss(batch.relief.clone(), batch, LossWeights())
    assert terms[:4] == pytest.approx([0, 0, 0, 0], abs=1e-5)
    assert terms[4] < 0.02


def test_a_shift_costs_relief_but_not_the_aligned_term(batch: Batch) -> None:
    _, terms, _ = finest_loss(batch.relief + 0.2, batch, LossWeights())
    assert terms[0] > 0.1
    assert terms[1] == pytest.approx(0, abs=1e-4)


def test_a_stretch_costs_relief_but_not_the_fitted_term(batch: Batch) -> None:
    _, terms, _ = finest_loss(1.4 * batch.relief - 0.1, batch, LossWeights())
    assert terms[0] > 0.1 and terms[1] > 0.05
    assert terms[2] == pytest.approx(0, abs=1e-4)


def test_the_fitted_term_is_the_error_of_evaluation(batch: Batch) -> None:
    generator = torch.Generator().manual_seed(2)
    predicted = 0.7 * batch.relief + 0.1 * torch.randn(batch.relief.shape, generator=generator)
    _, terms, spread = finest_loss(predicted, batch, LossWeights())
    expected = []
    for person, width in enumerate(spread):
        known = batch.weight[person, 0].numpy() > 0
        truth = batch.relief[person, 0].numpy()[known].astype(np.float64)
        error = aligned_error(predicted[person, 0].numpy()[known].astype(np.float64), truth)
        expected.append(error * depth_range(truth) / width)
    assert terms[2] == pytest.approx(np.mean(expected), rel=1e-3)


def test_pixels_outside_the_person_have_no_loss(batch: Batch) -> None:
    levels = [batch.relief.clone()]
    size = batch.log_crop_width
    inside, _ = relief_loss(levels * 2, size, batch, LossWeights())
    levels[0] = levels[0] + 7 * (batch.weight == 0)
    outside, _ = relief_loss(levels * 2, size, batch, LossWeights())
    assert float(outside) == pytest.approx(float(inside), abs=1e-5)


def test_pairs_compare_the_reliefs_of_one_person(batch: Batch) -> None:
    pair = dataclasses.replace(
        batch,
        **{name: getattr(batch, name)[[0, 0, 1]] for name in ("relief", "slope_normal", "weight")},
        log_crop_width=batch.log_crop_width[[0, 0, 1]],
        pairs=1,
    )
    size, weights = pair.log_crop_width, LossWeights(pairs=1.0)
    _, terms = relief_loss([pair.relief.clone()] * 2, size, pair, weights)
    assert terms["pairs"] == 0
    relief = pair.relief.clone()
    relief[1] += 0.1
    relief[2] += 0.3  # a single: counts in other terms only
    relief.requires_grad_()
    apart, terms = relief_loss([relief] * 2, size, pair, weights)
    spread = finest_loss(pair.relief.clone(), pair, weights)[2]
    assert terms["pairs"] == pytest.approx(0.1 / spread[0], rel=1e-3)
    without, _ = relief_loss([relief] * 2, size, pair, LossWeights())
    assert float(apart - without) == pytest.approx(terms["pairs"], rel=1e-4)
    (apart - without).backward()
    assert relief.grad is not None
    known = pair.weight[0] > 0
    assert bool((relief.grad[1][known] > 0).all() and (relief.grad[0][known] < 0).all())
    assert float(relief.grad[2].abs().max()) < 1e-6 * float(relief.grad[0].abs().max())
