from __future__ import annotations

import numpy as np

from portrait_depth_training.environments import Environments, harmonics, project


def test_even_light_is_even_from_everywhere() -> None:
    diffuse, _ = project(np.full((32, 64, 3), 2.5, np.float32))
    random = np.random.default_rng(0)
    directions = random.normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    light = harmonics(directions.astype(np.float32)) @ diffuse[0]
    assert np.allclose(light, 1, atol=0.02)  # maps are scaled to a mean of 1


def test_light_from_above_falls_on_surfaces_that_face_up() -> None:
    sky = np.zeros((32, 64, 3), np.float32)
    sky[:16] = 1
    diffuse, _ = project(sky)
    up, down = harmonics(np.array([[0, -1, 0], [0, 1, 0]], np.float32)) @ diffuse[48]
    assert (up > 1.5).all()
    assert (np.abs(down) < 0.1).all()


def test_held_out_maps_and_training_maps_are_disjoint(environments: Environments) -> None:
    names = ("city", "hall", "park")
    picked = Environments(
        names, environments.diffuse[:3], environments.rough[:3], environments.backgrounds[:3]
    )
    assert picked.select(held_out=True).names == ("hall",)
    assert picked.select(held_out=False).names == ("city", "park")
