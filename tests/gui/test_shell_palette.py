"""The search for a command."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from tests.gui.conftest import Wait

from srstudio.gui.dialogs.palette import Command, CommandPalette, commands_in
from srstudio.gui.studio import Studio


@pytest.fixture
def palette(qtbot: QtBot, studio: Studio, until_idle: Wait) -> CommandPalette:
    studio.verbs.sample()
    until_idle()
    studio.actions["palette"].trigger()
    found = studio.window.findChildren(CommandPalette)[-1]
    qtbot.waitExposed(found)
    return found


def test_it_has_all_that_the_menus_offer_now(palette: CommandPalette, studio: Studio) -> None:
    assert {"Fit to the window", "Theme: Light", "Panels: Metrics", "Blind test"} <= {
        *palette.found
    }
    assert "Frame on" not in palette.found  # no clip is open
    palette.close()
    studio.show_page("training")
    now = {command.text for command in commands_in(studio.window.menus)}
    assert "Fit to the window" not in now
    assert "Comparison" in now


def test_a_few_letters_find_it_and_enter_does_it(
    qtbot: QtBot, palette: CommandPalette, studio: Studio
) -> None:
    QTest.keyClicks(palette.field, "sid by")
    assert palette.found == ["Side by side"]
    before = studio.view.comparison.layout
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert studio.view.comparison.layout != before
    qtbot.waitUntil(lambda: not studio.window.findChildren(CommandPalette))


def test_arrows_choose_another(palette: CommandPalette, studio: Studio) -> None:
    QTest.keyClicks(palette.field, "theme")
    assert palette.found == ["Theme: As the system", "Theme: Dark", "Theme: Light"]
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert studio.settings.window.theme == "light"


def test_what_nothing_fits_does_nothing(palette: CommandPalette) -> None:
    QTest.keyClicks(palette.field, "xyzzy")
    assert palette.found == []
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.field.clear()
    assert "Quit" in palette.found


def test_words_are_looked_for_in_menu_name_and_tip(qtbot: QtBot) -> None:
    menu = QMenu("&View")
    qtbot.addWidget(menu)
    action = QAction("Next &map: off, SSIM", menu)
    action.setToolTip("Show where the source differs")
    command = Command(("View",), action)
    for words in ("", "map", "NEXT ss", "view differ", "where"):
        assert command.fits(words), words
    for words in ("ext", "map blink", "zoom"):
        assert not command.fits(words), words
