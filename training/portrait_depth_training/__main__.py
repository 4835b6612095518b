"""`python -m portrait_depth_training COMMAND`; `--help` lists the commands."""

from __future__ import annotations

import argparse
import datetime
import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import onnx
import torch

from .averaging import mean_checkpoint
from .config import ConfigError, read_config
from .environments import AssetsError, Environments, fetch
from .export import largest_difference, to_onnx, with_small_weights
from .face_shapes.mesh import MeshError
from .gravity import GravityError
from .network import network_of
from .portraits import MEASURED_PORTRAITS, PortraitError
from .records import RecordError, open_people
from .sensor import SensorError
from .training import elapsed_seconds, load_environments, train


def _shared() -> Path:
    """The folder of shared data: $PORTRAIT_DEPTH_SHARED, or ../shared beside the project."""
    project = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("PORTRAIT_DEPTH_SHARED", project.parent / "shared"))


def _seconds_until(clock: str) -> float:
    """Seconds from now to the next HH:MM of the local clock."""
    now = datetime.datetime.now()
    hour, minute = (int(part) for part in clock.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if end <= now:
        end += datetime.timedelta(days=1)
    return (end - now).total_seconds()


def _environments(arguments: argparse.Namespace) -> None:
    found = fetch(arguments.cache)
    print(f"{arguments.cache}: {len(found.names)} maps: {', '.join(found.names)}")


def _face_shapes(arguments: argparse.Namespace) -> None:
    from .face_shapes.targets import write_targets

    print(write_targets(arguments.parts, arguments.model, arguments.output))


def _train(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    if arguments.initial:
        config = replace(config, initial=arguments.initial)
    folder = arguments.runs / config.name
    seconds = None
    if arguments.until:
        seconds = elapsed_seconds(folder) + _seconds_until(arguments.until)
    elif arguments.max_minutes:
        seconds = 60 * arguments.max_minutes
    checkpoint = train(config, folder, seconds)
    print(f"{checkpoint}: trained")


def _mean(arguments: argparse.Namespace) -> None:
    mean_checkpoint(arguments.checkpoints, arguments.output)
    print(f"{arguments.output}: mean of {len(arguments.checkpoints)}")


def _export(arguments: argparse.Namespace) -> None:
    checkpoint = torch.load(arguments.checkpoint, map_location="cpu")
    network = network_of(checkpoint)
    full = to_onnx(network, arguments.description, checkpoint.get("crop_camera", False))
    small = with_small_weights(full)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(small, str(arguments.output))
    if arguments.float32:
        onnx.save(full, str(arguments.float32))
    print(
        f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.2f} MB; "
        f"largest difference to PyTorch: float32 {largest_difference(network, full):.1e}, "
        f"small weights {largest_difference(network, small):.1e}"
    )


def _environments_of(name: str, held_out: bool) -> Environments:
    """The light of evaluation, which training does not use, or of training."""
    environments = load_environments(name)
    return environments if name == "procedural" else environments.select(held_out=held_out)


def _evaluate(arguments: argparse.Namespace) -> None:
    from . import report  # matplotlib is slow to load
    from .evaluation import evaluate_people, evaluate_sensor
    from .sensor import read_sensor_photos

    folder: Path | None = arguments.output
    if arguments.log and not folder:
        raise ConfigError("--log needs a page; name its folder with --output")
    if arguments.front_light and folder:
        raise ConfigError("--front-light and --output exclude each other; leave out one")
    if arguments.camera_pitch and folder:
        raise ConfigError("--camera-pitch and --output exclude each other; leave out one")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    name = arguments.model.stem
    network = f"Network: sha256 `{hashlib.sha256(arguments.model.read_bytes()).hexdigest()}`."
    page = [f"# {name}, measured", network]
    if not arguments.sensor_only:
        environments = _environments_of(arguments.environments, held_out=True)
        people = open_people(arguments.people)
        result = evaluate_people(
            arguments.model,
            people,
            environments,
            arguments.count,
            front_share=float(arguments.front_light),
            with_pitch=arguments.camera_pitch,
        )
        page += ["## People and light of the test split", report.people_table(result)]
        page += ["### Parts of the error", report.parts_table(result)]
        if folder:
            page += report.draw_people(result, folder, name)
    if folder:
        page += report.draw_training(arguments.log, folder, name, network)
    photos = list(read_sensor_photos(arguments.sensor))
    if photos:
        rows = evaluate_sensor(arguments.model, photos, arguments.camera_pitch)
        page += ["## Photos with a depth sensor", report.sensor_table(rows)]
        if arguments.sensor_sheet:
            report.sensor_sheet(rows, arguments.sensor_sheet)
    else:
        print(f"{arguments.sensor}: no sensor photos; their table is left out", file=sys.stderr)
    text = "\n\n".join(page) + "\n"
    if folder:
        (folder / f"{name}.md").write_text(text)
    print(text)


def _cloth_stability(arguments: argparse.Namespace) -> None:
    from .cloth_stability import evaluate_cloth, portraits, sensor_subjects, stability_table
    from .segmenter import product_segmenter
    from .sensor import read_sensor_photos

    subjects = list(sensor_subjects(read_sensor_photos(arguments.sensor)))
    if arguments.portraits:
        subjects += portraits(arguments.portraits, product_segmenter(), arguments.count)
    rows = list(evaluate_cloth(arguments.model, subjects))
    if not rows:
        raise ConfigError(f"{arguments.sensor}: no photo with shoulders; name one that has some")
    print(stability_table(rows))


def _candidates(arguments: argparse.Namespace) -> None:
    from .candidates import compare

    environments = _environments_of(arguments.environments, held_out=True)
    people = open_people(arguments.people)
    base = read_config(arguments.config)
    rows = compare(
        base, arguments.pictures, people, environments, arguments.count, arguments.output
    )
    for line in rows:
        print(line, flush=True)


def _smoke(arguments: argparse.Namespace) -> None:
    from .smoke import smoke

    for line in smoke():
        print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portrait_depth_training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("environments", help="fetch the HDR maps into the cache")
    command.add_argument("--cache", type=Path, default=Path(".cache/environments.npz"))
    command.set_defaults(run=_environments)

    command = commands.add_parser(
        "face-shapes", help="write the faces of the ICT Face Model Light as MakeHuman targets"
    )
    command.add_argument(
        "--parts", type=Path, default=_shared() / "makehuman", help="folder of the MakeHuman parts"
    )
    command.add_argument(
        "--model", type=Path, default=_shared() / "ict-facekit" / "ict_facekit.npz"
    )
    command.add_argument("--output", type=Path, required=True, help="an empty folder")
    command.set_defaults(run=_face_shapes)

    command = commands.add_parser("train", help="run or resume an experiment")
    command.add_argument("--config", type=Path, required=True)
    command.add_argument("--runs", type=Path, default=Path("runs"))
    command.add_argument(
        "--initial", type=Path, metavar="CHECKPOINT", help="start from this checkpoint"
    )
    limit = command.add_mutually_exclusive_group()
    limit.add_argument("--until", metavar="HH:MM", help="end at this time of day")
    limit.add_argument("--max-minutes", type=float, help="end after this much training")
    command.set_defaults(run=_train)

    command = commands.add_parser("mean", help="the mean of trained networks of one shape")
    command.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    command.add_argument("--output", type=Path, required=True)
    command.set_defaults(run=_mean)

    command = commands.add_parser("export", help="write a checkpoint as ONNX")
    command.add_argument("--checkpoint", type=Path, required=True)
    command.add_argument("--output", type=Path, required=True, help="with small weights; ships")
    command.add_argument("--float32", type=Path, help="also write full weights here")
    command.add_argument("--description", default="Relief of a portrait; see the model card.")
    command.set_defaults(run=_export)

    command = commands.add_parser("evaluate", help="measure a network file")
    command.add_argument("--model", type=Path, required=True)
    command.add_argument("--people", type=Path, default=Path("data/people-test"))
    command.add_argument("--count", type=int, default=2000)
    command.add_argument("--environments", default=".cache/environments.npz")
    command.add_argument(
        "--front-light",
        action="store_true",
        help="light all people from the camera; without a page",
    )
    command.add_argument(
        "--camera-pitch",
        action="store_true",
        help="give the network the camera's pitch; without a page",
    )
    command.add_argument("--sensor", type=Path, default=_shared() / "sensor")
    command.add_argument("--sensor-only", action="store_true")
    command.add_argument("--sensor-sheet", type=Path, help="also write the photos' sheet here")
    command.add_argument(
        "--log",
        type=Path,
        help="plot this log.csv of a run; the plot is kept until the network changes",
    )
    command.add_argument(
        "--output", type=Path, metavar="FOLDER", help="write the page and its pictures here"
    )
    command.set_defaults(run=_evaluate)

    command = commands.add_parser(
        "cloth-stability", help="measure how far the color of clothes changes the posture"
    )
    command.add_argument("--model", type=Path, required=True)
    command.add_argument("--sensor", type=Path, default=_shared() / "sensor")
    command.add_argument("--portraits", type=Path, help="also measure photos of this folder")
    command.add_argument(
        "--count", type=int, default=MEASURED_PORTRAITS, help="at most this many portraits"
    )
    command.set_defaults(run=_cloth_stability)

    command = commands.add_parser("candidates", help="compare shapes of the network in short runs")
    command.add_argument(
        "--config", type=Path, default=Path("training/configs/ar_portrait_depth_fast.toml")
    )
    command.add_argument("--pictures", type=int, default=38_400, help="training pictures for each")
    command.add_argument("--people", type=Path, default=Path("data/people-test"))
    command.add_argument("--count", type=int, default=500)
    command.add_argument("--environments", default=".cache/environments.npz")
    command.add_argument("--output", type=Path, default=Path("runs/candidates"))
    command.set_defaults(run=_candidates)

    command = commands.add_parser("smoke", help="run all steps on ellipsoid people, in two minutes")
    command.set_defaults(run=_smoke)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except (
        AssetsError,
        ConfigError,
        GravityError,
        MeshError,
        PortraitError,
        RecordError,
        SensorError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"{error.filename}: no such file; check the path", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
