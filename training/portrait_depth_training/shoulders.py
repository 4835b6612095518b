"""The rows of a picture that show clothes: those from the shoulders down, by the mask alone.

The shoulders begin in the first row that is wider than the head and at least one head's width below
the top. The network itself decides so (neutral_clothes.py), and so do the colored portraits and the
measure of cloth stability. All steps are operators of ONNX on whole batches.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

#: Shoulders begin where the person becomes this much wider than the head ...
_SHOULDER_WIDTH: Final = 1.15
#: ... and at least this many head widths below the top.
_HEAD_HEIGHT: Final = 1.0
#: The head's width is this multiple of the mean of order 4 of the widths above.
_HEAD_WIDTH: Final = 1.12
#: Rows of the picture over which the gray sets in, as a share of its height.
_RAMP: Final = 1 / 32
#: Narrowest head, as a share of the picture's width; a smaller one is noise of the mask.
_LEAST_WIDTH: Final = 0.02
#: Least rows of the picture below the shoulders, as a share of its height; fewer show no clothes.
_LEAST_ROWS: Final = 3 / 32


def clothes_share(mask: Tensor) -> Tensor:
    """(N, 1, H, 1): 0 above the shoulders of `mask` (N, 1, H, W), 1 below, between in the ramp."""
    height, width = int(mask.shape[2]), int(mask.shape[3])  # constants of the network file
    widths = mask.mean(3, keepdim=True)
    is_person = (widths > _LEAST_WIDTH).float()
    rows = torch.cumsum(is_person, 2)
    fourth = torch.cumsum(is_person * widths**4, 2) / rows.clamp(min=1.0)
    head = _HEAD_WIDTH * fourth.sqrt().sqrt()
    is_wide = (widths > _SHOULDER_WIDTH * head).float()
    is_low = (rows * (1 / width) > _HEAD_HEIGHT * head).float()
    has_begun = (torch.cumsum(is_wide * is_low, 2) > 0).float()
    return (torch.cumsum(has_begun, 2) * (1 / (_RAMP * height))).clamp(0.0, 1.0)


def shoulder_row(mask: npt.NDArray[np.float32]) -> int | None:
    """The first row of the shoulders of a mask (H, W); None if they are out of the picture."""
    share = clothes_share(torch.from_numpy(np.ascontiguousarray(mask))[None, None])[0, 0, :, 0]
    clothes = np.flatnonzero(share.numpy() > 0)
    return int(clothes[0]) if len(clothes) >= _LEAST_ROWS * len(mask) else None
