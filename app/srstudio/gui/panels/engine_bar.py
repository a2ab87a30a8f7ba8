"""The choosers in the tool bar: scale, device, precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox

from srstudio.gui.document import Document
from srstudio.gui.lineup import FURTHER_SCALES

_LONGEST_NAME = 22
_SCALES_SEEN = 20
_IN_STEPS = "In several steps, one model after the other"


class NamedDevice(Protocol):
    """What the engine tells of a device."""

    @property
    def id(self) -> str:
        """What it is called in requests."""

    @property
    def name(self) -> str:
        """What a person reads."""


class EngineBar(QObject):
    """Three boxes that show and change what the document computes, and where.

    Attributes:
        scale: The factor.
        device: Devices by name, as soon as the engine has told them.
        precision: Exact or fast.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.scale = _box("Scale", "Factor of super-resolution")
        self.scale.setMaxVisibleItems(_SCALES_SEEN)
        self._list_scales()
        self.device = _box("Device", "Where the models run")
        self.precision = _box(
            "Precision", "Exact: float32. Fast: half precision where the model allows it"
        )
        self.precision.addItem("Exact", "exact")
        self.precision.addItem("Fast", "fast")
        self.set_devices(())
        self.show()
        self.scale.activated.connect(lambda row: document.choose_scale(self.scale.itemData(row)))
        self.device.activated.connect(self._choose)
        self.precision.activated.connect(self._choose)
        document.scale_changed.connect(self.show)
        document.models_changed.connect(self._list_scales)

    def set_devices(self, devices: Sequence[NamedDevice]) -> None:
        """List the devices by name; before that, only that the best will be taken."""
        self.device.clear()
        best = f": {short_name(devices[0].name)}" if devices else ""
        self.device.addItem(f"Auto{best}", "auto")
        for row, device in enumerate(devices, 1):
            self.device.addItem(short_name(device.name), device.id)
            self.device.setItemData(row, device.name, Qt.ItemDataRole.ToolTipRole)
        if self.device.findData(self._document.engine.device) < 0:
            if devices:  # the device of the last time is gone
                self._document.choose_engine("auto", self._document.engine.precision)
            else:
                self.device.addItem(self._document.engine.device, self._document.engine.device)
        self.show()

    def _list_scales(self) -> None:
        """The usual factors, and below a line those that take several steps."""
        self.scale.clear()
        for scale in self._document.scales:
            if scale == FURTHER_SCALES[0]:
                self.scale.insertSeparator(self.scale.count())
            self.scale.addItem(f"x{scale}", scale)
            if scale >= FURTHER_SCALES[0]:
                row = self.scale.count() - 1
                self.scale.setItemData(row, _IN_STEPS, Qt.ItemDataRole.ToolTipRole)
        self.scale.setCurrentIndex(self.scale.findData(self._document.scale))

    def _choose(self) -> None:
        self._document.choose_engine(self.device.currentData(), self.precision.currentData())

    def show(self) -> None:
        """Show what the document has."""
        engine = self._document.engine
        for box, value in (
            (self.scale, engine.scale),
            (self.device, engine.device),
            (self.precision, engine.precision),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))


def short_name(name: str) -> str:
    """A device's name without what is in brackets, cut to what the tool bar has room for."""
    name = name.partition(" (")[0]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3].rstrip() + "..."


def _box(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
