"""Recipes named after their source, each with a short variant that is good on a CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig, changed

SHORT = "-short"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A configuration that is known to work.

    Attributes:
        name: By which a person asks for it.
        line: What it is and where it comes from, in a line.
        config: The configuration.
        short: What its short variant changes.
    """

    name: str
    line: str
    config: TrainConfig
    short: dict[str, Any]


# SOAP learns per step about three times what Adam does, at nearly the cost of Adam where a layer
# is applied to many pixels; the cosine and the average bring a short run to rest.
_QUICK: dict[str, Any] = {
    "optimiser": "soap",
    "beta1": 0.95,
    "beta2": 0.95,
    "schedule": "cosine",
    "ema": 0.999,
    "iterations": 8_000,
    "lr": 1e-3,
    "validate_every": 500,
    "validate_side": 384,
    "log_every": 20,
}
_QUICK_CLIP: dict[str, Any] = {**_QUICK, "batch": 4, "iterations": 4_000, "validate_every": 250}

_EDSR = TrainConfig(
    network="edsr-baseline",
    patch=48,
    batch=16,
    iterations=300_000,
    lr=1e-4,
    schedule="step",
    decay_every=200_000,
    loss="l1",
    ema=0.0,
)
_MDSR = replace(_EDSR, network="mdsr-baseline", scales=(2, 3, 4), iterations=650_000)
_FSRCNN = TrainConfig(
    network="fsrcnn", optimiser="soap", beta1=0.95, beta2=0.95, lr=4e-3, loss="mse", amp="off"
)
_EARLY = replace(_FSRCNN, optimiser="adam", beta1=0.9, beta2=0.999, lr=1e-3, schedule="step")
_REFINING = TrainConfig(
    network="delta",
    first="fsrcnn",
    scales=(4,),
    patch=24,
    batch=16,
    iterations=100_000,
    lr=1e-3,
    loss="mse",
)
_CLIPS = TrainConfig(
    network="basicvsr",
    scales=(4,),
    patch=64,
    batch=8,
    frames=15,
    iterations=300_000,
    beta2=0.99,
    lr=2e-4,
    lr_end=5e-4,
    loss="charbonnier",
    charbonnier_eps=1e-6,
)

_ALL = [
    Recipe(
        "edsr",
        "EDSR baseline as its authors trained it (network=edsr: the full one)",
        _EDSR,
        _QUICK,
    ),
    Recipe(
        "edsr-x3-from-x2",
        "EDSR at x3 from the weights of x2, as its authors did for x3 and x4 (scale=4)",
        replace(_EDSR, scales=(3,), start_from="edsr-baseline-x2"),
        {**_QUICK, "iterations": 4_000},
    ),
    Recipe(
        "mdsr",
        "MDSR baseline: one network, one of x2, x3, x4 a batch (network=mdsr: the full one)",
        _MDSR,
        {**_QUICK, "batch": 8},
    ),
    Recipe("sharpienet", "SharpieNet: the EDSR baseline with the L1 loss", _EDSR, _QUICK),
    Recipe(
        "sharpienet-l2",
        "SharpieNet with the L2 loss, to be compared with it",
        replace(_EDSR, loss="mse"),
        _QUICK,
    ),
    Recipe(
        "srcnn",
        "SRCNN 9-5-5 on bicubically enlarged luma, with the L2 loss",
        replace(
            _EARLY, network="srcnn", patch=16, lr=1e-4, schedule="constant", iterations=500_000
        ),
        {**_QUICK, "lr": 2e-3},
    ),
    Recipe(
        "fsrcnn",
        "FSRCNN with the L2 loss, by SOAP, which reaches the paper's quality in minutes",
        _FSRCNN,
        {"iterations": 8_000, "validate_every": 500, "validate_side": 384},
    ),
    Recipe(
        "espcn",
        "ESPCN with the L2 loss",
        replace(_EARLY, network="espcn", patch=17, iterations=200_000, decay_every=50_000),
        {**_QUICK, "lr": 3e-3, "patch": 32},
    ),
    Recipe(
        "vdsr",
        "VDSR: one network for x2, x3 and x4; Adam instead of momentum, clipped gradients",
        replace(
            _EARLY,
            network="vdsr",
            scales=(2, 3, 4),
            patch=20,
            batch=64,
            lr=1e-4,
            clip=0.4,
            iterations=80_000,
            decay_every=20_000,
            amp="auto",
        ),
        {**_QUICK, "batch": 16},
    ),
    Recipe(
        "srresnet",
        "SRResNet at x4 with the L2 loss, as in the SRGAN paper",
        replace(
            _EDSR,
            network="srresnet",
            scales=(4,),
            patch=24,
            loss="mse",
            schedule="constant",
            iterations=1_000_000,
        ),
        _QUICK,
    ),
    Recipe(
        "previous",
        "Previous, step 2: the 3D network on frames that FSRCNN has super-resolved",
        replace(_REFINING, network="previous"),
        _QUICK_CLIP,
    ),
    Recipe(
        "delta",
        "Delta on frames that FSRCNN has super-resolved",
        _REFINING,
        _QUICK_CLIP,
    ),
    Recipe(
        "5-parallel",
        "5-parallel on frames that FSRCNN has super-resolved",
        replace(_REFINING, network="5-parallel"),
        _QUICK_CLIP,
    ),
    Recipe(
        "flow-2d3d",
        "2D, optical flow and 2D3D: FSRCNN frames, aligned, refined; the flow learns slowly",
        replace(_REFINING, network="flow-2d3d", lr_flow=0.125, freeze_flow=5_000),
        {**_QUICK_CLIP, "freeze_flow": 200},
    ),
    Recipe(
        "vsrt",
        "VSR-Transformer: Charbonnier loss on all frames, four cosines of 300,000 steps",
        replace(
            _CLIPS,
            network="vsrt",
            batch=32,
            iterations=1_200_000,
            schedule="restarts",
            restarts=(300_000,) * 4,
            restart_weights=(1.0, 0.5, 0.5, 0.5),
            ema=0.0,
        ),
        {**_QUICK_CLIP, "network": "vsrt-small", "patch": 40, "batch": 2},
    ),
    Recipe(
        "basicvsr",
        "BasicVSR: the flow learns at an eighth of the rate, not in the first 5,000 steps",
        replace(_CLIPS, lr_flow=0.125, freeze_flow=5_000),
        {
            **_QUICK_CLIP,
            "options": {"channels": 32, "blocks": 5},
            "frames": 5,
            "patch": 32,
            "batch": 2,
            "freeze_flow": 200,
        },
    ),
]

RECIPES: dict[str, Recipe] = {}
for _recipe in _ALL:
    _small = replace(_recipe.config, **_recipe.short)
    RECIPES[_recipe.name] = _recipe
    _name = f"{_recipe.name}{SHORT}"
    RECIPES[_name] = Recipe(_name, f"{_recipe.line}; short, for a CPU", _small, {})


def recipe(name: str, assignments: list[str]) -> TrainConfig:
    """A recipe with some of its values replaced.

    Args:
        name: Name of the recipe.
        assignments: `key=value` each.

    Raises:
        UsageError: if the recipe, a key or a value does not fit.
    """
    if name not in RECIPES:
        raise UsageError(f"there is no recipe {name!r}", f"choose from {', '.join(RECIPES)}")
    return changed(RECIPES[name].config, assignments)
