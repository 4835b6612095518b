"""test_packages.py FOLDER [--ways wheel,deb,tarball] [--table FILE.md]: tries the packages of FOLDER in a bare Debian.

Each package is installed into a root of its own that debootstrap made: no compiler, no checkout. There it must turn
the sample portrait into a GIF, reject a file that is not a photo with one line, and serve the demo's pages. Needs root
for chroot. Prints one line for each way: megabytes downloaded, seconds until the first GIF. --table writes them as a
table.
"""

from __future__ import annotations

import argparse
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bare_root import PROJECT, BareRoot

PORTRAIT = PROJECT / ".deps/samples/astronaut.png"
FAULT = re.compile(r"broken\.jpg: unsupported: .*\n")
QUIET_APT = "apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Keep-Downloaded-Packages=true"


@dataclass
class Result:
    way: str
    package_bytes: int
    downloaded_bytes: int
    wall_seconds: float
    cpu_seconds: float


def install_wheel(root: BareRoot) -> str:
    root.must_run(f"{QUIET_APT} update; {QUIET_APT} install --no-install-recommends python3-venv")
    root.must_run(
        "python3 -m venv /opt/venv && /opt/venv/bin/pip install --no-index --find-links /packages portrait-depth"
    )
    return "/opt/venv/bin/portrait-depth"


def install_deb(root: BareRoot) -> str:
    root.must_run(f"{QUIET_APT} update; {QUIET_APT} install --no-install-recommends /packages/*.deb")
    return "portrait-depth"


def install_tarball(root: BareRoot) -> str:
    root.must_run("mkdir '/opt/any place' && tar -xf /packages/*.tar.gz -C '/opt/any place' --strip-components 1")
    return "'/opt/any place/bin/portrait-depth'"


def check_run_paths(folder: Path) -> None:
    """Programs and libraries search their own folders only (tests/install/elf_files.py)."""
    script = PROJECT / "tests/install/elf_files.py"
    result = subprocess.run([sys.executable, "-B", script, "--run-paths-only", folder], capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stdout)


def check_read_only(root: BareRoot, command: str) -> None:
    result = root.run_read_only(
        f"! touch /work/file && {command} photo3d /work/astronaut.png -o film.gif --height 120 --quiet && ls"
    )
    if result.returncode or result.stdout.split() != ["film.gif"]:
        raise RuntimeError(f"on a read-only root, without rights: {result}")


# Each line opens a connection by the shell itself: a bare Debian has no client for HTTP.
GET = """
get() {{
  exec 3<>/dev/tcp/127.0.0.1/{port}
  printf 'GET %s HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' "$1" >&3
  cat <&3
}}
{command} serve --port {port} >serve.log 2>&1 &
for try in {{1..100}}; do (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && break; sleep 0.1; done
get {path}; kill %1; wait
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_site(root: BareRoot, command: str) -> None:
    """The service has the demo's pages, with their scripts and networks."""
    wanted = {"/": "photo3d/", "/photo3d/": 'type="module"', "/licenses/THIRD_PARTY.md": "ONNX Runtime Web"}
    for path, part in wanted.items():
        answer = root.must_run(GET.format(command=command, port=free_port(), path=path))
        if not answer.startswith("HTTP/1.1 200") or part not in answer:
            raise RuntimeError(f"{command} serve: {path}: {answer[:300]}")


def check_wheel(root: BareRoot) -> None:
    """The module finds its networks; each name has a description."""
    program = (
        "import portrait_depth as p; image = p.load_photo('astronaut.png', min_short_side=256); "
        "found = p.create_estimator().estimate_photo(image); p.Photo3D.build(image, found.depth).save('module.webm'); "
        "print(p.DepthEstimator.__doc__, found.depth.head_distance_metres)"
    )
    text = root.must_run(f'/opt/venv/bin/python -c "{program}"')
    if not re.search(r"Threads may share it.* \d\.\d", text) or not (root.folder / "work/module.webm").stat().st_size:
        raise RuntimeError(f"the wheel's module: {text}")
    check_run_paths(root.folder / "opt/venv")


