"""The license texts of the shared libraries that a package contains, from Debian's packages and sources."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# The libraries of scripts/package_libraries.sh, by the source whose copyright file describes them.
BUILT = {"libheif": "libheif", "libvips": "vips"}
BUILT |= dict.fromkeys(("libavcodec", "libavformat", "libavutil", "libswscale"), "ffmpeg")
# The project's own, and ONNX Runtime, whose texts are in licenses/.
OWN = {"libportrait_depth", "libonnxruntime"}
# Texts that copyright files refer to.
COMMON = Path("/usr/share/common-licenses")


def library_name(file_name: str) -> tuple[str, str]:
    """libvips-1a2b3c4d.so.42.16.1 -> ("libvips", "libvips.so.42.16.1"), without auditwheel's hash."""
    plain = re.sub(r"-[0-9a-f]{8}(?=\.so|[.\d]*\.so)", "", file_name)
    return plain.split(".so")[0], plain


def debian_package(file_name: str) -> str:
    """The installed package with a library of this name."""
    found = subprocess.run(["dpkg-query", "--search", f"*/{file_name}"], capture_output=True, text=True).stdout
    if not (packages := [line.split(":")[0] for line in found.splitlines()]):
        raise ValueError(f"{file_name}: no Debian package contains it, so that its license is unknown")
    return packages[0]


def copyright_file(file_name: str, libraries: Path) -> tuple[str, Path]:
    name, plain = library_name(file_name)
    if source := BUILT.get(name):
        return source, libraries / "copyright" / source
    package = debian_package(plain)
    return package, Path("/usr/share/doc") / package / "copyright"


def copy_licenses(root: Path, folder: Path, libraries: Path) -> None:
    """Copies the copyright file of each library below `root` into `folder`, with the common texts they refer to."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = set[str]()
    for path in sorted(root.rglob("*.so*")):
        if path.is_symlink() or path.name.split(".so")[0].split("-")[0] in OWN or path.parent.name == "portrait_depth":
            continue
        package, source = copyright_file(path.name, libraries)
        text = source.read_text(errors="replace")
        (folder / f"{package}.txt").write_text(text)
        texts |= set(re.findall(r"common-licenses/([\w.-]*[\w])", text))
    for name in sorted(texts):
        (folder / f"common-{name}.txt").write_bytes((COMMON / name).read_bytes())
