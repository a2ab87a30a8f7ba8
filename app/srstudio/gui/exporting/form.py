"""Every choice of an export as a form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from srstudio.gui.document import Document
from srstudio.gui.exporting.draft import Draft, problems, remarks
from srstudio.gui.exporting.editors import PartEdit
from srstudio.gui.exporting.encoding_rows import EncodingRows
from srstudio.gui.exporting.facts import Facts
from srstudio.gui.exporting.fields import Fields
from srstudio.gui.exporting.model_rows import ModelRows, sight
from srstudio.gui.exporting.naming import stem_for
from srstudio.gui.exporting.path_edit import PathEdit
from srstudio.gui.saving import default_folder
from srstudio.settings.schema import ExportChoices


class ExportForm(QWidget):
    """Model, size, format, part, streams and name.

    Args:
        document: Has the models.
        choices: What was chosen the last time.

    Signals:
        changed: Something is chosen otherwise.
    """

    changed = Signal()

    def __init__(self, document: Document, choices: ExportChoices) -> None:
        super().__init__()
        self._choices = choices
        self._facts: Facts | None = None
        self.model, self.encoding = ModelRows(document), EncodingRows()
        self.part, self.path = PartEdit(), PathEdit()
        self.audio, self.subtitles = QCheckBox("Copy"), QCheckBox("Copy")
        self.fields = Fields()
        self._arrange()
        self._connect()
        self.setEnabled(False)

    def fill(self, facts: Facts, model: str, scale: int, part: range | None) -> None:
        """Take a clip.

        Args:
            facts: Of the clip.
            model: The model to begin with, by its id without the scale.
            scale: The factor to begin with.
            part: The frames to begin with; None for all.
        """
        self.model.fill(facts.size, model, scale)
        self.encoding.fill(facts.codecs, self._choices)
        self.part.set_frames(facts.frames, part)
        self.audio.setChecked(self._choices.audio)
        self.subtitles.setChecked(self._choices.subtitles)
        self._facts = facts
        self.setEnabled(True)
        self._follow()

    def draft(self) -> Draft | None:
        """What is filled in; None before there is a clip."""
        if self._facts is None:
            return None
        return Draft(
            facts=self._facts,
            output=self.encoding.output,
            model=self.model.name,
            scale=self.model.scale,
            size=self.model.size.size_in_pixels,
            path=self.path.text,
            quality=self.encoding.quality_number,
            preset=self.encoding.preset,
            bits=self.encoding.bits,
            first=self.part.first.value(),
            last=self.part.last.value(),
            audio=self.audio.isChecked(),
            subtitles=self.subtitles.isChecked(),
            replace=self.path.replace.isChecked(),
        )

    def say(self, draft: Draft) -> dict[str, str]:
        """Say beside the rows what is wrong and what they mean; returns what is wrong."""
        wrong = problems(draft)
        if self.path.taken and not draft.replace and "path" not in wrong:
            wrong["path"] = "There is a file of that name already."
        self.fields.say(wrong, {"model": sight(self.model.spec), **remarks(draft)})
        return wrong

    def remember(self, draft: Draft) -> None:
        """Write what was chosen into the settings."""
        choices, output = self._choices, draft.output
        usual = output.scale is None or draft.quality == output.scale.usual
        choices.model, choices.scale = self.model.family, draft.scale
        choices.output, choices.suffix = output.key, self.encoding.suffix
        choices.quality = -1 if usual or draft.quality is None else draft.quality
        choices.preset = draft.preset
        choices.bits = draft.bits
        choices.audio, choices.subtitles = draft.audio, draft.subtitles
        if self.path.typed:
            folder = Path(draft.path).parent
            folder = folder.parent if output.numbered else folder
            own = draft.facts.clip.path.absolute().parent
            choices.folder = "" if folder == own else str(folder)

    def _arrange(self) -> None:
        self.model.add_to(self.fields)
        self.encoding.add_to(self.fields)
        self.fields.add("part", "Fr&ames", self.part)
        self.fields.add("audio", "S&ound", self.audio)
        self.fields.add("subtitles", "S&ubtitles", self.subtitles)
        self.fields.add("path", "Save &as", self.path, wide=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fields)

    def _connect(self) -> None:
        self.encoding.format.changed.connect(
            lambda: self.path.set_suffix(self.encoding.output, self.encoding.suffix)
        )
        for part in (self.model, self.encoding, self.part):
            part.changed.connect(self._follow)
        for tick in (self.audio, self.subtitles):
            tick.toggled.connect(lambda _: self._follow())
        self.path.changed.connect(self.changed)

    def _follow(self) -> None:
        """Bring streams and name to what was chosen."""
        facts, output = self._facts, self.encoding.output
        if facts is None:
            return
        video = output.codec is not None
        self.audio.setVisible(video and bool(facts.clip.tracks("audio")))
        self.subtitles.setVisible(video and bool(facts.clip.tracks("subtitle")))
        source = facts.clip.path.absolute()
        size = self.model.size.size_in_pixels
        stem = stem_for(source, self.model.family, self.model.scale, size)
        folder = Path(self._choices.folder or default_folder(source, "Videos"))
        self.path.suggest(folder / output.file_name(stem, self.encoding.suffix))
        self.changed.emit()
