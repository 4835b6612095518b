"""Depth networks by name, by file and by description."""

import os
from pathlib import Path

import numpy as np
import onnx
import portrait_depth
import pytest

SAMPLES = sorted(Path(os.environ["PORTRAIT_DEPTH_SAMPLES"]).glob("*.jpg"))


def write_red_network(file: Path) -> None:
    """Returns red as it is; takes any size."""
    nodes = [onnx.helper.make_node("Gather", ["picture", "red"], ["plane"], axis=1)]
    values = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, channels, "h", "w"])
        for name, channels in (("picture", 3), ("plane", 1))
    ]
    red = onnx.numpy_helper.from_array(np.array([0], np.int64), "red")
    graph = onnx.helper.make_graph(nodes, "red", [values[0]], [values[1]], [red])
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=9), file)


DESCRIPTION = """
license = "MIT"
source = "the tests"
[input]
multiple_of = 2
shorter_side = 64
range = [0, 2.55]
view = "photo"
[output]
kind = "metric"
"""


def test_a_described_network_gives_metres_and_the_background(tmp_path: Path) -> None:
    write_red_network(tmp_path / "red.onnx")
    description = tmp_path / "red.toml"
    description.write_text(DESCRIPTION)
    image = np.full((80, 100, 3), 210, np.uint8)
    mask = np.zeros((80, 100), bool)
    mask[20:60, 30:70] = True
    image[mask] = 120
    for model in (description, str(description)):
        estimator = portrait_depth.create_estimator(model=model, segmentation=False)
        result = estimator.estimate_photo(image, mask=mask)
        assert result.depth.metres[40, 50] == pytest.approx(1.2, abs=0.01)
        assert result.scene_metres is not None
        assert result.scene_metres.shape == (80, 100)
        assert result.scene_metres[5, 5] == pytest.approx(2.1, abs=0.01)
        assert result.background_metres == pytest.approx(2.1, abs=0.01)


def test_networks_by_name_and_wrong_descriptions(tmp_path: Path) -> None:
    image = portrait_depth.load_photo(SAMPLES[0], min_short_side=400)
    fast = portrait_depth.create_estimator(portrait_depth.SupportedModel.ARPortraitDepthFast).estimate_photo(image)
    same = portrait_depth.create_estimator("ar_portrait_depth_fast").estimate_photo(image)
    np.testing.assert_array_equal(same.depth.to_array(), fast.depth.to_array())
    assert (same.scene_metres, same.background_metres) == (None, None)
    with pytest.raises(portrait_depth.Error, match="known models: ar_portrait_depth"):
        portrait_depth.create_estimator("nonsense")
    with pytest.raises(portrait_depth.Error, match=r"gone.onnx: no such network"):
        portrait_depth.create_estimator(tmp_path / "gone.onnx")
    description = tmp_path / "red.toml"
    description.write_text(DESCRIPTION)
    with pytest.raises(portrait_depth.Error, match=r"red.toml: not found: its network red.onnx is missing"):
        portrait_depth.create_estimator(description)
    description.write_text(DESCRIPTION.replace("view", "veiw"))
    with pytest.raises(portrait_depth.Error, match=r"red.toml: line 8: unknown key input.veiw"):
        portrait_depth.create_estimator(description)
