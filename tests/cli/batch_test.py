"""Folders of photos: several at once, a run that ends early and goes on, a folder that fills."""

import json
import re
import shutil
import signal
import subprocess
import time
import unittest
from collections import Counter
from pathlib import Path

from command_fixture import COMMAND, CommandTest, plain_picture

MANIFEST = "portrait-depth.jsonl"
# Fast work: the whole picture is the person.
DEPTH = ["depth", "--no-segmentation"]
PHOTOS = 10


class BatchTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.photos = self.folder / "photos"
        self.out = self.folder / "out"

    def write_photos(self, count: int = PHOTOS) -> None:
        for number in range(count):
            self.write(f"photos/{number:02}.png", plain_picture(96 + number, 128))

    def batch(self, *options: str, out: Path | None = None, command: list[str] | None = None) -> list[str]:
        return [*(command or DEPTH), str(self.photos), "-o", str(out or self.out), *options]

    def results(self, folder: Path | None = None) -> dict[str, bytes]:
        folder = folder or self.out
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name != MANIFEST
        }

    def entries(self) -> list[dict[str, object]]:
        entries = []
        for line in (self.out / MANIFEST).read_text().splitlines():
            try:
                entries.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return entries

    def done(self) -> Counter[object]:
        return Counter(entry["result"] for entry in self.entries() if entry["error"] is None)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            self.addCleanup(stream.close)
        return process

    def wait_for(self, condition: "object", process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + 200
        while not condition():  # type: ignore[operator]
            self.assertIsNone(process.poll(), "the command ended early")
            self.assertLess(time.monotonic(), end, "nothing happens")
            time.sleep(0.01)


def without_times(text: bytes) -> str:
    return re.sub(r"\([a-z0-9 .,]* s\)", "(times)", text.decode())


class Batch(BatchTest):
    def write_mixed_photos(self) -> None:
        self.write_photos(6)
        whole = plain_picture(120, 90)
        self.write("photos/01-damaged.png", whole[: len(whole) // 2])
        self.write("photos/03-text.jpg", b"no photo")
        self.write("photos/03-empty.webp", b"")

    def test_several_photos_at_once_give_the_same_as_one_after_the_other(self) -> None:
        self.write_mixed_photos()
        film = ["photo3d", "--no-segmentation", "--height", "64", "--duration", "0.2"]
        for command in [DEPTH, ["segment", "--any-subject"], film, [*film, "--format", "webm"]]:
            serial, parallel = self.folder / "serial", self.folder / "parallel"
            one = self.run_command(*self.batch("--jobs", "1", out=serial, command=command))
            more = self.run_command(*self.batch("--jobs", "3", out=parallel, command=command))
            self.assertEqual(self.results(parallel), self.results(serial))
            self.assertEqual(more.stderr, one.stderr)
            self.assertEqual(
                without_times(more.stdout).replace("/parallel/", "/"),
                without_times(one.stdout).replace("/serial/", "/"),
            )
            self.assertEqual((one.returncode, more.returncode), (1, 1))
            self.assertIn(b"01-damaged.png: damaged", one.stderr)
            shutil.rmtree(serial)
            shutil.rmtree(parallel)

    def test_json_lists_the_results_in_order(self) -> None:
        self.write_mixed_photos()
        for jobs in ["1", "3"]:
            summary = json.loads(self.run_command(*self.batch("--json", "--jobs", jobs)).stdout)
            names = [Path(result["input"]).name for result in summary["results"]]
            self.assertEqual(names, sorted(names))
            self.assertEqual([result["ok"] for result in summary["results"]].count(False), 3)

    def test_fail_fast_ends_at_the_first_failed_photo(self) -> None:
        self.write_mixed_photos()
        one = self.run_command(*self.batch("--fail-fast"))
        self.assertEqual(one.returncode, 1)
        self.assertEqual(list(self.results()), ["00-depth.png"])
        self.assertIn("1 of 9 photos failed; the batch ended there (--fail-fast)", one.stderr.decode())
        more = self.run_command(*self.batch("--fail-fast", "--jobs", "3", out=self.folder / "more"))
        self.assertEqual(more.stderr, one.stderr)

    def test_folders_in_folders_keep_their_structure(self) -> None:
        for name in ["a.png", "x/a.png", "x/y/b.png", ".hidden/c.png"]:
            self.write("photos/" + name, plain_picture())
        out = self.photos / "out"
        for _ in range(2):  # the results are not photos of the second run
            self.succeed(*self.batch("--recursive", out=out))
            self.assertEqual(list(self.results(out)), ["a-depth.png", "x/a-depth.png", "x/y/b-depth.png"])
        self.succeed(*DEPTH, self.photos, "-o", self.folder / "flat")
        self.assertEqual(list(self.results(self.folder / "flat")), ["a-depth.png"])

    def test_wrong_use(self) -> None:
        photo = self.write("photos/a.png", plain_picture())
        cases: list[tuple[list[object], str]] = [
            ([photo, "--resume"], "name one with -o"),
            ([photo, "-o", self.folder / "a.png", "--resume"], "needs a folder"),
            (["-", "-o", "x/", "--resume"], "no pipes"),
            ([photo, "-o", self.folder / "x/", "--watch"], "--watch takes folders"),
            ([self.photos, "-o", self.folder / "x", "--watch", "--json"], "--watch has no end"),
        ]
        for arguments, reason in cases:
            self.fail_with(2, [reason], *DEPTH, *arguments)


class Resume(BatchTest):
    def resume(self, *options: str) -> str:
        result = self.run_command(*self.batch("--resume", *options))
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return result.stdout.decode()

    def test_photos_are_known_by_content_and_options(self) -> None:
        self.write_photos(4)
        self.resume()
        first = self.results()
        self.assertEqual(self.resume(), "4 of 4 photos were done before\n")
        self.assertEqual(len(self.entries()), 4)
        (self.photos / "00.png").touch()
        self.assertEqual(self.resume("--jobs", "2"), "4 of 4 photos were done before\n")
        # Other content, a lost result, a new name.
        self.write("photos/01.png", plain_picture(200, 128))
        (self.out / "02-depth.png").unlink()
        (self.photos / "03.png").rename(self.photos / "04.png")
        self.assertIn("1 of 4 photos were done before", self.resume())
        self.assertEqual(self.results()["02-depth.png"], first["02-depth.png"])
        self.assertEqual(self.results()["04-depth.png"], first["03-depth.png"])
        self.assertNotEqual(self.results()["01-depth.png"], first["01-depth.png"])
        # Another option makes all results anew; the default's own value is no other option.
        self.assertNotIn("done before", self.resume("--unit", "metres"))
        self.assertIn("4 of 4", self.resume("--unit", "metres", "--model", "ar_portrait_depth"))

    def test_a_file_that_an_option_names_is_known_by_content(self) -> None:
        self.write_photos(1)
        mask = self.write("mask.png", plain_picture(96, 128))
        command = ["depth", str(self.photos), "-o", str(self.out), "--resume", "--mask", str(mask)]
        self.succeed(*command)
        self.assertIn(b"1 of 1", self.succeed(*command).stdout)
        self.write("mask.png", plain_picture(96, 127))
        self.assertNotIn(b"1 of 1", self.run_command(*command).stdout)

    def test_failed_photos_are_recorded_and_tried_again(self) -> None:
        self.write_photos(2)
        self.write("photos/01-text.jpg", b"no photo")
        for runs in [1, 2]:
            result = self.run_command(*self.batch("--resume"))
            self.assertEqual(result.returncode, 1)
            self.assertIn("01-text.jpg: unsupported: not a photo", result.stderr.decode())
            errors = [entry["error"] for entry in self.entries() if entry["error"]]
            self.assertEqual(len(errors), runs)
            self.assertIn("unsupported: not a photo", str(errors[0]))
        self.assertEqual(set(self.done().values()), {1})

    def test_a_torn_line_is_no_result(self) -> None:
        self.write_photos(3)
        self.resume()
        manifest = self.out / MANIFEST
        manifest.write_bytes(manifest.read_bytes()[:-20])
        self.assertIn("2 of 3 photos were done before", self.resume())
        self.assertIn("3 of 3 photos were done before", self.resume())
        self.assertEqual(set(self.done().values()), {1})

    def test_a_killed_run_goes_on_to_the_same_results(self) -> None:
        self.write_photos()
        self.succeed(*self.batch(out=self.folder / "in-one-go"))
        expected = self.results(self.folder / "in-one-go")
        for kill_after in [0, 1, 4, 8]:
            shutil.rmtree(self.out, ignore_errors=True)
            process = self.start(*self.batch("--resume", "--jobs", "2"))
            self.wait_for(
                lambda: self.out.exists() and len(list(self.out.glob("*.png"))) >= kill_after,  # noqa: B023
                process,
            )
            process.kill()
            process.wait()
            self.assertEqual([name for name in self.results() if name not in expected], [])
            self.resume("--jobs", "2")
            self.assertEqual(self.results(), expected)
            self.assertEqual(dict(self.done()), dict.fromkeys(expected, 1))

    def test_all_files_of_a_result_must_be_there(self) -> None:
        self.write_photos(1)
        options = ["--format", "png", "--height", "64", "--duration", "0.2", "--resume"]
        command = ["photo3d", "--no-segmentation", str(self.photos), "-o", str(self.out), *options]
        self.succeed(*command)
        frames = self.results()
        self.assertGreater(len(frames), 2)
        (self.out / sorted(frames)[1]).unlink()
        self.assertNotIn(b"done before", self.succeed(*command).stdout)
        self.assertEqual(self.results(), frames)


class Watch(BatchTest):
    def watch(self, *options: str) -> "subprocess.Popen[bytes]":
        self.photos.mkdir(exist_ok=True)
        return self.start(*self.batch("--watch", *options))

    def end(self, process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> str:
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + number, errors.decode())
        return errors.decode()

    def has_done(self, *names: str) -> bool:
        return (self.out / MANIFEST).exists() and set(names) <= set(self.done())

    def test_a_folder_that_fills(self) -> None:
        process = self.watch("--jobs", "2")
        self.wait_for((self.out / MANIFEST).exists, process)
        # A slow writer, and one that replaces its file at the end.
        picture = plain_picture(300, 400)
        with (self.photos / "slow.png").open("wb") as file:
            file.write(picture[: len(picture) // 2])
            file.flush()
            self.write("photos/.partial", plain_picture())
            (self.photos / ".partial").rename(self.photos / "whole.png")
            self.wait_for(lambda: self.has_done("whole-depth.png"), process)
            time.sleep(2.5)
            file.write(picture[len(picture) // 2 :])
        self.wait_for(lambda: self.has_done("slow-depth.png"), process)
        self.assertEqual([entry["error"] for entry in self.entries()], [None, None])
        # A second process would do the same work.
        self.fail_with(2, ["another process works on this folder"], *self.batch("--resume"))
        self.assertIn("stopped", self.end(process))
        left = sorted(file.name for file in self.out.iterdir())
        self.assertEqual(left, [MANIFEST, "slow-depth.png", "whole-depth.png"])

    def test_a_new_start_goes_on(self) -> None:
        self.write_photos(2)
        process = self.watch()
        self.wait_for(lambda: self.has_done("00-depth.png", "01-depth.png"), process)
        self.end(process, signal.SIGINT)
        before = (self.out / MANIFEST).read_bytes()
        process = self.watch()
        self.write("photos/02.png", plain_picture())
        self.wait_for(lambda: self.has_done("02-depth.png"), process)
        self.end(process)
        after = (self.out / MANIFEST).read_bytes()
        self.assertTrue(after.startswith(before))
        self.assertEqual(after[len(before) :].count(b"\n"), 1)


if __name__ == "__main__":
    unittest.main()
