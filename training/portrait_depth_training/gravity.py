"""The camera's tilt as a network's second input.

A crop shows little of the camera's pitch, and the slope of a person's relief follows it. The input
is gravity's unit vector in camera space (x right, y down, z away), or zeros where it is unknown.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .records import PeopleSet

Floats = npt.NDArray[np.float32]


class GravityError(ValueError):
    """People without known gravity; the message names the reason."""


def gravity_of(pitch: float, roll: float = 0.0) -> Floats:
    """The unit vector of gravity of a camera that looks up by `pitch` and is turned clockwise by
    `roll`, radians, as `gravity_direction` in src/camera/gravity.hpp.
    """
    level = math.cos(pitch)
    return np.array([level * math.sin(roll), level * math.cos(roll), -math.sin(pitch)], np.float32)


def mirrored(gravity: Floats) -> Floats:
    """Gravity (..., 3) in the mirror image."""
    return gravity * np.array([-1, 1, 1], np.float32)


def pitches_of(people: PeopleSet) -> npt.NDArray[np.float64]:
    """The camera's pitch (people,) in radians. Raises GravityError for people without the label."""
    labels = people.labels()
    if "camera_pitch" not in labels:
        raise GravityError("the people have no label camera_pitch; render them anew")
    return np.radians(labels["camera_pitch"])
