"""What is seen before a picture is there: what to do, and while one is read, which."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours

_ICON = 72
_INVITATION = "Drop a picture or a video here"
_EXPLANATION = (
    "It is super-resolved at once, the part you look at first.\n"
    "Drop its larger original too, and every result is measured against it."
)


class EmptyPage(QWidget):
    """An invitation to drop or open a picture.

    Args:
        buttons: What each says, and does.
    """

    def __init__(self, buttons: Mapping[str, Callable[[], None]]) -> None:
        super().__init__()
        self.setProperty("role", "empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(_INVITATION, alignment=Qt.AlignmentFlag.AlignCenter)
        self._title.setProperty("role", "title")
        self._text = QLabel(_EXPLANATION, alignment=Qt.AlignmentFlag.AlignCenter)
        self._text.setProperty("role", "muted")
        self._buttons = _row(buttons)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (self._picture, self._title, self._text, self._buttons):
            layout.addWidget(widget)
            layout.addSpacing(6)
        layout.addStretch(3)

    def show_reading(self, name: str) -> None:
        """Say which picture is being read."""
        self._title.setText(f"Reading {name} ...")
        self._text.setText("")
        self._buttons.setVisible(False)

    def show_invitation(self) -> None:
        """Invite again, as no picture came."""
        self._title.setText(_INVITATION)
        self._text.setText(_EXPLANATION)
        self._buttons.setVisible(True)

    def show_drop(self, offered: bool) -> None:
        """Say that what is held over the window will be taken."""
        if self._buttons.isVisibleTo(self):
            self._title.setText("Drop to open" if offered else _INVITATION)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        drawn = icon("picture", colours["muted"])
        self._picture.setPixmap(drawn.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))


def notice(title: str, text: str) -> QWidget:
    """A page that only says why nothing is on it, and what to do."""
    page = QWidget()
    page.setProperty("role", "empty")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    column.addStretch(1)
    for words, role in ((title, "title"), (text, "muted")):
        label = QLabel(words, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        label.setProperty("role", role)
        column.addWidget(label)
    column.addStretch(1)
    return page


def _row(buttons: Mapping[str, Callable[[], None]]) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.addStretch()
    for text, slot in buttons.items():
        button = QPushButton(text)
        button.clicked.connect(lambda _checked=False, slot=slot: slot())
        layout.addWidget(button)
    layout.addStretch()
    return holder
