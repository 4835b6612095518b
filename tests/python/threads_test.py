"""Threads share estimators, segmenters and 3D photos; Ctrl-C ends a film."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import portrait_depth
import pytest
from portrait_depth import DepthMap

SAMPLE = min(Path(os.environ["PORTRAIT_DEPTH_SAMPLES"]).glob("*.jpg"))
LIMITS = {"min_depth": 0.2, "max_depth": 0.9}
THREADS, CALLS = 8, 4
Picture = npt.NDArray[np.uint8]
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def images() -> list[Picture]:
    """The sample and its mirror image: a call that disturbs another one gives the other one's person."""
    picture = portrait_depth.load_photo(SAMPLE, min_short_side=160)
    return [picture, np.ascontiguousarray(picture[:, ::-1])]


@pytest.fixture(scope="module")
def depth(images: list[Picture]) -> DepthMap:
    return portrait_depth.create_estimator().estimate_depth(images[0], **LIMITS)


def on_eight_threads(call: Callable[[int], Result]) -> list[tuple[int, Result]]:
    """Results of call(0) and call(1), several of each at the same time."""
    start = threading.Barrier(THREADS)

    def repeated(thread: int) -> list[tuple[int, Result]]:
        start.wait()
        return [(thread % 2, call(thread % 2)) for _ in range(CALLS)]

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for results in pool.map(repeated, range(THREADS)) for result in results]


def test_threads_share_an_estimator(images: list[Picture]) -> None:
    estimator = portrait_depth.create_estimator()
    expected = [portrait_depth.create_estimator().estimate_depth(image, **LIMITS).metres for image in images]
    for which, found in on_eight_threads(lambda which: estimator.estimate_depth(images[which], **LIMITS)):
        np.testing.assert_allclose(found.metres, expected[which], rtol=1e-4)


def test_threads_reset_an_estimator_in_use(images: list[Picture]) -> None:
    estimator = portrait_depth.create_estimator()

    def call(which: int) -> DepthMap:
        if which == 1:
            estimator.reset()
        return estimator.estimate_depth(images[0], **LIMITS)

    first, *others = (found.metres for _, found in on_eight_threads(call))
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-4)


def test_threads_share_a_segmenter(images: list[Picture]) -> None:
    segmenter = portrait_depth.create_segmenter()
    expected = [portrait_depth.create_segmenter().segment(image).mask for image in images]
    for which, found in on_eight_threads(lambda which: segmenter.segment(images[which])):
        np.testing.assert_allclose(found.mask, expected[which], atol=1e-5)


def test_threads_share_a_3d_photo(images: list[Picture], depth: DepthMap, tmp_path: Path) -> None:
    photo = portrait_depth.Photo3D.build(images[0], depth)
    presets = portrait_depth.camera_presets()[:2]

    def film(which: int) -> bytes:
        path = tmp_path / f"{threading.get_ident()}.gif"
        photo.save(path, preset=presets[which], height=80, duration=0.2, fps=10)
        return path.read_bytes()

    expected = [film(0), film(1)]
    assert expected[0] != expected[1]
    assert all(found == expected[which] for which, found in on_eight_threads(film))


SAVE = """
import sys, portrait_depth
picture = portrait_depth.load_photo(sys.argv[1], min_short_side=160)
depth = portrait_depth.create_estimator().estimate_depth(picture, min_depth=0.2, max_depth=0.9)
photo = portrait_depth.Photo3D.build(picture, depth)
print("saving", flush=True)
try:
    photo.save(sys.argv[2], duration=600, fps=30)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("name", ["film.gif", "film.webm"])
def test_ctrl_c_ends_a_film_at_once_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SAVE, str(SAMPLE), str(tmp_path / name)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "saving\n"
        time.sleep(0.5)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - sent < 1
        assert process.wait() == 0
    assert list(tmp_path.iterdir()) == []
