"""licenses.py PREFIX: the licenses of all that is installed below the folder lie beside it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

OWN = "libportrait_depth.so"
# Libraries of others that an installation may contain, and their license texts.
BUNDLED = {"libonnxruntime.so": ["licenses/onnxruntime.txt", "licenses/onnxruntime-ThirdPartyNotices.txt"]}
# Compiled into the library or the command, from headers or as text.
COMPILED_IN = [f"licenses/{name}.txt" for name in ("nlohmann-json", "cli11", "three", "tomlplusplus")]


def wanted_texts(prefix: Path, page: str) -> list[str]:
    links = re.findall(r"\]\(([^):]+)\)", page)
    libraries = [path.name for path in prefix.rglob("*.so*") if not path.name.startswith(OWN)]
    bundled = [text for name in libraries for text in BUNDLED[name.split(".so")[0] + ".so"]]
    return ["LICENSE", *COMPILED_IN, *links, *bundled]


def faults(prefix: Path) -> list[str]:
    documents = prefix / "share/doc/portrait-depth"
    page = (documents / "THIRD_PARTY.md").read_text()
    result = []
    for name in sorted(set(wanted_texts(prefix, page))):
        text = documents / name
        if not text.is_file() or "copyright" not in text.read_text(errors="replace").lower():
            result.append(f"{text}: no license text")
    return result


if __name__ == "__main__":
    result = faults(Path(sys.argv[1]))
    print("\n".join(result) or "all license texts are there")
    sys.exit(1 if result else 0)
