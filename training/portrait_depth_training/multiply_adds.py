"""Counts a network's multiply-adds for one picture, in convolutions and matrix products.

`python -m portrait_depth_training.multiply_adds FILE...` prints a line for each ONNX file.
"""

from __future__ import annotations

import sys
from math import prod

import onnx
from onnx import shape_inference


def multiply_adds(model: onnx.ModelProto) -> int:
    """The multiply-adds of one picture, for any batch size of the file."""
    single = onnx.ModelProto()
    single.CopyFrom(model)
    for given in single.graph.input:
        given.type.tensor_type.shape.dim[0].dim_value = 1
    graph = shape_inference.infer_shapes(single).graph
    shapes = {
        value.name: [max(1, size.dim_value) for size in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    }
    # Weights that are widened at loading are outputs of nodes, with inferred shapes.
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
