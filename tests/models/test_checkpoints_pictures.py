"""Files in the layouts of others give what their own networks give, by an independent forward."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from srstudio_models import ModelFileError, read_catalog
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import describe, load

State = dict[str, Tensor]
MEAN = torch.tensor([0.4488, 0.4371, 0.4040]).view(1, 3, 1, 1)


def assert_same(actual: Tensor, expected: Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(actual, expected, rtol=0.0, atol=tolerance)


def add_conv(
    state: State, name: str, inputs: int, outputs: int, size: int, bias: bool = True
) -> None:
    spread = 0.8 / (inputs * size * size) ** 0.5
    state[f"{name}.weight"] = torch.randn(outputs, inputs, size, size) * spread
    if bias:
        state[f"{name}.bias"] = torch.randn(outputs) * 0.1


def run_conv(state: State, name: str, x: Tensor) -> Tensor:
    weight = state[f"{name}.weight"]
    return F.conv2d(x, weight, state.get(f"{name}.bias"), padding=weight.shape[-1] // 2)


def times(state: State, factor: float) -> State:
    """The biases of a network for [0, 1] as those of one for [0, factor] would be."""
    return {key: v * factor if key.endswith("bias") else v for key, v in state.items()}


def written(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


def given(path: Path, x: Tensor, scale: int) -> Tensor:
    spec = describe(path)
    assert scale in spec.scales
    return load(spec)(x, scale)


STEPS = {2: (2,), 3: (3,), 4: (2, 2)}


def edsr_pytorch(scale: int, blocks: int = 2, channels: int = 6, values: float = 255.0) -> State:
    state: State = {}
    for name, sign in (("sub_mean", -1), ("add_mean", 1)):
        state[f"{name}.weight"] = torch.eye(3).view(3, 3, 1, 1)
        state[f"{name}.bias"] = sign * values * MEAN.flatten()
    add_conv(state, "head.0", 3, channels, 3)
    for block in range(blocks):
        add_conv(state, f"body.{block}.body.0", channels, channels, 3)
        add_conv(state, f"body.{block}.body.2", channels, channels, 3)
    add_conv(state, f"body.{blocks}", channels, channels, 3)
    for step, factor in enumerate(STEPS[scale]):
        add_conv(state, f"tail.0.{2 * step}", channels, factor**2 * channels, 3)
    add_conv(state, "tail.1", channels, 3, 3)
    means = {key: v for key, v in state.items() if "mean" in key}
    return {**times(state, values), **means}


def run_edsr_pytorch(
    state: State, x: Tensor, scale: int, blocks: int = 2, factor: float = 1.0
) -> Tensor:
    def residual(name: str, x: Tensor) -> Tensor:
        inner = F.relu(run_conv(state, f"{name}.body.0", x))
        return x + factor * run_conv(state, f"{name}.body.2", inner)

    head = run_conv(state, "head.0", run_conv(state, "sub_mean", x))
    y = head
    for block in range(blocks):
        y = residual(f"body.{block}", y)
    y = head + run_conv(state, f"body.{blocks}", y)
    for step, by in enumerate(STEPS[scale]):
        y = F.pixel_shuffle(run_conv(state, f"tail.0.{2 * step}", y), by)
    return run_conv(state, "add_mean", run_conv(state, "tail.1", y))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_edsr_pytorch_for_values_up_to_255(tmp_path: Path, scale: int) -> None:
    state = edsr_pytorch(scale)
    x = torch.rand(1, 3, 9, 7)
    expected = run_edsr_pytorch(state, 255 * x, scale) / 255
    actual = given(written(tmp_path / "edsr.pt", state), x, scale)
    assert_same(actual, expected)


def test_edsr_pytorch_for_another_range_of_values(tmp_path: Path) -> None:
    state = edsr_pytorch(2, values=1.0)
    x = torch.rand(1, 3, 6, 6)
    actual = given(written(tmp_path / "edsr.pt", state), x, 2)
    assert_same(actual, run_edsr_pytorch(state, x, 2))


def test_wide_residuals_are_scaled_as_published(tmp_path: Path) -> None:
    state = edsr_pytorch(2, blocks=1, channels=256)
    x = torch.rand(1, 3, 4, 4)
    path = written(tmp_path / "edsr.pt", state)
    expected = run_edsr_pytorch(state, 255 * x, 2, blocks=1, factor=0.1) / 255
    assert_same(given(path, x, 2), expected)
    assert describe(path).network == "edsr"


def test_another_mean_than_that_of_div2k_is_refused(tmp_path: Path) -> None:
    state = edsr_pytorch(2)
    state["sub_mean.bias"] = torch.full((3,), -127.5)
    with pytest.raises(ModelFileError, match=r"normalises its input otherwise than by DIV2K's"):
        describe(written(tmp_path / "edsr.pt", state))


def to_basicsr(state: State, blocks: int = 2) -> State:
    """By the map between the two projects, key by key."""
    renamed: State = {}
    for key, value in state.items():
        parts = key.split(".")
        match parts:
            case ["sub_mean" | "add_mean", *_]:
                continue
            case ["head", "0", kind]:
                name = f"conv_first.{kind}"
            case ["body", block, "body", layer, kind]:
                name = f"body.{block}.conv{1 if layer == '0' else 2}.{kind}"
            case ["body", _, kind]:
                name = f"conv_after_body.{kind}"
            case ["tail", "0", layer, kind]:
                name = f"upsample.{layer}.{kind}"
            case ["tail", "1", kind]:
                name = f"conv_last.{kind}"
        renamed[name] = value
    return renamed


@pytest.mark.parametrize("wrapper", ["params", "params_ema"])
@pytest.mark.parametrize("scale", [3, 4])
def test_basicsr_edsr(tmp_path: Path, scale: int, wrapper: str) -> None:
    state = edsr_pytorch(scale)
    x = torch.rand(1, 3, 7, 8)
    expected = run_edsr_pytorch(state, 255 * x, scale) / 255
    content = {wrapper: {f"module.{k}": v for k, v in to_basicsr(state).items()}}
    if wrapper == "params_ema":  # is preferred to what it averages
        content["params"] = {key: torch.zeros_like(v) for key, v in to_basicsr(state).items()}
    actual = given(written(tmp_path / "net_g_latest.pth", content), x, scale)
    assert_same(actual, expected)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_mmagic_edsr(tmp_path: Path, scale: int) -> None:
    state = edsr_pytorch(scale, values=1.0)
    x = torch.rand(1, 3, 7, 8)
    expected = run_edsr_pytorch(state, x, scale)
    named: State = {}
    for key, value in to_basicsr(state).items():
        parts = key.split(".")
        if parts[0] == "upsample":
            key = f"upsample.{int(parts[1]) // 2}.upsample_conv.{parts[2]}"
        named[f"generator.{key}"] = value
    others = {"step_counter": torch.zeros(1), "perceptual_loss.mean": torch.zeros(3)}
    content = {"meta": {"epoch": 3}, "state_dict": {**named, **others}, "optimizer": {}}
    actual = given(written(tmp_path / "edsr.pth", content), x, scale)
    assert_same(actual, expected)


def test_basicsr_edsr_as_safetensors_in_half_precision(tmp_path: Path) -> None:
    state = {key: value.half().float() for key, value in edsr_pytorch(2).items()}
    x = torch.rand(1, 3, 7, 8)
    path = tmp_path / "edsr.safetensors"
    save_file({key: value.half() for key, value in to_basicsr(state).items()}, str(path))
    expected = run_edsr_pytorch(edsr_means(state), 255 * x, 2) / 255
    assert_same(given(path, x, 2), expected, 2e-3)


def edsr_means(state: State) -> State:
    return {**state, **{k: v for k, v in edsr_pytorch(2).items() if "mean" in k}}


def mdsr_pytorch(blocks: int, channels: int) -> State:
    state = edsr_pytorch(2, blocks, channels, values=1.0)
    state = {key: value for key, value in state.items() if not key.startswith("tail")}
    for index, scale in enumerate((2, 3, 4)):
        for block in range(2):
            for layer in (0, 2):
                name = f"pre_process.{index}.{block}.body.{layer}"
                add_conv(state, name, channels, channels, 5)
        for step, factor in enumerate(STEPS[scale]):
            add_conv(state, f"upsample.{index}.{2 * step}", channels, factor**2 * channels, 3)
    add_conv(state, "tail.0", channels, 3, 3)
    return times(state, 255.0)


def run_mdsr_pytorch(state: State, x: Tensor, scale: int, blocks: int) -> Tensor:
    def residual(name: str, x: Tensor) -> Tensor:
        inner = F.relu(run_conv(state, f"{name}.body.0", x))
        return x + run_conv(state, f"{name}.body.2", inner)

    index = scale - 2
    before = run_conv(state, "head.0", run_conv(state, "sub_mean", x))
    for block in range(2):
        before = residual(f"pre_process.{index}.{block}", before)
    y = before
    for block in range(blocks):
        y = residual(f"body.{block}", y)
    y = before + run_conv(state, f"body.{blocks}", y)
    for step, by in enumerate(STEPS[scale]):
        y = F.pixel_shuffle(run_conv(state, f"upsample.{index}.{2 * step}", y), by)
    return run_conv(state, "add_mean", run_conv(state, "tail.0", y))


def test_mdsr_pytorch_at_every_scale(tmp_path: Path) -> None:
    state = mdsr_pytorch(blocks=2, channels=4)
    path = written(tmp_path / "mdsr.pt", state)
    x = torch.rand(1, 3, 8, 6)
    for scale in (2, 3, 4):
        expected = run_mdsr_pytorch(state, 255 * x, scale, 2) / 255
        assert_same(given(path, x, scale), expected)


def vdsr_layers(bias: bool, inputs: int = 1) -> State:
    state: State = {}
    for index in range(5):
        ends = (inputs if index == 0 else 6, inputs if index == 4 else 6)
        add_conv(state, str(index), *ends, 3, bias=bias)
    return state


def run_vdsr(state: State, x: Tensor, scale: int) -> Tensor:
    enlarged = imresize(x, scale)
    y = enlarged
    for index in range(5):
        y = run_conv(state, str(index), F.relu(y) if index else y)
    return enlarged + y


def twtygqyy(index: str) -> str:
    return {"0": "input", "4": "output"}.get(index, f"residual_layer.{int(index) - 1}.conv")


def early_twtygqyy(index: str) -> str:
    return f"features.{2 * int(index)}"


@pytest.mark.parametrize("named", [twtygqyy, early_twtygqyy])
@pytest.mark.parametrize("bias", [False, True])
def test_twtygqyy_vdsr(tmp_path: Path, named: Callable[[str], str], bias: bool) -> None:
    state = vdsr_layers(bias)
    content = {f"{named(k.split('.')[0])}.{k.split('.')[1]}": v for k, v in state.items()}
    path = written(tmp_path / "vdsr.pth", {"epoch": 50, "model": content})
    x = torch.rand(1, 1, 7, 9)
    assert_same(given(path, x, 3), run_vdsr(state, x, 3))


def test_vdsr_for_rgb_is_refused(tmp_path: Path) -> None:
    state = vdsr_layers(bias=False, inputs=3)
    content = {f"{twtygqyy(k[0])}.weight": v for k, v in state.items()}
    with pytest.raises(ModelFileError, match=r"holds VDSR for RGB.*luma"):
        describe(written(tmp_path / "vdsr.pth", content))
    shift = {"sub_mean.bias": torch.zeros(3)}
    content = {**shift, **{f"body.{k[0]}.0.weight": v for k, v in state.items()}}
    with pytest.raises(ModelFileError, match=r"EDSR-PyTorch's VDSR for RGB"):
        describe(written(tmp_path / "vdsr.pt", content))


def run_fsrcnn(state: State, x: Tensor, scale: int) -> Tensor:
    def prelu(name: str, x: Tensor) -> Tensor:
        return F.prelu(x, state[f"{name}.weight"])

    x = prelu("first_part.1", run_conv(state, "first_part.0", x))
    for index in range(0, 12, 2):
        x = prelu(f"mid_part.{index + 1}", run_conv(state, f"mid_part.{index}", x))
    weight, bias = state["last_part.weight"], state["last_part.bias"]
    return F.conv_transpose2d(x, weight, bias, scale, padding=4, output_padding=scale - 1)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_yjn870_fsrcnn_and_its_scale_which_no_shape_tells(tmp_path: Path, scale: int) -> None:
    module = load(read_catalog()[f"fsrcnn-x{scale}"]).module
    state: State = {}
    for key, value in module.state_dict().items():
        layer, _, rest = key.removeprefix("features.").partition(".")
        part, _, kind = rest.partition(".")
        if layer == "enlarge":
            state[f"last_part.{rest}"] = value
        elif layer == "0":
            state[f"first_part.{part}.{kind}"] = value
        else:
            state[f"mid_part.{2 * (int(layer) - 1) + int(part)}.{kind}"] = value
    x = torch.rand(1, 1, 8, 7)
    path = written(tmp_path / "best.pth", state)
    assert_same(given(path, x, scale), run_fsrcnn(state, x, scale))
    state["last_part.weight"] = 9.0 * state["last_part.weight"]
    with pytest.raises(ModelFileError, match="turns grey into something else"):
        describe(written(tmp_path / "other.pth", state))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_yjn870_espcn(tmp_path: Path, scale: int) -> None:
    state: State = {}
    add_conv(state, "first_part.0", 1, 64, 5)
    add_conv(state, "first_part.2", 64, 32, 3)
    add_conv(state, "last_part.0", 32, scale * scale, 3)
    x = torch.rand(1, 1, 8, 7)
    y = torch.tanh(run_conv(state, "first_part.0", x))
    y = torch.tanh(run_conv(state, "first_part.2", y))
    expected = F.pixel_shuffle(run_conv(state, "last_part.0", y), scale)
    path = written(tmp_path / "espcn.pth", state)
    assert_same(given(path, x, scale), expected)


def srcnn(middle: int, channels: int = 1) -> State:
    state: State = {}
    add_conv(state, "conv1", channels, 64, 9)
    add_conv(state, "conv2", 64, 32, middle)
    add_conv(state, "conv3", 32, channels, 5)
    return state


@pytest.mark.parametrize(("middle", "network"), [(5, "srcnn"), (1, "srcnn-915")])
def test_yjn870_srcnn(tmp_path: Path, middle: int, network: str) -> None:
    state = srcnn(middle)
    path = written(tmp_path / "srcnn.pth", state)
    x = torch.rand(1, 1, 8, 7)
    y = F.relu(run_conv(state, "conv1", imresize(x, 2)))
    expected = run_conv(state, "conv3", F.relu(run_conv(state, "conv2", y)))
    assert_same(given(path, x, 2), expected)
    assert describe(path).network == network


def test_what_no_network_here_can_take_is_named(tmp_path: Path) -> None:
    rgb = srcnn(1, channels=3)
    with pytest.raises(ModelFileError, match=r"rgb\.pth holds SRCNN for RGB.*luma"):
        describe(written(tmp_path / "rgb.pth", {"state_dict": rgb}))
    four = {**srcnn(5), "conv4.weight": torch.zeros(4, 32, 3, 3)}
    with pytest.raises(ModelFileError, match=r"the ESPCN of PyTorch's examples"):
        describe(written(tmp_path / "four.pth", four))
    keys = ("conv_first.weight", "body.0.conv1.weight", "upconv1.weight")
    with pytest.raises(ModelFileError, match=r"BasicSR's MSRResNet, which is not among"):
        describe(written(tmp_path / "msr.pth", {"params": dict.fromkeys(keys, torch.zeros(1))}))


def run_srresnet(state: State, x: Tensor, blocks: int, steps: int) -> Tensor:
    def norm(name: str, x: Tensor) -> Tensor:
        mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
        return F.batch_norm(x, mean, variance, state[f"{name}.weight"], state[f"{name}.bias"])

    def prelu(name: str, x: Tensor) -> Tensor:
        return F.prelu(x, state[f"{name}.weight"])

    head = prelu("conv_block1.1", run_conv(state, "conv_block1.0", x))
    y = head
    for block in range(blocks):
        part = f"trunk.{block}.rcb"
        z = prelu(f"{part}.2", norm(f"{part}.1", run_conv(state, f"{part}.0", y)))
        y = y + norm(f"{part}.4", run_conv(state, f"{part}.3", z))
    y = head + norm("conv_block2.1", run_conv(state, "conv_block2.0", y))
    for step in range(steps):
        part = f"upsampling.{step}.upsample_block"
        y = prelu(f"{part}.2", F.pixel_shuffle(run_conv(state, f"{part}.0", y), 2))
    return run_conv(state, "conv_block3", y)


@pytest.mark.parametrize("steps", [1, 2])
def test_lornatang_srresnet(tmp_path: Path, steps: int) -> None:
    state: State = {}

    def add_norm(name: str) -> None:
        for kind in ("weight", "running_var"):
            state[f"{name}.{kind}"] = torch.rand(6) + 0.5
        for kind in ("bias", "running_mean"):
            state[f"{name}.{kind}"] = torch.randn(6) * 0.1
        state[f"{name}.num_batches_tracked"] = torch.tensor(7)

    add_conv(state, "conv_block1.0", 3, 6, 9)
    slopes = ["conv_block1.1", *(f"upsampling.{step}.upsample_block.2" for step in range(steps))]
    for block in range(3):
        part = f"trunk.{block}.rcb"
        add_conv(state, f"{part}.0", 6, 6, 3, bias=False)
        add_norm(f"{part}.1")
        slopes.append(f"{part}.2")
        add_conv(state, f"{part}.3", 6, 6, 3, bias=False)
        add_norm(f"{part}.4")
    add_conv(state, "conv_block2.0", 6, 6, 3, bias=False)
    add_norm("conv_block2.1")
    for step in range(steps):
        add_conv(state, f"upsampling.{step}.upsample_block.0", 6, 24, 3)
    add_conv(state, "conv_block3", 6, 3, 9)
    state |= {f"{name}.weight": torch.rand(1) * 0.5 for name in slopes}
    x = torch.rand(1, 3, 6, 5)
    path = written(tmp_path / "srresnet.pth.tar", {"epoch": 1, "state_dict": state})
    expected = run_srresnet(state, x, 3, steps)
    assert_same(given(path, x, 2**steps), expected)
