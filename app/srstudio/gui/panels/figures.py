"""The table of figures that several panels share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter  # of figures


def figure_table(
    name: str, headings: Sequence[str], tree: QTreeWidget | None = None
) -> QTreeWidget:
    """A table to be read, not operated: names at the left, figures aligned at the right.

    Args:
        name: What a screen reader calls it.
        headings: Of the columns; the first is for names and takes what room is left.
        tree: Becomes the table; None: a new one does.
    """
    tree = tree or QTreeWidget()
    tree.setAccessibleName(name)
    tree.setHeaderLabels(list(headings))
    tree.setRootIsDecorated(False)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setDefaultAlignment(RIGHT)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    tree.headerItem().setTextAlignment(0, left)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return tree
