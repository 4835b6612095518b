"""Network files, written byte by byte: the tests of the command use no packages.

Fields are numbered as in onnx.proto (ONNX, "Open Neural Network Exchange Intermediate Representation Specification").
"""

SIDE = 16
FLOAT, INTS = 1, 7  # TensorProto.DataType, AttributeProto.AttributeType


def varint(value: int) -> bytes:
    rest = value >> 7
    return bytes([value & 127 | 128]) + varint(rest) if rest else bytes([value])


def field(number: int, value: "int | str | bytes") -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def node(kind: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind) + attribute


def mean_over(axis: int, source: str, result: str) -> bytes:
    axes = field(5, field(1, "axes") + field(8, axis) + field(20, INTS))
    return node("ReduceMean", [source], result, axes)


def tensor(name: str, shape: "list[int | str]") -> bytes:
    """A side with a name is free."""
    sides = [field(2, size) if isinstance(size, str) else field(1, size) for size in shape]
    dimensions = b"".join(field(1, side) for side in sides)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, dimensions)))


def network(nodes: list[bytes], picture: "list[int | str]", outputs: "dict[str, list[int | str]]") -> bytes:
    graph = b"".join(field(1, each) for each in nodes) + field(2, "small")
    graph += field(11, tensor("input", picture))
    graph += b"".join(field(12, tensor(name, shape)) for name, shape in outputs.items())
    return field(1, 9) + field(8, field(2, 13)) + field(7, graph)


def nan_network() -> bytes:
    """input 1 x 3 x SIDE x SIDE; depth 1 x 1 x SIDE x SIDE: the mean over the channels of 0 / 0."""
    nodes = [
        node("Sub", ["input", "input"], "zero"),
        node("Div", ["zero", "zero"], "nothing"),
        mean_over(1, "nothing", "depth"),
    ]
    return network(nodes, [1, 3, SIDE, SIDE], {"depth": [1, 1, SIDE, SIDE]})


def mean_network(layout: str = "NCHW", size: "tuple[int, int] | None" = None, batch: "int | str" = 1) -> bytes:
    """depth is the mean over the channels. `size`: width and height; None: free."""
    width, height = size or ("w", "h")
    if layout == "NHWC":
        return network(
            [mean_over(3, "input", "depth")], [batch, height, width, 3], {"depth": [batch, height, width, 1]}
        )
    return network([mean_over(1, "input", "depth")], [batch, 3, height, width], {"depth": [batch, 1, height, width]})


def two_outputs() -> bytes:
    """near is the mean over the channels of a picture of any size, twice its double."""
    nodes = [mean_over(1, "input", "near"), node("Add", ["near", "near"], "twice")]
    plane: list[int | str] = [1, 1, "h", "w"]
    return network(nodes, [1, 3, "h", "w"], {"near": plane, "twice": plane})
