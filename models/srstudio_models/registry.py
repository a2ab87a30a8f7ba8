"""Every network of SR Studio, listed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
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


def _arch(module: str, name: str) -> Callable[..., nn.Module]:
    """The constructor of a class in `archs`, which is imported (and torch with it) when called."""

    def build(**options: Any) -> nn.Module:
        network: nn.Module = getattr(import_module(f"srstudio_models.archs.{module}"), name)(
            **options
        )
        return network

    return build


def _describe_fsrcnn(scale: int, m: int = 4, **_: Any) -> Descriptor:
    # 5x5 and m times 3x3, then the 9x9 transposed convolution: it reaches 4 output pixels to
    # each side of the scale x scale block that an input pixel stands for.
    radius = 2 + m + (4 + scale - 1) // scale
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=radius)


USUAL_SCALES = (2, 3, 4)


def _beyond_bicubic(radius: int) -> int:
    """LR pixels that `radius` HR pixels on the bicubically enlarged picture reach, at x2."""
    return radius // 2 + 2


def _describe_srcnn(middle: int = 5) -> Descriptor:
    radius = _beyond_bicubic(4 + middle // 2 + 2)
    return Descriptor(scales=USUAL_SCALES, colour="luma", receptive_radius=radius)


def _describe_espcn(scale: int) -> Descriptor:
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=2 + 1 + 1)


def _describe_vdsr(depth: int = 20, **_: Any) -> Descriptor:
    radius = _beyond_bicubic(depth)
    return Descriptor(scales=USUAL_SCALES, colour="luma", receptive_radius=radius)


def _describe_srresnet(scale: int = 4, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 4 + 2 * blocks + 1 + _enlargement_reach(scale, 4)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _describe_edsr(scale: int, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 1 + 2 * blocks + 1 + _enlargement_reach(scale, 1)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _describe_mdsr(blocks: int = 16, **_: Any) -> Descriptor:
    radius = 1 + 8 + 2 * blocks + 1 + max(_enlargement_reach(s, 1) for s in USUAL_SCALES)
    return Descriptor(scales=USUAL_SCALES, receptive_radius=radius)


def _enlargement_reach(scale: int, tail: int) -> int:
    """Input pixels that 3x3 sub-pixel convolutions and a last one of radius `tail` reach.

    x4 is two steps of x2: the second sees a pixel more, on the grid between.
    """
    if scale == 4:
        return 1 + (1 + (tail + 1) // 2 + 1) // 2
    return 1 + (tail + scale - 1) // scale


ANY_SCALE = tuple(range(1, 65))
_KERNEL_RADIUS = {"nearest": 0, "bicubic": 2, "lanczos": 3}


def _describe_resample(kernel: str) -> Descriptor:
    return Descriptor(scales=ANY_SCALE, receptive_radius=_KERNEL_RADIUS[kernel], half_safe=False)


REGISTRY = Registry(
    [
        Network("raw", "Raw", _arch("raw", "Resample"), _describe_resample, trainable=False),
        Network(
            "fsrcnn",
            "FSRCNN",
            _arch("fsrcnn", "FSRCNN"),
            _describe_fsrcnn,
            defaults={"d": 56, "s": 12, "m": 4},
        ),
        Network("srcnn", "SRCNN", _arch("srcnn", "SRCNN"), _describe_srcnn),
        Network("espcn", "ESPCN", _arch("espcn", "ESPCN"), _describe_espcn),
        Network("vdsr", "VDSR", _arch("vdsr", "VDSR"), _describe_vdsr),
        Network("srresnet", "SRResNet", _arch("srresnet", "SRResNet"), _describe_srresnet),
        Network("edsr", "EDSR", _arch("edsr", "EDSR"), _describe_edsr),
        Network("mdsr", "MDSR", _arch("edsr", "MDSR"), _describe_mdsr),
    ]
)
