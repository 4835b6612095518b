"""Measures the product's mask against the portrait mattes inside phone photos: matte_error.py FOLDER.

Prints the mean absolute difference over the whole photo, and over the band of pixels where either is soft or they
differ. Needs the product's Python module: make build, then PYTHONPATH=build/release/python.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import portrait_depth
from PIL import Image

SOFT = 0.02  # a matte nearer than this to 0 or 1 is hard


def resized(matte: npt.NDArray[np.float32], width: int, height: int) -> npt.NDArray[np.float32]:
    return np.asarray(Image.fromarray(matte).resize((width, height), Image.Resampling.BILINEAR))


def main() -> None:
    segmenter = portrait_depth.create_segmenter()
    measured = 0
    for path in sorted(Path(sys.argv[1]).iterdir()):
        if path.suffix.lower() not in {".jpg", ".jpeg", ".heic"}:
            continue
        found = portrait_depth.read_embedded_depth(path)
        if found is None or found.matte is None:
            continue
        photo = portrait_depth.load_photo(path)
        mask = segmenter.segment(photo).mask
        matte = resized(np.asarray(found.matte, np.float32), mask.shape[1], mask.shape[0])
        error = np.abs(mask - matte)
        band = ((matte > SOFT) & (matte < 1 - SOFT)) | (error > SOFT)
        print(f"{path.name}: {error.mean():.4f} over the photo, {error[band].mean():.3f} in the band")
        measured += 1
    if measured == 0:
        sys.exit(f"{sys.argv[1]}: no photo with a portrait matte; choose another folder")


if __name__ == "__main__":
    main()
