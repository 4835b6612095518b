"""test_container.py: runs the steps of packaging/Containerfile in bare Debian roots; no container engine is needed.

FROM takes a root that debootstrap made, COPY a clone of the checkout's commit. The image's user then makes a film on a
read-only root, and the image's command serves the demo's pages. Knows the instructions that the Containerfile uses;
another one is an error. Needs root for chroot and mounts.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bare_root import PROJECT, BareRoot
from test_packages import PORTRAIT, check_film, check_site

CONTAINERFILE = PROJECT / "packaging/Containerfile"
BASE = "debian:12-slim"
BIND = re.compile(r"--mount=type=bind,from=(?P<stage>\w+),source=(?P<source>/\S+),target=(?P<target>/\S+)\s+")


@dataclass
class Image:
    root: BareRoot
    folder: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def instructions(text: str) -> list[tuple[str, str]]:
    """Instruction and rest of each line; comments are left out, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


def run(image: Image, stages: dict[str, Image], rest: str) -> None:
    bound = {}
    while match := BIND.match(rest):
        bound[stages[match["stage"]].root.folder / match["source"].lstrip("/")] = match["target"]
        rest = rest[match.end() :]
    image.root.must_run(rest, bound, image.folder)


def build(text: str, folder: Path) -> Image:
    """The last stage's image; the roots lie in `folder`."""
    stages: dict[str, Image] = {}
    image = None
    for word, rest in instructions(text):
        start = time.monotonic()
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            if base != BASE:
                raise ValueError(f"FROM {base}: this test knows {BASE} alone")
            place = folder / f"stage-{len(stages)}"
            place.mkdir()
            image = stages[name or "last"] = Image(BareRoot(place))
            continue
        if image is None:
            raise ValueError(f"{word} before FROM")
        if word == "WORKDIR":
            image.folder = rest
            image.root.add(rest, [])
        elif word == "COPY" and rest == ". .":
            image.root.clone_project(image.folder)
        elif word == "RUN":
            run(image, stages, rest)
        elif word == "USER":
            image.user = rest
        elif word in ("ENTRYPOINT", "CMD"):
            setattr(image, "command" if word == "CMD" else "entrypoint", json.loads(rest))
        elif word != "EXPOSE":
            raise ValueError(f"{word} {rest}: this test does not know the instruction")
        print(f"{word} {rest[:60]}: {time.monotonic() - start:.0f} s", flush=True)
    if image is None:
        raise ValueError("no FROM")
    return image


def check_user(image: Image, portrait: Path) -> None:
    image.root.add("/photos", [portrait])
    made = f"{shlex.join(image.entrypoint)} photo3d /photos/{portrait.name} -o film.gif --quiet && base64 film.gif"
    user = image.root.must_run(f"id -u {image.user}").strip()
    result = image.root.run_read_only(f"! touch /photos/file 2>/dev/null && {made}", f"{user}:{user}")
    if user == "0" or result.returncode:
        raise RuntimeError(f"user {user}, on a read-only root: {result}")
    with tempfile.NamedTemporaryFile(suffix=".gif") as film:
        subprocess.run(["base64", "--decode"], input=result.stdout, text=True, stdout=film, check=True)
        check_film(Path(film.name))


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        image = build(CONTAINERFILE.read_text(), Path(name))
        check_user(image, PORTRAIT)
        if image.command[0] != "serve":
            raise RuntimeError(f"the image's command is {image.command}")
        check_site(image.root, shlex.join(image.entrypoint))
    print("the image's steps, its user and its service work")
    return 0


if __name__ == "__main__":
    sys.exit(main())
