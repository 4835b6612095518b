"""Writes a trained network as ONNX: in float32, and with small weights that compute in float32.

The kernels of most convolutions are stored in 8 bits with a step for every output channel, the
other weights in float16 without its last two bits. Nodes behind them, which every runtime folds
when it loads the network, widen them to float32. The file, and therefore a page's download, is half
as large as in float16.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from .network import ReliefNetwork
from .records import HEIGHT, WIDTH

OPSET = 13
#: Names of the inputs.
INPUTS: Final = ("input", "gravity")
#: Names of the outputs. A network with a camera of the crop (crop_camera.py) has another name for
#: its relief, so that programs that expect the contract's reject the file.
OUTPUTS: Final = ("relief", "crop_width")
CROP_CAMERA_OUTPUTS: Final = ("crop_relief", "crop_width")
#: Of float16's ten bits of mantissa.
_DROPPED_BITS: Final = 2
#: Initializers smaller than this stay as they are: shapes, scales, biases.
_SMALL: Final = 64
#: Kernels of at least this many numbers are stored in 8 bits; first and last layers are smaller.
_BYTES_FROM: Final = 4096


class ExportedNetwork(nn.Module):
    """`ReliefNetwork.predict` as `forward`."""

    def __init__(self, network: ReliefNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor, gravity: Tensor) -> tuple[Tensor, Tensor]:
        return self.network.predict(picture, gravity)


def to_onnx(network: ReliefNetwork, description: str, crop_camera: bool = False) -> onnx.ModelProto:
    """The network in float32, with the contract's names and shapes and a free batch size.

    `crop_camera`: whether its targets were turned to the crop's camera, for the outputs' names.
    """
    outputs = CROP_CAMERA_OUTPUTS if crop_camera else OUTPUTS
    network = network.eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "network.onnx"
        torch.onnx.export(
            ExportedNetwork(network).eval(),
            (torch.zeros(1, 4, HEIGHT, WIDTH), torch.zeros(1, 3)),
            str(path),
            input_names=list(INPUTS),
            output_names=list(outputs),
            dynamic_axes={name: {0: "N"} for name in (*INPUTS, *outputs)},
            opset_version=OPSET,
        )
        model = onnx.load(str(path))
    model.doc_string = description
    model.producer_name = "portrait_depth_training"
    for entry, value in (("kind", "relief"), ("input", "masked sRGB 0..1 and mask")):
        pair = model.metadata_props.add()
        pair.key, pair.value = entry, value
    onnx.checker.check_model(model)
    return model


def _shortened(half: npt.NDArray[np.float16]) -> npt.NDArray[np.float16]:
    """Rounded to a mantissa without its last bits. Weights are far below the largest float16."""
    bits = half.view(np.uint16) + np.uint16(1 << (_DROPPED_BITS - 1))
    return (bits & np.uint16(0xFFFF << _DROPPED_BITS & 0xFFFF)).view(np.float16)


def _widened(initializer: onnx.TensorProto) -> list[onnx.NodeProto]:
    """Shrinks a float32 `initializer`; the returned nodes restore it at loading."""
    values, name = numpy_helper.to_array(initializer), initializer.name
    if values.ndim < 2 or values.size < _BYTES_FROM:
        half = numpy_helper.from_array(_shortened(values.astype(np.float16)), f"{name}.half")
        initializer.CopyFrom(half)
        return [helper.make_node("Cast", [half.name], [name], to=onnx.TensorProto.FLOAT)]
    rows = tuple(range(1, values.ndim))
    scale = np.maximum(np.abs(values).max(rows, keepdims=True), 1e-12) / np.float32(127)
    byte = numpy_helper.from_array(np.rint(values / scale).astype(np.int8), f"{name}.byte")
    initializer.CopyFrom(byte)
    step = numpy_helper.from_array(scale, f"{name}.step")
    return [
        helper.make_node("Constant", [], [step.name], value=step),
        helper.make_node("Cast", [byte.name], [f"{name}.whole"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.whole", step.name], [name]),
    ]


def with_small_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with initializers of 8 and 16 bits, behind nodes that widen them."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    widening: list[onnx.NodeProto] = []
    for initializer in graph.initializer:
        whole = initializer.data_type == onnx.TensorProto.FLOAT
        if whole and np.prod(initializer.dims) >= _SMALL:
            widening += _widened(initializer)
    nodes = [*widening, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(result)
    return result


def session(model: onnx.ModelProto | Path) -> onnxruntime.InferenceSession:
    """A one-thread ONNX Runtime session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    source = str(model) if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def largest_difference(network: ReliefNetwork, model: onnx.ModelProto, seed: int = 0) -> float:
    """Largest difference between PyTorch and ONNX Runtime over outputs, on random pictures."""
    generator = torch.Generator().manual_seed(seed)
    picture = torch.rand(2, 4, HEIGHT, WIDTH, generator=generator)
    gravity = functional.normalize(torch.randn(2, 3, generator=generator))
    with torch.no_grad():
        expected = ExportedNetwork(network.eval())(picture, gravity)
    inputs = dict(zip(INPUTS, (picture.numpy(), gravity.numpy())))
    found = session(model).run(None, inputs)
    return max(float(np.abs(f - e.numpy()).max()) for f, e in zip(found, expected))
