"""Messages inside the window: one sentence that can be put away, never a dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from srstudio.core.errors import StudioError
from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours

Level = Literal["error", "warning", "info"]
_ICON = 18
# Of each level: an icon, and a colour of the theme.
_LOOKS: dict[Level, tuple[str, str]] = {
    "error": ("warning", "error"),
    "warning": ("warning", "warning"),
    "info": ("info", "link"),
}
_OPENERS = ("a", "an", "the", "there", "no", "its", "your", "nothing", "several")


def as_sentence(text: str) -> str:
    """The text with a capital at its beginning, unless that is a file's name."""
    first = text.partition(" ")[0]
    return first.capitalize() + text[len(first) :] if first in _OPENERS else text


def _nothing() -> None:
    return None


class MessageStrip(QFrame):
    """A line above the picture; hidden until there is something to say.

    Attributes:
        offer: The button, where a sentence has one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAccessibleName("Message")
        self._level: Level = "warning"
        self._colours: Colours = {}
        self._picture = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.offer = QPushButton()
        self.offer.clicked.connect(self._accept)
        self._accepted: Callable[[], None] = _nothing
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setToolTip("Put this message away")
        self._close.setAccessibleName("Put the message away")
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 6, 7)
        layout.setSpacing(10)
        layout.addWidget(self._picture)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.offer)
        layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, error: StudioError) -> None:
        """Show the cause of an error and what to do about it."""
        self.show_text(str(error), "error")

    def show_offer(self, text: str, verb: str, accepted: Callable[[], None]) -> None:
        """Show a sentence with a button: what it says, and what is called when it is pressed."""
        self.show_text(text, "info")
        self.offer.setText(verb)
        self.offer.show()
        self._accepted = accepted

    def show_text(self, text: str, level: Level = "warning") -> None:
        """Show a sentence, in place of the one before."""
        self.offer.hide()
        self._level = level
        self._text.setText(as_sentence(text))
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)
        self._draw_icons()
        self.show()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self._draw_icons()

    def _accept(self) -> None:
        self.hide()
        self._accepted()

    def _draw_icons(self) -> None:
        if self._colours:
            size = QSize(_ICON, _ICON)
            name, colour = _LOOKS[self._level]
            picture = icon(name, self._colours[colour])
            self._picture.setPixmap(picture.pixmap(size, self.devicePixelRatioF()))
            self._close.setIcon(icon("close", self._colours["text"]))
