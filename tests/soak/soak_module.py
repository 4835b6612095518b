"""soak_module.py FOLDER PHOTO...: one process that loads, segments, estimates, builds and films until SIGTERM."""

import signal
import sys
from itertools import count
from pathlib import Path

import portrait_depth

ended = False


def end(*_: object) -> None:
    global ended
    ended = True


def main(folder: Path, photos: list[str]) -> None:
    formats, sides = ["gif", "webm", "webp", "mp4"], [160, 320, 240]
    estimator, segmenter = portrait_depth.create_estimator(), portrait_depth.create_segmenter()
    for number in count():
        if ended:
            return
        image = portrait_depth.load_photo(photos[number % len(photos)], min_short_side=sides[number % len(sides)])
        person = segmenter.segment(image)
        found = estimator.estimate_photo(image, mask=person.mask if number % 2 else None)
        scene = portrait_depth.Photo3D.build(image, found.depth)
        scene.save(folder / f"film.{formats[number % len(formats)]}", height=120, duration=0.4)
        portrait_depth.save_depth_photo(image, found.depth, folder / "photo.jpg")
        print(number, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    main(Path(sys.argv[1]), sys.argv[2:])
