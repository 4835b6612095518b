"""The log of a run: log.csv, for plots and for comparing machines."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

from .config import ConfigError


class TrainingLog:
    """A CSV row every few steps: means of the loss terms since the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, float] = {}
        self._count = 0
        self._written = time.monotonic()

    def add(self, values: dict[str, float]) -> None:
        self._count += 1
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def steps_per_second(self) -> float:
        """Of the steps since the last row."""
        return self._count / (time.monotonic() - self._written)

    def write(self, fixed: dict[str, Any]) -> None:
        row = fixed | {name: f"{total / self._count:.5f}" for name, total in self._sums.items()}
        columns = list(row)
        if self._path.exists():
            with self._path.open(newline="") as file:
                columns = next(csv.reader(file))
        if set(columns) != set(row):
            raise ConfigError(f"{self._path}: other columns than this run's; move the file away")
        new = not self._path.exists()
        with self._path.open("a", newline="") as file:
            writer = csv.DictWriter(file, columns)
            if new:
                writer.writeheader()
            writer.writerow(row)
        print(" ".join(f"{k} {v}" for k, v in row.items()), flush=True)
        self._sums, self._count, self._written = {}, 0, time.monotonic()
