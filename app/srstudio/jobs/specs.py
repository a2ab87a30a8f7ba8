"""What can be asked of the background: immutable requests, safe to hand to another thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Literal

from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import MapKind
from srstudio_models import ModelSpec

Precision = Literal["exact", "fast"]
Device = str  # "auto", "cpu", "cuda:0", "mps"

_numbers = count(1)


def next_number() -> int:
    """A number no other request of this process has."""
    return next(_numbers)


@dataclass(frozen=True, slots=True)
class ViewportRequest:
    """Super-resolve one picture with several models, the visible part first.

    Attributes:
        picture: Key of the opened picture: results computed for it stay valid as long as it
            is the same (the key changes with every picture opened).
        frame: The low-resolution picture.
        models: What to run, in the order in which the panes show them.
        scale: Integer factor.
        visible: The visible part of `frame`, in its own pixels.
        device: Where to run.
        precision: `exact` float32, `fast` half precision where the model allows.
        number: Sets requests apart; the newest is the one that counts.
    """

    picture: str
    frame: Frame
    models: tuple[ModelSpec, ...]
    scale: int
    visible: Region
    device: Device = "auto"
    precision: Precision = "exact"
    number: int = 0


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Measure pictures against the ground truth: whole, and in a region.

    Attributes:
        sources: Key and picture of each source, all of the size of `truth`.
        truth: The ground truth.
        protocol: Channel, crop and window.
        region: In ground-truth pixels; None for the whole picture.
        number: Sets requests apart.
    """

    sources: tuple[tuple[str, Frame], ...]
    truth: Frame
    protocol: Protocol
    region: Region | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class MapRequest:
    """Compute the map of one picture against the ground truth.

    Attributes:
        source: Key of the picture.
        frame: The picture, of the size of `truth`.
        truth: The ground truth.
        kind: `ssim`, `absolute` or `signed` difference.
        protocol: Says the channel; a map is never cropped.
        number: Sets requests apart.
    """

    source: str
    frame: Frame
    truth: Frame
    kind: MapKind
    protocol: Protocol
    number: int = 0
