"""What makes the frames of an export: the model, its factor, and the size of the result."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox

from srstudio.gui.dialogs.size_edit import SizeEdit
from srstudio.gui.document import Document
from srstudio.gui.exporting.fields import Fields
from srstudio.gui.lineup import PLUS, family
from srstudio_models import ModelSpec

Size = tuple[int, int]
_PLAIN = "raw"


class ModelRows(QObject):
    """Three rows of the form.

    Args:
        document: Has the models.

    Signals:
        changed: Something is chosen otherwise.
    """

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._whole: Size = (1, 1)
        self._model, self._scale, self.size = QComboBox(), QComboBox(), SizeEdit()
        for factor in sorted({1, *document.scales}):
            self._scale.addItem(f"{factor} x" if factor > 1 else "1 x (same size)", factor)
        self._list_models("")
        self._scale.currentIndexChanged.connect(lambda _: self._change_scale())
        self._model.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.size.changed.connect(self.changed)

    def add_to(self, fields: Fields) -> None:
        """Add the rows to a form."""
        fields.add("model", "&Model", self._model)
        fields.add("scale", "S&cale", self._scale)
        fields.add("size", "Si&ze", self.size)

    def fill(self, whole: Size, model: str, scale: int) -> None:
        """Take the size of a clip; select a model (by its family) and a factor."""
        self._whole = whole
        self._scale.blockSignals(True)
        self._scale.setCurrentIndex(max(0, self._scale.findData(scale)))
        self._scale.blockSignals(False)
        self._list_models(model)
        self._set_size()

    def choose(self, model: str, scale: int) -> None:
        """Select a model (by its family) and a factor."""
        self._scale.setCurrentIndex(self._scale.findData(scale))
        self._model.setCurrentIndex(self._model.findData(model))

    @property
    def family(self) -> str:
        """The model, by its id without the scale."""
        return str(self._model.currentData())

    @property
    def scale(self) -> int:
        """The factor."""
        return int(self._scale.currentData())

    @property
    def spec(self) -> ModelSpec:
        """The model."""
        return next(spec for spec in self._specs if family(spec) == self.family)

    @property
    def name(self) -> str:
        """The model as an export finds it: by its id, or a cascade by its family."""
        plain = self.spec.id.removesuffix(PLUS)
        known = any(plain == spec.id for spec in self._document.catalog)
        return self.spec.id if known else self.family

    @property
    def _specs(self) -> list[ModelSpec]:
        """The models that make the chosen factor, of those that are installed."""
        document, lineup = self._document, self._document.lineup_at(self.scale)
        networks = [spec for spec in lineup.networks if spec.id not in document.further]
        names = {family(spec) for spec in (*lineup.references, *networks)}
        ensembles = {name for name in document.names if name.endswith(PLUS)}
        return list(lineup.chosen(names | ensembles))

    def _change_scale(self) -> None:
        self._list_models(self.family)
        self._set_size()
        self.changed.emit()

    def _list_models(self, wanted: str) -> None:
        """Offer the models that make the chosen factor."""
        self._model.blockSignals(True)
        self._model.clear()
        for spec in self._specs:
            self._model.addItem(spec.title, family(spec))
        found = self._model.findData(wanted)
        self._model.setCurrentIndex(self._model.findData(_PLAIN) if found < 0 else found)
        self._model.blockSignals(False)

    def _set_size(self) -> None:
        self.size.set_whole((self._whole[0] * self.scale, self._whole[1] * self.scale))


def sight(spec: ModelSpec) -> str:
    """How much of a clip a model sees at once, in words."""
    descriptors = [spec.descriptor, *(stage.spec.descriptor for stage in spec.stages)]
    if any(descriptor.frames == "recurrent" for descriptor in descriptors):
        return "sees many frames at once"
    window = max(descriptor.window for descriptor in descriptors)
    return f"sees {window} frames at once" if window > 1 else "sees each frame by itself"
