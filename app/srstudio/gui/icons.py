"""The icons, drawn from SVG strokes in the colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from srstudio_resources import folder

SIZES = (16, 18, 20, 24, 32, 36, 40, 48, 72, 144)
_DISABLED_OPACITY = 0.35


def _render(svg: str, size: int, opacity: float = 1.0) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def icon(name: str, colour: str) -> QIcon:
    """An icon by its file name, its strokes in `colour` (`#rrggbb`), crisp at every scale."""
    svg = (
        (folder("icons") / f"{name}.svg")
        .read_text("utf-8")
        .replace("currentColor", QColor(colour).name())
    )
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_render(svg, size))
        made.addPixmap(_render(svg, size, _DISABLED_OPACITY), QIcon.Mode.Disabled)
    return made


def application_icon() -> QIcon:
    """The icon of the window, up to 256 pixels."""
    svg = (folder("icons") / "srstudio.svg").read_text("utf-8")
    made = QIcon()
    for size in (*SIZES, 128, 256):
        made.addPixmap(_render(svg, size))
    return made
