"""The command with depth that is already there: the user's own map, and depth inside the photo."""

from __future__ import annotations

import json
import struct
import unittest
from array import array
from pathlib import Path

from command_fixture import CommandTest, difference, frames_of, plain_picture


def npy(width: int, height: int, values: list[float]) -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({height}, {width}), }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + array("f", values).tobytes()


def values_of(file: Path) -> array[float]:
    content = file.read_bytes()
    values = array("f")
    values.frombytes(content[10 + struct.unpack("<H", content[8:10])[0] :])
    return values


class OwnDepth(CommandTest):
    def test_a_round_trip_is_the_direct_way(self) -> None:
        photo = self.portrait()
        for name in ("d.npy", "d.png", "d.tiff"):
            self.succeed("depth", photo, "-o", self.folder / name)
        self.succeed("photo3d", photo, "-o", self.folder / "direct.jpg")
        exact = values_of(self.folder / "d.npy")
        for name in ("d.npy", "d.png", "d.tiff"):
            depth = ["--depth", self.folder / name]
            self.succeed("photo3d", photo, *depth, "-o", self.folder / f"{name}.jpg")
            if name == "d.npy":
                self.assertEqual((self.folder / f"{name}.jpg").read_bytes(), (self.folder / "direct.jpg").read_bytes())
            self.succeed("depth", photo, *depth, "-o", self.folder / "again.npy")
            again = values_of(self.folder / "again.npy")
            known = [(a, b) for a, b in zip(exact, again, strict=True) if a == a]
            self.assertTrue(all(b == b for _, b in known))
            off = sorted(abs(a - b) for a, b in known)
            # The range of 16 bits leaves 0.2 % at each end out.
            self.assertLessEqual(off[len(off) * 99 // 100], 0 if name == "d.npy" else 2e-5)

    def test_a_film_of_own_depth_is_that_of_the_direct_way(self) -> None:
        photo = self.portrait()
        film = ["--duration", "0.2", "--size", "512x512", "--format", "png"]  # the photo's size
        self.succeed("depth", photo, "-o", self.folder / "d.png")
        self.succeed("photo3d", photo, *film, "-o", self.folder / "direct.png")
        self.succeed("photo3d", photo, *film, "--depth", self.folder / "d.png", "-o", self.folder / "own.png")

        def frame(name: str, number: int) -> bytes:
            return frames_of(self.folder / f"{name}-{number:04}.png", 512, 512)[0]

        self.assertGreater(difference(frame("direct", 1), frame("direct", 3)), 1.0)  # it moves
        for number in range(1, 7):
            self.assertLess(difference(frame("direct", number), frame("own", number)), 0.1)

    def test_depth_inside_the_photo_is_used_by_default(self) -> None:
        photo, inside = self.portrait(), self.folder / "inside.jpg"
        self.succeed("photo3d", photo, "--head-distance", "2.5", "-o", inside)
        out = self.folder / "out.jpg"
        expected = {"auto": "fused", "sensor": "sensor", "fused": "fused", "network": "network"}
        for source, used in expected.items():
            result = self.succeed("photo3d", inside, "--depth-source", source, "-o", out, "--json")
            facts = json.loads(result.stdout)["results"][0]
            self.assertEqual(facts["depth_source"], used)
            is_at_2_5 = abs(facts["head_distance_metres"] - 2.5) < 0.3
            self.assertEqual(is_at_2_5, used != "network", facts["head_distance_metres"])

    def test_dynamic_depth_is_written_and_read(self) -> None:
        photo, inside = self.portrait(), self.folder / "inside.jpg"
        form = ["--depth-form", "dynamic-depth"]
        self.succeed("photo3d", photo, *form, "-o", inside)
        info = json.loads(self.succeed("info", inside, "--no-segmentation", "--json").stdout)["results"][0]
        self.assertEqual([picture["kind"] for picture in info["inside"]], ["depth"])
        self.fail_with(2, ["--depth-form"], "photo3d", photo, *form, "-o", self.folder / "a.gif")

    def test_apples_form_is_written_and_read(self) -> None:
        photo, depth = self.portrait(), {}
        self.succeed("photo3d", photo, "-o", self.folder / "plain.jpg")
        jpeg, heic = self.folder / "apple.jpg", self.folder / "apple.heic"
        self.succeed("photo3d", photo, "--depth-form", "apple", "-o", jpeg)
        result = self.run_command("photo3d", photo, "-o", heic)
        if b"no HEVC encoder" in result.stderr:
            self.assertEqual(result.returncode, 1)
            self.skipTest("libheif without an HEVC encoder")
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("plain.jpg", "apple.jpg", "apple.heic"):
            info = json.loads(self.succeed("info", self.folder / name, "--json").stdout)["results"][0]
            kinds = [picture["kind"] for picture in info["inside"]]
            self.assertEqual(kinds, ["depth"] if name == "plain.jpg" else ["disparity", "portrait matte"])
            self.succeed("depth", self.folder / name, "--depth-source", "sensor", "-o", self.folder / "s.npy")
            depth[name] = values_of(self.folder / "s.npy")
        for name, least in (("apple.jpg", 0.01), ("apple.heic", 0.001)):
            differences = sorted(abs(a - b) for a, b in zip(depth["plain.jpg"], depth[name], strict=True))
            self.assertLess(differences[len(differences) * 95 // 100], least)
        self.succeed("photo3d", heic, "-o", self.folder / "film.gif")
        piped = self.succeed("photo3d", photo, "-o", "-", "--format", "heic").stdout
        self.assertEqual(piped, heic.read_bytes())
        self.fail_with(2, ["--depth-form"], "photo3d", photo, "--depth-form", "gdepth", "-o", self.folder / "b.heic")
        self.fail_with(2, ["--pair"], "photo3d", photo, "--pair", "-o", self.folder / "b.heic")

    def test_the_sensors_depth_is_written_as_it_is(self) -> None:
        photo, inside = self.portrait(), self.folder / "inside.jpg"
        self.succeed("photo3d", photo, "-o", inside)
        self.succeed("depth", inside, "--depth-source", "sensor", "-o", self.folder / "s.npy")
        values = values_of(self.folder / "s.npy")
        self.assertTrue(all(value == value for value in values), "the background is included")
        info = json.loads(self.succeed("info", inside, "--no-segmentation", "--json").stdout)["results"][0]
        (picture,) = info["inside"]
        self.assertEqual((picture["kind"], picture["unit"]), ("depth", "m"))
        self.assertEqual(picture["width"] * picture["height"], len(values))
        self.assertAlmostEqual(picture["least"], min(values), places=3)
        self.assertAlmostEqual(picture["most"], max(values), places=3)

    def test_bad_depth_is_one_line(self) -> None:
        photo = self.write("a.png", plain_picture())
        count = 96 * 128
        ramp = [0.5 + 0.001 * (i % 96) for i in range(count)]
        cases = {
            "shape": (npy(128, 96, ramp), "another shape"),
            "zero": (npy(96, 128, [0.0] * count), "no value"),
            "nan": (npy(96, 128, [float("nan")] * count), "no value"),
            "constant": (npy(96, 128, [1.0] * count), "one value everywhere"),
            "millimetres": (npy(96, 128, [1000 * value for value in ramp]), "not in metres"),
            "huge": (npy(1, 536870912, [1.0]), "too large"),
            "short": (npy(96, 128, ramp[:-1]), "damaged"),
            "other": (b"some text", "not a depth map"),
        }
        for name, (content, reason) in cases.items():
            depth = self.write(f"{name}.npy", content)
            arguments = ["photo3d", photo, "--no-segmentation", "--depth", depth, "-o", self.folder / "out.gif"]
            code = 2 if name in ("huge", "short", "other") else 1  # found before the first photo
            self.fail_with(code, [f"{name}.npy", reason], *arguments)

    def test_wrong_use(self) -> None:
        photo = self.write("a.png", plain_picture())
        depth = self.write("d.npy", npy(96, 128, [0.5 + 0.001 * (i % 96) for i in range(96 * 128)]))
        self.fail_with(2, ["--depth"], "depth", photo, "--depth-unit", "metres")
        self.fail_with(2, ["--depth-source network"], "depth", photo, "--depth", depth, "--depth-source", "network")
        self.fail_with(1, ["no depth map is inside"], "depth", photo, "--depth-source", "sensor")
        self.fail_with(1, ["--depth FILE"], "photo3d", photo, "--depth-source", "fused", "--no-segmentation")


if __name__ == "__main__":
    unittest.main()
