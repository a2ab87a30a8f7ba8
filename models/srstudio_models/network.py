"""What the registry knows of an architecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from srstudio_models.spec import Descriptor

if TYPE_CHECKING:
    from torch import nn

Options = Mapping[str, int | float | str | bool]
USUAL_SCALES = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Network:
    """An architecture in one of its published sizes.

    Attributes:
        name: Lower-case name, the first part of a model id.
        title: The name as its authors write it.
        build: Makes the module from constructor options; imports torch when called.
        describe: The descriptor for the same options.
        defaults: Constructor options where a catalogue row or recipe gives none.
        trainable: Whether there are weights to train.
    """

    name: str
    title: str
    build: Callable[..., nn.Module]
    describe: Callable[..., Descriptor]
    defaults: Options = field(default_factory=dict)
    trainable: bool = True


def arch(module: str, name: str) -> Callable[..., nn.Module]:
    """The constructor of a class in `archs`, which is imported (and torch with it) when called."""

    def build(**options: Any) -> nn.Module:
        network: nn.Module = getattr(import_module(f"srstudio_models.archs.{module}"), name)(
            **options
        )
        return network

    return build
