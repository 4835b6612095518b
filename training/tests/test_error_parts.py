from __future__ import annotations

import math

import numpy as np
import pytest

from portrait_depth_training.error_parts import (
    human_depth_errors,
    kinds,
    nose_share,
    region_error,
    surface_slopes,
)
from portrait_depth_training.metrics import Floats, Mask
from portrait_depth_training.records import HEIGHT, WIDTH

ROW, COLUMN = np.mgrid[:HEIGHT, :WIDTH]
X, Y = COLUMN / WIDTH - 0.5, ROW / WIDTH - 0.6


def _disk(radius: float) -> Mask:
    inside: Mask = np.hypot(X, Y) < radius
    return inside


def _head() -> Floats:
    surface: Floats = 0.4 * (X * X + Y * Y) + 0.05 * np.sin(9 * X)
    return surface


def test_slopes_of_a_plane() -> None:
    assert surface_slopes(0.3 * X - 0.2 * Y + 1, _disk(0.3)) == pytest.approx([0.3, -0.2])


def test_a_tilted_surface_has_tilt_alone() -> None:
    truth, known = _head(), _disk(0.4)
    found = kinds(truth + 0.25 * Y, truth, known)
    down = surface_slopes(truth, known)[1]
    assert found["tilt_error"] == pytest.approx(math.atan(down + 0.25) - math.atan(down))
    assert found["untilted_error"] == pytest.approx(0, abs=1e-6)
    assert found["unbent_error"] == pytest.approx(0, abs=1e-6)


def test_a_bend_remains_without_the_tilt() -> None:
    truth, known = _head(), _disk(0.4)
    found = kinds(truth + 0.5 * X * Y, truth, known)
    assert found["untilted_error"] > 0.03
    assert found["unbent_error"] == pytest.approx(0, abs=1e-6)


def test_a_small_region_has_no_error() -> None:
    truth = _head()
    assert math.isnan(region_error(truth, truth, _disk(0.01)))
    assert region_error(2 * truth + 1, truth, _disk(0.2)) == pytest.approx(0, abs=1e-6)


def test_the_share_of_a_nose() -> None:
    nose = -np.exp(-((X / 0.03) ** 2) - (Y / 0.05) ** 2)
    face, plane = _disk(0.25), 0.3 * X + 0.1 * Y
    truth = plane + 0.1 * nose
    assert nose_share(truth - 2 * plane, truth, face) == pytest.approx(1)
    assert nose_share(plane + 0.06 * nose, truth, face) == pytest.approx(0.6)
    assert math.isnan(nose_share(truth, truth, _disk(0.01)))


def test_errors_in_metres_after_scale_and_shift() -> None:
    known = _disk(0.3)
    metres = 1.5 + 0.2 * X
    exact = human_depth_errors(-3 * X, metres, known)
    assert exact == pytest.approx({"abs_rel": 0, "rmse_metres": 0}, abs=1e-9)
    wrong = human_depth_errors(Y, metres, known)  # the shift alone is of use
    assert wrong["rmse_metres"] == pytest.approx(float(metres[known].std()))
    assert wrong["abs_rel"] == pytest.approx(
        float((abs(metres[known] - metres[known].mean()) / metres[known]).mean())
    )
