"""What the background tells: immutable, and every job ends in exactly one terminal event."""

from __future__ import annotations

from dataclasses import dataclass

from srstudio.compare.slice_line import SliceLine
from srstudio.core.frame import Frame, Pixels
from srstudio.core.regions import Region
from srstudio.jobs.curves import FrameFigures
from srstudio.metrics.functional import Map
from srstudio.metrics.report import MapKind, Measurement


@dataclass(frozen=True, slots=True)
class TileReady:
    """A part of a model's picture is there.

    Attributes:
        picture: Key of the opened picture, from the request.
        model: Id of the model.
        region: Where the part lies, in output pixels.
        pixels: `height x width x 3` RGB `uint8`, its own memory.
    """

    number: int
    picture: str
    model: str
    region: Region
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class PictureReady:
    """A model's picture is complete.

    Attributes:
        frame: The whole result, quantised to the depth of the input, alpha beside it.
        seconds: Time the model took, over all its tiles.
        notes: Sentences worth showing ("half precision gave NaN; recomputed in float32").
    """

    number: int
    picture: str
    model: str
    frame: Frame
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far the job is.

    Attributes:
        stage: What is happening.
        fraction: 0 to 1.
        speed: What is done a second, with its unit ("3.1 Mpx/s"); empty while unknown.
        remaining: Seconds left, None while unknown.
    """

    number: int
    stage: str
    fraction: float
    speed: str
    remaining: float | None


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """One model gave no picture; the job goes on with the next."""

    number: int
    picture: str
    model: str
    cause: str
    advice: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One source of a `MeasureRequest` is measured."""

    number: int
    source: str
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class MapReady:
    """A map is computed.

    Attributes:
        source: Key of the picture, from the request.
        kind: What the values are.
        values: `height x width`; SSIM at most 1, differences on the 0..255 scale.
    """

    number: int
    source: str
    kind: MapKind
    values: Map


@dataclass(frozen=True, slots=True)
class FrameComputed:
    """A model's frame of a clip is computed.

    Attributes:
        clip: Key of the footage, from the request.
        model: Id of the model.
        index: Number of the frame.
        frame: The whole result, with its time.
        seconds: Time the model took.
        notes: Sentences worth showing.
    """

    number: int
    clip: str
    model: str
    index: int
    frame: Frame
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairRead:
    """A frame of a clip is read, with its ground truth.

    Attributes:
        clip: Key of the footage, from the request.
        index: Number of the frame.
        low: The low-resolution frame.
        truth: Its ground truth; None where there is none.
        warnings: What is wrong with the files, a sentence each, as far as they were read.
    """

    number: int
    clip: str
    index: int
    low: Frame
    truth: Frame | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameDrawn:
    """A computed frame of a clip was passed on to be drawn.

    Attributes:
        clip: Key of the footage, from the request.
        source: The source.
        index: Number of the frame.
        frame: The frame.
    """

    number: int
    clip: str
    source: str
    index: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class FrameMeasured:
    """A frame of a clip is measured.

    Attributes:
        clip: Key of the footage, from the request.
        source: The source.
        figures: What was measured.
        is_whole: Whether the frame before was at hand, or there is none.
    """

    number: int
    clip: str
    source: str
    figures: FrameFigures
    is_whole: bool


@dataclass(frozen=True, slots=True)
class LineCut:
    """A line is cut out of a frame of a clip.

    Attributes:
        line: Where, from the request.
        source: The source.
        index: Number of the frame.
        pixels: `length x 3` RGB `uint8`, its own memory.
    """

    number: int
    line: SliceLine
    source: str
    index: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: everything that was asked for is done."""

    number: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: the job could not go on."""

    number: int
    cause: str
    advice: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Terminal: the job was cancelled, or a newer request took its place."""

    number: int


Terminal = Finished | Failed | Stopped
ClipEvent = FrameComputed | PairRead | FrameDrawn | FrameMeasured | LineCut
Event = (
    TileReady | PictureReady | Progressed | ModelFailed | Measured | MapReady | ClipEvent | Terminal
)
