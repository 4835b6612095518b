"""Writes networks that the library must reject, or accept within its bounds: make_refused_networks.py FOLDER

ONNX Runtime accepts most of them.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUT = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 4])
OUTPUT = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 4])


def model(
    nodes: list[onnx.NodeProto],
    initializers: list[onnx.TensorProto] | None = None,
    inputs: list[onnx.ValueInfoProto] | None = None,
) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "refused", inputs or [INPUT], [OUTPUT], initializers or [])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def integers(name: str, values: list[int]) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def loop() -> onnx.ModelProto:
    count = helper.make_tensor_value_info("count", TensorProto.INT64, [])
    going = helper.make_tensor_value_info("going", TensorProto.BOOL, [])
    goes_on = helper.make_tensor_value_info("goes_on", TensorProto.BOOL, [])
    inner = helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)
    outer = helper.make_tensor_value_info("outer", TensorProto.FLOAT, None)
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["goes_on"]), helper.make_node("Identity", ["inner"], ["outer"])],
        "body",
        [count, going, inner],
        [goes_on, outer],
    )
    start = numpy_helper.from_array(np.array(True), "start")
    return model([helper.make_node("Loop", ["", "start", "input"], ["output"], body=body)], [start])


def branch() -> onnx.ModelProto:
    bodies = {
        f"{name}_branch": helper.make_graph([helper.make_node("Identity", ["input"], [name])], name, [], [value])
        for name in ("then", "else")
        for value in [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 4])]
    }
    condition = numpy_helper.from_array(np.array(True), "condition")
    return model([helper.make_node("If", ["condition"], ["output"], **bodies)], [condition])


def random() -> onnx.ModelProto:
    return model([helper.make_node("RandomNormalLike", ["input"], ["output"])])


def other_domain() -> onnx.ModelProto:
    result = model([helper.make_node("Gelu", ["input"], ["output"], domain="com.microsoft")])
    result.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return result


def function() -> onnx.ModelProto:
    result = model([helper.make_node("Relu", ["input"], ["output"])])
    imports = [helper.make_opsetid("", 17)]
    body = [helper.make_node("Relu", ["x"], ["y"])]
    result.functions.append(helper.make_function("own", "Twice", ["x"], ["y"], body, imports))
    return result


def external_weights() -> onnx.ModelProto:
    weight = numpy_helper.from_array(np.ones(4, np.float32), "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../secret.bin")
    return model([helper.make_node("Add", ["input", "weight"], ["output"])], [weight])


def missing_weights() -> onnx.ModelProto:
    weight = numpy_helper.from_array(np.ones(4, np.float32), "weight")
    weight.dims[0] = 1 << 20
    return model(
        [helper.make_node("ReduceSum", ["weight"], ["sum"]), helper.make_node("Add", ["input", "sum"], ["output"])],
        [weight],
    )


def control_characters() -> onnx.ModelProto:
    """A name that would print several lines and change a terminal's color: rejected by the rules."""
    network = missing_weights()
    network.graph.initializer[0].name = "wei\nght\x1b[31m"
    return network


def unknown_control_characters() -> onnx.ModelProto:
    """The same in the name of a tensor that is missing: accepted by the rules, rejected by ONNX Runtime."""
    return model([helper.make_node("Add", ["input", "mis\nsing\x1b[31m"], ["output"])])


def huge_shape() -> onnx.ModelProto:
    wide = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1 << 20, 1 << 20])
    return model([helper.make_node("Identity", ["input"], ["output"])], inputs=[wide])


