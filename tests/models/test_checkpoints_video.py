"""Files of the video networks, by the names that others give to the layers.

The forward passes are tested with the networks; here a file written by other names has to give
the very network that it was written from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from srstudio_models import REGISTRY, ModelFileError
from srstudio_models.archs.spynet import SPyNet
from srstudio_models.loader import describe, load, transfer

State = dict[str, Tensor]


def unlike_fresh(module: nn.Module) -> nn.Module:
    """Every weight becomes a value of its own, so that no two can be mistaken."""
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.05)
    return module


def renamed(module: nn.Module, *rules: tuple[str, str]) -> State:
    """The weights of a network, its names changed by regular expressions, one after the other."""
    state = dict(module.state_dict())
    for ours, theirs in rules:
        state = {re.sub(ours, theirs, key): value for key, value in state.items()}
    return state


def assert_same_network(path: Path, module: nn.Module, *inputs: Tensor) -> None:
    spec = describe(path)
    with torch.no_grad():
        expected, actual = module(*inputs), load(spec).module(*inputs)
    torch.testing.assert_close(actual, expected, rtol=0.0, atol=1e-5)


def mmagic_spynet(prefix: str = "") -> list[tuple[str, str]]:
    return [
        (rf"^{prefix}basic_module\.(\d)\.basic_module\.{2 * j}\.", rf"{prefix}B.\1.B.J{j}.conv.")
        for j in range(5)
    ] + [(rf"^{prefix}B\.", f"{prefix}basic_module."), (r"\.B\.J", ".basic_module.")]


VSRT = {
    "channels": 8,
    "side": 32,
    "extraction": 2,
    "blocks": 3,
    "reconstruction": 4,
    "flow_channels": 4,
}


@pytest.mark.parametrize(
    ("name", "frames", "depth", "waves"), [("vsrt", 5, 2, 1), ("vsrt-7", 7, 3, 2)]
)
def test_vsr_transformer(tmp_path: Path, name: str, frames: int, depth: int, waves: int) -> None:
    options: dict[str, Any] = {**VSRT, "frames": frames, "depth": depth}
    module = unlike_fresh(REGISTRY[name].build(**options)).eval()
    state = renamed(module, *mmagic_spynet("spynet."), (r"^spynet\.", "spynet.spynet."))
    state |= {"spynet.spynet.mean": torch.zeros(1), "spynet.spynet.std": torch.ones(1)}
    state["pos_embedding.penc.inv_freq"] = torch.ones(waves)
    path = tmp_path / "vsrt.pth"
    torch.save({"params": state}, path)
    found = describe(path).options
    assert {key: found[key] for key in options} == options
    assert_same_network(path, module, torch.rand(1, frames, 3, 32, 32))


def test_spynet_alone_is_no_model_but_can_be_transferred(tmp_path: Path) -> None:
    source, target = unlike_fresh(SPyNet()), SPyNet()
    ours, theirs = tmp_path / "spynet.pth", tmp_path / "spynet_mm.pth"
    torch.save({"params": source.state_dict()}, ours)
    means = {"mean": torch.zeros(1, 3, 1, 1), "std": torch.ones(1, 3, 1, 1)}
    torch.save({**renamed(source, *mmagic_spynet()), **means}, theirs)
    for path in (ours, theirs):
        with pytest.raises(ModelFileError, match=r"SPyNet alone, which is a part of networks"):
            describe(path)
        report = transfer(target, path)
        assert (len(report.copied), report.fresh, report.skipped) == (60, (), ())
        for key, value in source.state_dict().items():
            assert torch.equal(target.state_dict()[key], value)
        target = SPyNet()


def buffers(prefix: str) -> State:
    return {f"{prefix}mean": torch.zeros(1, 3, 1, 1), f"{prefix}std": torch.ones(1, 3, 1, 1)}


# What mmagic names differently, as regular expressions on BasicSR's names, which are ours.
MM_WINDOW = [
    (r"conv_l([23])_([12])\.", r"feat_l\1_conv\2.conv."),
    (r"(offset_conv\d\.l\d|feat_conv\.l\d|cas_offset_conv\d)\.", r"\1.conv."),
    (r"pcd_align\.", "pcd_alignment."),
    (r"(feat_fusion|spatial_attn([1-4]|_l[123]|_add1))\.", r"\1.conv."),
]
MM_ENLARGING = [(r"upconv([12])\.", r"upsample\1.upsample_conv.")]
MM_RECURRENT = [
    *mmagic_spynet("spynet."),
    (r"(back|for)ward_trunk\.", r"\1ward_resblocks."),
    *MM_ENLARGING,
]
BASICVSR: dict[str, Any] = {"channels": 8, "blocks": 2, "flow_channels": 4}


@pytest.mark.parametrize("source", ["BasicSR", "mmagic"])
@pytest.mark.parametrize("name", ["basicvsr", "iconvsr"])
def test_basicvsr_and_iconvsr(tmp_path: Path, name: str, source: str) -> None:
    extra = {"frames": 7, "groups": 2} if name == "iconvsr" else {}
    module = unlike_fresh(REGISTRY[name].build(**BASICVSR, **extra)).eval()
    state = {**module.state_dict(), **buffers("spynet.")}
    content: dict[str, Any] = {"params": state}
    if source == "mmagic":
        state = {**renamed(module, *MM_RECURRENT, *MM_WINDOW), **buffers("spynet.")}
        content = {"state_dict": {f"generator.{key}": value for key, value in state.items()}}
    path = tmp_path / "video.pth"
    torch.save(content, path)
    found = describe(path)
    assert {key: found.options[key] for key in (*BASICVSR, *extra)} == {**BASICVSR, **extra}
    assert_same_network(path, module, torch.rand(1, 3, 3, 16, 12))


@pytest.mark.parametrize("source", ["BasicSR", "mmagic"])
@pytest.mark.parametrize("attention", [True, False])
def test_edvr(tmp_path: Path, source: str, attention: bool) -> None:
    options = {"channels": 8, "blocks": 3, "frames": 7, "groups": 4, "attention": attention}
    module = unlike_fresh(REGISTRY["edvr-m"].build(**options)).eval()
    rules = [*MM_WINDOW, *MM_ENLARGING] if source == "mmagic" else []
    path = tmp_path / "edvr.pth"
    torch.save({"params": renamed(module, *rules)}, path)
    found = describe(path)
    assert {key: found.options[key] for key in options} == options
    assert_same_network(path, module, torch.rand(1, 7, 3, 12, 8))


def test_published_sizes_are_recognised_by_name(tmp_path: Path) -> None:
    for name in ("basicvsr", "edvr-m"):
        network = REGISTRY[name]
        module = network.build(**network.defaults)
        torch.save({"params_ema": module.state_dict()}, tmp_path / "video.pth")
        assert describe(tmp_path / "video.pth").network == name
