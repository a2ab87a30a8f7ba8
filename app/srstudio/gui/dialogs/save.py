"""The dialog that saves a result: which, how, and under what name; the final path is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from srstudio.core.errors import StudioError
from srstudio.gui.dialogs.size_edit import SizeEdit
from srstudio.gui.document import Document
from srstudio.gui.saving import DEEP_FORMATS, FORMATS, Saving, default_folder, plan
from srstudio.settings.schema import FormatName, SaveSettings

_DEPTHS = (("As the picture", 0), ("8 bit", 8), ("16 bit", 16))
_FIELDS = "{stem} {model} {scale} {width} {height} are filled in"


class SaveDialog(QDialog):
    """Asks how to save; never blocks the window behind it.

    Args:
        document: Has the results.
        settings: What was chosen the last time; choices are written back into it.
        parent: The window.

    Signals:
        accepted_saving: The `Saving` that was confirmed.
    """

    accepted_saving = Signal(object)

    def __init__(self, document: Document, settings: SaveSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save result")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._document, self._settings = document, settings
        self._saving: Saving | None = None
        self._source = QComboBox()
        self._format = QComboBox()
        for name, (text, _) in FORMATS.items():
            self._format.addItem(text, name)
        self._size = SizeEdit()
        self._depth = QComboBox()
        for text, bits in _DEPTHS:
            self._depth.addItem(text, bits)
        self._quality = QSpinBox(minimum=1, maximum=100)
        self._lossless = QCheckBox("Lossless")
        self._template = QLineEdit()
        self._template.setToolTip(_FIELDS)
        self._folder = QLineEdit()
        if document.opened is not None:
            self._folder.setPlaceholderText(str(default_folder(document.opened.path)))
        self._path = QLabel(wordWrap=True, textInteractionFlags=_SELECTABLE)
        self._note = QLabel(wordWrap=True)
        self._note.setProperty("role", "muted")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange()
        self._fill()
        self._connect()
        self._update()

    @property
    def path(self) -> Path | None:
        """The path that would be written now."""
        return None if self._saving is None else self._saving.path

    def choose(self, key: str) -> None:
        """Select the source to be saved, if it is finished."""
        self._source.setCurrentIndex(max(0, self._source.findData(key)))

    def _arrange(self) -> None:
        quality = QHBoxLayout()
        quality.addWidget(self._quality)
        quality.addWidget(self._lossless)
        quality.addStretch()
        browse = QPushButton("Choose...")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        folder = QHBoxLayout()
        folder.addWidget(self._folder, 1)
        folder.addWidget(browse)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("&Result", self._source)
        form.addRow(_label("&Size", self._size), self._size)
        form.addRow("&Format", self._format)
        form.addRow("&Depth", self._depth)
        form.addRow(_label("&Quality", self._quality), quality)
        form.addRow("&Name", self._template)
        form.addRow(_label("F&older", self._folder), folder)
        form.addRow("Saved as", self._path)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addStretch()
        layout.addWidget(self._buttons)

    def _fill(self) -> None:
        document, settings = self._document, self._settings
        for key in document.source_keys:
            if document.frame(key) is not None:
                self._source.addItem(document.title(key), key)
        self._format.setCurrentIndex(self._format.findData(settings.format))
        self._depth.setCurrentIndex(self._depth.findData(settings.depth))
        self._quality.setValue(settings.quality)
        self._lossless.setChecked(settings.lossless)
        self._template.setText(settings.template)
        self._folder.setText(settings.folder)

    def _connect(self) -> None:
        for box in (self._source, self._format, self._depth):
            box.currentIndexChanged.connect(self._update)
        self._size.changed.connect(self._update)
        for edit in (self._template, self._folder):
            edit.textChanged.connect(self._update)
        self._quality.valueChanged.connect(self._update)
        self._lossless.toggled.connect(self._update)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)

    def _chosen(self) -> SaveSettings:
        chosen: FormatName = self._format.currentData()
        return SaveSettings(
            format=chosen,
            depth=self._depth.currentData(),
            quality=self._quality.value(),
            lossless=self._lossless.isChecked(),
            template=self._template.text(),
            folder=self._folder.text().strip(),
        )

    def _update(self) -> None:
        chosen = self._chosen()
        lossy = chosen.format == "jpeg" or (chosen.format == "webp" and not chosen.lossless)
        self._depth.setEnabled(chosen.format in DEEP_FORMATS)
        self._quality.setEnabled(lossy)
        self._lossless.setVisible(chosen.format == "webp")
        try:
            self._saving = self._plan(chosen)
            problem = "" if chosen.template else "The name is empty"
        except StudioError as error:
            problem = str(error)
        if problem:
            self._saving = None
        self._show(chosen, problem)

    def _plan(self, chosen: SaveSettings) -> Saving | None:
        key = self._source.currentData() or ""
        frame = self._document.frame(key)
        if frame is not None:
            self._size.set_whole(frame.size)
        return plan(self._document, key, chosen, self._size.size_in_pixels)

    def _show(self, chosen: SaveSettings, problem: str) -> None:
        saving = self._saving
        self._path.setText(problem if saving is None else str(saving.path))
        self._path.setProperty("role", "error" if problem else "")
        self._path.style().polish(self._path)
        note = ""
        if saving is not None:
            width, height = saving.size
            note = f"{width}x{height} pixels. "
            if saving.size != saving.frame.size:
                note = f"{width}x{height} pixels, by bicubic resampling of the result. "
            if saving.frame.alpha is not None and chosen.format == "jpeg":
                note += "JPEG has no transparency: the picture is laid on white. "
            if " (" in saving.path.stem and saving.path.stem.endswith(")"):
                note += "The name is numbered, as the plain one is taken."
        self._note.setText(note)
        save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setEnabled(saving is not None)

    def _browse(self) -> None:
        opened = self._document.opened
        start = self._folder.text() or ("" if opened is None else str(default_folder(opened.path)))
        dialog = QFileDialog(self, "Folder for the results", start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.show()

    def _accept(self) -> None:
        if self._saving is None:
            return
        chosen = self._chosen()
        for name in chosen.__struct_fields__:
            setattr(self._settings, name, getattr(chosen, name))
        self.accepted_saving.emit(self._saving)
        self.accept()


def _label(text: str, field: QWidget) -> QLabel:
    """A label whose letter leads to a field beside others."""
    label = QLabel(text)
    label.setBuddy(field)
    return label


_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse
