"""Which pictures lie in which folder, and which of them are the frames of a clip."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from PIL import Image

from srstudio.core.errors import InputError
from srstudio.media.reading import READ_SUFFIXES

Tree = Mapping[str, Sequence[Path]]

_FRAME_WORDS = {"", "f", "fr", "frame", "im", "out"}
_NUMBERED = re.compile(r"(.*?)(\d+)")


def picture_tree(top: Path, pattern: str = "*") -> Tree:
    """The pictures of every folder from `top` down that has some, by its relative path.

    Args:
        top: A folder; hidden ones below it are passed over.
        pattern: Of the stems of the files.

    Raises:
        InputError: if a folder cannot be read.
    """
    tree: dict[str, list[Path]] = {}
    for name, folders, _ in os.walk(top, onerror=_refuse):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        files = pictures_in(Path(name), pattern)
        if files:
            tree[Path(name).relative_to(top).as_posix()] = files
    return tree


def _refuse(error: OSError) -> None:
    cause = f"the folder {error.filename} cannot be read ({error.strerror})"
    raise InputError(cause, "check its permissions")


def pictures_of(top: Path, names: Sequence[str]) -> Tree:
    """The same of the folders that a list names, there or not."""
    return {name: pictures_in(top / name) for name in names}


def pictures_in(folder: Path, pattern: str = "*") -> list[Path]:
    """The pictures in a folder: numbered ones of one name by number, else by name."""
    if not folder.is_dir():
        return []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in READ_SUFFIXES)
    named = [f for f in files if not f.name.startswith(".") and fnmatchcase(f.stem, pattern)]
    return sorted(named, key=lambda f: _numbered(f)[1]) if is_sequence(named) else named


def _numbered(path: Path) -> tuple[str, int]:
    """What a name ends in as a number, and what stands before it."""
    match = _NUMBERED.fullmatch(path.stem)
    return (match[1], int(match[2])) if match else (path.stem, -1)


def is_sequence(files: Sequence[Path]) -> bool:
    """Whether files are called as the frames of a clip are: one name, numbers without a gap."""
    names, numbers = zip(*map(_numbered, files), strict=True) if files else ((), ())
    whole = sorted(numbers) == list(range(min(numbers, default=0), max(numbers, default=0) + 1))
    return len(files) > 1 and len(set(names)) == 1 and whole


def is_clip(files: Sequence[Path]) -> bool:
    """Whether the files of a single folder are the frames of a clip.

    They are if they are a sequence of one size, with no name of their own before the number.
    """
    words = {_numbered(path)[0].lower().strip("_- ") for path in files}
    return is_sequence(files) and words <= _FRAME_WORDS and of_one_size(files)


def of_one_size(files: Sequence[Path]) -> bool:
    """Whether all pictures that can be opened have one size."""
    sizes = set()
    for path in files:
        try:
            with Image.open(path) as image:
                sizes.add(image.size)
        except (OSError, Image.DecompressionBombError):
            continue  # it will be named where it is read
        if len(sizes) > 1:
            return False
    return True
