"""Batches for training and evaluation: from records to the network's input and targets.

A batch depends only on the people, the seed and its number. Any process can therefore make any
batch, and a resumed run gets the batches of an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import torch

from .camera import Camera
from .clothes import Clothes
from .crop_camera import turn_to_crop, window_middles
from .environments import Environments
from .examples import Batch, Example, collate
from .lighting import random_light, shade
from .moves import BatchMoves, flipped, halved
from .portraits import Portrait, examples_of
from .records import HEIGHT, PeopleSet
from .segmenter import product_segmenter
from .sensor import SensorPhoto, training_example
from .targets import example_of
from .uneven import UnevenLight
from .weave import Weave

#: Share of the people whose cloth gets specks as fine as pixels, in training.
_WOVEN: Final = 0.5
#: Share of the people in light that varies over the picture, in training.
_UNEVEN: Final = 0.4
#: Share of the people who are lit from the camera, in training.
_FRONT: Final = 0.25
#: Share of the people who are moved in the window, in training.
_MOVED: Final = 0.5
#: Share of the people whose gravity is known, in training.
_GRAVITY_KNOWN: Final = 0.5


@dataclass(frozen=True)
class LoaderOptions:
    """`height` of the pictures is 256 or 128. `augment` adds flips, moves, the weave of cloth,
    uneven light and light from the camera, and hides gravity of one half of the people.

    Shares, 0 to 1: `photo_share` of the examples are sensor photos; `segmented_share` of the people
    are masked by the product's segmenter; `front_share` are lit from the camera (None: 0.25 with
    `augment`, else 0); `recolored_share` get other clothes. `crop_camera` turns targets as
    crop_camera.py does.
    """

    height: int
    augment: bool
    photo_share: float = 0.0
    segmented_share: float = 0.0
    front_share: float | None = None
    recolored_share: float = 0.0
    crop_camera: bool = False


class Loader:
    """Makes batches of one split in one kind of light."""

    def __init__(
        self,
        environments: Environments,
        options: LoaderOptions,
        photos: Sequence[SensorPhoto] = (),
        portraits: Sequence[Portrait] = (),
    ) -> None:
        """`photos` are those that `photo_share` takes from; it counts as 0 without any. Pairs of
        photos without depth come from `portraits`.
        """
        if options.height not in (HEIGHT, HEIGHT // 2):
            raise ValueError(f"height {options.height} is neither {HEIGHT} nor {HEIGHT // 2}")
        self._environments, self._options, self._photos = environments, options, photos
        self._portraits = portraits
        segmenter = product_segmenter() if options.segmented_share else None
        self._camera = Camera(environments.backgrounds, segmenter, options.segmented_share)
        front = _FRONT if options.augment else 0.0
        self._front_share = front if options.front_share is None else options.front_share
        if options.augment:
            self._weave, self._uneven = Weave(_WOVEN), UnevenLight(_UNEVEN)
        self._photo_share = options.photo_share if photos else 0.0

    @cached_property
    def _clothes(self) -> Clothes:
        return Clothes()

    def _lit(self, record: Any, random: np.random.Generator, recolored: bool) -> Example:
        """A person in new light; in other clothes if `recolored`."""
        albedo = record["albedo"]
        if recolored:
            albedo = self._clothes.recolored(random.spawn(1)[0], albedo, record["material"])
        light = random_light(random, self._environments, self._front_share)
        radiance, mean = shade(record, light, albedo)
        if self._options.augment:
            self._weave(random, radiance, record["material"])
            mean = self._uneven(random, radiance, record["alpha"], mean)
        picture = self._camera.photograph(random, radiance, mean, record["alpha"])
        return example_of(record, picture, int((light.keys[:, 0] > 0).sum()))

    def _augmented(self, random: np.random.Generator, example: Example) -> Example:
        if self._options.height < HEIGHT:
            example = halved(random, example)
        mirrored = self._options.augment and random.random() < 0.5
        return flipped(example) if mirrored else example

    def _single(self, record: Any, random: np.random.Generator) -> Example:
        """One person, or a sensor photo in its place."""
        if self._photo_share and random.random() < self._photo_share:
            photo = self._photos[random.integers(len(self._photos))]
            return self._augmented(random, training_example(random, photo))
        share = self._options.recolored_share
        recolored = bool(share) and random.random() < share
        return self._augmented(random, self._lit(record, random, recolored))

    def _pair(self, record: Any, random: np.random.Generator) -> list[Example]:
        """One person in two sets of clothes: light, camera, mask and window are the same."""
        state = random.bit_generator.state
        pair = []
        for _ in range(2):  # spawned generators differ, although the state is the same
            random.bit_generator.state = state
            pair.append(self._augmented(random, self._lit(record, random, recolored=True)))
        return pair

    def _portrait_pair(self, random: np.random.Generator) -> list[Example]:
        """One photo without depth in two colorings, in the same window."""
        portrait = self._portraits[random.integers(len(self._portraits))]
        pair = examples_of(random, portrait, self._clothes)
        state = random.bit_generator.state
        augmented = []
        for example in pair:
            random.bit_generator.state = state
            augmented.append(self._augmented(random, example))
        return augmented

    def batch(
        self,
        people: PeopleSet,
        indices: np.ndarray,
        random: np.random.Generator,
        pairs: int = 0,
        portraits: int = 0,
    ) -> Batch:
        """Lights and photographs the people named by `indices`.

        The first `pairs` people give two examples each, in different clothes. `portraits` pairs of
        photos without depth follow.
        """
        examples: list[Example] = []
        for number, index in enumerate(indices):
            record = people.record(int(index))
            examples += (
                self._pair(record, random) if number < pairs else [self._single(record, random)]
            )
        for _ in range(portraits):
            examples += self._portrait_pair(random)
        batch = collate(examples, pairs, portraits)
        moves = None
        if self._options.augment:
            owners = batch.people()
            known = random.random(owners[-1] + 1) < _GRAVITY_KNOWN
            batch.gravity *= torch.from_numpy(known[owners, None].astype(np.float32))
            moves = BatchMoves.draw(random, owners, _MOVED)
        if self._options.crop_camera:
            size = (batch.picture.shape[2], batch.picture.shape[3])
            count = len(batch.picture)
            middles = moves.middles(count, size) if moves else window_middles(count, size)
            turn_to_crop(batch, middles)
        if moves:
            moves.apply(batch)
        return batch
