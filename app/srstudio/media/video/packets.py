"""The packets of one video stream, and the pictures in them, as far as they can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import av
from av.container import InputContainer
from av.error import EOFError as EndError
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

_WITH_OPACITY = {"vp8": "libvpx", "vp9": "libvpx-vp9"}

Damaged = Callable[[], None]


def ignore() -> None:
    """For those who leave it to others to tell of damage."""


def alone(container: InputContainer, index: int) -> VideoStream:
    """The video stream of that index; packets of the others are passed over."""
    for each in container.streams:
        each.discard = Discard.default if each.index == index else Discard.all
    stream = container.streams[index]
    assert isinstance(stream, VideoStream)
    return stream


def decoder_of(stream: VideoStream) -> VideoCodecContext:
    """What decodes a stream; only libvpx knows the opacity that WebM keeps beside the pictures."""
    own = stream.codec_context
    name = _WITH_OPACITY.get(own.codec.canonical_name)
    if stream.metadata.get("alpha_mode") != "1" or name not in av.codecs_available:
        return own
    context = av.CodecContext.create(name, "r")
    assert isinstance(context, VideoCodecContext)
    return context


def readable(
    container: InputContainer, stream: VideoStream, damaged: Damaged = ignore
) -> Iterator[Packet[VideoStream]]:
    """The packets of a stream, up to where the file cannot be read; `damaged` is told of that."""
    try:
        yield from (packet for packet in container.demux(stream) if packet.size)
    except FFmpegError:
        damaged()


def pictures(
    decoder: VideoCodecContext, packets: Iterable[Packet[VideoStream]], damaged: Damaged = ignore
) -> Iterator[av.VideoFrame]:
    """The pictures in packets, in order of presentation; `damaged` is told of those that fail."""
    for packet in chain(packets, [None]):  # None asks for what is still held back
        try:
            frames = decoder.decode(packet)
        except EndError:
            return
        except FFmpegError:
            damaged()
            continue
        if any(frame.is_corrupt for frame in frames):
            damaged()
        yield from frames
