"""Records of ellipsoid people for all tests, without rendered data."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portrait_depth_training.batches import Loader, LoaderOptions
from portrait_depth_training.environments import Environments, procedural
from portrait_depth_training.records import PeopleSet, open_people
from portrait_depth_training.synthetic import write_people


@pytest.fixture(scope="session")
def people_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    write_people(folder, 24, shard_size=16)
    return folder


@pytest.fixture(scope="session")
def people(people_folder: Path) -> PeopleSet:
    return open_people(people_folder)


@pytest.fixture(scope="session")
def environments() -> Environments:
    return procedural(4)


@pytest.fixture(scope="session")
def loader(environments: Environments) -> Loader:
    return Loader(environments, LoaderOptions(256, augment=False))
