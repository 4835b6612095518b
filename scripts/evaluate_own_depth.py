"""Measures depth from a simulated sensor, the network and both, on rendered people with true depth.

evaluate_own_depth.py VIEWS OUT: VIEWS holds the output of `people render` (make evaluate-own-depth renders it); OUT
gets own-depth.md and own-depth.jpg. The simulated sensor has half the photo's resolution, noise of 3 mm and steps of
1 cm. It measures the wall in a rim of three pixels along the silhouette, and has holes beside it, as at hair.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import portrait_depth
from PIL import Image

Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
SOURCES = ("sensor", "network", "fused")
RIM, BAND = 3, 8  # pixels of the sensor's map
HAIR = 3  # Label::hair in training/people/scene.hpp


def eroded(mask: Mask, radius: int) -> Mask:
    """The pixels whose square of 2 radius + 1 pixels is inside; the mask continues beyond the border."""
    padded = np.pad(mask, radius, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1, 2 * radius + 1))
    inside: Mask = windows.all(axis=(2, 3))
    return inside


@dataclass
class Simulated:
    values: Plane  # with the sensor's faults
    is_right: Mask  # the person's pixels without a fault


def simulate(truth: Plane, person: Mask, random: np.random.Generator) -> Simulated:
    wall = np.float32(np.quantile(truth[person], 0.98) + 0.8)
    small, is_person = truth[::2, ::2], person[::2, ::2]
    rim, band = is_person & ~eroded(is_person, RIM), is_person & ~eroded(is_person, BAND)
    values = np.where(is_person & ~rim, small, wall) + random.normal(0, 0.003, small.shape)
    values = (np.round(values * 100) / 100).astype(np.float32)
    holes = np.zeros(small.shape, bool)
    rows, columns = np.nonzero(band)
    for index in random.choice(len(rows), max(1, len(rows) // 120), replace=False):
        y, x, radius = rows[index], columns[index], random.integers(3, 9)
        holes[max(0, y - radius) : y + radius, max(0, x - radius) : x + radius] = True
    values[holes] = np.nan
    return Simulated(values, is_person & ~rim & ~holes)


@dataclass
class Errors:
    inner: list[float] = field(default_factory=list)
    hair: list[float] = field(default_factory=list)
    silhouette: list[float] = field(default_factory=list)
    to_sensor: list[float] = field(default_factory=list)


def shares(estimate: Plane, truth: Plane, sensor: Simulated, person: Mask, hair: Mask) -> list[float]:
    """Mean errors as shares of the person's depth (5 to 95 %), in the order of Errors."""
    low, high = np.quantile(truth[person], [0.05, 0.95])
    scale = 1 / (high - low)
    small, true, known = estimate[::2, ::2], truth[::2, ::2], np.isfinite(estimate[::2, ::2])
    right, wrong, is_hair = sensor.is_right & known, person[::2, ::2] & ~sensor.is_right & known, hair[::2, ::2]

    def mean(off: Plane, where: Mask) -> float:
        return float(np.abs(off[where]).mean() * scale) if where.any() else float("nan")

    off = small - true
    return [
        mean(off, right),
        mean(off, wrong & is_hair),
        mean(off, wrong & ~is_hair),
        mean(small - sensor.values, right),
    ]


def gray(metres: Plane, truth: Plane, person: Mask) -> npt.NDArray[np.uint8]:
    low, high = np.quantile(truth[person], [0.01, 0.99])
    value = np.clip(1 - 0.8 * (metres - low) / (high - low), 0.1, 1)
    return (255 * np.where(np.isfinite(metres), value, 0)).astype(np.uint8)


def photos(views: Path) -> list[Path]:
    return sorted(views.glob("*.json"))


def measure(views: Path, out: Path) -> None:
    estimator = portrait_depth.create_estimator()
    errors = {source: Errors() for source in SOURCES}
    rows = []
    for number, description in enumerate(photos(views)):
        stem = f"{description.with_suffix('')}-0"
        picture = np.asarray(Image.open(f"{stem}.png").convert("RGB"))
        truth = np.load(f"{stem}.npy")
        person = (np.asarray(Image.open(f"{stem}-mask.png")) > 250) & (truth > 0)
        hair = np.asarray(Image.open(f"{stem}-labels.png").convert("L")) == HAIR
        sensor = simulate(truth, person, np.random.default_rng(number))
        given = portrait_depth.GivenDepth(sensor.values, is_measured=True)
        shown = np.repeat(np.repeat(sensor.values, 2, 0), 2, 1)
        row = [Image.fromarray(picture), Image.fromarray(gray(shown, truth, person))]
        for source in SOURCES:
            found = estimator.estimate_photo(picture, depth=given, source=source)
            metres = np.array(found.depth.metres)
            metres[found.depth.mask < 0.5] = np.nan
            if source == "network":  # a photo alone does not determine the distance
                metres -= np.nanmedian((metres - truth)[person])
            measured = shares(metres, truth, sensor, person, hair)
            for values, value in zip(vars(errors[source]).values(), measured, strict=True):
                values.append(value)
            row.append(Image.fromarray(gray(metres, truth, person)))
        rows.append([picture.convert("RGB").resize((240, 320)) for picture in row])
    write_sheet(rows[:4], out / "own-depth.jpg")
    (out / "own-depth.md").write_text(report(errors))


def write_sheet(rows: list[list[Image.Image]], path: Path) -> None:
    sheet = Image.new("RGB", (240 * len(rows[0]), 320 * len(rows)))
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            sheet.paste(picture, (240 * x, 320 * y))
    sheet.save(path, quality=88)


def report(errors: dict[str, Errors]) -> str:
    count = len(errors["fused"].inner)
    lines = [
        "# Depth of a sensor, the network and both",
        "",
        f"{count} rendered people, a simulated sensor (`make evaluate-own-depth`). Mean absolute errors as shares of "
        "the person's depth from 5 to 95 %; mean and largest of the people. The network's depth is moved to the "
        "true distance. The sensor's own noise and steps are 0.02 of the last column.",
        "",
        "| `--depth-source` | where the sensor is right | at its holes and wall: hair | the same: skin and clothes "
        "| to the sensor where it is right |",
        "| --- | --- | --- | --- | --- |",
    ]
    for source, found in errors.items():
        cells = [f"{np.nanmean(values):.3f}, {np.nanmax(values):.3f}" for values in vars(found).values()]
        lines.append(f"| {source} | {' | '.join(cells)} |")
    lines += [
        "",
        "![Photo, simulated sensor, and the depth of sensor, network and both](own-depth.jpg)",
        "",
        "From left to right: the photo, the simulated sensor's map, depth from `sensor`, `network`, `fused`.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
