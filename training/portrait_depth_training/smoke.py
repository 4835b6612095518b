"""All steps on ellipsoid people: the loss falls, a run resumes bit-exactly, exports agree."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch

from .config import Config, Stage
from .export import largest_difference, session, to_onnx, with_small_weights
from .network import NetworkShape, load_network
from .synthetic import write_people
from .training import train

#: Largest difference between PyTorch and ONNX Runtime in float32.
_PARITY = 1e-4


def smoke_config(people: Path) -> Config:
    """A small network for a short run on `people`."""
    return Config(
        name="smoke",
        people=(people,),
        environments="procedural",
        steps=60,
        stages=(Stage(128, 0.9, 8), Stage(256, 0.1, 4)),
        warm_up_steps=10,
        checkpoint_every=25,
        log_every=10,
        arithmetic="float32",  # fixed, as bit-exactness is checked
        network=NetworkShape((8, 16, 32, 48, 64), (0, 0, 1, 1, 1), (1, 1, 1, 1), 8),
    )


def _losses(log: Path) -> list[float]:
    with log.open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def smoke() -> Iterator[str]:
    """Yields a line for each check that passes; raises AssertionError for one that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_people(folder / "people", 64)
        config = smoke_config(folder / "people")

        whole = train(config, folder / "whole")
        losses = _losses(folder / "whole" / "log.csv")
        if not losses[-1] < 0.7 * losses[0]:
            raise AssertionError(f"the loss does not fall: {losses}")
        yield f"loss falls from {losses[0]:.3f} to {losses[-1]:.3f}"

        train(config, folder / "halves", stop_at=33)
        halves = train(config, folder / "halves")
        first, second = (torch.load(path)["network"] for path in (whole, halves))
        apart = [name for name in first if not torch.equal(first[name], second[name])]
        if apart:
            raise AssertionError(f"resuming changed {apart[0]}")
        yield "a run stopped at step 33 and resumed is the unbroken run, bit by bit"

        network = load_network(whole)
        full = to_onnx(network, "smoke")
        difference = largest_difference(network, full)
        if difference > _PARITY:
            raise AssertionError(f"the export differs from PyTorch by {difference:.1e}")
        yield f"export in float32 differs from PyTorch by {difference:.1e}"
        small = with_small_weights(full)
        names = [output.name for output in session(small).get_outputs()]
        if names != ["relief", "crop_width"]:
            raise AssertionError(f"outputs are {names}")
        yield f"small weights differ by {largest_difference(network, small):.1e}"
