"""Finds the pictures and clips that are meant by files and folders on the command line."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from srstudio.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Found:
    """A picture or a clip, or why there is none.

    Attributes:
        path: The file; of a clip also a folder of its frames, or a pattern of their names.
        folder: Where it lies below the folder that was named; `.` for a file named itself.
        problem: Set where `path` cannot be used.
        is_clip: Whether it is a clip.
    """

    path: Path
    folder: Path = Path()
    problem: InputError | None = None
    is_clip: bool = False


def find_inputs(
    inputs: Sequence[Path],
    clips: Collection[Path],
    suffixes: Collection[str],
    leave_out: Path | None = None,
) -> Iterator[Found]:
    """Everything that is meant by `inputs`, in order.

    Args:
        inputs: Files, folders and patterns.
        clips: Those of them that are clips.
        suffixes: As `find_pictures` takes them.
        leave_out: A folder not to be walked into.
    """
    for path in inputs:
        if path in clips:
            yield Found(path, is_clip=True)
        else:
            yield from find_pictures([path], suffixes, leave_out)


def find_pictures(
    inputs: Sequence[Path], suffixes: Collection[str], leave_out: Path | None = None
) -> Iterator[Found]:
    """Every picture of `inputs` in order: files as they are, folders walked in sorted order.

    Args:
        inputs: Files and folders.
        suffixes: Lower-case suffixes with the dot that a file in a folder must have; hidden
            files and folders are passed over. A file named itself may have any name.
        leave_out: A folder not to be walked into: where the results go.
    """
    for path in inputs:
        if path.is_dir():
            yield from _in_folder(path, suffixes, leave_out)
        elif path.exists():
            yield Found(path)
        else:
            yield _problem(path, f"there is no file {path}", "check the name")


def _in_folder(top: Path, suffixes: Collection[str], leave_out: Path | None) -> Iterator[Found]:
    unreadable: list[OSError] = []
    count = 0
    for name, folders, files in os.walk(top, onerror=unreadable.append):
        here = Path(name)
        folders[:] = sorted(f for f in folders if not _passed_over(here / f, leave_out))
        for file in sorted(files):
            path = here / file
            if path.suffix.lower() in suffixes and not file.startswith(".") and _readable(path):
                count += 1
                yield Found(path, here.relative_to(top))
    for error in unreadable:
        cause = f"the folder {error.filename} cannot be read ({error.strerror})"
        yield _problem(Path(error.filename), cause, "check its permissions")
    if not count and not unreadable:
        known = ", ".join(sorted(suffixes))
        yield _problem(top, f"the folder {top} holds no picture", f"pictures end in {known}")


def _passed_over(folder: Path, leave_out: Path | None) -> bool:
    if folder.name.startswith("."):
        return True
    return leave_out is not None and leave_out.exists() and folder.samefile(leave_out)


def _readable(path: Path) -> bool:
    """Whether it is a file, or a broken link to be complained about; never a pipe or device."""
    return path.is_file() or not path.exists()


def _problem(path: Path, cause: str, advice: str) -> Found:
    return Found(path, problem=InputError(cause, advice))
