"""Below the comparison: at which step the weights of each compared run are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours
from srstudio.gui.training.comparing import ComparedRuns, Shown
from srstudio.gui.training.step_slider import StepSlider
from srstudio.jobs.checkpoints import Checkpoint


class ComparedRow(QFrame):
    """A compared run, with the slider over its steps.

    Signals:
        chosen: The place of a checkpoint.
        install_asked: Install the weights that are shown.
        closed: Compare it no more.
    """

    chosen = Signal(int)
    install_asked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._name = QLabel()
        self.slider = StepSlider()
        self._install = QPushButton("Install as a model")
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setToolTip("Compare this run no more")
        self._close.setAccessibleName("Compare this run no more")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 6, 5)
        layout.setSpacing(12)
        for part in (self._name, self.slider, self._install, self._close):
            layout.addWidget(part, int(part is self.slider))
        self.slider.chosen.connect(self.chosen)
        self._install.clicked.connect(lambda: self.install_asked.emit())
        self._close.clicked.connect(lambda: self.closed.emit())

    def show_run(self, shown: Shown) -> None:
        """Show at which step it is."""
        self._name.setText(shown.run.name)
        self.slider.show_run(shown.run, shown.place)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._close.setIcon(icon("close", colours["text"]))


class ComparedBar(QFrame):
    """A row for each compared run; hidden while there is none.

    Args:
        compared: The compared runs.
        install: Called with a checkpoint.
    """

    def __init__(self, compared: ComparedRuns, install: Callable[[Checkpoint], None]) -> None:
        super().__init__()
        self._compared, self._install = compared, install
        self._colours: Colours = {}
        self.rows: dict[Path, ComparedRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        compared.changed.connect(self._show)
        self.hide()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        for row in self.rows.values():
            row.recolour(colours)

    def _show(self) -> None:
        shown = self._compared.shown
        for folder in [folder for folder in self.rows if folder not in shown]:
            self.rows.pop(folder).deleteLater()
        for folder, each in shown.items():
            row = self.rows.get(folder) or self._add(folder)
            row.show_run(each)
        self.setVisible(bool(shown))

    def _add(self, folder: Path) -> ComparedRow:
        row = self.rows[folder] = ComparedRow()
        row.recolour(self._colours)
        row.chosen.connect(lambda place: self._compared.choose(folder, place))
        row.closed.connect(lambda: self._compared.hide(folder))
        row.install_asked.connect(lambda: self._install(self._compared.shown[folder].checkpoint))
        self._column.addWidget(row)
        return row
