from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from portrait_depth_training.records import PeopleSet, RecordError, open_people
from portrait_depth_training.synthetic import DTYPE, make_person


def test_people_of_all_shards_are_one_list(people: PeopleSet) -> None:
    assert len(people) == 24
    assert [int(people.record(i)["seed"]) for i in (0, 15, 16, 23)] == [0, 15, 16, 23]
    assert people.labels()["age"].shape == (24,)


def test_a_shard_still_being_written_is_left_out(people_folder: Path, tmp_path: Path) -> None:
    whole = (people_folder / "people-00000.npy").read_bytes()
    (tmp_path / "people-00000.npy").write_bytes(whole)
    (tmp_path / "people-00001.npy").write_bytes(whole[: len(whole) // 2])
    assert len(open_people(tmp_path)) == 16


def test_a_shard_removed_meanwhile_is_left_out(people_folder: Path, tmp_path: Path) -> None:
    for path in people_folder.glob("people-*.npy"):
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / "people-99999.npy").symlink_to(tmp_path / "gone.npy")  # listed, not to be opened
    assert len(open_people(tmp_path)) == len(open_people(people_folder))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=str(tmp_path)):
        open_people(tmp_path)


def test_a_shard_of_another_format_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "people-00000.npy", np.zeros(3, [("depth", "<f4", (256, 192))]))
    with pytest.raises(RecordError, match="field 'depth'"):
        open_people(tmp_path)


def test_the_same_seed_gives_the_same_person() -> None:
    assert make_person(5).tobytes() == make_person(5).tobytes()
    assert make_person(5).tobytes() != make_person(6).tobytes()
    assert make_person(5).dtype == DTYPE
