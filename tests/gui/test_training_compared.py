from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, QuickEngine, Wait, picture, write_file
from tests.jobs.runs import lines, stand_in, write_log, write_run

from srstudio.gui.dialogs.leaving import LeavingDialog
from srstudio.gui.studio import Studio
from srstudio.jobs.training import Order
from srstudio.jobs.training_runs import State, remember_run
from srstudio_models import read_catalog
from srstudio_models.loader import build, dump

Until = Callable[[Callable[[], object]], None]
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
KEY = "run_1-x2"


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SRSTUDIO_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("SRSTUDIO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(sys, "executable", str(stand_in(tmp_path)))
    return tmp_path / "runs"


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=3 * SECONDS)


def add_checkpoint(run: Path, step: int) -> None:
    spec = read_catalog()["fsrcnn-x2"]
    path = run / "steps" / f"{step:08d}.safetensors"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(dump(build(spec), spec))
    write_log(run, lines(range(1, step + 1), 2))


@pytest.fixture
def run(runs: Path, studio: Studio, until: Until) -> Path:
    """A run with two checkpoints, and a picture opened to see them on."""
    folder = write_run(runs / "run 1", [], iterations=100)
    for step in (2, 4):
        add_checkpoint(folder, step)
    remember_run(folder)
    studio.open([write_file(runs.parent / "small.png", picture(40, 30))])
    until(lambda: studio.workshop.idle)
    studio.desk.training.look()
    until(lambda: studio.desk.training.run(folder))
    return folder


def compare(studio: Studio, run: Path, until: Until, place: int = 1) -> None:
    found = studio.desk.training.run(run)
    assert found is not None
    studio.desk.compare(found, place)
    until(lambda: KEY in studio.document.results)


def test_a_checkpoint_becomes_a_source_in_a_pane(studio: Studio, run: Path, until: Until) -> None:
    before = dict(studio.document.results)
    compare(studio, run, until)
    assert studio.document.source_keys == ("raw", "lanczos", KEY)
    assert studio.document.title(KEY) == "run 1, step 4"
    assert KEY in studio.view.comparison.visible
    assert studio.desk.bar.isVisible()
    assert all(studio.document.results[key] is frame for key, frame in before.items())
    assert studio.sources.tree.heading("Training runs").childCount() == 1


def test_the_slider_changes_its_weights_and_computes_nothing_else(
    studio: Studio, run: Path, until: Until, engine: QuickEngine
) -> None:
    compare(studio, run, until)
    first, asked = studio.document.spec(KEY), len(engine.requests)
    row = studio.desk.bar.rows[run]
    row.slider.slider.setValue(0)
    until(lambda: studio.document.title(KEY) == "run 1, step 2")
    until(lambda: studio.workshop.idle)
    assert row.slider.text == "step 2 · 32.00 dB"
    assert studio.document.spec(KEY).sha256 != first.sha256
    later = [spec.id for request in engine.requests[asked:] for spec in request.models]
    assert later == [KEY]
    assert KEY in studio.document.results


def test_what_the_weights_before_made_is_not_taken_for_the_new(
    studio: Studio, run: Path, until: Until, engine: QuickEngine
) -> None:
    compare(studio, run, until)
    number = engine.requests[-1].number
    studio.desk.runs.choose(run, 0)
    engine.gate.clear()
    until(lambda: KEY not in studio.document.results)
    late = studio.document.results["raw"]
    from srstudio.gui.opening import display_pyramid
    from srstudio.jobs.events import PictureReady

    event = PictureReady(number, engine.requests[-1].picture, KEY, late, 0.1)
    studio.workshop.engine.bridge.arrived.emit(event, display_pyramid(late))
    assert KEY not in studio.document.results
    engine.gate.set()
    until(lambda: KEY in studio.document.results)


