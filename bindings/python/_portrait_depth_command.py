"""The command portrait-depth of the wheel. A module of its own: the package would load NumPy first."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    program = Path(__file__).resolve().parent / "portrait_depth/bin/portrait-depth"
    try:
        os.execv(program, [sys.argv[0], *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"{program}: the program cannot be started: {error.strerror}; install portrait-depth again")
