"""The project's third-party components, read from the files that pin them and from THIRD_PARTY.md."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REQUIREMENTS = sorted(path.stem for path in (PROJECT / "scripts").glob("*requirements.txt"))
# The sections of THIRD_PARTY.md whose components users receive.
SHIPPED = ("In the native library and command", "In the wheel and the tarball", "Networks", "In the npm package")


def npm_folders() -> list[str]:
    """The folders of the project with a lock file of npm."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*package-lock.json"]
    names = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [str(Path(name).parent) for name in names]


@dataclass
class Row:
    """A row of THIRD_PARTY.md."""

    section: str
    packages: list[tuple[str, str]]
    licenses: list[str]

    def license_of(self, package: tuple[str, str]) -> str:
        return self.licenses[self.packages.index(package)] if len(self.licenses) > 1 else self.licenses[0]


@dataclass
class Package:
    """A package of Debian, PyPI or npm; the hashes are those of its files."""

    kind: str
    name: str
    version: str | None = None
    hashes: set[tuple[str, str]] = field(default_factory=set)
    license: str | None = None
    shipped: bool = False


def cell_text(cell: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", cell.strip())


def rows() -> list[Row]:
    result = []
    section, titles = "", list[str]()
    for line in (PROJECT / "THIRD_PARTY.md").read_text().splitlines():
        if line.startswith("## "):
            section, titles = line[3:], []
        elif line.startswith("| ") and not line.startswith("| ---"):
            cells = [cell_text(cell) for cell in line.strip("|").split("|")]
            if not titles:
                titles = cells
            elif "packages" in titles:
                names = [item.partition(" ") for item in cells[titles.index("packages")].split(", ") if item]
                license_cell = re.sub(r" \(.*\)|;.*", "", cells[titles.index("license")])
                result.append(Row(section, [(kind, name) for kind, _, name in names], license_cell.split(", ")))
    return result


def debian_packages() -> Iterator[Package]:
    """Those of set-up's list, and those that single targets install."""
    for line in (PROJECT / "scripts/debian-packages.txt").read_text().splitlines():
        name = line.split("#")[0].strip().split(" ")[0]
        if name and not name.startswith("["):
            yield Package("deb", name)
    for file in (PROJECT / "Makefile", *(PROJECT / "scripts").glob("*.sh")):
        for words in re.findall(r"^[^#\n]*scripts/debian_packages\.sh ([a-z][^;\n]*)", file.read_text(), re.MULTILINE):
            yield from (Package("deb", word.partition(":")[0]) for word in words.split())


def pypi_packages(list_name: str) -> Iterator[Package]:
    found: Package | None = None
    for line in (PROJECT / f"scripts/{list_name}.txt").read_text().splitlines():
        if match := re.match(r"([\w.-]+)==([^ ;]+)", line):
            if found:
                yield found
            found = Package("pypi", match[1].lower(), match[2])
        elif (match := re.search(r"--hash=(\w+):(\w+)", line)) and found:
            found.hashes.add((match[1], match[2]))
    if found:
        yield found


def npm_packages(folder: str) -> Iterator[Package]:
    lock = json.loads((PROJECT / folder / "package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        if not path.startswith("node_modules/") or entry.get("link"):
            continue
        name = path.rpartition("node_modules/")[2]
        hashes = set()
        if "integrity" in entry:
            algorithm, _, digest = entry["integrity"].partition("-")
            hashes = {(algorithm, base64.b64decode(digest).hex())}
        yield Package("npm", name, entry["version"], hashes, entry.get("license"))


def training_assets() -> Iterator[Package]:
    """The package that training fetches with its own check of the hash."""
    source = (PROJECT / "training/portrait_depth_training/environments.py").read_text()
    match = re.search(r'^ASSETS_PACKAGE\b.*"(.+)@(.+)"\n_ASSETS_SHA256\b.*"(\w+)"', source, re.MULTILINE)
    if not match:
        raise ValueError("environments.py: no ASSETS_PACKAGE with its hash")
    yield Package("npm", match[1], match[2], {("sha256", match[3])})


def pinned_packages() -> list[Package]:
    """All packages, direct and indirect, each version once; licenses and use from THIRD_PARTY.md where it has a row."""
    found: dict[tuple[str, str, str | None], Package] = {}
    sources = [
        debian_packages(),
        *map(pypi_packages, REQUIREMENTS),
        *map(npm_packages, npm_folders()),
        training_assets(),
    ]
    for package in (package for source in sources for package in source):
        first = found.setdefault((package.kind, package.name, package.version), package)
        first.hashes |= package.hashes
    for row in rows():
        for package in found.values():
            if (identity := (package.kind, package.name)) in row.packages:
                package.license = row.license_of(identity)
                package.shipped |= row.section in SHIPPED
    return sorted(found.values(), key=lambda package: (package.kind, package.name, package.version or ""))


def direct_packages() -> set[tuple[str, str]]:
    """The packages that the project names: the lists of set-up and the dependencies of each package.json."""
    result = {("deb", package.name) for package in debian_packages()}
    result |= {("pypi", package.name) for package in pypi_packages("data-requirements")}
    for source in (PROJECT / "scripts").glob("*requirements.in"):
        names = [re.match(r"[\w.-]+", line) for line in source.read_text().splitlines()]
        result |= {("pypi", name[0].lower()) for name in names if name}
    for folder in npm_folders():
        description = json.loads((PROJECT / folder / "package.json").read_text())
        for kind in ("dependencies", "devDependencies"):
            wanted = description.get(kind, {}).items()
            result |= {("npm", name) for name, version in wanted if not version.startswith("file:")}
    return result
