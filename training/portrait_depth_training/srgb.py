"""The sRGB encoding (IEC 61966-2-1) between bytes and linear light 0..1."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt


def encoded(linear: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """sRGB values 0..1 of linear light; clips to 0..1."""
    light = np.clip(linear, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decoded(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Linear light 0..1 of sRGB values 0..1."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


#: Luminance of linear sRGB (ITU-R BT.709).
LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])

#: Linear light of an sRGB byte, float32 (256,).
LINEAR_OF_BYTE: Final = decoded(np.arange(256) / 255.0).astype(np.float32)
