from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from srstudio.gui.actions import GESTURES, MENUS, TOOL_BAR, VERBS
from srstudio.gui.dialogs.pages import AboutPage, ShortcutsPage, shortcut_rows
from srstudio.gui.studio import Studio

OTHERS = {"-", "recent", "theme", "panels", "scale", "device", "precision", "colours"}


def test_no_two_verbs_share_a_key() -> None:
    keys = Counter(QKeySequence(key).toString() for verb in VERBS for key in verb.keys)
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_key_means_something_to_qt() -> None:
    for verb in VERBS:
        assert all(not QKeySequence(key).isEmpty() for key in verb.keys)


def test_menus_and_tool_bar_name_what_exists() -> None:
    names = {verb.name for verb in VERBS} | OTHERS
    assert {name for part in MENUS.values() for name in part} <= names
    assert set(TOOL_BAR) <= names


def test_every_verb_is_in_a_menu() -> None:
    listed = {name for part in MENUS.values() for name in part}
    assert {verb.name for verb in VERBS} <= listed


def test_every_verb_does_something(studio: Studio) -> None:
    assert set(studio.verbs.slots()) == {verb.name for verb in VERBS}


def test_the_page_lists_every_key() -> None:
    written = " ".join(keys for keys, _ in [*shortcut_rows(), *GESTURES])
    for verb in VERBS:
        assert all(QKeySequence(key).toString() in written for key in verb.keys)
    for key in ("1 ... 9", "Wheel", "Space", "Tab", "F11"):
        assert key in written


def test_the_pages_open_beside_the_window(studio: Studio) -> None:
    studio.actions["shortcuts"].trigger()
    studio.actions["about"].trigger()
    for kind in (ShortcutsPage, AboutPage):
        page = studio.window.findChild(kind)
        assert page is not None
        assert page.isVisible()
        assert not page.isModal()
        page.close()
