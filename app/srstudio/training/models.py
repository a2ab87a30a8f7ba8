"""From the words of a configuration to models: what is trained, and what runs before it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig
from srstudio_models import REGISTRY, ModelSpec, Network, read_catalog
from srstudio_models.network import Options
from srstudio_models.spec import Descriptor, scales_text

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")


def spec_of(config: TrainConfig) -> ModelSpec:
    """The spec of the network that a configuration trains.

    Raises:
        UsageError: if there is no such network, or it cannot be trained so.
    """
    if config.network not in REGISTRY or not REGISTRY[config.network].trainable:
        known = ", ".join(network.name for network in REGISTRY if network.trainable)
        raise UsageError(f"there is no network {config.network!r} to train", f"there are {known}")
    network = REGISTRY[config.network]
    scales = (1,) if config.first else config.scales
    options = _options(network, config, scales)
    descriptor = _fits(network, network.describe, options)
    _check(network.title, descriptor, config, scales)
    suffix = f"-x{config.scales[0]}" if len(config.scales) == 1 else ""
    return ModelSpec(
        id=f"{network.name}{suffix}",
        network=network.name,
        title=f"{network.title} {scales_text(config.scales)}",
        # One that could make several scales is good at those that it learns.
        descriptor=replace(descriptor, scales=tuple(sorted(set(scales)))),
        options=options,
        training=in_words(config),
        degradation=config.degradation,
    )


def fresh(spec: ModelSpec) -> nn.Module:
    """The network of a spec with fresh weights.

    Raises:
        UsageError: if it cannot be built with its options.
    """
    network = REGISTRY[spec.network]
    return _fits(network, network.build, spec.options)


def in_words(config: TrainConfig) -> str:
    """The recipe in a sentence, as a weight file keeps it."""
    after = f" after {config.first}" if config.first else ""
    made = f" ({config.degradation})" if config.degradation != "bicubic" else ""
    return (
        f"{config.iterations} iterations of {config.batch} patches {config.patch}x{config.patch}"
        f"{after}, {scales_text(config.scales)}{made}, {config.loss}, "
        f"{config.optimiser} {config.lr:g}, {config.schedule}"
    )


def find_model(name: str, scale: int | None = None) -> ModelSpec:
    """The model with weights that a name or the path of a weight file stands for.

    Raises:
        UsageError: if there is none of that name.
        ModelFileError: if the file cannot be used.
    """
    if name.endswith(".safetensors"):
        from srstudio_models.loader import describe

        return describe(Path(name))
    try:
        return read_catalog().find(name, scale)
    except LookupError as error:
        raise UsageError(str(error), "`srstudio models` lists them") from None


def first_of(config: TrainConfig) -> ModelSpec | None:
    """The model that runs before the one that is trained, None where there is none.

    Raises:
        UsageError: if it does not fit.
    """
    if not config.first:
        return None
    spec = find_model(config.first, config.scales[0])
    plain = not spec.stages and not spec.ensemble and spec.descriptor.frames == "single"
    if not plain or spec.scales != config.scales:
        raise UsageError(
            f"{spec.title} cannot be step 1 at x{config.scales[0]}",
            "choose a network for single pictures and for that scale alone",
        )
    return spec


def _options(network: Network, config: TrainConfig, scales: tuple[int, ...]) -> Options:
    """Constructor options; a network that is made for one scale takes it as one of them."""
    options = {**network.defaults, **config.options}
    if "scale" in inspect.signature(network.describe).parameters:
        options["scale"] = scales[0]
    return options


def _fits(network: Network, make: Callable[..., T], options: Options) -> T:
    """What `make` gives for the options; those that do not fit are named."""
    try:
        return make(**options)
    except (TypeError, KeyError, ValueError) as error:
        given = ", ".join(f"{key}={value}" for key, value in options.items())
        reason = "" if isinstance(error, KeyError) else f" ({error})"
        raise UsageError(
            f"{network.title} cannot be built with {given}{reason}", "change scales or options"
        ) from None


def _check(
    title: str, descriptor: Descriptor, config: TrainConfig, scales: tuple[int, ...]
) -> None:
    if len(config.scales) > 1 and not descriptor.takes_scale:
        raise UsageError(f"{title} is trained for one scale at a time", "set scales to one factor")
    if not set(scales) <= set(descriptor.scales):
        raise UsageError(
            f"{title} makes {scales_text(descriptor.scales)}, not {scales_text(scales)}",
            "set scales to a factor that it makes",
        )
    if descriptor.tiling == "fixed" and config.patch != descriptor.side:
        raise UsageError(
            f"{title} takes patches of {descriptor.side} pixels, not {config.patch}",
            f"set patch={descriptor.side}",
        )
