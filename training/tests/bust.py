"""The mask of a person with head and shoulders."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from portrait_depth_training.records import HEIGHT, WIDTH

#: The first row of the shoulders.
SHOULDERS: Final = 135


def bust() -> npt.NDArray[np.float32]:
    """A head of radius 40 at row 80, a neck, shoulders from row 135."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    head = (x - 96) ** 2 + (y - 80) ** 2 < 40**2
    neck = (abs(x - 96) < 30) & (y > 110)
    shoulders = (y > SHOULDERS) & (abs(x - 96) < 85)
    mask: npt.NDArray[np.float32] = (head | neck | shoulders).astype(np.float32)
    return mask
