"""Folders from Python without Ray: blocks of photos as actors make them, and `python -m portrait_depth.batch`."""

import io
import os
import subprocess
import sys
from pathlib import Path

import PIL.Image
import pytest
from portrait_depth.command import CommandError, read_manifest, result_options
from portrait_depth.photo_task import PhotoTask, key_of, shared_stems

COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]
OPTIONS = ["--no-segmentation"]
BROKEN = b"no photo"


def picture(shade: int, kind: str) -> bytes:
    data = io.BytesIO()
    PIL.Image.linear_gradient("L").resize((96, 128)).point(lambda value: value * shade // 255).save(data, kind)
    return data.getvalue()


PHOTOS = {
    "a.png": picture(255, "PNG"),
    "a.jpg": picture(200, "JPEG"),
    "x/a.png": picture(150, "PNG"),
    "x/b.png": BROKEN,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in PHOTOS.items():
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).write_bytes(data)
    return tmp_path


def results(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.png")}


def test_a_block_has_the_commands_results(folder: Path) -> None:
    arguments = ["depth", str(folder / "photos"), "-o", str(folder / "out"), "--recursive", *OPTIONS]
    run = subprocess.run([COMMAND, *arguments], capture_output=True, check=False, text=True)
    assert run.returncode == 1
    work = PhotoTask("depth", OPTIONS, shared=shared_stems(PHOTOS))
    rows = {row["input"]: row for row in work(PHOTOS.items())}
    assert set(rows) == set(PHOTOS)
    made = {name: data for row in rows.values() for name, data in zip(row["files"], row["data"], strict=True)}
    assert made == results(folder / "out")
    assert set(made) == {"a-png-depth.png", "a-jpg-depth.png", "x/a-depth.png"}
    assert rows["x/b.png"]["error"].startswith("x/b.png: unsupported: not a photo")
    assert rows["x/b.png"]["files"] == []


def test_photos_that_are_done_are_left_out() -> None:
    first = PhotoTask("depth", OPTIONS)({"a.png": PHOTOS["a.png"]}.items())[0]
    key = key_of(first["sha256"], first["options"], "a.png")
    again = PhotoTask("depth", OPTIONS, done=[key])
    assert again({"a.png": PHOTOS["a.png"]}.items()) == []
    # Other content and other options are other results.
    assert len(again({"a.png": PHOTOS["x/a.png"]}.items())) == 1
    assert len(PhotoTask("depth", [*OPTIONS, "--unit", "metres"], done=[key])({"a.png": PHOTOS["a.png"]}.items())) == 1


def test_wrong_options_fail_before_the_first_photo() -> None:
    assert result_options("depth", OPTIONS)["command"] == "depth"
    with pytest.raises(CommandError, match="--no-such"):
        PhotoTask("depth", ["--no-such"])


def test_a_missing_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTRAIT_DEPTH_COMMAND")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="portrait-depth: not found"):
        result_options("depth")


def test_the_module_runs_a_folder_twice(folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    arguments = [str(folder / "photos"), str(folder / "out"), "--task", "depth", "--", *OPTIONS]
    for done_before in [0, 3]:
        run = subprocess.run(
            [sys.executable, "-m", "portrait_depth.batch", *arguments],
            capture_output=True,
            check=False,
            text=True,
            env=environment,
        )
        assert run.returncode == 1, run.stderr
        assert "b.png: unsupported: not a photo" in run.stderr
        assert (f"{done_before} of 4 photos were done before" in run.stdout) == (done_before > 0)
    assert len([entry for entry in read_manifest(folder / "out") if entry["error"] is None]) == 3


def test_wrong_use_of_the_module_is_one_line() -> None:
    for arguments, part in [(["a", "b", "--output-format", "parquet"], "needs Ray"), (["a", "b", "--ray", "x"], "Ray")]:
        run = subprocess.run(
            [sys.executable, "-m", "portrait_depth.batch", *arguments], capture_output=True, check=False, text=True
        )
        assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr
        assert part in run.stderr
