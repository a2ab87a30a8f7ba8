"""Two parts beside each other where there is room for that, else one below the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

_WIDE = 1.6  # from this ratio of width to height on, the parts are beside each other
_BESIDE, _BELOW = (2_000, 1_000), (1_500, 1_000)


class TurningSplit(QSplitter):
    """A splitter that follows its own shape; the first part is the larger one."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)
        self._is_wide: bool | None = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn, where the shape asks for it."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
            self.setSizes(_BESIDE if is_wide else _BELOW)
