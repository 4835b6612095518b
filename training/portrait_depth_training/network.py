"""The relief network: a light U-Net at half the picture's size, and one fine level on top of it.

Shape after O. Ronneberger, P. Fischer and T. Brox, "U-Net" (2015), and residual blocks of K. He
et al., "Identity Mappings in Deep Residual Networks" (2016); the last level gains its resolution
by sub-pixel shuffling (W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an
Efficient Sub-Pixel Convolutional Neural Network", 2016). A fixed 3 x 3 binomial smooths it, which
removes the checkerboard of the four phases.

Half the size shows posture and the roundness of a head, at a quarter of the cost. The optional fine
level adds edges, eyes and glasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .neutral_clothes import neutral_clothes


@dataclass(frozen=True)
class NetworkShape:
    """Channels at 1/4, 1/8 ... 1/64 of the picture, residual blocks of encoder and decoder levels.

    `fine_channels`: of the level at 1/2 of the picture, 0 for none; `fine_blocks`: its blocks.
    `neutral_clothes`: whether neutral_clothes.py paints the picture first.
    """

    channels: tuple[int, ...] = (16, 32, 64, 112, 192)
    encoder_blocks: tuple[int, ...] = (0, 1, 1, 2, 2)
    decoder_blocks: tuple[int, ...] = (1, 1, 1, 1)
    fine_channels: int = 0
    fine_blocks: int = 1
    neutral_clothes: bool = False


def _unpainted(picture: Tensor) -> Tensor:
    return picture


def _unit(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Block(nn.Module):
    """x + f(x), f one full 3 x 3 convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.norm(self.convolution(x)))


