"""How an export is encoded: kind of result, quality, preset and depth, which hang together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox

from srstudio.gui.exporting.editors import FormatEdit, QualityEdit
from srstudio.gui.exporting.fields import Fields
from srstudio.gui.exporting.outputs import Output, outputs
from srstudio.media.video.codecs import VideoCodec
from srstudio.settings.schema import ExportChoices

_AS_SOURCE = 0


class EncodingRows(QObject):
    """Four rows of the form.

    Signals:
        changed: Something is chosen otherwise.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.format, self.quality = FormatEdit(), QualityEdit()
        self._preset, self._bits = QComboBox(), QComboBox()
        self.format.changed.connect(self._offer)
        self.quality.changed.connect(self.changed)
        for box in (self._preset, self._bits):
            box.currentIndexChanged.connect(lambda _: self.changed.emit())

    def add_to(self, fields: Fields) -> None:
        """Add the rows to a form."""
        fields.add("format", "&Format", self.format)
        fields.add("quality", "&Quality", self.quality)
        fields.add("preset", "P&reset", self._preset)
        fields.add("bits", "&Depth", self._bits)

    def fill(self, codecs: tuple[VideoCodec, ...], choices: ExportChoices) -> None:
        """Offer what works here; select what was chosen the last time, where it is there."""
        self.format.set_outputs(outputs(codecs), choices.output, choices.suffix)
        if self.output.key == choices.output:
            self._choose(choices.quality, choices.preset, choices.bits)

    @property
    def output(self) -> Output:
        """The kind of result."""
        return self.format.chosen

    @property
    def suffix(self) -> str:
        """Of its file."""
        return self.format.suffix.currentText()

    @property
    def quality_number(self) -> int | None:
        """As the codec counts it; None where it has none."""
        return None if self.output.scale is None else self.quality.number.value()

    @property
    def preset(self) -> str:
        """Name of the preset; empty where there are none."""
        return self._preset.currentData() or ""

    @property
    def bits(self) -> int:
        """Of a sample; 0 for as many as the video has."""
        return self._bits.currentData() or _AS_SOURCE

    def choose_preset(self, name: str) -> None:
        """Select a preset."""
        self._preset.setCurrentIndex(self._preset.findData(name))

    def choose_bits(self, bits: int) -> None:
        """Select a depth."""
        self._bits.setCurrentIndex(self._bits.findData(bits))

    def _offer(self) -> None:
        self._choose(-1, "", _AS_SOURCE)
        self.changed.emit()

    def _choose(self, quality: int, preset: str, bits: int) -> None:
        """Offer what the kind of result has; select these, or what is usual."""
        output = self.output
        if output.scale is not None:
            self.quality.set_scale(output.scale, output.scale.usual if quality < 0 else quality)
        self.quality.setEnabled(output.scale is not None)
        presets, usual = ((), "") if output.codec is None else _presets(output.codec)
        _fill(self._preset, [(f"{p} (usual)" if p == usual else p, p) for p in presets])
        self._preset.setCurrentIndex(max(0, self._preset.findData(preset or usual)))
        depths = [("As the video", _AS_SOURCE)] if len(output.depths) > 1 else []
        _fill(self._bits, [*depths, *((f"{depth} bit", depth) for depth in output.depths)])
        self._bits.setCurrentIndex(max(0, self._bits.findData(bits)))


def _presets(codec: VideoCodec) -> tuple[tuple[str, ...], str]:
    return codec.presets, codec.preset


def _fill(box: QComboBox, rows: list[tuple[str, int]] | list[tuple[str, str]]) -> None:
    """Offer these; a box with nothing to choose is not to be used."""
    box.blockSignals(True)
    box.clear()
    for text, value in rows:
        box.addItem(text, value)
    box.setEnabled(len(rows) > 1)
    box.blockSignals(False)
