"""Folders and tables of portraits on many machines, with Ray Data.

    import portrait_depth.ray
    summary = portrait_depth.ray.process("s3://shop/portraits", "s3://shop/films", task="photo3d")

Photos are read, blocks of them go to actors, and results are written as files or Parquet. A failed photo is a row with
its reason. A second call skips the results that are written. Needs Ray (`pip install "ray[data]"`) and the command
`portrait-depth` on each machine.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
import ray
import ray.data

from portrait_depth.command import TASKS, complete_lines, result_options
from portrait_depth.photo_task import PHOTO_EXTENSIONS, PhotoTask, key_of, shared_stems

#: Folder of the records in the output folder, for results as files.
RECORDS = "portrait-depth-records"
PART = ".portrait-depth-part-"

SCHEMA = pa.schema(
    [
        ("input", pa.string()),
        ("sha256", pa.string()),
        ("options", pa.string()),
        ("result", pa.string()),
        ("files", pa.list_(pa.string())),
        ("data", pa.list_(pa.binary())),
        ("error", pa.string()),
        ("seconds", pa.float64()),
    ]
)


@dataclass
class Summary:
    """The numbers of a call of process()."""

    done: int = 0  #: Photos with a new result.
    skipped: int = 0  #: Photos whose result was there.
    failed: int = 0
    errors: list[str] = field(default_factory=list)  #: The first hundred reasons, one line each.


class _Folder:
    """A folder of any file system."""

    def __init__(self, place: str, filesystem: pafs.FileSystem | None = None) -> None:
        if filesystem is None:
            filesystem, place = pafs.FileSystem.from_uri(place) if "://" in place else _local(place)
        self.filesystem, self.path = filesystem, place.rstrip("/")

    def files(self, recursive: bool = True) -> list[str]:
        """The relative paths of its files, sorted, without hidden ones. Empty if the folder is missing."""
        selector = pafs.FileSelector(self.path, recursive=recursive, allow_not_found=True)
        paths = [
            str(PurePosixPath(info.path).relative_to(PurePosixPath(self.path)))
            for info in self.filesystem.get_file_info(selector)
            if info.is_file
        ]
        return sorted(path for path in paths if not any(part.startswith(".") for part in path.split("/")))

    def read(self, path: str) -> bytes:
        with self.filesystem.open_input_file(f"{self.path}/{path}") as file:
            data: bytes = file.read()
            return data

    def write(self, path: str, data: bytes) -> None:
        """The file appears whole: object stores publish it at its end, other systems rename it."""
        final = PurePosixPath(self.path) / path
        if not isinstance(self.filesystem, pafs.LocalFileSystem):
            with self.filesystem.open_output_stream(str(final)) as file:
                file.write(data)
            return
        self.filesystem.create_dir(str(final.parent), recursive=True)
        part = final.parent / (PART + uuid.uuid4().hex)
        with self.filesystem.open_output_stream(str(part)) as file:
            file.write(data)
        self.filesystem.move(str(part), str(final))

    def remove_parts(self) -> None:
        """Of processes that were killed."""
        selector = pafs.FileSelector(self.path, recursive=True, allow_not_found=True)
        for info in self.filesystem.get_file_info(selector):
            if info.base_name.startswith(PART):
                self.filesystem.delete_file(info.path)


def _local(place: str) -> tuple[pafs.FileSystem, str]:
    return pafs.LocalFileSystem(), str(Path(place).resolve())


def _photos(folder: _Folder, output: _Folder) -> list[str]:
    """The photos of the folder, without those of an output folder inside."""
    inner = None
    if type(folder.filesystem) is type(output.filesystem) and output.path.startswith(folder.path + "/"):
        inner = output.path[len(folder.path) + 1 :] + "/"
    return [
        path
        for path in folder.files()
        if path.rpartition(".")[2].lower() in PHOTO_EXTENSIONS and not (inner and path.startswith(inner))
    ]


class _Source:
    """The photos, as Ray Data's rows and as bytes. Actors read, so that the bytes do not pass through other nodes."""

    stems: set[str]  #: shared_stems() of all photos.
    rows_per_block = 1

    def rows(self) -> ray.data.Dataset:
        raise NotImplementedError

    def photos(self, block: pa.Table) -> Iterable[tuple[str, bytes]]:
        raise NotImplementedError


