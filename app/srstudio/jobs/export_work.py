"""What is done of an export: whole parts in a hidden folder beside its output, and their journal.

A part is written whole before the journal names it, and the journal is on the disk before the
next one begins. Whatever ends the process, at most the part it was at is lost.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from srstudio.core.errors import OutputError, UsageError
from srstudio.core.files import not_written, write_bytes
from srstudio.jobs.launching import Identity

_JOURNAL, _OWNER = "journal.jsonl", "owner.json"
_VERSION = 1


class Header(msgspec.Struct, frozen=True):
    """What all parts of an export depend on: only equal ones belong together.

    Attributes:
        settings: The settings that decide what is in the frames and how they are encoded.
        source: Size and time of change of the source.
        weights: Checksums, or size and time of change, of the weight files.
        length: Frames that a recurrent network sees at once; 0 where the model is none.
        version: Of this layout.
    """

    settings: dict[str, Any]
    source: tuple[int, ...]
    weights: tuple[str, ...]
    length: int = 0
    version: int = _VERSION


class Part(msgspec.Struct, frozen=True):
    """Frames that are written.

    Attributes:
        first: Number of the first in the clip.
        count: How many there are.
        name: File in the folder; empty where they have files of their own.
        size: Bytes of that file.
        start: Tick at which the first is shown.
        end: Tick at which the last ends.
    """

    first: int
    count: int
    name: str = ""
    size: int = 0
    start: int = 0
    end: int = 0

    @property
    def stop(self) -> int:
        """Number of the frame after the last."""
        return self.first + self.count


class Work:
    """The folder of an export that is not finished; for one process at a time.

    Args:
        output: What is to come of it.

    Attributes:
        folder: Where the parts go.
        parts: Those that are written, in order; known once `begin` or `go_on` was called.
    """

    def __init__(self, output: Path) -> None:
        self.folder = folder_of(output)
        self.parts: list[Part] = []

    @property
    def exists(self) -> bool:
        """Whether there is something to go on with."""
        try:
            return len(self._lines()) > 1
        except OSError:
            return False

    @property
    def frames(self) -> int:
        """How many frames are safe."""
        return (
            sum(part.count for part in _whole(self.folder, self._lines()[1:])) if self.exists else 0
        )

    def is_published(self, output: Path, frames: int) -> bool:
        """Whether the output is there, made of all its frames: only the folder is left over."""
        if not (self.exists and output.is_file()):
            return False
        written = sum(part.count for part in _parts(self._lines()[1:]))
        journal = self.folder / _JOURNAL
        return written >= frames and output.stat().st_mtime_ns >= journal.stat().st_mtime_ns

    def claim(self) -> None:
        """Make the folder and take it for this process.

        Raises:
            OutputError: if another process is at work in it, or it cannot be made.
        """
        path = self.folder / _OWNER
        is_left_over = path.exists()  # asked first: whoever comes meanwhile has it
        if _owned(self.folder):
            raise _busy(self.folder)
        if is_left_over:
            path.unlink(missing_ok=True)
        try:
            write_bytes(path, msgspec.json.encode(Identity.own()))
        except OutputError:
            if path.exists():
                raise _busy(self.folder) from None
            raise

    def begin(self, header: Header) -> None:
        """Start with nothing done; what an earlier export has left is deleted."""
        for path in self.folder.iterdir():
            if path.name != _OWNER:
                path.unlink()
        self.parts = []
        self._append(header)

    def header(self) -> Header:
        """What the parts that are there depend on.

        Raises:
            UsageError: if the journal says nothing.
        """
        with suppress(OSError, msgspec.DecodeError, IndexError):
            return msgspec.json.decode(self._lines()[0], type=Header)
        cause = f"the journal of the unfinished export in {self.folder.name} cannot be read"
        raise UsageError(cause, "begin it anew")

    def go_on(self, header: Header) -> None:
        """Take up what is done.

        Raises:
            UsageError: if it was made of something else, or with other settings.
        """
        there, header = self.header(), _as_read(header)
        if there != header:
            raise UsageError(_why_not(there, header), "begin it anew, or give what it was")
        self.parts = list(_whole(self.folder, self._lines()[1:]))
        known = {_JOURNAL, _OWNER, *(part.name for part in self.parts)}
        for path in self.folder.iterdir():
            if path.name not in known:
                path.unlink()
        lines = [_line(header), *map(_line, self.parts)]  # without what was torn
        write_bytes(self.folder / _JOURNAL, b"".join(lines), overwrite=True)

    def add(self, part: Part) -> None:
        """Write down that a part is done, for good."""
        self._append(part)
        self.parts.append(part)

    def release(self) -> None:
        """Leave the folder to whoever goes on with it; without a part there is nothing to leave."""
        (self.folder / _OWNER).unlink(missing_ok=True)
        if not self.exists:
            self.discard()

    def discard(self) -> None:
        """Delete the folder with all that is in it; the journal knows of it until the last."""
        for path in self.folder.glob("*"):
            if path.name != _JOURNAL:
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _append(self, entry: Header | Part) -> None:
        path = self.folder / _JOURNAL
        try:
            with path.open("ab") as file:
                file.write(_line(entry))
                file.flush()
                os.fsync(file.fileno())
            _settle(self.folder)
        except OSError as error:
            raise not_written(path, error) from error

    def _lines(self) -> list[bytes]:
        """The lines of the journal that are whole."""
        return (self.folder / _JOURNAL).read_bytes().split(b"\n")[:-1]


def folder_of(output: Path) -> Path:
    """Where the parts of an export lie until it is finished."""
    return output.with_name(f".{output.name}.export")


def _parts(lines: list[bytes]) -> Iterator[Part]:
    """What a journal says, up to the first line that makes no sense."""
    with suppress(msgspec.DecodeError):
        yield from (msgspec.json.decode(line, type=Part) for line in lines)


def _whole(folder: Path, lines: list[bytes]) -> Iterator[Part]:
    """The parts that are there as they were written, up to the first that is not."""
    with suppress(OSError):
        for part in _parts(lines):
            if part.name and (folder / part.name).stat().st_size != part.size:
                return
            yield part


def _as_read(header: Header) -> Header:
    return msgspec.json.decode(msgspec.json.encode(header), type=Header)


def _why_not(there: Header, header: Header) -> str:
    if there.source != header.source:
        return "the source has changed since the export was begun"
    keys = {*there.settings, *header.settings}
    names = [key for key in sorted(keys) if there.settings.get(key) != header.settings.get(key)]
    if there.weights != header.weights and not names:
        return "the weights of the model have changed since the export was begun"
    differing = ", ".join(names) or "another version of the program"
    return f"the export was begun with other settings ({differing})"


def _busy(folder: Path) -> OutputError:
    cause = f"{folder.name} is being written by another process"
    return OutputError(cause, "wait until that is done, or choose another name")


def _owned(folder: Path) -> bool:
    """Whether another process is at work in a folder."""
    try:
        owner = msgspec.json.decode((folder / _OWNER).read_bytes(), type=Identity)
    except (OSError, msgspec.DecodeError):
        return False
    return owner.pid != os.getpid() and owner.alive


def _line(entry: Header | Part) -> bytes:
    return msgspec.json.encode(entry) + b"\n"


def _settle(folder: Path) -> None:
    """Wait until the disk knows the names in a folder, where systems can be asked to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
