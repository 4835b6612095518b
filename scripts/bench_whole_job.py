"""Times the command from a 12-megapixel JPEG to a WebM, and reads its peak memory from the kernel."""

import os
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

RUNS = 3


def run(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak resident memory in MB of a program; exits if the program fails."""
    start = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, dict(os.environ))
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(arguments)}: failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        photo, film = Path(folder, "photo.jpg"), Path(folder, "film.webm")
        with Image.open(sys.argv[1]) as picture:
            picture.convert("RGB").resize((3464, 3464), Image.Resampling.LANCZOS).save(photo, quality=92)
        command = ["bin/portrait-depth", "photo3d", str(photo), "-o", str(film), "--height", "720"]
        results = [run(command) for _ in range(RUNS)]
    seconds = min(seconds for seconds, _ in results)
    memory = max(memory for _, memory in results)
    print(f"  best of {RUNS}: {seconds:.2f} s, peak memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
