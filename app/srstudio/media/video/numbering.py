"""Frames as numbered pictures in a folder, each complete or not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from srstudio.core.errors import UsageError
from srstudio.core.frame import Frame
from srstudio.media.video.sequence import is_pattern, numbered_name
from srstudio.media.writing import SaveOptions, write_picture

_USUAL = "%05d.png"


def numbered_path(pattern: Path, number: int) -> Path:
    """The name of one picture: a pattern such as `shot_%05d.tif`, or a folder for PNG files.

    Raises:
        UsageError: if it is neither.
    """
    if not is_pattern(pattern):
        if pattern.suffix:
            advice = f"put the number where it belongs, as in {pattern.stem}_%05d{pattern.suffix}"
            raise UsageError(f"{pattern.name} is one name for many pictures", advice)
        pattern = pattern / _USUAL
    return numbered_name(pattern, number)


def save_pictures(
    frames: Iterable[Frame],
    pattern: Path,
    options: SaveOptions | None = None,
    first: int = 1,
) -> Iterator[Path]:
    """Write frames as pictures, one each time the next path is asked for.

    Args:
        frames: In order.
        pattern: As `numbered_path` takes it.
        options: How each is written; as it is usual if None.
        first: Number of the first.

    Yields:
        The path of every picture, once it is written.

    Raises:
        UsageError, OutputError: as `write_picture`.
    """
    for number, frame in enumerate(frames, first):
        picture = replace(frame, time=None, duration=None)
        yield write_picture(picture, numbered_path(pattern, number), options or SaveOptions())
