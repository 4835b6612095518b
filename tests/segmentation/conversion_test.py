"""The converted networks against TensorFlow Lite's own runtime, on real pixels: conversion_test.py SAMPLES TFLITE ONNX

SAMPLES: folder with astronaut.png, chelsea.png and coffee.png; TFLITE, ONNX: folders with MediaPipe's networks and
with the networks that scripts/convert_tflite.py made of them.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

LARGEST_DIFFERENCE = 0.002
LEAST_CONTRAST = 0.85  # of masks and scores over the pictures: a constant would pass the comparison


@dataclass(frozen=True)
class Network:
    """`outputs`: names in the ONNX file; `lowest`: the network's value of black."""

    name: str
    size: tuple[int, int]
    outputs: tuple[str, ...]
    lowest: float = 0.0


NETWORKS = (
    Network("selfie_segmentation", (256, 256), ("mask",)),
    Network("selfie_segmentation_landscape", (256, 144), ("mask",)),
    Network("face_detection_full_range", (192, 192), ("boxes", "scores"), -1.0),
)


def pictures(samples: Path, size: tuple[int, int]) -> list[npt.NDArray[Any]]:
    """The photos as a whole, mirrored, and a part: 1 x height x width x 3, 0..1."""
    views = []
    for name in ("astronaut.png", "chelsea.png", "coffee.png"):
        photo = Image.open(samples / name).convert("RGB")
        part = photo.crop((photo.width // 4, 0, photo.width * 3 // 4, photo.height // 2))
        for view in (photo, photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT), part):
            views.append(np.asarray(view.resize(size, Image.Resampling.BOX), np.float32)[None] / 255)
    return views


def comparable(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scores as probabilities, boxes as shares of the picture's side."""
    if name == "scores":
        return np.asarray(1 / (1 + np.exp(-values.astype(np.float64))))
    return values / 192 if name == "boxes" else values


def tflite_outputs(interpreter: Interpreter, picture: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """In the network's order, as rows of the last axis' values."""
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    outputs = [np.asarray(interpreter.get_tensor(detail["index"])) for detail in interpreter.get_output_details()]
    return [output.reshape(-1, output.shape[-1]) for output in outputs]


def agree(network: Network, samples: Path, tflite_folder: Path, onnx_folder: Path) -> bool:
    interpreter = Interpreter(str(tflite_folder / f"{network.name}.tflite"))
    interpreter.allocate_tensors()
    session = onnxruntime.InferenceSession(
        str(onnx_folder / f"{network.name}.onnx"), providers=["CPUExecutionProvider"]
    )
    worst = dict.fromkeys(network.outputs, 0.0)
    highest, lowest = 0.0, 1.0
    for view in pictures(samples, network.size):
        picture = network.lowest + view * (1 - network.lowest)
        planes = np.ascontiguousarray(picture.transpose(0, 3, 1, 2))
        results = session.run(list(network.outputs), {"input": planes})
        for name, expected, result in zip(network.outputs, tflite_outputs(interpreter, picture), results, strict=True):
            rows = comparable(name, result[0].reshape(result.shape[1], -1).T)
            truth = comparable(name, expected)
            worst[name] = max(worst[name], float(np.abs(rows - truth).max()))
        highest, lowest = max(highest, float(truth.max())), min(lowest, float(truth.min()))
    found = ", ".join(f"{name} {value:.6f}" for name, value in worst.items())
    print(f"{network.name}: largest difference of {found} (allowed {LARGEST_DIFFERENCE})")
    return max(worst.values()) <= LARGEST_DIFFERENCE and highest - lowest > LEAST_CONTRAST


def enlarges_last(onnx_folder: Path, name: str) -> bool:
    """Whether no 1 x 1 convolution reads an enlarged picture; the converter puts it before the enlargement."""
    graph = onnx.load(onnx_folder / f"{name}.onnx").graph
    enlarged = {node.output[0] for node in graph.node if node.op_type == "Resize"}
    kernels = {tensor.name: tuple(tensor.dims[2:]) for tensor in graph.initializer}
    late = [node.input[0] for node in graph.node if node.op_type == "Conv" and kernels[node.input[1]] == (1, 1)]
    print(f"{name}: {len(enlarged)} enlargements")
    return len(enlarged) > 0 and enlarged.isdisjoint(late)


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    samples, tflite_folder, onnx_folder = map(Path, sys.argv[1:])
    results = [agree(network, samples, tflite_folder, onnx_folder) for network in NETWORKS]
    if not all(results):
        sys.exit("the converted networks do not agree with TensorFlow Lite")
    segmenters = ("selfie_segmentation", "selfie_segmentation_landscape")
    if not all(enlarges_last(onnx_folder, name) for name in segmenters):
        sys.exit("a segmentation network convolves an enlarged picture")


if __name__ == "__main__":
    main()
