"""What a model says of itself, readable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Colour = Literal["rgb", "luma"]
FrameWindow = Literal["single", "sliding", "recurrent"]


class ModelFileError(Exception):
    """A weight file cannot be used.

    Args:
        cause: What is wrong with it, naming the file.
        advice: What to do about it.
    """

    def __init__(self, cause: str, advice: str) -> None:
        super().__init__(f"{cause}; {advice}.")
        self.cause = cause
        self.advice = advice


def scales_text(scales: tuple[int, ...]) -> str:
    """The factors as a person reads them: `x2, x3, x4`, or `x1 to x64` for a long range."""
    if len(scales) > 4 and scales == tuple(range(scales[0], scales[-1] + 1)):
        return f"x{scales[0]} to x{scales[-1]}"
    return ", ".join(f"x{scale}" for scale in scales)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """How the engine may feed a network; the same for every weight file of it.

    Attributes:
        scales: Integer factors the network can produce.
        colour: `rgb`: (N, 3, H, W); `luma`: (N, 1, H, W), BT.601 studio-range Y in [0, 1], the
            chroma is enlarged bicubically beside it.
        frames: `single` pictures, a `sliding` window, or `recurrent` over a clip.
        window: Frames seen at once by a sliding network; 1 for the others.
        size_multiple: Input height and width must be multiples of this (1: any size).
        receptive_radius: Input pixels on each side that can influence an output pixel.
        half_safe: Whether float16 or bfloat16 gives a usable picture.
        tileable: Whether a picture may be cut into overlapping tiles.
    """

    scales: tuple[int, ...]
    colour: Colour = "rgb"
    frames: FrameWindow = "single"
    window: int = 1
    size_multiple: int = 1
    receptive_radius: int = 0
    half_safe: bool = True
    tileable: bool = True

    @property
    def multi_scale(self) -> bool:
        """Whether one network serves several scales: then its forward takes `(x, scale)`."""
        return len(self.scales) > 1


@dataclass(frozen=True, slots=True)
class Quality:
    """A measured quality: mean PSNR in dB and SSIM over one test set at one scale.

    The protocol is the published one: Y channel, crop = scale, 11x11 Gaussian window.
    """

    dataset: str
    scale: int
    psnr: float
    ssim: float


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that can be chosen by its id: a network with (or without need of) weights.

    Attributes:
        id: `network-x<scale>[-variant]`, or `network[-variant]` where one file serves all scales.
        network: Name in the registry.
        title: What a person reads ("FSRCNN x2").
        descriptor: How the engine may feed it.
        options: Keyword arguments of the network's constructor.
        parameters: Trainable parameters.
        file: Name of the weight file in `weights/`, None where the network has no weights.
        sha256: Checksum of that file, in hex.
        licence: SPDX expression of the weights.
        training: Data, recipe and iterations, in a sentence.
        quality: Measured quality.
    """

    id: str
    network: str
    title: str
    descriptor: Descriptor
    options: Mapping[str, int | float | str | bool] = field(default_factory=dict)
    parameters: int = 0
    file: str | None = None
    sha256: str | None = None
    licence: str = "Apache-2.0"
    training: str = ""
    quality: tuple[Quality, ...] = ()

    @property
    def scales(self) -> tuple[int, ...]:
        """Integer factors this model can produce."""
        return self.descriptor.scales
