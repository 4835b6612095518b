"""portrait_to_film.py PHOTO FILM [PRESET]: writes a film of the 3D photo of a portrait.

FILM's extension selects the format (gif, webm, mp4, webp, avif). The module portrait_depth must be importable:
PYTHONPATH=build/release/python .venv/bin/python examples/python/portrait_to_film.py anna.jpg anna.webm
"""

from __future__ import annotations

import argparse
import sys

import portrait_depth


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes a film of the 3D photo of a portrait.")
    parser.add_argument("photo")
    parser.add_argument("film", help="gif, webm, mp4, webp or avif")
    parser.add_argument("--preset", default="orbit", choices=portrait_depth.camera_presets())
    options = parser.parse_args()
    try:
        image, camera = portrait_depth.load_photo_with_intrinsics(options.photo, min_short_side=1080)
        depth = portrait_depth.create_estimator().estimate_photo(image, intrinsics=camera).depth
        portrait_depth.Photo3D.build(image, depth).save(options.film, preset=options.preset)
    except portrait_depth.Error as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.film}: head at {depth.head_distance_metres:.2f} m")
    return 0


if __name__ == "__main__":
    sys.exit(main())
