"""Files that appear complete or not at all, and never in place of another by accident."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from srstudio.core.errors import OutputError

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space or choose another folder"),
    errno.EDQUOT: ("your disk quota is used up", "free some space or choose another folder"),
    errno.EACCES: ("the folder is not writable", "choose another folder"),
    errno.EPERM: ("the folder is not writable", "choose another folder"),
    errno.EROFS: ("the folder is read-only", "choose another folder"),
    errno.ENOTDIR: ("a part of its path is a file", "choose another folder"),
    errno.EISDIR: ("it is a folder", "choose another name"),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter name"),
}
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def refuse_existing(path: Path) -> None:
    """Raise the error of a name that is taken, if it is.

    Raises:
        OutputError: if something of that name exists.
    """
    if os.path.lexists(path):
        raise _taken(path)


def refuse_source(path: Path, *sources: Path) -> None:
    """Raise the error of a result that would take the place of what it is made from.

    Raises:
        OutputError: if `path` is one of the sources, by whatever name.
    """
    for source in sources:
        if path.exists() and source.exists() and path.samefile(source):
            cause = f"the result would take the place of {source} itself"
            raise OutputError(cause, "choose another name")


def refuse_unwritable(path: Path) -> None:
    """Raise now what would later keep a file from being written into its folder.

    Raises:
        OutputError: if the folder, or the nearest one that is there, is none or not writable.
    """
    folder = nearest_folder(path)
    if not folder.is_dir():
        raise not_written(path, NotADirectoryError(errno.ENOTDIR, ""))
    if not os.access(folder, os.W_OK):
        raise not_written(path, PermissionError(errno.EACCES, ""))


def nearest_folder(path: Path) -> Path:
    """The folder of a file, or the nearest one above it that is there."""
    folder = path.absolute().parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False, lasting: bool = True) -> Iterator[Path]:
    """A temporary name beside a file, which gets its own when the block ends without an error.

    Missing folders are made. What the block raises as an error of the system (`errno`) is told in
    a sentence.

    Args:
        path: The name.
        overwrite: A file of that name may be replaced.
        lasting: The disk has it before it gets its name, so that a power cut costs nothing.

    Raises:
        OutputError: if the name is taken and `overwrite` is not set, or if it cannot be written;
            nothing is changed then, and nothing is left behind.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    if not overwrite:
        refuse_existing(path)
    try:
        _make_folder(path.parent)
        try:
            yield temporary
            _name(temporary, path, overwrite=overwrite, lasting=lasting)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise not_written(path, error) from error


def publish(made: Path, path: Path, *, overwrite: bool = False) -> None:
    """Give a finished file the name it is meant to have, in one step.

    Args:
        made: The file, on the same disk; it may keep its own name besides.
        path: The name; missing folders are made.
        overwrite: A file of that name may be replaced.

    Raises:
        OutputError: as `whole_file`.
    """
    try:
        _make_folder(path.parent)
        _name(made, path, overwrite=overwrite, lasting=True)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> OutputError:
    """The sentence for what the system says about a file that cannot be written."""
    cause, advice = _CAUSES.get(error.errno or 0, (error.strerror or str(error), ""))
    return OutputError(f"{path} cannot be written: {cause}", advice)


def write_bytes(path: Path, data: bytes, *, overwrite: bool = False, lasting: bool = True) -> None:
    """Write a file through a temporary one beside it, as `whole_file` does.

    Raises:
        OutputError: as `whole_file`.
    """
    writing = whole_file(path, overwrite=overwrite, lasting=lasting)
    with writing as temporary, temporary.open("xb") as file:
        file.write(data)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def _sync(path: Path) -> None:
    """Wait until the disk has it."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _name(temporary: Path, path: Path, *, overwrite: bool, lasting: bool) -> None:
    if lasting:
        _sync(temporary)
    if overwrite:
        temporary.replace(path)
    else:
        _publish(temporary, path)


def _publish(temporary: Path, path: Path) -> None:
    """Give the file its name only if that is free, also when somebody takes it meanwhile.

    A hard link does so in one step. Where there are none (FAT, some network folders) the name
    is first claimed by an empty file, which only one can create.
    """
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.touch(exist_ok=False)
        try:
            temporary.replace(path)
        except OSError:
            path.unlink()
            raise


def _taken(path: Path) -> OutputError:
    return OutputError(f"{path} exists already", "choose another name or allow overwriting")
