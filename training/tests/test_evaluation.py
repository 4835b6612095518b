from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.crop_camera import along_photo_axis
from portrait_depth_training.environments import Environments
from portrait_depth_training.evaluation import (
    MEASURES,
    _hand,
    evaluate_people,
    predict,
    predict_both,
)
from portrait_depth_training.examples import CropView
from portrait_depth_training.export import session, to_onnx
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.records import PeopleSet


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    network = ReliefNetwork(NetworkShape((8, 8, 16, 32, 48), (0, 0, 1, 1, 1), (1, 1, 1, 1))).eval()
    path = tmp_path_factory.mktemp("model") / "untrained.onnx"
    onnx.save(to_onnx(network, "a test"), path)
    return path


def test_flip_augmentation_is_equal_for_the_mirror_image(model: Path) -> None:
    picture = np.random.default_rng(5).random((4, 256, 192)).astype(np.float32)
    mirror_image = np.ascontiguousarray(picture[..., ::-1])
    network = session(model)
    (straight, _), (mean, width) = predict_both(network, picture)
    _, (mirrored, mirrored_width) = predict_both(network, mirror_image)
    np.testing.assert_allclose(mirrored[:, ::-1], mean, atol=1e-5)
    assert mirrored_width == pytest.approx(width, rel=1e-5)
    assert np.abs(predict(network, mirror_image).relief[:, ::-1] - straight).max() > 1e-3


def test_people_are_measured_with_and_without_flip_augmentation(
    model: Path, people: PeopleSet, environments: Environments
) -> None:
    result = evaluate_people(model, people, environments, 6)
    for measures in (result.measures, result.flip_augmented):
        assert set(measures) == set(MEASURES)
        assert all(len(values) == 6 for values in measures.values())
        assert (measures["error"] > 0).all()
    assert (result.measures["error"] != result.flip_augmented["error"]).any()
    assert len(result.samples) == len(result.labels["key_lights"]) == 6


def test_results_along_the_crop_are_turned_back(
    tmp_path: Path, people: PeopleSet, environments: Environments
) -> None:
    torch.manual_seed(3)
    network = ReliefNetwork(NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0))).eval()
    results = []
    for turned in (False, True):
        path = tmp_path / f"{turned}.onnx"
        onnx.save(to_onnx(network, "a test", turned), path)
        results.append(evaluate_people(path, people, environments, 2).samples[0])
    along_photo, along_crop = results
    record = people.record(0)
    view = CropView(*(float(record["intrinsics"][i]) / 192 for i in (0, 2, 3)))
    head = along_photo.known & (record["material"] >= 128)
    expected, _ = along_photo_axis(along_photo.predicted, 0.5, view, head)
    np.testing.assert_allclose(along_crop.predicted, expected, atol=1e-5)
    assert np.abs(along_crop.predicted - along_photo.predicted).max() > 0.01


def test_the_nearer_hand_decides_the_label() -> None:
    # Arms: 0 down, 5 chin, 6 chest, 7 face, 8 holding, as training/people/shot.hpp counts them
    labels = {"arm_left": np.array([0.0, 5, 0, 7, 8]), "arm_right": np.array([0.0, 0, 6, 5, 0])}
    assert _hand(labels).tolist() == [0, 1, 1, 2, 0]


def test_light_from_the_camera_changes_the_pictures(
    people: PeopleSet, environments: Environments
) -> None:
    straight, front = (
        Loader(environments, LoaderOptions(256, augment=False, front_share=share)).batch(
            people, np.arange(4), np.random.default_rng(5)
        )
        for share in (0.0, 1.0)
    )
    assert torch.equal(straight.relief, front.relief)
    assert not torch.equal(straight.picture, front.picture)
