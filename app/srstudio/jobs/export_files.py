"""What an export of the queue has on disk: what it was told, who does it, and how far it is."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from srstudio.core.files import not_written, write_bytes
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import Report
from srstudio.jobs.launching import Identity

Word = Literal["", "pause", "keep", "discard", "forget", "suspend"]
Read = TypeVar("Read")

_ORDER, _REPORT, _PROCESS, _WORD = "order.json", "report.json", "process.json", "word"


class Order(msgspec.Struct, frozen=True):
    """What the process of an export is told.

    Attributes:
        settings: What is asked for.
        resume: Whether it goes on with what an earlier one has left.
    """

    settings: ExportSettings
    resume: bool = False


@dataclass(frozen=True)
class ExportFiles:
    """The folder of one export, written by the queue and by its process.

    Attributes:
        folder: Its folder; the name is the export's id.
    """

    folder: Path

    @property
    def messages(self) -> Path:
        """What the process says on standard error."""
        return self.folder / "messages.txt"

    @property
    def removed(self) -> bool:
        """Whether it was taken out of the list."""
        return not (self.folder / _ORDER).exists()

    def order(self) -> Order | None:
        """What was told; None where that cannot be read."""
        return _read(self.folder / _ORDER, Order)

    def give(self, order: Order) -> None:
        """Tell what to do, to a process that has not begun; what an earlier one said is forgotten.

        Raises:
            OutputError: if that cannot be written.
        """
        for name in (_REPORT, _PROCESS, _WORD):
            (self.folder / name).unlink(missing_ok=True)
        write_bytes(self.folder / _ORDER, _bytes(order), overwrite=True)

    def report(self) -> Report | None:
        """What the process said last."""
        return _read(self.folder / _REPORT, Report)

    def tell_report(self, report: Report, *, last: bool = False) -> None:
        """Say how far it is.

        Args:
            report: How far.
            last: Whether nothing more is to come: the disk must have it then.
        """
        path, data = self.folder / _REPORT, _bytes(report)
        if last:
            write_bytes(path, data, overwrite=True)
            return
        temporary = path.with_suffix(".part")
        temporary.write_bytes(data)
        temporary.replace(path)

    def process(self) -> Identity | None:
        """Who does it, or did."""
        return _read(self.folder / _PROCESS, Identity)

    def tell_process(self, process: Identity) -> None:
        """Say who does it."""
        write_bytes(self.folder / _PROCESS, _bytes(process), overwrite=True)

    def word(self) -> str:
        """What the process is asked for: to pause, or to end."""
        with suppress(OSError):
            return (self.folder / _WORD).read_text("utf-8").strip()
        return ""

    def ask(self, word: Word) -> None:
        """Ask the process for something; an empty word takes it back.

        Raises:
            OutputError: if that cannot be written.
        """
        write_bytes(self.folder / _WORD, word.encode(), overwrite=True)

    def last_words(self) -> str:
        """The last line that the process said on standard error."""
        with suppress(OSError):
            return self.messages.read_text("utf-8", "replace").rstrip().rpartition("\n")[2]
        return ""

    def delete(self) -> None:
        """Forget everything, the order first: without one, nothing more is told."""
        (self.folder / _ORDER).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Listing:
    """The exports of a queue in their order.

    Args:
        folder: Of the queue.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "queue.json"

    def ids(self) -> list[str]:
        """All exports, the first first; those that the list has lost come last."""
        listed = _read(self._path, list[str]) or []
        there = set(self._there())
        return [id for id in listed if id in there] + sorted(there.difference(listed))

    def write(self, ids: list[str]) -> None:
        """Give the exports an order.

        Raises:
            OutputError: if that cannot be written.
        """
        write_bytes(self._path, _bytes(ids), overwrite=True)

    def new(self) -> ExportFiles:
        """The folder of another export.

        Raises:
            OutputError: if it cannot be made.
        """
        folder = self._folder / secrets.token_hex(6)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise not_written(folder, error) from error
        return ExportFiles(folder)

    def _there(self) -> Iterator[str]:
        if self._folder.is_dir():
            yield from (path.parent.name for path in self._folder.glob(f"*/{_ORDER}"))


def _bytes(value: Any) -> bytes:
    """A value as JSON, paths as text."""
    return msgspec.json.encode(value, enc_hook=str)


def _read(path: Path, kind: type[Read]) -> Read | None:
    """A file that another process may be writing, or that may be damaged."""
    try:
        data = path.read_bytes()
        return msgspec.json.decode(data, type=kind, dec_hook=lambda type, value: type(value))
    except (OSError, msgspec.DecodeError):
        return None
