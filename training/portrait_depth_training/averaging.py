"""The mean of trained networks.

Between two runs from the same weights, or a run and its continuation, the mean of their weights
often has less error than either.

Source: M. Wortsman et al., Model soups: averaging weights of multiple fine-tuned models improves
accuracy without increasing inference time, ICML 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from .config import ConfigError
from .network import NetworkShape, network_of


def _weights(state: dict[str, Any]) -> NetworkShape:
    """The shape of a checkpoint's weights: a first step without weights does not count."""
    shape: NetworkShape = replace(state["shape"], neutral_clothes=False)
    return shape


def mean_checkpoint(checkpoints: Sequence[Path], output: Path) -> None:
    """Writes the mean of the averaged networks of `checkpoints` to `output`, as float16. The file
    can be exported, and training can start from it. The first one decides about gray clothes.

    Raises ConfigError if their shapes or cameras differ.
    """
    states = [torch.load(path, map_location="cpu") for path in checkpoints]
    for path, state in zip(checkpoints, states):
        if _weights(state) != _weights(states[0]):
            raise ConfigError(f"{path}: another shape of network than {checkpoints[0]}")
        if state.get("crop_camera", False) != states[0].get("crop_camera", False):
            raise ConfigError(f"{path}: another camera of the targets than {checkpoints[0]}")
    networks = [network_of(state).state_dict() for state in states]
    mean = {}
    for name, value in networks[0].items():
        mean[name] = value
        if value.is_floating_point():
            mean[name] = torch.stack([weights[name] for weights in networks]).mean(0).half()
    kept = {name: states[0][name] for name in ("shape", "crop_camera") if name in states[0]}
    torch.save(kept | {"average": mean}, output)
