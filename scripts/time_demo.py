"""time_demo.py: times `make demo` in a bare Debian, as a newcomer sees it: the packages, the build, the first film.

Debian's git, make and certificates are there before; the clock starts with `make demo`. Prints the seconds of the first
and the second call. Needs root for chroot and mounts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bare_root import BareRoot
from test_packages import check_film


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        root = BareRoot(Path(name))
        root.must_run("apt-get update && apt-get install --yes --no-install-recommends ca-certificates git make")
        root.clone_project("/work/portrait-depth")
        for call in ("first", "second"):
            start = time.monotonic()
            root.must_run("make demo", folder="/work/portrait-depth")
            print(f"{call} make demo: {time.monotonic() - start:.1f} s", flush=True)
        films = list((root.folder / "work/portrait-depth/out").glob("*.gif"))
        if len(films) != 1:
            raise RuntimeError(f"make demo left {films}")
        check_film(films[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
