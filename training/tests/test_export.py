from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch

from portrait_depth_training.evaluation import sees_along_crop
from portrait_depth_training.export import (
    largest_difference,
    session,
    to_onnx,
    with_small_weights,
)
from portrait_depth_training.multiply_adds import multiply_adds
from portrait_depth_training.network import NetworkShape, ReliefNetwork


@pytest.fixture(scope="module")
def network() -> ReliefNetwork:
    torch.manual_seed(3)
    small = ReliefNetwork(NetworkShape((8, 8, 16, 32, 48), (0, 0, 1, 1, 1), (1, 1, 1, 1)))
    small.eval()
    return small


@pytest.fixture(scope="module")
def exported(network: ReliefNetwork) -> onnx.ModelProto:
    return to_onnx(network, "a test")


def test_the_contract(exported: onnx.ModelProto) -> None:
    run = session(with_small_weights(exported))
    assert [(i.name, i.type, i.shape[1:]) for i in run.get_inputs()] == [
        ("input", "tensor(float)", [4, 256, 192]),
        ("gravity", "tensor(float)", [3]),
    ]
    assert [(o.name, o.type, o.shape[1:]) for o in run.get_outputs()] == [
        ("relief", "tensor(float)", [1, 256, 192]),
        ("crop_width", "tensor(float)", [1]),
    ]
    for people in (1, 3):
        inputs = {
            "input": np.zeros((people, 4, 256, 192), np.float32),
            "gravity": np.zeros((people, 3), np.float32),
        }
        relief, width = run.run(None, inputs)
        assert relief.shape == (people, 1, 256, 192) and width.shape == (people, 1)
        assert (width > 0).all()


def test_a_camera_of_the_crop_has_another_output(network: ReliefNetwork) -> None:
    """Programs that expect the contract's relief must reject the file."""
    turned = session(to_onnx(network, "a test", crop_camera=True))
    assert [o.name for o in turned.get_outputs()] == ["crop_relief", "crop_width"]
    assert sees_along_crop(turned)
    assert not sees_along_crop(session(to_onnx(network, "a test")))


def test_float32_agrees_with_pytorch(network: ReliefNetwork, exported: onnx.ModelProto) -> None:
    assert largest_difference(network, exported) <= 1e-4


def test_the_exported_network_still_predicts_as_evaluated(network: ReliefNetwork) -> None:
    to_onnx(network, "a test")
    assert not network.training


def test_small_weights_shrink_the_file_and_hardly_change_it(
    network: ReliefNetwork, exported: onnx.ModelProto
) -> None:
    small = with_small_weights(exported)
    assert small.ByteSize() < 0.45 * exported.ByteSize()
    assert 0 < largest_difference(network, small) < 5e-3


def test_multiply_adds_of_8_bit_kernels_count_too(exported: onnx.ModelProto) -> None:
    assert multiply_adds(with_small_weights(exported)) == multiply_adds(exported) > 0