def expanded_in_a_run(rows: int) -> onnx.ModelProto:
    """A tensor of `rows` times 2^20 float32 follows from the input during a run."""
    return model(
        [
            helper.make_node("ReduceSum", ["input"], ["sum"], keepdims=0),
            helper.make_node("Expand", ["sum", "shape"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["most"], keepdims=0),
            helper.make_node("Add", ["input", "most"], ["output"]),
        ],
        [integers("shape", [rows, 1 << 20])],
    )


def huge_in_a_run() -> onnx.ModelProto:
    """4 GiB."""
    return expanded_in_a_run(1 << 10)


def large_in_a_run() -> onnx.ModelProto:
    """512 MiB: within the bound."""
    return expanded_in_a_run(1 << 7)


def huge_constant() -> onnx.ModelProto:
    """The same size follows from constants alone, so that ONNX Runtime would compute it while it loads the network."""
    return model(
        [
            helper.make_node("ConstantOfShape", ["shape"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["most"], keepdims=0),
            helper.make_node("Add", ["input", "most"], ["output"]),
        ],
        [integers("shape", [1 << 10, 1 << 17, 8])],
    )


def huge_computed_constant() -> onnx.ModelProto:
    """The same behind a size that is computed: the product of two constants, each small."""
    return model(
        [
            helper.make_node("Mul", ["shape", "factor"], ["larger"]),
            helper.make_node("ConstantOfShape", ["larger"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["most"], keepdims=0),
            helper.make_node("Add", ["input", "most"], ["output"]),
        ],
        [integers("shape", [1 << 5, 1 << 10]), integers("factor", [1 << 5, 1 << 10])],
    )


def computed_sizes() -> onnx.ModelProto:
    """Sizes that follow from the input's shape, as exporters write them: accepted. output = input + 1."""
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    return model(
        [
            helper.make_node("Shape", ["input"], ["sizes"]),
            helper.make_node("ConstantOfShape", ["sizes"], ["ones"], value=one),
            helper.make_node("Add", ["input", "ones"], ["output"]),
        ]
    )


def unfolded_kernel() -> onnx.ModelProto:
    """A convolution whose kernel is computed from constants, beside constants of unknown size: accepted.

    The kernel is 2, so output = 2 * input + 1.
    """
    half = numpy_helper.from_array(np.full((1, 1, 1, 1), 2, np.float16), "half")
    ones = numpy_helper.from_array(np.ones(3, np.float32), "ones")
    return model(
        [
            helper.make_node("Cast", ["half"], ["kernel"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["input", "planes"], ["plane"]),
            helper.make_node("Conv", ["plane", "kernel"], ["doubled"]),
            helper.make_node("Reshape", ["doubled", "rows"], ["row"]),
            helper.make_node("Gather", ["ones", "first"], ["one"]),
            helper.make_node("Add", ["row", "one"], ["output"]),
        ],
        [half, ones, integers("planes", [-1, 1, 2, 2]), integers("rows", [-1, 4]), integers("first", [0])],
    )


def written_in_place() -> onnx.ModelProto:
    """Assignments to parts of a tensor, as PyTorch exports them: accepted. output = input with 9 at 1 and 8 at 2."""
    values = [numpy_helper.from_array(np.array([9], np.float32), "nine"), integers("second", [0, 1])]
    values[1].ClearField("dims")
    values[1].dims.extend([1, 2])
    values.append(numpy_helper.from_array(np.array([[8]], np.float32), "eight"))
    values.append(numpy_helper.from_array(np.array([[2]], np.int64), "third"))
    return model(
        [
            helper.make_node("ScatterND", ["input", "second", "nine"], ["with_nine"]),
            helper.make_node("ScatterElements", ["with_nine", "third", "eight"], ["output"], axis=1),
        ],
        values,
    )


def transformer() -> onnx.ModelProto:
    """The operators of a transformer in ONNX's latest sets: accepted. One token attends to itself: its own values.

    RMSNormalization of equal values is 1; the turn is by no angle. output = swish(1) for each value of a constant row.
    """
    result = model(
        [
            helper.make_node("RMSNormalization", ["input", "ones"], ["normal"], epsilon=0.0),
            helper.make_node("Reshape", ["normal", "head"], ["token"]),
            helper.make_node("RotaryEmbedding", ["token", "cosines", "sines"], ["turned"]),
            helper.make_node("Attention", ["turned", "turned", "turned"], ["attended"]),
            helper.make_node("Reshape", ["attended", "row"], ["plain"]),
            helper.make_node("Swish", ["plain"], ["output"]),
        ],
        [
            numpy_helper.from_array(np.ones(4, np.float32), "ones"),
            integers("head", [1, 1, 1, 4]),
            integers("row", [1, 4]),
            numpy_helper.from_array(np.ones((1, 1, 2), np.float32), "cosines"),
            numpy_helper.from_array(np.zeros((1, 1, 2), np.float32), "sines"),
        ],
    )
    result.opset_import[0].version = 24
    result.ir_version = 11
    return result


def sums_of_logarithms() -> onnx.ModelProto:
    """ReduceLogSum, ReduceLogSumExp and EyeLike: accepted. output = eye * (log(sum) + log(sum of exp))."""
    return model(
        [
            helper.make_node("ReduceLogSum", ["input"], ["of_sum"], keepdims=1),
            helper.make_node("ReduceLogSumExp", ["input"], ["of_exp"], keepdims=1),
            helper.make_node("Add", ["of_sum", "of_exp"], ["both"]),
            helper.make_node("EyeLike", ["input"], ["eye"]),
            helper.make_node("Mul", ["eye", "both"], ["output"]),
        ]
    )


NETWORKS: list[Callable[[], onnx.ModelProto]] = [
    loop,
    branch,
    random,
    other_domain,
    function,
    external_weights,
    missing_weights,
    control_characters,
    unknown_control_characters,
    huge_shape,
    huge_in_a_run,
    large_in_a_run,
    huge_constant,
    huge_computed_constant,
    computed_sizes,
    unfolded_kernel,
    written_in_place,
    transformer,
    sums_of_logarithms,
]

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for network in NETWORKS:
        (folder / f"{network.__name__}.onnx").write_bytes(network().SerializeToString())
