"""build.py COMMAND: makes the documentation site in build/docs/site.

Copies the project's Markdown pages with the files that they link to, writes the references of the command and of the
npm package, and runs MkDocs, which makes the other references. A broken link or a page outside the navigation fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
BUILD = PROJECT / "build/docs"
PAGES = BUILD / "pages"
CONFIG = PROJECT / "docs/site/mkdocs.yml"
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")
# Lines of the hosting site: badges and the address of its workflows.
BADGE = re.compile(r"^\[?!\[[^\]]*\]\((\.\./|https?:).*\n", re.MULTILINE)
# The C++ headers have pages of their own.
HEADERS = "include/portrait_depth"
HEADERS_PAGE = "reference/cpp/annotated.md"


def markdown_pages() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if not name.startswith(("tests/", ".github/"))]


def relative(target: str, page: str) -> str:
    return os.path.relpath(target, Path(page).parent)


def site_target(page: str, link: str) -> str:
    """The path from the project's root of that which a page links to, as it is called on the site."""
    target = os.path.normpath(Path(page).parent / link)
    if target.startswith(HEADERS):
        return HEADERS_PAGE
    if (PROJECT / target).is_dir():
        return f"{target}/README.md"
    return target


def copy_page(page: str) -> None:
    """Copies a page and the files that it links to. Links to folders and headers lead to the pages about them."""

    def changed(match: re.Match[str]) -> str:
        target = site_target(page, match[1])
        source = PROJECT / target
        if source.suffix != ".md" and source.is_file():
            copy = PAGES / target
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
        return f"]({relative(target, page)}{match[2] or ''})"

    text = LINK.sub(changed, BADGE.sub("", (PROJECT / page).read_text()))
    (PAGES / page).parent.mkdir(parents=True, exist_ok=True)
    (PAGES / page).write_text(text)


def printed_help(command: str, *arguments: str) -> str:
    done = subprocess.run([command, *arguments, "--help"], check=True, capture_output=True, text=True)
    return f"```text\n{done.stdout.rstrip()}\n```\n"


def command_reference(command: str) -> str:
    whole = printed_help(command)
    names = re.findall(r"^  ([\w-]+) {2,}\S", whole.split("Subcommands:")[1].split("\n\n")[0], re.MULTILINE)
    parts = [f"## {name}\n\n{printed_help(command, name)}" for name in names]
    return "# The command\n\n" + whole + "\n" + "\n".join(parts)


def javascript_reference() -> None:
    subprocess.run(["node_modules/.bin/typedoc", "--options", "typedoc.json"], cwd=PROJECT / "web", check=True)


def paths(entry: object) -> list[str]:
    """All pages below an entry of the navigation."""
    if isinstance(entry, str):
        return [entry]
    parts = entry.values() if isinstance(entry, dict) else entry
    assert not isinstance(parts, str)
    return [path for part in parts for path in paths(part)]  # type: ignore[attr-defined]


def outside_navigation(pages: list[str]) -> list[str]:
    named = set(paths(yaml.safe_load(CONFIG.read_text())["nav"]))
    return [page for page in pages if page not in named]


def main(command: str) -> None:
    shutil.rmtree(PAGES, ignore_errors=True)
    pages = markdown_pages()
    if missing := outside_navigation(pages):
        sys.exit(f"docs/site/mkdocs.yml: its navigation lacks {', '.join(missing)}; add each page to a section")
    for page in pages:
        copy_page(page)
    shutil.copy(PROJECT / "docs/site/site.css", PAGES / "docs/site.css")
    javascript_reference()
    (PAGES / "reference/python.md").write_text("# The Python module\n\n::: portrait_depth\n")
    (PAGES / "reference/command.md").write_text(command_reference(command))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--clean", "--config-file", str(CONFIG)]
    subprocess.run(mkdocs, cwd=PROJECT, check=True, env=environment)


if __name__ == "__main__":
    main(sys.argv[1])
