"""Other clothes for rendered people: cloth and hats of every hue, lightness and pattern.

The generator's cloth follows the colors of real garments. A network trained on those alone
derives posture from color: in recolored photos the person tilts. Colors here are therefore drawn
far more widely, and they are independent of the shape under them. Depth, masks and light stay.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .noise import Noise
from .records import CLOTH, HAT, MATERIAL_BITS
from .srgb import LINEAR_OF_BYTE, LUMINANCE, encoded

Floats = npt.NDArray[np.floating[Any]]
Bytes = npt.NDArray[np.uint8]

#: Kinds of recoloring and their shares. "turned" keeps all colors' relations and turns their hues;
#: the others paint one color, or two over garments, blocks, stripes or prints.
_KINDS: Final = ("turned", "plain", "garments", "blocks", "stripes", "prints")
_SHARES: Final = (0.2, 0.25, 0.15, 0.1, 0.15, 0.15)
#: Linear albedo of the darkest and lightest cloth: black velvet and white linen.
_DARKEST, _LIGHTEST = 0.012, 0.9
#: Share of gray, black and white colors.
_COLORLESS: Final = 0.15
#: Sizes of prints, standard deviations in pixels of the window.
_PRINT_SIZES: Final = (2.0, 4.0, 8.0, 16.0)
#: Periods of stripes in pixels of the window.
_STRIPES: Final = (4.0, 40.0)


def random_color(random: np.random.Generator) -> Floats:
    """A linear albedo (3,): hue uniform, luminance uniform in its logarithm."""
    hue = 6 * random.random()
    rainbow = np.clip(np.abs((hue + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    saturation = 0.0 if random.random() < _COLORLESS else random.random() ** 0.5
    color = 1 - saturation * (1 - rainbow)
    luminance = np.exp(random.uniform(np.log(_DARKEST), np.log(_LIGHTEST)))
    return np.minimum(color * luminance / (color @ LUMINANCE), 1.0)


def _hue_turn(angle: float) -> Floats:
    """The rotation (3, 3) of linear colors about the gray axis."""
    cosine, sine = np.cos(angle), np.sin(angle)
    side = np.sqrt(1 / 3) * sine
    even = (1 - cosine) / 3
    return np.array(
        [
            [cosine + even, even - side, even + side],
            [even + side, cosine + even, even - side],
            [even - side, even + side, cosine + even],
        ]
    )


def _two_garments(luminance: Floats) -> npt.NDArray[np.bool_]:
    """Divides pixels by lightness (2-means): a jacket and a shirt stay two garments."""
    low, high = np.percentile(luminance, [5, 95])
    for _ in range(8):
        lighter = luminance > (low + high) / 2
        if not lighter.any() or lighter.all():
            break
        low, high = luminance[~lighter].mean(), luminance[lighter].mean()
    return lighter


class Clothes:
    """Holds the noise of prints; draws come from the caller."""

    def __init__(self) -> None:
        self._noise = Noise(_PRINT_SIZES, (1.0, 2.5), seed=8)

    def _second(
        self, random: np.random.Generator, kind: str, cloth: npt.NDArray[np.bool_], light: Floats
    ) -> npt.NDArray[np.bool_]:
        """The mask (n,) of the cloth's pixels with the second color."""
        row, column = np.nonzero(cloth)
        if kind == "garments":
            return _two_garments(light)
        if kind == "blocks" or kind == "stripes":
            angle = random.uniform(0, np.pi)
            across = row * np.cos(angle) + column * np.sin(angle)
            if kind == "blocks":
                lowest, highest = np.percentile(across, [20, 80])
                return across > random.uniform(lowest, highest + 1e-6)
            period = np.exp(random.uniform(*np.log(_STRIPES)))
            return (across / period) % 1 < random.uniform(0.2, 0.8)
        if kind == "prints":
            noise = self._noise.draw(random, 2)[row, column]
            return noise > random.normal(0, 0.5)
        return np.zeros(len(row), bool)

    def painted(
        self, random: np.random.Generator, linear: Floats, cloth: npt.NDArray[np.bool_]
    ) -> Floats:
        """Other linear colors (n, 3) for the pixels of `cloth` (H, W); `linear` are theirs."""
        kind = _KINDS[random.choice(len(_KINDS), p=_SHARES)]
        if kind == "turned":
            turned = linear @ _hue_turn(random.uniform(0, 2 * np.pi)).T
            colors = turned * np.exp(random.normal(0, 0.8))
        else:
            light = linear @ LUMINANCE
            second = self._second(random, kind, cloth, light)
            texture = np.ones_like(light)
            for region in (second, ~second):
                if region.any():
                    texture[region] = light[region] / max(float(light[region].mean()), 1e-3)
            texture = np.clip(texture, 0.2, 4.0) ** random.uniform(0.0, 1.3)
            painted = np.stack([random_color(random), random_color(random)])
            colors = painted[second.astype(int)] * texture[:, None]
        return np.clip(colors, 0.3 * _DARKEST, _LIGHTEST)

    def recolored(self, random: np.random.Generator, albedo: Any, material: Any) -> Bytes:
        """`albedo` (H, W, 3), sRGB bytes, with other cloth and hats; `material` (H, W) bytes."""
        result = np.array(albedo)
        kinds = np.asarray(material) & MATERIAL_BITS
        cloth = (kinds == CLOTH) | (kinds == HAT)
        if not cloth.any():
            return result
        colors = self.painted(random, LINEAR_OF_BYTE[result[cloth]], cloth)
        result[cloth] = np.rint(encoded(colors) * 255).astype(np.uint8)
        return result
