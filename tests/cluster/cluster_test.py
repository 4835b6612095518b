"""portrait_depth.ray on clusters of Ray's own, whose nodes are processes of this machine: `make test-ray`.

Not part of `make test`, which has no Ray. Run with the environment of scripts/ray-requirements.txt.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import ray
from portrait_depth.ray import RECORDS, Summary, process
from ray.cluster_utils import Cluster

COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]
SAMPLES = Path(os.environ["PORTRAIT_DEPTH_SAMPLES"])
DEPTH = ["--format", "png"]


def child_seconds() -> dict[int, float]:
    """The processor time of the ended children of Ray's actors, by actor: the command's runs."""
    ticks = os.sysconf("SC_CLK_TCK")
    seconds = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(b"ray::MapWorker"):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                seconds[int(entry.name)] = (int(fields[13]) + int(fields[14])) / ticks
        except OSError:  # the process has ended
            continue
    return seconds


class ActorClock(threading.Thread):
    """Samples child_seconds(), because actors end with their job."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: dict[int, float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.2):
            self.seconds.update(child_seconds())


class ClusterTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portrait-depth-cluster-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.photos, self.out, self.expected = (self.folder / name for name in ("photos", "out", "expected"))

    def write_photos(self, count: int) -> None:
        samples = sorted(SAMPLES.glob("person-*.jpg"))
        for number in range(count):
            place = self.photos / f"shop-{number % 3}" / f"{number:03}.jpg"
            place.parent.mkdir(parents=True, exist_ok=True)
            # A comment after the first marker sets the content apart.
            data = samples[number % len(samples)].read_bytes()
            note = f"{number}".encode()
            place.write_bytes(data[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + data[2:])

    def start(self, nodes: int) -> Cluster:
        """Nodes of one core."""
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        self.addCleanup(cluster.shutdown)
        for _ in range(nodes - 1):
            cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        self.addCleanup(ray.shutdown)
        return cluster

    def run_command(self, task: str, *options: str) -> None:
        arguments = [task, str(self.photos), "-o", str(self.expected), "--recursive", *options]
        subprocess.run([COMMAND, *arguments], capture_output=True, check=False)

    def results(self, folder: Path) -> dict[str, bytes]:
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and RECORDS not in file.parts
        }

    def records(self) -> Counter[str]:
        lines = [line for file in (self.out / RECORDS).iterdir() for line in file.read_text().splitlines()]
        return Counter(json.loads(line)["input"] for line in lines)


class Results(ClusterTest):
    def setUp(self) -> None:
        super().setUp()
        self.write_photos(8)
        one = self.photos / "shop-0" / "000.jpg"
        (one.parent / "000.png").write_bytes((SAMPLES / "person-2.jpg").read_bytes())  # one stem, two photos
        (self.photos / "broken.jpg").write_bytes(one.read_bytes()[:5000])
        (self.photos / "text.png").write_bytes(b"no photo")

    def check(self, summary: Summary, done: int, skipped: int) -> None:
        self.assertEqual((summary.done, summary.skipped, summary.failed), (done, skipped, 2), summary.errors)
        self.assertEqual(len(summary.errors), 2)
        for line, reason in zip(sorted(summary.errors), ["broken.jpg: damaged", "text.png: unsupported"], strict=True):
            self.assertTrue(line.startswith(reason), line)

    def test_files_are_the_commands_byte_for_byte(self) -> None:
        self.start(nodes=2)
        for task, options in [("depth", DEPTH), ("photo3d", ["--height", "96", "--duration", "0.3"])]:
            self.run_command(task, *options)
            self.check(process(str(self.photos), str(self.out), task=task, options=options, photos_per_block=3), 9, 0)
            self.assertEqual(self.results(self.out), self.results(self.expected))
            self.check(process(str(self.photos), str(self.out), task=task, options=options, photos_per_block=3), 0, 9)
            (self.out / next(iter(self.results(self.expected)))).unlink()
            self.check(process(str(self.photos), str(self.out), task=task, options=options, photos_per_block=3), 1, 8)
            self.assertEqual(self.results(self.out), self.results(self.expected))
            shutil.rmtree(self.out)
            shutil.rmtree(self.expected)

    def test_tables_in_and_out(self) -> None:
        self.start(nodes=1)
        files = [file for file in sorted(self.photos.rglob("*")) if file.is_file()]
        table = pa.table(
            {
                "path": [str(file.relative_to(self.photos)) for file in files],
                "bytes": [file.read_bytes() for file in files],
            }
        )
        pq.write_table(table, self.folder / "photos.parquet")
        self.run_command("depth", *DEPTH)
        photos = str(self.folder / "photos.parquet")
        self.check(process(photos, str(self.out), task="depth", options=DEPTH, output_format="parquet"), 9, 0)
        rows = pq.read_table(self.out).to_pylist()
        found = {name: data for row in rows for name, data in zip(row["files"], row["data"], strict=True)}
        self.assertEqual(found, self.results(self.expected))
        self.assertEqual(sum(row["error"] is not None for row in rows), 2)
        self.check(process(photos, str(self.out), task="depth", options=DEPTH, output_format="parquet"), 0, 9)


