"""Writes networks of every layout and size rule that a description can name: make_described_networks.py FOLDER

first_LAYOUT_SIZE.onnx returns the first channel of its input as it is, so that a test knows its output from the
picture. The networks of free size accept multiples of 14 only.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = Sequence[int | str]
Constants = dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]]
MULTIPLE = 14
SIZE = (64, 48)  # width, height


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    picture: Shape,
    outputs: dict[str, Shape | None],
    constants: Constants | None = None,
    types: dict[str, int] | None = None,
) -> None:
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, picture)],
        [
            helper.make_tensor_value_info(name, (types or {}).get(name, TensorProto.FLOAT), shape)
            for name, shape in outputs.items()
        ],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def shape_of(layout: str, channels: int, width: int | str, height: int | str, batch: int | str = 1) -> Shape:
    return [batch, channels, height, width] if layout == "nchw" else [batch, height, width, channels]


def channel(layout: str, number: int, source: str, result: str) -> onnx.NodeProto:
    """One channel of a picture, with an axis for it."""
    return helper.make_node("Gather", [source, f"number_{number}"], [result], axis=1 if layout == "nchw" else 3)


def numbers(*wanted: int) -> Constants:
    return {f"number_{number}": np.array([number], np.int64) for number in wanted}


def first(path: Path, layout: str, is_free: bool, channels: int = 3, number: int = 0) -> None:
    width, height = ("w", "h") if is_free else SIZE
    picture = shape_of(layout, channels, width, height)
    plane = shape_of(layout, 1, width, height)
    if not is_free:
        save(path, [channel(layout, number, "picture", "plane")], picture, {"plane": plane}, numbers(number))
        return
    # SpaceToDepth takes multiples only; it works on NCHW.
    nodes = [channel(layout, number, "picture", "chosen")]
    as_nchw = "chosen"
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", ["chosen"], ["turned"], perm=[0, 3, 1, 2]))
        as_nchw = "turned"
    nodes.append(helper.make_node("SpaceToDepth", [as_nchw], ["blocks"], blocksize=MULTIPLE))
    nodes.append(helper.make_node("DepthToSpace", ["blocks"], ["whole"], blocksize=MULTIPLE))
    # Without the channel's axis.
    nodes.append(helper.make_node("Squeeze", ["whole", "axis"], ["plane"]))
    constants = {**numbers(number), "axis": np.array([1], np.int64)}
    save(path, nodes, picture, {"plane": [1, "rows", "columns"]}, constants)


def size(path: Path, axis: int) -> None:
    """Returns a hundredth of the input's width (axis 3) or height (axis 2) everywhere."""
    save(
        path,
        [
            helper.make_node("ReduceMean", ["picture"], ["mean"], axes=[1], keepdims=1),
            helper.make_node("Mul", ["mean", "nothing"], ["zero"]),
            helper.make_node("Shape", ["picture"], ["shape"]),
            helper.make_node("Gather", ["shape", "axis"], ["side"], axis=0),
            helper.make_node("Cast", ["side"], ["number"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["number", "hundredth"], ["metres"]),
            helper.make_node("Add", ["zero", "metres"], ["plane"]),
        ],
        [1, 3, "h", "w"],
        {"plane": [1, 1, "h", "w"]},
        {
            "nothing": np.array([0], np.float32),
            "hundredth": np.array([0.01], np.float32),
            "axis": np.array([axis], np.int64),
        },
    )


def several_outputs(path: Path) -> None:
    """Red, blue, a picture, and numbers that are not float32."""
    width, height = SIZE
    save(
        path,
        [
            channel("nchw", 0, "picture", "red"),
            channel("nchw", 2, "picture", "blue"),
            helper.make_node("Identity", ["picture"], ["copy"]),
            helper.make_node("Cast", ["red"], ["classes"], to=TensorProto.INT64),
        ],
        shape_of("nchw", 3, width, height),
        {
            "red": shape_of("nchw", 1, width, height),
            "blue": shape_of("nchw", 1, width, height),
            "copy": shape_of("nchw", 3, width, height),
            "classes": shape_of("nchw", 1, width, height),
        },
        numbers(0, 2),
        {"classes": TensorProto.INT64},
    )


def half_size(path: Path, is_free: bool) -> None:
    """An output of half the input's size."""
    width, height = ("w", "h") if is_free else SIZE
    plane: Shape = [1, 1, "rows", "columns"] if is_free else [1, 1, SIZE[1] // 2, SIZE[0] // 2]
    save(
        path,
        [
            channel("nchw", 0, "picture", "whole"),
            helper.make_node("AveragePool", ["whole"], ["plane"], kernel_shape=[2, 2], strides=[2, 2]),
        ],
        shape_of("nchw", 3, width, height),
        {"plane": plane},
        numbers(0),
    )


def not_a_number(path: Path) -> None:
    width, height = SIZE
    save(
        path,
        [channel("nchw", 0, "picture", "red"), helper.make_node("Mul", ["red", "nan"], ["plane"])],
        shape_of("nchw", 3, width, height),
        {"plane": shape_of("nchw", 1, width, height)},
        {**numbers(0), "nan": np.array([np.nan], np.float32)},
    )


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for layout in ("nchw", "nhwc"):
        first(folder / f"first_{layout}_fixed.onnx", layout, is_free=False)
        first(folder / f"first_{layout}_free.onnx", layout, is_free=True)
        first(folder / f"mask_{layout}.onnx", layout, is_free=False, channels=4, number=3)
    size(folder / "width.onnx", axis=3)
    size(folder / "height.onnx", axis=2)
    several_outputs(folder / "several.onnx")
    half_size(folder / "half_fixed.onnx", is_free=False)
    half_size(folder / "half_free.onnx", is_free=True)
    not_a_number(folder / "nan.onnx")


if __name__ == "__main__":
    main()
