"""Looks at a draft off the GUI thread: whether it can be made, and how large it will be."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.gui.background import Background
from srstudio.gui.exporting.checking import Checked, examine
from srstudio.gui.exporting.draft import Draft, problems
from srstudio.gui.exporting.estimate import Estimate, estimate
from srstudio.gui.exporting.latest import Latest
from srstudio.jobs.export import ExportSettings

_SETTLE_MS = 300


class Assessor(QObject):
    """Answers when nobody types any more; only about the newest draft.

    Args:
        background: Reads and measures.
        settings: A draft as an export is told.

    Attributes:
        promised: Outputs of exports that have not ended.

    Signals:
        checked: A `Checked`.
        failed: A `StudioError` that nobody foresaw.
        measuring: How large it will be is being measured.
        measured: An `Estimate`; None where nobody knows.
    """

    checked = Signal(object)
    failed = Signal(object)
    measuring = Signal()
    measured = Signal(object)

    def __init__(self, background: Background, settings: Callable[[Draft], ExportSettings]) -> None:
        super().__init__()
        self.promised: Collection[str] = ()
        self._settings = settings
        self._draft: Draft | None = None
        self._sized: tuple[object, ...] = ()
        self._checks: Latest[Checked] = Latest(background, self._take, self.failed.emit)
        self._sizes: Latest[Estimate] = Latest(
            background, self.measured.emit, lambda _: self.measured.emit(None)
        )
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._begin)

    def assess(self, draft: Draft) -> None:
        """Look at a draft soon, in place of the one before."""
        self._draft = draft
        self._settle.start()

    def drop(self) -> None:
        """Say nothing any more."""
        self._settle.stop()
        self._checks.drop()
        self._sizes.drop()

    def _begin(self) -> None:
        draft = self._draft
        if draft is None or problems(draft):
            return
        self._checks.ask(partial(examine, draft, self._settings(draft), self.promised))
        decisive = _what_size_depends_on(draft)
        if decisive != self._sized:
            self._sized = decisive
            self.measuring.emit()
            self._sizes.ask(partial(estimate, draft))

    def _take(self, checked: Checked) -> None:
        if not self._settle.isActive():
            self.checked.emit(checked)


def _what_size_depends_on(draft: Draft) -> tuple[object, ...]:
    encoding = (draft.output.key, draft.quality, draft.preset, draft.bits)
    return (*encoding, draft.size, draft.first, draft.last, Path(draft.path).parent)
