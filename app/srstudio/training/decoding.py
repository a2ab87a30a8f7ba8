"""From a path to frames: a picture, a picture in an LMDB, or a video with all of its frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame, Pixels, crop_to_multiple, quantise
from srstudio.media.still import decode_picture, read_picture
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.suffixes import VIDEO_SUFFIXES
from srstudio.training.stored import Environments, is_lmdb


class DamagedError(InputError):
    """A file that is named as it should be and cannot be read."""


class Decoder:
    """Reads frames; a context, for what is open is closed at its end. Any thread may use it.

    Args:
        shrink: Factor by which frames become smaller as they are read, by area averages.
        begin: Where the reading of a video begins, as a share of its length.
    """

    def __init__(self, shrink: int = 1, begin: float = 0.0) -> None:
        self._shrink, self._begin = shrink, begin
        self._environments = Environments()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._environments.close()

    def frames(self, path: Path) -> Iterator[Pixels]:
        """The frames of a file, `height x width x 3` RGB `uint8`: gray in three equal channels.

        Alpha is left out; 16-bit values are rounded to 8.

        Raises:
            DamagedError: if it cannot be read.
        """
        try:
            for frame in self._decoded(path):
                yield self._smaller(quantise(frame.pixels, 8))
        except DamagedError:
            raise
        except InputError as error:
            # Frames of many clips are called alike: the folder has to be told.
            told = error.cause.removeprefix(path.name)
            cause = f"{path}{told}" if told != error.cause else error.cause
            raise DamagedError(cause, error.advice) from error

    def _decoded(self, path: Path) -> Iterator[Frame]:
        if path.suffix.lower() in VIDEO_SUFFIXES:
            yield from self._from_video(path)
        else:
            stored = next((parent for parent in path.parents if is_lmdb(parent)), None)
            yield read_picture(path) if stored is None else self._from_lmdb(stored, path)

    def _from_video(self, path: Path) -> Iterator[Frame]:
        with VideoReader(path) as reader:
            start = int(len(reader.timeline.ticks) * self._begin) if self._begin else 0
            yield from reader.frames(start)

    def _from_lmdb(self, stored: Path, path: Path) -> Frame:
        key = path.relative_to(stored).as_posix()
        return decode_picture(self._environments.picture(stored, key), str(path))

    def _smaller(self, frame: Pixels) -> Pixels:
        if self._shrink == 1:
            return frame
        frame = crop_to_multiple(frame, self._shrink)
        height, width = (side // self._shrink for side in frame.shape[:2])
        return cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
