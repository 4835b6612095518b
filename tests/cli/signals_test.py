"""One signal ends the command in any state, within a second, and leaves no file."""

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from command_fixture import COMMAND, CommandTest, plain_picture

# The watcher waits 0.8 seconds; the rest is for a busy machine.
MOST_SECONDS = 1.5


class Signals(CommandTest):
    def end(self, number: int, *arguments: str | Path) -> None:
        before = sorted(self.folder.iterdir())
        command = [COMMAND, *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(2)
            self.assertIsNone(process.poll(), "ended before the signal")
            process.send_signal(number)
            sent = time.monotonic()
            _, errors = process.communicate(timeout=60)
            self.assertLess(time.monotonic() - sent, MOST_SECONDS)
        self.assertEqual(process.returncode, 128 + number, errors.decode())
        self.assertEqual(errors.decode(), "stopped\n")
        self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_opening_a_pipe_without_a_writer(self) -> None:
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for number in [signal.SIGINT, signal.SIGTERM]:
            self.end(number, "info", pipe)

    def test_an_encoder_that_is_slow_to_end(self) -> None:
        photo = self.write("anna.png", plain_picture(600, 800))
        options = ["--no-segmentation", "--codec", "av1", "--duration", "600", "--fps", "30", "--height", "800"]
        self.end(signal.SIGTERM, "photo3d", photo, "-o", self.folder / "a.webm", *options)


if __name__ == "__main__":
    unittest.main()
