from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.crop import crop_box
from portrait_depth_training.environments import Environments
from portrait_depth_training.metrics import measure
from portrait_depth_training.records import HEIGHT, WIDTH, PeopleSet
from portrait_depth_training.sensor import (
    SensorError,
    SensorPhoto,
    read_sensor_photo,
    read_sensor_photos,
    training_example,
    trusted,
)

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
    path = tmp_path / "plain.jpg"
    Image.new("RGB", (30, 40)).save(path)
    with pytest.raises(SensorError, match=r"plain\.jpg: no depth inside"):
        read_sensor_photo(path)


def _write_triple(folder: Path) -> Path:
    """A leaning plane from 0.5 m (top) to 0.6 m (bottom) inside a round matte."""
    row, column = np.mgrid[:400, :300].astype(np.float32)
    inside = (column - 150) ** 2 + (row - 200) ** 2 < 120**2
    millimetres = np.where(inside, 500 + row / 4, 0).astype(np.uint16)
    path = folder / "one.jpg"
    Image.new("RGB", (300, 400), (120, 90, 60)).save(path)
    Image.fromarray(millimetres).save(path.with_suffix(".depth.png"))
    Image.fromarray((inside * 255).astype(np.uint8)).save(path.with_suffix(".matte.png"))
    return path


def test_a_photo_beside_its_depth_and_matte_trains(tmp_path: Path) -> None:
    _write_triple(tmp_path)
    (photo,) = read_sensor_photos(tmp_path)
    example = training_example(np.random.default_rng(1), photo)
    picture, relief, normal = example.picture, example.relief, example.slope_normal
    weight, log_crop_width = example.weight, example.log_crop_width
    assert picture.shape == (4, 256, 192) and relief.shape == (1, 256, 192)
    known = weight[0] > 0
    assert 0.2 < known.mean() < 0.6
    rows = np.flatnonzero(known.any(1))
    metres = (
        np.exp(log_crop_width)
        * photo.focal_pixels
        / 192
        * (1 + relief[0] * 192 / photo.focal_pixels)
    )
    assert metres[rows[0]][known[rows[0]]].mean() == pytest.approx(0.52, abs=0.01)
    assert metres[rows[-1]][known[rows[-1]]].mean() == pytest.approx(0.58, abs=0.01)
    assert normal[1][known].mean() > 0.05 > abs(normal[0][known].mean())


def test_sensor_photos_take_their_share_of_a_batch(
    tmp_path: Path, people: PeopleSet, environments: Environments
) -> None:
    _write_triple(tmp_path)
    photos = list(read_sensor_photos(tmp_path))
    random, some = np.random.default_rng(3), np.arange(12)
    mixed = Loader(environments, LoaderOptions(128, False, photo_share=0.5), photos).batch(
        people, some, random
    )
    of_sensor = (mixed.picture[:, 3] > 0).float().mean((1, 2)).numpy()
    alone = Loader(environments, LoaderOptions(128, False, photo_share=1.0), photos).batch(
        people, some, random
    )
    expected = (alone.picture[:, 3] > 0).float().mean((1, 2)).numpy()
    share = np.isclose(of_sensor, expected.mean(), atol=1e-3).mean()
    assert np.ptp(expected) < 1e-3
    assert 0.2 < share < 0.9


def test_pixels_of_the_wall_are_not_the_person() -> None:
    """0.8 % of a person at 0.5 m report the wall at 2 m: with them, a right depth measures 0.5."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    person = (0.5 + 0.0004 * y + 0.0002 * x).astype(np.float32)
    matte = np.ones((HEIGHT, WIDTH), np.float32)
    picture = np.ones((4, HEIGHT, WIDTH), np.float32)
    wall = np.random.default_rng(3).random(person.shape) < 0.008
    depth = np.where(wall, np.float32(2), person)
    known = trusted(SensorPhoto("any", picture, depth, matte, 300, (96, 128)))
    inside = np.zeros_like(known)
    inside[2:-2, 2:-2] = True
    np.testing.assert_array_equal(known, inside & ~wall)
    assert measure(person, depth, known).error < 1e-3
    assert measure(person, depth, inside).error > 0.5
    plain = trusted(SensorPhoto("any", picture, person, matte, 300, (96, 128)))
    np.testing.assert_array_equal(plain, inside)
    nothing = SensorPhoto("any", picture, 0 * person, matte, 300, (96, 128))
    assert not trusted(nothing).any()


def test_depth_without_a_matte_names_the_missing_file(tmp_path: Path) -> None:
    path = _write_triple(tmp_path)
    path.with_suffix(".matte.png").unlink()
    with pytest.raises(SensorError, match=r"one\.matte\.png is missing"):
        read_sensor_photo(path)


@pytest.mark.parametrize("name", ["iphone-truedepth.heic", "iphone-truedepth.jpg"])
def test_a_phone_portrait_has_plausible_depth(name: str) -> None:
    path = SHARED / "sensor" / name
    if not path.exists():
        pytest.skip(f"needs {path}")
    photo = read_sensor_photo(path)
    person = photo.matte > 0.9
    assert 0.15 < person.mean() < 0.8
    assert 0.25 < np.median(photo.depth[person]) < 0.6
    assert photo.picture.shape == (4, 256, 192)
    assert photo.picture[:3][:, ~(photo.matte > 0)].max() == 0
    assert 150 < photo.focal_pixels < 300
