from __future__ import annotations

from pathlib import Path

import pytest
import torch

from portrait_depth_training.__main__ import main
from portrait_depth_training.config import ConfigError, read_config
from portrait_depth_training.examples import Batch
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.teachers import Teachers

SHAPE = NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0))


def _teacher(path: Path, seed: int) -> ReliefNetwork:
    torch.manual_seed(seed)
    network = ReliefNetwork(SHAPE)
    torch.save({"shape": SHAPE, "average": network.state_dict()}, path)
    network.eval()
    return network


@pytest.fixture
def batch() -> Batch:
    torch.manual_seed(0)
    weight = torch.ones(2, 1, 128, 96)
    weight[:, :, :40] = 0
    return Batch(
        picture=torch.rand(2, 4, 128, 96),
        relief=torch.rand(2, 1, 128, 96) * weight,
        slope_normal=torch.rand(2, 3, 128, 96),
        weight=weight,
        head=weight > 0,
        log_crop_width=torch.full((2, 1), -1.0),
        view=torch.tensor([[1.0, 0.5, 0.6]] * 2),
        gravity=torch.tensor([[0.1, 0.9, -0.4]] * 2),
        key_lights=torch.zeros(2),
    )


def test_without_teachers_the_batch_is_the_same(batch: Batch) -> None:
    assert Teachers([], 0.5, "float32").taught(batch, halved=True) is batch


def test_the_second_teacher_gets_the_mirror_image(tmp_path: Path, batch: Batch) -> None:
    paths = [tmp_path / "a.pt", tmp_path / "b.pt"]
    first, second = (_teacher(path, seed) for seed, path in enumerate(paths, 1))
    across = batch.gravity * torch.tensor([-1.0, 1, 1])
    with torch.no_grad():
        straight, width = first(batch.picture, batch.gravity, halved=True)
        mirrored, mirrored_width = second(batch.picture.flip(3), across, halved=True)
    mean = (straight[0] + mirrored[0].flip(3)) / 2
    known = batch.weight > 0
    for share in (1.0, 0.25):
        taught = Teachers(paths, share, "float32").taught(batch, halved=True)
        expected = torch.where(known, batch.relief.lerp(mean, share), batch.relief)
        assert torch.allclose(taught.relief, expected, atol=1e-5 * float(mean.abs().max()))
        assert not torch.allclose(taught.relief, batch.relief, atol=0.01)
        wide = batch.log_crop_width.lerp((width + mirrored_width) / 2, share)
        assert torch.allclose(taught.log_crop_width, wide, atol=1e-5)
        assert taught.slope_normal is batch.slope_normal
        assert taught.picture is batch.picture


def test_a_share_needs_teachers(tmp_path: Path) -> None:
    config = tmp_path / "run.toml"
    config.write_text('name = "a"\npeople = []\nenvironments = "procedural"\nsteps = 1\n')
    assert read_config(config).teachers == ()
    config.write_text(config.read_text() + "teacher_share = 0.5\n")
    with pytest.raises(ConfigError, match="give both or none"):
        read_config(config)


def test_a_missing_teacher_is_named(
    tmp_path: Path, people_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "run.toml"
    config.write_text(
        f'name = "a"\npeople = ["{people_folder}"]\nenvironments = "procedural"\nsteps = 1\n'
        'teachers = ["gone.pt"]\nteacher_share = 0.5\n'
        "[[stages]]\nheight = 128\nshare = 1\nbatch = 1\n"
    )
    assert main(["train", "--config", str(config), "--runs", str(tmp_path / "runs")]) == 1
    assert "gone.pt: no such checkpoint" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_teacher_with_other_targets_is_named(
    tmp_path: Path, people_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _teacher(tmp_path / "flat.pt", 1)
    config = tmp_path / "run.toml"
    config.write_text(
        f'name = "a"\npeople = ["{people_folder}"]\nenvironments = "procedural"\nsteps = 1\n'
        f'crop_camera = true\nteachers = ["{tmp_path}/flat.pt"]\nteacher_share = 0.5\n'
        "[[stages]]\nheight = 128\nshare = 1\nbatch = 1\n"
    )
    assert main(["train", "--config", str(config), "--runs", str(tmp_path / "runs")]) == 1
    assert "flat.pt: another crop_camera than the config's" in capsys.readouterr().err
