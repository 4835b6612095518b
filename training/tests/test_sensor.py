from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from portrait_depth_training.sensor import SensorError, crop_box, read_sensor_photo

SHARED = Path(
    os.environ.get("PORTRAIT_DEPTH_SHARED", Path(__file__).resolve().parents[3] / "shared")
)


def test_the_crop_follows_the_person_at_three_to_four() -> None:
    mask = np.zeros((400, 300), np.float32)
    mask[100:300, 120:180] = 1
    left, top, right, bottom = crop_box(mask)
    assert (right - left) / (bottom - top) == pytest.approx(0.75)
    assert bottom - top == pytest.approx(220)  # 5 % of the longer side above and below
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((150, 200))


def test_a_photo_without_depth_is_named(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "plain.jpg"
    Image.new("RGB", (30, 40)).save(path)
    with pytest.raises(SensorError, match="FloatMaxValue"):
        read_sensor_photo(path)


@pytest.mark.parametrize("name", ["iphone-truedepth.heic", "iphone-truedepth.jpg"])
def test_a_phone_portrait_has_plausible_depth(name: str) -> None:
    path = SHARED / "sensor" / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    photo = read_sensor_photo(path)
    person = photo.matte > 0.9
    assert 0.15 < person.mean() < 0.8
    assert 0.25 < np.median(photo.depth[person]) < 0.6
    assert photo.picture.shape == (4, 256, 192)
    assert photo.picture[:3][:, ~(photo.matte > 0)].max() == 0
    assert 150 < photo.focal_pixels < 300
