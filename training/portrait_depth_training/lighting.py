"""Lights the buffers of rendered people: environment, key lights, occlusion, highlights.

Light is linear. Environments are spherical harmonics (environments.py). Key lights wrap a little
around the terminator, as on skin and cloth, and leave highlights with a long-tailed lobe. The loop
over pixels is compiled, because every training step waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from .environments import Environments
from .records import EYE, HAIR, HARD, MATERIAL_BITS, SKIN, TEETH
from .srgb import LINEAR_OF_BYTE

Floats = npt.NDArray[np.float32]

#: Median strength and sharpness of the highlights of each material.
_SURFACES: Final = (
    (SKIN, 0.045, 14.0),
    (EYE, 0.20, 220.0),
    (HAIR, 0.06, 20.0),
    (HARD, 0.15, 90.0),
    (TEETH, 0.10, 60.0),
)
#: The same for all other materials: cloth and hats are dull.
_DULL: Final = (0.02, 6.0)
#: Shares of people with no, one, two and three key lights.
_KEY_LIGHT_SHARES: Final = (0.3, 0.3, 0.25, 0.15)
_KEY_LIGHTS: Final = 3
#: Least harmonic light: nine coefficients ring below zero opposite to a bright lamp.
_LEAST_AMBIENT: Final = 0.02
#: Nearer than this, in metres, the falling light at the camera stays constant.
_NEAREST_FALL: Final = 0.05
#: Largest gain of the falling light over the head's: beyond it, pictures only saturate.
_LARGEST_FALL: Final = 4.0


@dataclass(frozen=True)
class Light:
    """The light of one person, linear.

    `diffuse`, `rough`: harmonics (9, 3) of the surroundings. `keys`: colors (3 lights, 3).
    `front`: color (3,) of a light at the camera; its shadows are hidden from the camera.
    `front_from` (3,): unit vector to that light; with `front_falls` it decreases with the square of
    the distance. `wrap`: reach of the lights around the terminator. `gloss`, `sharpness`: (128,)
    by material.
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
    """Color and direction of a light at the camera, and whether it decreases with distance.

    Such lights are a phone's flash or screen, a ring light, or a window behind the photographer.
    """
    strength = np.exp(random.normal(0.0, 0.4))
    color = strength * np.exp(random.normal(0, 0.12, 3))
    towards = np.array([*random.normal(0, 0.12, 2), -1.0])
    falls = bool(random.random() < 0.5)
    towards /= np.linalg.norm(towards)
    return color.astype(np.float32), towards.astype(np.float32), falls


def random_light(
    random: np.random.Generator, environments: Environments, front_share: float = 0.0
) -> Light:
    """Draws surroundings, up to three key lights and surface gloss.

    A `front_share` of the people are lit from the camera, and weakly by everything else.
    """
    diffuse, rough = _surroundings(random, environments)
    count = random.choice(_KEY_LIGHTS + 1, p=_KEY_LIGHT_SHARES)
    strength = np.exp(random.normal(0.0, 0.7, _KEY_LIGHTS))
    strength = strength * (random.permutation(_KEY_LIGHTS) < count)
    keys = strength[:, None] * np.exp(random.normal(0, 0.18, (3, 3)))
    gloss = np.full(MATERIAL_BITS + 1, _DULL[0] * np.exp(random.normal(0, 0.8)), np.float32)
    sharpness = np.full(MATERIAL_BITS + 1, _DULL[1], np.float32)
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
    """Visible share of the sky, plus the light that equally bright neighbors reflect instead of it.

    Without the reflected part, a throat under a chin would be too dark. The fitted cubic of J.
    Jimenez et al., Practical Realtime Strategies for Accurate Indirect
    Occlusion, SIGGRAPH 2016 course.
    """
    a = np.float32(2.0404) * albedo - np.float32(0.3324)
    b = np.float32(-4.7951) * albedo + np.float32(0.6417)
    c = np.float32(2.7552) * albedo + np.float32(0.6903)
    return max(sky, ((a * sky + b) * sky + c) * sky)


class _Surfaces(NamedTuple):
    """Fields of a record that light depends on, and gloss and sharpness (128,) by material."""

    normal: Any
    albedo: Any
    alpha: Any
    occlusion: Any
    shadow: Any
    material: Any
    gloss: Floats
    sharpness: Floats


class _Lamps(NamedTuple):
    """Key lights, then the light at the camera: (4, 3) each.

    `half` is the unit vector between a lamp's direction and the camera's. `nearness` (H, W) is the
    gain of the light at the camera.
    """

    towards: Floats
    half: Floats
    color: Floats
    nearness: Floats
    wrap: float


