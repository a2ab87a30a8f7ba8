"""Every network of SR Studio, listed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srstudio_models.spec import Descriptor

if TYPE_CHECKING:
    from torch import nn

Options = Mapping[str, int | float | str | bool]


@dataclass(frozen=True, slots=True)
class Network:
    """An architecture.

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


class Registry:
    """Networks by name; a name can be given only once."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks: dict[str, Network] = {}
        for network in networks:
            if network.name in self._networks:
                raise ValueError(f"the network {network.name!r} is registered twice")
            self._networks[network.name] = network

    def __iter__(self) -> Iterator[Network]:
        return iter(self._networks.values())

    def __contains__(self, name: object) -> bool:
        return name in self._networks

    def __getitem__(self, name: str) -> Network:
        """The network of that name.

        Raises:
            KeyError: naming the networks that exist.
        """
        try:
            return self._networks[name]
        except KeyError:
            known = ", ".join(self._networks)
            raise KeyError(f"there is no network {name!r}; there are {known}") from None


def _build_fsrcnn(**options: Any) -> nn.Module:
    from srstudio_models.archs.fsrcnn import FSRCNN

    return FSRCNN(**options)


def _describe_fsrcnn(scale: int, m: int = 4, **_: Any) -> Descriptor:
    # 5x5 and m times 3x3, then the 9x9 transposed convolution: it reaches 4 output pixels to
    # each side of the scale x scale block that an input pixel stands for.
    radius = 2 + m + (4 + scale - 1) // scale
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=radius)


def _build_resample(**options: Any) -> nn.Module:
    from srstudio_models.archs.raw import Resample

    return Resample(**options)


ANY_SCALE = tuple(range(1, 65))
_KERNEL_RADIUS = {"nearest": 0, "bicubic": 2, "lanczos": 3}


def _describe_resample(kernel: str) -> Descriptor:
    return Descriptor(scales=ANY_SCALE, receptive_radius=_KERNEL_RADIUS[kernel], half_safe=False)


REGISTRY = Registry(
    [
        Network("raw", "Raw", _build_resample, _describe_resample, trainable=False),
        Network(
            "fsrcnn", "FSRCNN", _build_fsrcnn, _describe_fsrcnn, defaults={"d": 56, "s": 12, "m": 4}
        ),
    ]
)
