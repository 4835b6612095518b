"""A Griffe extension: the docstrings of the compiled module `portrait_depth._core`, whose types are in `_core.pyi`."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import griffe

# pybind11 starts the docstring of a function with its signature.
SIGNATURE = re.compile(r"\A\w+\(.*\n+")


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("portrait_depth._core", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def add_docstrings(documented: griffe.Object, compiled: Any) -> None:
    for name, member in documented.members.items():
        value = getattr(compiled, name, None)
        if isinstance(member, griffe.Alias) or value is None or name.startswith("_"):
            continue
        text = SIGNATURE.sub("", inspect.getdoc(value) or "")
        if text and not isinstance(value, (int, str)):
            member.docstring = griffe.Docstring(text, parent=member)
        if member.is_class:
            add_docstrings(member, value)


class CompiledDocstrings(griffe.Extension):
    """Called by Griffe for each package."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        assert isinstance(pkg.filepath, Path)
        (compiled,) = pkg.filepath.parent.glob("_core.*.so")
        core = pkg.members["_core"]
        assert isinstance(core, griffe.Module)
        add_docstrings(core, loaded(compiled))
