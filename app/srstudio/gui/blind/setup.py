"""What is to be tested: the question, the sources, how often."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from srstudio.compare.blind_test import Kind
from srstudio.gui.blind.order import Material, Order, likely_order
from srstudio.gui.training.field_rows import set_role

_WIDTH = 560
_KINDS: dict[Kind, tuple[str, str]] = {
    "abx": (
        "Is a difference &seen? (ABX)",
        "A and B are the two sources, X is one of them. Which?",
    ),
    "preference": (
        "Which &looks better?",
        "Every pair of the sources, without their names and in any order.",
    ),
}
_COUNTS: dict[Kind, tuple[str, int]] = {"abx": ("&Questions", 16), "preference": ("&Rounds", 8)}
_MOST = 200


class Setup(QWidget):
    """The form before a blind test.

    Signals:
        begun: An `Order` that can begin.
    """

    begun = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._material = Material()
        self.kinds = {kind: QRadioButton(title) for kind, (title, _) in _KINDS.items()}
        self.kinds["abx"].setChecked(True)
        self.sources: dict[str, QCheckBox] = {}
        self._list = QVBoxLayout()
        self._about = QLabel(wordWrap=True)
        self._count_name, self.count = QLabel(), QSpinBox(minimum=1, maximum=_MOST)
        self.original = QCheckBox("Show the &ground truth between the two")
        self._state = QLabel(wordWrap=True)
        self.start = QPushButton("Start")
        self.start.setProperty("role", "main")
        self._arrange()
        self._connect()
        self._choose_kind()

    @property
    def kind(self) -> Kind:
        """What is asked."""
        return "abx" if self.kinds["abx"].isChecked() else "preference"

    @property
    def order(self) -> Order:
        """What would begin."""
        ticked = tuple(key for key, box in self.sources.items() if box.isChecked())
        shown = self.original.isChecked() and not self.original.isHidden()
        return Order(self.kind, ticked, self.count.value(), shown)

    @property
    def state(self) -> str:
        """What is said above the button."""
        return self._state.text()

    def show_material(self, material: Material) -> None:
        """Offer other sources; the likely ones are ticked, unless these were offered already."""
        same = dict(material.titles) == dict(self._material.titles)
        self._material = material
        self._about.setText(f"Of {material.name}, as every source has made it.")
        if not same:
            self._fill()
        self._look()

    def _fill(self) -> None:
        for box in self.sources.values():
            self._list.removeWidget(box)
            box.deleteLater()
        self.sources = {key: QCheckBox(title) for key, title in self._material.titles.items()}
        for box in self.sources.values():
            self._list.addWidget(box)
            box.toggled.connect(self._look)
        self._tick_likely()

    def _tick_likely(self) -> None:
        likely = likely_order(list(self.sources), self._material.truth, self.kind)
        for key, box in self.sources.items():
            box.setChecked(key in likely)

    def _choose_kind(self) -> None:
        name, usual = _COUNTS[self.kind]
        self._count_name.setText(name)
        self.count.setValue(usual)
        self._tick_likely()
        self._look()

    def _look(self) -> None:
        """Say what is to be expected of this, or why it cannot begin."""
        order = self.order
        truth = self._material.truth
        self.original.setVisible(
            order.kind == "preference" and bool(truth) and truth not in order.sources
        )
        self.start.setEnabled(not order.problem)
        self._state.setText(order.problem or order.outlook)
        set_role(self._state, "error" if order.problem else "muted")

    def _connect(self) -> None:
        self.kinds["abx"].toggled.connect(self._choose_kind)
        self.count.valueChanged.connect(self._look)
        self.start.clicked.connect(lambda: self.begun.emit(self.order))

    def _arrange(self) -> None:
        title = QLabel("Blind test")
        title.setProperty("role", "title")
        self._about.setProperty("role", "muted")
        self._count_name.setBuddy(self.count)
        self.count.setFixedWidth(90)
        rows = QFormLayout()
        rows.setHorizontalSpacing(12)
        rows.addRow(self._count_name, self.count)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 24, 20, 24)
        column.setSpacing(8)
        for part in (title, self._about):
            column.addWidget(part)
        column.addSpacing(8)
        for kind, (_, text) in _KINDS.items():
            column.addWidget(self.kinds[kind])
            column.addWidget(_below(text))
        column.addWidget(_heading("Sources"))
        column.addLayout(self._list)
        column.addWidget(_heading("How often"))
        column.addLayout(rows)
        column.addWidget(self.original)
        column.addSpacing(8)
        column.addWidget(self._state)
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    label.setContentsMargins(0, 10, 0, 0)
    return label


def _below(text: str) -> QLabel:
    """What a choice means, under it."""
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "muted")
    label.setContentsMargins(24, 0, 0, 4)
    return label
