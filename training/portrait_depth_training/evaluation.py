"""Measures a network file on people of the test split and on sensor photos.

People come from the test split, light from the held-out environments. Each person's picture depends
on the seed and the person's number only, so that networks are compared on the same pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from .batches import Loader, LoaderOptions
from .crop_camera import along_photo_axis
from .environments import Environments
from .error_parts import FRONTAL, human_depth_errors, kinds, nose_share, region_error
from .examples import Batch, CropView
from .export import CROP_CAMERA_OUTPUTS, INPUTS, session
from .gravity import gravity_of, mirrored, pitches_of
from .metrics import Floats, depth_range, measure
from .moves import Moves, sample
from .records import HAIR, HEAD_BIT, HEIGHT, MATERIAL_BITS, WIDTH, PeopleSet
from .sensor import SensorPhoto, trusted

Numbers = npt.NDArray[np.float64]

#: Labels to group by: name, and the upper bounds of the groups with their names.
GROUPS: Final[dict[str, list[tuple[float, str]]]] = {
    "skin_tone": [(3.5, "Monk 1-3"), (7.5, "Monk 4-7"), (99, "Monk 8-10")],
    "age": [(13, "child"), (25, "13-25"), (55, "25-55"), (999, "over 55")],
    "sex": [(0.5, "female"), (9, "male")],
    "hair": [(-0.5, "bald"), (999, "with hair")],
    "glasses": [(0.5, "without"), (99, "with")],
    "hat": [(0.5, "without"), (99, "with")],
    "yaw": [(20, "under 20°"), (45, "20-45°"), (180, "over 45°")],
    "pitch": [(12, "under 12°"), (25, "12-25°"), (180, "over 25°")],
    "crop": [(0.5, "face"), (1.5, "head and shoulders"), (9, "half body")],
    "elevation": [(-15, "from below"), (15, "level"), (99, "from above")],
    "selfie": [(0.5, "no"), (9, "yes")],
    "held": [(0.5, "nothing"), (9, "something")],
    "hand": [(0.5, "elsewhere"), (1.5, "at chest or chin"), (9, "before the face")],
    "second_person": [(0.5, "none"), (9, "partly in view")],
    "key_lights": [(0.5, "none"), (1.5, "one"), (9, "two or three")],
}
_ABSOLUTE: Final = ("yaw", "pitch")
#: Labels of arms with a hand before the body or the face (training/people/shot.hpp, Arms).
_HAND_AT_CHEST, _HAND_AT_FACE = (5, 6), 7
#: Number of moves of a sensor photo in the window, and their deviations.
_MOVES: Final = 40
_PHOTO_MOVES: Final = {"angle_degrees": 3.0, "zoom": 0.05, "stretch": 0.0, "shift": 0.035}
#: People kept for the contact sheets: the first, and the worst.
_SHEET: Final = 24

MEASURES: Final = (
    "error", "ordinal", "normal_degrees", "edge", "head_error", "distance_error", "metres_error",
    "face_error", "torso_error", "tilt_error", "untilted_error", "unbent_error", "nose",
    "abs_rel", "rmse_metres",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One person of the contact sheet; planes are (256, 192)."""

    index: int
    picture: Floats
    truth: Floats
    predicted: Floats
    slope_normal: Floats
    known: npt.NDArray[np.bool_]
    error: float


@dataclass(frozen=True)
class PeopleResult:
    """Measures (people,) by name, labels (people,) by name, and some people for the contact sheets.

    `flip_augmented` are the measures of the mean with the mirror image (`predict_both`).
    """

    measures: dict[str, Numbers]
    flip_augmented: dict[str, Numbers]
    labels: dict[str, Numbers]
    samples: list[Sample]
    worst: list[Sample]


class Prediction(NamedTuple):
    """The network's outputs: relief (256, 192), crop width in metres."""

    relief: Floats
    crop_width: float

    def flattened(self, view: CropView, head: npt.NDArray[np.bool_]) -> Prediction:
        """The prediction along the photo's axis, of a network with a camera of the crop."""
        return Prediction(*along_photo_axis(self.relief, self.crop_width, view, head))


def takes_gravity(network: onnxruntime.InferenceSession) -> bool:
    """True for a network with the second input."""
    return any(value.name == INPUTS[1] for value in network.get_inputs())


def predict(
    network: onnxruntime.InferenceSession, picture: Floats, gravity: Floats | None = None
) -> Prediction:
    """The network's outputs for one `picture` (4, 256, 192), and its `gravity` (3,), None: unknown,
    which other networks ignore.
    """
    inputs = {"input": picture[None]}
    if takes_gravity(network):
        inputs[INPUTS[1]] = np.zeros((1, 3), np.float32) if gravity is None else gravity[None]
    relief, crop_width = network.run(None, inputs)
    return Prediction(relief[0, 0], float(crop_width[0, 0]))


