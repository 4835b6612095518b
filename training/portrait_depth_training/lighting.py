"""Lights the buffers of rendered people: environment, key lights, occlusion, highlights.

Light is linear. Environments are spherical harmonics (environments.py); key lights wrap a little
around the terminator, as skin and cloth do, and leave highlights with a long-tailed lobe. The loop
over pixels is compiled: it is what every training step waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from .environments import Environments
from .records import EYE, HAIR, HARD, MATERIAL_BITS, SKIN, TEETH

Floats = npt.NDArray[np.float32]

_CODES = np.arange(256) / 255.0
_LINEAR_OF_BYTE: Final = np.where(
    _CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4
).astype(np.float32)

#: Median strength and sharpness of the highlights of each material; others are dull.
_SURFACES: Final = (
    (SKIN, 0.045, 14.0),
    (EYE, 0.20, 220.0),
    (HAIR, 0.06, 20.0),
    (HARD, 0.15, 90.0),
    (TEETH, 0.10, 60.0),
)


@dataclass(frozen=True)
class Light:
    """The light of one person.

    `diffuse`, `rough`: harmonics (9, 3) of the surroundings. `keys`: colours (3 lights, 3).
    `front`: colour (3,) of a light at the camera, which throws no shadow that the camera sees;
    `front_from` (3,) points to it; with `front_falls` it lights what is nearer as much more as the
    square of the distance says. `wrap`: how far keys reach around the terminator. `gloss`,
    `sharpness`: (128,) by material.
    """

    diffuse: Floats
    rough: Floats
    keys: Floats
    front: Floats
    front_from: Floats
    front_falls: bool
    wrap: float
    gloss: Floats
    sharpness: Floats


def _surroundings(random: np.random.Generator, environments: Environments) -> tuple[Floats, Floats]:
    """One map, or two mixed, in random orientations, tinted and scaled."""
    maps, orientations = environments.diffuse.shape[:2]
    first = (random.integers(maps), random.integers(orientations))
    second = (random.integers(maps), random.integers(orientations))
    share = random.uniform(0, 0.6) if random.random() < 0.3 else 0.0
    scale = random.uniform(0.25, 1.0) * np.exp(random.normal(0, 0.08, 3))
    mixed = [
        (table[first] * (1 - share) + table[second] * share) * scale
        for table in (environments.diffuse, environments.rough)
    ]
    return mixed[0].astype(np.float32), mixed[1].astype(np.float32)


def _front_light(random: np.random.Generator) -> tuple[Floats, Floats, bool]:
    """Colour and direction of a light at the camera or close to it, and whether it falls off: the
    phone's flash or screen, a ring light, a window behind the photographer.
    """
    strength = np.exp(random.normal(0.0, 0.4))
    colour = strength * np.exp(random.normal(0, 0.12, 3))
    towards = np.array([*random.normal(0, 0.12, 2), -1.0])
    falls = bool(random.random() < 0.5)
    towards /= np.linalg.norm(towards)
    return colour.astype(np.float32), towards.astype(np.float32), falls


def random_light(
    random: np.random.Generator, environments: Environments, front_share: float = 0.0
) -> Light:
    """Draws surroundings, up to three key lights and surface gloss.

    A `front_share` of the people stand in light from the camera, and little other.
    """
    diffuse, rough = _surroundings(random, environments)
    count = random.choice(4, p=[0.3, 0.3, 0.25, 0.15])
    strength = np.exp(random.normal(0.0, 0.7, 3)) * (random.permutation(3) < count)
    keys = strength[:, None] * np.exp(random.normal(0, 0.18, (3, 3)))
    gloss = np.full(MATERIAL_BITS + 1, 0.02 * np.exp(random.normal(0, 0.8)), np.float32)
    sharpness = np.full(MATERIAL_BITS + 1, 6.0, np.float32)
    for material, median, lobe in _SURFACES:
        gloss[material] = median * np.exp(random.normal(0, 0.6))
        sharpness[material] = lobe * np.exp(random.normal(0, 0.4))
    wrap = float(random.uniform(0.0, 0.35))
    front, front_from, falls = np.zeros(3, np.float32), np.zeros(3, np.float32), False
    if front_share and random.random() < front_share:
        front, front_from, falls = _front_light(random)
        others = np.float32(random.uniform(0.05, 0.6))
        diffuse, rough, keys = diffuse * others, rough * others, keys * others
    return Light(
        diffuse,
        rough,
        keys.astype(np.float32),
        front,
        front_from,
        falls,
        wrap,
        gloss,
        sharpness,
    )


@numba.njit(inline="always", fastmath=True)
def _harmonic_light(c: Floats, k: int, x: float, y: float, z: float) -> Any:
    return (
        np.float32(0.282095) * c[0, k]
        + np.float32(0.488603) * (x * c[1, k] + y * c[2, k] + z * c[3, k])
        + np.float32(1.092548) * (x * y * c[4, k] + y * z * c[5, k] + x * z * c[7, k])
        + np.float32(0.315392) * (np.float32(3) * z * z - np.float32(1)) * c[6, k]
        + np.float32(0.546274) * (x * x - y * y) * c[8, k]
    )


@numba.njit(inline="always", fastmath=True)
def _open_with_bounces(sky: Any, albedo: Any) -> Any:
    """The share of the sky that lights a surface, and what its equally bright neighbours throw back
    instead of the rest: a throat under a chin is not as dark as it is closed in.

    The fitted cubic of J. Jimenez et al., Practical Realtime Strategies for Accurate Indirect
    Occlusion, SIGGRAPH 2016 course.
    """
    a = np.float32(2.0404) * albedo - np.float32(0.3324)
    b = np.float32(-4.7951) * albedo + np.float32(0.6417)
    c = np.float32(2.7552) * albedo + np.float32(0.6903)
    return max(sky, ((a * sky + b) * sky + c) * sky)


@numba.njit(cache=True, fastmath=True)
def _shade(
    normal: Any,
    albedo: Any,
    alpha: Any,
    occlusion: Any,
    shadow: Any,
    material: Any,
    towards: Floats,
    half: Floats,
    diffuse: Floats,
    rough: Floats,
    lights: Floats,
    nearness: Floats,
    wrap: float,
    gloss: Floats,
    sharpness: Floats,
    linear_of_byte: Floats,
    radiance: Floats,
) -> float:
    height, width = alpha.shape
    byte, one = np.float32(1 / 255), np.float32(1)
    around_edge = np.float32(wrap)
    wrap_gain = one / (one + around_edge)
    total, cover = 0.0, 1e-3
    colour = np.zeros(3, np.float32)
    lit = np.zeros(3, np.float32)
    shine = np.zeros(3, np.float32)
    for row in range(height):
        for column in range(width):
            if alpha[row, column] == 0:
                continue
            x = np.float32(normal[row, column, 0]) * np.float32(1 / 127)
            y = np.float32(normal[row, column, 1]) * np.float32(1 / 127)
            z = np.float32(normal[row, column, 2]) * np.float32(1 / 127)
            kind = material[row, column] & 127
            open_sky = np.float32(occlusion[row, column]) * byte
            mx, my, mz = -2 * z * x, -2 * z * y, one - 2 * z * z
            for k in range(3):
                around = _harmonic_light(diffuse, k, x, y, z)
                mirrored = _harmonic_light(rough, k, mx, my, mz)
                colour[k] = linear_of_byte[albedo[row, column, k]]
                lit[k] = max(around, np.float32(0.02)) * _open_with_bounces(open_sky, colour[k])
                shine[k] = max(mirrored, np.float32(0)) * open_sky
            for light in range(4):
                if lights[light, 0] == 0:
                    continue
                if light < 3:
                    seen = np.float32(shadow[row, column, light]) * byte
                else:
                    seen = nearness[row, column]
                if seen == 0:
                    continue
                cosine = towards[light, 0] * x + towards[light, 1] * y + towards[light, 2] * z
                reach = max((cosine + around_edge) * wrap_gain, np.float32(0)) * seen
                away = one - (half[light, 0] * x + half[light, 1] * y + half[light, 2] * z)
                fall = one + sharpness[kind] * away
                lobe = np.float32(0.25) * sharpness[kind] * seen / (fall * fall)
                for k in range(3):
                    lit[k] += lights[light, k] * reach
                    shine[k] += lights[light, k] * lobe
            grazing = (one - abs(z)) * (one - abs(z))
            mirror = gloss[kind] + np.float32(0.25) * grazing * grazing
            share = np.float32(alpha[row, column]) * byte
            for k in range(3):
                value = colour[k] * lit[k] + mirror * shine[k]
                radiance[row, column, k] = value
                total += float(value * share)
            cover += float(share)
    return float(total / (3 * cover))


def shade(record: Any, light: Light) -> tuple[Floats, float]:
    """Linear radiance (H, W, 3) of one record, and its mean."""
    alpha = record["alpha"]
    towards = np.asarray(record["light_direction"], np.float32)
    half = towards + np.array([0, 0, -1], np.float32)
    half /= np.linalg.norm(half, axis=1, keepdims=True) + np.float32(1e-6)
    radiance = np.zeros((*alpha.shape, 3), np.float32)
    nearness = np.ones(alpha.shape, np.float32)
    if light.front_falls:
        depth = np.maximum(record["depth"].astype(np.float32), np.float32(0.05))
        nearness = np.minimum((np.float32(record["head_distance"]) / depth) ** 2, np.float32(4))
    mean = _shade(
        record["normal"],
        record["albedo"],
        alpha,
        record["occlusion"],
        record["shadow"],
        record["material"],
        np.vstack([towards, light.front_from]),
        np.vstack([half, light.front_from]),
        light.diffuse,
        light.rough,
        np.vstack([light.keys, light.front]),
        nearness,
        light.wrap,
        light.gloss,
        light.sharpness,
        _LINEAR_OF_BYTE,
        radiance,
    )
    return radiance, float(mean)
