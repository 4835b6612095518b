"""Records of people made of ellipsoids, for tests without rendered data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .records import CLOTH, HAIR, HEAD_BIT, HEIGHT, REQUIRED_FIELDS, SKIN, WIDTH, Records

DTYPE = np.dtype(
    [
        *((name, *kind) for name, kind in REQUIRED_FIELDS.items()),
        ("label_sex", "<f4"),
        ("label_age", "<f4"),
        ("label_skin_tone", "<f4"),
        ("label_yaw", "<f4"),
        ("label_crop", "<f4"),
        ("seed", "<u8"),
    ]
)

Floats = npt.NDArray[np.float64]


def _rays(intrinsics: Floats) -> Floats:
    fx, fy, cx, cy = intrinsics
    x = (np.arange(WIDTH) + 0.5 - cx) / fx
    y = (np.arange(HEIGHT) + 0.5 - cy) / fy
    return np.stack([*np.meshgrid(x, y), np.ones((HEIGHT, WIDTH))], -1)


def _ellipsoid(rays: Floats, center: Floats, radii: Floats) -> tuple[Floats, Floats]:
    """Depth (infinite where missed) and outward normals of an ellipsoid seen along `rays`."""
    direction, origin = rays / radii, -center / radii
    a = (direction**2).sum(-1)
    b = (direction * origin).sum(-1)
    under = b * b - a * ((origin**2).sum() - 1)
    depth = np.where(under > 0, (-b - np.sqrt(np.maximum(under, 0))) / a, np.inf)
    points = rays * np.where(np.isfinite(depth), depth, 0)[..., None]
    normal = (points - center) / radii**2
    return depth, normal / np.linalg.norm(normal, axis=-1, keepdims=True)


def make_person(seed: int) -> Records:
    """One record: a head with a nose over a torso; `seed` determines every choice."""
    random = np.random.default_rng(seed)
    distance, focal = random.uniform(0.4, 1.5), random.uniform(250, 420)
    reach = random.uniform(0.13, 0.30)
    focal = 192 * distance / (reach * 3) if random.random() < 0.7 else focal
    intrinsics = np.array([focal, focal, 96 + random.normal(0, 6), 80 + random.normal(0, 10)])
    head = np.array([random.normal(0, 0.02), 0.0, distance])
    turn = random.normal(0, 0.5)
    nose = head + 0.10 * np.array([np.sin(turn), 0.15, -np.cos(turn)])
    torso = head + np.array([0, 0.38, random.uniform(-0.05, 0.15)])
    parts = [
        (torso, np.array([0.24, 0.22, 0.13]), CLOTH, random.uniform(20, 230, 3)),
        (
            head,
            np.array([0.08, 0.115, 0.10]),
            SKIN | HEAD_BIT,
            random.uniform(60, 220) * np.array([1, 0.8, 0.7]),
        ),
        (nose, np.array([0.018, 0.03, 0.02]), SKIN | HEAD_BIT, np.array([200, 150, 130])),
        (
            head + np.array([0, -0.05, 0.03]),
            np.array([0.09, 0.09, 0.10]),
            HAIR | HEAD_BIT,
            random.uniform(10, 120, 3),
        ),
    ]
    record = np.zeros((), DTYPE)
    depth = np.full((HEIGHT, WIDTH), np.inf)
    rays = _rays(intrinsics)
    for center, radii, material, color in parts:
        part_depth, part_normal = _ellipsoid(rays, center, radii)
        nearer = part_depth < depth
        depth = np.where(nearer, part_depth, depth)
        record["normal"][nearer] = np.round(part_normal[nearer] * 127)
        record["albedo"][nearer] = np.clip(color, 0, 255).astype(np.uint8)
        record["material"][nearer] = material
    covered = np.isfinite(depth)
    record["depth"] = np.where(covered, depth, 0)
    record["alpha"] = covered * 255
    record["occlusion"] = 255
    record["shadow"] = 255
    lights = random.normal(size=(3, 3)) - [0, 0.5, 1]
    record["light_direction"] = lights / np.linalg.norm(lights, axis=1, keepdims=True)
    record["intrinsics"] = intrinsics
    on_head = covered & (record["material"] >= HEAD_BIT)
    record["head_distance"] = np.median(depth[on_head])
    record["label_sex"], record["label_age"] = random.integers(2), random.uniform(5, 80)
    record["label_skin_tone"] = random.integers(1, 11)
    record["label_yaw"] = np.degrees(turn)
    record["seed"] = seed
    return record


def write_people(folder: Path, count: int, seed: int = 0, shard_size: int = 64) -> None:
    """Writes `count` people into shards of `folder`, in the generator's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard, first in enumerate(range(0, count, shard_size)):
        people = [make_person(seed + i) for i in range(first, min(count, first + shard_size))]
        np.save(folder / f"people-{shard:05}.npy", np.stack(people))
    (folder / "people.json").write_text(json.dumps({"maker": "ellipsoids", "seed": seed}))
