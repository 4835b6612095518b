"""repair_wheel.py WHEEL FOLDER LIBRARIES: writes the wheel with every shared library that it needs, and their licenses.

auditwheel puts the libraries into the wheel under names of their own, so that no other package's libraries take their
place. The metadata gets the license of the whole and lists the license texts. LIBRARIES is the folder that
scripts/package_libraries.sh made. Prints the result's name.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

import auditwheel.main
import auditwheel.policy
from auditwheel.libc import Libc
from auditwheel.wheeltools import InWheelCtx
from bundled_licenses import copy_licenses

PLATFORM = "manylinux_2_36_x86_64"  # Debian 12's C library
# auditwheel expects these on every system; a server without a desktop has no GLib.
NOT_EVERYWHERE = {"libglib-2.0.so.0", "libgobject-2.0.so.0", "libgthread-2.0.so.0"}
# x264 is under the GPL; the wheel as a whole may be passed on under GPL-3.0-or-later.
LICENSE = " AND ".join(
    ("Apache-2.0", "GPL-2.0-or-later", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "MIT", "BSD-2-Clause", "BSD-3-Clause")
)
DOCUMENTS = "portrait_depth/share/doc/portrait-depth"


def use_strict_policy(folder: Path) -> None:
    """auditwheel's policies, without the libraries that a server may lack."""
    policies = json.loads(auditwheel.policy._POLICY_JSON_MAP[Libc.GLIBC].read_text())
    for policy in policies:
        policy["lib_whitelist"] = [name for name in policy["lib_whitelist"] if name not in NOT_EVERYWHERE]
    path = folder / "policy.json"
    path.write_text(json.dumps(policies))
    auditwheel.policy._POLICY_JSON_MAP[Libc.GLIBC] = path


def repaired(wheel: Path, folder: Path) -> Path:
    sys.argv = ["auditwheel", "repair", "--plat", PLATFORM, "--only-plat", "--strip", "-w", str(folder), str(wheel)]
    if auditwheel.main.main():
        raise RuntimeError(f"{wheel}: auditwheel cannot put the libraries into the wheel; see its messages")
    return next(folder.glob("*.whl"))


def describe_license(metadata: Path) -> None:
    text = metadata.read_text()
    text, count = re.subn(r"^License-Expression: .*$", f"License-Expression: {LICENSE}", text, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{metadata}: no License-Expression")
    metadata.write_text(text)


def main() -> int:
    wheel, folder, libraries = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        use_strict_policy(work)
        middle = repaired(wheel, work / "repaired")
        folder.mkdir(parents=True, exist_ok=True)
        result = folder.resolve() / middle.name
        with InWheelCtx(middle, result) as context:
            describe_license(next(context.path.glob("*.dist-info/METADATA")))
            copy_licenses(context.path, context.path / DOCUMENTS / "licenses", libraries)
    print(result.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
