"""Height of the nose: the measure of a flat face.

Heights are distances from the plane through the outer corners of the eyes and the chin, over the
distance of the corners.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mesh import Floats


@dataclass(frozen=True)
class NoseHeights:
    """Of one or several faces."""

    tip: Floats
    bridge: Floats

    def text(self) -> str:
        """Means and deviations."""
        return (
            f"nose tip {self.tip.mean():.3f} ± {self.tip.std():.3f}, "
            f"bridge {self.bridge.mean():.3f} ± {self.bridge.std():.3f}"
        )


def nose_heights(
    corners: tuple[Floats, Floats], chin: Floats, tip: Floats, bridge: Floats
) -> NoseHeights:
    """Heights of places (..., 3); `corners` are those of the person's right and left eye."""
    right, left = corners
    across = left - right
    normal = np.cross(chin - right, across)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    unit = np.linalg.norm(across, axis=-1)
    return NoseHeights(
        ((tip - right) * normal).sum(-1) / unit, ((bridge - right) * normal).sum(-1) / unit
    )