class _FolderSource(_Source):
    def __init__(self, folder: _Folder, output: _Folder, photos_per_block: int) -> None:
        self.folder, self.rows_per_block = folder, photos_per_block
        self.names = _photos(folder, output)
        if not self.names:
            raise ValueError(f"{folder.path}: the folder holds no photos that can be read; name another")
        self.stems = shared_stems(self.names)

    def rows(self) -> ray.data.Dataset:
        rows = ray.data.from_items([{"path": name} for name in self.names])
        self.names = []  # the actors need not hold them
        return rows

    def photos(self, block: pa.Table) -> Iterable[tuple[str, bytes]]:
        return ((name, self.folder.read(name)) for name in block["path"].to_pylist())


class _ParquetSource(_Source):
    def __init__(self, place: str, filesystem: pafs.FileSystem | None) -> None:
        self.file = _Folder(place, filesystem)
        with self._open() as table:
            self.groups = table.num_row_groups
            self.stems = shared_stems(table.read(columns=["path"])["path"].to_pylist())

    def _open(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.file.filesystem.open_input_file(self.file.path))

    def rows(self) -> ray.data.Dataset:
        return ray.data.from_items([{"group": number} for number in range(self.groups)])

    def photos(self, block: pa.Table) -> Iterable[tuple[str, bytes]]:
        with self._open() as table:
            for number in block["group"].to_pylist():
                yield from _pairs(table.read_row_group(number, columns=["path", "bytes"]))


class _DatasetSource(_Source):
    def __init__(self, dataset: ray.data.Dataset, photos_per_block: int) -> None:
        self.dataset: ray.data.Dataset | None = dataset.select_columns(["path", "bytes"])
        self.rows_per_block = photos_per_block
        self.stems = shared_stems(row["path"] for row in dataset.select_columns(["path"]).iter_rows())

    def rows(self) -> ray.data.Dataset:
        rows, self.dataset = self.dataset, None
        return rows

    def photos(self, block: pa.Table) -> Iterable[tuple[str, bytes]]:
        return _pairs(block)


def _pairs(table: pa.Table) -> Iterable[tuple[str, bytes]]:
    return zip(table["path"].to_pylist(), table["bytes"].to_pylist(), strict=True)


class _Actor:
    """One worker of a node: holds the options, reads and processes blocks, writes where results are files."""

    def __init__(
        self, task: str, options: Sequence[str], done: Any, source: _Source, output: _Folder | None, per_run: int
    ) -> None:
        self.work = PhotoTask(task, options, ray.get(done), source.stems)
        self.source, self.output, self.per_run = source, output, per_run

    def __call__(self, block: pa.Table) -> pa.Table:
        rows: list[dict[str, Any]] = []
        photos = iter(self.source.photos(block))
        while run := list(itertools.islice(photos, self.per_run)):
            made = self.work((path.lstrip("/"), data) for path, data in run)
            if self.output is not None:
                _write_files(self.output, made)
            rows += made
            # A row without an input stands for a photo that was done before.
            rows += [dict.fromkeys(SCHEMA.names) for _ in range(len(run) - len(made))]
        return pa.Table.from_pylist(rows, SCHEMA)


def _write_files(output: _Folder, rows: list[dict[str, Any]]) -> None:
    """The results first, then their record. The record's name follows from the photos: a block that a lost node had
    begun is written once more under the same names."""
    lines = []
    for row in rows:
        for name, data in zip(row["files"], row["data"], strict=True):
            output.write(name, data)
        lines.append({**row, "data": None, "bytes": [len(data) for data in row["data"]]})
        row["data"] = []  # the object store need not hold it
    if not lines:
        return
    text = "".join(json.dumps(line) + "\n" for line in lines)
    name = hashlib.sha256("\n".join(sorted(line["input"] + line["sha256"] for line in lines)).encode()).hexdigest()
    output.write(f"{RECORDS}/{name}.jsonl", text.encode())


