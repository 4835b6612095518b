"""Writes a trained network as ONNX: in float32, and with float16 weights that compute in float32.

Half-precision weights halve the file; a Cast behind each keeps inputs, outputs and arithmetic in
single precision, so that every runtime can run it. Their last two bits are zero: what a page must
download, compressed, becomes a tenth smaller, and the error stays the same to its third digit.
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

from .network import ReliefNetwork
from .records import HEIGHT, WIDTH

OPSET = 13
#: Of float16's ten bits of mantissa.
_DROPPED_BITS: Final = 2
#: Initialisers smaller than this stay as they are: shapes, scales, biases.
_SMALL = 64


class ExportedNetwork(nn.Module):
    """`ReliefNetwork.predict` as `forward`."""

    def __init__(self, network: ReliefNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        return self.network.predict(picture)


def to_onnx(network: ReliefNetwork, description: str) -> onnx.ModelProto:
    """The network in float32; names and shapes are the contract's, the batch is free."""
    network = network.eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "network.onnx"
        torch.onnx.export(
            ExportedNetwork(network),
            (torch.zeros(1, 4, HEIGHT, WIDTH),),
            str(path),
            input_names=["input"],
            output_names=["relief", "crop_width"],
            dynamic_axes={name: {0: "N"} for name in ("input", "relief", "crop_width")},
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
    """Rounded to a mantissa without its last bits. Weights are far below what float16 ends at."""
    bits = half.view(np.uint16) + np.uint16(1 << (_DROPPED_BITS - 1))
    return (bits & np.uint16(0xFFFF << _DROPPED_BITS & 0xFFFF)).view(np.float16)


def with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with float16 initialisers behind Cast nodes."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    casts = []
    for initializer in graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        name = initializer.name
        half = numpy_helper.from_array(_shortened(values.astype(np.float16)), f"{name}.half")
        initializer.CopyFrom(half)
        casts.append(helper.make_node("Cast", [half.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
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
    with torch.no_grad():
        expected = ExportedNetwork(network.eval())(picture)
    found = session(model).run(["relief", "crop_width"], {"input": picture.numpy()})
    return max(float(np.abs(f - e.numpy()).max()) for f, e in zip(found, expected))
