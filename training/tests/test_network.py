from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from portrait_depth_training.config import ConfigError, read_config
from portrait_depth_training.network import NetworkShape, ReliefNetwork, multiply_adds

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


@pytest.mark.parametrize(("name", "budget"), [("", 250e6), ("_fast", 80e6)])
def test_shipped_networks_keep_their_budgets(name: str, budget: float) -> None:
    config = read_config(CONFIGS / f"ar_portrait_depth{name}.toml")
    network = ReliefNetwork(config.network)
    assert multiply_adds(network) <= budget
    assert 2 * sum(p.numel() for p in network.parameters()) <= 8e6
    assert sum(stage.share for stage in config.stages) == pytest.approx(1)


def test_every_level_predicts() -> None:
    network = ReliefNetwork(NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0)))
    levels, log_crop_width = network(torch.rand(2, 4, 128, 96))
    assert [level.shape[2] for level in levels] == [128, 64, 32, 16, 8, 4]
    assert log_crop_width.shape == (2, 1)


def test_a_halved_network_costs_a_quarter_and_keeps_the_contract() -> None:
    shape = NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0))
    whole, halved = ReliefNetwork(shape), ReliefNetwork(replace(shape, halved=True))
    assert multiply_adds(halved) == pytest.approx(multiply_adds(whole) / 4, rel=0.01)
    relief, crop_width = halved.predict(torch.rand(2, 4, 256, 192))
    assert relief.shape == (2, 1, 256, 192) and crop_width.shape == (2, 1)


def test_counted_multiply_adds() -> None:
    network = ReliefNetwork(NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0)))
    stem = 128 * 96 * 4 * 9 * 8
    down = (64 * 48 + 32 * 24 + 16 * 12 + 8 * 6) * 8 * 9 * 8
    up = (8 * 6 + 16 * 12 + 32 * 24 + 64 * 48) * 8 * 8
    heads = 128 * 96 * 8 * 9 * 4 + 8 * 8 + 8 * 64 + 64
    assert multiply_adds(network) == stem + down + up + heads


def test_a_misspelt_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('name = "x"\nlerning_rate = 1.0\n')
    with pytest.raises(ConfigError, match="lerning_rate"):
        read_config(path)
