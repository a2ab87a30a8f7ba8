from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, picture, write_file
from tests.jobs.runs import lines, stand_in, write_run

from srstudio.gui.studio import Studio
from srstudio.gui.training.page import TrainingPage
from srstudio.gui.training.plots import Plots
from srstudio.jobs.training_runs import State, known_runs, remember_run
from srstudio.media.still import read_picture

Until = Callable[[Callable[[], object]], None]
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are in these tests; their processes only stand in for training."""
    monkeypatch.setenv("SRSTUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(sys, "executable", str(stand_in(tmp_path)))
    return tmp_path / "runs"


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=3 * SECONDS)


@pytest.fixture
def page(studio: Studio, until: Until) -> TrainingPage:
    studio.show_page("training")
    until(lambda: studio.desk.page is not None and studio.desk.page.view.plots is not None)
    assert studio.desk.page is not None
    return studio.desk.page


@pytest.fixture
def data(tmp_path: Path) -> str:
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(2):
        write_file(folder / f"{number}.png", picture(40, 30, number))
    return str(folder)


@pytest.fixture
def two(runs: Path, studio: Studio) -> list[Path]:
    """Two runs that have ended, the newer one first."""
    for name, rate, steps in (("run 1", 0.5, 4), ("run 2", 0.25, 2)):
        folder = write_run(runs / name, lines(range(1, steps + 1), 2), lr=rate, iterations=4)
        (folder / "patches").mkdir()
        cells = np.random.default_rng(0).integers(0, 255, (2 * 36 - 4, 3 * 36 - 4, 3), np.uint8)
        Image.fromarray(cells).save(folder / "patches" / f"{steps:08d}.png")
        (folder / "steps").mkdir()
        (folder / "steps" / f"{steps:08d}.safetensors").touch()
        remember_run(folder)
    return list(known_runs())


def plots_of(page: TrainingPage) -> Plots:
    assert page.view.plots is not None
    return page.view.plots


# -- the page in the window ---------------------------------------------------------------


def test_the_page_takes_the_place_of_pictures_and_panels_and_gives_it_back(
    studio: Studio, page: TrainingPage
) -> None:
    docks = studio.window.docks
    assert page.isVisible()
    assert page.filling_in
    assert not any(dock.isVisible() for dock in studio.window.findChildren(QDockWidget))
    assert not studio.actions["fit"].isEnabled()
    studio.actions["comparison"].trigger()
    assert not page.isVisible()
    assert studio.empty.isVisible()
    assert all(dock.isVisible() for dock in docks)
    assert studio.actions["fit"].isEnabled()
    assert studio.actions["comparison"].isChecked()


def test_panels_are_remembered_as_they_are_beside_the_pictures(
    studio: Studio, page: TrainingPage
) -> None:
    assert page.isVisible()
    studio.window.remember(studio.settings.window)
    studio.window.restore(studio.settings.window)
    assert all(dock.isVisible() for dock in studio.window.docks)


def test_what_is_not_shown_does_not_make_the_window_wide(
    studio: Studio, page: TrainingPage
) -> None:
    narrow = page.minimumSizeHint().width()
    studio.show_page("comparison")
    page.setMinimumWidth(narrow + 5_000)
    centre = studio.window.centralWidget()
    assert centre is not None
    assert centre.minimumSizeHint().width() < 5_000


# -- the form -----------------------------------------------------------------------------


def test_a_wrong_value_is_told_of_beside_it_and_nothing_can_start(
    page: TrainingPage, data: str, until: Until
) -> None:
    form = page.form
    form.head.data.set_folders([data])
    until(form.start.isEnabled)
    form.row("batch").write("0")
    assert not form.start.isEnabled()
    assert form.row("batch").note.text() == "Write a whole number, at least 1."
    until(lambda: form.state == "Not right yet: batch")
    form.row("batch").write("8")
    until(form.start.isEnabled)
    assert "the recipe has 16" in form.row("batch").note.text()
    assert form.order.assignments == ("batch=8",)


def test_folders_and_values_that_do_not_fit_are_told_of(
    page: TrainingPage, data: str, tmp_path: Path, until: Until
) -> None:
    form = page.form
    form.head.data.set_folders([str(tmp_path / "gone")])
    problems: dict[str, str] = {}
    form.head.show_problems = problems.update  # type: ignore[method-assign, assignment]
    until(lambda: problems.get("data", "").startswith("There is no folder"))
    form.head.data.set_folders([data])
    form.row("scales").write("2, 3")
    until(lambda: "one scale at a time" in form.state)
    assert not form.start.isEnabled()


def test_another_recipe_brings_its_own_values(page: TrainingPage) -> None:
    form = page.form
    form.row("lr").write("3")
    form.head.choose_recipe("edsr")
    assert form.draft.texts == {}
    assert form.row("lr").text == "0.0001"
    assert form.row("iterations").text == "300000"
    assert set(form.common.rows).isdisjoint(form.further.rows)
    assert not form.further.isVisible()
    form.more.click()
    assert form.further.isVisible()


def test_the_next_form_suggests_the_data_of_the_last_run(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    studio.desk.training.look()
    until(lambda: len(studio.desk.training.runs) == 2)
    page.new_run()
    assert page.form.head.data.folders == ("/data",)
    until(lambda: page.form.head.name.text() == "run 3")


# -- a run --------------------------------------------------------------------------------


@posix
def test_a_run_is_started_paused_resumed_and_followed_to_its_end(
    page: TrainingPage, studio: Studio, data: str, runs: Path, until: Until
) -> None:
    page.form.head.data.set_folders([data])
    until(page.form.start.isEnabled)
    page.form.start.click()
    header, folder = page.view.header, runs / "run 1"
    until(lambda: not page.filling_in and header.pause.isEnabled())
    until(lambda: (folder / "log.jsonl").exists())
    header.pause.click()
    until(header.resume.isVisible)
    header.resume.click()
    until(header.pause.isVisible)
    (folder / "go").touch()
    until(lambda: header.text.startswith("Finished · step 3 of 3"))
    assert plots_of(page).plots["psnr"].listDataItems()
    assert not header.stop.isVisible()
    assert studio.desk.training.mine == ()


@posix
def test_a_run_that_fails_says_why_and_can_be_resumed(
    page: TrainingPage, data: str, until: Until
) -> None:
    page.form.head.data.set_folders([data])
    page.form.row("lr").write("0.5")
    until(page.form.start.isEnabled)
    page.form.start.click()
    until(lambda: not page.filling_in and page.view.header.resume.isVisible())
    assert page.view.header.cause == "the learning rate is too high; lower it."
    assert page.view.runs[0].state is State.FAILED


def test_a_single_run_shows_curves_patches_and_its_configuration(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    page.select(two[1])
    studio.desk.training.look()
    until(lambda: page.view.patches.rows == 2)
    assert page.view.slider.text == "step 4 · 34.00 dB"
    assert page.view.header.text == "Finished · step 4 of 4 · best 34.00 dB"
    (line,) = plots_of(page).plots["psnr"].listDataItems()
    assert line.getOriginalDataset()[1].tolist() == [32.0, 34.0]
    assert page.view.table.topLevelItemCount() > 30


def test_two_runs_lie_over_each_other_with_what_they_differ_in(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    studio.desk.training.look()
    until(lambda: page.list.count() == 2)
    page.list.select(two)
    assert len(plots_of(page).plots["psnr"].listDataItems()) == 2
    table = page.view.table
    rows = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    assert [[row.text(n) for n in range(3)] for row in rows if row] == [["lr", "0.25", "0.5"]]
    assert not page.view.header.isVisible()


def test_a_run_that_is_taken_out_of_the_list_keeps_its_files(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    studio.desk.training.look()
    until(lambda: page.list.count() == 2)
    page.list.select(two[:1])
    remove = next(a for a in page.menu().actions() if "Remove" in a.text())
    remove.trigger()
    until(lambda: page.list.folders == two[1:])
    assert page.filling_in
    assert (two[0] / "log.jsonl").exists()


# -- curves -------------------------------------------------------------------------------


def test_the_step_under_the_mouse_is_read_in_every_plot(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    page.select(two[1])
    studio.desk.training.look()
    until(lambda: not page.filling_in)
    plots = plots_of(page)
    QTest.qWaitForWindowExposed(studio.window)
    loss = plots.plots["loss"]
    across = loss.vb.mapViewToScene(QPointF(3.9, 0.0)).x()
    at = QPointF(across, loss.vb.sceneBoundingRect().center().y())
    assert loss.holds(at)
    plots._read_at((at,))
    assert "step 4" in loss.titleLabel.text
    assert "(0.25)" in loss.titleLabel.text
    assert "34.00 dB" in plots.plots["psnr"].titleLabel.text
    QApplication.sendEvent(plots, QEvent(QEvent.Type.Leave))
    assert "34.00" not in plots.plots["psnr"].titleLabel.text


def test_all_plots_show_the_steps_that_one_is_zoomed_to(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    page.select(two[1])
    studio.desk.training.look()
    until(lambda: not page.filling_in)
    plots = plots_of(page)
    loss = plots.plots["loss"]
    loss.vb.setXRange(2, 3, padding=0)
    loss.vb.sigRangeChangedManually.emit([True, False])
    for plot in plots.plots.values():
        assert plot.viewRange()[0] == pytest.approx([2, 3])
    plots.reset_view()
    low, high = plots.plots["lr"].viewRange()[0]
    assert low < 1
    assert high > 4


@pytest.mark.parametrize("kind", ["png", "csv"])
def test_curves_are_saved_as_a_picture_or_a_table(
    page: TrainingPage,
    two: list[Path],
    studio: Studio,
    tmp_path: Path,
    until: Until,
    kind: str,
) -> None:
    page.select(two[1])
    studio.desk.training.look()
    until(lambda: not page.filling_in)
    save = next(a for a in page.menu().actions() if kind.upper() in a.text())
    save.trigger()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    out = tmp_path / f"curves.{kind}"
    dialog.fileSelected.emit(str(out))
    dialog.close()
    until(lambda: studio.window.strip.text == f"Saved {out}")
    if kind == "png":
        assert read_picture(out).width > 300
    else:
        assert out.read_text().startswith("run,iteration,loss")


def test_only_a_single_run_has_a_folder_to_be_opened(
    page: TrainingPage, two: list[Path], studio: Studio, until: Until
) -> None:
    studio.desk.training.look()
    until(lambda: page.list.count() == 2)
    for selected, there in ((two, False), (two[:1], True)):
        page.list.select(selected)
        texts = [action.text() for action in page.menu().actions()]
        assert ("&Open folder" in texts) == there
