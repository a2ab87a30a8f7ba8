"""The list of sources: what there is to compare, on which key, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from srstudio.gui.document import TRUTH, Document, Opened
from srstudio.gui.lineup import PLUS, family, has_ensemble
from srstudio.gui.panels.model_card import ENSEMBLE_TIP
from srstudio.gui.panels.source_groups import groups, hint
from srstudio.gui.panels.source_tree import SourceTree
from srstudio.gui.theme import Colours

_LONG = 12
_TICK_TEXT = "This is the ground truth: make the\nlow-resolution picture from it"


def describe(opened: Opened | None) -> str:
    """The opened picture: its name, the sizes in play, what else there is to know."""
    if opened is None:
        return "No picture opened"
    low, (width, height) = opened.low, opened.size
    made = " made from the ground truth" if opened.made else ""
    depth = f", {opened.low.bit_depth} bit" if opened.low.bit_depth != 8 else ""
    sizes = f"{low.width}x{low.height}{made}{depth}, x{opened.scale}: {width}x{height}"
    return "\n".join(line for line in (opened.name, sizes, opened.remark) if line)


class SourcesPanel(QWidget):
    """Models with a tick, and the ground truth; a click shows one in place.

    Signals:
        chosen: The number (1...) of the source to be shown.
        made_ticked: Whether the opened picture is to be the ground truth.
        install_asked: Title of the model that weights are to be installed for.
    """

    chosen = Signal(int)
    made_ticked = Signal(bool)
    install_asked = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._title = QLabel(wordWrap=True)
        # Two lines, so that nothing below moves when a picture is opened.
        self._title.setMinimumHeight(2 * self._title.fontMetrics().lineSpacing())
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._filter = QLineEdit(placeholderText="Filter models", clearButtonEnabled=True)
        self._filter.setAccessibleName("Filter the models")
        self.tree = SourceTree()
        self._hint = QLabel(wordWrap=True)
        self._hint.setProperty("role", "muted")
        self._tick = QCheckBox(_TICK_TEXT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 8)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._filter)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self._tick)
        self._connect()
        self.rebuild()

    def _connect(self) -> None:
        document, tree = self._document, self.tree
        for signal in (
            *(document.opened_changed, document.models_changed),
            *(document.engine_changed, document.scale_changed),
        ):
            signal.connect(self.rebuild)
        document.state_changed.connect(self._show_state)
        self._filter.textChanged.connect(self.rebuild)
        self._tick.toggled.connect(self.made_ticked)
        tree.ticked.connect(self._set_shown)
        tree.chosen.connect(self._choose)
        tree.plus_clicked.connect(self._toggle_ensemble)
        tree.menu_asked.connect(self._show_menu)

    @property
    def made(self) -> bool:
        """Whether the next picture opened is to be the ground truth."""
        return self._tick.isChecked()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.tree.recolour(colours)
        self.rebuild()

    def rebuild(self) -> None:
        """Show the sources as they are now."""
        words, lineup = self._filter.text(), self._document.lineup
        count = sum(map(len, (lineup.references, lineup.networks, lineup.missing)))
        self._filter.setVisible(count > _LONG or bool(words))
        self.tree.show_groups(groups(self._document, words), unfold=bool(words.strip()))
        for key in self._document.source_keys:
            self._show_state(key)
        self._hint.setText(hint(self._document))
        self._hint.setVisible(bool(self._hint.text()))
        opened = self._document.opened
        self._title.setText(describe(opened))
        if opened is not None:
            self._tick.blockSignals(True)
            self._tick.setChecked(opened.made)
            self._tick.blockSignals(False)

    def menu_for(self, key: str) -> QMenu | None:
        """What can be done with a source, besides showing it; None where there is nothing."""
        if key == TRUTH:
            return None
        spec = self._document.spec(key)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if spec in self._document.lineup.missing:
            install = menu.addAction("&Install weights...")
            install.triggered.connect(lambda: self.install_asked.emit(spec.title))
        elif has_ensemble(spec):
            ensemble = menu.addAction(ENSEMBLE_TIP)
            ensemble.setCheckable(True)
            ensemble.setChecked(self._has(spec.id + PLUS))
            ensemble.triggered.connect(lambda: self._toggle_ensemble(key))
        return None if menu.isEmpty() else menu

    def _show_menu(self, key: str, at: QPoint) -> None:
        menu = self.menu_for(key)
        if menu is not None:
            menu.popup(at)

    def _show_state(self, key: str) -> None:
        if key != TRUTH or self._document.truth is not None:
            self.tree.show_state(key, self._document.state(key))

    def _set_shown(self, key: str, on: bool) -> None:
        name = family(self._document.spec(key))
        if on:
            self._document.show_models([name])
        else:
            self._document.hide_model(name)

    def _toggle_ensemble(self, key: str) -> None:
        self._set_shown(key + PLUS, not self._has(key + PLUS))

    def _has(self, key: str) -> bool:
        return any(spec.id == key for spec in self._document.models)

    def _choose(self, key: str) -> None:
        keys = self._document.source_keys
        if key in keys:
            self.chosen.emit(keys.index(key) + 1)
