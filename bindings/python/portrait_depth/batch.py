"""python -m portrait_depth.batch IN OUT --task photo3d: a folder of portraits, on this machine or on a Ray cluster."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence

from portrait_depth.command import TASKS, CommandError, find_command

EPILOG = """Further options of the command follow after --, for example:
  python -m portrait_depth.batch photos/ films/ --task photo3d -- --format webm --height 720"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m portrait_depth.batch",
        usage="%(prog)s [options] IN OUT [-- OPTIONS OF THE COMMAND]",
        description="Makes the results of all portraits of a folder. A second run skips the results that are there.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", metavar="IN", help="folder of photos; with Ray also its address, or a .parquet file")
    parser.add_argument("output", metavar="OUT", help="folder of the results; with Ray also its address")
    parser.add_argument("--task", choices=TASKS, default="photo3d", help="default: photo3d")
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="Ray cluster, or `local` for this machine; default: $RAY_ADDRESS. Without an address, the command "
        "portrait-depth does the work on this machine",
    )
    parser.add_argument(
        "--output-format", choices=("files", "parquet"), default="files", help="with Ray; default: files"
    )
    # argparse does not keep what follows -- apart.
    own, options = list(arguments), []
    if "--" in own:
        own, options = own[: own.index("--")], own[own.index("--") + 1 :]
    choice = parser.parse_args(own)
    choice.options = options
    return choice


def run_command(choice: argparse.Namespace) -> int:
    if choice.output_format != "files":
        raise CommandError("--output-format parquet needs Ray; name a cluster with --ray, or `local`")
    arguments = ["--recursive", "--resume", "--jobs", "0", *choice.options]
    return subprocess.call([find_command(), choice.task, choice.input, "-o", choice.output, *arguments])


def run_ray(choice: argparse.Namespace, address: str) -> int:
    if importlib.util.find_spec("ray") is None:
        raise CommandError('Ray is not installed; install it (pip install "ray[data]") or leave out --ray')
    import ray

    from portrait_depth.ray import process

    ray.init(address=address, log_to_driver=False)
    summary = process(
        choice.input, choice.output, task=choice.task, options=choice.options, output_format=choice.output_format
    )
    for error in summary.errors:
        print(error, file=sys.stderr)
    print(f"{summary.done} done, {summary.skipped} done before, {summary.failed} failed")
    return 1 if summary.failed else 0


def main(arguments: Sequence[str]) -> int:
    choice = parse(arguments)
    address = choice.ray or os.environ.get("RAY_ADDRESS")
    try:
        return run_ray(choice, address) if address else run_command(choice)
    except (CommandError, ValueError) as error:
        print(f"python -m portrait_depth.batch: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
