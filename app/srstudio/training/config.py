"""What a training run is made of, and the recipes that are known to work."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from srstudio.core.errors import UsageError

Positive = Annotated[int, Meta(ge=1)]
LossName = Literal["l1", "mse", "charbonnier"]
ScheduleName = Literal["constant", "cosine", "halving"]
OptimiserName = Literal["adam", "soap"]


class TrainConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training run.

    Attributes:
        network: Name in the registry.
        scale: Factor to learn.
        iterations: Optimiser steps.
        batch: Patches a step.
        patch: Side of a low-resolution patch, in pixels.
        optimiser: `adam`, or `soap` for networks of narrow layers.
        lr: Learning rate at the start.
        lr_last_layer: Factor on `lr` for the layer that enlarges (FSRCNN's paper: 0.1).
        schedule: How `lr` falls: `constant`, `cosine` to a thousandth, or `halving` five times.
        loss: On luma or RGB in [0, 1].
        ema: Decay of the moving average of the weights that is validated and saved; 0: none.
        amp: Automatic mixed precision.
        seed: Of weights, patches and augmentation.
        validate_every: Steps between two validations and checkpoints.
        start_from: Weight file to start from; layers of another shape start fresh.
    """

    network: str
    scale: Annotated[int, Meta(ge=2, le=8)] = 2
    iterations: Positive = 50_000
    batch: Positive = 16
    patch: Annotated[int, Meta(ge=8)] = 32
    optimiser: OptimiserName = "adam"
    lr: Annotated[float, Meta(gt=0)] = 1e-3
    lr_last_layer: Annotated[float, Meta(gt=0)] = 1.0
    schedule: ScheduleName = "cosine"
    loss: LossName = "l1"
    ema: Annotated[float, Meta(ge=0, lt=1)] = 0.999
    amp: bool = False
    seed: int = 1
    validate_every: Positive = 1_000
    start_from: str = ""


RECIPES = {
    "fsrcnn": TrainConfig(network="fsrcnn", optimiser="soap", lr=4e-3, loss="mse"),
}


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
    values: dict[str, Any] = msgspec.to_builtins(RECIPES[name])
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(
                f"{assignment!r} is not of the form key=value", "write --set key=value"
            )
        values[key] = value
    try:
        return msgspec.convert(values, TrainConfig, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(TrainConfig.__struct_fields__)
        raise UsageError(f"the recipe cannot be set so: {error}", f"keys are {known}") from None
