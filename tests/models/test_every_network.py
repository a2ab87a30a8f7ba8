"""One suite over every registered network: its published counts, and what its descriptor promises.

A new network needs a row in `TINY` and, if there is something to train, one in `PARAMETERS`.
"""

from __future__ import annotations

import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from srstudio.core.frame import Frame
from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio_models import REGISTRY, ModelSpec
from srstudio_models.archs.spynet import SPyNet
from srstudio_models.loader import LoadedModel, build, count_parameters, describe, dump, load

Options = dict[str, Any]

# Sources: the papers and the authors' repositories; biases and activations included.
PARAMETERS: list[tuple[str, Options, int]] = [
    ("fsrcnn", {"scale": 2}, 12_809),
    ("fsrcnn", {"scale": 3}, 12_809),
    ("fsrcnn", {"scale": 4}, 12_809),
    ("fsrcnn-s", {"scale": 2}, 4_086),
    ("srcnn-915", {}, 8_129),
    ("srcnn", {}, 57_281),
    ("espcn", {"scale": 2}, 21_284),
    ("espcn", {"scale": 3}, 22_729),
    ("espcn", {"scale": 4}, 24_752),
    ("vdsr", {}, 664_704),
    ("vdsr", {"bias": True}, 665_921),
    ("srresnet", {"scale": 4}, 1_549_462),
    ("edsr-baseline", {"scale": 2}, 1_369_859),
    ("edsr-baseline", {"scale": 3}, 1_554_499),
    ("edsr-baseline", {"scale": 4}, 1_517_571),
    ("edsr", {"scale": 2}, 40_729_603),
    ("edsr", {"scale": 3}, 43_680_003),
    ("edsr", {"scale": 4}, 43_089_923),
    ("mdsr-baseline", {}, 3_227_203),
    ("mdsr", {}, 7_953_987),
    ("basicvsr", {}, 6_291_311),
    ("basicvsr-small", {}, 582_391),  # ours
    ("iconvsr", {}, 8_694_991),
    ("iconvsr", {"frames": 7}, 8_711_375),
    ("edvr-m", {}, 3_300_131),
    ("edvr-l", {}, 20_633_827),
    ("edvr-l", {"frames": 7}, 20_699_363),
    ("vsrt", {}, 32_564_335),
    ("vsrt", {"depth": 10}, 60_767_535),
    ("vsrt-7", {}, 43_845_615),
    ("vsrt-small", {}, 467_055),  # ours
    ("previous", {}, 10_577 + 63_129),
    ("delta", {}, 83_702),
    ("5-parallel", {}, 259_938),
    ("flow-2d3d", {}, 1_440_300 + 259_938),
]

_EDSR = {"blocks": 2, "channels": 4}
_MDSR = {"blocks": 1, "channels": 4}
_BASICVSR = {"channels": 8, "blocks": 1, "flow_channels": 8}
_EDVR = {"channels": 8, "blocks": 1, "groups": 2}
_VSRT = {
    "depth": 2,
    "channels": 4,
    "side": 32,
    "extraction": 1,
    "blocks": 1,
    "reconstruction": 1,
    "flow_channels": 8,
}
_2D3D = {"hidden": 5, "middle_hidden": 3, "state": 4, "channels": 6, "blocks": 1}
# Of the same structure, quick enough to look into.
TINY: list[tuple[str, Options]] = [
    *(("raw", {"kernel": kernel}) for kernel in ("nearest", "bicubic", "lanczos")),
    *(("fsrcnn", {"scale": scale, "d": 8, "s": 4, "m": 2}) for scale in (2, 3, 4)),
    ("fsrcnn-s", {"scale": 2}),
    ("srcnn-915", {}),
    ("srcnn", {}),
    *(("espcn", {"scale": scale}) for scale in (2, 3, 4)),
    ("vdsr", {"depth": 5, "channels": 4}),
    ("vdsr", {"depth": 6, "channels": 4}),
    ("srresnet", {"scale": 2, "blocks": 2, "channels": 4}),
    ("srresnet", {"scale": 4, "blocks": 1, "channels": 4}),
    *(("edsr-baseline", {"scale": scale, **_EDSR}) for scale in (2, 3, 4)),
    ("edsr", {"scale": 2, **_EDSR}),
    ("mdsr-baseline", _MDSR),
    ("mdsr", _MDSR),
    ("basicvsr", _BASICVSR),
    ("basicvsr-small", _BASICVSR),
    ("iconvsr", {**_BASICVSR, "groups": 2}),
    ("edvr-m", _EDVR),
    ("edvr-l", {**_EDVR, "frames": 7}),
    ("vsrt", _VSRT),
    ("vsrt-7", _VSRT),
    ("vsrt-small", {**_VSRT, "depth": 1}),
    ("previous", {}),
    ("delta", _2D3D),
    ("5-parallel", _2D3D),
    ("flow-2d3d", {**_2D3D, "flow_channels": 16}),
]
LARGEST_SCALE = 4
# In bfloat16, a number has 8 bits: rounded once, a picture is some 55 dB from what it was.
HALF_PSNR = 45.0


