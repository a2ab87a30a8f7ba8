"""Axes and titles of plots, as people write numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneResizeEvent

_STEPS = (1, 2, 5)  # of a decade
_TICK_HEIGHT = 18
_SMALLEST_TITLE = 0.75
_ANY_WIDTH = 16_777_215.0  # the greatest that Qt knows


class StepAxis(pg.AxisItem):  # type: ignore[misc]
    """Steps as people write them: 500, 4,000, 300k."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """What is written at the ticks."""
        if spacing >= 1_000:
            return [f"{value / 1_000:,.0f}k" if value else "0" for value in values]
        return [f"{value:,.0f}" if value == int(value) else "" for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Values; on a logarithmic axis at 1, 2 and 5, or at powers of ten where these are many.

    Attributes:
        ceiling: Where infinite values are drawn; infinite itself where there are none.
    """

    ceiling = math.inf

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where the ticks are, by the distance between them."""
        if not self.logMode:
            ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return ticks if math.isinf(self.ceiling) else self._below_ceiling(ticks)
        decades = range(math.floor(low), math.ceil(high) + 1)
        few = (high - low) * len(_STEPS) * _TICK_HEIGHT < size
        steps = _STEPS if few else _STEPS[:1]
        places = [decade + math.log10(step) for decade in decades for step in steps]
        return [(1.0, [place for place in places if low <= place <= high])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """What is written at the ticks, in as many digits as there is room for."""
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        return [f"{value:.4g}" if value < self.ceiling else "\u221e" for value in values]

    def _below_ceiling(
        self, ticks: list[tuple[float, list[float]]]
    ) -> list[tuple[float, list[float]]]:
        """The ceiling, and the ticks that are not too near to it."""
        spacing = ticks[0][0]
        below = [[v for v in values if v < self.ceiling - spacing / 2] for _, values in ticks]
        below[0].append(self.ceiling)
        return [(each, values) for (each, _), values in zip(ticks, below, strict=True)]

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """What is written at the ticks."""
        return [_short(10.0**value) for value in values]


class Title(pg.LabelItem):  # type: ignore[misc]
    """A title that takes what room there is, and makes its plot no wider.

    A long one is written smaller, and cut where that does not do.
    """

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent=parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None) -> None:
        """Fit the text into the room; told of a new text, too, then without an event."""
        room, needed = self.size().width(), self.item.boundingRect().width()
        if room > 0:
            self.item.setScale(min(1.0, max(_SMALLEST_TITLE, room / needed)))
        super().resizeEvent(event)

    def setMinimumWidth(self, _width: float) -> None:
        """Whatever the text would need."""
        super().setMinimumWidth(0.0)

    def sizeHint(self, hint: Qt.SizeHint, constraint: QSizeF) -> QSizeF:
        """As high as the text, and as wide as there is room."""
        width = _ANY_WIDTH if hint == Qt.SizeHint.MaximumSize else 0.0
        return QSizeF(width, super().sizeHint(hint, constraint).height())


def _short(value: float) -> str:
    """A value on a logarithmic axis: 0.002, 500, 50k."""
    return f"{value / 1_000:.3g}k" if value >= 1_000 else f"{value:.3g}"
