"""The mean of trained networks: two runs that started from the same weights, or one that went on
from the other, often meet between them at less error than either has.

Source: M. Wortsman et al., Model soups: averaging weights of multiple fine-tuned models improves
accuracy without increasing inference time, ICML 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from .config import ConfigError


def mean_checkpoint(checkpoints: Sequence[Path], output: Path) -> None:
    """Writes the mean of the averaged networks of `checkpoints`, as float16, to `output`: enough to
    export and to train on from. Throws ConfigError where their shapes differ.
    """
    states = [torch.load(path, map_location="cpu") for path in checkpoints]
    for path, state in zip(checkpoints, states):
        if state["shape"] != states[0]["shape"]:
            raise ConfigError(f"{path}: another shape of network than {checkpoints[0]}")
    mean = {}
    for name, value in states[0]["average"].items():
        mean[name] = value
        if value.is_floating_point():
            every = torch.stack([state["average"][name].float() for state in states])
            mean[name] = every.mean(0).half()
    torch.save({"shape": states[0]["shape"], "average": mean}, output)
