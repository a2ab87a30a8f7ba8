"""What a validated network makes of a few pictures, for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import Frame, Pixels, quantise
from srstudio.media.still import SaveOptions, write_picture
from srstudio.training.validation import Sample

SIDE = 192
_GAP = 4


def write_previews(samples: Sequence[Sample], path: Path) -> None:
    """Write a picture of one row a sample: low resolution, what is made of it, ground truth.

    Each is the middle square of `SIDE` HR pixels or less; low resolution has its pixels repeated.

    Raises:
        OutputError: if it cannot be written.
    """
    if samples:
        side = min(SIDE, max(min(sample.high.shape[:2]) for sample in samples))
        grid = np.concatenate([_row(sample, side) for sample in samples])
        write_picture(Frame(grid[:-_GAP, :-_GAP]), path, SaveOptions(overwrite=True))


def _row(sample: Sample, side: int) -> Pixels:
    low = sample.low.repeat(sample.scale, axis=0).repeat(sample.scale, axis=1)
    pictures = (low, sample.made, sample.high)
    return np.concatenate([_cell(picture, side) for picture in pictures], axis=1)


def _cell(picture: NDArray[np.float64], whole: int) -> Pixels:
    """The middle square, on white up to the side of the whole, with a gap below and right of it."""
    height, width = picture.shape[:2]
    side = min(whole, height, width)
    y, x = (height - side) // 2, (width - side) // 2
    cell = np.full((whole + _GAP, whole + _GAP, 3), 255, np.uint8)
    cell[:side, :side] = quantise(picture[y : y + side, x : x + side].astype(np.float32), 8)
    return cell
