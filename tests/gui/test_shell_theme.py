from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from srstudio.gui.actions import VERBS
from srstudio.gui.icons import application_icon, icon
from srstudio.gui.theme import ThemeManager, palette, read_colours, style_sheet
from srstudio_resources import folder

THEMES = ("dark", "light")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = ("text", "muted", "link")
GROUNDS = ("window", "base", "alternate", "button", "canvas")
PAIRS = [
    *product(TEXT, GROUNDS),
    *product(("good", "warning", "error"), ("window", "base")),
    ("accent_text", "accent"),
    ("text", "strip"),
    ("text", "strip_error"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = read_colours(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_surround_of_pictures_is_neutral(theme: str) -> None:
    for name in ("window", "base", "canvas"):
        assert QColor(read_colours(theme)[name]).saturation() == 0


def test_both_themes_name_the_same_colours() -> None:
    assert read_colours("dark").keys() == read_colours("light").keys()


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_every_colour_filled_in(theme: str) -> None:
    sheet = style_sheet(read_colours(theme))
    assert "@" not in sheet
    for path in re.findall(r"url\((.+?)\)", sheet):
        assert folder("icons").joinpath(path.rsplit("/", 1)[-1]).is_file()


def test_a_chosen_theme_does_not_ask_the_system(qapp: QApplication) -> None:
    manager = ThemeManager(qapp)
    for theme in THEMES:
        manager.follow("light" if theme == "light" else "dark")
        window = qapp.palette().color(QPalette.ColorRole.Window).name()
        assert window == read_colours(theme)["window"]
        assert manager.dark == (theme == "dark")


def test_disabled_text_is_paler(qapp: QApplication) -> None:
    made = palette(read_colours("dark"))
    groups, role = QPalette.ColorGroup, QPalette.ColorRole.WindowText
    assert made.color(groups.Disabled, role).alpha() < made.color(groups.Active, role).alpha()


@pytest.mark.parametrize("name", sorted({verb.icon for verb in VERBS if verb.icon}))
def test_every_verb_s_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication, name: str) -> None:
    image = icon(name, "#ff0000").pixmap(QSize(32, 32), 1.0).toImage()
    inked = [
        image.pixelColor(x, y)
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() > 200
    ]
    assert inked
    assert all((c.red(), c.green(), c.blue()) == (255, 0, 0) for c in inked)


def test_every_icon_is_used() -> None:
    others = {"srstudio", "tick", "close", "warning", "picture", "fold", "unfold", "up"}
    used = {verb.icon for verb in VERBS} | others
    assert {path.stem for path in folder("icons").glob("*.svg")} <= used


def test_the_application_icon_is_there_in_every_size(qapp: QApplication) -> None:
    for size in (16, 32, 256):
        assert not application_icon().pixmap(size, size).toImage().isNull()
