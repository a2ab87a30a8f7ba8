"""One question of a blind test after the other: pictures without names, and what is answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from srstudio.compare.blind_test import BlindTest, Choice, Kind, Trial
from srstudio.compare.sources import Source
from srstudio.gui.actions import draw_icons, make_action
from srstudio.gui.theme import Colours
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid

# From one question to the next nothing is seen, or else what changes would tell what X is.
PAUSE_MS = 400
_TOOLS = ("fit", "zoom_100", "side_by_side", "magnify")
_QUESTIONS: dict[Kind, str] = {
    "abx": "Is X the same as A or as B?",
    "preference": "Which looks better?",
}
_WORDS: dict[Kind, dict[Choice, str]] = {
    "abx": {"a": "X is A", "b": "X is B"},
    "preference": {"a": "A is better", "neither": "No difference", "b": "B is better"},
}
_KEYS: dict[Choice, str] = {"a": "A", "neither": "N", "b": "B"}
_HINT = (
    "Answer by {}. 1, 2, 3: one of them in place; Tab: the next. Wheel: zoom. "
    "M: magnifier. "
    "Backspace: the last answer again."
)


class Asking(QWidget):
    """The pictures of a question, unnamed, and the answers to it.

    Signals:
        answered: The `Choice`, and the seconds it took.
        back_asked: The last answer was a slip.
        end_asked: There are to be no more questions.
    """

    answered = Signal(str, float)
    back_asked = Signal()
    end_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pictures: Mapping[str, Pyramid] = {}
        self._original = ""
        self._test: BlindTest | None = None
        self._since = 0.0
        self.view = _plain_view()
        self._number, self._question = QLabel(), QLabel()
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar(textVisible=False)
        self.back, self.end = QPushButton("Last answer again"), QPushButton("End now")
        self.answers: dict[Choice, QPushButton] = {choice: QPushButton() for choice in _KEYS}
        self._stack = QStackedWidget()
        self.tools = [make_action(self, name) for name in _TOOLS]
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._arrange()
        self._connect()

    @property
    def asking(self) -> bool:
        """Whether the pictures are seen, and an answer is taken."""
        return self._stack.currentWidget() is self.view

    @property
    def number(self) -> str:
        """Which question it is, in words."""
        return self._number.text()

    def begin(self, pictures: Mapping[str, Pyramid], kind: Kind, original: str = "") -> None:
        """Have a test's pictures.

        Args:
            pictures: By key of the source, all of one size.
            kind: What is asked.
            original: Key of the ground truth, if that is shown between A and B.
        """
        self._pictures, self._original = pictures, original
        self._question.setText(_QUESTIONS[kind])
        self._hint.setText(_HINT.format(", ".join(_KEYS[choice] for choice in _WORDS[kind])))
        for choice, button in self.answers.items():
            button.setVisible(choice in _WORDS[kind])
            button.setText(_WORDS[kind].get(choice, ""))
            button.setShortcut(_KEYS[choice])  # which a text takes away
        self.view.set_content(*next(iter(pictures.values())).size)
        self.view.fit()

    def ask(self, test: BlindTest) -> None:
        """Show the current question, a moment later."""
        done, of = len(test.answers), len(test.trials)
        self._test = test
        self._number.setText(f"Question {done + 1} of {of}")
        self._progress.setRange(0, of)
        self._progress.setValue(done)
        self._stack.setCurrentIndex(0)
        self.back.setEnabled(False)
        self._let_answer(False)
        self._pause.start()

    def drop(self) -> None:
        """Let the pictures go."""
        self._pause.stop()
        self._test, self._pictures = None, {}
        self.view.set_sources(())

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        draw_icons(self.tools, colours)

    def _show(self) -> None:
        if self._test is None or self._test.current is None:
            return
        shown = _shown(self._test.current, self._original)
        view = self.view
        layout, splits = view.comparison.layout, view.comparison.splits
        view.set_sources([Source(name, name) for name in shown])
        for name, key in shown.items():
            view.set_picture(name, self._pictures[key])
        fresh = view.comparison.with_panes(shown)
        kept = splits if len(splits) == len(fresh.splits) else fresh.splits
        view.set_comparison(replace(fresh, layout=layout, splits=kept))
        self._stack.setCurrentWidget(view)
        self.back.setEnabled(bool(self._test.answers))
        self._let_answer(True)
        view.setFocus()
        self._since = time.monotonic()

    def _answer(self, choice: Choice) -> None:
        if self.asking:
            self.answered.emit(choice, time.monotonic() - self._since)

    def _let_answer(self, on: bool) -> None:
        for button in self.answers.values():
            button.setEnabled(on)

    def _connect(self) -> None:
        fit, actual, beside, magnify = self.tools
        fit.triggered.connect(lambda: self.view.fit())
        actual.triggered.connect(lambda: self.view.zoom_to(1.0))
        beside.triggered.connect(lambda: self.view.toggle_layout())
        magnify.triggered.connect(lambda on: self.view.set_magnifying(on))
        self.view.magnifier_changed.connect(lambda magnifier: magnify.setChecked(magnifier.on))
        self.view.comparison_changed.connect(
            lambda comparison: beside.setChecked(comparison.layout == "side_by_side")
        )
        self.view.set_comparison(replace(self.view.comparison, layout="side_by_side"))
        following = make_action(self.view, "next")
        following.triggered.connect(lambda: self.view.next_source())
        self.view.addAction(following)
        for choice, button in self.answers.items():
            button.clicked.connect(lambda _=False, choice=choice: self._answer(choice))
        self.back.setShortcut("Backspace")
        self.back.clicked.connect(lambda: self.back_asked.emit())
        self.end.clicked.connect(lambda: self.end_asked.emit())
        self._pause.timeout.connect(self._show)

    def _arrange(self) -> None:
        self._number.setProperty("role", "title")
        self._question.setProperty("role", "muted")
        self._progress.setFixedHeight(6)
        self._progress.setAccessibleName("Progress of the blind test")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._number)
        head.addWidget(self._question)
        head.addStretch(1)
        for action in self.tools:
            self.addAction(action)
            head.addWidget(_tool(action))
        head.addSpacing(8)
        for button in (self.back, self.end):
            head.addWidget(button)
        self._hint.setProperty("role", "muted")
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addStretch(1)
        for button in self.answers.values():
            button.setMinimumSize(150, 34)
            foot.addWidget(button)
        foot.addStretch(1)
        mask = QWidget()
        mask.setProperty("role", "empty")
        mask.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stack.addWidget(mask)
        self._stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._progress)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
        layout.addWidget(self._hint)


def _shown(trial: Trial, original: str) -> dict[str, str]:
    """The keys of the pictures from left to right, by what each is called."""
    between = {"X": trial.x} if trial.x else {"Ground truth": original} if original else {}
    return {"A": trial.a, **between, "B": trial.b}


def _plain_view() -> ComparisonView:
    """A view that takes no files, and no other sources for its panes."""
    view = ComparisonView()
    view.setAcceptDrops(False)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    return view


def _tool(action: QAction) -> QToolButton:
    tool = QToolButton()
    tool.setDefaultAction(action)
    tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return tool
