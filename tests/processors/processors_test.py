"""The core gives the same results with other instructions: on x86 without AVX2, on 64-bit ARM.

Runs processor_results twice for one photo, as PROCESSOR_RESULTS and as OTHER_RESULTS (command lines), and compares all
that it writes. Sums in another order and fused multiply-adds change the last bits, so each result has a tolerance.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageSequence

SIDE = 256
Numbers = npt.NDArray[np.float64]


def write_inputs(folder: Path) -> None:
    """The sample portrait, and its mask by the command."""
    photo = Image.open(os.environ["PORTRAIT_DEPTH_SAMPLES"] + "/astronaut.png").convert("RGB").resize((SIDE, SIDE))
    photo.save(folder / "photo.png")
    command = os.environ["PORTRAIT_DEPTH_COMMAND"]
    subprocess.run([command, "segment", folder / "photo.png", "-o", folder / "mask.png", "--quiet"], check=True)
    (folder / "photo.rgb").write_bytes(np.asarray(photo, np.uint8).tobytes())
    mask = np.asarray(Image.open(folder / "mask.png").convert("L"), np.float32) / 255
    (folder / "mask.f32").write_bytes(mask.tobytes())


def frames_of_gif(path: Path) -> Numbers:
    with Image.open(path) as film:
        frames = [np.asarray(frame.convert("RGB"), np.float64) for frame in ImageSequence.Iterator(film)]
    return np.stack(frames)


def result(path: Path) -> Numbers:
    return np.fromfile(path, np.float32 if path.suffix == ".f32" else np.uint8).astype(np.float64)


# name: greatest difference of 99.9 % of the numbers, and of their mean. Metres and parts of 1; levels of 255.
TOLERANCES = {
    "input.f32": (1e-4, 1e-6),
    "metres.f32": (1e-5, 1e-6),
    "normals.f32": (1e-3, 1e-5),
    "person_texture.u8": (1, 0.001),
    "background_texture.u8": (2, 0.01),
    "frames.u8": (2, 0.02),
}
# Which colors a palette gets depends on the last bits. A GIF is as near to its frames as the other one: mean, levels.
GIF_TOLERANCE = 0.25


def difference(reference: Path, other: Path) -> tuple[float, float]:
    a, b = result(reference), result(other)
    if a.shape != b.shape or not np.array_equal(np.isnan(a), np.isnan(b)):
        raise AssertionError(f"{reference.name}: other places or another number of values")
    distance = np.abs(a - b)[~np.isnan(a)]
    return float(np.quantile(distance, 0.999)), float(distance.mean())


def error_of_gif(folder: Path) -> float:
    film = frames_of_gif(folder / "film.gif")
    return float(np.abs(film - result(folder / "frames.u8").reshape(film.shape)).mean())


class Processors(unittest.TestCase):
    def test_results_agree(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            first, second = Path(name) / "first", Path(name) / "second"
            first.mkdir()
            write_inputs(first)
            second.mkdir()
            for file in ("photo.rgb", "mask.f32"):
                (second / file).write_bytes((first / file).read_bytes())
            words = shlex.split(os.environ["OTHER_RESULTS"])
            place = words.index("FOLDER")
            subprocess.run([os.environ["PROCESSOR_RESULTS"], first], check=True)
            subprocess.run([*words[:place], second, *words[place + 1 :]], check=True)
            found = {file: difference(first / file, second / file) for file in TOLERANCES}
            gifs = error_of_gif(first), error_of_gif(second)
        for file, (most, mean) in found.items():
            print(f"{file}: 99.9 % within {most:.2g}, mean {mean:.2g}")
        print("film.gif: from its frames {:.3f} and {:.3f}".format(*gifs))
        self.assertLess(gifs[0], 8)
        self.assertAlmostEqual(*gifs, delta=GIF_TOLERANCE)
        self.assertGreater(max(most for most, _ in found.values()), 0, "both runs used the same instructions")
        for file, (most, mean) in found.items():
            with self.subTest(file):
                self.assertLessEqual(most, TOLERANCES[file][0])
                self.assertLessEqual(mean, TOLERANCES[file][1])


if __name__ == "__main__":
    unittest.main()
