"""The keys of a configuration as rows of a form: name, editor, and what it means or is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from srstudio.jobs.training_form import COMMON, Draft, as_text, needed
from srstudio.training.fields import Field

LABEL_WIDTH, EDITOR_WIDTH = 130, 200


class FieldRow(QObject):
    """One key.

    Signals:
        written: The key, and what stands in its editor.
    """

    written = Signal(str, str)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.name = field.name
        self.label = QLabel(field.name)
        self.editor = _choices(field) if field.choices else QLineEdit()
        self.editor.setFixedWidth(EDITOR_WIDTH)
        self.editor.setAccessibleName(field.name)
        self.note = QLabel(wordWrap=True)
        if isinstance(self.editor, QComboBox):
            self.editor.currentTextChanged.connect(self._write)
        else:
            self.editor.textChanged.connect(self._write)

    @property
    def text(self) -> str:
        """What stands in the editor."""
        box = self.editor
        return box.currentText() if isinstance(box, QComboBox) else box.text()

    def write(self, text: str) -> None:
        """Put something into the editor, as a person would."""
        if isinstance(self.editor, QComboBox):
            self.editor.setCurrentText(text)
        else:
            self.editor.setText(text)

    def reset(self, field: Field) -> None:
        """Show what a recipe has."""
        self.editor.blockSignals(True)
        self.write(as_text(field.default))
        self.editor.blockSignals(False)
        tip = f"{field.description}. It takes {needed(field)}."
        for part in (self.label, self.editor):
            part.setToolTip(tip)

    def show_state(self, field: Field, changed: bool, problem: str) -> None:
        """Say what it means and whether it is as in the recipe, or what is wrong with it."""
        recipe = f" · the recipe has {as_text(field.default) or 'nothing'}" if changed else ""
        self.note.setText(problem or f"{meaning(field)}{recipe}")
        set_role(self.note, "error" if problem else "muted")
        set_role(self.label, "changed" if changed else "")

    def _write(self, text: str) -> None:
        self.written.emit(self.name, text)


class FieldRows(QWidget):
    """The rows of some keys.

    Signals:
        written: A key, and what stands in its editor.
    """

    written = Signal(str, str)

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self.rows = {field.name: FieldRow(field) for field in fields}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(2, 1)
        for place, row in enumerate(self.rows.values()):
            for column, part in enumerate((row.label, row.editor, row.note)):
                grid.addWidget(part, place, column)
            row.written.connect(self.written)

    def show_draft(self, draft: Draft, *, reset: bool = False) -> None:
        """Show what is wrong, and what is not as in the recipe.

        Args:
            draft: What is filled in.
            reset: Write the recipe's values into the editors.
        """
        problems = draft.problems
        for field in draft.fields:
            row = self.rows.get(field.name)
            if row is not None:
                if reset:
                    row.reset(field)
                row.show_state(field, field.name in draft.texts, problems.get(field.name, ""))


def common(fields: Sequence[Field]) -> list[Field]:
    """The fields that nearly everybody looks at."""
    return sorted((f for f in fields if f.name in COMMON), key=lambda f: COMMON.index(f.name))


def meaning(field: Field) -> str:
    """What a key means, its unit and its limits."""
    return ", ".join(_facts(field))


def _facts(field: Field) -> Iterator[str]:
    yield field.description
    if field.unit and field.unit not in field.description:
        yield f"in {field.unit}"
    if field.range and not field.choices:
        yield field.range


def _choices(field: Field) -> QComboBox:
    box = QComboBox()
    box.addItems(list(field.choices))
    return box


def set_role(label: QLabel, role: str) -> None:
    """Let the style sheet draw a label in its role."""
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
