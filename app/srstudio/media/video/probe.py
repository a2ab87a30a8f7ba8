"""What is in a video file, without reading all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from struct import unpack
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import SideDataContainer, Type
from av.stream import AttachmentStream, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from srstudio.core.errors import InputError
from srstudio.media.video.clip import Chapter, Clip, Kind, Track, VideoTrack
from srstudio.media.video.colour import Colour, tagged
from srstudio.media.video.completeness import missing_bytes
from srstudio.media.video.containers import is_cover, open_container, video_streams
from srstudio.media.video.packets import decoder_of, pictures, readable
from srstudio.media.video.timeline import is_uneven

_LOOKED_AT = 240  # packets, for whether the frame rate varies
_REORDERED = 16  # frames at most, by the codecs that know B-frames
_LARGE = 1 << 20  # bytes; from packets like this on, looking costs more than it tells
_WITHOUT_TIMES = "avi"  # it stores the order of decoding only
_PATIENCE = 3000  # packets that may pass before the first picture
_UNSAID = 2  # code point of H.273
_FULL_RANGE_FORMATS = ("yuvj", "gray", "ya")
# The signs of a display matrix (a, b, c, d): x' = a x + c y, y' = b x + d y, y pointing down.
_ORIENTATIONS = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}
_SIDEWAYS = 5  # from here on width and height change places


def probe(path: Path) -> Clip:
    """The description of a video file; its first picture is decoded.

    Raises:
        InputError: if it cannot be read, or no picture in it can be decoded.
    """
    with open_container(path) as container:
        meant = container.streams.best("video")
        streams = sorted(video_streams(container, path), key=lambda stream: stream is not meant)
        videos = [video for stream in streams if (video := _video(path, stream.index))]
        if not videos:
            raise InputError(
                f"{path.name} holds no picture that can be decoded",
                "it is empty, damaged, encrypted, or coded in an unusual way",
            )
        shown = {video.index for video in videos}
        return Clip(
            path,
            container.format.name,
            tuple(videos),
            tuple(_track(each) for each in container.streams if each.index not in shown),
            tuple(_chapters(container)),
            dict(container.metadata),
            Fraction(container.start_time or 0, av.time_base),
            Fraction(container.duration, av.time_base) if container.duration else None,
            tuple(_faults(path)),
        )


def _faults(path: Path) -> Iterator[str]:
    if missing_bytes(path):
        yield f"{path.name} is cut short; only a part of it can be shown."


def _video(path: Path, index: int) -> VideoTrack | None:
    """The stream of that index; None if no picture of it can be decoded."""
    with open_container(path) as container:
        stream = container.streams[index]
        assert isinstance(stream, VideoStream)
        frame, stamps = _first_pictures(container, stream)
        return None if frame is None else _described(container, stream, frame, stamps)


def _first_pictures(
    container: InputContainer, stream: VideoStream
) -> tuple[av.VideoFrame | None, Sequence[int | None]]:
    """The first picture, and the time stamps of the first packets."""
    stamps: list[int | None] = []
    packets = islice(_noted(readable(container, stream), stamps), _PATIENCE)
    frame = next(pictures(decoder_of(stream), packets), None)
    for packet in packets:
        if len(stamps) > _LOOKED_AT or packet.size > _LARGE:
            break
    return frame, stamps


def _noted(
    packets: Iterator[Packet[VideoStream]], stamps: list[int | None]
) -> Iterator[Packet[VideoStream]]:
    for packet in packets:
        if not packet.is_discard:
            stamps.append(packet.pts)
        yield packet


def _described(
    container: InputContainer,
    stream: VideoStream,
    frame: av.VideoFrame,
    stamps: Sequence[int | None],
) -> VideoTrack:
    form, orientation = frame.format, orientation_of(frame)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    base = stream.time_base or Fraction(1, av.time_base)
    ticks = sorted(tick for tick in stamps if tick is not None)
    start = stream.start_time if stream.start_time is not None else min(ticks, default=0)
    turned = orientation >= _SIDEWAYS
    return VideoTrack(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        width=frame.height if turned else frame.width,
        height=frame.width if turned else frame.height,
        orientation=orientation,
        sample_aspect=1 / aspect if turned else aspect,
        rate=stream.average_rate or stream.guessed_rate,
        is_variable=is_uneven(np.array(ticks, np.int64)[: _LOOKED_AT - _REORDERED]),
        frames=_count(container, stream),
        start=start * base,
        duration=None if stream.duration is None else stream.duration * base,
        time_base=base,
        pixel_format=form.name,
        bits=8 if form.has_palette else form.components[0].bits,
        colour=colour_of(frame, stream.codec_context),
        is_interlaced=frame.interlaced_frame,
        has_alpha=form.has_palette or any(part.is_alpha for part in form.components),
        is_timed=2 * len(ticks) > len(stamps) and container.format.name != _WITHOUT_TIMES,
    )


def _count(container: InputContainer, stream: VideoStream) -> int | None:
    """Frames of a stream where the file says so; what AVI says are ticks."""
    return stream.frames if stream.frames and container.format.name != "avi" else None


def colour_of(frame: av.VideoFrame, context: VideoCodecContext) -> Colour:
    """What the samples of a decoded frame mean."""
    form = frame.format
    return tagged(
        (frame.width, frame.height),
        frame.colorspace if frame.colorspace != _UNSAID else context.colorspace,
        frame.color_range or context.color_range,
        frame.color_primaries if frame.color_primaries != _UNSAID else context.color_primaries,
        frame.color_trc if frame.color_trc != _UNSAID else context.color_trc,
        is_rgb=form.is_rgb or form.has_palette,
        is_full=form.name.startswith(_FULL_RANGE_FORMATS),
    )


def orientation_of(frame: av.VideoFrame) -> int:
    """How a frame has to be turned, as EXIF counts it; odd angles count as upright."""
    try:
        data = cast(SideDataContainer, frame.side_data)[Type.DISPLAYMATRIX]
        matrix = unpack("=9i", bytes(data))
    except KeyError:
        return 1
    a, b, _, c, d = matrix[:5]
    one = max(map(abs, (a, b, c, d))) or 1
    rounded = [round(value / one) for value in (a, b, c, d)]
    return _ORIENTATIONS.get((rounded[0], rounded[1], rounded[2], rounded[3]), 1)


def _track(stream: Stream) -> Track:
    kind: Kind = "cover" if stream.type == "video" and is_cover(stream) else stream.type
    context = stream.codec_context
    title = stream.metadata.get("title", "")
    if isinstance(stream, AttachmentStream):
        title = stream.name or title
    codec = context.codec.canonical_name if context is not None else ""
    return Track(stream.index, kind, codec, stream.language or "", title)


def _chapters(container: InputContainer) -> Iterator[Chapter]:
    for each in container.chapters():
        base = each["time_base"] or Fraction(1, av.time_base)
        yield Chapter(each["start"] * base, each["end"] * base, each["metadata"].get("title", ""))
