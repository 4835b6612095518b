"""`make setup-tests` at a terminal without input: no step waits for an answer."""

import os
import pty
import sys
import threading
from pathlib import Path

SECONDS = 60


def main() -> int:
    setup = Path(__file__).resolve().parents[2] / "scripts" / "setup.sh"
    process, terminal = pty.fork()
    if process == 0:
        os.execv(setup, [str(setup), "tests"])
    waited_too_long = threading.Timer(SECONDS, os.kill, (process, 9))
    waited_too_long.start()
    output = b""
    try:
        while piece := os.read(terminal, 4096):
            output += piece
    except OSError:  # Linux reports a closed other side by EIO
        pass
    _, status = os.waitpid(process, 0)
    waited_too_long.cancel()
    print(output.decode(errors="replace"), end="")
    if os.WIFSIGNALED(status):
        print(f"{setup.name} was still running after {SECONDS} seconds")
        return 1
    return os.WEXITSTATUS(status)


if __name__ == "__main__":
    sys.exit(main())
