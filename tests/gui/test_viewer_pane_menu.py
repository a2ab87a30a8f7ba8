"""A right click on a pane: another source, one more pane, one less."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from srstudio.compare.sources import Source
from srstudio.gui.viewer.comparison_view import ComparisonView

LEFT, RIGHT = QPoint(100, 150), QPoint(300, 150)


@pytest.fixture
def view(qtbot: QtBot) -> ComparisonView:
    view = ComparisonView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.set_content(400, 300)
    view.set_sources(
        [Source("raw", "Raw", "lr"), Source("net", "Net", "model"), Source("gt", "Truth", "truth")]
    )
    return view


def menu_at(view: ComparisonView, at: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    QApplication.sendEvent(view, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def panes(view: ComparisonView) -> list[str]:
    return list(view.comparison.panes)


def choose(view: ComparisonView, at: QPoint, text: str) -> None:
    menu = menu_at(view, at)
    (action,) = [a for a in menu.actions() if a.text().replace("&", "") == text]
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_any_source_can_be_set_against_any_other(view: ComparisonView) -> None:
    assert panes(view) == ["raw", "net"]
    choose(view, LEFT, "3  Truth")
    assert panes(view) == ["gt", "net"]
    choose(view, LEFT, "2  Net")
    assert panes(view) == ["net", "gt"]


def test_panes_come_and_go(view: ComparisonView) -> None:
    choose(view, RIGHT, "Add a pane")
    assert panes(view) == ["raw", "net", "gt"]
    menu = menu_at(view, RIGHT)
    assert [a.text() for a in menu.actions() if not a.isEnabled()] == ["&Add a pane"]
    menu.close()
    choose(view, LEFT, "Remove this pane")
    assert panes(view) == ["net", "gt"]


def test_in_place_another_source_is_shown_in_place(view: ComparisonView) -> None:
    view.show_source(1)
    menu = menu_at(view, LEFT)
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["&1  Raw"]
    menu.close()
    choose(view, LEFT, "3  Truth")
    assert view.comparison.shown == "gt"
