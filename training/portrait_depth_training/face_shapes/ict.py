"""The ICT Face Model Light: its arrays and the numbers of its vertices.

R. Li et al., "Learning Formation of Physically-Based Face Attributes" (2020); the numbers are those
of the model's own documentation.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from .mesh import Floats, Indices, MeshError, Polygons

VERTICES: Final = 26719
#: Face, head and neck, without mouth and eye sockets.
SKIN: Final = slice(0, 11248)
#: The face without ears, neck and scalp.
NARROW_FACE: Final = slice(0, 6706)
#: Ears, the left half of them at x > 0.
EARS: Final = slice(6706, 8107)
LEFT_SCLERA: Final = slice(21451, 22221)
RIGHT_SCLERA: Final = slice(23021, 23791)
UPPER_TEETH: Final = slice(17039, 19247)
LOWER_TEETH: Final = slice(19247, 21451)
#: Edges of the holes of the left eye and the mouth in the skin.
LEFT_EYE_RIM: Final = slice(6548, 6590)
#: Nose tip, bridge between the eyes, chin, outer corners of the eyes (right, left).
NOSE_TIP, NOSE_BRIDGE, CHIN, EYE_CORNERS = 4857, 978, 966, (1507, 3721)


@dataclass(frozen=True)
class FaceModel:
    """Centimetres, y up, z toward the viewer."""

    neutral: Floats
    identity: np.ndarray
    expression: np.ndarray
    names: list[str]
    polygons: Polygons

    def skin(self) -> list[list[int]]:
        """Polygons of face, head and neck."""
        return [list(p) for p in self.polygons if max(p) < SKIN.stop]


def read_model(file: Path) -> FaceModel:
    """Reads the model's arrays. Raises MeshError for another file, FileNotFoundError."""
    try:
        with np.load(file) as arrays:
            model = FaceModel(
                arrays["neutral"].astype(np.float64),
                arrays["identity"],
                arrays["expression"],
                arrays["expression_names"].tolist(),
                [[int(v) for v in p if v >= 0] for p in arrays["faces"]],
            )
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise MeshError(f"{file}: not the arrays of the ICT Face Model Light: {error}") from error
    if model.neutral.shape != (VERTICES, 3) or model.identity.shape[1:] != (VERTICES, 3):
        raise MeshError(
            f"{file}: {model.neutral.shape[0]} vertices; the ICT Face Model Light has {VERTICES}"
        )
    return model


def used(polygons: Polygons) -> Indices:
    """All vertices of polygons, sorted."""
    return np.unique(np.concatenate([np.array(p) for p in polygons]))
