"""Light from all around: HDR environment maps as spherical harmonics.

Diffuse light follows R. Ramamoorthi and P. Hanrahan, "An Efficient Representation for Irradiance
Environment Maps" (2001): nine coefficients a color. The same nine, damped for a wide lobe, give
the sheen of rough surfaces. Directions are in camera space: x right, y down, z away.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: CC0 maps of Poly Haven, as the npm package carries them.
ASSETS_PACKAGE: Final = "@pmndrs/assets@1.7.0"
_ASSETS_SHA256: Final = "152bd218a3390703f184f0c6ce16e73c8f0a87f32d38530d418a09d33d8208dc"
#: npm of set-up.
_NODE_FOLDER: Final = Path(__file__).resolve().parents[2] / ".deps/node/bin"


class AssetsError(RuntimeError):
    """The package of the maps could not be fetched, or differs from the pinned one."""


#: Maps of evaluation's light, left out of training.
HELD_OUT: Final = ("bridge", "hall", "sunset")

#: The share of each band in a clamped cosine, over pi; and in a rough lobe (roughness about 0.5).
_DIFFUSE_BANDS: Final = np.array([1.0, 2.0 / 3.0, 0.25], np.float32)
_ROUGH_BANDS: Final = np.array([1.0, 0.80, 0.48], np.float32)
_BAND_OF: Final = np.array([0, 1, 1, 1, 2, 2, 2, 2, 2])
#: Largest radiance over the median that harmonics represent.
_BRIGHTEST: Final = 40.0
_YAWS: Final = 48
_TILTS_DEGREES: Final = (-12.0, 0.0, 12.0)


@dataclass(frozen=True)
class Environments:
    """`diffuse` and `rough`: (maps, orientations, 9, 3), of mean radiance 1.

    `backgrounds`: (maps, 256, 512, 3) sRGB bytes, pictures for behind a person.
    """

    names: tuple[str, ...]
    diffuse: Floats
    rough: Floats
    backgrounds: npt.NDArray[np.uint8]

    def select(self, held_out: bool) -> Environments:
        """The maps of the evaluation split, or the others."""
        keep = [i for i, name in enumerate(self.names) if (name in HELD_OUT) == held_out]
        names = tuple(self.names[i] for i in keep)
        return Environments(names, self.diffuse[keep], self.rough[keep], self.backgrounds[keep])


def harmonics(directions: Floats) -> Floats:
    """The nine real spherical harmonics of unit vectors (..., 3) -> (..., 9)."""
    x, y, z = directions[..., 0], directions[..., 1], directions[..., 2]
    return np.stack(
        [
            np.full_like(x, 0.282095),
            0.488603 * x,
            0.488603 * y,
            0.488603 * z,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3 * z * z - 1),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ],
        axis=-1,
    ).astype(np.float32)


def _directions(height: int, width: int) -> tuple[Floats, Floats]:
    """Camera-space directions of a latitude-longitude map and the solid angle of each pixel."""
    polar = (np.arange(height) + 0.5) * np.pi / height
    turn = (np.arange(width) + 0.5) * 2 * np.pi / width
    sin_polar = np.sin(polar)[:, None]
    directions = np.stack(
        [
            sin_polar * np.sin(turn)[None],
            np.broadcast_to(-np.cos(polar)[:, None], (height, width)),
            sin_polar * np.cos(turn)[None],
        ],
        axis=-1,
    )
    solid = np.broadcast_to(sin_polar, (height, width)) * (np.pi / height) * (2 * np.pi / width)
    return directions.astype(np.float32), solid.astype(np.float32)


def _rotations() -> Floats:
    """The orientations of every map: turned about the vertical, tilted a little."""
    matrices = []
    for tilt in np.radians(_TILTS_DEGREES):
        c, s = np.cos(tilt), np.sin(tilt)
        tilted = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        for yaw in np.arange(_YAWS) * 2 * np.pi / _YAWS:
            c, s = np.cos(yaw), np.sin(yaw)
            matrices.append(tilted @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]))
    return np.array(matrices, np.float32)


def project(radiance: Floats) -> tuple[Floats, Floats]:
    """Harmonic coefficients of one map (height, width, 3) in every orientation.

    Returns diffuse and rough, (orientations, 9, 3) each, scaled to a mean radiance of 1.
    """
    directions, solid = _directions(*radiance.shape[:2])
    # One pixel of sun would ring in nine coefficients; key lights represent it instead.
    radiance = np.minimum(radiance, _BRIGHTEST * np.median(radiance.mean(-1)) + 1e-3)
    mean = float((radiance.mean(-1) * solid).sum() / solid.sum())
    weighted = (radiance * (solid / max(mean, 1e-6))[..., None]).reshape(-1, 3)
    rotated = directions.reshape(-1, 3) @ _rotations().transpose(0, 2, 1)
    coefficients = np.einsum("opk,pc->okc", harmonics(rotated), weighted, optimize=True)
    diffuse = coefficients * _DIFFUSE_BANDS[_BAND_OF][:, None]
    rough = coefficients * _ROUGH_BANDS[_BAND_OF][:, None]
    return diffuse.astype(np.float32), rough.astype(np.float32)


def _shrink(image: Floats, height: int, width: int) -> Floats:
    rows, columns = image.shape[0] // height, image.shape[1] // width
    return image.reshape(height, rows, width, columns, 3).mean((1, 3), dtype=np.float32)


def _as_picture(radiance: Floats) -> npt.NDArray[np.uint8]:
    exposed = radiance * (0.22 / max(float(np.median(radiance)), 1e-4))
    encoded = np.clip(exposed / (1 + exposed) * 1.6, 0, 1) ** (1 / 2.2)
    return (encoded * 255 + 0.5).astype(np.uint8)


def _assemble(maps: dict[str, Floats]) -> Environments:
    projected = [project(_shrink(radiance, 32, 64)) for radiance in maps.values()]
    return Environments(
        tuple(maps),
        np.stack([diffuse for diffuse, _ in projected]),
        np.stack([rough for _, rough in projected]),
        np.stack([_as_picture(radiance) for radiance in maps.values()]),
    )


def procedural(count: int = 6, seed: int = 7) -> Environments:
    """Skies, floors and soft boxes, for tests and for runs without the HDR maps."""
    random = np.random.default_rng(seed)
    directions, _ = _directions(256, 512)
    maps: dict[str, Floats] = {}
    for index in range(count):
        up = np.clip(-directions[..., 1:2] * 2, -1, 1)
        sky, floor = random.uniform(0.2, 1.5, 3), random.uniform(0.05, 0.6, 3)
        radiance = np.where(up > 0, sky * (0.6 + 0.4 * up), floor * (1 + 0.5 * up))
        for _ in range(3):
            towards = random.normal(size=3)
            towards /= np.linalg.norm(towards)
            box = np.exp(random.uniform(4, 40) * (directions @ towards - 1))
            radiance = radiance + box[..., None] * random.uniform(0.5, 6, 3)
        maps[f"procedural-{index}"] = radiance.astype(np.float32)
    return _assemble(maps)


def _decode_asset(text: str, scratch: Path) -> Floats:
    import OpenEXR  # only set-up decodes HDR maps; training reads the cache

    match = re.search(r"base64,([A-Za-z0-9+/=]+)", text)
    if match is None:
        raise AssetsError(f"{ASSETS_PACKAGE}: an asset without a base64 picture; check the version")
    scratch.write_bytes(base64.b64decode(match.group(1)))
    with OpenEXR.File(str(scratch)) as file:
        pixels = np.asarray(file.channels()["RGB"].pixels, np.float32)
    return np.clip(pixels, 0, None)


def fetch(cache: Path) -> Environments:
    """Reads the maps from `cache`; if it is missing, makes it from the pinned npm package."""
    if cache.exists():
        with np.load(cache) as stored:
            return Environments(
                tuple(str(name) for name in stored["names"]),
                stored["diffuse"],
                stored["rough"],
                stored["backgrounds"],
            )
    maps: dict[str, Floats] = {}
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--loglevel", "error", ASSETS_PACKAGE]
        environment = os.environ | {"PATH": f"{_NODE_FOLDER}:{os.environ['PATH']}"}
        fetched = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment
        )
        if fetched.returncode:
            raise AssetsError(f"{ASSETS_PACKAGE}: npm: {' '.join(fetched.stderr.split())}")
        archive = next(Path(folder).glob("*.tgz"))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _ASSETS_SHA256:
            raise AssetsError(f"{ASSETS_PACKAGE}: the checksum differs from the pinned one")
        with tarfile.open(archive) as package:
            for member in sorted(package.getmembers(), key=lambda m: m.name):
                found = re.search(r"hdri/(\w+)\.exr\.js$", member.name)
                file = package.extractfile(member) if found else None
                if found and file:
                    text = file.read().decode()
                    maps[found.group(1)] = _decode_asset(text, Path(folder) / "map.exr")
    environments = _assemble(maps)
    cache.parent.mkdir(parents=True, exist_ok=True)
    half_written = cache.with_name(f"{cache.stem}.part.npz")
    np.savez(
        half_written,
        names=np.array(environments.names),
        diffuse=environments.diffuse,
        rough=environments.rough,
        backgrounds=environments.backgrounds,
    )
    half_written.replace(cache)
    return environments
