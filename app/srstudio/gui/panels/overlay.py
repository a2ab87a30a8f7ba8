"""Which map lies over the picture, and how strongly."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from srstudio.settings.schema import OverlayName

KINDS: tuple[tuple[str, OverlayName], ...] = (
    ("Off", "off"),
    ("Absolute difference", "absolute"),
    ("Signed difference", "signed"),
    ("SSIM", "ssim"),
)


class OverlayPanel(QWidget):
    """Chooser of the map and its opacity; and whether pixels are squares.

    Signals:
        kind_chosen: `off`, `absolute`, `signed` or `ssim`.
        opacity_chosen: 0 to 1.
        nearest_chosen: Whether pixels are squares at and above 100 %.
    """

    kind_chosen = Signal(str)
    opacity_chosen = Signal(float)
    nearest_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._kind = QComboBox()
        for text, name in KINDS:
            self._kind.addItem(text, name)
        self._kind.activated.connect(lambda row: self.kind_chosen.emit(self._kind.itemData(row)))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(0, 100)
        self._opacity.valueChanged.connect(lambda value: self.opacity_chosen.emit(value / 100))
        self._nearest = QCheckBox("Pixels as squares at and above 100 %")
        self._nearest.toggled.connect(self.nearest_chosen)
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._arrange()
        self.set_note("")

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("&Map", self._kind)
        form.addRow("&Opacity", self._opacity)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(form)
        for widget in (self._note, self._nearest):
            layout.addWidget(widget)
        layout.addStretch()

    def set_state(self, kind: OverlayName, opacity: float, nearest: bool) -> None:
        """Show what is set, without asking for anything."""
        for widget in (self._kind, self._opacity, self._nearest):
            widget.blockSignals(True)
        self._kind.setCurrentIndex(self._kind.findData(kind))
        self._opacity.setValue(round(opacity * 100))
        self._opacity.setEnabled(kind != "off")
        self._nearest.setChecked(nearest)
        for widget in (self._kind, self._opacity, self._nearest):
            widget.blockSignals(False)

    @property
    def note(self) -> str:
        """Why there is no map; empty where there is one."""
        return self._note.text()

    def set_note(self, text: str) -> None:
        """Say why there is no map; nothing where there is one."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
