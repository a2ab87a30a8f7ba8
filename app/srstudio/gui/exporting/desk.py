"""Ties exporting to the window: its page, its dialog, its line in the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from srstudio.gui.background import Background
from srstudio.gui.exporting.page import ExportPage
from srstudio.gui.theme import Colours
from srstudio.settings.schema import ExportChoices

if TYPE_CHECKING:
    from srstudio.gui.document import Document
    from srstudio.gui.main_window import MainWindow


class ExportDesk(QObject):
    """Everything about exporting in one window.

    Args:
        document: Has the models.
        window: Shows the page.
        choices: What was chosen the last time; kept up to date.

    Signals:
        failed: A `StudioError`.
        page_asked: The queue is to be seen.
        compare_asked: Paths to be opened: what was exported, and what it was made of.
    """

    failed = Signal(object)
    page_asked = Signal()
    compare_asked = Signal(object)

    def __init__(self, document: Document, window: MainWindow, choices: ExportChoices) -> None:
        super().__init__()
        self._document, self._window, self._choices = document, window, choices
        self._background = Background()
        self._colours: Colours = {}
        self.page: ExportPage | None = None

    @property
    def still_going(self) -> Sequence[str]:
        """The exports that were begun here and have not ended."""
        return []

    def stop_all(self, then: Callable[[], None]) -> None:
        """Let them stop, so that they can be resumed; call `then` as soon as they know."""
        then()

    def open_page(self) -> ExportPage:
        """The page; made when it is needed for the first time."""
        if self.page is None:
            self.page = ExportPage()
            self.page.recolour(self._colours)
        return self.page

    def set_seen(self, seen: bool) -> None:
        """Whether the page is on the screen."""

    def export_opened(self) -> None:
        """Ask how to export the video that is open."""

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        if self.page is not None:
            self.page.recolour(colours)

    def close(self) -> None:
        """Look after nothing any more; exports go on."""
        self._background.close()
