"""Frames of a video file, in order from any frame on, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from pathlib import Path

import av

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.media.metadata import apply_orientation
from srstudio.media.video.colour import Colour
from srstudio.media.video.decoder import Cursor, Decoder
from srstudio.media.video.probe import probe
from srstudio.media.video.source import VideoSource
from srstudio.media.video.stamps import read_timeline
from srstudio.media.video.timeline import Timeline
from srstudio.media.video.to_rgb import to_frame

_CENTRED = ("mjpeg", "mpeg1video")  # codecs whose chroma lies between the columns


class VideoReader(VideoSource):
    """A video file that FFmpeg decodes.

    Args:
        path: The file.
        colour: What its numbers mean, where its tags are wrong; None takes them as they are.
        progress: Asked while its times are read.

    Raises:
        InputError: if it cannot be read.
    """

    def __init__(
        self, path: Path, colour: Colour | None = None, progress: Progress | None = None
    ) -> None:
        super().__init__(probe(path))
        self._progress = progress or Progress()
        self.colour = colour or self.clip.video.colour
        self._cursor: Cursor | None = None

    @cached_property
    def timeline(self) -> Timeline:
        """When which frame is shown; reads the whole file once, and decodes nothing."""
        return read_timeline(self.clip.path, self.clip.video, self._progress)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """The frames of the numbers from `start` to before `stop`, upright, with their times."""
        with closing(self._decoder()) as decoder:
            if start > 0:
                decoder.go_to(int(self.timeline.ticks[start]), self.timeline.keys)
            for tick, picture in islice(decoder, None if stop is None else max(stop - start, 0)):
                yield self._frame(tick, picture)

    def frame(self, number: int) -> Frame:
        """One frame, upright, with its time."""
        tick = int(self.timeline.ticks[number])
        if self._cursor is None:
            self._cursor = Cursor(self._decoder(), self.timeline.keys)
        picture = self._cursor.at(tick)
        if picture is None:
            cause = f"frame {number} of {self.clip.path.name} cannot be decoded"
            raise InputError(cause, "get a fresh copy of the file")
        return self._frame(tick, picture)

    def close(self) -> None:
        """Give file and memory back; iterators over frames give back their own."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    @property
    def _is_numbered(self) -> bool:
        looked = "timeline" in vars(self)  # the whole file, which finds more than its beginning
        return (looked or not self.clip.video.is_timed) and self.timeline.numbered

    def _decoder(self) -> Decoder:
        clip = self.clip
        first = int(self.timeline.ticks[0]) if self._is_numbered else None
        return Decoder(clip.path, clip.video.index, self._damaged, first)

    def _damaged(self) -> None:
        if not self.clip.warnings:  # it is known to be cut short
            self.warn(f"{self.clip.path.name} is damaged; some frames are missing or show faults.")

    def _frame(self, tick: int, picture: av.VideoFrame) -> Frame:
        video = self.clip.video
        base = self.timeline.base if self._is_numbered else video.time_base
        ticks = 1 if self._is_numbered else picture.duration
        frame = to_frame(picture, self.colour, "centre" if video.codec in _CENTRED else "left")
        return _turned(frame, video.orientation, tick * base, ticks * base if ticks else None)


def _turned(frame: Frame, orientation: int, time: Fraction, duration: Fraction | None) -> Frame:
    """A frame with its place in time, upright."""
    pixels, alpha = frame.pixels, frame.alpha
    if orientation != 1:
        pixels = apply_orientation(pixels, orientation)
        alpha = None if alpha is None else apply_orientation(alpha[..., None], orientation)[..., 0]
    return replace(frame, pixels=pixels, alpha=alpha, time=time, duration=duration)
