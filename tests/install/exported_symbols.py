"""exported_symbols.py LIBRARY HEADERS: the shared library exports the API and nothing else.

Every exported symbol must belong to a function or class that a header marks with PORTRAIT_DEPTH_API, and every mark
must have its symbols.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

OF_CLASS = re.compile(r"^(typeinfo for|typeinfo name for|vtable for) ")


def marks(headers: Path) -> tuple[Counter[str], set[str], set[str]]:
    """Marked functions with the number of their overloads, marked classes, and all identifiers of the headers."""
    text = "\n".join(path.read_text() for path in sorted(headers.glob("*.hpp")) if path.name != "visibility.hpp")
    text = re.sub(r"//.*", "", text)
    classes = set(re.findall(r"\b(?:class|struct) PORTRAIT_DEPTH_API (\w+)", text))
    functions = Counter(re.findall(r"^PORTRAIT_DEPTH_API [^;{(]*?(\w+)\(", text, re.MULTILINE))
    local = set(re.findall(r"PORTRAIT_DEPTH_LOCAL (\w+)", text))
    return functions, classes, set(re.findall(r"\w+", text)) - local


def exported(library: Path) -> list[str]:
    command = ["nm", "--dynamic", "--demangle", "--defined-only", "--format=just-symbols", str(library)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def path_of(symbol: str) -> list[str]:
    """portrait_depth::Photo3D::render(...) const is [portrait_depth, Photo3D, render]."""
    name = re.split(r"[(\[]", OF_CLASS.sub("", symbol))[0]
    return name.split("::")


def faults(library: Path, headers: Path) -> list[str]:
    functions, classes, identifiers = marks(headers)
    if not functions or not classes:
        return [f"{headers}: no marks found"]
    found: Counter[str] = Counter()
    result = []
    for symbol in exported(library):
        path = path_of(symbol)
        name = path[1] if len(path) > 1 else ""
        belongs = (len(path) == 2 and name in functions) or name in classes
        declared = all(part.lstrip("~").replace("operator=", name) in identifiers for part in path)
        if path[0] != "portrait_depth" or not belongs or not declared:
            result.append(f"exported, but not in the API: {symbol}")
        found[name] += 1
    for name, overloads in (functions + Counter(classes)).items():
        if found[name] < overloads:
            result.append(f"marked with PORTRAIT_DEPTH_API, but exported {found[name]} of {overloads} times: {name}")
    return result


if __name__ == "__main__":
    result = faults(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(result))
    sys.exit(1 if result else 0)
