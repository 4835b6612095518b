"""Compares shapes of the network in equal, short runs, measured on the same people.

Short runs favor small networks a little. They separate shapes of similar cost; they do not predict
the error of a long run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import onnx

from .config import Config
from .environments import Environments
from .evaluation import evaluate_people
from .export import session, to_onnx, with_small_weights
from .multiply_adds import multiply_adds
from .network import NetworkShape, ReliefNetwork, load_network
from .records import HEIGHT, WIDTH, PeopleSet
from .training import train

SHAPES: Final[dict[str, NetworkShape]] = {
    "narrow": NetworkShape((12, 24, 48, 80, 128)),
    "deep": NetworkShape((16, 24, 48, 96, 160), (0, 1, 2, 3, 3), (1, 1, 1, 2)),
    "fast": NetworkShape(),
    "heavy-bottom": NetworkShape((16, 32, 64, 128, 256)),
    "two-decoders": NetworkShape(decoder_blocks=(1, 1, 2, 2)),
    "wide": NetworkShape((24, 48, 96, 160, 224)),
}
_TIMED: Final = 60


def milliseconds(model: onnx.ModelProto) -> float:
    """Median time of one prediction on one core in ONNX Runtime."""
    network = session(model)
    picture = np.zeros((1, 4, HEIGHT, WIDTH), np.float32)
    times = []
    for _ in range(_TIMED):
        started = time.perf_counter()
        network.run(None, {"input": picture})
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times[_TIMED // 6 :]))


def compare(
    base: Config,
    pictures: int,
    people: PeopleSet,
    environments: Environments,
    count: int,
    folder: Path,
) -> Iterator[str]:
    """Trains every shape on `pictures` pictures, otherwise with the config `base`, and measures it
    on `count` people. Yields the lines of a Markdown table; leaves NAME.onnx in `folder`.
    """
    yield (
        "| shape | channels | encoder, decoder blocks | million multiply-adds | parameters "
        "| one core | error | ordinal |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    batch = base.stages[0].batch * base.replicas
    for name, shape in SHAPES.items():
        config = replace(
            base, name=name, network=shape, initial=None, steps=max(pictures // batch, 1)
        )
        network = load_network(train(config, folder / name))
        model = with_small_weights(to_onnx(network, f"Candidate {name}."))
        path = folder / f"{name}.onnx"
        onnx.save(model, str(path))
        found = evaluate_people(path, people, environments, count).measures
        weights = sum(p.numel() for p in ReliefNetwork(shape).parameters())
        cells = [
            name,
            ", ".join(map(str, shape.channels)),
            " ".join(map(str, shape.encoder_blocks))
            + ", "
            + " ".join(map(str, shape.decoder_blocks)),
            f"{multiply_adds(model) / 1e6:.0f}",
            f"{weights / 1e6:.2f} M",
            f"{milliseconds(model):.1f} ms",
            f"{np.mean(found['error']):.3f}",
            f"{100 * np.mean(found['ordinal']):.1f} %",
        ]
        yield "| " + " | ".join(cells) + " |"
