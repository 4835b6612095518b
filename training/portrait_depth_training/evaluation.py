"""Measures a network file on people it never saw, and on sensor photos, and writes the proof.

People come from the test split, light from the held-out environments; each person's picture
follows from the seed and the person's number, so that networks are compared on the same pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from .batches import Batch, Loader
from .environments import Environments
from .export import session
from .metrics import Floats, aligned_error, depth_range, measure
from .moves import Moves, sample
from .records import HEIGHT, WIDTH, PeopleSet
from .sensor import SensorPhoto, trusted

Numbers = npt.NDArray[np.float64]

#: Labels to group by: name, and the upper borders of the groups with their words.
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
#: The arms' labels by what they are for a picture (training/people/shot.hpp, Arms).
_HAND_AT_CHEST, _HAND_AT_FACE = (5, 6), 7
#: How often a sensor photo is moved in the window.
_MOVES: Final = 40

MEASURES: Final = (
    "error", "ordinal", "normal_degrees", "edge", "head_error", "distance_error", "metres_error",
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
    """Measures (people,) by name, labels (people,) by name, and some people to look at.

    `flip_augmented` are the measures of the mean with the mirror image (`_run_on_both`).
    """

    measures: dict[str, Numbers]
    flip_augmented: dict[str, Numbers]
    labels: dict[str, Numbers]
    samples: list[Sample]
    worst: list[Sample]


def _run(network: onnxruntime.InferenceSession, picture: Floats) -> tuple[Floats, float]:
    relief, crop_width = network.run(["relief", "crop_width"], {"input": picture[None]})
    return relief[0, 0], float(crop_width[0, 0])


def _run_on_both(
    network: onnxruntime.InferenceSession, picture: Floats
) -> list[tuple[Floats, float]]:
    """What the network says of `picture`, and the mean of that and of what it says of the mirror
    image (Godard et al., 2017), as `EstimationConfig::flip_augmentation` takes it.
    """
    relief, crop_width = _run(network, picture)
    mirrored, mirrored_width = _run(network, np.ascontiguousarray(picture[..., ::-1]))
    mean = np.float32(0.5) * (relief + mirrored[:, ::-1])
    return [(relief, crop_width), (mean, math.sqrt(crop_width) * math.sqrt(mirrored_width))]


def _person_measures(
    relief: Floats, crop_width: float, batch: Batch, record: Any
) -> dict[str, float]:
    """All of MEASURES for the one person of `batch`."""
    truth, known = batch.relief[0, 0].numpy(), batch.weight[0, 0].numpy() > 0
    found = measure(relief, truth, known, batch.slope_normal[0].numpy())
    focal, head = float(record["intrinsics"][0]), float(record["head_distance"])
    on_head = known & (record["material"] >= 128)
    seen = on_head.sum() > 50
    distance = crop_width * focal / WIDTH
    metres = distance * (1 + relief * WIDTH / focal)
    true_metres = head * (1 + truth * WIDTH / focal)
    return {
        "error": found.error,
        "ordinal": found.ordinal,
        "normal_degrees": found.normal_degrees,
        "edge": found.edge,
        "head_error": aligned_error(relief[on_head], truth[on_head]) if seen else float("nan"),
        "distance_error": abs(distance / head - 1),
        "metres_error": float(np.abs(metres - true_metres)[known].mean()),
    }


def _hand(labels: dict[str, Numbers]) -> Numbers:
    """0 where both hands are elsewhere, 1 where one is at chest or chin, 2 before the face."""
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
) -> PeopleResult:
    """Measures `model` on the first `count` people of `people`, `front_share` of them in light
    from the camera.
    """
    network = session(model)
    loader = Loader(environments, HEIGHT, augment=False, front_share=front_share)
    rows: list[list[dict[str, float]]] = []
    key_lights: list[float] = []
    samples: list[Sample] = []
    count = min(count, len(people))
    for index in range(count):
        batch = loader.batch(people, np.array([index]), np.random.default_rng([seed, index]))
        picture, record = batch.picture[0].numpy(), people.record(index)
        answers = _run_on_both(network, picture)
        rows.append([_person_measures(*answer, batch, record) for answer in answers])
        key_lights.append(float(batch.key_lights[0]))
        truth, known = batch.relief[0, 0].numpy(), batch.weight[0, 0].numpy() > 0
        normals, error = batch.slope_normal[0].numpy(), rows[-1][0]["error"]
        samples.append(Sample(index, picture, truth, answers[0][0], normals, known, error))
        if len(samples) > 512:  # keep a few to look at and the worst so far
            kept = sorted(samples[24:], key=lambda s: -s.error)[:24]
            samples = samples[:24] + kept
    straight, augmented = (
        {name: np.array([row[way][name] for row in rows]) for name in MEASURES} for way in range(2)
    )
    labels = {name: values[:count] for name, values in people.labels().items()}
    labels["key_lights"] = np.array(key_lights)
    if "arm_left" in labels:
        labels["hand"] = _hand(labels)
    worst = sorted(samples, key=lambda s: -s.error)[:24]
    return PeopleResult(straight, augmented, labels, samples[:24], worst)


def by_group(result: PeopleResult) -> list[tuple[str, str, int, dict[str, float]]]:
    """(label, group, people, mean of every measure) for every group with at least ten people."""
    rows = []
    for label, groups in GROUPS.items():
        if label not in result.labels:
            continue
        values = result.labels[label]
        values = np.abs(values) if label in _ABSOLUTE else values
        low = -np.inf
        for high, words in groups:
            inside = (values > low) & (values <= high)
            low = high
            if inside.sum() >= 10:
                means = {n: float(np.nanmean(m[inside])) for n, m in result.measures.items()}
                rows.append((label, words, int(inside.sum()), means))
    return rows


def inflated_silhouette(mask: npt.NDArray[np.bool_]) -> Floats:
    """A baseline that knows only the mask: nearer where farther from its border."""
    remaining, inside = np.zeros(mask.shape, np.float32), mask.copy()
    while inside.any():
        remaining += inside
        padded = np.pad(inside, 1)
        inside = (
            inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        )
    return -np.sqrt(remaining)


def _moved(photo: SensorPhoto) -> list[SensorPhoto]:
    """`photo` as other masks would have had it cropped and other hands held: turned by about 3
    degrees, zoomed by 5 %, shifted by 4 pixels.
    """
    moves = Moves.draw(
        np.random.default_rng(7), _MOVES, angle_degrees=3, zoom=0.05, stretch=0, shift=0.035
    )
    grid = moves.grid((HEIGHT, WIDTH))
    smooth = np.concatenate([photo.picture, photo.matte[None]])
    planes = sample(torch.from_numpy(smooth).expand(_MOVES, -1, -1, -1), grid, smooth=True)
    depth = torch.from_numpy(photo.depth).expand(_MOVES, 1, -1, -1)
    depths = sample(depth, grid, smooth=False)
    return [
        SensorPhoto(photo.name, p[:4], d[0], p[4], photo.focal_pixels * float(zoom))
        for p, d, zoom in zip(planes.numpy(), depths.numpy(), moves.zoom)
    ]


def evaluate_sensor(model: Path, photos: list[SensorPhoto]) -> list[dict[str, Any]]:
    """Measures inside each photo's matte, as cropped and moved a little, beside the baseline of
    the inflated silhouette.
    """
    network = session(model)
    rows = []
    for photo in photos:
        known = trusted(photo)
        (relief, crop_width), (augmented, _) = _run_on_both(network, photo.picture)
        found = measure(relief, photo.depth, known)
        on_both = measure(augmented, photo.depth, known)
        baseline = measure(inflated_silhouette(photo.matte > 0.5), photo.depth, known)
        moved = [
            measure(_run(network, other.picture)[0], other.depth, trusted(other)).error
            for other in _moved(photo)
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
