"""The queue of exports on the screen, with a queue that only notes what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, write_file
from tests.gui.exporting_queue import FakeQueue, finished, job, running

from srstudio.core.errors import OutputError
from srstudio.core.frame import Frame
from srstudio.gui.background import Background
from srstudio.gui.exporting.ending import EndingDialog
from srstudio.gui.exporting.exports import Exports
from srstudio.gui.exporting.job_list import JobList
from srstudio.gui.exporting.page import ExportPage
from srstudio.gui.exporting.words import percent, progress_text, state_text
from srstudio.gui.theme import read_colours
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import ExportStatus, Preview, State

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue(running("first"), job("second"), job("third"))


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=SECONDS)


@pytest.fixture
def page(
    qtbot: QtBot, queue: FakeQueue, until: Until, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ExportPage]:
    monkeypatch.setattr("srstudio.gui.exporting.exports._SEEN_MS", 20)
    exports, background = Exports(queue), Background()
    made = ExportPage(exports, background)
    qtbot.addWidget(made)
    made.recolour(read_colours("dark"))
    made.resize(1000, 600)
    made.show()
    exports.set_seen(True)
    until(lambda: made.list.ids == [each.id for each in queue.jobs])
    yield made
    exports.close()
    background.close()


def exports_of(page: ExportPage) -> Exports:
    return page._exports


def shown(page: ExportPage) -> list[str]:
    """What the buttons of the header say."""
    buttons = page.view.header.findChildren(QPushButton)
    return [button.text() for button in buttons if button.isVisible()]


def drop(view: JobList, row: int, y: float) -> None:
    """Let go of the selected row at a height."""
    view.setCurrentRow(row)
    at = QPointF(20, y)
    event = QDropEvent(
        at,
        Qt.DropAction.MoveAction,
        QMimeData(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.source = lambda: view  # type: ignore[method-assign]
    view.dropEvent(event)


# -- the list -----------------------------------------------------------------------------


def test_the_export_that_runs_is_shown_first(page: ExportPage) -> None:
    assert page.list.selected == "first"
    assert page.view.header.text == ("Super-resolving · frame 50 of 100 · 12.5 fps · 4 s left")
    assert shown(page) == ["Pause", "Cancel..."]


def test_an_empty_queue_says_what_to_do(page: ExportPage, queue: FakeQueue, until: Until) -> None:
    queue.jobs = []
    until(lambda: page.empty)
    assert not page.remove.isEnabled()
    queue.jobs = [job("late")]
    until(lambda: not page.empty)


def test_what_is_selected_stays_so_while_the_queue_changes(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    page.list.select("second")
    queue.jobs.reverse()
    until(lambda: page.list.ids == ["third", "second", "first"])
    assert page.list.selected == "second"
    queue.show("second", State.STARTING)
    until(lambda: "Starting" in page.view.header.text)


def test_the_order_is_changed_by_buttons(page: ExportPage, queue: FakeQueue, until: Until) -> None:
    page.list.select("third")
    assert not page.down.isEnabled()
    page.up.click()
    until(lambda: page.list.ids == ["first", "third", "second"])
    assert page.list.selected == "third"
    page.down.click()
    until(lambda: page.list.ids == ["first", "second", "third"])


@pytest.mark.parametrize(
    ("row", "onto", "share", "order"),
    [
        (2, 0, 0.2, ["third", "first", "second"]),
        (2, 0, 0.8, ["first", "third", "second"]),
        (0, 2, 0.8, ["second", "third", "first"]),
        (0, 1, 0.2, ["first", "second", "third"]),
        (0, 9, 0.0, ["second", "third", "first"]),
    ],
)
def test_the_order_is_changed_by_dragging(
    page: ExportPage, until: Until, row: int, onto: int, share: float, order: list[str]
) -> None:
    height = page.list.visualItemRect(page.list.item(0)).height()
    drop(page.list, row, (onto + share) * height)
    until(lambda: page.list.ids == order)


def test_delete_takes_an_export_out(page: ExportPage, queue: FakeQueue, until: Until) -> None:
    page.list.select("third")
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    until(lambda: page.list.ids == ["first", "second"])


def test_dropped_files_are_to_be_exported(page: ExportPage, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.mp4", "b.mp4")])
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    event = QDropEvent(QPointF(500, 300), *held, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(page.files_dropped) as dropped:
        page.dropEvent(event)
    assert dropped.args == [[tmp_path / "a.mp4", tmp_path / "b.mp4"]]


def test_an_export_that_is_active_is_not_removed_without_a_question(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    page.remove.click()
    dialog = page.window().findChild(EndingDialog)
    assert dialog is not None
    assert "50 of 100 frames" in dialog.informativeText()
    dialog.go_on.click()
    page.list.select("second")
    page.remove.click()
    until(lambda: page.list.ids == ["first", "third"])
    assert queue.told == [("remove", "second")]


# -- one export ---------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "keep"), [("keep", True), ("discard", False)])
def test_cancelling_asks_what_is_to_become_of_it(
    page: ExportPage, queue: FakeQueue, until: Until, button: str, keep: bool
) -> None:
    page.view.header.cancel.click()
    dialog = page.window().findChild(EndingDialog)
    assert dialog is not None
    assert dialog.defaultButton() is dialog.go_on
    getattr(dialog, button).click()
    until(lambda: queue.told == [("cancel", "first", keep)])


def test_nothing_can_be_kept_before_there_is_a_frame(page: ExportPage, qtbot: QtBot) -> None:
    dialog = EndingDialog(job("new", State.STARTING), lambda _: None, page)
    qtbot.addWidget(dialog)
    assert not dialog.keep.isEnabled()


def test_pause_and_resume(page: ExportPage, queue: FakeQueue, until: Until) -> None:
    header = page.view.header
    header.pause.click()
    until(lambda: queue.told == [("pause", "first")])
    queue.show("first", State.PAUSING)
    until(lambda: not header.pause.isEnabled())
    queue.show("first", State.PAUSED)
    until(header.resume.isVisible)
    assert header.text == "Paused · frame 50 of 100"
    header.resume.click()
    until(lambda: queue.told[-1] == ("resume", "first"))


def test_a_failure_says_why_and_what_to_do(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    queue.show("first", State.FAILED, cause="the disk is full", advice="free some space")
    until(lambda: page.view.header.cause == "The disk is full; free some space.")
    assert shown(page) == ["Start again"]
    page.view.header.retry.click()
    until(lambda: queue.told == [("retry", "first")])


def test_what_was_interrupted_can_be_resumed(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    queue.jobs = [job("lost", State.INTERRUPTED, resumable=True, frames=40, total=100)]
    until(lambda: page.list.ids == ["lost"])
    assert shown(page) == ["Resume", "Start again"]
    page.view.header.resume.click()
    until(lambda: queue.told == [("resume", "lost")])


def test_a_finished_export_can_be_compared_and_found(
    page: ExportPage, queue: FakeQueue, until: Until, qtbot: QtBot
) -> None:
    queue.jobs = [finished("done", Path("/clips/done.mkv"))]
    until(lambda: page.list.ids == ["done"])
    assert page.view.header.text == "Finished · 100 frames in 8 s"
    assert shown(page) == ["Compare result", "Open folder"]
    with qtbot.waitSignal(page.compare_asked) as asked:
        page.view.header.compare.click()
    assert asked.args == [queue.jobs[0]]


def test_it_is_only_complete_when_the_file_is_closed() -> None:
    last = running("almost", fraction=0.9999, frames=100)
    assert percent(last) == 99
    assert state_text(last) == "99 %"
    assert percent(job("whole", State.CANCELLING, fraction=1.0)) == 99
    assert percent(finished("done", Path("x.mkv"))) == 100
    assert progress_text(job("new")) == "Waiting"


def test_the_newest_frame_is_shown_before_and_after(
    page: ExportPage, queue: FakeQueue, until: Until, tmp_path: Path
) -> None:
    pane = page.view.preview
    assert pane.number is None
    for number, value in ((3, 60), (8, 200)):
        files = [tmp_path / f"{name}-{number}.png" for name in ("before", "after")]
        for path, level in zip(files, (10, value), strict=True):
            write_file(path, Frame(np.full((20, 30, 3), level, np.uint8)))
        queue.show("first", State.RUNNING, preview=Preview(number, *files))
        until(partial(lambda number: pane.number == number, number))
        grays = [("before", (10, 10, 10)), ("after", (value, value, value))]
        until(partial(lambda grays: pane.view.values_at(5, 5) == grays, grays))
    page.list.select("second")
    assert pane.number is None


# -- what the window is told --------------------------------------------------------------


def test_trouble_with_the_queue_is_told_once_and_passes(
    page: ExportPage, queue: FakeQueue, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srstudio.gui.exporting.exports._UNSEEN_MS", 20)
    told, asked = list[str](), list[bool]()
    exports_of(page).failed.connect(lambda error: told.append(str(error)))

    def fail() -> tuple[ExportStatus, ...]:
        asked.append(True)
        raise OutputError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(queue, "poll", fail)
        until(lambda: len(asked) > 2)
    queue.jobs = [job("fresh")]
    until(lambda: page.list.ids == ["fresh"])
    assert told == ["the disk is gone."]


def test_names_that_will_be_taken_are_known(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    lost = job("lost", State.INTERRUPTED, resumable=True)
    queue.jobs = [running("first"), lost, job("gone", State.FAILED), finished("done", Path("x"))]
    until(lambda: len(exports_of(page).jobs) == 4)
    assert exports_of(page).promised == ("/clips/first.mkv", "/clips/lost.mkv")


def test_what_comes_next_goes_before_all_that_wait(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    exports_of(page).add(ExportSettings(source="/a.mp4", output="/b.mp4"), next_in_line=True)
    until(lambda: page.list.ids == ["first", "job-3", "second", "third"])


def test_only_what_was_begun_here_keeps_the_window(
    page: ExportPage, queue: FakeQueue, until: Until
) -> None:
    exports = exports_of(page)
    assert exports.active
    assert exports.mine == ()
    exports.resume("first")
    until(lambda: [each.id for each in exports.mine] == ["first"])
    told: list[bool] = []
    exports.suspend_all(exports.mine, lambda: told.append(True))
    until(lambda: told)
    assert queue.told == [("resume", "first"), ("suspend", "first")]