def check_deb(root: BareRoot) -> None:
    """Manual pages and completions are there, and nothing remains after removal."""
    manual = root.folder / "usr/share/man/man1"
    wanted = root.must_run("portrait-depth --help")
    for name in re.findall(r"^  (\w+) {4,}", wanted, re.MULTILINE):
        if not list(manual.glob(f"portrait-depth-{name}.1*")):
            raise RuntimeError(f"no manual page of {name}")
    completed = root.must_run(
        ". /usr/share/bash-completion/completions/portrait-depth; COMP_WORDS=(portrait-depth photo3d --preset s); "
        "COMP_CWORD=3; _portrait_depth; echo ${COMPREPLY[*]}"
    )
    if "sway" not in completed:
        raise RuntimeError(f"the completion of --preset s is {completed}")
    root.must_run(f"{QUIET_APT} purge portrait-depth 'libportrait-depth*'")
    left = root.must_run("find /usr /etc -iname '*portrait*depth*'")
    if left:
        raise RuntimeError(f"the Debian packages leave {left}")


def check_tarball(root: BareRoot) -> None:
    """All libraries beyond the compilers' are the archive's own."""
    text = root.must_run("ldd '/opt/any place/libexec/portrait-depth-command'")
    foreign = re.findall(r"=> (/(?:usr/)?lib/\S*/(?!lib(?:c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so)\S+)", text)
    if foreign or "not found" in text:
        raise RuntimeError(f"the tarball's command uses {foreign or text}")
    check_run_paths(root.folder / "opt")


@dataclass
class Way:
    pattern: str
    install: Callable[[BareRoot], str]
    check: Callable[[BareRoot], None]
    others: tuple[str, ...] = ()


WAYS = {
    "wheel": Way("*.whl", install_wheel, check_wheel),
    "deb": Way("*.deb", install_deb, check_deb),
    "tarball": Way("portrait-depth-*-linux-*.tar.gz", install_tarball, check_tarball),
}


def check_film(path: Path) -> None:
    """A GIF of a second or more: image descriptors with a graphic control extension before them."""
    content = path.read_bytes()
    if not content.startswith(b"GIF89a") or content.count(b"\x21\xf9\x04") < 20:
        raise RuntimeError(f"{path.name} is not a GIF, or has too few frames")


def try_way(way: str, packages: Path) -> Result:
    files = sorted(packages.glob(WAYS[way].pattern))
    if not files:
        raise FileNotFoundError(f"{packages}: no {WAYS[way].pattern}; run make packages")
    wheels = sorted(packages.glob("dependencies/*.whl")) if way == "wheel" else []
    with tempfile.TemporaryDirectory() as name:
        root = BareRoot(Path(name))
        root.add("/packages", files + wheels)
        root.add("/work", [PORTRAIT])
        (root.folder / "work/broken.jpg").write_text("not a photo\n")
        used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = WAYS[way].install(root)
        root.must_run(f"{command} photo3d astronaut.png -o film.gif")
        wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        check_film(root.folder / "work/film.gif")
        refused = root.run(f"{command} photo3d broken.jpg -o broken.gif")
        if refused.returncode != 1 or not FAULT.fullmatch(refused.stderr) or (root.folder / "work/broken.gif").exists():
            raise RuntimeError(f"{way}: a file that is not a photo: {refused}")
        size = sum(path.stat().st_size for path in files)
        downloaded = root.downloaded_bytes() + size + sum(path.stat().st_size for path in wheels)
        check_read_only(root, command)
        check_site(root, command)
        WAYS[way].check(root)
        return Result(way, size, downloaded, wall, cpu)


def table(results: list[Result]) -> str:
    lines = ["| way | package | download in all | time | processor time |", "| --- | --- | --- | --- | --- |"]
    for result in results:
        lines.append(
            f"| {result.way} | {result.package_bytes / 1e6:.1f} MB | {result.downloaded_bytes / 1e6:.0f} MB "
            f"| {result.wall_seconds:.0f} s | {result.cpu_seconds:.0f} s |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("packages", type=Path)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--table", type=Path, help="a page with the lines <!-- times --> and <!-- end of times -->")
    options = parser.parse_args()
    results = []
    for way in options.ways.split(","):
        results.append(try_way(way, options.packages))
        print(f"{way}: {results[-1]}", flush=True)
    if options.table:
        page = options.table.read_text()
        begin, end = "<!-- times -->\n", "<!-- end of times -->\n"
        before, _, rest = page.partition(begin)
        options.table.write_text(before + begin + "\n" + table(results) + "\n" + end + rest.partition(end)[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
