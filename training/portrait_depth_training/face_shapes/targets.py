"""Writes the identities and expressions of the ICT Face Model Light as morph targets of hm08."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from . import ict, makehuman
from .carry import Carried, carry
from .mesh import Floats, MeshError
from .proportions import NoseHeights, nose_heights
from .registration import fit_similarity

#: Samples of the model for the nose heights.
_SAMPLES: Final = 2000


def _heights(positions: Floats, vertices: list[int]) -> NoseHeights:
    right, left, chin, tip, bridge = (positions[..., v, :] for v in vertices)
    return nose_heights((right, left), chin, tip, bridge)


def _spread(distances: Floats) -> dict[str, float]:
    """Root mean square and quantiles."""
    found = {"rms": float(np.sqrt((distances**2).mean()))}
    for share in (50, 90, 95):
        found[f"{share} %"] = float(np.quantile(distances, share / 100))
    return {name: round(value, 3) for name, value in found.items()}


def compared_noses(model: ict.FaceModel, carried: Carried) -> tuple[NoseHeights, NoseHeights]:
    """Nose heights of the same samples of the model, and of them on hm08."""
    weights = np.random.default_rng(1).standard_normal((_SAMPLES, len(model.identity)))
    theirs = [*ict.EYE_CORNERS, ict.CHIN, ict.NOSE_TIP, ict.NOSE_BRIDGE]
    scans = model.neutral[theirs] + np.tensordot(weights, model.identity[:, theirs], 1)
    ours = carried.mean[carried.nose] + np.tensordot(weights, carried.identity[:, carried.nose], 1)
    order = list(range(5))
    return _heights(scans, order), _heights(ours, order)


def placed_means(
    heads: dict[tuple[str, str], Floats], carried: Carried
) -> dict[tuple[str, str], Floats]:
    """Offsets from each young head to the mean face, placed on that head by a similarity."""
    reference = np.mean(list(heads.values()), axis=0)
    # The rim of the face decides the place.
    rim = carried.share * (1 - carried.share)
    means = {}
    for key, head in heads.items():
        placed = fit_similarity(reference, head, rim)
        means[key] = (placed.points(carried.mean) - head) * carried.share[:, None]
    return means


def write_targets(parts: Path, model_file: Path, folder: Path) -> str:
    """Writes the folder of targets; returns a description of the fit.

    Raises MeshError for another mesh, model or a folder that is not empty, FileNotFoundError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise MeshError(f"{folder}: not empty; choose an empty folder for --output")
    model = ict.read_model(model_file)
    carried = carry(parts, model)
    heads = makehuman.young_heads(parts, makehuman.read_base(parts))
    for (race, sex), offsets in placed_means(heads, carried).items():
        makehuman.write_target(folder / "mean" / f"{race}-{sex}.target.gz", offsets)
    for number, offsets in enumerate(carried.identity):
        makehuman.write_target(folder / "identity" / f"{number:03}.target.gz", offsets)
    for name, offsets in zip(model.names, carried.expression, strict=True):
        makehuman.write_target(folder / "expression" / f"{name}.target.gz", offsets)
    scans, ours = compared_noses(model, carried)
    laid, gaps = _spread(carried.residuals), _spread(carried.gaps)
    description = {
        "format": "portrait-depth faces 1",
        "source": "ICT Face Model Light, MIT License",
        "identities": len(carried.identity),
        "scale": round(carried.scale, 4),
        "residual_mm": laid,
        "gap_mm": gaps,
        "nose": carried.nose,
    }
    (folder / "faces.json").write_text(json.dumps(description, indent=2) + "\n")
    return (
        f"{folder}: {len(carried.identity)} identities, {len(model.names)} expressions, "
        f"scaled by {carried.scale:.3f}\n"
        f"hm08's face to the scans' mean, mm: {laid}\n"
        f"the scans' mean, with the insides of nostrils, to hm08's face, mm: {gaps}\n"
        f"{_SAMPLES} scans: {scans.text()}\nthe same on hm08: {ours.text()}"
    )
