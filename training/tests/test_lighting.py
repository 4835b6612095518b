"""Light from the camera: without shadows and occlusion, decreasing with distance."""

from __future__ import annotations

import dataclasses

import numpy as np

from portrait_depth_training.environments import Environments
from portrait_depth_training.lighting import Light, random_light, shade
from portrait_depth_training.records import PeopleSet

#: The direction of the tests' light: the camera.
_CAMERA = np.array([0, 0, -1], np.float32)


def _front_only(environments: Environments, falls: bool) -> Light:
    light = random_light(np.random.default_rng(1), environments)
    return dataclasses.replace(
        light,
        diffuse=np.zeros_like(light.diffuse),
        rough=np.zeros_like(light.rough),
        keys=np.zeros_like(light.keys),
        front=np.ones(3, np.float32),
        front_from=_CAMERA,
        front_falls=falls,
        wrap=0.0,
        gloss=np.zeros_like(light.gloss),
    )


def test_front_light_follows_the_cosine_and_ignores_occlusion(
    environments: Environments, people: PeopleSet
) -> None:
    record = people.record(0).copy()
    record["albedo"][...] = 255
    record["shadow"][...] = 0
    radiance, _ = shade(record, _front_only(environments, falls=False))
    person = record["alpha"] == 255
    cosine = np.maximum(-record["normal"][..., 2].astype(np.float32) / 127, 0)
    # The least ambient light and grazing highlights add less than this.
    assert np.abs(radiance[person][:, 0] - cosine[person]).max() < 0.05
    assert np.ptp(cosine[person]) > 0.5


def test_falling_light_is_stronger_on_nearer_surfaces(
    environments: Environments, people: PeopleSet
) -> None:
    record = people.record(0)
    even, _ = shade(record, _front_only(environments, falls=False))
    falling, _ = shade(record, _front_only(environments, falls=True))
    person = (record["alpha"] == 255) & (even[..., 0] > 0.05)
    depth = record["depth"][person].astype(np.float32)
    ratio = falling[person][:, 0] / even[person][:, 0]
    expected = np.minimum((record["head_distance"] / depth) ** 2, 4)
    assert np.ptp(expected) > 0.02
    assert np.corrcoef(ratio, expected)[0, 1] > 0.95


def test_a_share_of_the_people_has_it_and_it_is_most_of_their_light(
    environments: Environments,
) -> None:
    random, lit = np.random.default_rng(2), 0
    for _ in range(200):
        light = random_light(random, environments, front_share=0.3)
        lit += bool(light.front[0] > 0)
    assert 40 < lit < 80
    random = np.random.default_rng(2)
    assert not any(random_light(random, environments).front.any() for _ in range(20))
