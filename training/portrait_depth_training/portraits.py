"""Photos of people without depth, in pairs that differ in color.

Rendered clothes have few folds, and rendered light is simple. A network therefore learns less from
recolored renders than it needs for photos. Here, gray photos of people are colored by region: skin
and hair above the shoulders, clothes below. The loss asks for equal reliefs of both pictures of a
pair, and for the shape that a trained network finds, the mean over several colors. The tilt of that
shape depends on colors itself, so the loss leaves it open; rendered people decide it.

Consistency under changes that keep the label, after M. Sajjadi, M. Javanmardi and T. Tasdizen,
"Regularization With Stochastic Transformations and Perturbations for Deep Semi-Supervised Learning"
(2016).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from .clothes import Clothes
from .crop import crop_of, cropped_picture
from .examples import CropView, Example
from .network import ReliefNetwork
from .records import HEIGHT
from .segmenter import Segmenter
from .shoulders import shoulder_row
from .srgb import LUMINANCE, decoded, encoded

Floats = npt.NDArray[np.float32]

#: Portraits that are measured: the first of their folder. Training leaves them out.
MEASURED_PORTRAITS: Final = 50
#: Pixels of this coverage belong to the person.
_INSIDE: Final = 0.9
#: Luminance, as a share of the head's median, of hair and of skin.
_HAIR_LIGHT, _SKIN_LIGHT = 0.15, 0.6
#: Ratios of linear green to red and blue to green.
_SKIN_RATIOS: Final = ((0.45, 0.8), (0.55, 0.9))
_HAIR_RATIOS: Final = ((0.55, 1.0), (0.4, 1.0))
#: Share of the pairs whose heads, too, differ in color; of pictures whose head stays gray.
_OTHER_HEAD, _GRAY_HEAD = 0.4, 0.15
#: Rows by which clothes begin above or below the shoulders, and rows over which they set in.
_COLLAR: Final = (-12, 12)
_RAMP: Final = (1, 10)
#: Deviations of the logarithms of exposure and white balance.
_EXPOSURE, _WHITE_BALANCE = 0.25, 0.08
#: Colorings whose mean relief is a portrait's shape.
_SHAPE_COLORINGS: Final = 4


class PortraitError(ValueError):
    """A folder of portraits cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Portrait:
    """A photo in the network's window. `picture` (4, 256, 192) is the network's input, `shoulders`
    the first row of the clothes, `shape` (256, 192) a relief in crop widths without a known tilt.
    """

    picture: Floats
    shoulders: int
    shape: Floats


