"""The package's types and docstrings: they agree with the module, and serve a user's strict mypy and help()."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import portrait_depth

HERE = Path(__file__).resolve().parent
PACKAGE = Path(portrait_depth.__file__).parent
SETTINGS = HERE.parents[1] / "mypy.ini"


def run_mypy(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, "MYPYPATH": str(PACKAGE.parent)}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_types_have_the_names_of_the_module() -> None:
    result = run_mypy("mypy.stubtest", "portrait_depth", "--allowlist", HERE / "stub_differences.txt",
                      "--ignore-unused-allowlist", "--mypy-config-file", SETTINGS)  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_code_of_a_user_passes_strict_mypy(tmp_path: Path) -> None:
    code = (HERE / "typed_use.py").read_text()
    program = tmp_path / "program.py"
    options = ("--strict", "--config-file=", "--cache-dir", tmp_path, "--python-version", "3.11")
    program.write_text(code)
    result = run_mypy("mypy", *options, program)
    assert result.returncode == 0, result.stdout
    program.write_text(code.replace('preset="sway"', "preset=1"))
    result = run_mypy("mypy", *options, program)
    assert 'Argument "preset" to "save" of "Photo3D" has incompatible type "int"' in result.stdout


def test_help_describes_every_public_name() -> None:
    undescribed = []
    for name in set(portrait_depth.__all__) - {"__version__"}:
        found = getattr(portrait_depth, name)
        if not found.__doc__:
            undescribed.append(name)
        if isinstance(found, type) and found is not portrait_depth.SupportedModel:
            members = {key: value for key, value in vars(found).items() if not key.startswith("_")}
            undescribed += [f"{name}.{key}" for key, value in members.items() if not value.__doc__]
    assert undescribed == []
