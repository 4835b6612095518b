from __future__ import annotations

import numpy as np
import pytest
import torch

from portrait_depth_training.evaluation import _moved
from portrait_depth_training.moves import Moves, sample
from portrait_depth_training.sensor import SensorPhoto

SIZE = (256, 192)


def moved_point(*, angle: float = 0, zoom: float = 1, stretch: float = 1) -> tuple[float, float]:
    """The new place of a point 40 pixels right of the window's middle, from the middle."""
    shift = np.array([[20 / 96, 10 / 128]])
    moves = Moves(np.array([angle]), np.array([zoom]), np.array([stretch]), shift)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    spot = np.exp(-((x - 136) ** 2 + (y - 128) ** 2) / 18).astype(np.float32)
    found = sample(torch.from_numpy(spot)[None, None], moves.grid(SIZE), smooth=True)[0, 0].numpy()
    total = found.sum()
    return float((found * x).sum() / total) - 96, float((found * y).sum() / total) - 128


def test_shifts_go_right_and_down() -> None:
    assert moved_point() == pytest.approx((60, 10), abs=0.1)


def test_zooms_enlarge_and_stretches_widen() -> None:
    assert moved_point(zoom=1.25)[0] == pytest.approx((40 + 20) * 1.25, abs=0.5)
    x, y = moved_point(stretch=1.25)
    assert x == pytest.approx((40 + 20) * 1.25, abs=0.5)
    assert y == pytest.approx(10 / 1.25, abs=0.5)


def test_points_move_with_the_picture() -> None:
    moves = Moves(np.array([0.3]), np.array([1.2]), np.array([1.1]), np.array([[0.1, -0.05]]))
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    spot = np.exp(-((x - 130) ** 2 + (y - 110) ** 2) / 18).astype(np.float32)
    found = sample(torch.from_numpy(spot)[None, None], moves.grid(SIZE), smooth=True)[0, 0].numpy()
    seen = np.array([(found * x).sum(), (found * y).sum()]) / found.sum()
    assert moves.points(np.array([130.0, 110.0]), SIZE)[0] == pytest.approx(seen, abs=0.1)


def test_gravity_turns_with_the_picture() -> None:
    moves = Moves(np.array([0.4]), np.array([1.2]), np.array([1.0]), np.array([[0.1, 0.0]]))
    down = np.array([30.0, 40.0])
    start, end = (moves.points(np.array([96.0, 128.0]) + v, SIZE)[0] for v in (0 * down, down))
    turned = moves.turned(torch.tensor([[0.3, 0.4, -0.5]]))[0]
    assert turned.numpy() == pytest.approx([*(end - start) / 1.2 / 100, -0.5], abs=1e-6)


def test_turns_keep_distances_on_a_window_that_is_not_square() -> None:
    x, y = moved_point(angle=np.radians(90))
    assert abs(x) == pytest.approx(10, abs=0.5)
    assert abs(y) == pytest.approx(60, abs=0.5)


def test_moved_photos_keep_picture_and_depth_together() -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    depth = (0.5 + x / 1000 + y / 700).astype(np.float32)
    matte = ((abs(x - 96) < 50) & (abs(y - 128) < 70)).astype(np.float32)
    picture = np.stack([depth * matte] * 3 + [matte])
    photo = SensorPhoto("any", picture, depth * matte, matte, 300, (96, 128))
    moved = _moved(photo)
    assert len({float(other.picture.sum()) for other in moved}) > 30
    for other in moved:
        inside = other.matte > 0.999
        assert inside.sum() > 5000
        np.testing.assert_allclose(other.picture[0][inside], other.depth[inside], atol=3e-3)
        area = float(inside.sum() / (matte > 0.999).sum())
        assert (other.focal_pixels / 300) ** 2 == pytest.approx(area, rel=0.05)
