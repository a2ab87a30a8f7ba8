"""What a model says of itself, readable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Colour = Literal["rgb", "luma"]
FrameWindow = Literal["single", "sliding", "recurrent"]
Tiling = Literal["exact", "close", "fixed", "none"]
Edges = Literal["mirror", "circle"]


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
        takes_scale: Whether its forward takes `(x, scale)`: one network serves any of several.
        colour: `rgb`: (N, 3, H, W); `luma`: (N, 1, H, W), BT.601 studio-range Y in [0, 1], the
            chroma is enlarged bicubically beside it.
        frames: What a network is given and gives, without the batch:
            `single`: a picture (C, H, W), its picture back;
            `sliding`: `window` frames (T, C, H, W), the middle one back as (C, s H, s W);
            `recurrent`: a clip (T, C, H, W) of any length, all frames back, (T, C, s H, s W).
        window: Frames seen at once by a sliding network, odd; 1 for the others.
        edges: How a sliding window goes on where the clip ends, here for the first of 0 1 2 3 4:
            `mirror`: 2 1 0 1 2; `circle`: 4 3 0 1 2 (the window keeps five different frames).
        size_multiple: Input height and width must be multiples of this (1: any size).
        receptive_radius: Input pixels on each side that can influence an output pixel; where
            `tiling` is `close` or `fixed`, those that matter.
        half_safe: Whether float16 or bfloat16 gives a usable picture.
        tiling: Whether a picture may be cut into overlapping tiles: `exact`: tiles equal the
            whole; `close`: nearly, so only where the whole is too large; `fixed`: the network
            only takes squares of `side`; `none`: never.
        side: Of the square that a network of `fixed` tiling takes.
    """

    scales: tuple[int, ...]
    takes_scale: bool = False
    colour: Colour = "rgb"
    frames: FrameWindow = "single"
    window: int = 1
    edges: Edges = "mirror"
    size_multiple: int = 1
    receptive_radius: int = 0
    half_safe: bool = True
    tiling: Tiling = "exact"
    side: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """A measured quality: mean PSNR in dB and SSIM over one test set at one scale.

    The protocol is the published one: Y channel, 11x11 Gaussian window, crop = scale, of clips
    nothing cropped.
    """

    dataset: str
    scale: int
    psnr: float
    ssim: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One model of a chain.

    Attributes:
        spec: The model; not a chain itself.
        scale: Factor of this stage; a fraction is a resampling by the model `bicubic`.
    """

    spec: ModelSpec
    scale: int | Fraction


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that can be chosen by its id: a network with (or without need of) weights.

    Attributes:
        id: `network-x<scale>[-variant]`, or `network[-variant]` where one file serves all scales;
            a `+` at the end where it is the self-ensemble.
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
        accepts: Which files of others can be installed as its weights, in words.
        degradation: What made the low-resolution pictures that it learnt from; `bicubic`, or a kind
            nearer to pictures as they are met with (`photo`, `video`).
        suits: Which input it is meant for, in words.
        stages: Of a chain: models run one after the other on values in [0, 1], not rounded
            between. Empty for a model that stands for itself.
        ensemble: Whether the mean over the eight symmetries of the square is taken.
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
    accepts: str = ""
    degradation: str = "bicubic"
    suits: str = ""
    stages: tuple[Stage, ...] = ()
    ensemble: bool = False

    @property
    def scales(self) -> tuple[int, ...]:
        """Integer factors this model can produce."""
        return self.descriptor.scales

    @property
    def work(self) -> float:
        """Multiply-adds an input pixel costs, roughly: every parameter is used once a pixel."""
        if self.stages:
            return _chain_work(self.stages) * (8 if self.ensemble else 1)
        return float(self.parameters * self.descriptor.window * (8 if self.ensemble else 1))


def _chain_work(stages: tuple[Stage, ...]) -> float:
    work, grown = 0.0, Fraction(1)
    for stage in stages:
        work += stage.spec.work * float(grown * grown)
        grown *= stage.scale
    return work