class Join(nn.Module):
    """Brings the coarser level up and adds the skip of the same resolution."""

    def __init__(self, coarse: int, skip: int, blocks: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(coarse, skip, 1, bias=False)
        self.norm = nn.BatchNorm2d(skip)
        self.blocks = nn.Sequential(*[Block(skip) for _ in range(blocks)])

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        raised = functional.interpolate(self.norm(self.project(x)), scale_factor=2.0)
        joined: Tensor = self.blocks(functional.relu(raised + skip))
        return joined


class LevelHead(nn.Linear):
    """Relief of a pixel from its feature; a product, as a one-channel convolution is slow."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, 1)

    def forward(self, feature: Tensor) -> Tensor:
        return super().forward(feature.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Fine(nn.Module):
    """The fine level's addition to the relief of the half size; 0 at the start."""

    def __init__(self, coarse: int, channels: int, blocks: int) -> None:
        super().__init__()
        self.stem = _unit(4, channels, 3, 2)
        self.join = Join(coarse, channels, blocks)
        self.head = nn.Conv2d(channels, 4, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, picture: Tensor, feature: Tensor) -> Tensor:
        joined: Tensor = self.join(feature, self.stem(picture))
        return joined


class ReliefNetwork(nn.Module):
    """Picture and mask (N, 4, H, W), gravity (N, 3) -> relief (N, 1, H, W), crop width (N, 1) in m.

    Gravity is the unit vector of gravity.py, or zeros where it is unknown.

    `forward` returns the relief of every level, finest first, and the logarithm of the crop width.
    `predict` returns the contract's two outputs. H and W are multiples of 64. `forward` also takes
    pictures at half size (`halved`), without the fine level.
    """

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        channels = shape.channels
        self.paint = neutral_clothes if shape.neutral_clothes else _unpainted
        self.stem = _unit(4, channels[0], 3, 2)
        self.encoder = nn.ModuleList()
        for level, count in enumerate(shape.encoder_blocks):
            blocks: list[nn.Module] = []
            if level:
                blocks.append(_unit(channels[level - 1], channels[level], 3, 2))
            blocks.extend(Block(channels[level]) for _ in range(count))
            self.encoder.append(nn.Sequential(*blocks))
        self.context = nn.Linear(channels[-1], channels[-1])
        self.gravity = nn.Linear(3, channels[-1], bias=False)
        nn.init.zeros_(self.gravity.weight)
        self.decoder = nn.ModuleList(
            Join(channels[level + 1], channels[level], shape.decoder_blocks[level])
            for level in reversed(range(len(channels) - 1))
        )
        self.level_heads = nn.ModuleList(LevelHead(c) for c in channels[::-1])
        self.relief_head = nn.Conv2d(channels[0], 4, 3, padding=1)
        self.crop_width_head = nn.Sequential(
            nn.Linear(channels[-1], 64), nn.ReLU(inplace=True), nn.Linear(64, 1)
        )
        self.fine = (
            Fine(channels[0], shape.fine_channels, shape.fine_blocks)
            if shape.fine_channels
            else None
        )
        line = torch.tensor([0.25, 0.5, 0.25])
        self.register_buffer("binomial", (line[:, None] * line)[None, None], persistent=False)

    def _smooth(self, relief: Tensor) -> Tensor:
        padded = functional.pad(relief, (1, 1, 1, 1), mode="replicate")
        return functional.conv2d(padded, self.binomial)

    def _shuffled(self, head: nn.Module, feature: Tensor) -> Tensor:
        """Relief at twice the resolution of `feature`."""
        return self._smooth(functional.pixel_shuffle(head(feature), 2))

    def _refined(self, relief: Tensor, fine_feature: Tensor | None) -> Tensor:
        """Relief (N, 1, H/2, W/2) at the picture's size, with the fine level's share."""
        raised = functional.interpolate(relief, scale_factor=2.0, mode="bilinear")
        if self.fine is None or fine_feature is None:
            return raised
        return raised + self._shuffled(self.fine.head, fine_feature)

    def _decode(self, half: Tensor, gravity: Tensor) -> tuple[list[Tensor], Tensor]:
        x = self.stem(half)
        skips: list[Tensor] = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        pooled = x.mean((2, 3))
        x = x + (self.context(pooled) + self.gravity(gravity))[:, :, None, None]
        features = [x]
        for join, skip in zip(self.decoder, skips[-2::-1]):
            x = join(x, skip)
            features.append(x)
        return features, pooled

    def forward(
        self, picture: Tensor, gravity: Tensor, halved: bool
    ) -> tuple[list[Tensor], Tensor]:
        picture = self.paint(picture)
        half = picture if halved else functional.avg_pool2d(picture, 2)
        features, pooled = self._decode(half, gravity)
        fine = None if halved or self.fine is None else self.fine(picture, features[-1])
        coarser = [
            head(feature) for feature, head in zip(features[::-1], list(self.level_heads)[::-1])
        ]
        # Slopes are differences of neighbors: the last head computes in full precision.
        with torch.autocast("cpu", enabled=False):
            levels = [self._shuffled(self.relief_head, features[-1].float())]
            if not halved:
                fine = None if fine is None else fine.float()
                levels.insert(0, self._refined(levels[0], fine))
            levels += [level.float() for level in coarser]
            return levels, self.crop_width_head(pooled.float())

    def predict(self, picture: Tensor, gravity: Tensor) -> tuple[Tensor, Tensor]:
        """The contract's outputs: relief (N, 1, H, W), crop width in metres (N, 1)."""
        picture = self.paint(picture)
        features, pooled = self._decode(functional.avg_pool2d(picture, 2), gravity)
        relief = self._shuffled(self.relief_head, features[-1])
        fine = None if self.fine is None else self.fine(picture, features[-1])
        return self._refined(relief, fine), torch.exp(self.crop_width_head(pooled))


def take_over(network: ReliefNetwork, state: dict[str, Tensor]) -> None:
    """Starts `network` from a trained one; a fine level may be new, layers wider, levels deeper,
    and gravity, which then changes nothing at first.

    Trained weights go into the first rows and columns of the random ones. Trained rows have zero
    weights for added channels, so that the wider network first computes the narrower one's output,
    while the added channels can learn (the zero form of "network morphism", T. Wei et al., 2016).
    An added block is the identity until its norm has learned.

    Raises ValueError that names a weight of another shape.
    """

    def holds(wider: Tensor, narrower: Tensor) -> bool:
        sizes = zip(wider.shape, narrower.shape)
        return wider.ndim == narrower.ndim and all(w >= n for w, n in sizes)

    mine = network.state_dict()
    added = {
        f"{name}.": module
        for name, module in network.named_modules()
        if isinstance(module, Block) and f"{name}.norm.weight" not in state
    }
    free = ("fine.", "gravity.", *added)
    unfit = [name for name in mine if name not in state and not name.startswith(free)]
    unfit += [name for name in state if name not in mine or not holds(mine[name], state[name])]
    if unfit:
        raise ValueError(f"its weight '{unfit[0]}' does not fit the config's [network]")
    with torch.no_grad():
        for prefix, block in added.items():
            if not prefix.startswith("fine."):
                block.norm.weight.zero_()
        for name, value in state.items():
            if value.ndim > 1:
                mine[name][: len(value)] = 0
            mine[name][tuple(slice(size) for size in value.shape)] = value


def load_network(path: Path) -> ReliefNetwork:
    """The averaged network of a checkpoint, ready to predict."""
    return network_of(torch.load(path, map_location="cpu"))


def network_of(checkpoint: dict[str, Any]) -> ReliefNetwork:
    """The averaged network of a loaded checkpoint, ready to predict."""
    network = ReliefNetwork(checkpoint["shape"])
    take_over(network, checkpoint["average"])
    return network.eval()
