from __future__ import annotations

import pytest
import torch
from torch import nn

from portrait_depth_training.optimizer import Muon, Team, orthogonalized


@pytest.mark.parametrize("arithmetic", ["float32", "bfloat16"])
@pytest.mark.parametrize("shape", [(24, 90), (90, 24), (16, 16)])
def test_steps_go_equally_far_in_every_direction(shape: tuple[int, int], arithmetic: str) -> None:
    torch.manual_seed(1)
    matrix = torch.randn(shape) @ torch.diag(torch.linspace(0.1, 3, shape[1]))
    turned = orthogonalized(matrix, arithmetic)
    sizes = torch.linalg.svdvals(turned)
    assert float(sizes.min()) > 0.5 and float(sizes.max()) < 1.3
    assert float((turned * matrix).sum()) > 0.65 * float(torch.linalg.svdvals(matrix).sum())


def _weights() -> list[nn.Parameter]:
    torch.manual_seed(2)
    weights = [nn.Parameter(torch.randn(shape)) for shape in ((8, 4, 3, 3), (6, 12), (5, 40))]
    for weight in weights:
        weight.grad = torch.randn_like(weight)
    return weights


def test_replicas_that_share_the_work_take_the_same_steps() -> None:
    alone, first, second = _weights(), _weights(), _weights()
    numbers = sum(weight.numel() for weight in alone)
    Muon(alone, 0.1, Team(torch.zeros(numbers))).step()
    board = torch.zeros(numbers)
    other = Muon(second, 0.1, Team(board, rank=1, replicas=2))
    Muon(first, 0.1, Team(board, rank=0, replicas=2, wait=other.step)).step()
    assert all(torch.equal(a, b) for a, b in zip(alone, first))
    assert not any(torch.equal(a, b) for a, b in zip(alone, _weights()))
