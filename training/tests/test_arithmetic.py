"""The arithmetic of training: measured, chosen, logged, and kept by a run."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
import torch

from portrait_depth_training import training
from portrait_depth_training.arithmetic import ARITHMETICS, MEASURED, Speeds, machine, measure
from portrait_depth_training.config import Config, ConfigError, read_config
from portrait_depth_training.network import NetworkShape
from portrait_depth_training.smoke import smoke_config
from portrait_depth_training.training_log import TrainingLog

SHAPE = NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0))


def _short(people: Path, arithmetic: str) -> Config:
    config = smoke_config(people)
    return dataclasses.replace(config, arithmetic=arithmetic, replicas=1, steps=2, log_every=1)


def test_a_measurement_times_both_and_leaves_the_threads_alone() -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        speeds = measure(SHAPE, [(128, 2, 1.0)])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert set(speeds.pictures_per_second) == set(ARITHMETICS)
    assert all(speed > 0 for speed in speeds.pictures_per_second.values())
    assert machine() in str(speeds)


@pytest.mark.parametrize("faster", ARITHMETICS)
def test_a_run_takes_and_keeps_the_faster_arithmetic(
    faster: str,
    people_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    speeds = {name: 6.0 if name == faster else 2.3 for name in ARITHMETICS}
    monkeypatch.setattr(training, "measure", lambda *_: Speeds(speeds))
    config = _short(people_folder, MEASURED)
    checkpoint = training.train(config, tmp_path, stop_at=1)
    assert torch.load(checkpoint)["arithmetic"] == faster
    assert f"trains in {faster}" in capsys.readouterr().out
    others = {name: 1 / speed for name, speed in speeds.items()}
    monkeypatch.setattr(training, "measure", lambda *_: Speeds(others))
    training.train(config, tmp_path)
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["arithmetic"] for row in rows] == [faster] * 2
    assert all(float(row["pictures_per_second"]) > 0 for row in rows)
    assert {row["machine"] for row in rows} == {machine()}


def test_the_arithmetics_differ(people_folder: Path, tmp_path: Path) -> None:
    networks = [
        torch.load(training.train(_short(people_folder, name), tmp_path / name))["network"]
        for name in ARITHMETICS
    ]
    assert any(not torch.equal(networks[0][name], networks[1][name]) for name in networks[0])


def test_a_log_with_other_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n1,0.5\n")
    log = TrainingLog(path)
    log.add({"loss": 0.5})
    with pytest.raises(ConfigError, match=r"log\.csv: other columns"):
        log.write({"step": 2, "machine": "any"})
    log.write({"step": 2})
    assert path.read_text().splitlines()[1:] == ["1,0.5", "2,0.50000"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('arithmetic = "float16"', "unknown arithmetic 'float16'"),
        ("recolored_share = 1.5", "recolored_share is 1.5"),
        ("pair_share = 0.5", "pair_share and .loss. pairs go together"),
        ("pair_share = 0.5\n[loss]\npairs = 1.0", "a batch of 1 holds no pair"),
    ],
)
def test_contradictions_in_a_config_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(
        f'name = "a"\npeople = []\nenvironments = "procedural"\nsteps = 1\n{line}\n'
        "[[stages]]\nheight = 128\nshare = 1\nbatch = 1\n"
    )
    with pytest.raises(ConfigError, match=message):
        read_config(path)
