"""The work on blocks of photos in memory, for Ray Data's actors and for tests without Ray."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from portrait_depth.command import read_manifest, result_options, run_folder

#: The columns of a result, one row a photo. `files` and `data` have one element a file of the result.
COLUMNS = ("input", "sha256", "options", "result", "files", "data", "error", "seconds")
PHOTO_EXTENSIONS = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "heic", "heif", "hif", "avif", "gif")
Row = dict[str, Any]


def stem_of(path: str) -> str:
    return str(PurePosixPath(path).with_suffix(""))


def shared_stems(paths: Iterable[str]) -> set[str]:
    """The paths without extension that several photos share. Their results have the extension in their names, as the
    command names them."""
    seen: set[str] = set()
    shared: set[str] = set()
    for path in paths:
        stem = stem_of(path)
        (shared if stem in seen else seen).add(stem)
    return shared


class PhotoTask:
    """Makes the results of blocks of photos. Each block is one run of the command, whose networks serve all of its
    photos."""

    def __init__(
        self,
        task: str,
        options: Sequence[str] = (),
        done: Iterable[str] = (),
        shared: Iterable[str] = (),
        jobs: int = 1,
    ) -> None:
        """task: segment, depth or photo3d. options: further ones of the command. done: the keys of results that exist
        (key_of). shared: shared_stems() of all photos. jobs: photos at once. Raises CommandError for wrong options."""
        self.task = task
        self.options = list(options)
        self.jobs = jobs
        self.recorded = json.dumps(result_options(task, options), sort_keys=True)
        self.done = set(done)
        self.shared = set(shared)

    def __call__(self, photos: Iterable[tuple[str, bytes]]) -> list[Row]:
        """photos: relative paths with / and the files' bytes. Returns one row a photo, in any order, except for
        photos that are done. A failed photo has an error and no files."""
        with tempfile.TemporaryDirectory(prefix="portrait-depth-") as name:
            folder = Path(name)
            paths = self._write_inputs(folder / "in", photos)
            if not paths:
                return []
            run = run_folder(self.task, folder / "in", folder / "out", self.options, self.jobs)
            rows = [self._row(folder, paths, entry) for entry in read_manifest(folder / "out")]
        missing = set(paths.values()) - {row["input"] for row in rows}
        # The command ended before these photos, as a decoder that crashes or --timeout ends it.
        reason = (
            run.stderr.strip().splitlines()[-1] if run.stderr.strip() else f"the command ended with {run.returncode}"
        )
        return rows + [self._failed(path, reason) for path in sorted(missing)]

    def _write_inputs(self, folder: Path, photos: Iterable[tuple[str, bytes]]) -> dict[str, str]:
        """Each photo lies in a folder of its own, so that names do not meet. Returns the photos' paths by folder."""
        paths = {}
        for number, (path, data) in enumerate(photos):
            if key_of(hashlib.sha256(data).hexdigest(), self.recorded, path) in self.done:
                continue
            place = folder / str(number) / PurePosixPath(path).name
            place.parent.mkdir(parents=True)
            place.write_bytes(data)
            if stem_of(path) in self.shared:
                self._set_apart(place)
            paths[str(number)] = path
        return paths

    def _set_apart(self, place: Path) -> None:
        """Gives the photo the name that the command gives photos of one stem."""
        extension = place.suffix[1:].lower()
        place.rename(place.with_name(f"{place.stem}-{extension}{place.suffix}"))

    def _row(self, folder: Path, paths: dict[str, str], entry: Row) -> Row:
        inner = Path(entry["input"]).relative_to(folder / "in")
        path = paths[inner.parts[0]]
        # A result lies in its number's folder, at the end in the photo's own.
        place = PurePosixPath(path).parent
        files = [file["name"] for file in entry["files"]]
        error = entry["error"]
        return {
            "input": path,
            "sha256": entry["sha256"],
            "options": self.recorded,
            "result": str(place / PurePosixPath(entry["result"]).name),
            "files": [str(place / PurePosixPath(file).name) for file in files],
            "data": [(folder / "out" / file).read_bytes() for file in files],
            "error": error.replace(entry["input"], path) if error else None,
            "seconds": float(entry["seconds"]),
        }

    def _failed(self, path: str, reason: str) -> Row:
        return {
            "input": path,
            "sha256": "",
            "options": self.recorded,
            "result": "",
            "files": [],
            "data": [],
            "error": f"{path}: {reason}",
            "seconds": 0.0,
        }


def key_of(sha256: str, options: str, path: str) -> str:
    """Equal for photos of one path with equal content and options: their results are the same files."""
    return hashlib.sha256(f"{sha256}\n{options}\n{path}".encode()).hexdigest()
