"""A view to be looked at, and the wheel over it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from srstudio.gui.viewer.comparison_view import ComparisonView


def active_view(qtbot: QtBot, width: int, height: int) -> ComparisonView:
    """An empty view of that size without labels, which has the keyboard."""
    view = ComparisonView()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.toggle_labels()
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def wheel(
    view: ComparisonView,
    at: tuple[int, int],
    angle: int = 0,
    pixels: int = 0,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Turn the wheel, or move two fingers, at a point of the view."""
    event = QWheelEvent(
        QPointF(*at),
        view.mapToGlobal(QPointF(*at)),
        QPoint(0, pixels),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