def portrait_files(folder: Path) -> list[Path]:
    """The photos of a folder in the order of their names."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))


def cropped_portraits(paths: Iterable[Path], segmenter: Segmenter) -> Iterator[tuple[str, Floats]]:
    """Name and network's input (4, 256, 192) of each photo, cropped to the person by the segmenter.

    Photos without a person are left out.
    """
    import portrait_depth  # the product's module, from `make build`

    for path in paths:
        colors = portrait_depth.load_photo(path)
        mask = segmenter(colors)
        if (mask > 0.5).any():
            yield path.name, cropped_picture(colors, mask, crop_of(mask))


def read_portraits(folder: Path, segmenter: Segmenter) -> list[Portrait]:
    """The photos of a folder with visible shoulders; their `shape` is 0 until `with_shapes`.

    Leaves out the photos that cloth_stability.py measures. Raises PortraitError if none is left.
    """
    found = []
    for _, picture in cropped_portraits(portrait_files(folder)[MEASURED_PORTRAITS:], segmenter):
        shoulders = shoulder_row(picture[3])
        if shoulders is not None:
            found.append(Portrait(picture, shoulders, np.zeros_like(picture[3])))
    if not found:
        raise PortraitError(
            f"{folder}: no portrait with shoulders after the first {MEASURED_PORTRAITS} photos, "
            "which only measure; name a folder with more portraits"
        )
    return found


def _color(random: np.random.Generator, ratios: Sequence[tuple[float, float]]) -> Floats:
    """A linear color (3,) of luminance 1 with these ranges of green to red and blue to green."""
    green = random.uniform(*ratios[0])
    color = np.array([1.0, green, green * random.uniform(*ratios[1])])
    return (color / (color @ LUMINANCE)).astype(np.float32)


def _colored_head(random: np.random.Generator, light: Floats, head: Any) -> Floats:
    """Linear colors (H, W, 3) of luminance `light`: of hair where it is dark, else of skin."""
    if random.random() < _GRAY_HEAD:
        return np.repeat(light[..., None], 3, axis=2)
    median = max(float(np.median(light[head])) if head.any() else 1.0, 1e-3)
    lit = np.clip((light / median - _HAIR_LIGHT) / (_SKIN_LIGHT - _HAIR_LIGHT), 0, 1)[..., None]
    hair, skin = _color(random, _HAIR_RATIOS), _color(random, _SKIN_RATIOS)
    return light[..., None] * (hair + lit * (skin - hair))


def _picture(linear: Floats, mask: Floats) -> Floats:
    colors = encoded(np.clip(linear, 0, 1)) * mask[..., None]
    return np.concatenate([np.moveaxis(colors, -1, 0), mask[None]]).astype(np.float32)


def _light(portrait: Portrait) -> Floats:
    """The linear luminance (H, W) of the photo; 0 outside the person."""
    mask = portrait.picture[3]
    colors = np.moveaxis(portrait.picture[:3], 0, -1) / np.maximum(mask, 1e-3)[..., None]
    light: Floats = (decoded(np.clip(colors, 0, 1)) @ LUMINANCE).astype(np.float32)
    return light


def _dressed(
    random: np.random.Generator, portrait: Portrait, clothes: Clothes, head: Floats, light: Floats
) -> Floats:
    """The linear picture (H, W, 3): `head` above the shoulders, other clothes below them."""
    rows = np.arange(HEIGHT)
    first = portrait.shoulders + random.integers(_COLLAR[0], _COLLAR[1] + 1)
    below = np.clip((rows - first) / random.uniform(*_RAMP), 0, 1)
    cloth = (below > 0)[:, None] & (portrait.picture[3] > 0)
    result = head.copy()
    if cloth.any():
        gray = np.repeat(light[cloth][:, None], 3, axis=1)
        painted = clothes.painted(random, gray, cloth)
        share = np.broadcast_to(below[:, None], cloth.shape)[cloth][:, None]
        result[cloth] += share * (painted - result[cloth])
    return result


def colored_pair(
    random: np.random.Generator, portrait: Portrait, clothes: Clothes
) -> tuple[Floats, Floats]:
    """Two inputs of the network (4, 256, 192) in the same exposure: other clothes, and in some
    pairs another color of the head.
    """
    mask, light = portrait.picture[3], _light(portrait)
    visible = (np.arange(HEIGHT) < portrait.shoulders)[:, None] & (mask > _INSIDE)
    gain = np.exp(random.normal(0, _EXPOSURE) + random.normal(0, _WHITE_BALANCE, 3))
    first_head = _colored_head(random, light, visible)
    other = random.random() < _OTHER_HEAD
    heads = (first_head, _colored_head(random, light, visible) if other else first_head)
    first, second = (
        _picture(_dressed(random, portrait, clothes, head, light) * gain, mask) for head in heads
    )
    return first, second


def with_shapes(
    portraits: Sequence[Portrait], network: ReliefNetwork, clothes: Clothes, seed: int
) -> list[Portrait]:
    """The portraits with the mean relief of `network` over several colorings, half mirrored."""
    random = np.random.default_rng(seed)
    found = []
    for portrait in portraits:
        pairs = [colored_pair(random, portrait, clothes) for _ in range(_SHAPE_COLORINGS // 2)]
        pictures = torch.from_numpy(np.stack([p for pair in pairs for p in pair]))
        pictures[1::2] = pictures[1::2].flip(3)
        with torch.no_grad():
            reliefs = network(pictures, torch.zeros(len(pictures), 3), halved=False)[0][0]
        reliefs[1::2] = reliefs[1::2].flip(3)
        found.append(replace(portrait, shape=reliefs.mean(0)[0].numpy()))
    return found


def examples_of(
    random: np.random.Generator, portrait: Portrait, clothes: Clothes
) -> tuple[Example, Example]:
    """A pair of examples of one portrait."""
    inside = portrait.picture[3:] > _INSIDE
    head = inside & (np.arange(HEIGHT) < portrait.shoulders)[None, :, None]
    first, second = colored_pair(random, portrait, clothes)
    example = Example(
        first,
        portrait.shape[None],
        np.zeros((3, *portrait.shape.shape), np.float32),
        inside.astype(np.float32),
        head=head,
        log_crop_width=0.0,
        view=CropView(1.0, 0.5, 0.5),
        gravity=np.zeros(3, np.float32),
    )
    return example, replace(example, picture=second)
