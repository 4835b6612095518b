from __future__ import annotations

import numpy as np
import pytest

from portrait_depth_training.metrics import measure, normal_angle, slope_normals

ROWS, COLUMNS = np.mgrid[0:256, 0:192] / 192.0
BOWL = (ROWS - 0.6) ** 2 + (COLUMNS - 0.5) ** 2
KNOWN = BOWL < 0.2


def test_scale_and_shift_are_forgiven() -> None:
    found = measure(3 * BOWL + 7, BOWL, KNOWN)
    assert found.error == pytest.approx(0, abs=1e-6)
    assert found.ordinal == 1


def test_a_constant_is_as_bad_as_guessing() -> None:
    noise = np.random.default_rng(0).normal(size=BOWL.shape)
    found = measure(1e-6 * noise, BOWL, KNOWN)
    assert found.error == pytest.approx(
        BOWL[KNOWN].std() / np.ptp(np.percentile(BOWL[KNOWN], [5, 95])), rel=0.01
    )
    assert found.ordinal == pytest.approx(0.5, abs=0.03)


def test_upside_down_is_wrong_in_order() -> None:
    tilted = ROWS + 0.1 * COLUMNS
    assert measure(-tilted, tilted, KNOWN).ordinal == 0


def test_a_smoothed_step_misses_the_edge() -> None:
    step = np.where(COLUMNS > 0.5, 1.0, 0.0)
    smooth = np.clip((COLUMNS - 0.4) / 0.2, 0, 1)
    whole = np.ones_like(KNOWN)
    assert measure(step, step, whole).edge == pytest.approx(0, abs=1e-6)
    assert measure(smooth, step, whole).edge > 0.8


def test_angle_between_planes() -> None:
    flat, tilted = np.zeros_like(ROWS), np.tan(np.radians(30)) * COLUMNS
    normals = np.pad(np.moveaxis(slope_normals(tilted), -1, 0), ((0, 0), (0, 1), (0, 1)), "edge")
    assert normal_angle(flat, normals, KNOWN) == pytest.approx(30, abs=0.01)
    assert normal_angle(tilted, normals, KNOWN) == pytest.approx(0, abs=0.1)
