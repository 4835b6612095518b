from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.environments import Environments
from portrait_depth_training.evaluation import predict, predict_both, takes_gravity
from portrait_depth_training.export import session, to_onnx, with_small_weights
from portrait_depth_training.gravity import GravityError, gravity_of, mirrored, pitches_of
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.records import HEIGHT, PeopleSet


@pytest.fixture(scope="module")
def pitched(people: PeopleSet) -> PeopleSet:
    """The people with a label of the camera's pitch."""
    shards = []
    for shard in people.shards:
        wider = np.zeros(len(shard), [*shard.dtype.descr, ("label_camera_pitch", "<f4")])
        for name in shard.dtype.names or ():
            wider[name] = shard[name]
        wider["label_camera_pitch"] = np.linspace(-25, 30, len(shard))
        shards.append(wider)
    return PeopleSet(tuple(shards), people.first)


def test_gravity_of_a_camera() -> None:
    assert gravity_of(0) == pytest.approx([0, 1, 0])
    assert gravity_of(0.3) == pytest.approx([0, math.cos(0.3), -math.sin(0.3)])
    assert gravity_of(0, 0.2) == pytest.approx([math.sin(0.2), math.cos(0.2), 0])
    assert mirrored(gravity_of(0.3, 0.2)) == pytest.approx(gravity_of(0.3, -0.2))


def test_flip_augmentation_mirrors_gravity() -> None:
    torch.manual_seed(3)
    shape = NetworkShape((8, 8, 16, 32, 48), (0, 0, 1, 1, 1), (1, 1, 1, 1))
    trained = ReliefNetwork(shape).eval()
    torch.nn.init.normal_(trained.gravity.weight)
    network = session(with_small_weights(to_onnx(trained, "a test")))
    assert takes_gravity(network)
    picture = np.random.default_rng(5).random((4, 256, 192)).astype(np.float32)
    across = np.ascontiguousarray(picture[..., ::-1])
    straight = predict(network, picture, gravity_of(0.4, 0.6)).relief
    other = predict(network, across, gravity_of(0.4, -0.6)).relief[:, ::-1]
    both = predict_both(network, picture, gravity_of(0.4, 0.6))[1].relief
    np.testing.assert_allclose(both, (straight + other) / 2, atol=1e-6)
    assert np.abs(straight - predict(network, picture).relief).max() > 1e-3


def test_training_hides_gravity_of_one_half_of_the_people(
    pitched: PeopleSet, environments: Environments
) -> None:
    indices = np.arange(len(pitched)).repeat(8)
    loader = Loader(environments, LoaderOptions(HEIGHT, augment=True))
    batch = loader.batch(pitched, indices, np.random.default_rng(1))
    length = batch.gravity.norm(dim=1)
    known = length > 0
    assert 0.25 < float(known.float().mean()) < 0.75
    torch.testing.assert_close(length[known], torch.ones(int(known.sum())))
    # Turns of the picture leave the share along the axis.
    away = -np.sin(pitches_of(pitched))[indices]
    assert batch.gravity[known, 2].numpy() == pytest.approx(away[known.numpy()], abs=1e-5)


def test_a_pair_has_one_gravity(pitched: PeopleSet, environments: Environments) -> None:
    loader = Loader(environments, LoaderOptions(HEIGHT, augment=True))
    for seed in range(4):
        random = np.random.default_rng(seed)
        batch = loader.batch(pitched, np.arange(2), random, pairs=2)
        torch.testing.assert_close(batch.gravity[::2], batch.gravity[1::2])


def test_evaluation_knows_the_label(pitched: PeopleSet, environments: Environments) -> None:
    loader = Loader(environments, LoaderOptions(HEIGHT, augment=False))
    batch = loader.batch(pitched, np.arange(3), np.random.default_rng(1))
    expected = np.stack([gravity_of(pitch) for pitch in pitches_of(pitched)[:3]])
    assert batch.gravity.numpy() == pytest.approx(expected)


def test_people_without_the_label_have_unknown_gravity(
    people: PeopleSet, environments: Environments
) -> None:
    loader = Loader(environments, LoaderOptions(HEIGHT, augment=False))
    batch = loader.batch(people, np.arange(2), np.random.default_rng(1))
    assert not batch.gravity.any()
    with pytest.raises(GravityError, match="camera_pitch"):
        pitches_of(people)
