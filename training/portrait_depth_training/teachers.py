"""Trained networks whose outputs replace a share of the true targets.

Most of a small network's error is also a larger network's error: the lean of a body and the
distance of a hand are not visible in the picture. Such errors give every person a gradient of
random direction. The output of a better network for the same picture is free of them (G. Hinton,
O. Vinyals and J. Dean, "Distilling the Knowledge in a Neural Network", 2015), and so is the mean of
networks of the same size (T. Furlanello et al., "Born-Again Neural Networks", 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from .arithmetic import autocast
from .examples import Batch
from .network import load_network


class Teachers:
    """The mean of trained networks; every second one gets the mirror image."""

    def __init__(self, checkpoints: Sequence[Path], share: float, arithmetic: str) -> None:
        """`share` of the targets, 0 to 1, is the networks'; the rest is the truth."""
        self._networks = [
            load_network(path).to(memory_format=torch.channels_last) for path in checkpoints
        ]
        self._share, self._arithmetic = share, arithmetic

    def taught(self, batch: Batch, halved: bool) -> Batch:
        """`batch` with the networks' share in relief and crop width; normals stay true.

        `halved`: as in `ReliefNetwork.forward`.
        """
        if not self._networks:
            return batch
        relief = torch.zeros_like(batch.relief)
        log_crop_width = torch.zeros_like(batch.log_crop_width)
        for number, network in enumerate(self._networks):
            mirrored = number % 2 == 1
            picture = batch.picture.flip(3) if mirrored else batch.picture
            gravity = batch.gravity * torch.tensor([-1.0, 1, 1]) if mirrored else batch.gravity
            with torch.no_grad(), autocast(self._arithmetic):
                levels, width = network(picture, gravity, halved=halved)
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
