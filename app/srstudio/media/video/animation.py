"""Animated GIF, PNG and WebP: composited by Pillow, with each picture's own duration."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.media.color import fitting_profile
from srstudio.media.raster import UnreadableError, check_size
from srstudio.media.video.clip import Clip, VideoTrack
from srstudio.media.video.colour import SRGB
from srstudio.media.video.source import VideoSource
from srstudio.media.video.timeline import Timeline, from_durations

_FORMATS = ("GIF", "PNG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError)  # what Pillow says of damaged data
_SHORTEST = 10  # ms; what asks for no more is shown for 100, as browsers and FFmpeg do
_USUAL = 100
_FINEST = 10_000  # parts of a ms that a duration may have


def is_animation(path: Path) -> bool:
    """Whether a file is a GIF, or a PNG or WebP of several pictures."""
    try:
        with Image.open(path, formats=_FORMATS) as image:
            return image.format == "GIF" or getattr(image, "is_animated", False)
    except _BROKEN:
        return False


class AnimationReader(VideoSource):
    """An animated picture; it is gone through once to see how long each frame is shown.

    Args:
        path: The file.
        progress: Asked between pictures as it is gone through.

    Raises:
        Cancelled: if that was asked for.
        InputError: if it cannot be read.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self._image = _opened(path)
        self._first = 1 if getattr(self._image, "default_image", False) else 0
        durations, self._has_alpha, fault = self._looked_through(progress or Progress())
        if not durations:
            self._image.close()
            raise InputError(f"{path.name} holds no picture that can be read", "get a fresh copy")
        self._timeline = from_durations(durations)
        super().__init__(self._described(path))
        if fault:
            self.warn(f"{path.name} is cut short or damaged; only a part of it can be shown.")

    @property
    def timeline(self) -> Timeline:
        """When which frame is shown."""
        return self._timeline

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """The frames of the numbers from `start` to before `stop`, with their times."""
        count = len(self._timeline)
        for number in range(start, count if stop is None else min(stop, count)):
            yield self.frame(number)

    def frame(self, number: int) -> Frame:
        """One frame with its time."""
        number = range(len(self._timeline))[number]
        self._image.seek(self._first + number)
        pixels = np.asarray(self._image.convert("RGBA" if self._has_alpha else "RGB"))
        return Frame(
            np.ascontiguousarray(pixels[..., :3]),
            np.ascontiguousarray(pixels[..., 3]) if self._has_alpha else None,
            icc_profile=fitting_profile(self._image.info.get("icc_profile"), gray=False),
            time=self._timeline.time(number),
            duration=self._timeline.duration(number),
        )

    def close(self) -> None:
        """Give file and memory back."""
        self._image.close()

    def _looked_through(self, progress: Progress) -> tuple[list[Fraction], bool, bool]:
        """The durations, whether anything is transparent, and whether it ends early."""
        durations, has_alpha = [], False
        try:
            for number in range(self._first, getattr(self._image, "n_frames", 1)):
                progress.check()
                self._image.seek(number)
                self._image.load()
                durations.append(_duration(self._image))
                has_alpha = has_alpha or self._image.has_transparency_data
        except _BROKEN:
            return durations, has_alpha, True
        return durations, has_alpha, False

    def _described(self, path: Path) -> Clip:
        image, timeline = self._image, self._timeline
        kind = str(image.format).lower()
        video = VideoTrack(
            index=0,
            codec="apng" if kind == "png" else kind,
            width=image.width,
            height=image.height,
            orientation=1,
            sample_aspect=Fraction(1),
            rate=timeline.rate,
            is_variable=timeline.is_variable,
            frames=len(timeline),
            start=Fraction(0),
            duration=timeline.stop,
            time_base=timeline.base,
            pixel_format="rgba" if self._has_alpha else "rgb24",
            bits=8,
            colour=SRGB,
            is_interlaced=False,
            has_alpha=self._has_alpha,
        )
        loop = image.info.get("loop")
        metadata = {} if loop is None else {"loop": str(loop)}
        return Clip(path, video.codec, (video,), metadata=metadata, duration=timeline.stop)


def _opened(path: Path) -> Image.Image:
    try:
        image = Image.open(path, formats=_FORMATS)
    except UnidentifiedImageError as error:
        cause = f"{path.name} is no GIF, PNG or WebP"
        raise InputError(cause, "choose an animated picture") from error
    except _BROKEN as error:
        raise InputError(f"{path} cannot be read", "check its name and get a fresh copy") from error
    try:
        check_size(*image.size)
    except UnreadableError as error:
        image.close()
        raise InputError(f"{path.name} {error.cause}", error.advice) from error
    return image


def _duration(image: Image.Image) -> Fraction:
    """How long the current picture is shown, in seconds."""
    said = Fraction(image.info.get("duration") or 0).limit_denominator(_FINEST)
    shown = said if said > _SHORTEST or (image.format != "GIF" and said > 0) else Fraction(_USUAL)
    return shown / 1000
