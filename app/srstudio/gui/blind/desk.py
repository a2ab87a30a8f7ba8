"""Ties blind tests to the window: what is at hand, the table of answers, and the way out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from srstudio.compare.blind_outcome import as_csv
from srstudio.compare.blind_test import BlindTest
from srstudio.gui.background import Background
from srstudio.gui.blind.losing import LosingDialog
from srstudio.gui.blind.order import Material
from srstudio.gui.blind.page import BlindPage
from srstudio.gui.document import TRUTH
from srstudio.gui.plotting.exporting import ask_where, write_table
from srstudio.gui.theme import Colours

if TYPE_CHECKING:
    from srstudio.gui.document import Document


class BlindDesk(QObject):
    """Everything about blind tests in one window.

    Args:
        document: Has the pictures.

    Signals:
        told: A sentence for the window.
        failed: A `StudioError`.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._background = Background()
        self._colours: Colours = {}
        self._seen = False
        self._given_up: BlindTest | None = None
        self.page: BlindPage | None = None
        document.opened_changed.connect(self._refresh)
        document.models_changed.connect(self._refresh)
        document.frame_changed.connect(self._refresh)
        document.result_added.connect(lambda _: self._refresh())
        document.result_dropped.connect(lambda _: self._refresh())

    def open_page(self) -> BlindPage:
        """The page; made when it is needed for the first time."""
        if self.page is None:
            self.page = page = BlindPage(self._background)
            page.save_asked.connect(self._save)
            page.failed.connect(self.failed)
            page.recolour(self._colours)
        return self.page

    def set_seen(self, seen: bool) -> None:
        """Whether the page is on the screen."""
        self._seen = seen
        self._refresh()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        if self.page is not None:
            self.page.recolour(colours)

    def may_close(self, window: QWidget) -> bool:
        """Whether the window can be closed; if not, a person is asked, and it closes then."""
        page = self.page
        if page is None or not page.unsaved or page.test is self._given_up:
            return True
        LosingDialog(page.unsaved, "Close", partial(self._leave, window), window).show()
        return False

    def close(self) -> None:
        """Prepare nothing any more."""
        self._background.close()

    def _leave(self, window: QWidget) -> None:
        # Of this test only: should the window stay after all, there may be others.
        self._given_up = None if self.page is None else self.page.test
        window.close()

    def _refresh(self) -> None:
        if self._seen and self.page is not None:
            self.page.show_material(material_of(self._document))

    def _save(self) -> None:
        """Ask for a name, and write the answers that are there now."""
        page = self.page
        if page is None or page.test is None:
            return
        test = page.test
        make = partial(as_csv, test, dict(page.titles), page.name)

        def save(path: Path) -> None:
            self._background.submit(
                lambda: write_table(make, path),
                lambda written: self._tell(written, test),
                self.failed.emit,
            )

        ask_where(page, "csv", f"{page.name} blind test", save, "Save the answers")

    def _tell(self, path: Path, test: BlindTest) -> None:
        if self.page is not None and self.page.test is test:
            self.page.saved = True
        self.told.emit(f"Saved {path}")


def material_of(document: Document) -> Material:
    """The sources that have their whole picture."""
    opened = document.opened
    if opened is None:
        return Material()
    frames = {key: document.frame(key) for key in document.source_keys}
    there = {key: frame for key, frame in frames.items() if frame is not None}
    titles = {key: document.title(key) for key in there}
    return Material(opened.stem, titles, there, TRUTH if TRUTH in there else "")
