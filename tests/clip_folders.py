"""Folders of clips, compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clip_folders import FRAMES
from srstudio.media.still import read_picture


def assert_same_clips(first: Path, second: Path, count: int) -> None:
    """Both hold that many clips, equal to the bit."""
    files = sorted(path.relative_to(first) for path in first.rglob("*.png"))
    assert len(files) == count * FRAMES
    for file in files:
        ours, theirs = (read_picture(folder / file).pixels for folder in (first, second))
        assert np.array_equal(ours, theirs)