def predict_both(
    network: onnxruntime.InferenceSession, picture: Floats, gravity: Floats | None = None
) -> list[Prediction]:
    """The outputs for `picture`, and their mean with those for the mirror image (Godard et al.,
    2017), as `EstimationConfig::flip_augmentation` computes it.
    """
    straight = predict(network, picture, gravity)
    across = None if gravity is None else mirrored(gravity)
    other = predict(network, np.ascontiguousarray(picture[..., ::-1]), across)
    mean = np.float32(0.5) * (straight.relief + other.relief[:, ::-1])
    width = math.sqrt(straight.crop_width) * math.sqrt(other.crop_width)
    return [straight, Prediction(mean, width)]


def sees_along_crop(network: onnxruntime.InferenceSession) -> bool:
    """True for a network that was trained with a camera of the crop (crop_camera.py)."""
    return network.get_outputs()[0].name == CROP_CAMERA_OUTPUTS[0]


def _is_frontal(record: Any) -> bool:
    """True for a person with a label of the head's turn, who looks about toward the camera."""
    names = ("label_yaw", "label_pitch")
    if any(name not in record.dtype.names for name in names):
        return False
    return all(abs(float(record[name])) <= limit for name, limit in zip(names, FRONTAL))


def _person_measures(prediction: Prediction, batch: Batch, record: Any) -> dict[str, float]:
    """All of MEASURES for the one person of `batch`."""
    relief, crop_width = prediction
    truth, known = batch.relief[0, 0].numpy(), batch.weight[0, 0].numpy() > 0
    found = measure(relief, truth, known, batch.slope_normal[0].numpy())
    focal, head = float(record["intrinsics"][0]), float(record["head_distance"])
    material = record["material"]
    on_head = known & (material >= HEAD_BIT)
    face = on_head & ((material & MATERIAL_BITS) != HAIR)
    distance = crop_width * focal / WIDTH
    metres = distance * (1 + relief * WIDTH / focal)
    true_metres = head * (1 + truth * WIDTH / focal)
    return {
        "error": found.error,
        "ordinal": found.ordinal,
        "normal_degrees": found.normal_degrees,
        "edge": found.edge,
        "head_error": region_error(relief, truth, on_head),
        "distance_error": abs(distance / head - 1),
        "metres_error": float(np.abs(metres - true_metres)[known].mean()),
        "face_error": region_error(relief, truth, face),
        "torso_error": region_error(relief, truth, known & ~on_head),
        "nose": nose_share(relief, truth, face) if _is_frontal(record) else float("nan"),
        **kinds(relief, truth, known),
        **human_depth_errors(relief, true_metres, known),
    }


def _hand(labels: dict[str, Numbers]) -> Numbers:
    """2 for a hand before the face, else 1 for one at chest or chin, else 0."""
    arms = np.stack([labels["arm_left"], labels["arm_right"]])
    near = np.isin(arms, _HAND_AT_CHEST).any(0).astype(np.float64)
    return np.where((arms == _HAND_AT_FACE).any(0), 2.0, near)


def evaluate_people(
    model: Path,
    people: PeopleSet,
    environments: Environments,
    count: int,
    seed: int = 2024,
    front_share: float = 0.0,
    with_pitch: bool = False,
) -> PeopleResult:
    """Measures `model` on the first `count` people of `people`, `front_share` of them lit from the
    camera, with or without the camera's pitch.
    """
    network = session(model)
    along_crop = sees_along_crop(network)
    options = LoaderOptions(HEIGHT, augment=False, front_share=front_share)
    loader = Loader(environments, options)
    rows: list[list[dict[str, float]]] = []
    key_lights: list[float] = []
    samples: list[Sample] = []
    count = min(count, len(people))
    pitches = pitches_of(people) if with_pitch else None
    for index in range(count):
        batch = loader.batch(people, np.array([index]), np.random.default_rng([seed, index]))
        picture, record = batch.picture[0].numpy(), people.record(index)
        gravity = None if pitches is None else gravity_of(float(pitches[index]))
        predictions = predict_both(network, picture, gravity)
        if along_crop:
            view, head = CropView(*batch.view[0].tolist()), batch.head[0, 0].numpy()
            predictions = [prediction.flattened(view, head) for prediction in predictions]
        rows.append([_person_measures(found, batch, record) for found in predictions])
        key_lights.append(float(batch.key_lights[0]))
        truth, known = batch.relief[0, 0].numpy(), batch.weight[0, 0].numpy() > 0
        normals, error = batch.slope_normal[0].numpy(), rows[-1][0]["error"]
        predicted = predictions[0].relief
        samples.append(Sample(index, picture, truth, predicted, normals, known, error))
        if len(samples) > 20 * _SHEET:
            kept = sorted(samples[_SHEET:], key=lambda s: -s.error)[:_SHEET]
            samples = samples[:_SHEET] + kept
    straight, augmented = (
        {name: np.array([row[way][name] for row in rows]) for name in MEASURES} for way in range(2)
    )
    labels = {name: values[:count] for name, values in people.labels().items()}
    labels["key_lights"] = np.array(key_lights)
    if "arm_left" in labels:
        labels["hand"] = _hand(labels)
    worst = sorted(samples, key=lambda s: -s.error)[:_SHEET]
    return PeopleResult(straight, augmented, labels, samples[:_SHEET], worst)


