from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from portrait_depth_training.config import ConfigError, read_config
from portrait_depth_training.export import to_onnx
from portrait_depth_training.multiply_adds import multiply_adds
from portrait_depth_training.network import (
    Block,
    NetworkShape,
    ReliefNetwork,
    load_network,
    take_over,
)

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


@pytest.mark.parametrize(("name", "budget"), [("", 250e6), ("_fast", 80e6), ("_fast_taught", 80e6)])
def test_shipped_networks_keep_their_budgets(name: str, budget: float) -> None:
    config = read_config(CONFIGS / f"ar_portrait_depth{name}.toml")
    network = ReliefNetwork(config.network)
    assert multiply_adds(to_onnx(network, "")) <= budget
    assert 2 * sum(p.numel() for p in network.parameters()) <= 8e6
    assert sum(stage.share for stage in config.stages) == pytest.approx(1)


UNKNOWN = torch.zeros(2, 3)
SMALL = NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0))


def test_every_level_predicts() -> None:
    network = ReliefNetwork(SMALL)
    levels, log_crop_width = network(torch.rand(2, 4, 128, 96), UNKNOWN, halved=True)
    assert [level.shape[2] for level in levels] == [128, 64, 32, 16, 8, 4]
    assert log_crop_width.shape == (2, 1)
    levels, _ = network(torch.rand(2, 4, 256, 192), UNKNOWN, halved=False)
    assert [level.shape[2] for level in levels] == [256, 128, 64, 32, 16, 8, 4]


def test_a_new_fine_level_changes_nothing_until_it_has_learned() -> None:
    coarse, fine = ReliefNetwork(SMALL), ReliefNetwork(replace(SMALL, fine_channels=8))
    missing, _ = fine.load_state_dict(coarse.state_dict(), strict=False)
    assert missing and all(name.startswith("fine.") for name in missing)
    picture = torch.rand(2, 4, 256, 192)
    with torch.no_grad():
        expected, found = (n.eval().predict(picture, UNKNOWN) for n in (coarse, fine))
    assert expected[0].shape == (2, 1, 256, 192) and expected[1].shape == (2, 1)
    assert torch.equal(expected[0], found[0]) and torch.equal(expected[1], found[1])


def test_a_wider_network_equals_the_narrower_one_and_can_learn() -> None:
    torch.manual_seed(3)
    narrow = ReliefNetwork(SMALL)
    # Statistics unlike the initial ones.
    narrow(torch.rand(4, 4, 128, 96), torch.zeros(4, 3), halved=True)
    wide = ReliefNetwork(replace(SMALL, channels=(12, 8, 16, 10, 24)))
    take_over(wide, narrow.state_dict())
    picture = torch.rand(2, 4, 256, 192)
    expected, found = (n.eval().predict(picture, UNKNOWN) for n in (narrow, wide))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    found[0].square().sum().backward()
    added = wide.relief_head.weight.grad
    assert added is not None and float(added[:, 8:].abs().sum()) > 0
    with pytest.raises(ValueError, match="stem"):
        take_over(narrow, wide.state_dict())


def test_unknown_gravity_changes_nothing_and_known_gravity_is_learned() -> None:
    torch.manual_seed(5)
    network = ReliefNetwork(SMALL).eval()
    picture, gravity = torch.rand(2, 4, 256, 192), torch.tensor([[0.0, 0.9, -0.4], [0.1, 0.9, 0.4]])
    unknown = network.predict(picture, UNKNOWN)[0]
    assert torch.equal(unknown, network.predict(picture, gravity)[0])  # as long as it is untrained
    network.predict(picture, gravity)[0].square().sum().backward()
    slope = network.gravity.weight.grad
    assert slope is not None and float(slope.abs().sum()) > 0
    torch.nn.init.normal_(network.gravity.weight)
    assert torch.equal(unknown, network.predict(picture, UNKNOWN)[0])
    assert not torch.allclose(unknown, network.predict(picture, gravity)[0])


def test_a_network_from_before_gravity_goes_on_as_it_was(tmp_path: Path) -> None:
    torch.manual_seed(6)
    network = ReliefNetwork(SMALL).eval()
    state = {n: w for n, w in network.state_dict().items() if not n.startswith("gravity.")}
    torch.save({"shape": SMALL, "average": state}, tmp_path / "before.pt")
    picture = torch.rand(2, 4, 256, 192)
    found = load_network(tmp_path / "before.pt").predict(picture, torch.rand(2, 3))
    torch.testing.assert_close(found, network.predict(picture, UNKNOWN))


def test_a_deeper_network_equals_the_shallower_one_and_can_learn() -> None:
    torch.manual_seed(4)
    shallow = ReliefNetwork(SMALL)
    shallow(torch.rand(4, 4, 128, 96), torch.zeros(4, 3), halved=True)
    deep = ReliefNetwork(
        replace(SMALL, encoder_blocks=(0, 0, 1, 0, 2), decoder_blocks=(0, 1, 0, 0))
    )
    take_over(deep, shallow.state_dict())
    picture = torch.rand(2, 4, 256, 192)
    expected, found = (n.eval().predict(picture, UNKNOWN) for n in (shallow, deep))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    found[0].square().sum().backward()
    block = deep.encoder[4][2]
    assert isinstance(block, Block) and block.norm.weight.grad is not None
    assert float(block.norm.weight.grad.abs().sum()) > 0


def test_counted_multiply_adds() -> None:
    def counted(shape: NetworkShape) -> int:
        return multiply_adds(to_onnx(ReliefNetwork(shape), ""))

    stem = 64 * 48 * 4 * 9 * 8
    down = (32 * 24 + 16 * 12 + 8 * 6 + 4 * 3) * 8 * 9 * 8
    up = (4 * 3 + 8 * 6 + 16 * 12 + 32 * 24) * 8 * 8
    heads = 64 * 48 * 8 * 9 * 4 + (8 + 3) * 8 + 8 * 64 + 64
    expected = stem + down + up + heads
    assert counted(SMALL) == pytest.approx(expected, rel=1e-5)
    fine = 128 * 96 * (4 * 9 * 8 + 8 * 9 * 8 + 8 * 9 * 4) + 64 * 48 * 8 * 8
    assert counted(replace(SMALL, fine_channels=8)) == pytest.approx(expected + fine, rel=1e-5)


def test_a_misspelt_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('name = "x"\nlerning_rate = 1.0\n')
    with pytest.raises(ConfigError, match="lerning_rate"):
        read_config(path)
