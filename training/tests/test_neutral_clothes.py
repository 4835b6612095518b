"""Gray clothes: what they change in the network's input, and the colors that then cancel out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from bust import SHOULDERS, bust
from torch import Tensor
from torch.nn import functional

from portrait_depth_training.cloth_stability import COLORS, recolored
from portrait_depth_training.export import session, to_onnx
from portrait_depth_training.network import NetworkShape, ReliefNetwork
from portrait_depth_training.neutral_clothes import neutral_clothes
from portrait_depth_training.shoulders import clothes_share

SMALL = NetworkShape((8, 8, 8, 8, 8), (0, 0, 0, 0, 0), (0, 0, 0, 0), neutral_clothes=True)
#: Below the rows in which the gray sets in.
CLOTHES = SHOULDERS + 10


def _picture() -> Tensor:
    mask = torch.from_numpy(bust())
    noise = torch.rand(1, 16, 12, generator=torch.Generator().manual_seed(4))
    folds = functional.interpolate(noise[None], mask.shape, mode="bilinear")[0, 0]
    light = 0.25 + 0.3 * folds
    return torch.stack([light * mask, 0.7 * light * mask, 0.5 * light * mask, mask])[None]


def test_clothes_begin_at_the_shoulders_at_both_sizes() -> None:
    mask = torch.from_numpy(bust())[None, None]
    for height in (256, 128):
        share = clothes_share(functional.interpolate(mask, scale_factor=height / 256))[0, 0, :, 0]
        first = int((share > 0).nonzero()[0])
        assert first == pytest.approx(SHOULDERS * height / 256, abs=2)
        assert (share[1:] >= share[:-1]).all() and share[first + height // 32] == 1


def test_clothes_become_gray_and_all_else_stays() -> None:
    picture = _picture()
    found = neutral_clothes(picture)
    assert torch.equal(found[:, 3], picture[:, 3])
    assert torch.equal(found[:, :, : SHOULDERS - 2], picture[:, :, : SHOULDERS - 2])
    cloth, mask = found[0, :3, CLOTHES:], picture[0, 3, CLOTHES:] > 0
    torch.testing.assert_close(cloth, cloth[:1].expand(3, -1, -1))
    assert float(cloth[0][mask].mean()) == pytest.approx(0.5, abs=0.03)
    assert float(cloth[0][mask].std()) > 0.05
    assert (cloth[0][~mask] == 0).all()


def test_a_factor_of_the_clothes_colors_cancels_out() -> None:
    picture = _picture()
    other = picture.clone()
    other[:, :3, SHOULDERS:] *= torch.tensor([0.2, 1.1, 0.9])[:, None, None]
    found, expected = (
        neutral_clothes(other)[:, :, CLOTHES:],
        neutral_clothes(picture)[:, :, CLOTHES:],
    )
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("color", COLORS)
def test_other_clothes_give_nearly_the_same_input(color: str) -> None:
    picture = _picture()
    other = torch.from_numpy(recolored(picture[0].numpy(), COLORS[color], SHOULDERS))[None]
    change = (neutral_clothes(other) - neutral_clothes(picture)).abs()[:, :, CLOTHES:].mean()
    before = (other - picture).abs()[:, :, CLOTHES:].mean()
    assert float(change) < 0.15 * float(before)


def test_a_face_alone_and_an_empty_picture_stay() -> None:
    picture = _picture()
    picture[:, :, 125:] = 0
    for kept in (picture, torch.zeros_like(picture)):
        assert torch.equal(neutral_clothes(kept), kept)


def test_black_clothes_stay_finite() -> None:
    picture = _picture()
    picture[:, :3, SHOULDERS:] = 0
    assert torch.isfinite(neutral_clothes(picture)).all()


def test_the_network_file_paints_each_picture_of_a_batch_alone() -> None:
    torch.manual_seed(6)
    network = ReliefNetwork(SMALL).eval()
    run = session(to_onnx(network, "a test"))
    pictures = torch.cat([_picture(), 0.5 * _picture(), torch.zeros(1, 4, 256, 192)])
    pictures[1, :3, CLOTHES:] = pictures[1, [2, 0, 1], CLOTHES:]
    gravity = torch.zeros(3, 3)
    (together, _) = run.run(None, {"input": pictures.numpy(), "gravity": gravity.numpy()})
    for index in range(3):
        one = slice(index, index + 1)
        (alone, _) = run.run(
            None, {"input": pictures[one].numpy(), "gravity": gravity[one].numpy()}
        )
        np.testing.assert_allclose(together[one], alone, atol=1e-5)
    with torch.no_grad():
        expected, _ = network.predict(pictures, gravity)
    np.testing.assert_allclose(together, expected.numpy(), atol=1e-4)


def test_a_network_sees_the_color_unless_it_paints() -> None:
    torch.manual_seed(7)
    picture = _picture()
    other = picture.clone()
    other[:, :3, SHOULDERS:] *= torch.tensor([0.2, 1.0, 1.1])[:, None, None]
    painting = ReliefNetwork(SMALL).eval()
    seeing = ReliefNetwork(replace(SMALL, neutral_clothes=False))
    seeing.load_state_dict(painting.state_dict())
    moves = []
    for network in (painting, seeing.eval()):
        with torch.no_grad():
            reliefs = [network.predict(p, torch.zeros(1, 3))[0] for p in (picture, other)]
        moves.append(float((reliefs[0] - reliefs[1]).abs().mean()))
    assert moves[0] < 0.2 * moves[1]