def spec_of(name: str, options: Options) -> ModelSpec:
    network = REGISTRY[name]
    complete = {**network.defaults, **options}
    return ModelSpec(name, name, network.title, network.describe(**complete), complete)


SPECS = [spec_of(*case) for case in TINY]
EXACT = [spec for spec in SPECS if spec.descriptor.tiling == "exact"]


def each(specs: list[ModelSpec]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("spec", specs, ids=lambda spec: spec.id)


def shaken(spec: ModelSpec) -> nn.Module:
    """A fresh network without layers that begin at zero and hide what lies before them."""
    module = build(spec).eval()
    for parameter in module.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    return module


def scales_of(spec: ModelSpec) -> list[int]:
    return [scale for scale in spec.scales if scale <= LARGEST_SCALE]


def picture(spec: ModelSpec, height: int, width: int, frames: int = 2) -> Tensor:
    """Random input; `frames` matters to recurrent networks."""
    descriptor = spec.descriptor
    channels = 1 if descriptor.colour == "luma" else 3
    count = {"single": (), "sliding": (descriptor.window,), "recurrent": (frames,)}
    return torch.rand(1, *count[descriptor.frames], channels, height, width)


def sizes_to_try(spec: ModelSpec) -> list[tuple[int, int]]:
    """Odd ones, or the next ones that the network takes."""
    descriptor = spec.descriptor
    if descriptor.tiling == "fixed":
        return [(descriptor.side, descriptor.side)]
    step = descriptor.size_multiple
    odd = ((1, 1), (1, 7), (9, 4), (13, 17))
    return [(-(-height // step) * step, -(-width // step) * step) for height, width in odd]


def test_every_network_has_its_rows() -> None:
    assert {name for name, _ in TINY} == {network.name for network in REGISTRY}
    trainable = {network.name for network in REGISTRY if network.trainable}
    assert {name for name, _, _ in PARAMETERS} == trainable


@pytest.mark.parametrize(("name", "options", "count"), PARAMETERS, ids=str)
def test_the_published_number_of_parameters(name: str, options: Options, count: int) -> None:
    with torch.device("meta"):  # counts need no memory
        module = build(spec_of(name, options))
    assert count_parameters(module) == count


def test_the_published_number_of_parameters_of_the_flow_network() -> None:
    assert count_parameters(SPyNet()) == 1_440_300


@each(SPECS)
def test_the_descriptor_agrees_with_itself(spec: ModelSpec) -> None:
    descriptor = spec.descriptor
    assert descriptor.window % 2 == 1
    assert (descriptor.window > 1) == (descriptor.frames == "sliding")
    assert (descriptor.side > 0) == (descriptor.tiling == "fixed")
    assert descriptor.side % descriptor.size_multiple == 0
    assert descriptor.scales == tuple(sorted(set(descriptor.scales)))
    if descriptor.tiling == "fixed":
        assert 0 < 2 * descriptor.receptive_radius < descriptor.side


@each(SPECS)
def test_any_size_gives_exactly_scale_times_the_size(spec: ModelSpec) -> None:
    model = LoadedModel(spec, build(spec).eval())
    clips = (1, 3) if spec.descriptor.frames == "recurrent" else (1,)
    with torch.no_grad():
        for height, width in sizes_to_try(spec):
            for x in (picture(spec, height, width, frames) for frames in clips):
                for scale in scales_of(spec):
                    y = model(x, scale)
                    kept = x[:, 0] if spec.descriptor.frames == "sliding" else x
                    assert y.shape == (*kept.shape[:-2], height * scale, width * scale)
                    assert torch.isfinite(y).all()


@each(SPECS)
def test_gradient_reaches_the_input_and_every_parameter(spec: ModelSpec) -> None:
    module = shaken(spec)
    model = LoadedModel(spec, module)
    size = sizes_to_try(spec)[-1]
    x = picture(spec, *size).requires_grad_()
    losses = [model(x, scale).square().mean() for scale in scales_of(spec)]
    torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    # A ReLU may shut some of them out.
    assert (x.grad.abs().sum(dim=-3) > 0).float().mean() > 0.9
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


@each([spec for spec in SPECS if spec.descriptor.half_safe])
def test_half_precision_gives_nearly_the_same_picture(spec: ModelSpec) -> None:
    module = shaken(spec)
    exact = LoadedModel(spec, module)
    half = LoadedModel(spec, deepcopy(module).bfloat16())
    x = picture(spec, *sizes_to_try(spec)[-1])
    with torch.no_grad():
        for scale in scales_of(spec):
            y = exact(x, scale)
            mse = (half(x.bfloat16(), scale).float() - y).square().mean()
            assert 10 * math.log10(y.abs().max().square() / mse) > HALF_PSNR


@each([spec for spec in SPECS if REGISTRY[spec.network].trainable])
def test_a_saved_network_comes_back_the_same(spec: ModelSpec, tmp_path: Path) -> None:
    module = shaken(spec)
    path = tmp_path / "mine.safetensors"
    path.write_bytes(dump(module, spec))
    found = describe(path)
    assert (found.id, found.network, found.descriptor) == ("mine", spec.network, spec.descriptor)
    x, scale = picture(spec, *sizes_to_try(spec)[-1]), scales_of(spec)[-1]
    with torch.no_grad():
        expected = LoadedModel(spec, module)(x, scale)
    assert torch.equal(load(found)(x, scale), expected)


@each(EXACT)
def test_tiles_equal_the_whole(spec: ModelSpec) -> None:
    """Through the engine, unclamped: what it puts together is cut from exactly these."""
    module = shaken(spec)
    runtime = Runtime(
        Device("cpu", "CPU", "cpu", 1 << 30),
        loader=lambda spec, _: LoadedModel(spec, module),
    )
    engine = Upscaler(runtime)
    rng = np.random.default_rng(3)
    frame = Frame(rng.integers(0, 256, (53, 71, 3), dtype=np.uint8))
    for scale in scales_of(spec):
        whole = engine.canvas(frame, spec, scale, tile=1000)
        tiled = engine.canvas(frame, spec, scale, tile=16)
        assert len(whole.pending) == 1
        assert len(tiled.pending) > 4
        expected, _ = engine.tile_output(whole, whole.pending[0])
        for tile in tiled.pending:
            pixels, _ = engine.tile_output(tiled, tile)
            there, corner = tile.core.scaled(scale), tile.padded.scaled(scale)
            here = there.moved(-corner.x, -corner.y)
            np.testing.assert_allclose(
                pixels[here.slices], expected[there.slices], rtol=1e-5, atol=1e-5
            )


@each(EXACT)
def test_the_receptive_radius_is_the_one_stated(spec: ModelSpec) -> None:
    """Which inputs an output depends on, read off the gradient; weights that cancel nothing."""
    module = build(spec).eval().double()
    for parameter in module.parameters():
        nn.init.uniform_(parameter, 0.01, 0.02)
    model = LoadedModel(spec, module)
    reaches = [
        reach(model, scale) for scale in scales_of(spec) if scale > 1 or len(spec.scales) == 1
    ]
    assert max(reaches) == spec.descriptor.receptive_radius


def reach(model: LoadedModel, scale: int) -> int:
    centre = model.spec.descriptor.receptive_radius + 4
    side = 2 * centre + 1
    x = torch.full_like(picture(model.spec, side, side), 0.9, dtype=torch.float64)
    y = model(x.requires_grad_(), scale)
    block = slice(centre * scale, (centre + 1) * scale)
    (gradient,) = torch.autograd.grad(y[..., block, block].sum(), x)
    rows = gradient.abs().sum(dim=-1).flatten(0, -2).sum(dim=0).nonzero().flatten()
    return max(centre - int(rows.min()), int(rows.max()) - centre)
