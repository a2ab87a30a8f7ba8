"""The list of sources: what there is to compare, on which key, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.document import TRUTH, TRUTH_TITLE, Document, Opened, Stage, family
from srstudio.gui.theme import Colours
from srstudio_models import ModelSpec

_KEY, _NAME, _STATE = range(3)
_ID = Qt.ItemDataRole.UserRole
_TICK_TEXT = "This is the ground truth: make the\nlow-resolution picture from it"


def describe(opened: Opened | None) -> str:
    """The opened picture in two lines: its name, and the sizes in play."""
    if opened is None:
        return "No picture opened"
    low, (width, height) = opened.low, opened.size
    made = " made from the ground truth" if opened.made else ""
    depth = f", {opened.low.bit_depth} bit" if opened.low.bit_depth != 8 else ""
    return (
        f"{opened.name}\n{low.width}x{low.height}{made}{depth}, x{opened.scale}: {width}x{height}"
    )


def model_tip(spec: ModelSpec) -> str:
    """What a model is, for its tool tip."""
    lines = [spec.title]
    if spec.parameters:
        lines.append(f"{spec.parameters:,} parameters, {spec.licence}")
    lines += [f"{q.dataset}: {q.psnr:.2f} dB, SSIM {q.ssim:.4f}" for q in spec.quality]
    if spec.training:
        lines.append(spec.training)
    return "\n".join(lines)


class SourcesPanel(QWidget):
    """Models with a tick, and the ground truth; a click shows one in place.

    Signals:
        chosen: The number (1...) of the source to be shown.
        made_ticked: Whether the opened picture is to be the ground truth.
    """

    chosen = Signal(int)
    made_ticked = Signal(bool)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._colours: Colours = {}
        self._title = QLabel()
        self._title.setWordWrap(True)
        # Two lines, so that nothing below moves when a picture is opened.
        self._title.setMinimumHeight(2 * self._title.fontMetrics().lineSpacing())
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._tree = _tree()
        self._tree.itemChanged.connect(self._ticked)
        self._tree.itemClicked.connect(self._clicked)
        self._tick = QCheckBox(_TICK_TEXT)
        self._tick.toggled.connect(self.made_ticked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 8)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._tick)
        for signal in (document.opened_changed, document.models_changed, document.engine_changed):
            signal.connect(self.rebuild)
        document.scale_changed.connect(self.rebuild)
        document.state_changed.connect(self._show_state)
        self.rebuild()

    @property
    def made(self) -> bool:
        """Whether the next picture opened is to be the ground truth."""
        return self._tick.isChecked()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.rebuild()

    def rebuild(self) -> None:
        """Show the sources as they are now."""
        self._tree.blockSignals(True)
        self._tree.clear()
        for spec in self._document.choices:
            self._add_model(spec)
        self._add_truth()
        self._tree.blockSignals(False)
        for key in self._document.source_keys:
            self._show_state(key)
        opened = self._document.opened
        self._title.setText(describe(opened))
        if opened is not None:
            self._tick.blockSignals(True)
            self._tick.setChecked(opened.made)
            self._tick.blockSignals(False)

    def _add_model(self, spec: ModelSpec) -> None:
        item = self._add(spec.id, spec.title)
        chosen = spec in self._document.models
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_NAME, Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        item.setToolTip(_NAME, model_tip(spec))

    def _add_truth(self) -> None:
        there = self._document.truth is not None
        item = self._add(TRUTH, TRUTH_TITLE)
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_NAME, Qt.CheckState.Checked if there else Qt.CheckState.Unchecked)
        item.setToolTip(_NAME, "Drop or open a picture that is larger by the scale")
        if not there:
            item.setText(_STATE, "none")
            item.setDisabled(True)

    def _add(self, key: str, title: str) -> QTreeWidgetItem:
        keys = self._document.source_keys
        number = str(keys.index(key) + 1) if key in keys[:9] else ""
        item = QTreeWidgetItem([number, title, ""])
        item.setData(_NAME, _ID, key)
        item.setTextAlignment(_KEY, Qt.AlignmentFlag.AlignCenter)
        item.setTextAlignment(_STATE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(_KEY, self._brush("muted"))
        self._tree.addTopLevelItem(item)
        return item

    def _brush(self, name: str) -> QBrush:
        return QBrush(QColor(self._colours.get(name, "#808080")))

    def _item(self, key: str) -> QTreeWidgetItem | None:
        rows = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return next((item for item in rows if item and item.data(_NAME, _ID) == key), None)

    def _show_state(self, key: str) -> None:
        item, state = self._item(key), self._document.state(key)
        if item is None or (key == TRUTH and self._document.truth is None):
            return
        self._tree.blockSignals(True)
        item.setText(_STATE, state.text)
        item.setToolTip(_STATE, state.reason)
        failed = state.stage is Stage.FAILED
        item.setForeground(_STATE, self._brush("error" if failed else "muted"))
        self._tree.blockSignals(False)

    def _ticked(self, _item: QTreeWidgetItem, column: int) -> None:
        if column == _NAME:
            chosen = [family(spec) for spec in self._document.choices if self._checked(spec.id)]
            self._document.choose_models(chosen)

    def _checked(self, key: str) -> bool:
        item = self._item(key)
        return item is not None and item.checkState(_NAME) == Qt.CheckState.Checked

    def _clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        keys, key = self._document.source_keys, item.data(_NAME, _ID)
        if key in keys:
            self.chosen.emit(keys.index(key) + 1)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName("Sources")
    tree.setColumnCount(3)
    tree.setHeaderLabels(["Key", "Source", "State"])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(_KEY, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.ResizeToContents)
    return tree
