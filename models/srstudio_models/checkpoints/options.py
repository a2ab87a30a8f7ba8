"""Which of the registered networks constructor options stand for."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from srstudio_models.registry import REGISTRY


def closest(networks: Sequence[str], options: Mapping[str, Any]) -> str:
    """Of networks that one class builds, the one whose published options differ least."""
    defaults = _defaults(networks[0], options)

    def distance(network: str) -> int:
        usual = {**defaults, **REGISTRY[network].defaults}
        return sum(usual.get(key) != value for key, value in options.items())

    return min(networks, key=distance)


def same(network: str, options: Mapping[str, Any], other: str, others: Mapping[str, Any]) -> bool:
    """Whether two networks with their options are one: the weights of each fit into the other."""
    if network != other:
        return False
    usual = {**_defaults(network, options), **REGISTRY[network].defaults}
    return {**usual, **options} == {**usual, **others}


def _defaults(network: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the constructor takes for the options that are not given."""
    with torch.device("meta"):  # needs no memory and no random numbers
        module = REGISTRY[network].build(**options)
    parameters = inspect.signature(type(module)).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
