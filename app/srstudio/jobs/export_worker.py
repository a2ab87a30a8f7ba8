"""The process that does one export of the queue: `python -m srstudio.jobs.export_worker FOLDER`."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from srstudio.core.errors import OutputError
from srstudio.core.progress import Cancelled
from srstudio.jobs.export_control import Control, Ending
from srstudio.jobs.export_files import ExportFiles
from srstudio.jobs.export_status import Report, State
from srstudio.jobs.failures import explain
from srstudio.jobs.launching import Identity

_ENDINGS: dict[str, Ending] = {
    "keep": "keep",
    "suspend": "suspend",
    "discard": "discard",
    "forget": "discard",
}
_LISTENING, _TELLING = 0.05, 0.2  # seconds between two looks, and between two reports


def main(folder: Path) -> int:
    """Do the export of a folder; it ends in exactly one of finished, failed and cancelled."""
    files = ExportFiles(folder)
    if not _is_ours(files):
        return 1
    control = Control()
    files.tell_report(control.board.report())
    with _heard(files, control):
        ending = _done(files, control)
    _tell_end(files, replace(control.board.report(), **ending))
    return 0


def _is_ours(files: ExportFiles) -> bool:
    """Take the export, unless another process has."""
    own, owner = Identity.own(), files.process()
    if owner is not None and owner.pid != own.pid and owner.alive:
        return False
    files.tell_process(own)
    return True


def _done(files: ExportFiles, control: Control) -> dict[str, Any]:
    """Do it; what the report says at its end."""
    from srstudio.jobs.export_job import export

    order = files.order()
    if order is None:
        cause = f"what is to be exported cannot be read from {files.folder}"
        return {"state": State.FAILED, "cause": cause, "advice": "add it again"}
    try:
        export(
            order.settings,
            control,
            resume=order.resume,
            previews=files.folder,
            published=lambda: files.tell_report(control.board.report(), last=True),
        )
    except Cancelled:
        suspended = control.ending == "suspend"
        return {"state": State.INTERRUPTED if suspended else State.CANCELLED, "stage": ""}
    except Exception as error:
        cause, advice = explain(error, "The export")
        return {"state": State.FAILED, "stage": "", "cause": cause, "advice": advice}
    return {}


def _tell_end(files: ExportFiles, report: Report) -> None:
    """Say how it ended, unless the export was taken out of the list since its file is there."""
    if files.removed:
        return
    try:
        files.tell_report(report, last=True)
    except OutputError:
        if not files.removed:
            raise


@contextmanager
def _heard(files: ExportFiles, control: Control) -> Iterator[None]:
    """Report what happens, and obey what is asked for, as long as the block lasts."""
    over = threading.Event()
    thread = threading.Thread(target=_attend, args=(files, control, over), name="attending")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _attend(files: ExportFiles, control: Control, over: threading.Event) -> None:
    told = 0.0
    while not over.wait(_LISTENING):
        _obey(files.word(), control)
        if time.monotonic() - told >= _TELLING:
            told = time.monotonic()
            with suppress(OSError):  # a full disk ends the export elsewhere, in a sentence
                files.tell_report(control.board.report())


def _obey(word: str, control: Control) -> None:
    if word in _ENDINGS:
        control.cancel(_ENDINGS[word])
    elif word == "pause":
        control.pause()
    else:
        control.go_on()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    raise SystemExit(main(Path(sys.argv[1])))
