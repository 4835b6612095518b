"""Cloth stability: how far a person's estimated posture depends on the color of the clothes.

Each photo is recolored below the shoulders in seven colors, with the mask held fixed. A pixel keeps
its luminance relative to the cloth's median, and with it the shading. The color begins in the first
row of the shoulders, and also some rows above and below it, so that a network gains nothing from
knowing that row. The tilt of a prediction is the slope of the plane that fits its relief best. The
measure is the largest change of tilt among all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .crop import Floats
from .error_parts import surface_slopes
from .evaluation import predict
from .export import session
from .metrics import measure
from .portraits import cropped_portraits, portrait_files
from .segmenter import Segmenter
from .sensor import SensorPhoto, trusted
from .shoulders import shoulder_row
from .srgb import LUMINANCE, decoded, encoded

#: Linear light of the recolored cloth at its median luminance.
COLORS: Final[dict[str, tuple[float, float, float]]] = {
    "red": (0.45, 0.03, 0.04),
    "yellow": (0.60, 0.45, 0.05),
    "green": (0.05, 0.30, 0.08),
    "blue": (0.04, 0.08, 0.45),
    "violet": (0.25, 0.06, 0.35),
    "white": (0.70, 0.70, 0.68),
    "black": (0.02, 0.02, 0.02),
}
#: First rows of the color, from the first row of the shoulders on.
_BEGINNINGS: Final = (-8, 0, 8)
#: Rows over which the recoloring sets in.
_RAMP: Final = 8


def recolored(picture: Floats, color: tuple[float, float, float], first_row: int) -> Floats:
    """The network's input (4, H, W) with everything below `first_row` in one linear `color`."""
    mask = picture[3]
    linear = decoded(np.moveaxis(picture[:3], 0, -1) / np.maximum(mask, 1e-3)[..., None])
    light = linear @ LUMINANCE.astype(np.float32)
    below = np.clip((np.arange(len(mask)) - first_row) / _RAMP, 0, 1)[:, None] * (mask > 0)
    median = max(float(np.median(light[(below == 1) & (mask > 0.9)])), 1e-3)
    painted = (light / median)[..., None] * np.array(color)
    mixed = linear + below[..., None] * (painted - linear)
    result = picture.copy()
    result[:3] = np.moveaxis(encoded(mixed), -1, 0) * mask
    return result


def tilt(relief: Floats, mask: Floats) -> npt.NDArray[np.float64]:
    """Angles (right, down) in radians of the plane that fits the relief inside the mask best."""
    angles: npt.NDArray[np.float64] = np.arctan(surface_slopes(relief, mask > 0.5))
    return angles


@dataclass(frozen=True)
class Stability:
    """One photo. `moves`: largest change of tilt in radians by color. `error`: against the sensor,
    as photographed; `recolored_error`: the mean of all recolorings; NaN without a sensor's depth.
    """

    name: str
    moves: dict[str, float]
    error: float
    recolored_error: float

    def largest(self) -> float:
        return max(self.moves.values())


@dataclass(frozen=True)
class _Subject:
    name: str
    picture: Floats
    photo: SensorPhoto | None = None


def portraits(folder: Path, segmenter: Segmenter, count: int) -> Iterator[_Subject]:
    """Those of the first `count` photos of a folder that show a person."""
    for name, picture in cropped_portraits(portrait_files(folder)[:count], segmenter):
        yield _Subject(name, picture)


def sensor_subjects(photos: Iterable[SensorPhoto]) -> Iterator[_Subject]:
    """Sensor photos, whose error is measured too."""
    for photo in photos:
        yield _Subject(photo.name, photo.picture, photo)


def _stability(network: Any, subject: _Subject, first_row: int) -> Stability:
    def error(relief: Floats) -> float:
        if subject.photo is None:
            return math.nan
        return measure(relief, subject.photo.depth, trusted(subject.photo)).error

    mask = subject.picture[3]
    relief = predict(network, subject.picture).relief
    straight = tilt(relief, mask)
    moves, errors = {}, []
    for name, color in COLORS.items():
        found = [
            predict(network, recolored(subject.picture, color, first_row + beginning)).relief
            for beginning in _BEGINNINGS
        ]
        moves[name] = max(float(np.hypot(*(tilt(other, mask) - straight))) for other in found)
        errors += [error(other) for other in found]
    return Stability(subject.name, moves, error(relief), float(np.mean(errors)))


def evaluate_cloth(model: Path, subjects: Iterable[_Subject]) -> Iterator[Stability]:
    """The stability of every subject with visible shoulders."""
    network = session(model)
    for subject in subjects:
        first_row = shoulder_row(subject.picture[3])
        if first_row is not None:
            yield _stability(network, subject, first_row)


def stability_table(rows: list[Stability]) -> str:
    """Markdown: a row for each photo, then the mean and the largest of all."""
    names = list(COLORS)
    lines = [
        f"| photo | {' | '.join(names)} | largest | error | recolored |",
        "| --- " * (len(names) + 4) + "|",
    ]
    for row in rows:
        cells = [f"{row.moves[name]:.3f}" for name in names] + [f"{row.largest():.3f}"]
        errors = [row.error, row.recolored_error]
        cells += ["" if math.isnan(error) else f"{error:.3f}" for error in errors]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    largest = [row.largest() for row in rows]
    lines.append(
        f"\nLargest change of tilt: mean {np.mean(largest):.3f} rad, median "
        f"{np.median(largest):.3f} rad, greatest {max(largest):.3f} rad, {len(rows)} photos."
    )
    return "\n".join(lines)
