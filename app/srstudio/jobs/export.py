"""What an export is told: a clip, a model, and the file that is to come of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import msgspec

from srstudio.jobs.specs import Device, Precision
from srstudio.media.video.codecs import Chroma, Encoding
from srstudio.media.video.colour import Matrix

SEGMENT = 250  # frames: some ten seconds of film, which is what a power cut may cost


class ExportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an export needs; it never changes once the export is queued.

    Attributes:
        source: A video file, an animated picture, a folder of numbered pictures or a pattern of
            them.
        output: The file; its suffix decides the container. A name such as `shot_%05d.png` or
            `shot_%05d.tif` asks for numbered pictures, as does a folder (a name without suffix),
            and one that ends in `.gif` for an animated GIF.
        model: An id, a network or a weight file; `+` at the end asks for the self-ensemble.
        scale: Factor of the model; None for the smallest that reaches `size`.
        size: Width and height of the result, by bicubic from what the model made; None for
            `scale` times the source.
        codec: Name of a `VideoCodec`; of no matter for pictures and GIF.
        quality: As the scale of the codec says (of JPEG 1 to 100); None takes what is usual.
        preset: One of the codec's; None takes the usual one.
        bits: Of a sample; None for as many as the source has, where the codec can.
        chroma: How coarsely colour is stored; None takes what is usual.
        start: Number of the first frame.
        stop: Number of the frame before which it ends; None for the end of the clip.
        audio: Whether sound is copied.
        subtitles: Whether subtitles are copied.
        matrix: What the numbers of the source mean, where its tags are wrong.
        full_range: The same of their range.
        rate: Frames in a second of numbered pictures, such as "24000/1001"; empty for 25.
        device: Where the model runs.
        precision: `exact` float32, `fast` half precision where the model allows.
        overwrite: An existing file may be replaced.
        segment: Frames of a part that is written whole, and not lost any more.
        length: Frames that a recurrent network sees at once; None for what fits in memory when
            the export begins.
    """

    source: str
    output: str
    model: str = "raw"
    scale: int | None = None
    size: tuple[int, int] | None = None
    codec: str = "h264"
    quality: int | None = None
    preset: str | None = None
    bits: int | None = None
    chroma: Chroma | None = None
    start: int = 0
    stop: int | None = None
    audio: bool = True
    subtitles: bool = True
    matrix: Matrix | None = None
    full_range: bool | None = None
    rate: str = ""
    device: Device = "auto"
    precision: Precision = "exact"
    overwrite: bool = False
    segment: int = SEGMENT
    length: int | None = None

    @property
    def source_path(self) -> Path:
        """The source."""
        return Path(self.source)

    @property
    def output_path(self) -> Path:
        """The output."""
        return Path(self.output)

    @property
    def encoding(self) -> Encoding:
        """How pictures are encoded where the output is a video."""
        return Encoding(self.codec, self.quality, self.preset, self.bits, self.chroma)

    @property
    def frame_rate(self) -> Fraction | None:
        """Frames in a second of numbered pictures."""
        return Fraction(self.rate) if self.rate else None
