"""What the rows of the export dialog are edited with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from srstudio.gui.exporting.outputs import Output
from srstudio.media.video.codecs import Scale


class Editor(QWidget):
    """Something of a row.

    Signals:
        changed: A person, or what depends on it, has changed it.
    """

    changed = Signal()

    def row(self, *parts: QWidget) -> QHBoxLayout:
        """Lay parts out beside each other."""
        layout = QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            layout.addWidget(part)
        self.setFocusProxy(parts[0])
        return layout


class FormatEdit(Editor):
    """Which kind of result, and in which container."""

    def __init__(self) -> None:
        super().__init__()
        self.output, self.suffix = QComboBox(), QComboBox()
        self.suffix.setAccessibleName("Container")
        layout = self.row(self.output, self.suffix)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.output.currentIndexChanged.connect(lambda _: self._list_suffixes())
        self.suffix.activated.connect(lambda _: self.changed.emit())

    @property
    def chosen(self) -> Output:
        """The kind of result."""
        chosen: Output = self.output.currentData()
        return chosen

    def set_outputs(self, outputs: tuple[Output, ...], key: str, suffix: str) -> None:
        """Offer these; select the one that was chosen the last time, if it is there."""
        self.output.blockSignals(True)
        for output in outputs:
            self.output.addItem(output.title, output)
        keys = [output.key for output in outputs]
        self.output.setCurrentIndex(keys.index(key) if key in keys else 0)
        self.output.blockSignals(False)
        self._list_suffixes()
        if suffix in self.chosen.suffixes:
            self.suffix.setCurrentText(suffix)

    def _list_suffixes(self) -> None:
        self.suffix.clear()
        self.suffix.addItems(list(self.chosen.suffixes))
        self.suffix.setEnabled(len(self.chosen.suffixes) > 1)
        self.changed.emit()


class QualityEdit(Editor):
    """A slider from the smallest file to the best picture, with the codec's own number."""

    def __init__(self) -> None:
        super().__init__()
        self.number = QSpinBox()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._ends = 0  # smallest and largest number together
        layout = self.row(self._slider, self.number)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self._slider.valueChanged.connect(lambda at: self.number.setValue(self._ends - at))
        self.number.valueChanged.connect(self._follow)

    def set_scale(self, scale: Scale, value: int) -> None:
        """Take the scale of a codec; smaller numbers are better, and at the right."""
        self._ends = scale.best + scale.worst
        for part, at in ((self._slider, self._ends - value), (self.number, value)):
            part.blockSignals(True)
            part.setRange(scale.best, scale.worst)
            part.setValue(at)
            part.blockSignals(False)

    def _follow(self, number: int) -> None:
        self._slider.setValue(self._ends - number)
        self.changed.emit()


class PartEdit(Editor):
    """The first and the last frame."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = QSpinBox(), QSpinBox()
        self.first.setAccessibleName("First frame")
        self.last.setAccessibleName("Last frame")
        self.whole = QPushButton("All", autoDefault=False)
        self.whole.setToolTip("All frames of the video")
        layout = self.row(self.first, QLabel("to"), self.last, self.whole)
        layout.addStretch(1)
        self.setLayout(layout)
        for part in (self.first, self.last):
            part.valueChanged.connect(lambda _: self._tell())
        self.whole.clicked.connect(self._take_all)

    def set_frames(self, count: int, part: range | None) -> None:
        """Offer so many; select a part, or all."""
        for field in (self.first, self.last):
            field.setRange(0, max(0, count - 1))
        part = part or range(count)
        self.first.setValue(part.start)
        self.last.setValue(part.stop - 1)
        self._tell()

    def _take_all(self) -> None:
        self.first.setValue(0)
        self.last.setValue(self.last.maximum())

    def _tell(self) -> None:
        is_part = (self.first.value(), self.last.value()) != (0, self.last.maximum())
        self.whole.setEnabled(is_part)
        self.changed.emit()
