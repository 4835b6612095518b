from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch

from portrait_depth_training.environments import Environments
from portrait_depth_training.evaluation import predict, predict_both, takes_gravity
from portrait_depth_training.export import session, to_onnx, with_small_weights
from portrait_depth_training.gravity import (
    GravityError,
    PitchCorrection,
    gravity_of,
    window_grid,
    with_gravity,
)
from portrait_depth_training.gravity_fit import best_slope, fit_correction, least
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.records import PeopleSet

CORRECTION = PitchCorrection(-0.2, 0.4, 7)


@pytest.fixture(scope="module")
def exported() -> onnx.ModelProto:
    torch.manual_seed(3)
    network = ReliefNetwork(NetworkShape((8, 8, 16, 32, 48), (0, 0, 1, 1, 1), (1, 1, 1, 1))).eval()
    return with_small_weights(to_onnx(network, "a test"))


def _picture() -> npt.NDArray[np.float32]:
    return np.random.default_rng(5).random((4, 256, 192)).astype(np.float32)


def test_gravity_of_a_camera() -> None:
    assert gravity_of(0) == pytest.approx([0, 1, 0])
    assert gravity_of(0.3) == pytest.approx([0, math.cos(0.3), -math.sin(0.3)])
    assert gravity_of(0, 0.2) == pytest.approx([math.sin(0.2), math.cos(0.2), 0])


def test_the_input_changes_the_slope_exactly(exported: onnx.ModelProto) -> None:
    plain, tilted = session(exported), session(with_gravity(exported, CORRECTION))
    assert not takes_gravity(plain) and takes_gravity(tilted)
    picture = _picture()
    expected, width = predict(plain, picture)
    x, y = window_grid(CORRECTION.head)
    for pitch, roll in ((0.3, 0.0), (-0.5, 0.1), (0.4, -1.2)):
        found, same_width = predict(tilted, picture, gravity_of(pitch, roll))
        fall = math.sin(roll) * x[None] + math.cos(roll) * y[:, None]
        slope = CORRECTION.slope * math.sin(pitch) * math.cos(pitch) * fall
        np.testing.assert_allclose(found - expected, slope, atol=2e-6)
        assert same_width == width
    np.testing.assert_array_equal(predict(tilted, picture).relief, expected)
    np.testing.assert_array_equal(predict(tilted, picture, gravity_of(0)).relief, expected)


def test_flip_augmentation_mirrors_gravity(exported: onnx.ModelProto) -> None:
    network = session(with_gravity(exported, CORRECTION))
    picture, gravity = _picture(), gravity_of(0.4, 0.6)
    unknown, known = predict_both(network, picture)[1], predict_both(network, picture, gravity)[1]
    straight = predict(network, picture, gravity).relief - predict(network, picture).relief
    np.testing.assert_allclose(known.relief - unknown.relief, straight, atol=2e-6)


def test_the_file_names_its_fit(exported: onnx.ModelProto) -> None:
    facts = {pair.key: pair.value for pair in with_gravity(exported, CORRECTION).metadata_props}
    assert facts["gravity"] == "slope -0.2, head at 0.4, fitted on 7 rendered people"


def test_only_a_plain_relief_network_gets_the_input(exported: onnx.ModelProto) -> None:
    with pytest.raises(GravityError, match="already"):
        with_gravity(with_gravity(exported, CORRECTION), CORRECTION)
    other = onnx.ModelProto()
    other.CopyFrom(exported)
    other.graph.output[0].name = "depth"
    with pytest.raises(GravityError, match="no output relief"):
        with_gravity(other, CORRECTION)


def test_the_least_of_a_function() -> None:
    assert least(lambda x: (x - 0.3) ** 2, -1, 1, 1e-4) == pytest.approx(0.3, abs=1e-4)


def test_the_fit_finds_the_slope_that_a_network_lacks() -> None:
    random = np.random.default_rng(2)
    rows = []
    for pitch in (-0.3, 0.1, 0.2, 0.4):
        found, down = random.random((2, 900))
        tilted = math.sin(pitch) * math.cos(pitch) * down
        rows.append((found, tilted, found - 0.25 * tilted))
    assert best_slope(rows) == pytest.approx(-0.25, abs=2e-3)


class PitchedPeople(PeopleSet):
    """People with a label of the camera's pitch."""

    def labels(self) -> dict[str, npt.NDArray[np.float64]]:
        return {**super().labels(), "camera_pitch": np.full(len(self), 20.0)}


def test_a_fit_on_people(
    exported: onnx.ModelProto,
    people: PeopleSet,
    environments: Environments,
    tmp_path: Path,
) -> None:
    path = tmp_path / "network.onnx"
    onnx.save(exported, path)
    with pytest.raises(GravityError, match="no label camera_pitch"):
        fit_correction(path, people, environments, 3)
    pitched = PitchedPeople(people.shards, people.first)
    found = fit_correction(path, pitched, environments, 3)
    assert -1.5 <= found.slope <= 1.5
    assert 0 < found.head < 1.34
    assert found.people == 3
