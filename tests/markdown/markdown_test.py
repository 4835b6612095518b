"""Markdown pages: links and named paths exist, spelling is American."""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```.*?^```|^    .*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
# Pages of the hosting site, and folders that programs make.
SITE = re.compile(r"(\.\./)+actions/")
MADE = ("build/", "bin/", "data/", "install/", "out/", "runs/", "web/dist", "dist/", "assets/", "../shared")
BRITISH = re.compile(
    r"\b(\w*colou?rise\w*|\w*colour\w*|centre[sd]?|centring|licence\w*|grey\w*|rasteris\w*|neighbour\w*|optimis(?!tic)\w*"
    r"|favour\w*|behaviour\w*|normalis\w*|initialis\w*|quantis\w*|recognis\w*|visualis\w*|learnt|modelling|labelled"
    r"|catalogue)\b",
    re.IGNORECASE,
)


def files(*patterns: str) -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if (PROJECT / name).is_file()]


def pages() -> list[Path]:
    return [PROJECT / name for name in files("*.md")]


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_link(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link) or SITE.match(link):
        return False
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return not target.exists() or (anchor != "" and anchor not in anchors(target))


def top_folders() -> set[str]:
    return {entry.name for entry in PROJECT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}


def missing_source(name: str, sources: list[str]) -> bool:
    """`quadtree.cpp` or `matting/matte.cpp` is the end of a source file's path."""
    if not re.fullmatch(r"[\w./-]+\.(cpp|hpp|cmake|py|sh|ts|mjs|wgsl)", name) or name.startswith(MADE):
        return False
    return not any(f"/{source}".endswith(f"/{name.removeprefix('../')}") for source in sources)


def missing_path(page: Path, name: str, folders: set[str]) -> bool:
    """A path in backticks that starts with a folder of the project."""
    if not re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?", name) or name.startswith(MADE):
        return False
    if name.split("/")[0] not in folders or (page.parent / name).exists():
        return False
    return not any(PROJECT.glob(name.rstrip("/")))


class Markdown(unittest.TestCase):
    def test_there_are_pages(self) -> None:
        self.assertIn(PROJECT / "README.md", pages())

    def test_links_have_targets(self) -> None:
        broken = [
            f"{page.relative_to(PROJECT)}: {link}"
            for page in pages()
            for link in LINK.findall(FENCE.sub("", page.read_text()))
            if broken_link(page, link)
        ]
        self.assertEqual(broken, [])

    def test_named_paths_exist(self) -> None:
        folders, sources = top_folders(), [*files(), "version.hpp"]
        missing = [
            f"{page.relative_to(PROJECT)}: {name}"
            for page in pages()
            for name in CODE.findall(FENCE.sub("", page.read_text()))
            if missing_path(page, name, folders) or missing_source(name, sources)
        ]
        self.assertEqual(missing, [])

    def test_spelling_is_american(self) -> None:
        british = [
            f"{page.relative_to(PROJECT)}: {word}"
            for page in pages()
            for word in BRITISH.findall(CODE.sub("", FENCE.sub("", page.read_text())))
        ]
        self.assertEqual(british, [])


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
