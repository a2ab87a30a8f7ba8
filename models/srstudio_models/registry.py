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


USUAL_SCALES = (2, 3, 4)


def _beyond_bicubic(radius: int) -> int:
    """LR pixels that `radius` HR pixels on the bicubically enlarged picture reach, at x2."""
    return radius // 2 + 2


def _build_srcnn(**options: Any) -> nn.Module:
    from srstudio_models.archs.srcnn import SRCNN

    return SRCNN(**options)


def _describe_srcnn(middle: int = 5) -> Descriptor:
    radius = _beyond_bicubic(4 + middle // 2 + 2)
    return Descriptor(scales=USUAL_SCALES, colour="luma", receptive_radius=radius)


def _build_espcn(**options: Any) -> nn.Module:
    from srstudio_models.archs.espcn import ESPCN

    return ESPCN(**options)


def _describe_espcn(scale: int) -> Descriptor:
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=2 + 1 + 1)


def _build_vdsr(**options: Any) -> nn.Module:
    from srstudio_models.archs.vdsr import VDSR

    return VDSR(**options)


def _describe_vdsr(depth: int = 20, **_: Any) -> Descriptor:
    radius = _beyond_bicubic(depth)
    return Descriptor(scales=USUAL_SCALES, colour="luma", receptive_radius=radius)


def _build_srresnet(**options: Any) -> nn.Module:
    from srstudio_models.archs.srresnet import SRResNet

    return SRResNet(**options)


def _describe_srresnet(scale: int = 4, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 4 + 2 * blocks + 1 + _enlargement_reach(scale, 4)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _build_edsr(**options: Any) -> nn.Module:
    from srstudio_models.archs.edsr import EDSR

    return EDSR(**options)


def _describe_edsr(scale: int, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 1 + 2 * blocks + 1 + _enlargement_reach(scale, 1)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _build_mdsr(**options: Any) -> nn.Module:
    from srstudio_models.archs.edsr import MDSR

    return MDSR(**options)


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
        Network("raw", "Raw", _build_resample, _describe_resample, trainable=False),
        Network(
            "fsrcnn", "FSRCNN", _build_fsrcnn, _describe_fsrcnn, defaults={"d": 56, "s": 12, "m": 4}
        ),
        Network("srcnn", "SRCNN", _build_srcnn, _describe_srcnn),
        Network("espcn", "ESPCN", _build_espcn, _describe_espcn),
        Network("vdsr", "VDSR", _build_vdsr, _describe_vdsr),
        Network("srresnet", "SRResNet", _build_srresnet, _describe_srresnet),
        Network("edsr", "EDSR", _build_edsr, _describe_edsr),
        Network("mdsr", "MDSR", _build_mdsr, _describe_mdsr),
    ]
)
