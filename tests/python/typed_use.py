"""Code of a user of the package, which mypy --strict checks against the package's types."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import portrait_depth
from portrait_depth import DepthMap, Error, Intrinsics, PhotoDepth, SupportedModel


def depth_of(path: Path) -> tuple[npt.NDArray[np.uint8], DepthMap]:
    image, camera = portrait_depth.load_photo_with_intrinsics(path, min_short_side=480)
    estimator = portrait_depth.create_estimator(SupportedModel.ARPortraitDepthFast)
    mask = portrait_depth.create_segmenter().segment(image).mask
    found: PhotoDepth = estimator.estimate_photo(image, intrinsics=camera, mask=mask)
    return image, found.depth


def film_of(path: Path, result: str) -> float | None:
    try:
        image, depth = depth_of(path)
    except Error:
        return None
    portrait_depth.Photo3D.build(image, depth, relief=0.8).save(result, preset="sway", fps=25)
    camera: Intrinsics = depth.intrinsics
    relative_focal_length: float = camera.fx / camera.width
    return relative_focal_length