class Nodes(ClusterTest):
    def test_a_node_that_is_killed_loses_nothing(self) -> None:
        self.write_photos(16)
        self.run_command("depth", *DEPTH)
        cluster = self.start(nodes=2)
        lost = cluster.add_node(num_cpus=1)

        def kill_a_node() -> None:
            while len(list(self.out.glob(f"{RECORDS}/*"))) < 2:
                time.sleep(0.05)
            cluster.remove_node(lost, allow_graceful=False)

        killer = threading.Thread(target=kill_a_node)
        killer.start()
        summary = process(str(self.photos), str(self.out), task="depth", options=DEPTH, photos_per_block=2)
        killer.join()
        self.assertEqual((summary.done, summary.failed), (16, 0), summary.errors)
        self.assertEqual(self.results(self.out), self.results(self.expected))
        self.assertEqual(set(self.records().values()), {1})
        self.assertEqual(len(self.records()), 16)

    def test_two_nodes_share_the_work(self) -> None:
        """One node on one core of the machine, Ray's own processes with it, and two nodes on two.

        On an idle machine, RAY_FILMS=120 compares the clock too: the start of the clusters is a small part then.
        """
        cores = sorted(os.sched_getaffinity(0))
        self.assertGreaterEqual(len(cores), 2)
        self.addCleanup(os.sched_setaffinity, 0, cores)
        films = int(os.environ.get("RAY_FILMS", "0"))
        task, options = ("photo3d", []) if films else ("depth", DEPTH)
        self.write_photos(films or 16)
        walls, nodes_seconds = {}, {}
        for nodes in [1, 2]:
            os.sched_setaffinity(0, cores[:nodes])  # of this thread; the cluster's processes inherit it
            cluster = self.start(nodes)
            clock = ActorClock()
            clock.start()
            start = time.monotonic()
            summary = process(
                str(self.photos),
                str(self.out),
                task=task,
                options=[*options, "--threads", "1"],
                photos_per_block=5 if films else 2,
            )
            walls[nodes] = time.monotonic() - start
            clock.ended.set()
            self.assertEqual((summary.done, summary.failed), (films or 16, 0), summary.errors)
            nodes_seconds[nodes] = list(clock.seconds.values())
            ray.shutdown()
            cluster.shutdown()
            shutil.rmtree(self.out)
        # With idle cores, the time is that of the busiest node.
        busiest = sum(nodes_seconds[1]) / max(nodes_seconds[2])
        by_clock = walls[1] / walls[2]
        print(f"\n1 node: {walls[1]:.1f} s, 2 nodes: {walls[2]:.1f} s for {films or 16} results of {task}")
        print(f"1 to 2 nodes: {by_clock:.2f} times by the clock (load {os.getloadavg()[0]:.1f}), ", end="")
        print(f"{busiest:.2f} times by the busiest node's processor time")
        self.assertGreaterEqual(busiest, 1.8)
        if films:
            self.assertGreaterEqual(by_clock, 1.8)


if __name__ == "__main__":
    unittest.main()
