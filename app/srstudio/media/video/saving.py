"""Frames in, video out: the whole way in one call."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from srstudio.core.files import not_written, refuse_existing
from srstudio.core.frame import Frame
from srstudio.media.video.codecs import Encoding, with_depth
from srstudio.media.video.colour import Colour, stored_as
from srstudio.media.video.copied import Source
from srstudio.media.video.joining import container_of, join
from srstudio.media.video.segment import Recipe, encode_segment
from srstudio.media.video.source import VideoSource


def recipe_for(
    video: VideoSource, encoding: Encoding, size: tuple[int, int], colour: Colour | None = None
) -> Recipe:
    """How a processed video is best encoded: with its times, colours, depth and form of pixels.

    Args:
        video: What was processed.
        encoding: How.
        size: Width and height of the result.
        colour: What the numbers of the video mean, where its tags are wrong.
    """
    track = video.clip.video
    meant = stored_as(colour or track.colour, size)
    encoding = with_depth(encoding, track.bits)
    return Recipe(
        encoding, meant, video.timeline.base, track.rate or Fraction(25), track.sample_aspect
    )


def save_video(
    frames: Iterable[Frame],
    path: Path,
    recipe: Recipe,
    source: Source | None = None,
    *,
    overwrite: bool = False,
) -> list[str]:
    """Write a video; complete or not at all.

    Args:
        frames: As `encode_segment` takes them.
        path: The video; its suffix decides the container.
        recipe: How.
        source: What sound, subtitles, chapters, attachments and metadata come from.
        overwrite: An existing file may be replaced.

    Returns:
        What of the source is left out, a sentence each.

    Raises:
        UsageError, InputError, OutputError: as `encode_segment` and `join`.
    """
    container_of(path, recipe.encoding)
    if not overwrite:
        refuse_existing(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".part") as folder:
            segment = encode_segment(frames, Path(folder) / "whole", recipe)
            return join([segment], path, recipe, source, overwrite=overwrite)
    except OSError as error:
        raise not_written(path, error) from error
