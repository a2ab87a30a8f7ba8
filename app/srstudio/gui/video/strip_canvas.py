"""What the strip of the timeline shows of a clip."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from srstudio.gui.theme import Colours
from srstudio.gui.video import timeline_paint
from srstudio.gui.video.ruler import Numbers, Ruler
from srstudio.gui.video.timeline_paint import Look
from srstudio.media.video.timeline import Timeline

_MARGIN = 12  # beside the line, where the handles are
_SMALLER = 0.85
_BY_MOUSE = Qt.FocusReason.MouseFocusReason


class StripCanvas(QWidget):
    """Paints frame, region and computed frames along the times of a clip."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(160)
        self._timeline: Timeline | None = None
        self._number, self._marks = 0, range(0)
        self._kept: dict[str, Numbers] = {}
        self._titles: Mapping[str, str] = {}
        self._colours: Colours = {}
        self._hover: float | None = None
        self._focus_seen = False

    def sizeHint(self) -> QSize:
        """As high as its rows need."""
        return QSize(640, timeline_paint.height_of(len(self._kept)))

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.update()

    def set_timeline(self, timeline: Timeline | None) -> None:
        """Another clip, of which nothing is known yet; None: no clip."""
        self._timeline, self._number, self._marks = timeline, 0, range(0)
        self.set_kept({})

    def set_number(self, number: int) -> None:
        """The frame that is shown."""
        if number != self._number:
            self._number = number
            self.update()

    def set_marks(self, marks: range | None) -> None:
        """The region; None for the whole clip."""
        self._marks = marks or range(0)
        self.update()

    def set_kept(self, kept: Mapping[str, Collection[int]]) -> None:
        """The frames that are computed, by source."""
        rows = len(self._kept)
        self._kept = {key: np.fromiter(n, np.int64, len(n)) for key, n in kept.items()}
        if len(kept) != rows:
            self.updateGeometry()
        self.update()

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """What people read for the sources."""
        self._titles = titles

    @property
    def ruler(self) -> Ruler | None:
        """Where the times of the clip are; None without a clip."""
        if self._timeline is None:
            return None
        return Ruler(self._timeline, _MARGIN, max(1, self.width() - 2 * _MARGIN))

    @property
    def region(self) -> range:
        """What is marked, or else the whole clip."""
        return self._marks or range(0 if self._timeline is None else len(self._timeline))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the strip."""
        ruler, region = self.ruler, self.region
        if ruler is None or not self._colours:
            return
        look = Look(
            ruler,
            self._number,
            (region.start, region.stop),
            bool(self._marks),
            [ruler.spans(numbers) for numbers in self._kept.values()],
            self._hover,
        )
        painter = QPainter(self)
        timeline_paint.paint(painter, look, self._colours, self._font())
        if self._focus_seen:
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 0, -2, -1), 3, 3)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes, if it was used to get here."""
        self._focus_seen = event.reason() != _BY_MOUSE
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It goes elsewhere."""
        self._focus_seen = False
        self.update()
        super().focusOutEvent(event)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
        return font
