"""A bare Debian that debootstrap made (minbase): no compiler, no checkout. Needs root for chroot and mounts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
RELEASE = "bookworm"
ARCHIVE = PROJECT / ".deps/bare-root.tar"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How this machine's clients reach the package registries. Certificates of its own take effect with ca-certificates.
CLIENT_FILES = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/npmrc", "/root/.npmrc", "/usr/local/share/ca-certificates")
CLIENT_VARIABLES = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "NODE_EXTRA_CA_CERTS", "http_proxy", "https_proxy", "no_proxy")


def _make_archive() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "root"
        subprocess.run(["debootstrap", "--variant=minbase", RELEASE, root], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
        unfinished = ARCHIVE.with_suffix(".part")
        subprocess.run(["tar", "--create", "--numeric-owner", "-f", unfinished, "-C", root, "."], check=True)
        unfinished.rename(ARCHIVE)


class BareRoot:
    """A fresh copy of the bare system in `folder`, which must be empty. Its folder /work is empty."""

    def __init__(self, folder: Path) -> None:
        if not ARCHIVE.exists():
            _make_archive()
        self.folder = folder
        subprocess.run(["tar", "--extract", "--numeric-owner", "-f", ARCHIVE, "-C", folder], check=True)
        self.add("/work", [])
        for source in map(Path, CLIENT_FILES):
            if source.exists():
                self.add(str(source.parent), [source])

    def add(self, to: str, files: Iterable[Path]) -> None:
        """Copies files and folders into the folder `to` of the root, which is made if it is absent."""
        place = self.folder / to.lstrip("/")
        place.mkdir(parents=True, exist_ok=True)
        for file in files:
            if file.is_dir():
                shutil.copytree(file, place / file.name, dirs_exist_ok=True)
            else:
                shutil.copy(file, place)

    def clone_project(self, to: str) -> None:
        """Clones the checkout's last commit into the folder `to` of the root."""
        place = self.folder / to.lstrip("/")
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{PROJECT}", place], check=True)

    def _run(
        self, command: str, mounts: str, user: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Runs a line of the shell inside, after `mounts` outside; all mounts end with it."""
        inside = f'{mounts} mount -t proc proc {self.folder}/proc; exec chroot {user} {self.folder} /bin/bash -c "$0"'
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "bash", "-c", f"set -e; {inside}", command],
            capture_output=True,
            text=True,
            env={"PATH": PATH, **environment},
        )

    def run(
        self, command: str, bound: Mapping[Path, str] | None = None, folder: str = "/work"
    ) -> subprocess.CompletedProcess[str]:
        """Runs a line of the shell as root in `folder`. `bound` are folders outside and their places inside."""
        mounts = ""
        for outside, place in (bound or {}).items():
            inside = self.folder / place.lstrip("/")
            inside.mkdir(parents=True, exist_ok=True)
            mounts += f"mount --bind {outside} {inside}; "
        client = {name: value for name in CLIENT_VARIABLES if (value := os.environ.get(name))}
        environment = {"DEBIAN_FRONTEND": "noninteractive", "HOME": "/root", **client}
        return self._run(f"cd {folder}; {command}", mounts, "", environment)

    def must_run(self, command: str, bound: Mapping[Path, str] | None = None, folder: str = "/work") -> str:
        result = self.run(command, bound, folder)
        if result.returncode:
            raise RuntimeError(
                f"{command}: exit code {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
            )
        return result.stdout

    def run_read_only(self, command: str, user: str = "65534:65534") -> subprocess.CompletedProcess[str]:
        """Runs a line as a user without rights, with a read-only root and a writable /tmp, as in a container."""
        root = self.folder
        mounts = f"mount --bind {root} {root}; mount -o remount,ro,bind {root}; mount -t tmpfs tmpfs {root}/tmp;"
        return self._run(f"cd /tmp && {command}", mounts, f"--userspec={user}", {})

    def downloaded_bytes(self) -> int:
        return sum(path.stat().st_size for path in (self.folder / "var/cache/apt/archives").glob("*.deb"))
