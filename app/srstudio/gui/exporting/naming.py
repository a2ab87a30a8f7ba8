"""Names for exports: told by the source, the model and the factor, and never one that is taken."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from itertools import chain, count
from pathlib import Path

from srstudio.media.still import name_from_template
from srstudio.media.video.sequence import is_pattern

_TEMPLATE = "{stem}_{model}_{scale}x"
_NUMBER = re.compile(r"[ _.-]*%0?\d*d")

Size = tuple[int, int]


def stem_for(source: Path, model: str, scale: int, size: Size) -> str:
    """The name without suffix: `holiday_fsrcnn_2x`."""
    stem = source.name if source.is_dir() else source.stem
    stem = _NUMBER.sub("", stem) or source.parent.name
    width, height = size
    return name_from_template(
        _TEMPLATE, stem=stem, model=model, scale=scale, width=width, height=height
    )


def free_output(path: Path, promised: Collection[str]) -> Path:
    """The path itself, or one with a number that is neither there nor promised to an export.

    Of numbered pictures it is the folder that gets a number.
    """
    if is_pattern(path):
        return _free(path.parent, {str(Path(each).parent) for each in promised}) / path.name
    return _free(path, promised)


def is_taken(path: Path, promised: Collection[str]) -> bool:
    """Whether there is something of that name, or will be; numbered pictures have a folder."""
    place = path.parent if is_pattern(path) else path
    filled = is_pattern(path) and place.is_dir() and not any(place.iterdir())
    return str(path) in promised or (os.path.lexists(place) and not filled)


def _free(path: Path, promised: Collection[str]) -> Path:
    numbered = (path.with_name(f"{path.stem} ({n}){path.suffix}") for n in count(2))
    names = chain((path,), numbered)
    return next(each for each in names if str(each) not in promised and not os.path.lexists(each))
