"""The product's own segmenter, so that training uses the masks of real use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

#: A picture (H, W, 3) sRGB bytes to a mask (H, W) 0..1.
Segmenter = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]


def product_segmenter() -> Segmenter:
    """The C++ segmenter, by the product's Python module of `make build`."""
    import portrait_depth

    segmenter: Any = portrait_depth.create_segmenter()

    def segment(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        mask: npt.NDArray[np.float32] = segmenter.segment(picture).mask
        return mask

    return segment
