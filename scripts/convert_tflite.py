"""Converts MediaPipe's networks from TensorFlow Lite to ONNX: convert_tflite.py IN.tflite OUT.onnx OUTPUT...

The networks consist of float16 weights behind DEQUANTIZE, convolutions, pooling, activations, bilinear resizing and, at
the end of selfie segmentation, MediaPipe's own operator for a transposed convolution. TensorFlow Lite's
tensors are N, H, W, C. The ONNX file is N, C, H, W throughout, without transposes at run time. Input: `input`, 1 x 3 x
H x W. Outputs: in the network's order, named OUTPUT..., 1 x C x H x W; the face detector's lists stay grids. The ranges
of values are the network's: sRGB 0..1 for selfie segmentation, -1..1 for the face detector.
"""

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 9
OPERATOR_NAMES = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
TENSOR_DTYPES = {
    tflite.TensorType.FLOAT32: np.dtype(np.float32),
    tflite.TensorType.FLOAT16: np.dtype(np.float16),
    tflite.TensorType.INT32: np.dtype(np.int32),
}
ACTIVATIONS = {tflite.ActivationFunctionType.RELU: "Relu"}


class Converter:
    """Walks the operators in order; `self.nodes` and `self.initializers` become the ONNX graph."""

    def __init__(self, model_bytes: bytes, output_names: list[str]) -> None:
        self.model = tflite.Model.GetRootAs(model_bytes, 0)
        if self.model.SubgraphsLength() != 1:
            raise ValueError(f"{self.model.SubgraphsLength()} subgraphs; only networks with one are supported")
        self.graph = self.model.Subgraphs(0)
        self.output_names = output_names
        if self.graph.OutputsLength() != len(output_names):
            raise ValueError(
                f"{self.graph.OutputsLength()} outputs, but {len(output_names)} names; give a name for each"
            )
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, npt.NDArray[Any]] = {}
        self.constants: dict[int, npt.NDArray[Any]] = {}
        self.names: dict[int, str] = {}
        self.enlarged: set[str] = set()  # outputs of resizing that are larger than its inputs
        self.handlers: dict[str, Callable[[Any], None]] = {
            "DEQUANTIZE": self.dequantize,
            "CONV_2D": self.convolution,
            "DEPTHWISE_CONV_2D": self.depthwise_convolution,
            "Convolution2DTransposeBias": self.transposed_convolution,
            "AVERAGE_POOL_2D": self.average_pool,
            "MAX_POOL_2D": self.max_pool,
            "PAD": self.pad,
            "RESHAPE": self.flattening,
            "MEAN": self.mean,
            "RESIZE_BILINEAR": self.resize_bilinear,
            "RELU": lambda op: self.emit(op, "Relu"),
            "HARD_SWISH": lambda op: self.emit(op, "HardSwish"),
            "LOGISTIC": lambda op: self.emit(op, "Sigmoid"),
            "ADD": lambda op: self.binary(op, "Add", tflite.AddOptions()),
            "MUL": lambda op: self.binary(op, "Mul", tflite.MulOptions()),
        }

    def convert(self) -> onnx.ModelProto:
        input_index = int(self.graph.Inputs(0))
        outputs = [self.unflattened(int(index)) for index in self.graph.OutputsAsNumpy()]
        self.names = {input_index: "input", **dict(zip(outputs, self.output_names, strict=True))}
        for i in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(i)
            name = self.operator_name(operator)
            if name not in self.handlers:
                raise ValueError(f"operator {i} is {name}, which is not supported; add a handler")
            self.handlers[name](operator)
        self.project_before_enlarging()
        graph = helper.make_graph(
            self.nodes,
            "mediapipe",
            [self.value_info(input_index)],
            [self.value_info(index) for index in outputs],
            [numpy_helper.from_array(value, name) for name, value in self.initializers.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model

    def unflattened(self, output_index: int) -> int:
        """The grid that RESHAPE turns into this output of the network; without RESHAPE, the output itself."""
        for i in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(i)
            if self.operator_name(operator) == "RESHAPE" and int(operator.Outputs(0)) == output_index:
                return int(operator.Inputs(0))
        return output_index

    def project_before_enlarging(self) -> None:
        """Swaps each enlargement with a 1 x 1 convolution of its result to as many channels or fewer.

        The weights of bilinear resizing sum to 1, so both orders give the same values up to rounding. This one
        convolves the small picture.
        """
        for at, enlargement in enumerate(self.nodes):
            enlarged = enlargement.output[0]
            readers = [i for i, node in enumerate(self.nodes) if enlarged in node.input]
            if enlarged not in self.enlarged or enlarged in self.output_names or len(readers) != 1:
                continue
            projection = self.nodes[readers[0]]
            if not self.is_projection(projection):
                continue
            projected, sizes = f"{enlarged}_projected", self.initializers.pop(enlargement.input[3])
            sizes[1] = self.initializers[projection.input[1]].shape[0]
            enlargement.input[3] = f"{projection.output[0]}_shape"
            self.initializers[enlargement.input[3]] = sizes
            projection.input[0], enlargement.input[0] = enlargement.input[0], projected
            enlargement.output[0], projection.output[0] = projection.output[0], projected
            self.nodes[at], self.nodes[readers[0]] = projection, enlargement

    def is_projection(self, node: onnx.NodeProto) -> bool:
        """A 1 x 1 convolution to as many channels or fewer."""
        if node.op_type != "Conv":
            return False
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        channels, inputs, height, width = self.initializers[node.input[1]].shape
        steps = (height, width, *attributes["strides"], attributes["group"])
        return steps == (1, 1, 1, 1, 1) and not any(attributes["pads"]) and channels <= inputs

    # Reading tensors of the TensorFlow Lite file.

    def operator_name(self, operator: Any) -> str:
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        custom = code.CustomCode()
        return str(custom.decode()) if custom else OPERATOR_NAMES[builtin]

    def shape(self, tensor_index: int) -> list[int]:
        tensor = self.graph.Tensors(tensor_index)
        return [int(tensor.Shape(i)) for i in range(tensor.ShapeLength())]

    def shape_nchw(self, tensor_index: int) -> list[int]:
        batch, height, width, channels = self.shape(tensor_index)
        return [batch, channels, height, width]

    def value_info(self, tensor_index: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(self.name(tensor_index), TensorProto.FLOAT, self.shape_nchw(tensor_index))

    def constant(self, tensor_index: int) -> npt.NDArray[Any] | None:
        """The tensor's value if the file holds it, else None; float16 is widened to float32."""
        if tensor_index not in self.constants:
            tensor = self.graph.Tensors(tensor_index)
            data = self.model.Buffers(tensor.Buffer()).DataAsNumpy()
            if isinstance(data, int):  # the binding returns an integer for a missing buffer
                return None
            array = data.view(TENSOR_DTYPES[tensor.Type()]).reshape(self.shape(tensor_index))
            self.constants[tensor_index] = array.astype(np.float32) if array.dtype == np.float16 else array
        return self.constants[tensor_index]

    def name(self, tensor_index: int) -> str:
        return self.names.setdefault(tensor_index, f"t{tensor_index}")

    def weights(self, operator: Any, axes: tuple[int, int, int, int]) -> list[str]:
        """Stores inputs 1 (a 4D kernel, its axes put into ONNX's order) and 2 (bias) and returns their names."""
        stored = []
        for position in (1, 2):
            index = int(operator.Inputs(position))
            value = self.constant(index)
            if value is None:
                raise ValueError(f"tensor {index} should be a constant")
            ordered = value.transpose(axes) if position == 1 else value
            self.initializers[self.name(index)] = np.ascontiguousarray(ordered)
            stored.append(self.name(index))
        return stored

    # One handler for each kind of operator.

    def emit(self, operator: Any, onnx_type: str, extra_inputs: list[str] | None = None, **attributes: Any) -> None:
        inputs = [self.name(int(operator.Inputs(0)))] + (extra_inputs or [])
        self.nodes.append(helper.make_node(onnx_type, inputs, [self.name(int(operator.Outputs(0)))], **attributes))

    def emit_activated(
        self, operator: Any, activation: int, onnx_type: str, extra_inputs: list[str] | None = None, **attributes: Any
    ) -> None:
        """`emit`, followed by the activation that TensorFlow Lite fuses into an operator."""
        self.emit(operator, onnx_type, extra_inputs, **attributes)
        if activation == tflite.ActivationFunctionType.NONE:
            return
        if activation not in ACTIVATIONS:
            raise ValueError(f"fused activation {activation} is not supported; add it to ACTIVATIONS")
        output = self.nodes[-1].output[0]
        self.nodes[-1].output[0] = f"{output}_before_activation"
        self.nodes.append(helper.make_node(ACTIVATIONS[activation], [self.nodes[-1].output[0]], [output]))

    def dequantize(self, operator: Any) -> None:
        value = self.constant(int(operator.Inputs(0)))
        if value is None:
            raise ValueError("a DEQUANTIZE of a computed tensor; only constants are supported")
        self.constants[int(operator.Outputs(0))] = value

    def pads(self, operator: Any, padding: int, kernel: tuple[int, int], strides: tuple[int, int]) -> list[int]:
        """All begins, then all ends, as ONNX requires; SAME pads an odd pixel at the end."""
        if padding == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        inputs, outputs = self.shape(int(operator.Inputs(0)))[1:3], self.shape(int(operator.Outputs(0)))[1:3]
        total = [max((o - 1) * s + k - i, 0) for i, o, k, s in zip(inputs, outputs, kernel, strides, strict=True)]
        return [total[0] // 2, total[1] // 2, total[0] - total[0] // 2, total[1] - total[1] // 2]

    def convolution(self, operator: Any) -> None:
        options = options_of(operator, tflite.Conv2DOptions())
        kernel = tuple(self.shape(int(operator.Inputs(1)))[1:3])
        self.any_convolution(operator, options, kernel, self.weights(operator, (0, 3, 1, 2)), group=1)

    def depthwise_convolution(self, operator: Any) -> None:
        options = options_of(operator, tflite.DepthwiseConv2DOptions())
        _, kernel_height, kernel_width, channels = self.shape(int(operator.Inputs(1)))
        weights = self.weights(operator, (3, 0, 1, 2))
        self.any_convolution(operator, options, (kernel_height, kernel_width), weights, group=channels)

    def any_convolution(
        self, operator: Any, options: Any, kernel: tuple[int, ...], weights: list[str], group: int
    ) -> None:
        strides = (options.StrideH(), options.StrideW())
        dilations = (options.DilationHFactor(), options.DilationWFactor())
        if dilations != (1, 1):
            raise ValueError("a dilated convolution, which is not supported")
        self.emit_activated(
            operator,
            options.FusedActivationFunction(),
            "Conv",
            weights,
            group=group,
            kernel_shape=kernel,
            strides=strides,
            pads=self.pads(operator, options.Padding(), (kernel[0], kernel[1]), strides),
        )

    def transposed_convolution(self, operator: Any) -> None:
        """MediaPipe's operator; its options are the C struct {padding, stride width, stride height}."""
        _, stride_width, stride_height = struct.unpack_from("<3i", operator.CustomOptionsAsNumpy().tobytes())
        _, kernel_height, kernel_width, _ = self.shape(int(operator.Inputs(1)))
        if (kernel_height, kernel_width) != (stride_height, stride_width):
            raise ValueError("a transposed convolution with a kernel unlike its stride; only equal ones are supported")
        self.emit(
            operator,
            "ConvTranspose",
            self.weights(operator, (3, 0, 1, 2)),
            kernel_shape=[kernel_height, kernel_width],
            strides=[stride_height, stride_width],
        )

    def average_pool(self, operator: Any) -> None:
        options = options_of(operator, tflite.Pool2DOptions())
        if self.shape(int(operator.Inputs(0)))[1:3] != [options.FilterHeight(), options.FilterWidth()]:
            raise ValueError("an average pool over a part of the picture; only the whole picture is supported")
        self.emit(operator, "GlobalAveragePool")

    def max_pool(self, operator: Any) -> None:
        options = options_of(operator, tflite.Pool2DOptions())
        kernel, strides = (options.FilterHeight(), options.FilterWidth()), (options.StrideH(), options.StrideW())
        self.emit_activated(
            operator,
            options.FusedActivationFunction(),
            "MaxPool",
            kernel_shape=kernel,
            strides=strides,
            pads=self.pads(operator, options.Padding(), kernel, strides),
        )

    def pad(self, operator: Any) -> None:
        """Zeros; rows (begin, end) of N, H, W, C become all begins, then all ends, of N, C, H, W."""
        amounts = self.constant(int(operator.Inputs(1)))
        if amounts is None or amounts.shape != (4, 2):
            raise ValueError("a padding computed at run time; only constant ones are supported")
        pads = f"{self.name(int(operator.Outputs(0)))}_pads"
        self.initializers[pads] = amounts[[0, 3, 1, 2]].T.ravel().astype(np.int64)
        self.emit(operator, "Pad", [pads], mode="constant")

    def flattening(self, operator: Any) -> None:
        """1 x H x W x C to 1 x HW x C as the network's last step; the ONNX file keeps the grid."""
        batch, height, width, channels = self.shape(int(operator.Inputs(0)))
        output = int(operator.Outputs(0))
        if self.shape(output) != [batch, height * width, channels] or output not in self.graph.OutputsAsNumpy():
            raise ValueError("a RESHAPE that does not flatten a grid into an output; only that is supported")

    def mean(self, operator: Any) -> None:
        axes = self.constant(int(operator.Inputs(1)))
        if axes is None or sorted(axes.ravel().tolist()) != [1, 2]:
            raise ValueError("a mean over a part of the picture; only the whole picture is supported")
        self.emit(operator, "GlobalAveragePool")

    def resize_bilinear(self, operator: Any) -> None:
        options = options_of(operator, tflite.ResizeBilinearOptions())
        mode = "asymmetric"
        if options.AlignCorners():
            mode = "align_corners"
        elif options.HalfPixelCenters():
            mode = "half_pixel"
        sizes = f"{self.name(int(operator.Outputs(0)))}_shape"
        self.initializers[sizes] = np.array(self.shape_nchw(int(operator.Outputs(0))), np.int64)
        self.emit(operator, "Resize", ["", "", sizes], mode="linear", coordinate_transformation_mode=mode)
        source, target = self.shape(int(operator.Inputs(0))), self.shape(int(operator.Outputs(0)))
        if target[1] >= source[1] and target[2] >= source[2]:
            self.enlarged.add(self.nodes[-1].output[0])

    def binary(self, operator: Any, onnx_type: str, options: Any) -> None:
        activation = options_of(operator, options).FusedActivationFunction()
        self.emit_activated(operator, activation, onnx_type, [self.name(int(operator.Inputs(1)))])


def options_of(operator: Any, options: Any) -> Any:
    table = operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def main() -> None:
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        model = Converter(source.read_bytes(), sys.argv[3:]).convert()
    except (OSError, ValueError) as error:
        sys.exit(f"{source}: {error}")
    onnx.save(model, target)


if __name__ == "__main__":
    main()
