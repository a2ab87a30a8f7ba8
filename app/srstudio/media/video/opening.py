"""Whatever can be played, opened by what it is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from srstudio.core.progress import Progress
from srstudio.media.video.animation import AnimationReader, is_animation
from srstudio.media.video.colour import Colour
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.sequence import USUAL_RATE, SequenceReader, is_pattern
from srstudio.media.video.source import VideoSource


def open_video(
    path: Path,
    *,
    colour: Colour | None = None,
    rate: Fraction | None = None,
    progress: Progress | None = None,
) -> VideoSource:
    """A video file, an animated picture, a folder of numbered pictures or a pattern of them.

    Args:
        path: What it is decides the content, not the name.
        colour: What the numbers of a video file mean, where its tags are wrong.
        rate: Frames in a second of numbered pictures; 25 if None.
        progress: Asked while the times of all frames are read, here or when they are needed.

    Raises:
        Cancelled: if that was asked for.
        InputError: if it cannot be read.
    """
    if path.is_dir() or (is_pattern(path) and not path.exists()):
        return SequenceReader(path, rate or USUAL_RATE)
    if is_animation(path):
        return AnimationReader(path, progress)
    return VideoReader(path, colour, progress)
