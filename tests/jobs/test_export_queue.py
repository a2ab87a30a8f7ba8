"""The queue of exports: kept on disk, one at a time, each in a process of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.exports import done, hidden, settings
from tests.media.clips import numbers, packet_hashes, picture_hashes, write_clip

from srstudio.core.errors import OutputError
from srstudio.jobs import export_queue, export_worker
from srstudio.jobs.export_control import Control
from srstudio.jobs.export_files import ExportFiles
from srstudio.jobs.export_queue import ExportQueue
from srstudio.jobs.export_status import ExportStatus, State
from srstudio.jobs.export_work import folder_of
from srstudio.jobs.launching import Identity
from srstudio.media.video.opening import open_video

PATIENCE = 120.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "in.mkv", range(24))


@dataclass
class Inline:
    """Does exports in threads, once they are let."""

    let: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def launch(self, arguments: Sequence[str], words: Path, module: str) -> Identity:
        assert module == "srstudio.jobs.export_worker"
        thread = threading.Thread(target=self._work, args=arguments)
        self.threads.append(thread)
        thread.start()
        return Identity.own()

    def _work(self, folder: str) -> None:
        self.let.wait(PATIENCE)
        export_worker.main(Path(folder))


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inline]:
    made = Inline()
    monkeypatch.setattr(export_queue, "launch", made.launch)
    yield made
    made.let.set()
    for thread in made.threads:
        thread.join(PATIENCE)


def _until(
    queue: ExportQueue,
    met: Callable[[tuple[ExportStatus, ...]], bool],
    seen: list[ExportStatus] | None = None,
) -> tuple[ExportStatus, ...]:
    deadline = time.monotonic() + PATIENCE
    while not met(statuses := queue.poll()):
        assert time.monotonic() < deadline, statuses
        if seen is not None:
            seen.extend(statuses)
        time.sleep(0.01)
    return statuses


def _all_ended(statuses: tuple[ExportStatus, ...]) -> bool:
    return all(status.state.ended for status in statuses)


def _states(queue: ExportQueue) -> list[State]:
    return [status.state for status in queue.poll()]


def test_a_killed_export_goes_on_as_if_nothing_had_been(clip: Path, tmp_path: Path) -> None:
    queue, output, whole = (tmp_path / name for name in ("queue", "out.mp4", "whole.mp4"))
    slow: dict[str, Any] = {"codec": "h264", "preset": "veryslow", "size": (480, 240)}
    killed = ExportQueue(queue).add(settings(clip, output, **slow))
    first = folder_of(output) / "00000000"
    _until(ExportQueue(queue), lambda _: first.exists())
    process = ExportFiles(queue / killed).process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    [status] = _until(ExportQueue(queue), _all_ended)
    assert (status.state, status.resumable) == (State.INTERRUPTED, True)
    assert status.report.advice.startswith("resume it")
    assert not output.exists()

    ExportQueue(queue).resume(killed)
    done(clip, whole, **slow)
    seen: list[ExportStatus] = []
    [status] = _until(ExportQueue(queue), _all_ended, seen)
    assert status.state is State.FINISHED
    assert status.report.frames == 24
    assert all((s.state is State.FINISHED) == (s.report.fraction == 1.0) for s in seen)
    assert packet_hashes(output, 0) == packet_hashes(whole, 0)
    assert picture_hashes(output) == picture_hashes(whole)
    assert status.report.preview is not None
    assert status.report.preview.before.read_bytes()[:4] == b"\x89PNG"
    assert hidden(tmp_path) == []


def test_one_after_the_other_in_the_order_that_was_given(
    clip: Path, tmp_path: Path, inline: Inline
) -> None:
    queue = ExportQueue(tmp_path / "queue")
    ids = [queue.add(settings(clip, tmp_path / f"{name}.mkv")) for name in "abcd"]
    assert _states(queue) == [State.STARTING, *[State.QUEUED] * 3]
    queue.move(ids[3], 1)
    queue.remove(ids[1])
    again = ExportQueue(tmp_path / "queue")
    assert [status.id for status in again.poll()] == [ids[0], ids[3], ids[2]]
    queue.cancel(ids[2], keep=True)
    assert _states(again) == [State.STARTING, State.QUEUED, State.CANCELLED]
    inline.let.set()
    statuses = _until(again, _all_ended)
    assert [status.state for status in statuses] == [
        State.FINISHED,
        State.FINISHED,
        State.CANCELLED,
    ]
    assert len(inline.threads) == 2
    assert sorted(path.name for path in tmp_path.glob("*.mkv")) == ["a.mkv", "d.mkv"]
    queue.retry(ids[2])
    statuses = _until(queue, _all_ended)
    assert statuses[2].state is State.FINISHED
    for id in ids:
        queue.remove(id)
    assert queue.poll() == ()
    assert len(list(tmp_path.glob("*.mkv"))) == 3  # what is written stays


def test_one_that_is_removed_before_its_process_has_ended_is_forgotten(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, output = ExportQueue(tmp_path / "queue"), tmp_path / "out.mkv"
    id = queue.add(settings(clip, output))
    whole = export_worker._done

    def removed(files: ExportFiles, control: Control) -> dict[str, Any]:
        ending = whole(files, control)
        assert _states(queue) == [State.FINISHED]
        queue.remove(id)
        return ending

    monkeypatch.setattr(export_worker, "_done", removed)
    assert export_worker.main(queue.folder / id) == 0
    assert queue.poll() == ()
    assert not (queue.folder / id).exists()
    assert output.exists()


def test_an_export_is_paused_and_ended_by_others(
    clip: Path, tmp_path: Path, inline: Inline
) -> None:
    queue = ExportQueue(tmp_path / "queue")
    id = queue.add(settings(clip, tmp_path / "out.mkv"))
    queue.poll()
    queue.pause(id)
    assert _states(queue) == [State.PAUSING]
    inline.let.set()
    [status] = _until(queue, lambda all: all[0].state is State.PAUSED)
    assert status.report.frames < 24
    queue.resume(id)
    [status] = _until(queue, _all_ended)
    assert (status.state, status.report.frames) == (State.FINISHED, 24)


@pytest.mark.parametrize("way", ["keep", "discard", "remove", "suspend"])
def test_the_ways_to_end_one(clip: Path, tmp_path: Path, inline: Inline, way: str) -> None:
    queue, output = ExportQueue(tmp_path / "queue"), tmp_path / "out.mkv"
    id = queue.add(settings(clip, output, segment=1, size=(1280, 640)))
    queue.poll()
    inline.let.set()
    _until(queue, lambda all: all[0].report.frames >= 3)
    queue.pause(id)
    _until(queue, lambda all: all[0].state is State.PAUSED or all[0].state.ended)
    if queue.poll()[0].state is not State.PAUSED:
        pytest.skip("it was too quick")
    if way == "remove":
        queue.remove(id)
    elif way == "suspend":
        queue.suspend(id)
    else:
        queue.cancel(id, keep=way == "keep")
    assert all(each.state is State.CANCELLING or each.state.ended for each in queue.poll())
    statuses = _until(queue, _all_ended)
    assert output.exists() == (way == "keep")
    assert bool(hidden(tmp_path)) == (way == "suspend")
    if way == "keep":
        with open_video(output) as video:
            shown = numbers(video.frames())
        assert shown == list(range(len(shown)))
        assert statuses[0].report.output == output
    if way == "remove":
        assert statuses == ()
    else:
        ended = State.INTERRUPTED if way == "suspend" else State.CANCELLED
        assert (statuses[0].state, statuses[0].resumable) == (ended, way == "suspend")


def test_what_fails_says_why_and_the_next_one_begins(
    clip: Path, tmp_path: Path, inline: Inline
) -> None:
    queue = ExportQueue(tmp_path / "queue")
    inline.let.set()
    queue.add(settings(clip, tmp_path / "out.xyz"))
    queue.add(settings(clip, tmp_path / "out.mkv"))
    first, second = _until(queue, _all_ended)
    assert (first.state, second.state) == (State.FAILED, State.FINISHED)
    assert first.report.cause == "out.xyz cannot hold FFV1 (lossless)"
    assert first.report.advice == "use a name with .mkv"


def test_two_exports_never_write_one_file(clip: Path, tmp_path: Path, inline: Inline) -> None:
    queue = ExportQueue(tmp_path / "queue")
    queue.add(settings(clip, tmp_path / "out.mkv"))
    with pytest.raises(OutputError, match="another export"):
        queue.add(settings(clip, tmp_path / "out.mkv"))


def test_damaged_files_of_the_queue_are_no_reason_to_stop(
    clip: Path, tmp_path: Path, inline: Inline
) -> None:
    queue = ExportQueue(tmp_path / "queue")
    ids = [queue.add(settings(clip, tmp_path / f"{name}.mkv")) for name in "ab"]
    (tmp_path / "queue" / "queue.json").write_text("[")
    (tmp_path / "queue" / ids[0] / "order.json").write_text("{")
    inline.let.set()
    [status] = _until(queue, _all_ended)
    assert (status.id, status.state) == (ids[1], State.FINISHED)
