"""The network's first step: clothes become gray, with the same mean lightness in every picture.

The color of clothes has nothing to do with posture. A network that sees it still derives a tilt
from it, because its training people wear few of all clothes. Here, everything below the shoulders
becomes gray, and its lightness is divided by its mean. A color that multiplies all of the cloth's
light then cancels out, for sRGB is close to a power law, in which a factor of the light is a factor
of the value. Folds, prints and shading stay.

A picture without shoulders (shoulders.py) stays as it is. All steps are operators of ONNX on whole
batches, so that the network file contains them.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from .shoulders import clothes_share

#: Weights of red, green and blue in the lightness: of luma, ITU-R BT.709.
_LUMA: Final = (0.2126, 0.7152, 0.0722)
#: Mean lightness of the clothes afterwards.
_MEAN: Final = 0.5
#: Least share of the picture that clothes cover.
_LEAST_CLOTHES: Final = 0.005


def neutral_clothes(picture: Tensor) -> Tensor:
    """The network's input (N, 4, H, W) with gray clothes; their lightness may exceed 1."""
    colors, mask = picture[:, :3], picture[:, 3:]
    share = clothes_share(mask)
    weights = torch.tensor(_LUMA, dtype=picture.dtype)[:, None, None]
    luma = (colors * weights).sum(1, keepdim=True)
    cover = (share * mask).mean((2, 3), keepdim=True)
    light = (share * luma).mean((2, 3), keepdim=True)
    # Too few clothes have no reliable mean: they fade to their own lightness.
    known = (cover * (1 / _LEAST_CLOTHES)).clamp(0.0, 1.0)
    factor = _MEAN * cover / light.clamp(min=1e-4)
    gray = luma * (1 + known * (factor - 1))
    return torch.cat([colors + share * (gray - colors), mask], 1)
