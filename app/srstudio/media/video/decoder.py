"""Decodes a stream of pictures in order of presentation, from the start or from any tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, dropwhile
from pathlib import Path

import av
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from srstudio.media.video.containers import open_container
from srstudio.media.video.packets import Damaged, alone, decoder_of, pictures, readable
from srstudio.media.video.timeline import Ticks

_ATTEMPTS = 3  # keys that are tried, from the nearest back, before the start of the file

Picture = tuple[int, av.VideoFrame]


class Decoder:
    """The pictures of one stream with their ticks; begins at the start of the file.

    Args:
        path: The file.
        index: Of the stream in it.
        damaged: Called where something cannot be read or decoded; decoding goes on behind it.
        first: Tick of the first picture where they are counted; None where the file says them.

    Raises:
        InputError: if the file cannot be opened.
    """

    def __init__(self, path: Path, index: int, damaged: Damaged, first: int | None = None) -> None:
        self._path, self._index, self._damaged = path, index, damaged
        self._first = first
        self._pictures: Iterator[Picture] = iter(())
        self._open()

    def __iter__(self) -> Iterator[Picture]:
        return self

    def __next__(self) -> Picture:
        return next(self._pictures)

    def go_to(self, tick: int, keys: Ticks) -> None:
        """Make the picture of `tick`, or the first one after it, the next one.

        Args:
            tick: Of a picture.
            keys: Ticks of all pictures at which decoding can begin.
        """
        before = [] if self._first is not None else [int(key) for key in keys[1:] if key <= tick]
        if not any(self._begun(key, tick) for key in before[: -_ATTEMPTS - 1 : -1]):
            self.close()
            self._open()
        self._pictures = dropwhile(lambda picture: picture[0] < tick, self._pictures)

    def close(self) -> None:
        """Give file and memory back."""
        self._pictures = iter(())
        self._container.close()

    def _open(self) -> None:
        self._container = open_container(self._path)
        self._stream = alone(self._container, self._index)
        self._context = decoder_of(self._stream)
        self._context.thread_type = "AUTO"
        self._pictures = self._ticked(readable(self._container, self._stream, self._damaged))

    def _begun(self, key: int, tick: int) -> bool:
        """Go to a key in the file; whether what is shown from `tick` on can be decoded from there.

        Demuxers land before or behind what they are asked for, and pictures that are decoded
        after a key but shown before it may need others that were passed over.
        """
        try:
            self._container.seek(key, stream=self._stream)
        except FFmpegError:
            return False
        self._context.flush_buffers()
        packets = readable(self._container, self._stream, self._damaged)
        first = next((each for each in packets if each.is_keyframe), None)
        if first is None or first.pts is None or first.pts > tick:
            return False
        self._pictures = self._ticked(chain([first], packets))
        return True

    def _ticked(self, packets: Iterable[Packet[VideoStream]]) -> Iterator[Picture]:
        decoded = pictures(self._context, packets, self._damaged)
        if self._first is not None:
            return enumerate(decoded, self._first)
        return ((frame.pts, frame) for frame in decoded if frame.pts is not None)


class Cursor:
    """One picture at a time; keeps its place, so that those that follow each other are quick.

    Args:
        decoder: Where they come from.
        keys: Ticks of all pictures at which decoding can begin.
    """

    def __init__(self, decoder: Decoder, keys: Ticks) -> None:
        self._decoder, self._keys = decoder, keys
        self._place: Picture | None = None

    def at(self, tick: int) -> av.VideoFrame | None:
        """The picture of that tick; None if it cannot be decoded."""
        if self._place is None or self._place[0] != tick:
            if not self._leads_to(tick):
                self._decoder.go_to(tick, self._keys)
            self._place = next((each for each in self._decoder if each[0] >= tick), None)
        return self._place[1] if self._place is not None and self._place[0] == tick else None

    def close(self) -> None:
        """Give file and memory back."""
        self._place = None
        self._decoder.close()

    def _leads_to(self, tick: int) -> bool:
        """Whether going on from here is the shortest way."""
        if self._place is None or self._place[0] > tick:
            return False
        here, there = self._keys.searchsorted([self._place[0], tick], side="right")
        return bool(here == there)
