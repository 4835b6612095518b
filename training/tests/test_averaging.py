from __future__ import annotations

from pathlib import Path

import pytest
import torch

from portrait_depth_training.__main__ import main
from portrait_depth_training.averaging import mean_checkpoint
from portrait_depth_training.config import ConfigError
from portrait_depth_training.network import NetworkShape, ReliefNetwork, load_network

SHAPE = NetworkShape((8, 8, 8, 8, 8))


def _checkpoint(path: Path, value: float, shape: NetworkShape = SHAPE) -> Path:
    network = ReliefNetwork(shape)
    weights = network.state_dict()
    for tensor in weights.values():
        if tensor.is_floating_point():
            tensor.fill_(value)
    torch.save({"shape": shape, "average": weights}, path)
    return path


def test_the_mean_lies_between_and_loads(tmp_path: Path) -> None:
    paths = [_checkpoint(tmp_path / f"{value}.pt", value) for value in (0.25, 0.75)]
    mean_checkpoint(paths, tmp_path / "mean.pt")
    for tensor in load_network(tmp_path / "mean.pt").state_dict().values():
        if tensor.is_floating_point():
            assert torch.equal(tensor, torch.full_like(tensor, 0.5))


def test_other_shapes_have_no_mean(tmp_path: Path) -> None:
    paths = [
        _checkpoint(tmp_path / "a.pt", 0.5),
        _checkpoint(tmp_path / "b.pt", 0.5, NetworkShape((8, 8, 8, 8, 16))),
    ]
    with pytest.raises(ConfigError, match=r"b\.pt"):
        mean_checkpoint(paths, tmp_path / "mean.pt")
    assert not (tmp_path / "mean.pt").exists()


def test_the_first_decides_about_gray_clothes(tmp_path: Path) -> None:
    gray = NetworkShape((8, 8, 8, 8, 8), neutral_clothes=True)
    paths = [_checkpoint(tmp_path / "a.pt", 0.5, gray), _checkpoint(tmp_path / "b.pt", 0.5)]
    mean_checkpoint(paths, tmp_path / "mean.pt")
    assert torch.load(tmp_path / "mean.pt")["shape"] == gray
    mean_checkpoint(paths[::-1], tmp_path / "mean.pt")
    assert torch.load(tmp_path / "mean.pt")["shape"] == SHAPE


def test_other_cameras_have_no_mean(tmp_path: Path) -> None:
    paths = [_checkpoint(tmp_path / "a.pt", 0.5), _checkpoint(tmp_path / "b.pt", 0.5)]
    torch.save(torch.load(paths[1]) | {"crop_camera": True}, paths[1])
    with pytest.raises(ConfigError, match=r"b\.pt: another camera"):
        mean_checkpoint(paths, tmp_path / "mean.pt")
    mean_checkpoint(paths[1:], tmp_path / "mean.pt")
    assert torch.load(tmp_path / "mean.pt")["crop_camera"]


@pytest.mark.parametrize(
    "command",
    [
        ["mean", "gone", "--output", "new"],
        ["export", "--checkpoint", "gone", "--output", "new"],
        ["evaluate", "--model", "gone", "--sensor-only"],
    ],
)
def test_a_missing_file_is_named(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 1
    assert capsys.readouterr().err.startswith("gone: no such file")
