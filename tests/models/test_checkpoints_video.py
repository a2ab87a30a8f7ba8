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
