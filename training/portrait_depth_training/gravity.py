"""The camera's pitch as a second input of a finished network.

A crop shows little of the camera's pitch, so that the network's relief lacks a part of the
person's slope that follows the pitch. A linear correction adds it. Its slope is fitted on rendered
people and becomes a part of the network's file, behind the input `gravity`.

With gravity's unit vector (gx, gy, gz) in camera space (x right, y down, z away; zeros: unknown)
and a pixel (x, y) in crop widths from the usual place of the head, relief becomes
relief - slope * gz * (gx * x + gy * y), so that the head keeps its depth. A camera that looks up by
p has -gz * gy = sin p * cos p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .export import OUTPUTS
from .records import HEIGHT, WIDTH, PeopleSet

Floats = npt.NDArray[np.float32]

INPUT: Final = "gravity"
_RELIEF: Final = OUTPUTS[0]


class GravityError(ValueError):
    """A network that cannot take the input; the message names the reason."""


@dataclass(frozen=True)
class PitchCorrection:
    """`slope` of relief against sin(pitch) cos(pitch) and y; `head` is the mean height of the
    visible head in the crop, in crop widths from its top; `people` were measured.
    """

    slope: float
    head: float
    people: int


def gravity_of(pitch: float, roll: float = 0.0) -> Floats:
    """The unit vector of gravity of a camera that looks up by `pitch` and is turned clockwise by
    `roll`, radians, as `gravity_direction` in src/camera/gravity.hpp.
    """
    level = math.cos(pitch)
    return np.array([level * math.sin(roll), level * math.cos(roll), -math.sin(pitch)], np.float32)


def pitches_of(people: PeopleSet) -> npt.NDArray[np.float64]:
    """The camera's pitch (people,) in radians. Raises GravityError for people without the label."""
    labels = people.labels()
    if "camera_pitch" not in labels:
        raise GravityError("the people have no label camera_pitch; render them anew")
    return np.radians(labels["camera_pitch"])


def window_grid(head: float) -> tuple[Floats, Floats]:
    """x (W,) and y (H,) of the window's pixels from the usual head on, in crop widths."""
    across, down = (np.arange(size, dtype=np.float32) + np.float32(0.5) for size in (WIDTH, HEIGHT))
    return across / WIDTH - np.float32(0.5), down / WIDTH - np.float32(head)


def with_gravity(model: onnx.ModelProto, correction: PitchCorrection) -> onnx.ModelProto:
    """The same network with the input `gravity` (N, 3); zeros leave its relief as it was.

    Raises GravityError for a network that has the input already, or no output `relief`.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    if any(value.name == INPUT for value in graph.input):
        raise GravityError(f"the network has the input {INPUT} already; export it anew")
    if all(value.name != _RELIEF for value in graph.output):
        raise GravityError(f"the network has no output {_RELIEF}; it is not of kind relief")
    alone = f"{INPUT}.without"
    for node in graph.node:
        for names in (node.input, node.output):
            for at, name in enumerate(names):
                if name == _RELIEF:
                    names[at] = alone
    graph.input.append(helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", 3]))
    x, y = (np.float32(-correction.slope) * places for places in window_grid(correction.head))
    constants = {
        "axes": np.array([2, 3], np.int64),
        "x": x[None, None, None, :],
        "y": y[None, None, :, None],
    }
    graph.initializer.extend(
        numpy_helper.from_array(value, f"{INPUT}.{name}") for name, value in constants.items()
    )

    def named(*names: str) -> list[str]:
        return [f"{INPUT}.{name}" for name in names]

    graph.node.extend(
        [
            helper.make_node("Unsqueeze", [INPUT, *named("axes")], named("plane")),
            helper.make_node("Split", named("plane"), named("right", "down", "away"), axis=1),
            helper.make_node("Mul", named("right", "x"), named("across")),
            helper.make_node("Mul", named("down", "y"), named("along")),
            helper.make_node("Add", named("across", "along"), named("fall")),
            helper.make_node("Mul", named("away", "fall"), named("slope")),
            helper.make_node("Add", [alone, *named("slope")], [_RELIEF]),
        ]
    )
    fact = result.metadata_props.add()
    fact.key = INPUT
    fact.value = (
        f"slope {correction.slope}, head at {correction.head}, "
        f"fitted on {correction.people} rendered people"
    )
    onnx.checker.check_model(result)
    return result
