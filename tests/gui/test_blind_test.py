"""The page of blind tests: from what is at hand to a verdict and a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, Wait

from srstudio.compare.blind_test import Answer, BlindTest, Trial
from srstudio.gui.blind.losing import LosingDialog
from srstudio.gui.blind.order import Order
from srstudio.gui.blind.page import BlindPage
from srstudio.gui.blind.verdict import outcome, percent
from srstudio.gui.studio import Studio


@pytest.fixture
def page(qtbot: QtBot, studio: Studio, until_idle: Wait, low: Path, truth: Path) -> BlindPage:
    """The page, with Raw, Lanczos and the ground truth at hand."""
    studio.open([low, truth])
    until_idle()
    studio.show_page("blind")
    shown = studio.blind.page
    assert shown is not None
    qtbot.waitUntil(lambda: len(shown.setup.sources) == 3, timeout=SECONDS)
    return shown


def begin(qtbot: QtBot, page: BlindPage) -> None:
    page.setup.start.click()
    seen(qtbot, page)


def seen(qtbot: QtBot, page: BlindPage) -> None:
    """Wait until the pictures of a question are there."""
    qtbot.waitUntil(lambda: page.shown is page.asking and page.asking.asking, timeout=SECONDS)


def answer_right(qtbot: QtBot, page: BlindPage) -> None:
    seen(qtbot, page)
    assert page.test is not None
    assert page.test.current is not None
    right = page.test.current.correct
    assert right is not None
    page.asking.answers[right].click()


def test_without_a_picture_it_says_what_to_do(studio: Studio) -> None:
    studio.show_page("blind")
    page = studio.blind.page
    assert page is not None
    assert page.shown is page.empty


def test_the_likely_sources_are_ticked(page: BlindPage) -> None:
    ticked = {key for key, box in page.setup.sources.items() if box.isChecked()}
    assert ticked == {"raw", "lanczos"}
    assert page.setup.state.startswith("12 right answers of 16")
    page.setup.sources["truth"].setChecked(True)
    assert page.setup.state == "Tick two sources; 3 are ticked."
    assert not page.setup.start.isEnabled()


def test_a_difference_that_is_always_seen_is_shown(qtbot: QtBot, page: BlindPage) -> None:
    page.setup.count.setValue(6)
    begin(qtbot, page)
    for _ in range(6):
        answer_right(qtbot, page)
    assert page.shown is page.verdict
    assert page.verdict.text == (
        "6 of 6 right, 100 % (61 to 100 %)\n"
        "Raw and Lanczos were told apart. By chance, as many or more come in 1.6 % of such tests."
    )
    assert page.verdict.answers.topLevelItemCount() == 6


def test_nothing_names_what_is_seen_and_x_is_what_it_is_called(
    qtbot: QtBot, page: BlindPage
) -> None:
    begin(qtbot, page)
    view = page.asking.view
    assert view.comparison.panes == ("A", "X", "B")
    assert [source.text for source in view.sources] == ["A", "X", "B"]
    assert {source.kind for source in view.sources} == {"model"}
    assert page.test is not None
    for trial in page.test.trials[:6]:
        seen(qtbot, page)
        values = dict(view.values_at(7, 9))
        assert values["X"] == values["A" if trial.x == trial.a else "B"]
        assert values["A"] != values["B"]
        page.asking.answers["a"].click()
        # Between two questions nothing is seen, and nothing is answered.
        assert not page.asking.asking
        assert not page.asking.answers["a"].isEnabled()


def test_zoom_and_layout_stay_from_question_to_question(qtbot: QtBot, page: BlindPage) -> None:
    begin(qtbot, page)
    view = page.asking.view
    view.zoom_to(2.0)
    view.toggle_layout()
    place = view.viewport
    page.asking.answers["b"].click()
    seen(qtbot, page)
    assert view.viewport == place
    assert view.comparison.layout == "slider"


def test_there_is_a_magnifier_which_names_nothing_either(qtbot: QtBot, page: BlindPage) -> None:
    begin(qtbot, page)
    view = page.asking.view
    QTest.keyClick(view, Qt.Key.Key_M)
    assert view.magnifier.on
    assert page.asking.tools[-1].isChecked()
    assert {source.title for source in view.sources} == {"A", "X", "B"}
    answer_right(qtbot, page)
    seen(qtbot, page)
    assert view.magnifier.on
    page.asking.tools[-1].trigger()
    assert not view.magnifier.on


def test_answers_have_keys_and_can_be_taken_back(qtbot: QtBot, page: BlindPage) -> None:
    begin(qtbot, page)
    keys = {choice: b.shortcut().toString() for choice, b in page.asking.answers.items()}
    assert keys == {"a": "A", "neither": "N", "b": "B"}
    assert page.asking.back.shortcut().toString() == "Backspace"
    page.asking.answers["a"].click()
    seen(qtbot, page)
    assert page.asking.number == "Question 2 of 16"
    page.asking.back.click()
    seen(qtbot, page)
    assert page.asking.number == "Question 1 of 16"
    assert page.test is not None
    assert page.test.answers == ()


def test_ended_early_it_says_so_and_without_an_answer_nothing(
    qtbot: QtBot, page: BlindPage
) -> None:
    begin(qtbot, page)
    page.asking.end.click()
    assert page.shown is page.setup
    begin(qtbot, page)
    answer_right(qtbot, page)
    seen(qtbot, page)
    page.asking.end.click()
    assert page.verdict.text.endswith("It was ended after 1 of 16 questions.")


def test_the_ground_truth_can_be_shown_between_the_two(qtbot: QtBot, page: BlindPage) -> None:
    page.setup.kinds["preference"].setChecked(True)
    assert page.setup.state == "8 questions: each pair 8 times."
    page.setup.original.setChecked(True)
    begin(qtbot, page)
    assert page.asking.view.comparison.panes == ("A", "Ground truth", "B")
    assert not page.asking.answers["neither"].isHidden()
    for _ in range(8):
        seen(qtbot, page)
        assert page.test is not None
        assert page.test.current is not None
        choice = "a" if page.test.current.a == "lanczos" else "b"
        page.asking.answers[choice].click()  # type: ignore[index]
    assert page.verdict.text.startswith("Lanczos looks better than Raw\n")
    assert page.verdict.pairs.topLevelItem(0).text(1) == "0 : 8"  # type: ignore[union-attr]


def test_another_picture_does_not_disturb_a_test(
    qtbot: QtBot, page: BlindPage, studio: Studio, until_idle: Wait, low: Path
) -> None:
    begin(qtbot, page)
    before = page.asking.view.values_at(3, 4)
    studio.open([low])
    until_idle()
    studio.show_page("blind")
    assert page.shown is page.asking
    assert page.asking.view.values_at(3, 4) == before
    assert page.name == "small"


def test_answers_are_saved_as_a_table(
    qtbot: QtBot, page: BlindPage, studio: Studio, tmp_path: Path
) -> None:
    page.setup.count.setValue(2)
    begin(qtbot, page)
    for _ in range(2):
        answer_right(qtbot, page)
    assert page.unsaved == 2
    page.verdict.save.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(studio.blind.told, timeout=SECONDS):
        dialog.fileSelected.emit(str(tmp_path / "answers.csv"))
    dialog.close()
    rows = list(csv.DictReader((tmp_path / "answers.csv").read_text("utf-8").splitlines()))
    assert [row["correct"] for row in rows] == ["true", "true"]
    assert {row["a"] for row in rows} < {"Raw", "Lanczos"}
    assert page.unsaved == 0


def test_the_window_asks_before_answers_are_lost(
    qtbot: QtBot, page: BlindPage, studio: Studio
) -> None:
    begin(qtbot, page)
    answer_right(qtbot, page)
    assert not studio.window.close()
    dialog = studio.window.findChild(LosingDialog)
    assert dialog is not None
    assert dialog.text() == "An answer is in no file."
    dialog.lose.click()
    qtbot.waitUntil(lambda: not studio.window.isVisible(), timeout=SECONDS)


def test_another_test_asks_before_answers_are_lost(qtbot: QtBot, page: BlindPage) -> None:
    page.setup.count.setValue(1)
    begin(qtbot, page)
    answer_right(qtbot, page)
    page.verdict.again.click()
    assert page.shown is page.verdict
    page.findChildren(LosingDialog)[-1].lose.click()
    seen(qtbot, page)
    answer_right(qtbot, page)
    page.saved = True
    page.verdict.new.click()
    assert page.setup.isVisible()


def test_what_was_given_up_is_asked_for_again_after_another_answer(
    qtbot: QtBot, page: BlindPage, studio: Studio
) -> None:
    window = studio.window
    window.may_close = lambda: studio.blind.may_close(window) and False  # something else holds it
    begin(qtbot, page)
    answer_right(qtbot, page)
    assert not window.close()
    window.findChildren(LosingDialog)[-1].lose.click()
    assert window.isVisible()
    assert studio.blind.may_close(window)
    answer_right(qtbot, page)
    assert not studio.blind.may_close(window)
    window.findChildren(LosingDialog)[-1].close()


def test_the_status_bar_tells_the_zoom_only_where_there_are_panes(
    page: BlindPage, studio: Studio
) -> None:
    assert page.isVisible()
    assert not studio.window.status.tells_zoom
    studio.show_page("comparison")
    assert studio.window.status.tells_zoom


class TestWords:
    def test_what_chance_can_do_is_no_preference(self) -> None:
        trials = (Trial("p", "q"),) * 4
        answers = (Answer("a", 1.0), Answer("b", 1.0), Answer("neither", 1.0), Answer("a", 1.0))
        test = BlindTest("preference", ("p", "q"), trials, answers)
        assert outcome(test, {"p": "Raw", "q": "Delta"})[0] == "No preference is shown"

    @pytest.mark.parametrize(
        ("value", "text"),
        [(0.77, "77 %"), (0.0384, "3.8 %"), (0.0002, "0.02 %"), (0.00001, "less than 0.01 %")],
    )
    def test_probabilities_are_rounded(self, value: float, text: str) -> None:
        assert percent(value) == text

    @pytest.mark.parametrize(
        ("sources", "problem"),
        [
            ((), "Tick 2 to 6 sources; none is ticked."),
            (("p",), "Tick 2 to 6 sources; 1 is ticked."),
        ],
    )
    def test_too_few_sources(self, sources: tuple[str, ...], problem: str) -> None:
        assert Order("preference", sources, 8).problem == problem
