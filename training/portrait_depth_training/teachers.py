"""Trained networks whose answers stand in for a share of the truth.

Most of what a small network misses cannot be seen in the picture by a larger one either: how far a
body leans, how far off a hand is. Such errors pull at every weight in a direction that the next
person turns around. What a better network says of the same picture has none of them (G. Hinton,
O. Vinyals and J. Dean, "Distilling the Knowledge in a Neural Network", 2015), and a network can
learn so from the mean of its like (T. Furlanello et al., "Born-Again Neural Networks", 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from .batches import Batch
from .network import load_network


class Teachers:
    """The mean of trained networks; every second one sees the mirror image."""

    def __init__(self, checkpoints: Sequence[Path], share: float) -> None:
        """`share` of the targets is theirs, 0 to 1; the rest is the truth."""
        self._networks = [
            load_network(path).to(memory_format=torch.channels_last) for path in checkpoints
        ]
        self._share = share

    def taught(self, batch: Batch, halved: bool) -> Batch:
        """`batch` with their share in relief and crop width; normals stay those of the truth.

        `halved`: as in `ReliefNetwork.forward`.
        """
        if not self._networks:
            return batch
        relief = torch.zeros_like(batch.relief)
        log_crop_width = torch.zeros_like(batch.log_crop_width)
        for number, network in enumerate(self._networks):
            mirrored = number % 2 == 1
            picture = batch.picture.flip(3) if mirrored else batch.picture
            with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                levels, width = network(picture, halved=halved)
            relief += levels[0].flip(3) if mirrored else levels[0]
            log_crop_width += width
        count, known = len(self._networks), batch.weight > 0
        return replace(
            batch,
            relief=torch.where(
                known, torch.lerp(batch.relief, relief / count, self._share), batch.relief
            ),
            log_crop_width=torch.lerp(batch.log_crop_width, log_crop_width / count, self._share),
        )
