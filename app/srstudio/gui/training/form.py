"""The form of a new run: what is wrong is said at once, and it starts only when nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours
from srstudio.gui.training.field_rows import FieldRow, FieldRows, common, set_role
from srstudio.gui.training.form_head import FormHead
from srstudio.jobs.training import Order
from srstudio.jobs.training_check import Checked, check
from srstudio.jobs.training_form import Draft
from srstudio.jobs.training_runs import Snapshot, free_name

_SETTLE_MS = 300
_LOOKING = "Looking at the folders ..."


class RunForm(QWidget):
    """A new run.

    Args:
        background: Looks at folders.

    Signals:
        start_asked: An `Order`.
    """

    start_asked = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self.head = FormHead()
        self.draft = Draft(self.head.recipe)
        shown = common(self.draft.fields)
        self.common = FieldRows(shown)
        self.further = FieldRows([f for f in self.draft.fields if f not in shown])
        self.more = QToolButton()
        self.more.setText(f"More ({len(self.further.rows)})")
        self.more.setCheckable(True)
        self.start = QPushButton("Start training")
        self.start.setProperty("role", "main")
        self._state = QLabel(wordWrap=True)
        self._newest = 0
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._check)
        self._arrange()
        self._connect()
        self._choose_recipe(self.head.recipe)

    @property
    def order(self) -> Order:
        """What would be started."""
        head = self.head
        return Order(
            head.folder,
            head.recipe,
            self.draft.assignments,
            head.data.folders,
            head.valid.folder,
            head.device.currentData() or "auto",
        )

    @property
    def state(self) -> str:
        """What is said beside the button."""
        return self._state.text()

    def row(self, name: str) -> FieldRow:
        """The row of a key."""
        return {**self.common.rows, **self.further.rows}[name]

    def suggest(self, runs: Sequence[Snapshot]) -> None:
        """Have a name that is free, and the folders of the last run where there are none yet."""
        last = next((run for run in runs if run.data), None)
        if last is not None and not self.head.data.folders:
            self.head.data.set_folders(last.data)
            self.head.valid.set_folder(last.valid)
        self._background.submit(free_name, self.head.name.setText, lambda _: None)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self._fold(self.more.isChecked())

    def _arrange(self) -> None:
        title = QLabel("New run")
        title.setProperty("role", "title")
        values = QLabel("Values")
        values.setProperty("role", "heading")
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setProperty("role", "fold")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (title, self.head, values, self.common, self.more, self.further):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 10, 20, 12)
        foot.addWidget(self._state, 1)
        foot.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.head.recipe_chosen.connect(self._choose_recipe)
        self.head.changed.connect(self._check_later)
        for rows in (self.common, self.further):
            rows.written.connect(self._write)
        self.more.toggled.connect(self._fold)
        self.further.setVisible(False)
        self.start.clicked.connect(lambda: self.start_asked.emit(self.order))

    def _fold(self, unfolded: bool) -> None:
        self.further.setVisible(unfolded)
        self.more.setIcon(icon("fold" if unfolded else "unfold", self._colours["muted"]))

    def _choose_recipe(self, name: str) -> None:
        self.draft = Draft(name)
        self._show_draft(reset=True)

    def _write(self, key: str, text: str) -> None:
        self.draft = self.draft.with_text(key, text)
        self._show_draft()

    def _show_draft(self, *, reset: bool = False) -> None:
        for rows in (self.common, self.further):
            rows.show_draft(self.draft, reset=reset)
        self._check_later()

    def _check_later(self) -> None:
        """Start nothing before everything was looked at again."""
        self.start.setEnabled(False)
        self._newest += 1
        self._settle.start()

    def _check(self) -> None:
        wrong = self.draft.problems
        if wrong:
            names = ", ".join(wrong)
            self._say(f"Not right yet: {names}", "error")
            return
        self._say(_LOOKING, "muted")
        draft, order, number = self.draft, self.order, self._newest
        self._background.submit(
            lambda: check(draft, order),
            lambda checked: self._take(number, checked),
            lambda error: self._take_failure(number, error),
        )

    def _take(self, number: int, checked: Checked) -> None:
        if number != self._newest:
            return
        self.head.show_problems(checked.problems)
        self.start.setEnabled(not checked.problems)
        config = checked.problems.get("config", "")
        self._say(config or checked.found, "error" if config else "muted")

    def _take_failure(self, number: int, error: StudioError) -> None:
        if number == self._newest:
            self._say(str(error), "error")

    def _say(self, text: str, role: str) -> None:
        self._state.setText(text)
        set_role(self._state, role)