@numba.njit(cache=True, fastmath=True)
def _shade(
    surfaces: _Surfaces, lamps: _Lamps, diffuse: Floats, rough: Floats, radiance: Floats
) -> float:
    """Fills `radiance` (H, W, 3); returns its mean over the person."""
    height, width = surfaces.alpha.shape
    byte, one = np.float32(1 / 255), np.float32(1)
    around_edge = np.float32(lamps.wrap)
    wrap_gain = one / (one + around_edge)
    total, cover = 0.0, 1e-3
    color = np.zeros(3, np.float32)
    lit = np.zeros(3, np.float32)
    shine = np.zeros(3, np.float32)
    for row in range(height):
        for column in range(width):
            if surfaces.alpha[row, column] == 0:
                continue
            x = np.float32(surfaces.normal[row, column, 0]) * np.float32(1 / 127)
            y = np.float32(surfaces.normal[row, column, 1]) * np.float32(1 / 127)
            z = np.float32(surfaces.normal[row, column, 2]) * np.float32(1 / 127)
            kind = surfaces.material[row, column] & MATERIAL_BITS
            open_sky = np.float32(surfaces.occlusion[row, column]) * byte
            mx, my, mz = -2 * z * x, -2 * z * y, one - 2 * z * z
            for k in range(3):
                around = _harmonic_light(diffuse, k, x, y, z)
                mirrored = _harmonic_light(rough, k, mx, my, mz)
                color[k] = LINEAR_OF_BYTE[surfaces.albedo[row, column, k]]
                around = max(around, np.float32(_LEAST_AMBIENT))
                lit[k] = around * _open_with_bounces(open_sky, color[k])
                shine[k] = max(mirrored, np.float32(0)) * open_sky
            for light in range(_KEY_LIGHTS + 1):
                if lamps.color[light, 0] == 0:
                    continue
                if light < _KEY_LIGHTS:
                    seen = np.float32(surfaces.shadow[row, column, light]) * byte
                else:
                    seen = lamps.nearness[row, column]
                if seen == 0:
                    continue
                towards, half = lamps.towards[light], lamps.half[light]
                cosine = towards[0] * x + towards[1] * y + towards[2] * z
                reach = max((cosine + around_edge) * wrap_gain, np.float32(0)) * seen
                away = one - (half[0] * x + half[1] * y + half[2] * z)
                fall = one + surfaces.sharpness[kind] * away
                lobe = np.float32(0.25) * surfaces.sharpness[kind] * seen / (fall * fall)
                for k in range(3):
                    lit[k] += lamps.color[light, k] * reach
                    shine[k] += lamps.color[light, k] * lobe
            grazing = (one - abs(z)) * (one - abs(z))
            mirror = surfaces.gloss[kind] + np.float32(0.25) * grazing * grazing
            share = np.float32(surfaces.alpha[row, column]) * byte
            for k in range(3):
                value = color[k] * lit[k] + mirror * shine[k]
                radiance[row, column, k] = value
                total += float(value * share)
            cover += float(share)
    return float(total / (3 * cover))


def _lamps(record: Any, light: Light) -> _Lamps:
    towards = np.asarray(record["light_direction"], np.float32)
    half = towards + np.array([0, 0, -1], np.float32)
    half /= np.linalg.norm(half, axis=1, keepdims=True) + np.float32(1e-6)
    nearness = np.ones(record["alpha"].shape, np.float32)
    if light.front_falls:
        depth = np.maximum(record["depth"].astype(np.float32), np.float32(_NEAREST_FALL))
        fall = (np.float32(record["head_distance"]) / depth) ** 2
        nearness = np.minimum(fall, np.float32(_LARGEST_FALL))
    return _Lamps(
        np.vstack([towards, light.front_from]),
        np.vstack([half, light.front_from]),
        np.vstack([light.keys, light.front]),
        nearness,
        light.wrap,
    )


def shade(record: Any, light: Light, albedo: Any = None) -> tuple[Floats, float]:
    """Linear radiance (H, W, 3) of one record, and its mean over the person.

    `albedo` (H, W, 3), sRGB bytes, replaces the record's.
    """
    buffers = {name: record[name] for name in _Surfaces._fields[:6]}
    if albedo is not None:
        buffers["albedo"] = albedo
    surfaces = _Surfaces(**buffers, gloss=light.gloss, sharpness=light.sharpness)
    radiance = np.zeros((*record["alpha"].shape, 3), np.float32)
    lamps = _lamps(record, light)
    return radiance, float(_shade(surfaces, lamps, light.diffuse, light.rough, radiance))
