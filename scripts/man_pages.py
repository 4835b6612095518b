"""man_pages.py COMMAND FOLDER: writes the manual pages of the command and of each subcommand from their --help.

portrait-depth.1 describes the command, portrait-depth-photo3d.1 a subcommand. SOURCE_DATE_EPOCH gives their date.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAME = "portrait-depth"


def output_of(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def roff(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The two columns of a list of the help, `-q,--quiet   Print errors only`; long names have lines of their own."""
    name, texts = "", list[str]()
    for line in lines:
        if re.match(r"  \S", line):
            if name:
                yield name, " ".join(texts)
            name, _, text = line.strip().partition("  ")
            texts = [text.strip()] if text.strip() else []
        else:
            texts.append(line.strip())
    if name:
        yield name, " ".join(texts)


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of the help with their titles; text without a title has the title ''."""
    title, lines = "", list[str]()
    for line in text.splitlines():
        if match := re.fullmatch(r"(Positionals|Options|Subcommands|Examples):", line):
            yield title, lines
            title, lines = match[1], []
        elif not line.strip():
            yield title, lines
            title, lines = "", []
        else:
            lines.append(line)
    yield title, lines


def section_text(title: str, lines: list[str]) -> str:
    if title == "Examples":
        return ".SH EXAMPLES\n.nf\n" + roff("\n".join(line.strip() for line in lines)) + "\n.fi\n"
    heading = {"Positionals": "ARGUMENTS", "Options": "OPTIONS", "Subcommands": "SUBCOMMANDS"}.get(title, "NOTES")
    if heading == "NOTES":
        return f".SH NOTES\n{roff(' '.join(lines))}\n"
    return f".SH {heading}\n" + "".join(f".TP\n.B {roff(name)}\n{roff(text)}\n" for name, text in entries(lines))


def page(name: str, text: str, version: str, others: list[str]) -> str:
    date = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.UTC)
    description, usage, *rest = text.splitlines()
    parts = [
        f'.TH {name.upper()} 1 "{date:%Y-%m-%d}" "{version}" "User Commands"\n',
        f".SH NAME\n{roff(name)} \\- {roff(description.rstrip('.'))}\n",
        f".SH SYNOPSIS\n{roff(usage.removeprefix('Usage: '))}\n",
    ]
    parts += [section_text(title, lines) for title, lines in sections("\n".join(rest)) if lines]
    references = [other for other in others if other != name]
    parts.append(".SH SEE ALSO\n" + ", ".join(f"{roff(other)}(1)" for other in references) + "\n")
    return "".join(parts)


def main() -> int:
    command, folder = sys.argv[1], Path(sys.argv[2])
    version = output_of(command, "--version").strip()
    own_help = output_of(command, "--help")
    found = [name for title, lines in sections(own_help) if title == "Subcommands" for name, _ in entries(lines)]
    names = [NAME, *(f"{NAME}-{name}" for name in found)]
    texts = [own_help, *(output_of(command, name, "--help") for name in found)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(names, texts, strict=True):
        (folder / f"{name}.1").write_text(page(name, text, version, names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
