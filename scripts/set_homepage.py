"""Writes the project's public address into the packages' descriptions: scripts/set_homepage.py https://HOST/OWNER/NAME

CMakeLists.txt holds the address (Debian packages take it from there). npm, PyPI, vcpkg and Conan need copies.
Issues are taken to be at ADDRESS/issues. Run it again after a move.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]


def replaced(text: str, pattern: str, line: str) -> str:
    """`text` with the one match of `pattern` replaced by `line`."""
    result, count = re.subn(pattern, lambda _: line, text, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{count} matches of {pattern}")
    return result


def write_json(path: Path, fields: dict[str, Any]) -> None:
    """Sets `fields` after the license; the other fields keep their order."""
    rest = {name: value for name, value in json.loads(path.read_text()).items() if name not in fields}
    result: dict[str, Any] = {}
    for name, value in rest.items():
        result[name] = value
        if name == "license":
            result |= fields
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def set_homepage(project: Path, address: str) -> None:
    def edit(name: str, pattern: str, line: str) -> None:
        path = project / name
        path.write_text(replaced(path.read_text(), pattern, line))

    edit(
        "CMakeLists.txt",
        r'(?<=LANGUAGES CXX)(\s+HOMEPAGE_URL "[^"]*")?(?=\s+DESCRIPTION)',
        f' HOMEPAGE_URL "{address}"',
    )
    edit(
        "packaging/conan/conanfile.py",
        r'^    license = "Apache-2\.0"\n(    homepage = .*\n)?',
        f'    license = "Apache-2.0"\n    homepage = "{address}"\n',
    )
    pyproject = project / "pyproject.toml"
    text = re.sub(r"^\[project\.urls\]\n([^\[\n].*\n)+\n", "", pyproject.read_text(), flags=re.MULTILINE)
    urls = f'[project.urls]\nHomepage = "{address}"\nIssues = "{address}/issues"\n\n'
    pyproject.write_text(replaced(text, r"^(?=\[project\.scripts\])", urls))
    repository = {"type": "git", "url": f"git+{address}.git", "directory": "web"}
    write_json(
        project / "web/package.json", {"repository": repository, "bugs": f"{address}/issues", "homepage": address}
    )
    vcpkg = project / "packaging/vcpkg/vcpkg.json"
    text = re.sub(r'^  "homepage": .*\n', "", vcpkg.read_text(), flags=re.MULTILINE)
    vcpkg.write_text(
        replaced(text, r'^  "license": "Apache-2\.0",\n', f'  "homepage": "{address}",\n  "license": "Apache-2.0",\n')
    )


def main() -> int:
    address = sys.argv[1].rstrip("/") if len(sys.argv) == 2 else ""
    if not re.fullmatch(r"https://[\w.-]+(/[\w.~-]+)+", address):
        print(f"set_homepage.py: {address or 'no address'}: write https://HOST/OWNER/NAME", file=sys.stderr)
        return 2
    set_homepage(PROJECT, address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
