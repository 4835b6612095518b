"""elf_files.py FOLDER...: the programs and libraries below the folders run code from known places only.

A run path has no empty and no relative element: the loader reads an empty element as the current folder. The project's
own files are position-independent, bind their symbols at start, and have a read-only relocation table and a stack that
is not executable.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ELF_MAGIC = b"\x7fELF"
LEAST_FILES = 2
FOREIGN = "libonnxruntime"


def elf_files(folder: Path) -> Iterator[Path]:
    """Executables and shared libraries, without links, object files and CMake's own trials."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix in {".o", ".a"} or "CMakeFiles" in path.parts:
            continue
        with path.open("rb") as file:
            if file.read(len(ELF_MAGIC)) == ELF_MAGIC:
                yield path


def run_path_faults(dynamic: str) -> list[str]:
    result = []
    for kind, value in re.findall(r"\((RPATH|RUNPATH)\).*\[(.*)\]", dynamic):
        for element in value.split(":"):
            if not element.startswith("/") and element != "$ORIGIN" and not element.startswith("$ORIGIN/"):
                result.append(f"{kind} has the element {element!r} in {value!r}")
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if "/" in needed and not needed.startswith("/"):
            result.append(f"needs the relative path {needed!r}")
    return result


def hardening_faults(text: str) -> list[str]:
    stack = re.search(r"GNU_STACK\s+(?:0x[0-9a-f]+\s+){5}([RWE ]+?)\s+0x", text)
    conditions = {
        "is not position-independent": re.search(r"Type:\s+DYN", text),
        "binds symbols late": re.search(r"BIND_NOW|\bNOW\b", text),
        "has no read-only relocation table": "GNU_RELRO" in text,
        "has an executable stack": stack and "E" not in stack[1],
    }
    return [fault for fault, holds in conditions.items() if not holds]


def faults(path: Path) -> list[str]:
    command = ["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", str(path)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = run_path_faults(text)
    if not path.name.startswith(FOREIGN):
        found += hardening_faults(text)
    return [f"{path}: {fault}" for fault in found]


def main() -> int:
    files = [path for folder in sys.argv[1:] for path in elf_files(Path(folder))]
    result = [fault for path in files for fault in faults(path)]
    if len(files) < LEAST_FILES:
        result.append(f"only {len(files)} ELF files below {', '.join(sys.argv[1:])}")
    print("\n".join(result) or f"{len(files)} ELF files have no fault")
    return 1 if result else 0


if __name__ == "__main__":
    sys.exit(main())
