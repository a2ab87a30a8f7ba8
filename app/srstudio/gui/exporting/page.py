"""The export page: the queue at the left, beside it what is known of one export."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from srstudio.gui.theme import Colours


class ExportPage(QWidget):
    """The queue and what becomes of it."""

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
