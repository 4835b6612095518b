"""Writes the tiny networks of the C++ tests into a folder: make_networks.py FOLDER

Their results are known without running them, so that the tests can check the code around a network.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = Sequence[int | str]
WINDOW = (256, 192)


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: dict[str, Shape],
    outputs: dict[str, Shape],
    constants: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]],
) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def add(folder: Path) -> None:
    """sum = a + b, any number of rows of two values."""
    save(
        folder / "add.onnx",
        [helper.make_node("Add", ["a", "b"], ["sum"])],
        {"a": ["n", 2], "b": ["n", 2]},
        {"sum": ["n", 2]},
        {},
    )


def relief(
    path: Path, ramp: npt.NDArray[np.float64], of_red: float, batch: int | str = "n", width: float = 0.6
) -> None:
    """The contract of relief networks: relief = ramp + of_red * red, crop_width = width + 0.1 * mean of the mask."""
    save(
        path,
        [
            helper.make_node("Split", ["input"], ["red", "green", "blue", "mask"], axis=1),
            helper.make_node("Mul", ["red", "of_red"], ["scaled"]),
            helper.make_node("Add", ["scaled", "ramp"], ["relief"]),
            helper.make_node("ReduceMean", ["mask"], ["coverage"], axes=[2, 3], keepdims=0),
            helper.make_node("Mul", ["coverage", "of_mask"], ["wider"]),
            helper.make_node("Add", ["wider", "width"], ["crop_width"]),
        ],
        {"input": [batch, 4, *WINDOW]},
        {"relief": [batch, 1, *WINDOW], "crop_width": [batch, 1]},
        {
            "ramp": ramp.astype(np.float32)[None, None],
            "of_red": np.array([of_red], np.float32),
            "of_mask": np.array([0.1], np.float32),
            "width": np.array([width], np.float32),
        },
    )


def tilted(path: Path) -> None:
    """The contract with gravity: relief = gravity's x * across (-0.5 to 0.5) + 0.3 * its z, crop_width = 0.6."""
    across = ((np.arange(WINDOW[1]) + 0.5) / WINDOW[1] - 0.5)[None, None, None].astype(np.float32)
    save(
        path,
        [
            helper.make_node("Split", ["input"], ["red", "green", "blue", "mask"], axis=1),
            helper.make_node("Mul", ["red", "zero"], ["nothing"]),
            helper.make_node("Split", ["gravity"], ["x", "y", "z"], axis=1),
            helper.make_node("Reshape", ["x", "as_plane"], ["plane_x"]),
            helper.make_node("Reshape", ["z", "as_plane"], ["plane_z"]),
            helper.make_node("Mul", ["plane_x", "across"], ["slope"]),
            helper.make_node("Mul", ["plane_z", "of_z"], ["shift"]),
            helper.make_node("Add", ["slope", "shift"], ["plane"]),
            helper.make_node("Add", ["nothing", "plane"], ["relief"]),
            helper.make_node("ReduceMean", ["mask"], ["coverage"], axes=[2, 3], keepdims=0),
            helper.make_node("Mul", ["coverage", "zero"], ["no_width"]),
            helper.make_node("Add", ["no_width", "width"], ["crop_width"]),
        ],
        {"input": ["n", 4, *WINDOW], "gravity": ["n", 3]},
        {"relief": ["n", 1, *WINDOW], "crop_width": ["n", 1]},
        {
            "zero": np.zeros(1, np.float32),
            "as_plane": np.array([-1, 1, 1, 1], np.int64),
            "across": across,
            "of_z": np.array([0.3], np.float32),
            "width": np.array([0.6], np.float32),
        },
    )


def mean_of_colours(folder: Path) -> None:
    """A network as other projects make it: RGB of 64 x 64 in, one plane of 64 x 64 without a channel axis out."""
    save(
        folder / "gray.onnx",
        [helper.make_node("ReduceMean", ["pixel_values"], ["predicted"], axes=[1], keepdims=0)],
        {"pixel_values": [1, 3, 64, 64]},
        {"predicted": [1, 64, 64]},
        {},
    )


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    across = np.broadcast_to((np.arange(WINDOW[1]) + 0.5) / WINDOW[1] - 0.5, WINDOW)
    step = np.where(across < 0, -0.1, 0.1)
    add(folder)
    relief(folder / "flat.onnx", np.zeros(WINDOW), of_red=0)
    relief(folder / "ramp.onnx", 0.4 * across, of_red=0)
    relief(folder / "step.onnx", step, of_red=0)
    relief(folder / "red.onnx", np.zeros(WINDOW), of_red=0.5)
    relief(folder / "one_at_a_time.onnx", 0.4 * across, of_red=0, batch=1)
    relief(folder / "negative_width.onnx", np.zeros(WINDOW), of_red=0, width=-0.6)
    relief(folder / "nan.onnx", np.full(WINDOW, np.nan), of_red=0)
    tilted(folder / "tilted.onnx")
    mean_of_colours(folder)


if __name__ == "__main__":
    main()