def test_the_newest_is_followed_unless_another_was_chosen(
    studio: Studio, run: Path, until: Until
) -> None:
    compare(studio, run, until)
    add_checkpoint(run, 6)
    studio.desk.training.look()
    until(lambda: studio.document.title(KEY) == "run 1, step 6")
    studio.desk.runs.choose(run, 0)
    until(lambda: studio.document.title(KEY) == "run 1, step 2")
    add_checkpoint(run, 8)
    studio.desk.training.look()
    slider = studio.desk.bar.rows[run].slider.slider
    until(lambda: slider.maximum() == 3)
    assert slider.value() == 0
    assert studio.document.title(KEY) == "run 1, step 2"


def test_a_run_that_is_compared_no_more_leaves_nothing_behind(
    studio: Studio, run: Path, until: Until, until_idle: Wait
) -> None:
    compare(studio, run, until)
    studio.desk.bar.rows[run].closed.emit()
    assert studio.document.source_keys == ("raw", "lanczos")
    assert studio.settings.engine.models == ["raw", "lanczos"]
    assert not studio.desk.bar.isVisible()
    until_idle()


def test_without_a_picture_the_sample_is_opened(studio: Studio, runs: Path, until: Until) -> None:
    folder = write_run(runs / "run 1", [], iterations=100)
    add_checkpoint(folder, 2)
    remember_run(folder)
    studio.desk.training.look()
    until(lambda: studio.desk.training.run(folder))
    compare(studio, folder, until, 0)
    assert studio.document.truth is not None
    until(lambda: KEY in studio.view.comparison.visible)


def test_one_click_installs_a_checkpoint(studio: Studio, run: Path, until: Until) -> None:
    compare(studio, run, until)
    row = studio.desk.bar.rows[run]
    row.install_asked.emit()
    until(lambda: studio.window.strip.text.startswith("Installed FSRCNN x2 run-1-step-4"))
    assert "fsrcnn-x2-run-1-step-4" in [spec.id for spec in studio.document.models]
    assert KEY in studio.document.source_keys


# -- closing the window -------------------------------------------------------------------


@pytest.fixture
def active(studio: Studio, runs: Path, until: Until) -> Path:
    """A run that was started here and goes on."""
    folder = runs / "run 1"
    studio.desk.training.start(Order(str(folder), "fsrcnn-short", (), ("a",)))
    until(lambda: studio.desk.training.mine and (folder / "log.jsonl").exists())
    return folder


def ask(studio: Studio) -> LeavingDialog:
    assert not studio.window.close()
    assert studio.window.isVisible()
    dialog = studio.window.findChild(LeavingDialog)
    assert dialog is not None
    return dialog


@posix
def test_closing_asks_and_can_be_left_at_that(studio: Studio, active: Path, until: Until) -> None:
    ask(studio).button(QMessageBox.StandardButton.Cancel).click()
    assert studio.window.isVisible()
    (active / "go").touch()
    until(lambda: not studio.desk.training.mine)
    assert studio.window.close()


@posix
def test_a_run_can_outlive_the_window(studio: Studio, active: Path, until: Until) -> None:
    ask(studio).keep.click()
    assert not studio.window.isVisible()
    assert not (active / "control").exists()
    (active / "go").touch()
    until(lambda: "psnr" in (active / "log.jsonl").read_text())


@posix
def test_a_run_can_be_stopped_with_the_window(studio: Studio, active: Path, until: Until) -> None:
    ask(studio).stop.click()
    until(lambda: not studio.window.isVisible())
    until(lambda: "Cancelled" in (active / "messages.txt").read_text())


@posix
def test_a_run_of_another_window_is_no_reason_to_ask(
    studio: Studio, active: Path, until: Until
) -> None:
    studio.desk.training._mine.clear()
    found = studio.desk.training.run(active)
    assert found is not None
    assert found.state in (State.PREPARING, State.RUNNING)
    assert studio.window.close()
    (active / "go").touch()
    until(lambda: "psnr" in (active / "log.jsonl").read_text())
