"""What pages with a list of jobs have in common: where things are, and buttons that tell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

_DETAILS_WIDTH = 1000


def lay_out(
    page: QWidget, tools: QHBoxLayout, column: Sequence[QWidget], details: QWidget, width: int
) -> None:
    """A column on the left and details on the right, with a handle between them.

    Args:
        page: What they fill.
        tools: Stand above the column.
        column: From top to bottom; the first, the list, takes what room there is.
        details: Of what is selected.
        width: Of the column at first, in pixels.
    """
    left = QWidget()
    layout = QVBoxLayout(left)
    layout.setContentsMargins(10, 12, 4, 10)
    layout.setSpacing(8)
    layout.addLayout(tools)
    for widget in column:
        layout.addWidget(widget, int(widget is column[0]))
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setChildrenCollapsible(False)
    split.addWidget(left)
    split.addWidget(details)
    split.setSizes([width, _DETAILS_WIDTH])
    split.setStretchFactor(1, 1)
    whole = QHBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(split)


def telling_button(text: str, tip: str, signal: SignalInstance) -> QPushButton:
    """A button that emits a signal without arguments."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(lambda: signal.emit())
    return button
