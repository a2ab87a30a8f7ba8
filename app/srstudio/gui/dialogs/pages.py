"""The pages behind the Help menu: keyboard and mouse; about."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from srstudio import __version__
from srstudio.gui.actions import GESTURES, VERBS, plain
from srstudio.gui.icons import application_icon

_ICON = 72
_ABOUT = """<p>Super-resolves pictures, and compares the results with each other and with the
ground truth, by eye and in numbers.</p>
<p>Everything is computed on this machine; nothing is sent anywhere.</p>
<p>Apache License 2.0. Built on PySide6 (Qt), PyTorch, OpenCV and NumPy.</p>"""


class _Page(QDialog):
    """A dialog that is only read; the window behind it stays usable."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(14)
        layout.addLayout(self.body, 1)
        layout.addWidget(buttons)


def shortcut_rows() -> list[tuple[str, str]]:
    """Every key with what it does, from the table of verbs."""
    native = QKeySequence.SequenceFormat.NativeText
    rows = []
    for verb in VERBS:
        if verb.keys:
            keys = " or ".join(QKeySequence(key).toString(native) for key in verb.keys)
            rows.append((keys, plain(verb.text)))
    return rows


class ShortcutsPage(_Page):
    """Keyboard and mouse, made from the table of verbs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Keyboard and mouse", parent)
        columns = QHBoxLayout()
        columns.setSpacing(36)
        rows = [*shortcut_rows(), *GESTURES]
        half = (len(rows) + 1) // 2
        for part in (rows[:half], rows[half:]):
            columns.addLayout(_table(part))
        holder = QWidget()
        holder.setLayout(columns)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(holder)
        self.body.addWidget(area)
        hint = holder.sizeHint()
        self.resize(min(hint.width() + 60, 1100), min(hint.height() + 90, 720))


def _table(rows: Iterable[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(7)
    line = 0
    for line, (keys, text) in enumerate(rows):
        key = QLabel(keys)
        key.setProperty("role", "key")
        grid.addWidget(key, line, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(QLabel(text), line, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(line + 1, 1)
    return grid


class AboutPage(_Page):
    """What this program is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("About SR Studio", parent)
        picture = QLabel()
        ratio = self.devicePixelRatioF()
        picture.setPixmap(application_icon().pixmap(QSize(_ICON, _ICON), ratio))
        title = QLabel(f"SR Studio {__version__}")
        title.setProperty("role", "title")
        text = QLabel(_ABOUT, wordWrap=True)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(text)
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.body.addLayout(row)
        self.setFixedWidth(460)
