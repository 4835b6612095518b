"""Networks that a TOML file describes, in every subcommand that runs one."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

from command_fixture import CommandTest, difference, disc_mask, frames_of, plain_picture, png
from own_depth_test import values_of
from small_networks import SIDE, mean_network, nan_network, two_outputs

SIZES = {"fixed": "size = [48, 64]", "free": "multiple_of = 8\nshorter_side = 48"}


def description(**changes: str) -> bytes:
    """Metres are hundredths of the picture's gray. A changed key of an empty value is left out."""
    keys = {
        "license": '"MIT"',
        "source": '"the tests"',
        "size": SIZES["free"],
        "layout": '"NCHW"',
        "range": "[0, 2.55]",
        "view": '"photo"',
        "kind": '"metric"',
        "output_name": "",
        **changes,
    }
    lines = [f"{key} = {keys[key]}" for key in ("license", "source") if keys[key]]
    lines += ["[input]", keys["size"]]
    lines += [f"{key} = {keys[key]}" for key in ("layout", "range", "view", "more") if keys.get(key)]
    lines += ["[output]", f"kind = {keys['kind']}"]
    if keys["output_name"]:
        lines.append(f"name = {keys['output_name']}")
    return "\n".join(lines).encode() + b"\n"


def person_before_a_wall(width: int = 96, height: int = 128) -> bytes:
    """A gray person (90) where disc_mask() is white, before a wall (210)."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width / 3) ** 2
            rows += bytes([90 if inside else 210] * 3)
    return png(width, height, bytes(rows))


class DescribedNetworks(CommandTest):
    def describe(self, content: bytes | None = None, network: bytes | None = None, name: str = "mine") -> Path:
        self.write(f"{name}.onnx", mean_network() if network is None else network)
        return self.write(f"{name}.toml", description() if content is None else content)

    def test_depth_by_every_layout_and_size_rule(self) -> None:
        photo = self.write("a.png", plain_picture())  # gray grows from 90 to 149
        for layout in ("NCHW", "NHWC"):
            for rule, size in SIZES.items():
                network = mean_network(layout, (48, 64) if rule == "fixed" else None, "n")
                model = self.describe(description(layout=f'"{layout}"', size=size), network)
                out = self.folder / "d.npy"
                self.succeed("depth", photo, "--no-segmentation", "--model", model, "-o", out)
                values = values_of(out)
                for y in (20, 64, 100):
                    self.assertAlmostEqual(
                        values[y * 96 + 48], 0.9 + 0.6 * y / 128, delta=0.015, msg=f"{layout} {rule}"
                    )

    def test_kinds_without_a_scale(self) -> None:
        photo = self.write("a.png", plain_picture())
        for kind, is_farther_below in (("depth", True), ("relative", True), ("disparity", False)):
            model = self.describe(description(kind=f'"{kind}"'))
            out = self.folder / "d.npy"
            self.succeed("depth", photo, "--no-segmentation", "--model", model, "-o", out)
            values = values_of(out)
            self.assertEqual(values[100 * 96 + 48] > values[20 * 96 + 48] + 0.02, is_farther_below, kind)

    def test_a_named_output(self) -> None:
        photo, mask = self.write("a.png", person_before_a_wall()), self.write("m.png", disc_mask())
        for name, metres in (("near", 0.9), ("twice", 1.8)):
            model = self.describe(description(output_name=f'"{name}"'), two_outputs())
            self.succeed("depth", photo, "--mask", mask, "--model", model, "-o", self.folder / "d.npy")
            self.assertAlmostEqual(values_of(self.folder / "d.npy")[64 * 96 + 48], metres, delta=0.01)

    def test_the_background_is_kept(self) -> None:
        photo, mask = self.write("a.png", person_before_a_wall()), self.write("m.png", disc_mask())
        model, out = self.describe(), self.folder / "d.npy"
        self.succeed("depth", photo, "--mask", mask, "--model", model, "-o", out)
        self.assertNotEqual(values_of(out)[0], values_of(out)[0], "without the option it is NaN")
        self.succeed("depth", photo, "--mask", mask, "--model", model, "--keep-background", "-o", out)
        values = values_of(out)
        self.assertAlmostEqual(values[0], 2.1, delta=0.02)
        self.assertAlmostEqual(values[64 * 96 + 48], 0.9, delta=0.02)
        without = self.describe(description(view='"person"'))
        arguments = ["depth", photo, "--mask", mask, "--keep-background", "-o", self.folder / "x.npy"]
        self.fail_with(1, ["a.png", 'view = "photo"'], *arguments, "--model", without)
        self.fail_with(1, ["a.png", "--keep-background"], *arguments)

    def film(self, model: Path, name: str) -> tuple[dict[str, object], list[bytes]]:
        photo, mask = self.write("a.png", person_before_a_wall()), self.write("m.png", disc_mask())
        film = ["--duration", "0.5", "--fps", "10", "--height", "128", "-o", self.folder / name, "--json"]
        result = self.succeed("photo3d", photo, "--mask", mask, "--model", model, *film)
        facts: dict[str, object] = json.loads(result.stdout)["results"][0]
        return facts, frames_of(self.folder / name, 96, 128)

    def test_a_3d_photo_with_the_networks_background(self) -> None:
        facts, frames = self.film(self.describe(), "kept.webm")
        self.assertAlmostEqual(float(str(facts["head_distance_metres"])), 0.9, delta=0.01)
        self.assertAlmostEqual(float(str(facts["background_metres"])), 2.1, delta=0.02)
        self.assertEqual(len(frames), 5)
        self.assertGreater(difference(frames[0], frames[2]), 1.0)  # it moves
        # The usual plane, at 1.5 head distances, moves less behind the person.
        facts, usual = self.film(self.describe(description(view='"person"')), "usual.webm")
        self.assertNotIn("background_metres", facts)
        self.assertGreater(max(difference(a, b) for a, b in zip(frames, usual, strict=True)), 0.1)

    def test_wrong_descriptions_are_one_line(self) -> None:
        photo = self.write("a.png", plain_picture())
        for content, parts in (
            (description(license=""), ["license is missing"]),
            (description(size=""), ["the size is missing", "multiple_of"]),
            (description(size="size = [48]"), ["line 4", "input.size", "2 whole numbers"]),
            (description(view='"all"'), ["line 8", "input.view", '"person", "photo"']),
            (description(kind="metric"), ["line 10", "not TOML"]),
            (description(more="1"), ["line 9", "unknown key input.more", "layout"]),
            (b"\x00" * 10, ["not TOML"]),
        ):
            model = self.describe(content)
            for command, name in (("depth", "x.png"), ("photo3d", "x.gif")):
                arguments = [command, photo, "--no-segmentation", "-o", self.folder / name]
                self.fail_with(2, ["mine.toml", *parts], *arguments, "--model", model)

    def test_networks_that_are_not_as_described(self) -> None:
        photo = self.write("a.png", plain_picture())
        for content, network, parts in (
            (description(layout='"NHWC"'), None, ["mine.onnx", 'layout to "NCHW"']),
            (description(size="size = [40, 64]"), mean_network("NCHW", (48, 64)), ["1x3x64x48", "input.size"]),
            (description(), mean_network("NCHW", (48, 64)), ["a fixed size", "input.size"]),
            (description(more="1").replace(b"more = 1", b"mask_channel = true"), None, ["mask_channel"]),
            (description(output_name='"far"'), None, ["no output named far", "depth"]),
            (description(), two_outputs(), ["outputs near, twice", "output.name"]),
            (description(size=f"size = [{SIDE}, {SIDE}]"), nan_network(), ["a.png", "no finite values", "another"]),
            (description(), b"no network", ["mine.onnx", "damaged", "another"]),
        ):
            model = self.describe(content, network)
            for command, name in (("depth", "x.png"), ("photo3d", "x.gif")):
                arguments = [command, photo, "--no-segmentation", "-o", self.folder / name]
                self.fail_with(1, parts, *arguments, "--model", model)

    def test_wrong_use(self) -> None:
        photo, model = self.write("a.png", plain_picture()), self.describe()
        out = ["-o", self.folder / "x.png"]
        for option in (["--model-output", "depth"], ["--model-size", "64x64"]):
            self.fail_with(2, ["mine.toml", option[0]], "depth", photo, "--model", model, *option, *out)
        self.fail_with(
            2, ["gone.toml", "not found", "Check the path"], "depth", photo, "--model", self.folder / "gone.toml", *out
        )
        (self.folder / "mine.onnx").unlink()
        self.fail_with(2, ["mine.toml", "mine.onnx is missing", "file"], "depth", photo, "--model", model, *out)

    def test_models_lists_a_folder(self) -> None:
        self.describe(name="networks/b")
        self.describe(description(size=SIZES["fixed"], kind='"depth"'), mean_network("NCHW", (48, 64)), "networks/a")
        self.write("networks/notes.txt", b"none")
        text = self.succeed("models", self.folder / "networks").stdout.decode()
        self.assertRegex(text, r"(?s)^a  48 x 64, depth; MIT; the tests\n.*b  48 shorter side, multiples of 8, metric;")
        listed = json.loads(self.succeed("models", self.folder / "networks", "--json").stdout)
        self.assertTrue(listed["ok"])
        self.assertEqual([model["name"] for model in listed["models"]], ["a", "b"])
        first, second = listed["models"]
        self.assertEqual(first["input"], {"width": 48, "height": 64})
        self.assertEqual(second["input"], {"multiple_of": 8, "shorter_side": 48})
        self.assertEqual((second["license"], second["source"], second["output"]), ("MIT", "the tests", "metric"))
        self.assertEqual(Path(second["file"]).name, "b.onnx")

    def test_models_names_the_mistakes_in_a_folder(self) -> None:
        self.describe(name="networks/good")
        self.write("networks/bad.toml", description(license=""))
        result = self.run_command("models", self.folder / "networks", "--json")
        self.assertEqual(result.returncode, 1)
        listed = json.loads(result.stdout)
        self.assertEqual((listed["ok"], [model["name"] for model in listed["models"]]), (False, ["good"]))
        self.assertEqual(len(listed["errors"]), 1)
        self.assertRegex(result.stderr.decode(), r"^portrait-depth: [^\n]*bad.toml: license is missing[^\n]*\n$")
        self.write("empty/notes.txt", b"none")
        self.fail_with(2, ["empty", "no descriptions"], "models", self.folder / "empty")
        self.fail_with(2, ["nowhere", "no such folder"], "models", self.folder / "nowhere")

    def test_resume_sees_another_network_behind_the_description(self) -> None:
        self.write("in/a.png", plain_picture())
        model, out = self.describe(description(output_name='"depth"')), self.folder / "out"
        run = ["depth", self.folder / "in", "-o", out, "--no-segmentation", "--resume", "--model", model, "--json"]
        self.succeed(*run)
        before = (out / "a-depth.png").stat().st_mtime_ns
        self.succeed(*run)
        self.assertEqual((out / "a-depth.png").stat().st_mtime_ns, before, "the result is kept")
        self.describe(description(output_name='"depth"'), mean_network("NCHW", None, "n"))
        self.succeed(*run)
        self.assertNotEqual((out / "a-depth.png").stat().st_mtime_ns, before, "another network: made again")

    def test_texts_of_a_description_cannot_control_the_terminal(self) -> None:
        self.describe(description(license='"MIT \\u009b31m"'), name="networks/a")
        out = self.succeed("models", self.folder / "networks").stdout
        self.assertNotIn("\u009b".encode(), out)
        self.describe(description(license='"MIT \\u001b[31m"'), name="networks/a")
        result = self.run_command("models", self.folder / "networks")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"a text of one line", result.stderr)


if __name__ == "__main__":
    unittest.main()
