"""The page of blind tests: what to test, the questions, the verdict."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from srstudio.compare.blind_test import BlindTest, Choice
from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.blind.asking import Asking
from srstudio.gui.blind.losing import LosingDialog
from srstudio.gui.blind.order import Material, Order
from srstudio.gui.blind.setup import Setup
from srstudio.gui.blind.verdict import Verdict
from srstudio.gui.opening import display_pyramid
from srstudio.gui.panels.empty_page import notice
from srstudio.gui.theme import Colours
from srstudio.gui.viewer.pyramid import Pyramid

_EMPTY = "Nothing to be compared yet"
_HOW = "Open a picture (F2) and let two sources make it; then they can be tested here."


class BlindPage(QWidget):
    """One blind test at a time.

    Args:
        background: Prepares pictures.
        rng: Draws (tests give a known one).

    Attributes:
        test: What is asked, or was; None before the first.
        saved: Whether its answers are in a file.

    Signals:
        save_asked: The answers are to be saved.
        failed: A `StudioError`.
    """

    save_asked = Signal()
    failed = Signal(object)

    def __init__(self, background: Background, rng: random.Random | None = None) -> None:
        super().__init__()
        self._background, self._rng = background, rng or random.SystemRandom()
        self._material = Material()
        self._order: Order | None = None
        self._asked_of = Material()
        self.test: BlindTest | None = None
        self.saved = False
        self.empty = notice(_EMPTY, _HOW)
        self.setup, self.asking, self.verdict = Setup(), Asking(), Verdict()
        self._stack = QStackedWidget()
        for page in (self.empty, self.setup, self.asking, self.verdict):
            self._stack.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._connect()

    @property
    def shown(self) -> QWidget | None:
        """Which of its parts is seen."""
        return self._stack.currentWidget()

    @property
    def name(self) -> str:
        """Of the picture that the test is about."""
        return self._asked_of.name

    @property
    def titles(self) -> Mapping[str, str]:
        """Of the sources of the test, by key."""
        return self._asked_of.titles

    @property
    def unsaved(self) -> int:
        """How many answers there are in no file."""
        return 0 if self.test is None or self.saved else len(self.test.answers)

    def show_material(self, material: Material) -> None:
        """Offer what is at hand; a test that is going on keeps its own pictures."""
        self._material = material
        self.setup.show_material(material)
        if self.shown in (self.empty, self.setup):
            self._show_setup()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.asking.recolour(colours)

    def _show_setup(self) -> None:
        enough = len(self._material.titles) > 1
        self._stack.setCurrentWidget(self.setup if enough else self.empty)

    def _begin(self, order: Order, material: Material) -> None:
        """Prepare the pictures, then ask."""
        self._order, self._asked_of = order, material
        original = material.truth if order.original else ""
        keys = [key for key in material.frames if key in (*order.sources, original)]
        self.setup.start.setEnabled(False)

        def ask(pictures: dict[str, Pyramid]) -> None:
            self.setup.start.setEnabled(True)
            self.asking.begin(pictures, order.kind, original)
            self._stack.setCurrentWidget(self.asking)
            self._put(order.test(self._rng))

        def fail(error: StudioError) -> None:
            self.setup.start.setEnabled(True)
            self.failed.emit(error)

        self._background.submit(
            lambda: {key: display_pyramid(material.frames[key]) for key in keys},
            ask,
            fail,
        )

    def _put(self, test: BlindTest) -> None:
        """Go on with the next question, or to the end."""
        self.test, self.saved = test, False
        if test.current is None:
            self._end()
        else:
            self.asking.ask(test)

    def _answer(self, choice: Choice, seconds: float) -> None:
        if self.test is not None:
            self._put(self.test.answer(choice, seconds))

    def _take_back(self) -> None:
        if self.test is not None:
            self._put(self.test.take_back())

    def _end(self) -> None:
        """Tell what came of it; without an answer, that is nothing."""
        self.asking.drop()
        if self.test is None or not self.test.answers:
            self.test = None
            self._show_setup()
            return
        self.verdict.show_test(self.test, self.titles)
        self._stack.setCurrentWidget(self.verdict)

    def _unless_lost(self, go_on: Callable[[], None]) -> None:
        """Go on; first ask, should that lose answers."""
        if self.unsaved:
            LosingDialog(self.unsaved, "Go on", go_on, self).show()
        else:
            go_on()

    def _again(self) -> None:
        if self._order is not None:
            self._begin(self._order, self._asked_of)

    def _start_anew(self) -> None:
        self.test = None
        self._show_setup()

    def _connect(self) -> None:
        self.setup.begun.connect(lambda order: self._begin(order, self._material))
        self.asking.answered.connect(self._answer)
        self.asking.back_asked.connect(self._take_back)
        self.asking.end_asked.connect(self._end)
        self.verdict.save_asked.connect(lambda: self.save_asked.emit())
        self.verdict.again_asked.connect(lambda: self._unless_lost(self._again))
        self.verdict.new_asked.connect(lambda: self._unless_lost(self._start_anew))
