"""elf_files.py [--run-paths-only] FOLDER...: programs and libraries run code from known places only, and are hardened.

A run path has no empty and no relative element: the loader reads an empty element as the current folder. The project's
own files carry the marks that the options of cmake/PortraitDepthHardening.cmake leave (hardening_marks.py);
builds without them, for debugging or with sanitizers, have --run-paths-only. The programs of tests/ are not installed,
and GoogleTest's static library lacks the marks: only their run paths are checked.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from hardening_marks import ELF_MAGIC, hardening_faults, readelf

LEAST_FILES = 2
FOREIGN = "libonnxruntime"
TEST_PROGRAMS = "tests"


def elf_files(folder: Path) -> Iterator[Path]:
    """Executables and shared libraries, without links, object files and CMake's own trials."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix in {".o", ".a"} or "CMakeFiles" in path.parts:
            continue
        with path.open("rb") as file:
            if file.read(len(ELF_MAGIC)) == ELF_MAGIC:
                yield path


def run_path_faults(path: Path) -> list[str]:
    dynamic = readelf(path, "--dynamic")
    result = []
    for kind, value in re.findall(r"\((RPATH|RUNPATH)\).*\[(.*)\]", dynamic):
        for element in value.split(":"):
            if not element.startswith("/") and element != "$ORIGIN" and not element.startswith("$ORIGIN/"):
                result.append(f"{kind} has the element {element!r} in {value!r}")
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if "/" in needed and not needed.startswith("/"):
            result.append(f"needs the relative path {needed!r}")
    return result


def is_ours_to_install(path: Path) -> bool:
    return not path.name.startswith(FOREIGN) and TEST_PROGRAMS not in path.parts


def faults(path: Path, *, hardened: bool) -> list[str]:
    found = run_path_faults(path)
    if hardened and is_ours_to_install(path):
        found += hardening_faults(path)
    return [f"{path}: {fault}" for fault in found]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--run-paths-only", action="store_true")
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    files = [path for folder in options.folders for path in elf_files(folder)]
    result = [fault for path in files for fault in faults(path, hardened=not options.run_paths_only)]
    if len(files) < LEAST_FILES:
        result.append(f"only {len(files)} ELF files below {', '.join(map(str, options.folders))}")
    print("\n".join(result) or f"{len(files)} ELF files have no fault")
    return 1 if result else 0


if __name__ == "__main__":
    sys.exit(main())