def known_mean(values: Numbers) -> float:
    """The mean of the people that have the measure; NaN without any."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def by_group(result: PeopleResult) -> list[tuple[str, str, int, dict[str, float]]]:
    """(label, group, people, mean of every measure) for every group with at least ten people."""
    rows = []
    for label, groups in GROUPS.items():
        if label not in result.labels:
            continue
        values = result.labels[label]
        values = np.abs(values) if label in _ABSOLUTE else values
        low = -np.inf
        for high, group in groups:
            inside = (values > low) & (values <= high)
            low = high
            if inside.sum() >= 10:
                means = {n: known_mean(m[inside]) for n, m in result.measures.items()}
                rows.append((label, group, int(inside.sum()), means))
    return rows


def inflated_silhouette(mask: npt.NDArray[np.bool_]) -> Floats:
    """A baseline from the mask alone: depth decreases with the distance from its border."""
    remaining, inside = np.zeros(mask.shape, np.float32), mask.copy()
    while inside.any():
        remaining += inside
        padded = np.pad(inside, 1)
        inside = (
            inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        )
    return -np.sqrt(remaining)


def _moved(photo: SensorPhoto) -> list[SensorPhoto]:
    """`photo` as with other masks and other camera rolls: turned by about 3 degrees, zoomed by 5 %,
    shifted by 4 pixels.
    """
    size = (HEIGHT, WIDTH)
    moves = Moves.draw(np.random.default_rng(7), _MOVES, **_PHOTO_MOVES)
    grid = moves.grid(size)
    smooth = np.concatenate([photo.picture, photo.matte[None]])
    planes = sample(torch.from_numpy(smooth).expand(_MOVES, -1, -1, -1), grid, smooth=True)
    depth = torch.from_numpy(photo.depth).expand(_MOVES, 1, -1, -1)
    depths = sample(depth, grid, smooth=False)
    principals = moves.points(np.array(photo.principal), size)
    return [
        replace(
            photo,
            picture=p[:4],
            depth=d[0],
            matte=p[4],
            focal_pixels=photo.focal_pixels * float(zoom),
            principal=(float(x), float(y)),
        )
        for p, d, zoom, (x, y) in zip(planes.numpy(), depths.numpy(), moves.zoom, principals)
    ]


def _predictions(
    network: onnxruntime.InferenceSession, photo: SensorPhoto, with_pitch: bool
) -> list[Prediction]:
    """`predict_both` of a photo, along the photo's axis."""
    found = predict_both(network, photo.picture, photo.gravity if with_pitch else None)
    if sees_along_crop(network):
        found = [prediction.flattened(photo.view(), trusted(photo)) for prediction in found]
    return found


def evaluate_sensor(
    model: Path, photos: list[SensorPhoto], with_pitch: bool = False
) -> list[dict[str, Any]]:
    """Measures inside each photo's matte, as cropped and moved a little, beside the baseline of
    the inflated silhouette; with or without the camera's pitch.
    """
    network = session(model)
    rows = []
    for photo in photos:
        known = trusted(photo)
        (relief, crop_width), (augmented, _) = _predictions(network, photo, with_pitch)
        found = measure(relief, photo.depth, known)
        on_both = measure(augmented, photo.depth, known)
        baseline = measure(inflated_silhouette(photo.matte > 0.5), photo.depth, known)
        moved = [
            measure(straight.relief, other.depth, trusted(other)).error
            for other in _moved(photo)
            for straight in _predictions(network, other, with_pitch)[:1]
        ]
        distance = crop_width * photo.focal_pixels / WIDTH
        metres = distance * (1 + relief * WIDTH / photo.focal_pixels)
        ratio = float(np.median(metres[known]) / np.median(photo.depth[known]))
        rows.append(
            {
                "photo": photo,
                "relief": relief,
                "known": known,
                "error": found.error,
                "ordinal": found.ordinal,
                "moved_error": float(np.mean(moved)),
                "moved_deviation": float(np.std(moved)),
                "augmented_error": on_both.error,
                "augmented_ordinal": on_both.ordinal,
                "edge": found.edge,
                "distance_error": abs(ratio - 1),
                "metres_error": float(np.abs(metres - photo.depth)[known].mean()),
                "range_metres": depth_range(photo.depth[known]),
                "baseline_error": baseline.error,
                "baseline_ordinal": baseline.ordinal,
            }
        )
    return rows
