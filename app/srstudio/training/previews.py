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
        grid = np.concatenate([_row(sample) for sample in samples])
        write_picture(Frame(grid[:-_GAP, :-_GAP]), path, SaveOptions(overwrite=True))


def _row(sample: Sample) -> Pixels:
    low = sample.low.repeat(sample.scale, axis=0).repeat(sample.scale, axis=1)
    return np.concatenate([_cell(picture) for picture in (low, sample.made, sample.high)], axis=1)


def _cell(picture: NDArray[np.float64]) -> Pixels:
    """The middle square on white, with a gap below and to the right."""
    height, width = picture.shape[:2]
    side = min(SIDE, height, width)
    y, x = (height - side) // 2, (width - side) // 2
    cell = np.full((SIDE + _GAP, SIDE + _GAP, 3), 255, np.uint8)
    cell[:side, :side] = quantise(picture[y : y + side, x : x + side].astype(np.float32), 8)
    return cell
