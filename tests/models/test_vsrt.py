"""The VSR-Transformer against formulas written out here, and against the author's file."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import cast

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models import REGISTRY
from srstudio_models.archs.vsrt import VSRT
from srstudio_models.layers.attention import (
    attention,
    from_tokens,
    positional_encoding,
    to_tokens,
)
from srstudio_models.layers.flow import warp
from srstudio_models.layers.transformer import Block, FeedForward, PreNorm, Residual, SelfAttention

# Number of entries that the author's file for five frames has of each kind. Of its 1,503, three
# are not ours: `spynet.spynet.mean`, `spynet.spynet.std`, `pos_embedding.penc.inv_freq`.
KEYS = {
    r"conv_first\.P": 2,
    r"feature_extraction\.[0-4]\.conv[12]\.P": 20,
    # There: spynet.spynet.basic_module.N.basic_module.N.conv.P
    r"spynet\.basic_module\.[0-5]\.basic_module\.[02468]\.P": 60,
    r"transformer\.layers\.[0-4]\.0\.fn\.norm\.P": 10,
    r"transformer\.layers\.[0-4]\.0\.fn\.fn\.(to_q|to_k|to_v|conv)\.P": 40,
    r"transformer\.layers\.[0-4]\.1\.fn\.norm\.P": 10,
    r"transformer\.layers\.[0-4]\.1\.fn\.fn\.(back|for)ward_resblocks\.main\.0\.P": 20,
    r"transformer\.layers\.[0-4]\.1\.fn\.fn\.(back|for)ward_resblocks\.main\.2\.\d+\.conv[12]\.P": (
        1200
    ),
    r"transformer\.layers\.[0-4]\.1\.fn\.fn\.fusion\.P": 10,
    r"reconstruction\.\d+\.conv[12]\.P": 120,
    r"(upconv1|upconv2|conv_hr|conv_last)\.P": 8,
}
SHAPES = {
    "transformer.layers.0.0.fn.norm.weight": (64, 64, 64),
    "transformer.layers.0.0.fn.fn.to_q.weight": (64, 1, 3, 3),
    "transformer.layers.0.0.fn.fn.to_v.weight": (64, 64, 3, 3),
    "transformer.layers.0.1.fn.fn.backward_resblocks.main.0.weight": (64, 67, 3, 3),
    "transformer.layers.0.1.fn.fn.fusion.weight": (64, 128, 1, 1),
    "spynet.basic_module.0.basic_module.0.weight": (32, 8, 7, 7),
}
TINY = {
    "depth": 2,
    "channels": 4,
    "side": 32,
    "extraction": 1,
    "blocks": 1,
    "reconstruction": 1,
    "flow_channels": 8,
}


def awake(module: nn.Module) -> None:
    """Norms and biases that are not one and zero."""
    for parameter in module.parameters():
        if parameter.ndim != 4:
            nn.init.normal_(parameter, 0.5, 0.2)


def test_the_keys_are_those_of_the_authors_file() -> None:
    with torch.device("meta"):
        state = REGISTRY["vsrt"].build(**REGISTRY["vsrt"].defaults).state_dict()
    patterns = {key: re.compile(key.replace(r"\.P", r"\.(weight|bias)")) for key in KEYS}
    found = Counter(
        next((key for key, pattern in patterns.items() if pattern.fullmatch(name)), name)
        for name in state
    )
    assert found == KEYS
    assert sum(found.values()) + 3 == 1503
    assert {name: tuple(state[name].shape) for name in SHAPES} == SHAPES


@pytest.mark.parametrize("frames", [5, 7])
def test_the_middle_frame_of_a_window_is_that_of_the_clip(frames: int) -> None:
    module = VSRT(frames=frames, **TINY).eval()
    awake(module)
    x = torch.rand(2, frames, 3, 32, 32)
    with torch.no_grad():
        middle, clip = module(x), module.clip(x)
    assert middle.shape == (2, 3, 128, 128)
    assert clip.shape == (2, frames, 3, 128, 128)
    torch.testing.assert_close(middle, clip[:, frames // 2], rtol=1e-4, atol=1e-5)


def test_the_middle_frame_is_made_of_all_frames() -> None:
    x = torch.rand(1, 5, 3, 32, 32, requires_grad=True)
    VSRT(**TINY)(x).square().sum().backward()
    assert x.grad is not None
    assert (x.grad.abs().sum(dim=(0, 2, 3, 4)) > 0).all()


def test_the_bias_of_the_keys_changes_nothing() -> None:
    """It adds the same to all that a softmax compares."""
    layer = SelfAttention(channels=4, patch=4)
    x = torch.randn(1, 3, 4, 8, 8)
    with torch.no_grad():
        before = layer(x)
        assert layer.to_k.bias is not None
        layer.to_k.bias += 3.0
        torch.testing.assert_close(layer(x), before, rtol=1e-4, atol=1e-5)


def test_attention_is_the_textbook_formula() -> None:
    query, key, value = torch.randn(3, 2, 6, 10, dtype=torch.float64)
    exponentials = torch.exp(torch.einsum("nqd,nkd->nqk", query, key) / math.sqrt(10))
    weights = exponentials / exponentials.sum(dim=-1, keepdim=True)
    expected = torch.einsum("nqk,nkd->nqd", weights, value)
    result = attention(query, key, value)
    torch.testing.assert_close(result, expected, rtol=1e-5, atol=1e-6)


def test_attention_computes_in_float32_under_autocast() -> None:
    query, key, value = torch.randn(3, 1, 40, 64) * 4
    with torch.autocast("cpu", torch.bfloat16):
        half = attention(query, key, value)
    torch.testing.assert_close(half, attention(query, key, value), rtol=0, atol=0)


def test_tokens_are_the_unfolded_patches() -> None:
    x = torch.rand(2, 3, 4, 8, 12)
    unfolded = F.unfold(x.flatten(0, 1), 4, stride=4)  # (N T, C p p, patches)
    expected = unfolded.transpose(1, 2).reshape(2, 3 * 6, 4 * 16)
    tokens = to_tokens(x, 4)
    assert torch.equal(tokens, expected)
    assert torch.equal(from_tokens(tokens, x.shape, 4), x)


@pytest.mark.parametrize(
    ("frames", "waves"),
    [
        (5, ["sin c", "cos c", "sin y", "cos y", "sin x"]),
        (7, ["sin c", "sin c/100", "cos c", "cos c/100", "sin y", "sin y/100", "cos y"]),
    ],
)
def test_each_frame_encodes_one_axis(frames: int, waves: list[str]) -> None:
    encoding = positional_encoding(frames, 3, 5, 4)
    assert encoding.shape == (frames, 3, 5, 4)
    names = {"sin": math.sin, "cos": math.cos}
    for frame, wave in enumerate(waves):
        function, argument = wave.split()
        for c, y, x in ((0, 0, 0), (2, 4, 3), (1, 3, 2)):
            position = {"c": c, "y": y, "x": x}[argument[0]]
            expected = names[function](position / (100 if argument.endswith("/100") else 1))
            assert encoding[frame, c, y, x].item() == pytest.approx(expected, abs=1e-6)


def test_a_block_adds_the_normalised_and_the_raw_input() -> None:
    """y = x + LN(x) + conv(attention(LN(x))), then z = y + BOFF(LN(y))."""
    block = Block(channels=4, side=8, patch=4, blocks=1)
    awake(block)
    first, second = (cast("PreNorm", cast("Residual", layer).fn) for layer in block)
    inner = cast("SelfAttention", first.fn)
    x, frames = torch.randn(1, 3, 4, 8, 8), torch.rand(1, 3, 3, 8, 8)
    flows = torch.rand(2, 1, 3, 2, 8, 8)
    with torch.no_grad():
        norm = layer_norm(x[0], first.norm)
        query, key, value = (
            F.unfold(layer(norm), 4, stride=4).transpose(1, 2).reshape(12, 64)
            for layer in (inner.to_q, inner.to_k, inner.to_v)
        )
        mixed = torch.softmax(query @ key.T / 8.0, dim=-1) @ value
        folded = F.fold(mixed.view(3, 4, 64).transpose(1, 2), (8, 8), 4, stride=4)
        y = x + norm + inner.conv(folded)
        z = y + second.fn(layer_norm(y[0], second.norm)[None], frames, flows)
        torch.testing.assert_close(block[0](x), y, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(block(x, frames, flows, slice(None)), z, rtol=1e-4, atol=1e-5)


def layer_norm(frames: Tensor, norm: nn.LayerNorm) -> Tensor:
    centred = frames - frames.mean(dim=(1, 2, 3), keepdim=True)
    variance = centred.square().mean(dim=(1, 2, 3), keepdim=True)
    return centred / (variance + 1e-5).sqrt() * norm.weight + norm.bias


def test_feed_forward_looks_along_the_flow_both_ways() -> None:
    layer = FeedForward(4, 1)
    x, frames = torch.randn(1, 3, 4, 6, 6), torch.rand(1, 3, 3, 6, 6)
    to_next, to_previous = torch.randn(2, 3, 2, 6, 6)
    with torch.no_grad():
        parts = []
        for t in range(3):
            later = warp(x[:, min(t + 1, 2)], to_next[t][None])
            earlier = warp(x[:, max(t - 1, 0)], to_previous[t][None])
            both = torch.cat(
                (
                    layer.backward_resblocks(torch.cat((frames[:, t], later), dim=1)),
                    layer.forward_resblocks(torch.cat((frames[:, t], earlier), dim=1)),
                ),
                dim=1,
            )
            parts.append(F.leaky_relu(layer.fusion(both), 0.1))
        result = layer(x, frames, torch.stack((to_next, to_previous))[:, None])
    torch.testing.assert_close(result, torch.stack(parts, dim=1))


def test_the_flows_are_to_the_next_and_to_the_previous_frame() -> None:
    module = VSRT(**TINY)
    x = torch.rand(2, 3, 3, 32, 32)
    with torch.no_grad():
        to_next, to_previous = module._flows(x)
        for t in range(3):
            for flows, neighbour in ((to_next, min(t + 1, 2)), (to_previous, max(t - 1, 0))):
                expected = module.spynet(x[:, t], x[:, neighbour])
                torch.testing.assert_close(flows[:, t], expected, rtol=1e-4, atol=1e-5)


def test_autocast_changes_the_picture_little() -> None:
    """The residual of an untrained network, in bfloat16: some 1 % of its own size."""
    module = VSRT(**TINY).eval()
    x = torch.rand(1, 5, 3, 32, 32)
    base = F.interpolate(x[:, 2], scale_factor=4, mode="bilinear")
    with torch.no_grad():
        exact = module(x)
        with torch.autocast("cpu", torch.bfloat16):
            half = module(x).float()
    assert (half - exact).square().mean() < 0.02**2 * (exact - base).square().mean()
