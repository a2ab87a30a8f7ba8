"""What the curves of a clip show: which figures, by which the worst, of how much of the clip."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from srstudio.gui.video.series import KINDS
from srstudio.jobs.curves import Figure

_FIRST: tuple[Figure, ...] = ("psnr", "ssim")
_WITHOUT_TRUTH: tuple[Figure, ...] = ("warping",)


class CurvesHead(QWidget):
    """The line above the plots.

    Signals:
        changed: Other figures are to be shown, or the worst by another.
        whole_asked: Whether frames are to be computed that nobody has looked at.
        export_asked: The kind of file, `png` or `csv`.
    """

    changed = Signal()
    whole_asked = Signal(bool)
    export_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._has_truth = True
        self.actions_of = {figure: self._action(figure) for figure in KINDS}
        self.by, self.whole = QComboBox(), QCheckBox("Whole clip")
        self.by.setAccessibleName("Worst frames by")
        self.by.setToolTip("By which figure the worst frames are found")
        self.whole.setToolTip(
            "Compute and measure every frame of the region, not only those that were looked at"
        )
        self.whole.setChecked(True)
        self.save = _menu_button("Save", self._saves())
        self.choose = _menu_button("Figures", QMenu(self))
        self.choose.menu().addActions(list(self.actions_of.values()))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self.choose, self.by, self.whole):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.save)
        self.by.activated.connect(lambda _: self.changed.emit())
        self.whole.toggled.connect(self.whole_asked)
        self._list_figures()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is shown, in order."""
        return tuple(f for f, action in self.actions_of.items() if action.isChecked())

    @property
    def worst_by(self) -> Figure:
        """The figure by which the worst frames are found."""
        figure: Figure = self.by.currentData()
        return figure

    def set_has_truth(self, has_truth: bool) -> None:
        """Offer what can be measured."""
        if has_truth == self._has_truth:
            return
        self._has_truth = has_truth
        first = _FIRST if has_truth else _WITHOUT_TRUTH
        for figure, action in self.actions_of.items():
            action.setEnabled(has_truth or not KINDS[figure].needs_truth)
            action.setChecked(figure in first)
        self._list_figures()

    def _action(self, figure: Figure) -> QAction:
        action = QAction(KINDS[figure].title, self, checkable=True)
        action.setChecked(figure in _FIRST)
        action.triggered.connect(lambda _: self._choose(action))
        return action

    def _choose(self, action: QAction) -> None:
        if not self.figures:
            action.setChecked(True)  # something has to be shown
        self._list_figures()
        self.changed.emit()

    def _list_figures(self) -> None:
        """The worst are found by one of the figures that are shown."""
        before = self.by.currentData()
        self.by.clear()
        for figure in self.figures:
            self.by.addItem(f"Worst by {KINDS[figure].title}", figure)
        self.by.setCurrentIndex(max(0, self.by.findData(before)))

    def _saves(self) -> QMenu:
        menu = QMenu(self)
        for text, kind in (("Table (CSV)...", "csv"), ("Picture (PNG)...", "png")):
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, kind=kind: self.export_asked.emit(kind))
        return menu


def _menu_button(text: str, menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setProperty("role", "menu")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    return button
