"""What a video file holds, in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from srstudio.media.video.colour import Colour

Kind = Literal["video", "cover", "audio", "subtitle", "attachment", "data", "unknown"]


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """A stream of pictures.

    Attributes:
        index: Of the stream in the file.
        codec: Short name, as in "h264".
        width: Pixels across, upright.
        height: Pixels down, upright.
        orientation: How the stored pictures have to be turned, as EXIF counts it; 1 is upright.
        sample_aspect: Width of a pixel by its height, upright.
        rate: Frames in a second, on average.
        is_variable: Whether the first seconds have frames of different duration.
        frames: How many there are, where the file says so.
        start: Presentation time of the first, in seconds.
        duration: Seconds; None where the file does not say.
        time_base: Seconds of a tick of its time stamps.
        pixel_format: FFmpeg's name.
        bits: Of a sample.
        colour: What the samples mean, and which of that is assumed.
        is_interlaced: Whether a frame is made of two fields.
        has_alpha: Whether it has opacity.
        is_timed: Whether its packets carry times of presentation; AVI and bare streams have none.
    """

    index: int
    codec: str
    width: int
    height: int
    orientation: int
    sample_aspect: Fraction
    rate: Fraction | None
    is_variable: bool
    frames: int | None
    start: Fraction
    duration: Fraction | None
    time_base: Fraction
    pixel_format: str
    bits: int
    colour: Colour
    is_interlaced: bool
    has_alpha: bool
    is_timed: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, upright."""
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class Track:
    """Any other stream.

    Attributes:
        index: Of the stream in the file.
        kind: What it is; "cover" is a picture that belongs to the file as a whole.
        codec: Short name; empty where unknown.
        language: As the file says it (`eng`); empty where it does not.
        title: As the file says it; of an attachment its file name.
    """

    index: int
    kind: Kind
    codec: str
    language: str = ""
    title: str = ""

    def __str__(self) -> str:
        """For a person, as in "audio (aac, eng)"."""
        details = ", ".join(part for part in (self.codec, self.language, self.title) if part)
        return f"{self.kind} ({details})" if details else self.kind


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part, in seconds of the file's time."""

    start: Fraction
    end: Fraction
    title: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """A video, whatever it is stored in.

    Attributes:
        path: File, folder, or pattern of numbered files.
        container: FFmpeg's name of the format, or "sequence".
        videos: At least one; the first is the one that is meant.
        others: All other streams.
        chapters: In order.
        metadata: As the file says it: title, encoder and the like.
        start: Where the file's time begins, in seconds.
        duration: Seconds of the longest stream; None where the file does not say.
        warnings: What is wrong with the file, a sentence each.
    """

    path: Path
    container: str
    videos: tuple[VideoTrack, ...]
    others: tuple[Track, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    start: Fraction = Fraction(0)
    duration: Fraction | None = None
    warnings: tuple[str, ...] = ()

    @property
    def video(self) -> VideoTrack:
        """The stream of pictures that is meant where nobody says which."""
        return self.videos[0]

    def tracks(self, kind: Kind) -> tuple[Track, ...]:
        """The other streams of one kind."""
        return tuple(track for track in self.others if track.kind == kind)
