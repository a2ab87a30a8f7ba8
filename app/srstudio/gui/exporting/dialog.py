"""The dialog that asks how a video is to be exported; what contradicts itself is said at once."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.exporting.assessor import Assessor
from srstudio.gui.exporting.checking import Checked
from srstudio.gui.exporting.draft import Draft
from srstudio.gui.exporting.estimate import Estimate
from srstudio.gui.exporting.facts import Facts, Given, look
from srstudio.gui.exporting.form import ExportForm
from srstudio.gui.exporting.latest import Latest
from srstudio.gui.exporting.source_head import SourceHead
from srstudio.gui.training.field_rows import set_role
from srstudio.jobs.export import ExportSettings
from srstudio.settings.schema import ExportChoices

_WIDTH = 780
_MEASURING = "Measuring how large it will be ..."


class ExportDialog(QDialog):
    """Asks how a video is to be exported; the window behind it goes on working.

    Args:
        given: The video.
        document: Has the models, the device and the precision.
        choices: What was chosen the last time; choices are written back into it.
        background: Reads and measures.
        parent: The window.

    Signals:
        accepted_export: The `ExportSettings`, and whether it comes before all that wait.
    """

    accepted_export = Signal(object, bool)

    def __init__(
        self,
        given: Given,
        document: Document,
        choices: ExportChoices,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export video")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._given = document, given
        self.head, self.form = SourceHead(given.path), ExportForm(document, choices)
        self.queue, self.start = QPushButton("Add to the queue"), QPushButton("Start")
        self._size, self._note = QLabel(" "), QLabel(wordWrap=True)
        self.assessor = Assessor(background, self._settings)
        self._looks: Latest[Facts] = Latest(
            background, self._fill, lambda error: self.head.show_problem(str(error))
        )
        self._begun: tuple[str, int, range | None] = ("", 1, None)
        self._checked: Checked | None = None
        self._arrange()
        self._connect()

    def begin(
        self, model: str, scale: int, part: range | None = None, promised: Collection[str] = ()
    ) -> None:
        """Read the video; the form is filled in as soon as that is done.

        Args:
            model: The model to begin with, by its id without the scale.
            scale: The factor to begin with.
            part: The frames to begin with; None for all.
            promised: Outputs of exports that have not ended.
        """
        given, self.assessor.promised = self._given, promised
        self._begun = (model, scale, part)
        self._looks.ask(lambda: look(given))

    @property
    def ready(self) -> bool:
        """Whether it can be exported so."""
        return self.start.isEnabled()

    @property
    def note(self) -> str:
        """What is said below the form."""
        return self._note.text()

    @property
    def size_text(self) -> str:
        """What is said about the size of the result."""
        return self._size.text()

    # -- building -------------------------------------------------------------------------

    def _arrange(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(18, 16, 18, 12)
        column.setSpacing(14)
        for part in (self.head, self.form, self._note):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(self._foot())
        self.resize(_WIDTH, body.sizeHint().height() + 90)

    def _foot(self) -> QHBoxLayout:
        cancel = QPushButton("Cancel", autoDefault=False)
        cancel.clicked.connect(self.reject)
        self.queue.setToolTip("At the end of the queue; it starts when its turn comes")
        self.start.setToolTip("Before all that wait, and show the queue")
        self.start.setProperty("role", "main")
        self.start.setDefault(True)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 10, 18, 14)
        foot.setSpacing(10)
        foot.addWidget(self._size, 1)
        for button in (cancel, self.queue, self.start):
            foot.addWidget(button)
        for button in (self.queue, self.start):
            button.setEnabled(False)
        return foot

    def _connect(self) -> None:
        self.form.changed.connect(self._change)
        self.queue.clicked.connect(lambda: self._accept(next_in_line=False))
        self.start.clicked.connect(lambda: self._accept(next_in_line=True))
        assessor = self.assessor
        assessor.checked.connect(self._take)
        assessor.failed.connect(lambda error: self._say(str(error), "error"))
        assessor.measuring.connect(lambda: self._tell_size(_MEASURING, "muted"))
        assessor.measured.connect(self._take_size)
        for part in (self._looks, assessor):
            self.finished.connect(lambda _, part=part: part.drop())

    # -- from a choice to what it means ---------------------------------------------------

    def _fill(self, facts: Facts) -> None:
        self.head.show_facts(facts)
        self.form.fill(facts, *self._begun)

    def _change(self) -> None:
        """Say at once what can be said at once; ask for the rest."""
        self._checked = None
        self._show()
        draft = self.form.draft()
        if draft is not None:
            self.assessor.assess(draft)

    def _settings(self, draft: Draft) -> ExportSettings:
        engine = self._document.engine
        return draft.settings(engine.device, engine.precision)

    def _take(self, checked: Checked) -> None:
        if checked.taken and not self.form.path.typed:
            self.form.path.number(checked.free)
            return
        self._checked = checked
        self.form.path.set_taken(checked.taken)
        self._show()

    def _show(self) -> None:
        draft, checked = self.form.draft(), self._checked
        if draft is None:
            return
        wrong = self.form.say(draft)
        ready = checked is not None and not wrong and not checked.problem
        for button in (self.queue, self.start):
            button.setEnabled(ready)
        if checked is not None:
            role = "error" if checked.problem else "muted"
            self._say(checked.problem or "\n".join(checked.notes), role)

    def _say(self, text: str, role: str) -> None:
        self._note.setText(text)
        set_role(self._note, role)

    def _take_size(self, found: Estimate | None) -> None:
        if found is None:
            self._tell_size("How large it will be is not known", "muted")
            return
        short = "" if found.fits else ": not enough for the parts and the whole"
        self._tell_size(f"{found}{short}", "muted" if found.fits else "error")

    def _tell_size(self, text: str, role: str) -> None:
        self._size.setText(text)
        set_role(self._size, role)

    def _accept(self, *, next_in_line: bool) -> None:
        draft = self.form.draft()
        if draft is None or not self.ready:
            return
        self.form.remember(draft)
        self.accepted_export.emit(self._settings(draft), next_in_line)
        self.accept()
