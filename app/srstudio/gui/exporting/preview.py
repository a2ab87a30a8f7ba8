"""The frame that is being written, before and after, with a slider between them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget

from srstudio.compare.sources import Source
from srstudio.gui.background import Background
from srstudio.gui.exporting.latest import Latest
from srstudio.gui.exporting.words import model_text
from srstudio.gui.opening import display_pyramid
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.export_status import ExportStatus, Preview, State
from srstudio.media.still import read_picture

_BEFORE, _AFTER = "before", "after"
_SOON = "The first frames are shown here as soon as they are made"
_NONE = "There is no frame to be shown"
_LATER = "Frames are shown here once it is this export's turn"
_EXPECTED = {State.QUEUED: _LATER, State.STARTING: _SOON, State.RUNNING: _SOON}

Pair = tuple[Preview, Pyramid, Pyramid]


class PreviewPane(QStackedWidget):
    """Shows the latest frame of an export; read off the GUI thread.

    Args:
        background: Reads the pictures.
    """

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.view = ComparisonView()
        self.view.setAcceptDrops(False)
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "muted")
        self.addWidget(self._hint)
        self.addWidget(self.view)
        self._reading: Latest[Pair] = Latest(background, self._show, lambda _: None)
        self._job, self._title = "", ""
        self._wanted: Preview | None = None

    @property
    def number(self) -> int | None:
        """Of the frame that is shown."""
        shown = self.currentWidget() is self.view
        return self._wanted.number if shown and self._wanted is not None else None

    def show_job(self, job: ExportStatus) -> None:
        """Show an export's latest frame; the one before stays until it is read."""
        if job.id != self._job:
            self._job, self._wanted = job.id, None
            self._reading.drop()
            self.setCurrentWidget(self._hint)
        self._hint.setText(_EXPECTED.get(job.state, _NONE))
        preview, self._title = job.report.preview, model_text(job.settings)
        if preview is not None and preview != self._wanted:
            self._wanted = preview
            self._reading.ask(partial(_read, preview))

    def _show(self, pair: Pair) -> None:
        preview, before, after = pair
        view = self.view
        sources = (
            Source(_BEFORE, "Before", "lr", f"frame {preview.number}"),
            Source(_AFTER, self._title, "model", f"frame {preview.number}"),
        )
        if view.sources != sources:
            view.set_sources(sources)
        view.set_content(*after.size)
        view.set_picture(_BEFORE, before)
        view.set_picture(_AFTER, after)
        self.setCurrentWidget(view)


def _read(preview: Preview) -> Pair:
    before, after = (display_pyramid(read_picture(p)) for p in (preview.before, preview.after))
    return preview, before, after
