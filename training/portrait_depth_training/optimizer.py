"""The optimizer: Muon for the convolutions, AdamW for everything else.

Muon (K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) replaces
the momentum of a weight matrix by the nearest matrix whose singular values are all about one. Every
direction of a layer then learns at the same pace. Newton-Schulz iterations with the paper's
coefficients find that matrix without a decomposition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

_QUINTIC: Final = (3.4445, -4.7750, 2.0315)
_ITERATIONS: Final = 5


def orthogonalized(matrix: Tensor, arithmetic: str = "bfloat16") -> Tensor:
    """About U V^T of the singular value decomposition U S V^T of a (rows, columns) matrix.

    bfloat16 is precise enough, and faster if the processor multiplies it in hardware.
    """
    a, b, c = _QUINTIC
    x = (matrix / (matrix.norm() + 1e-7)).to(getattr(torch, arithmetic))
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).float()


def _owners(weights: list[nn.Parameter], replicas: int) -> list[int]:
    """The replica that computes each weight's step: the costliest weights first, each assigned to
    the replica with the least load.
    """
    rows = [len(weight) for weight in weights]
    columns = [weight.numel() // len(weight) for weight in weights]
    costs = [min(r, c) ** 2 * max(r, c) for r, c in zip(rows, columns)]
    owners, load = [0] * len(weights), [0] * replicas
    for number in sorted(range(len(weights)), key=lambda n: -costs[n]):
        owners[number] = load.index(min(load))
        load[owners[number]] += costs[number]
    return owners


@dataclass(frozen=True)
class Team:
    """Replicas with the same weights and gradients, which share the optimizer's work.

    Each writes the steps of its weights to `board`, shared memory with a number for every weight.
    `wait` returns once all have done so.
    """

    board: Tensor
    rank: int = 0
    replicas: int = 1
    wait: Callable[[], object] = lambda: None


class Muon(torch.optim.Optimizer):
    """Steps along the orthogonalized Nesterov momentum; kernels are flattened to (out, in x h x w).

    `arithmetic` is that of `orthogonalized`.
    """

    def __init__(
        self,
        weights: list[nn.Parameter],
        lr: float,
        team: Team,
        arithmetic: str = "bfloat16",
        momentum: float = 0.95,
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})
        self._team, self._owners = team, _owners(weights, team.replicas)
        self._board = list(team.board.split([weight.numel() for weight in weights]))
        self._arithmetic = arithmetic

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        (group,) = self.param_groups
        every = list(zip(group["params"], self._owners, self._board))
        known = [entry for entry in every if entry[0].grad is not None]
        for weight, owner, board in known:
            if not self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
            average: Tensor = self.state[weight]["momentum"]
            average.lerp_(weight.grad, 1 - group["momentum"])
            if owner != self._team.rank:
                continue
            ahead = weight.grad.lerp(average, group["momentum"])
            turned = orthogonalized(ahead.reshape(len(ahead), -1), self._arithmetic)
            pace = max(1.0, turned.shape[0] / turned.shape[1]) ** 0.5
            board.copy_((turned * pace).reshape(-1))
        self._team.wait()
        for weight, _, board in known:
            weight.add_(board.view_as(weight), alpha=-group["lr"])
