"""Landmarks of the real base mesh and the real face model fit each other."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from portrait_depth_training.face_shapes import ict, landmarks, makehuman
from portrait_depth_training.face_shapes.mesh import Topology
from portrait_depth_training.face_shapes.proportions import nose_heights
from portrait_depth_training.face_shapes.registration import fit_similarity

SHARED = Path(os.environ.get("PORTRAIT_DEPTH_SHARED", Path(__file__).parents[3] / "shared"))
MODEL, PARTS = SHARED / "ict-facekit" / "ict_facekit.npz", SHARED / "makehuman"

if not (MODEL.exists() and PARTS.is_dir()):
    pytest.skip(f"no {MODEL} or no {PARTS}", allow_module_level=True)


def test_landmarks_of_both_meshes_are_the_same_places() -> None:
    base = makehuman.read_base(PARTS)
    model = ict.read_model(MODEL)
    positions = 10 * np.mean(list(makehuman.young_heads(PARTS, base).values()), axis=0)
    found, loops = landmarks.find(
        positions, Topology(base.polygons["body"]), model, Topology(model.skin())
    )
    ours = positions[found.vertices]
    placed = fit_similarity(found.places, ours, found.weights)
    apart = np.linalg.norm(placed.points(found.places) - ours, axis=1)
    assert 0.88 < placed.scale < 0.98
    assert np.quantile(apart, 0.9) < 0.45, "centimetres"
    # Both sides are there. Corners of eyes and mouth belong to two arcs.
    assert len(found.vertices) - len(set(found.vertices.tolist())) == 8
    assert abs((found.places[:, 0] > 0.01).sum() - (found.places[:, 0] < -0.01).sum()) <= 2
    for lids, side in zip(loops.lids, (1, -1)):
        assert (side * positions[lids, 0] > 0).all()


def test_noses_of_the_scans_have_the_known_heights() -> None:
    model = ict.read_model(MODEL)
    places = [*ict.EYE_CORNERS, ict.CHIN, ict.NOSE_TIP, ict.NOSE_BRIDGE]
    weights = np.random.default_rng(1).standard_normal((500, len(model.identity)))
    faces = model.neutral[places] + np.tensordot(weights, model.identity[:, places], 1)
    right, left, chin, tip, bridge = (faces[:, k] for k in range(5))
    heights = nose_heights((right, left), chin, tip, bridge)
    assert heights.tip.mean() == pytest.approx(0.44, abs=0.01)
    assert heights.tip.std() == pytest.approx(0.045, abs=0.006)
    assert heights.bridge.mean() == pytest.approx(0.24, abs=0.01)
