"""The report of an evaluation: tables, a plot by group, contact sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np
import numpy.typing as npt
from PIL import Image

from .evaluation import MEASURES, PeopleResult, Sample, by_group, known_mean
from .losses import FINEST_TERMS
from .metrics import Floats, best_alignment, slope_normals

matplotlib.use("Agg")

from matplotlib import pyplot

Picture = npt.NDArray[np.uint8]

_HEADINGS: Final = (
    "error", "ordinal", "normals", "edges", "error of the head", "distance", "metres",
)  # fmt: skip
_COLUMNS: Final = 8


def _numbers(means: dict[str, float]) -> str:
    cells = (
        f"{means['error']:.3f}",
        f"{means['ordinal'] * 100:.1f} %",
        f"{means['normal_degrees']:.1f}°",
        f"{means['edge']:.2f}",
        f"{means['head_error']:.3f}",
        f"{means['distance_error'] * 100:.1f} %",
        f"{means['metres_error'] * 100:.1f} cm",
    )
    return " | ".join(cells)


def people_table(result: PeopleResult) -> str:
    """Markdown: all people, all with flip augmentation, then every group without it."""
    count = len(result.measures["error"])
    means, augmented = (
        {name: known_mean(measures[name]) for name in MEASURES}
        for measures in (result.measures, result.flip_augmented)
    )
    lines = [
        "| people | number | " + " | ".join(_HEADINGS) + " |",
        "| --- " * (2 + len(_HEADINGS)) + "|",
        f"| **all** | {count} | {_numbers(means)} |",
        f"| all, flip augmentation | {count} | {_numbers(augmented)} |",
    ]
    for label, words, number, group in by_group(result):
        lines.append(f"| {label.replace('_', ' ')}: {words} | {number} | {_numbers(group)} |")
    return "\n".join(lines)


def parts_table(result: PeopleResult) -> str:
    """Markdown: the parts of the error (error_parts.py), without and with flip augmentation."""
    lines = [
        "| people | face | torso | tilt | error without tilt | without tilt and bend "
        "| nose, frontal faces | AbsRel | RMSE |",
        "| --- " * 9 + "|",
    ]
    rows = {"all": result.measures, "all, flip augmentation": result.flip_augmented}
    for name, measures in rows.items():
        mean = {key: known_mean(measures[key]) for key in MEASURES}
        frontal = measures["nose"][~np.isnan(measures["nose"])]
        nose = f"{mean['nose']:.2f} ± {np.std(frontal):.2f} ({len(frontal)})"
        lines.append(
            f"| {name} | {mean['face_error']:.3f} | {mean['torso_error']:.3f} | "
            f"{mean['tilt_error']:.3f} rad | {mean['untilted_error']:.3f} | "
            f"{mean['unbent_error']:.3f} | {nose} | {mean['abs_rel'] * 100:.2f} % | "
            f"{mean['rmse_metres'] * 100:.1f} cm |"
        )
    return "\n".join(lines)


def sensor_table(rows: list[dict[str, Any]]) -> str:
    """Markdown: each photo, the same moved a little (mean and standard deviation), flip
    augmentation, and the baseline from the mask alone.
    """
    lines = [
        "| photo | error | ordinal | edges | distance | metres | moved: error "
        "| flip augmentation: error | ordinal | silhouette: error | ordinal |",
        "| --- " * 11 + "|",
    ]
    for row in rows:
        lines.append(
            f"| {row['photo'].name} | {row['error']:.3f} | {row['ordinal'] * 100:.1f} % | "
            f"{row['edge']:.2f} | {row['distance_error'] * 100:.1f} % | "
            f"{row['metres_error'] * 100:.1f} cm | "
            f"{row['moved_error']:.3f} ± {row['moved_deviation']:.3f} | "
            f"{row['augmented_error']:.3f} | "
            f"{row['augmented_ordinal'] * 100:.1f} % | {row['baseline_error']:.3f} | "
            f"{row['baseline_ordinal'] * 100:.1f} % |"
        )
    return "\n".join(lines)


def plot_groups(result: PeopleResult, path: Path) -> None:
    """A bar for each group's mean error, with lines at the mean of all people and 1.5 times it."""
    rows = by_group(result)
    names = [f"{label.replace('_', ' ')}: {words}" for label, words, _, _ in rows]
    errors = [means["error"] for _, _, _, means in rows]
    mean = float(result.measures["error"].mean())
    figure, axes = pyplot.subplots(figsize=(7, 0.22 * len(rows) + 1))
    axes.barh(names[::-1], errors[::-1], color="#4477aa")
    axes.axvline(mean, color="#222222", linewidth=1, label=f"all: {mean:.3f}")
    axes.axvline(1.5 * mean, color="#cc3311", linewidth=1, linestyle="--", label="1.5 times")
    axes.set_xlabel("relief error, share of the 5-95 % range")
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=7, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def plot_log(log: Path, path: Path) -> None:
    """Loss terms over samples, from a run's log.csv."""
    table: Any = np.genfromtxt(log, delimiter=",", names=True)
    figure, axes = pyplot.subplots(figsize=(7, 3.5))
    for name in (*FINEST_TERMS, "levels", "crop_width"):
        if name not in table.dtype.names:  # logs of earlier versions lack some terms
            continue
        axes.plot(table["samples"] / 1000, table[name], label=name.replace("_", " "), linewidth=1)
    axes.set_yscale("log")
    axes.set_xlabel("thousand pictures")
    axes.set_ylabel("loss terms")
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _gray(values: Floats, low: float, high: float, known: npt.NDArray[np.bool_]) -> Picture:
    """Near is white, unknown is black."""
    share = np.clip(1 - (values - low) / max(high - low, 1e-6), 0, 1) * known
    return np.repeat((share * 255).astype(np.uint8)[..., None], 3, -1)


