"""How many multiply-adds a network takes for one picture: those of convolutions and matrices.

`python -m portrait_depth_training.multiply_adds FILE...` prints those of ONNX files, a line each.
"""

from __future__ import annotations

import sys
from math import prod

import onnx
from onnx import shape_inference


def multiply_adds(model: onnx.ModelProto) -> int:
    """Of one picture, whatever batch the network takes."""
    single = onnx.ModelProto()
    single.CopyFrom(model)
    for given in single.graph.input:
        given.type.tensor_type.shape.dim[0].dim_value = 1
    graph = shape_inference.infer_shapes(single).graph
    shapes = {
        value.name: [max(1, size.dim_value) for size in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    }
    # Weights may be made of smaller ones when the network is loaded; their shapes are inferred
    # like any other.
    shapes |= {weight.name: list(weight.dims) for weight in graph.initializer}
    count = 0
    for node in graph.node:
        if node.op_type == "Conv":
            count += prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])
        elif node.op_type == "ConvTranspose":
            count += prod(shapes[node.input[0]]) * prod(shapes[node.input[1]][1:])
        elif node.op_type in ("Gemm", "MatMul"):
            count += prod(shapes[node.input[1]])
    return count


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(multiply_adds(onnx.load(name)))
