"""Every network by its published counts, and by what its descriptor promises."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from srstudio_models import REGISTRY, ModelSpec
from srstudio_models.loader import build, count_parameters

# Source: the papers and the authors' repositories; biases and activations included.
PARAMETERS: list[tuple[str, dict[str, Any], int]] = [
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
]
# Small ones of the same structure, quick enough to look into.
SMALL: list[tuple[str, dict[str, Any]]] = [
    ("srcnn", {"middle": 1}),
    ("srcnn", {"middle": 5}),
    ("espcn", {"scale": 2}),
    ("espcn", {"scale": 3}),
    ("espcn", {"scale": 4}),
    ("vdsr", {"depth": 5, "channels": 4}),
    ("vdsr", {"depth": 6, "channels": 4}),
    ("srresnet", {"scale": 2, "blocks": 2, "channels": 4}),
    ("srresnet", {"scale": 4, "blocks": 1, "channels": 4}),
    ("edsr", {"scale": 2, "blocks": 2, "channels": 4}),
    ("edsr", {"scale": 3, "blocks": 1, "channels": 4}),
    ("edsr", {"scale": 4, "blocks": 2, "channels": 4}),
    ("mdsr", {"blocks": 2, "channels": 4}),
]


def spec_of(name: str, options: dict[str, Any]) -> ModelSpec:
    return ModelSpec(name, name, name, REGISTRY[name].describe(**options), options)


def names(value: object) -> str | None:
    if isinstance(value, dict):
        return "-".join(f"{key}{item}" for key, item in value.items()) or "default"
    return None


@pytest.mark.parametrize(("name", "options", "count"), PARAMETERS, ids=names)
def test_the_published_number_of_parameters(name: str, options: dict[str, Any], count: int) -> None:
    with torch.device("meta"):  # counts need no memory
        module = REGISTRY[name].build(**{**REGISTRY[name].defaults, **options})
    assert count_parameters(module) == count


@pytest.mark.parametrize(("name", "options"), SMALL, ids=names)
def test_any_size_and_exactly_the_stated_receptive_radius(
    name: str, options: dict[str, Any]
) -> None:
    """Which inputs an output depends on, read off the gradient; weights that cancel nothing."""
    spec = spec_of(name, options)
    module = build(spec).eval().double()
    torch.manual_seed(1)
    for parameter in module.parameters():
        torch.nn.init.uniform_(parameter, 0.01, 0.02)
    channels = 1 if spec.descriptor.colour == "luma" else 3
    reaches = []
    for scale in spec.scales:
        assert run(spec, module, torch.rand(1, channels, 5, 7).double(), scale).shape[-2:] == (
            5 * scale,
            7 * scale,
        )
        reaches.append(reach(spec, module, channels, scale))
    assert max(reaches) == spec.descriptor.receptive_radius


def run(spec: ModelSpec, module: torch.nn.Module, x: torch.Tensor, scale: int) -> torch.Tensor:
    y: torch.Tensor = module(x, scale) if spec.descriptor.multi_scale else module(x)
    return y


def reach(spec: ModelSpec, module: torch.nn.Module, channels: int, scale: int) -> int:
    centre = 30
    x = torch.full((1, channels, 61, 61), 0.9, dtype=torch.float64, requires_grad=True)
    y = run(spec, module, x, scale)
    block = slice(centre * scale, (centre + 1) * scale)
    (gradient,) = torch.autograd.grad(y[..., block, block].sum(), x)
    rows = gradient.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    return max(centre - int(rows.min()), int(rows.max()) - centre)
