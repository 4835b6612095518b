"""The converted networks against TensorFlow Lite's own runtime, on real pixels: conversion_test.py SAMPLES TFLITE ONNX

SAMPLES: folder with astronaut.png, chelsea.png and coffee.png; TFLITE, ONNX: folders with the networks before and after
scripts/convert_segmentation.py.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

LARGEST_DIFFERENCE = 0.002
SIZES = {"selfie_segmentation": (256, 256), "selfie_segmentation_landscape": (256, 144)}


def pictures(samples: Path, size: tuple[int, int]) -> list[np.ndarray]:
    """The photos as a whole, mirrored, and a part: 1 x height x width x 3, 0..1."""
    views = []
    for name in ("astronaut.png", "chelsea.png", "coffee.png"):
        photo = Image.open(samples / name).convert("RGB")
        part = photo.crop((photo.width // 4, 0, photo.width * 3 // 4, photo.height // 2))
        for view in (photo, photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT), part):
            views.append(np.asarray(view.resize(size, Image.Resampling.BOX), np.float32)[None] / 255)
    return views


def tflite_mask(interpreter: Interpreter, picture: np.ndarray) -> np.ndarray:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))[0, :, :, 0]


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    samples, tflite_folder, onnx_folder = map(Path, sys.argv[1:])
    passed = True
    for name, size in SIZES.items():
        interpreter = Interpreter(str(tflite_folder / f"{name}.tflite"))
        interpreter.allocate_tensors()
        session = onnxruntime.InferenceSession(str(onnx_folder / f"{name}.onnx"), providers=["CPUExecutionProvider"])
        worst, contrast = 0.0, 0.0
        for picture in pictures(samples, size):
            expected = tflite_mask(interpreter, picture)
            (mask,) = session.run(["mask"], {"input": np.ascontiguousarray(picture.transpose(0, 3, 1, 2))})
            worst = max(worst, float(np.abs(mask[0, 0] - expected).max()))
            contrast = max(contrast, float(np.ptp(expected)))
        print(f"{name}: largest difference {worst:.6f} (allowed {LARGEST_DIFFERENCE})")
        passed &= worst <= LARGEST_DIFFERENCE and contrast > 0.9  # masks that say something
    if not passed:
        sys.exit("the converted networks do not agree with TensorFlow Lite")


if __name__ == "__main__":
    main()
