"""Exports in the whole window: with a queue that only notes what it is told, and for real."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS
from tests.gui.exporting_queue import FakeQueue, job, running
from tests.media.clips import WIDTH, number_of, write_clip

from srstudio.gui.dialogs.leaving import LeavingDialog
from srstudio.gui.exporting.dialog import ExportDialog
from srstudio.gui.exporting.page import ExportPage
from srstudio.gui.studio import Studio
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_files import ExportFiles
from srstudio.jobs.export_queue import ExportQueue
from srstudio.jobs.export_status import ExportStatus, State
from srstudio.media.video.opening import open_video

FRAMES = 240
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=3 * SECONDS)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "holiday.mp4", range(FRAMES))


@pytest.fixture
def page(studio: Studio) -> ExportPage:
    studio.show_page("exports")
    assert studio.exports.page is not None
    return studio.exports.page


def use(studio: Studio, *jobs: ExportStatus) -> FakeQueue:
    """Let the window have these exports."""
    queue = FakeQueue(*jobs)
    studio.exports.exports._queue = queue
    return queue


def only(studio: Studio) -> ExportStatus:
    (found,) = studio.exports.exports.jobs
    return found


# -- the window ---------------------------------------------------------------------------


def test_the_queue_is_a_page_of_its_own(studio: Studio) -> None:
    studio.actions["training"].trigger()
    studio.actions["exports"].trigger()
    page = studio.exports.page
    assert page is not None
    assert page.isVisible()
    assert page.empty
    assert studio.desk.page is not None
    assert not studio.desk.page.isVisible()
    assert not studio.actions["fit"].isEnabled()
    studio.actions["comparison"].trigger()
    assert not page.isVisible()
    assert studio.actions["fit"].isEnabled()


def test_what_was_interrupted_is_offered_once(studio: Studio, until: Until) -> None:
    lost = job("lost", State.INTERRUPTED, resumable=True, fraction=0.425, frames=42, total=100)
    queue = use(studio, lost)
    studio.exports.look()
    strip = studio.window.strip
    until(lambda: strip.text)
    assert strip.text == "The export of lost.mkv was interrupted at 42 %; it can go on."
    strip.offer.click()
    until(lambda: queue.told == [("resume", "lost")])
    assert strip.isHidden()
    assert studio.exports.page is not None
    assert studio.exports.page.isVisible()
    queue.show("lost", State.INTERRUPTED)
    studio.exports.look()
    until(lambda: not studio.exports.exports._look.busy)
    assert strip.isHidden()


def test_another_sentence_takes_the_offer_away(studio: Studio) -> None:
    strip = studio.window.strip
    strip.show_offer("There is something.", "Do it", lambda: None)
    assert strip.offer.isVisible()
    studio.tell("Something else.")
    assert not strip.offer.isVisible()


def test_closing_asks_once_and_can_stop_everything(studio: Studio, until: Until) -> None:
    queue = use(studio, running("first"), job("second"))
    studio.exports.exports.resume("first")
    until(lambda: studio.exports.exports.mine)
    sentence = "first.mkv is still being exported and 1 more waits for a window"
    assert studio.exports.still_going == [sentence]
    assert not studio.window.close()
    dialog = studio.window.findChild(LeavingDialog)
    assert dialog is not None
    assert dialog.text() == f"{sentence}."
    dialog.stop.click()
    until(lambda: not studio.window.isVisible())
    assert queue.told[-1] == ("suspend", "first")


def test_the_status_bar_tells_of_an_export(studio: Studio, until: Until) -> None:
    queue = use(studio, running("first"))
    studio.exports.look()
    line = studio.window.status._export
    until(lambda: line.text() == "first.mkv: 50 %, 4 s left")
    queue.jobs = []
    studio.exports.look()
    until(lambda: not line.text())


# -- for real -----------------------------------------------------------------------------


def settings(clip: Path, output: Path) -> ExportSettings:
    return ExportSettings(
        source=str(clip), output=str(output), model="raw", scale=2, device="cpu", segment=20
    )


def frames_of(path: Path) -> list[int]:
    with open_video(path) as video:
        return [number_of(frame.pixels) for frame in video.frames()]


@pytest.mark.skipif(os.name != "posix", reason="processes are killed")
def test_an_export_is_paused_killed_resumed_and_finished(
    studio: Studio, page: ExportPage, clip: Path, tmp_path: Path, exports: Path, until: Until
) -> None:
    desk, output, header = studio.exports.exports, tmp_path / "large.mp4", page.view.header
    desk.add(settings(clip, output))
    until(lambda: desk.jobs and desk.jobs[0].report.frames > 40)
    header.pause.click()
    until(lambda: only(studio).state is State.PAUSED)
    until(lambda: page.view.preview.number is not None)
    assert page.view.preview.view.viewport.content[0] == 2 * WIDTH
    done = only(studio).report.frames
    assert done < FRAMES, "the export was over before it could be paused"

    process = ExportFiles(exports / only(studio).id).process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: only(studio).state is State.INTERRUPTED)
    assert header.resume.isVisible()
    assert not output.exists()
    header.resume.click()
    until(lambda: only(studio).state is State.FINISHED)
    assert header.compare.isVisible()
    assert frames_of(output) == list(range(FRAMES))


def test_what_is_done_can_be_kept(
    studio: Studio, page: ExportPage, clip: Path, tmp_path: Path, until: Until
) -> None:
    desk, output = studio.exports.exports, tmp_path / "large.mkv"
    desk.add(settings(clip, output))
    until(lambda: desk.jobs and desk.jobs[0].report.frames > 20)
    desk.cancel(only(studio).id, keep=True)
    until(lambda: only(studio).state.ended)
    kept = frames_of(output)
    assert kept == list(range(len(kept)))
    assert 0 < len(kept) <= FRAMES
    desk.remove(only(studio).id)
    until(lambda: page.empty)
    assert output.exists()


def test_closing_the_window_leaves_something_to_resume(
    studio: Studio, page: ExportPage, clip: Path, tmp_path: Path, exports: Path, until: Until
) -> None:
    desk, output = studio.exports.exports, tmp_path / "large.mp4"
    desk.add(settings(clip, output))
    until(lambda: desk.jobs and desk.jobs[0].report.frames > 20)
    assert not studio.window.close()
    dialog = studio.window.findChild(LeavingDialog)
    assert dialog is not None
    dialog.stop.click()
    until(lambda: not studio.window.isVisible())
    queue = ExportQueue(exports)
    until(lambda: queue.poll()[0].state.ended)
    (left,) = queue.poll()
    assert left.state is State.INTERRUPTED
    assert left.resumable


def test_the_open_clip_is_what_is_asked_about(studio: Studio, clip: Path, until: Until) -> None:
    verb = studio.actions["export_video"]
    assert not verb.isEnabled()
    studio.open([clip])
    until(verb.isEnabled)
    studio.workshop.player.set_marks(range(5, 10))
    verb.trigger()
    dialog = studio.window.findChild(ExportDialog)
    assert dialog is not None
    until(lambda: dialog.ready)
    draft = dialog.form.draft()
    assert draft is not None
    assert (draft.first, draft.last) == (5, 9)
    assert draft.facts.clip.path == clip
    assert dialog.form.model.family == studio.verbs.shown_model()
    dialog.reject()
