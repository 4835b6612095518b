"""A network file that returns NaN everywhere, written byte by byte: the tests of the command use no packages.

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


def tensor(name: str, shape: list[int]) -> bytes:
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, dimensions)))


def nan_network() -> bytes:
    """input 1 x 3 x SIDE x SIDE; depth 1 x 1 x SIDE x SIDE: the mean over the channels of 0 / 0."""
    channels = field(5, field(1, "axes") + field(8, 1) + field(20, INTS))
    nodes = [
        node("Sub", ["input", "input"], "zero"),
        node("Div", ["zero", "zero"], "nothing"),
        node("ReduceMean", ["nothing"], "depth", channels),
    ]
    graph = b"".join(field(1, each) for each in nodes) + field(2, "nan")
    graph += field(11, tensor("input", [1, 3, SIDE, SIDE])) + field(12, tensor("depth", [1, 1, SIDE, SIDE]))
    return field(1, 9) + field(8, field(2, 13)) + field(7, graph)
