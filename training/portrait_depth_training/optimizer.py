"""The optimiser: Muon for the convolutions, AdamW for everything else.

Muon (K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) replaces
the momentum of a weight matrix by the nearest matrix whose singular values are all about one, so
that every direction of a layer learns at the same pace. Newton-Schulz iterations with the paper's
coefficients find it without a decomposition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor, nn

_QUINTIC: Final = (3.4445, -4.7750, 2.0315)
_ITERATIONS: Final = 5


def orthogonalised(matrix: Tensor) -> Tensor:
    """About U V^T of the singular value decomposition U S V^T of a (rows, columns) matrix."""
    a, b, c = _QUINTIC
    x = (matrix / (matrix.norm() + 1e-7)).bfloat16()  # precise enough, and oneDNN's product is fast
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).float()


def _owners(weights: list[nn.Parameter], replicas: int) -> list[int]:
    """Which replica works out which weight's step: the dearest first, each to whom has least."""
    rows = [len(weight) for weight in weights]
    columns = [weight.numel() // len(weight) for weight in weights]
    costs = [min(r, c) ** 2 * max(r, c) for r, c in zip(rows, columns)]
    owners, load = [0] * len(weights), [0] * replicas
    for number in sorted(range(len(weights)), key=lambda n: -costs[n]):
        owners[number] = load.index(min(load))
        load[owners[number]] += costs[number]
    return owners


class Muon(torch.optim.Optimizer):
    """Steps along the orthogonalised Nesterov momentum; kernels are flattened to (out, in x h x w).

    Replicas that hold the same weights and gradients share the work: each writes the steps of its
    weights to `board`, shared memory with a number for every weight, and `wait`s for the others.
    """

    def __init__(
        self,
        weights: list[nn.Parameter],
        lr: float,
        board: Tensor,
        rank: int = 0,
        replicas: int = 1,
        wait: Callable[[], object] = lambda: None,
        momentum: float = 0.95,
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})
        self._rank, self._owners, self._wait = rank, _owners(weights, replicas), wait
        self._board = list(board.split([weight.numel() for weight in weights]))

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
            if owner != self._rank:
                continue
            ahead = weight.grad.lerp(average, group["momentum"])
            turned = orthogonalised(ahead.reshape(len(ahead), -1))
            pace = max(1.0, turned.shape[0] / turned.shape[1]) ** 0.5
            board.copy_((turned * pace).reshape(-1))
        self._wait()
        for weight, _, board in known:
            weight.add_(board.view_as(weight), alpha=-group["lr"])
