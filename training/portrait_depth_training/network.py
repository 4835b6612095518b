"""The relief network: a light U-Net whose every decoder level predicts relief.

Shape after O. Ronneberger, P. Fischer and T. Brox, "U-Net" (2015), and residual blocks of K. He
et al., "Identity Mappings in Deep Residual Networks" (2016); the last level gains its resolution
by sub-pixel shuffling (W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an
Efficient Sub-Pixel Convolutional Neural Network", 2016), smoothed by a fixed 3 x 3 binomial so that
its four phases leave no chequerboard. Full resolution sees no convolution:
most multiply-adds go where channels are many and pixels few.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class NetworkShape:
    """Channels at 1/2, 1/4, 1/8, 1/16, 1/32 and residual blocks of encoder and decoder levels.

    `halved`: predictions work at half the picture's height and width, for a quarter of the cost.
    """

    channels: tuple[int, ...] = (16, 32, 64, 96, 160)
    encoder_blocks: tuple[int, ...] = (0, 1, 1, 2, 2)
    decoder_blocks: tuple[int, ...] = (1, 1, 1, 1)
    halved: bool = False


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


class ReliefNetwork(nn.Module):
    """Picture and mask (N, 4, H, W) -> relief (N, 1, H, W) and crop width in metres (N, 1).

    H and W are multiples of 32. `forward` returns the relief of every level, finest first, and
    the logarithm of the crop width; `ExportedNetwork` gives the contract's two outputs.
    """

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        channels = shape.channels
        self.halved = shape.halved
        self.stem = _unit(4, channels[0], 3, 2)
        self.encoder = nn.ModuleList()
        for level, count in enumerate(shape.encoder_blocks):
            blocks: list[nn.Module] = []
            if level:
                blocks.append(_unit(channels[level - 1], channels[level], 3, 2))
            blocks.extend(Block(channels[level]) for _ in range(count))
            self.encoder.append(nn.Sequential(*blocks))
        self.context = nn.Linear(channels[-1], channels[-1])
        self.decoder = nn.ModuleList(
            Join(channels[level + 1], channels[level], shape.decoder_blocks[level])
            for level in reversed(range(len(channels) - 1))
        )
        self.level_heads = nn.ModuleList(nn.Conv2d(c, 1, 1) for c in channels[::-1])
        self.relief_head = nn.Conv2d(channels[0], 4, 3, padding=1)
        self.crop_width_head = nn.Sequential(
            nn.Linear(channels[-1], 64), nn.ReLU(inplace=True), nn.Linear(64, 1)
        )

        line = torch.tensor([0.25, 0.5, 0.25])
        self.register_buffer("binomial", (line[:, None] * line)[None, None], persistent=False)

    def _finest(self, feature: Tensor) -> Tensor:
        """Relief at twice the resolution of the last feature."""
        shuffled = functional.pixel_shuffle(self.relief_head(feature), 2)
        padded = functional.pad(shuffled, (1, 1, 1, 1), mode="replicate")
        return functional.conv2d(padded, self.binomial)

    def _decode(self, picture: Tensor) -> tuple[list[Tensor], Tensor]:
        x = self.stem(picture)
        skips: list[Tensor] = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        pooled = x.mean((2, 3))
        x = x + self.context(pooled)[:, :, None, None]
        features = [x]
        for join, skip in zip(self.decoder, skips[-2::-1]):
            x = join(x, skip)
            features.append(x)
        return features, pooled

    def forward(self, picture: Tensor) -> tuple[list[Tensor], Tensor]:
        features, pooled = self._decode(picture)
        # Slopes are differences of neighbours: the heads compute in full precision.
        with torch.autocast("cpu", enabled=False):
            levels = [self._finest(features[-1].float())]
            for feature, head in zip(features[::-1], list(self.level_heads)[::-1]):
                levels.append(head(feature.float()))
            return levels, self.crop_width_head(pooled.float())

    def predict(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """The contract's outputs: relief (N, 1, H, W), crop width in metres (N, 1)."""
        if self.halved:
            picture = functional.avg_pool2d(picture, 2)
        features, pooled = self._decode(picture)
        relief = self._finest(features[-1])
        if self.halved:
            relief = functional.interpolate(relief, scale_factor=2.0, mode="bilinear")
        return relief, torch.exp(self.crop_width_head(pooled))


def multiply_adds(network: ReliefNetwork, height: int = 256, width: int = 192) -> int:
    """Counts the multiply-adds of one prediction."""
    total = 0

    def count(module: nn.Module, _: object, output: Tensor) -> None:
        nonlocal total
        if isinstance(module, nn.Conv2d):
            kernel = module.kernel_size[0] * module.kernel_size[1]
            total += output[0].numel() * module.in_channels * kernel
        elif isinstance(module, nn.Linear):
            total += module.in_features * module.out_features

    handles = [module.register_forward_hook(count) for module in network.modules()]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network.predict(torch.zeros(1, 4, height, width))
    network.train(was_training)
    for handle in handles:
        handle.remove()
    return total
