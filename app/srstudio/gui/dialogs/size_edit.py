"""Two fields for a size in pixels, which keep the aspect of a picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

Size = tuple[int, int]
_LARGEST = 65_535  # of a side, in most formats


class SizeEdit(QWidget):
    """Width and height; a change of one brings the other along.

    Signals:
        changed: The size is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._whole: Size = (1, 1)
        self._width, self._height = _field("Width"), _field("Height")
        self._reset = QPushButton("As the result", autoDefault=False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._width, QLabel("x"), self._height, QLabel("pixels"), self._reset):
            layout.addWidget(part)
        layout.addStretch()
        self.setFocusProxy(self._width)
        self._width.valueChanged.connect(self._follow_width)
        self._height.valueChanged.connect(self._follow_height)
        self._reset.clicked.connect(lambda: self._change(self._whole))

    @property
    def size_in_pixels(self) -> Size:
        """Width and height."""
        return self._width.value(), self._height.value()

    def set_whole(self, size: Size) -> None:
        """Take the aspect of a result, and its size, unless it is the one before."""
        if size != self._whole:
            self._whole = size
            self._set(size)

    def _follow_width(self, width: int) -> None:
        self._change((width, round(width * self._whole[1] / self._whole[0])))

    def _follow_height(self, height: int) -> None:
        self._change((round(height * self._whole[0] / self._whole[1]), height))

    def _change(self, size: Size) -> None:
        self._set(size)
        self.changed.emit()

    def _set(self, size: Size) -> None:
        for field, value in zip((self._width, self._height), size, strict=True):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self._reset.setEnabled(self.size_in_pixels != self._whole)


def _field(name: str) -> QSpinBox:
    field = QSpinBox(minimum=1, maximum=_LARGEST)
    field.setAccessibleName(name)
    return field
