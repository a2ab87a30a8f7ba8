"""Dark and light: one palette each, following the system unless the settings say otherwise."""

from __future__ import annotations

import re
import tomllib

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from srstudio.settings.schema import Theme
from srstudio_resources import folder

Colours = dict[str, str]
_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
}
_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "base",
    QPalette.ColorRole.AlternateBase: "alternate",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "button",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.ToolTipBase: "base",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "accent_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "canvas",
}
_PALED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


def read_colours(name: str) -> Colours:
    """The named colours of the theme `dark` or `light`, as `#rrggbb`."""
    text = (folder("themes") / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def palette(colours: Colours) -> QPalette:
    """A whole palette from the named colours."""
    made = QPalette(QColor(colours["button"]), QColor(colours["window"]))
    for role, name in _ROLES.items():
        made.setColor(role, QColor(colours[name]))
    for role in _PALED:
        made.setColor(QPalette.ColorGroup.Disabled, role, _pale(colours))
    return made


def _pale(colours: Colours) -> QColor:
    muted = QColor(colours["muted"])
    muted.setAlpha(140)
    return muted


def style_sheet(colours: Colours) -> str:
    """The style sheet with the theme's colours filled in."""
    text = (folder("themes") / "style.qss").read_text("utf-8")
    words = {**colours, "icons": folder("icons").as_posix()}
    return re.sub(r"@(\w+)", lambda match: words[match[1]], text)


class ThemeManager(QObject):
    """Applies the theme to the application and follows the system's changes.

    Args:
        application: Gets style, palette and style sheet.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._theme: Theme = "system"
        self.colours: Colours = {}
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark theme is shown."""
        system = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return system if self._theme == "system" else self._theme == "dark"

    def follow(self, theme: Theme) -> None:
        """Show the given theme, or whatever the system has."""
        self._theme = theme
        # For what the system draws, such as the title bar; not every system listens.
        self._application.styleHints().setColorScheme(_SCHEMES[theme])
        self._apply()

    def _apply(self) -> None:
        colours = read_colours("dark" if self.dark else "light")
        if colours == self.colours:
            return
        self.colours = colours
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()
