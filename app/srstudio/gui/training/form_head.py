"""The head of the form of a new run: recipe, folders, device and name, each with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from srstudio.gui.panels.engine_bar import NamedDevice
from srstudio.gui.training.field_rows import LABEL_WIDTH, set_role
from srstudio.gui.training.folders_edit import FolderEdit, FoldersEdit
from srstudio.jobs.training_check import Part
from srstudio.jobs.training_form import grouped_recipes
from srstudio.jobs.training_runs import runs_folder
from srstudio.training.recipes import RECIPES

_SHORT, _WHOLE = "Short, good on a CPU", "As published, for a GPU"
_HELD_OUT = "Some of the pictures above are held out"
_FIRST = "fsrcnn-short"
_WIDEST = 640


class FormHead(QWidget):
    """What a run needs besides its configuration.

    Signals:
        recipe_chosen: Name of a recipe.
        changed: A folder, the device or the name.
    """

    recipe_chosen = Signal(str)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.recipes = recipe_box()
        self.data, self.device, self.name = FoldersEdit(), QComboBox(), QLineEdit()
        self.valid = FolderEdit("Folder to validate on", _HELD_OUT)
        self.device.addItem("Auto", "auto")
        self._about = QLabel(wordWrap=True)
        self._notes: dict[Part, QLabel] = {}
        self._arrange()
        self.recipes.currentIndexChanged.connect(self._choose_recipe)
        for signal in (self.data.changed, self.valid.changed, self.name.textChanged):
            signal.connect(lambda *_: self.changed.emit())
        self.device.activated.connect(lambda _: self.changed.emit())
        self._describe()

    @property
    def recipe(self) -> str:
        """Name of the chosen recipe."""
        return str(self.recipes.currentData())

    @property
    def folder(self) -> str:
        """Where the run goes; empty without a name."""
        name = self.name.text().strip()
        return str(runs_folder() / name) if name else ""

    def choose_recipe(self, name: str) -> None:
        """Choose a recipe, as a person would."""
        self.recipes.setCurrentIndex(self.recipes.findData(name))

    def set_devices(self, devices: Sequence[NamedDevice]) -> None:
        """List the devices of this machine, the best first."""
        self.device.clear()
        self.device.addItem(f"Auto: {devices[0].name}" if devices else "Auto", "auto")
        for device in devices:
            self.device.addItem(device.name, device.id)

    def show_problems(self, problems: Mapping[Part, str]) -> None:
        """Say what is wrong beside what it is wrong with."""
        for part, note in self._notes.items():
            note.setText(problems.get(part, "") or self._hint(part))
            set_role(note, "error" if part in problems else "muted")
            note.setVisible(bool(note.text()))

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 1)
        rows: tuple[tuple[str, QWidget, Part | None], ...] = (
            ("Recipe", self.recipes, None),
            ("Training data", self.data, "data"),
            ("Validation data", self.valid, "valid"),
            ("Device", self.device, None),
            ("Name of the run", self.name, "out"),
        )
        for place, (title, widget, part) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(widget)
            label.setContentsMargins(0, 4, 0, 0)
            widget.setMaximumWidth(_WIDEST)
            grid.addWidget(label, 2 * place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, 2 * place, 1)
            note = self._about if part is None else QLabel(wordWrap=True)
            if part is not None:
                self._notes[part] = note
            if widget is not self.device:
                grid.addWidget(note, 2 * place + 1, 1)
        self._about.setProperty("role", "muted")
        self.show_problems({})

    def _hint(self, part: Part) -> str:
        """What is said where nothing is wrong."""
        return f"In {Path(self.folder).parent}" if part == "out" and self.folder else ""

    def _choose_recipe(self) -> None:
        self._describe()
        self.recipe_chosen.emit(self.recipe)

    def _describe(self) -> None:
        self._about.setText(RECIPES[self.recipe].line)


def recipe_box() -> QComboBox:
    """The recipes under two headings."""
    box = QComboBox()
    box.setAccessibleName("Recipe")
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    for heading, short in ((_SHORT, True), (_WHOLE, False)):
        box.addItem(heading)
        model.item(box.count() - 1).setEnabled(False)
        for name, line, is_short in grouped_recipes():
            if is_short == short:
                box.addItem(f"    {name}", name)
                box.setItemData(box.count() - 1, line, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(box.findData(_FIRST))
    return box
