"""The camera of the crop: labels turn with it, and results turn back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.crop_camera import along_photo_axis, turn_to_crop, window_middles
from portrait_depth_training.environments import Environments
from portrait_depth_training.examples import Batch, CropView, collate
from portrait_depth_training.losses import FINEST_TERMS, LossWeights, finest_loss
from portrait_depth_training.moves import BatchMoves, Moves
from portrait_depth_training.records import HEIGHT, WIDTH, PeopleSet, Records
from portrait_depth_training.synthetic import make_person
from portrait_depth_training.targets import example_of

SIZE = (HEIGHT, WIDTH)


def _batch(records: list[Records]) -> Batch:
    picture = np.zeros((4, *SIZE), np.float32)
    return collate([example_of(record, picture.copy(), 0) for record in records])


def _rays(record: Records) -> Records:
    fx, fy, cx, cy = record["intrinsics"].astype(np.float64)
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.stack([(x - cx) / fx, (y - cy) / fy, np.ones(SIZE)], -1)


def _normal_error(batch: Batch) -> float:
    _, terms, _ = finest_loss(batch.relief.contiguous(), batch, LossWeights())
    return float(terms[FINEST_TERMS.index("normal")])


def test_turned_depth_is_the_distance_along_the_axis_of_the_crop() -> None:
    record = make_person(3)
    record["intrinsics"][2:] += [25, -30]  # the crop lies to the left of and below the photo's axis
    batch = _batch([record])
    turn_to_crop(batch, window_middles(1, SIZE))
    focal, _, cx, cy = record["intrinsics"].astype(np.float64)
    axis = np.array([(WIDTH / 2 - cx) / focal, (HEIGHT / 2 - cy) / focal, 1])
    length = np.linalg.norm(axis)
    known = batch.weight[0, 0].numpy() > 0
    along = record["depth"].astype(np.float64) * (_rays(record) @ (axis / length))
    head = np.median(along[batch.head[0, 0].numpy()])
    expected = (along / head - 1) * focal * length / WIDTH
    np.testing.assert_allclose(batch.relief[0, 0].numpy()[known], expected[known], atol=1e-4)
    width = WIDTH * head / (focal * length)
    assert float(batch.log_crop_width[0].exp()) == pytest.approx(width, rel=1e-5)


def _plane(batch: Batch) -> None:
    """Replaces the depth of the first person by a plane that covers the window."""
    y, x = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    focal, cx, cy = batch.view[0].tolist()
    # Inverse depth is linear over the pixels of a plane.
    nearness = 1 / (1 + 0.4 * (x / WIDTH - cx) - 0.5 * (y / WIDTH - cy))
    batch.relief[0, 0] = (nearness - 1) * focal
    slopes = torch.stack([-0.4 * nearness**2, 0.5 * nearness**2]) * focal
    batch.slope_normal[0] = functional.normalize(torch.cat([slopes, -torch.ones(1, *SIZE)]), dim=0)
    batch.weight[0], batch.head[0] = 1, True


def _slope_error(batch: Batch) -> float:
    """The largest relative error of the slopes of normals against differences of the relief."""
    relief, normal = batch.relief[0, 0], batch.slope_normal[0]
    across = (relief[1:-1, 2:] - relief[1:-1, :-2]) * WIDTH / 2
    down = (relief[2:, 1:-1] - relief[:-2, 1:-1]) * WIDTH / 2
    found = torch.stack([across, down])
    expected = (-normal[:2] / normal[2])[:, 1:-1, 1:-1]
    return float((found - expected).abs().max() / expected.abs().max())


def test_turned_normals_are_those_of_the_turned_relief() -> None:
    record = make_person(3)
    record["intrinsics"][2:] += [-90, 70]
    batch = _batch([record])
    _plane(batch)
    assert _slope_error(batch) < 2e-3
    normals = batch.slope_normal.clone()
    turn_to_crop(batch, window_middles(1, SIZE))
    assert _slope_error(batch) < 2e-3
    batch.slope_normal = normals  # the photo's normals do not fit the turned relief
    assert _slope_error(batch) > 0.1


def test_moved_normals_are_those_of_the_moved_relief() -> None:
    batch = _batch([make_person(3)])
    _plane(batch)
    moves = Moves(np.array([0.4]), np.array([1.3]), np.array([1.15]), np.array([[0.1, -0.1]]))
    BatchMoves(np.array([0]), moves, torch.zeros(1)).apply(batch)
    # The nearest pixel is read, which leaves steps: means over blocks of an inner square.
    inner = slice(60, 196), slice(40, 152)
    relief, normal = batch.relief[0, 0][inner], batch.slope_normal[0][:, *inner]
    slopes = (-normal[:2] / normal[2]).mean((1, 2))
    across = (relief[:, 56:] - relief[:, :56]).mean() * WIDTH / 56
    down = (relief[68:] - relief[:68]).mean() * WIDTH / 68
    assert slopes.tolist() == pytest.approx([float(across), float(down)], rel=0.03)


def test_a_crop_around_the_axis_stays() -> None:
    record = make_person(4)
    record["intrinsics"][2:] = [WIDTH / 2, HEIGHT / 2]
    record["head_distance"] = np.median(record["depth"][record["material"] >= 128])
    batch, turned = _batch([record]), _batch([record])
    turn_to_crop(turned, window_middles(1, SIZE))
    torch.testing.assert_close(turned.relief, batch.relief, atol=1e-5, rtol=0)
    torch.testing.assert_close(turned.slope_normal, batch.slope_normal, atol=1e-5, rtol=0)
    torch.testing.assert_close(turned.log_crop_width, batch.log_crop_width)


def test_a_sphere_leans_along_the_photos_axis_only() -> None:
    """A sphere's nearest point faces the camera: in its own crop it is symmetric, in the photo's
    depth it leans.
    """
    record = make_person(5)
    focal, cx, cy = 250.0, WIDTH / 2 + 100, HEIGHT / 2
    record["intrinsics"] = [focal, focal, cx, cy]
    rays = _rays(record)
    center = np.array([(WIDTH / 2 - cx) / focal, 0, 1.0])
    along, squared = rays @ center, (rays**2).sum(-1)
    under = along**2 - squared * (center @ center - 0.1**2)
    depth = np.where(under > 0, (along - np.sqrt(np.maximum(under, 0))) / squared, 0)
    record["depth"], record["alpha"] = depth, (depth > 0) * 255
    record["material"], record["head_distance"] = 129, np.median(depth[depth > 0])
    batch = _batch([record])

    def lean() -> float:
        known = batch.weight[0, 0].numpy() > 0
        row, column = np.nonzero(known)
        plane = np.stack([column / WIDTH, row / WIDTH, np.ones(len(row))], 1)
        return float(np.linalg.lstsq(plane, batch.relief[0, 0].numpy()[known], rcond=None)[0][0])

    assert abs(lean()) > 0.25
    turn_to_crop(batch, window_middles(1, SIZE))
    assert abs(lean()) < 0.03


def test_results_turn_back() -> None:
    record = make_person(6)
    record["intrinsics"][2:] += [30, 20]
    record["head_distance"] = np.median(record["depth"][record["material"] >= 128])
    batch = _batch([record])
    relief, width = batch.relief[0, 0].numpy().copy(), float(batch.log_crop_width[0].exp())
    turn_to_crop(batch, window_middles(1, SIZE))
    head, known = batch.head[0, 0].numpy(), batch.weight[0, 0].numpy() > 0
    back, back_width = along_photo_axis(
        batch.relief[0, 0].numpy(),
        float(batch.log_crop_width[0].exp()),
        CropView(*batch.view[0].tolist()),
        head,
    )
    np.testing.assert_allclose(back[known], relief[known], atol=2e-4)
    assert back_width == pytest.approx(width, rel=1e-4)


def test_moved_windows_look_through_their_own_middle() -> None:
    batch = _batch([make_person(seed) for seed in range(4)])
    moves = BatchMoves.draw(np.random.default_rng(2), batch.people(), 1.0)
    assert moves is not None
    middles = moves.middles(4, SIZE).numpy() * WIDTH
    for row in range(4):
        one = moves.moves.select(np.array([row]))
        assert one.points(middles[row], SIZE)[0] == pytest.approx([WIDTH / 2, HEIGHT / 2], abs=1e-3)


def test_the_loader_turns_when_asked_and_keeps_the_pictures(
    environments: Environments, people: PeopleSet
) -> None:
    some = np.arange(6)
    straight, turned = (
        Loader(environments, LoaderOptions(128, augment=True, crop_camera=camera)).batch(
            people, some, np.random.default_rng(1)
        )
        for camera in (False, True)
    )
    assert torch.equal(straight.picture, turned.picture)
    assert not torch.equal(straight.relief, turned.relief)
    # Nearest sampling leaves steps, as without the turn.
    assert _normal_error(turned) < _normal_error(straight) + 0.01