def _done_files(output: _Folder) -> set[str]:
    """The keys of the recorded results whose files are there with their sizes."""
    records = _Folder(f"{output.path}/{RECORDS}", output.filesystem)
    selector = pafs.FileSelector(output.path, recursive=True, allow_not_found=True)
    sizes = {info.path: info.size for info in output.filesystem.get_file_info(selector) if info.is_file}
    keys = set()
    for path in records.files():
        for line in complete_lines(records.read(path).decode()):
            found = [sizes.get(f"{output.path}/{name}") for name in line["files"]]
            if line["error"] is None and found == line["bytes"]:
                keys.add(key_of(line["sha256"], line["options"], line["input"]))
    return keys


def _done_rows(output: _Folder) -> set[str]:
    """The keys of the results in Parquet files."""
    keys = set()
    for name in output.files():
        with output.filesystem.open_input_file(f"{output.path}/{name}") as file:
            table = pq.read_table(file, columns=["input", "sha256", "options", "error"])
        for row in table.to_pylist():
            if row["error"] is None:
                keys.add(key_of(row["sha256"], row["options"], row["input"]))
    return keys


def process(
    inputs: str | ray.data.Dataset,
    output: str,
    *,
    task: str = "photo3d",
    options: Sequence[str] = (),
    output_format: str = "files",
    photos_per_block: int = 32,
    actors: int | None = None,
    input_filesystem: pafs.FileSystem | None = None,
    output_filesystem: pafs.FileSystem | None = None,
) -> Summary:
    """Makes the results of all photos and returns the numbers.

    inputs: a folder or its address (s3://, gs://, hdfs://, …) with photos in it and in its folders; a .parquet file or
    a Dataset with the columns `path` (string) and `bytes` (binary). output: a folder or its address. task: segment,
    depth or photo3d. options: those of the command, such as ["--height", "720"]. output_format: files (named as the
    command names them), or parquet (SCHEMA, one row a photo, failed ones too). photos_per_block: the photos of one run
    of the command. actors: workers of one core; None: one a core of the cluster. A file system given as an object
    overrides the address's. Raises CommandError for wrong options, ValueError for other wrong arguments.

    Results that an earlier call wrote are skipped if content and options are the same. A lost node's blocks are made
    again elsewhere.
    """
    if task not in TASKS or output_format not in ("files", "parquet"):
        raise ValueError(f"task is one of {', '.join(TASKS)}; output_format is files or parquet")
    result_options(task, options)  # wrong options fail here, not on each node
    target = _Folder(output, output_filesystem)
    as_files = output_format == "files"
    source = _source(inputs, target, input_filesystem, photos_per_block)
    target.remove_parts()
    target.filesystem.create_dir(target.path, recursive=True)
    done = ray.put(_done_files(target) if as_files else _done_rows(target))
    pool = actors or max(1, int(ray.cluster_resources().get("CPU", 1)))
    photos = source.rows()
    results = photos.map_batches(
        _Actor,
        fn_constructor_args=(task, list(options), done, source, target if as_files else None, photos_per_block),
        batch_size=source.rows_per_block,
        batch_format="pyarrow",
        # Idle actors end, so that the actor of a lost node finds a core on the others.
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=pool, initial_size=pool),
        num_cpus=1,
    )
    if as_files:
        return _count(results)
    made = results.materialize()
    written = made.filter(lambda row: row["input"] is not None)
    if written.count() > 0:
        written.write_parquet(target.path, filesystem=target.filesystem)
    return _count(made.select_columns(["input", "error"]))


def _source(
    inputs: str | ray.data.Dataset, target: _Folder, filesystem: pafs.FileSystem | None, photos_per_block: int
) -> _Source:
    if isinstance(inputs, ray.data.Dataset):
        return _DatasetSource(inputs, photos_per_block)
    if inputs.endswith(".parquet"):
        return _ParquetSource(inputs, filesystem)
    return _FolderSource(_Folder(inputs, filesystem), target, photos_per_block)


def _count(results: ray.data.Dataset) -> Summary:
    most_errors = 100
    summary = Summary()
    # Choosing columns here would be a task, which needs a core while the actors hold all of them.
    for row in results.iter_rows():
        if row["input"] is None:
            summary.skipped += 1
        elif row["error"] is None:
            summary.done += 1
        else:
            summary.failed += 1
            if len(summary.errors) < most_errors:
                summary.errors.append(row["error"])
    return summary
