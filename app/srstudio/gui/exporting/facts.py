"""What is known of a clip before it is exported; found out off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from srstudio.media.video.clip import Clip, Track
from srstudio.media.video.codecs import VideoCodec, codecs
from srstudio.media.video.colour import Colour
from srstudio.media.video.containers import open_container
from srstudio.media.video.copied import can_hold
from srstudio.media.video.opening import open_video
from srstudio.media.video.source import VideoSource

_CONTAINERS = {".mp4": "mp4", ".mov": "mov", ".webm": "webm"}  # Matroska holds everything


@dataclass(frozen=True, slots=True)
class Given:
    """A video that is to be exported.

    Attributes:
        path: The video.
        colour: What its numbers are taken for, where its tags are not to be believed.
        rate: Frames in a second of numbered pictures; None for the usual.
    """

    path: Path
    colour: Colour | None = None
    rate: Fraction | None = None

    def open(self) -> VideoSource:
        """Its frames, for one thread.

        Raises:
            InputError: if it cannot be read.
        """
        return open_video(self.path, colour=self.colour, rate=self.rate)


@dataclass(frozen=True, slots=True)
class Facts:
    """A clip, and what can become of it here.

    Attributes:
        given: Where it is, and how it is read.
        clip: What the file holds.
        frames: How many there are.
        duration: Seconds from the first frame to the end of the last.
        codecs: Those that work on this machine.
        left_out: Streams that a container cannot hold, by the suffix of its files.
    """

    given: Given
    clip: Clip
    frames: int
    duration: Fraction
    codecs: tuple[VideoCodec, ...]
    left_out: Mapping[str, tuple[Track, ...]] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame, upright."""
        return self.clip.video.size


def look(given: Given) -> Facts:
    """Read what a clip holds and when its frames are shown; slow for long ones.

    Raises:
        InputError: if it cannot be read.
    """
    with given.open() as video:
        timeline = video.timeline
        frames = len(timeline)
        duration = timeline.end * timeline.base - timeline.start
        left_out = dict(_left_out(video.clip))
        return Facts(given, video.clip, frames, duration, codecs(), left_out)


def _left_out(clip: Clip) -> Iterator[tuple[str, tuple[Track, ...]]]:
    """What containers refuse; they are asked."""
    tracks = (*clip.tracks("audio"), *clip.tracks("subtitle"))
    if not tracks:
        return
    with open_container(clip.path) as container:
        for suffix, name in _CONTAINERS.items():
            refused = (each for each in tracks if not can_hold(name, container.streams[each.index]))
            yield suffix, tuple(refused)


def about_picture(facts: Facts) -> str:
    """Size, rate, frames, duration, depth and colour, as a person reads them."""
    video = facts.clip.video
    return " · ".join(
        (
            f"{video.width} x {video.height}",
            _rate(video.rate, video.is_variable),
            f"{facts.frames:,} frames" if facts.frames != 1 else "1 frame",
            duration_text(facts.duration),
            f"{video.bits} bit",
            str(facts.given.colour or video.colour),
        )
    )


def about_streams(facts: Facts) -> str:
    """Codec and other streams, as a person reads them."""
    clip = facts.clip
    parts = [clip.video.codec]
    for title, kind in (("sound", "audio"), ("subtitles", "subtitle")):
        tracks = clip.tracks(kind)  # type: ignore[arg-type]
        named = ", ".join(_short(track) for track in tracks)
        parts.append(f"{title}: {named}" if tracks else f"no {title}")
    if clip.chapters:
        parts.append(f"{len(clip.chapters)} chapters")
    return " · ".join(parts)


def duration_text(seconds: Fraction) -> str:
    """A duration: `8.04 s`, `2 min 5 s`, `1 h 10 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{float(seconds):.2f} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole // 60 % 60} min"


def _rate(rate: Fraction | None, is_variable: bool) -> str:
    if rate is None:
        return "frame rate not known"
    about = "variable, about " if is_variable else ""
    return f"{about}{float(rate):.5g} frames/s"


def _short(track: Track) -> str:
    return " ".join(part for part in (track.codec, track.language) if part)
