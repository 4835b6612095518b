"""One run of the command with one failing call, and the rules that its end must follow."""

import os
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from errno import EACCES, EAGAIN, EIO, EMFILE, ENOMEM, ENOSPC
from pathlib import Path

MOST_SECONDS = 120.0

# The calls of fault_shim.c that fail, and the errors that they report.
ERRORS = {
    "allocation": [ENOMEM],
    "open": [EACCES, EMFILE],
    "read": [EIO],
    "write": [ENOSPC, EIO],
    "close": [EIO],
    "rename": [EACCES],
    "link": [EACCES],
    "fsync": [EIO],
    "truncate": [ENOSPC],
    "thread": [EAGAIN],
}


@dataclass(frozen=True)
class Way:
    """One use of the command. `arguments` follow the program; IN is a photo, INS a folder of photos."""

    name: str
    arguments: str
    results: tuple[str, ...]  # files in the folder of the run
    photos: int = 1
    reads_standard_input: bool = False

    def writes_standard_output(self) -> bool:
        return "-o -" in self.arguments


SMALL_FILM = "--height 48 --duration 0.15"
WAYS = [
    Way("segment", "segment IN -o mask.png", ("mask.png",)),
    Way("depth", "depth IN -o depth.png", ("depth.png",)),
    Way("gif", f"photo3d IN -o film.gif {SMALL_FILM}", ("film.gif",)),
    Way("webm", f"photo3d IN -o film.webm {SMALL_FILM}", ("film.webm",)),
    Way("mp4", f"photo3d IN -o film.mp4 {SMALL_FILM}", ("film.mp4",)),
    Way("glb", "photo3d IN -o scene.glb", ("scene.glb",)),
    Way("html", "photo3d IN -o page.html", ("page.html",)),
    Way("jpeg", "photo3d IN -o photo.jpg", ("photo.jpg",)),
    Way("pair", "photo3d IN -o photo.jpg --pair", ("photo.jpg", "photo_depth.png")),
    Way("frames", f"photo3d IN -o frame.png {SMALL_FILM}", tuple(f"frame-{i:04}.png" for i in range(1, 6))),
    Way("folder", "segment INS -o . --format png", ("one-mask.png", "two-mask.png"), photos=2),
    Way("pipe", f"photo3d - -o - --format gif {SMALL_FILM}", (), reads_standard_input=True),
]


@dataclass(frozen=True)
class Fault:
    """The call that fails: all calls of these names count."""

    calls: tuple[str, ...]
    at: int  # from 1; 0: none
    error: int = 0
    is_sticky: bool = False
    least_bytes: int = 0

    def __str__(self) -> str:
        text = f"{'+'.join(self.calls)} {self.at} {os.strerror(self.error)}"
        return text + (" and all later ones" if self.is_sticky else "") + f" from {self.least_bytes} bytes"

    def environment(self) -> dict[str, str]:
        values = {
            "FAULT_CALLS": f",{','.join(self.calls)},",
            "FAULT_AT": self.at,
            "FAULT_ERRNO": self.error,
            "FAULT_STICKY": int(self.is_sticky),
            "FAULT_BYTES": self.least_bytes,
        }
        return {name: str(value) for name, value in values.items()}


@dataclass
class End:
    """The end of one run."""

    status: int
    output: bytes
    errors: str
    files: dict[str, bytes]
    temporary: list[str]
    calls: int = 0


@dataclass
class Runner:
    command: str
    shim: str
    photo: Path
    environment: dict[str, str] = field(default_factory=dict)
    address_space_kib: int = 0  # of `ulimit -v`; 0: no limit

    def run(self, way: Way, fault: Fault, old_files: Iterable[str] = ()) -> End:
        """Runs `way` in an empty folder, or over `old_files`."""
        with tempfile.TemporaryDirectory(prefix="portrait-depth-faults-") as name:
            base = Path(name)
            for part in ["work", "tmp", "photos"]:
                (base / part).mkdir()
            for file in ["one.jpg", "two.jpg"][: way.photos]:
                (base / "photos" / file).write_bytes(self.photo.read_bytes())
            for file in old_files:
                (base / "work" / file).write_bytes(b"old")
            (base / "count").write_bytes(bytes(8))
            return self.run_in(base, way, fault)

    def run_in(self, base: Path, way: Way, fault: Fault) -> End:
        places = {"IN": str(self.photo), "INS": str(base / "photos")}
        arguments = [places.get(word, word) for word in way.arguments.split()]
        program = [self.command, *arguments, "--quiet", "--threads", "1"]
        if self.address_space_kib:
            program = ["bash", "-c", f'ulimit -v {self.address_space_kib}; exec "$0" "$@"', *program]
        environment = {**os.environ, **self.environment, **fault.environment(), "TMPDIR": str(base / "tmp")}
        environment |= {"FAULT_COUNT": str(base / "count"), "LD_PRELOAD": self.shim}
        with self.photo.open("rb") as photo:
            source = photo if way.reads_standard_input else subprocess.DEVNULL
            result = subprocess.run(
                program,
                cwd=base / "work",
                stdin=source,
                capture_output=True,
                timeout=MOST_SECONDS,
                check=False,
                env=environment,
            )
        files = {str(file.relative_to(base / "work")): file.read_bytes() for file in (base / "work").rglob("*")}
        temporary = [file.name for file in (base / "tmp").iterdir()]
        (calls,) = struct.unpack("Q", (base / "count").read_bytes())
        return End(result.returncode, result.stdout, result.stderr.decode(errors="replace"), files, temporary, calls)


def same_result(way: Way, end: End, right: End) -> bool:
    # The files of a WebM have a random number inside.
    if way.name == "webm":
        return {name: len(data) for name, data in end.files.items()} == {n: len(d) for n, d in right.files.items()}
    return end.files == right.files and end.output == right.output


def violations(way: Way, end: End, right: End, old_files: Iterable[str] = ()) -> list[str]:
    """The rules that the end of a run breaks. `right` is the end of a run without a fault."""
    found = []
    if end.temporary:
        found.append(f"temporary files are left: {end.temporary}")
    if end.status == 0:
        if not same_result(way, end, right):
            found.append(f"exit status 0 without the right result: {sorted(end.files)}")
        return found
    # The loader's own end: the libraries have no room.
    is_loader = end.status == 127 and "error while loading shared libraries" in end.errors
    if end.status not in (1, 2) and not is_loader:
        found.append(f"exit status {end.status}")
    lines = end.errors.splitlines()
    if not 1 <= len(lines) <= (1 if way.photos == 1 else way.photos + 1) or "\0" in end.errors:
        found.append(f"{len(lines)} lines: {end.errors[:300]!r}")
    new = {name: data for name, data in end.files.items() if name not in old_files or data != b"old"}
    # The fault may come after the result, and other photos of a folder have theirs.
    is_whole = same_result(way, replace(end, files=new, output=right.output), right)
    if not is_whole:
        is_other = [way.photos > 1 and data == right.files.get(name) for name, data in new.items()]
        found += [f"{name} is left" for name, other in zip(new, is_other, strict=True) if not other]
    return found