def _shaded(normals: Floats, known: npt.NDArray[np.bool_]) -> Picture:
    colored = (normals * np.array([0.5, 0.5, -0.5]) + 0.5) * known[..., None]
    return (np.clip(colored, 0, 1) * 255).astype(np.uint8)


def _column(picture: Floats, truth: Floats, found: Floats, known: npt.NDArray[np.bool_]) -> Picture:
    """Photo, truth, prediction, its normals, error: one below the other."""
    scale, shift = best_alignment(found[known], truth[known])
    aligned = scale * found + shift
    low, high = np.percentile(truth[known], [2, 98])
    error = np.clip(np.abs(aligned - truth) / max(high - low, 1e-6) * 4, 0, 1) * known
    normals = np.pad(slope_normals(found), ((0, 1), (0, 1), (0, 0)), mode="edge")
    red = np.stack([error, error * 0.3, error * 0.1], -1)
    colors = np.clip(np.moveaxis(picture[:3], 0, -1), 0, 1)
    tiles = [
        (colors * 255).astype(np.uint8),
        _gray(truth, low, high, known),
        _gray(aligned, low, high, known),
        _shaded(normals, known),
        (red * 255).astype(np.uint8),
    ]
    return np.concatenate(tiles, 0)


def _sheet(columns: list[Picture], path: Path, shrink: int = 1) -> None:
    rows = [columns[i : i + _COLUMNS] for i in range(0, len(columns), _COLUMNS)]
    blank = np.zeros_like(columns[0])
    padded = [row + [blank] * (min(_COLUMNS, len(columns)) - len(row)) for row in rows]
    whole = np.concatenate([np.concatenate(row, 1) for row in padded], 0)
    image = Image.fromarray(whole)
    if shrink > 1:
        size = (image.width // shrink, image.height // shrink)
        image = image.resize(size, Image.Resampling.BOX)
    image.quantize(128).save(path, optimize=True)


def people_sheet(samples: list[Sample], path: Path) -> None:
    """Photo, truth, prediction, normals and error (white-red at 25 % of the range) of people."""
    columns = [_column(s.picture, s.truth, s.predicted, s.known) for s in samples[:_COLUMNS]]
    _sheet(columns, path)


def draw_people(result: PeopleResult, folder: Path, name: str) -> list[str]:
    """Draws the plot by group and two contact sheets; returns Markdown with them."""
    plot_groups(result, folder / f"{name}-groups.png")
    people_sheet(result.samples, folder / f"{name}-people.png")
    people_sheet(result.worst, folder / f"{name}-worst.png")
    return [
        f"![error by group]({name}-groups.png)",
        "Rows from top to bottom: picture, truth, prediction, its normals, error (full red is a "
        "quarter of the depth range). The first eight people, then the worst eight.",
        f"![people]({name}-people.png)",
        f"![worst people]({name}-worst.png)",
    ]


def draw_training(log: Path | None, folder: Path, name: str, network: str) -> list[str]:
    """Draws the plot of `log`; returns Markdown with it, or with an earlier call's plot.

    An earlier plot is kept while `network`, a line of the page, is unchanged.
    """
    page, plot = folder / f"{name}.md", folder / f"{name}-training.png"
    section = ["## Training", f"![loss terms]({plot.name})"]
    if log:
        plot_log(log, plot)
        return section
    lines = page.read_text().splitlines() if page.exists() else []
    return section if plot.exists() and network in lines and section[1] in lines else []


def sensor_sheet(rows: list[dict[str, Any]], path: Path) -> None:
    """The same for sensor photos. The sheet contains the photos; do not publish it."""
    _sheet(
        [_column(r["photo"].picture, r["photo"].depth, r["relief"], r["known"]) for r in rows], path
    )
