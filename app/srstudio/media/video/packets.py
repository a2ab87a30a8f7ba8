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
from av.video.stream import VideoStream

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


def readable(
    container: InputContainer, stream: VideoStream, damaged: Damaged = ignore
) -> Iterator[Packet[VideoStream]]:
    """The packets of a stream, up to where the file cannot be read; `damaged` is told of that."""
    try:
        yield from (packet for packet in container.demux(stream) if packet.size)
    except FFmpegError:
        damaged()


def pictures(
    stream: VideoStream, packets: Iterable[Packet[VideoStream]], damaged: Damaged = ignore
) -> Iterator[av.VideoFrame]:
    """The pictures in packets, in order of presentation; `damaged` is told of those that fail."""
    for packet in chain(packets, [None]):  # None asks for what is still held back
        try:
            frames = stream.decode(packet)
        except EndError:
            return
        except FFmpegError:
            damaged()
            continue
        if any(frame.is_corrupt for frame in frames):
            damaged()
        yield from frames
