"""Exports that are told to wait or to end, or that are ended, and go on as if nothing had been."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from tests.jobs.exports import SEGMENT, Engine, done, hidden, settings
from tests.media.clips import numbers, packet_hashes, picture_hashes, write_clip

from srstudio.core.errors import OutputError, UsageError
from srstudio.core.progress import Cancelled
from srstudio.jobs import export_check, export_plan, export_work
from srstudio.jobs.export_check import check
from srstudio.jobs.export_control import Control, Ending
from srstudio.jobs.export_job import export
from srstudio.jobs.export_status import State
from srstudio.jobs.export_work import Header, Work, folder_of
from srstudio.media.video import stamps
from srstudio.media.video.opening import open_video
from srstudio.media.video.packets import readable
from srstudio_models import ModelFileError

COUNT = 3 * SEGMENT + 2


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ticks = [40 * n + 7 * (n % 3) for n in range(COUNT)]
    return write_clip(tmp_path_factory.mktemp("clip") / "in.mkv", ticks)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Engine]:
    """Makes the engine of a model that is found whatever its name."""

    def make(frames: str = "single") -> Engine:
        engine = Engine(frames)
        monkeypatch.setattr(export_plan, "find_model", lambda *_: engine.spec)
        return engine

    return make


def _ended(
    clip: Path, output: Path, engine: Engine, ending: Ending, after: int, resume: bool = False
) -> Control:
    """An export that is told to end when the network is about to run once more."""
    control = Control()

    def before(runs: int) -> None:
        if runs == after:
            control.cancel(ending)

    engine.runs, engine.before = 0, before
    with pytest.raises(Cancelled):
        export(settings(clip, output, scale=2), control, resume=resume, make=engine.make)
    engine.before = lambda _: None
    return control


def _finished(clip: Path, output: Path, engine: Engine, resume: bool = False) -> Control:
    control = Control()
    engine.runs = 0
    export(settings(clip, output, scale=2), control, resume=resume, make=engine.make)
    assert control.board.report().state is State.FINISHED
    return control


@pytest.mark.parametrize("kind", ["single", "sliding", "recurrent"])
@pytest.mark.parametrize("after", [1, 6])
def test_what_goes_on_equals_what_was_never_stopped(
    clip: Path, tmp_path: Path, engine: Callable[[str], Engine], kind: str, after: int
) -> None:
    made = engine(kind)
    whole, resumed = tmp_path / "whole.mkv", tmp_path / "resumed.mkv"
    _finished(clip, whole, made)
    runs = made.runs
    _ended(clip, resumed, made, "suspend", min(after, runs - 1))
    assert not resumed.exists()
    control = _finished(clip, resumed, made, resume=True)
    assert packet_hashes(resumed, 0) == packet_hashes(whole, 0)
    assert picture_hashes(resumed) == picture_hashes(whole)
    with open_video(whole) as one, open_video(resumed) as other:
        assert one.timeline.ticks.tolist() == other.timeline.ticks.tolist()
    assert control.board.report().frames == COUNT
    assert hidden(tmp_path) == []
    if after == 6 and kind != "recurrent":
        assert made.runs < runs  # what was safe is not computed again


@pytest.mark.parametrize("name", ["out.gif", "out-%02d.png"])
def test_pictures_and_gifs_go_on_too(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine], name: str
) -> None:
    made = engine()
    (tmp_path / "whole").mkdir()
    _finished(clip, tmp_path / "whole" / name, made)
    _ended(clip, tmp_path / name, made, "suspend", 6)
    _finished(clip, tmp_path / name, made, resume=True)
    assert made.runs == COUNT - SEGMENT
    written = sorted((tmp_path / "whole").iterdir())
    assert [each.read_bytes() for each in written] == [
        (tmp_path / each.name).read_bytes() for each in written
    ]


def test_a_torn_journal_and_a_missing_part_cost_no_more_than_they_hold(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    made, output = engine(), tmp_path / "out.mkv"
    whole = tmp_path / "whole.mkv"
    _finished(clip, whole, made)
    _ended(clip, output, made, "suspend", COUNT - 1)
    folder = folder_of(output)
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"first":12,"cou')
    (folder / f"{SEGMENT:08d}").write_bytes(b"half")
    assert Work(output).frames == SEGMENT
    _finished(clip, output, made, resume=True)
    assert made.runs == COUNT - SEGMENT
    assert picture_hashes(output) == picture_hashes(whole)


def test_an_end_when_all_was_done_but_to_tidy_up(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, output = engine(), tmp_path / "out.mkv"
    with monkeypatch.context() as patch:
        patch.setattr(Work, "discard", lambda _: None)
        _finished(clip, output, made)
    assert hidden(tmp_path) == [".out.mkv.export"]
    written = output.read_bytes()
    report = _finished(clip, output, made, resume=True).board.report()
    assert (made.runs, report.frames, report.output) == (0, COUNT, output)
    assert output.read_bytes() == written
    assert hidden(tmp_path) == []


def test_an_end_may_keep_what_is_done(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    output = tmp_path / "out.mkv"
    control = _ended(clip, output, engine(), "keep", 6)
    report = control.board.report()
    with open_video(output) as video:
        shown = numbers(video.frames())
    assert shown == list(range(len(shown)))
    assert SEGMENT < len(shown) <= 7
    assert report.output == output
    assert report.notes == (f"The first {len(shown)} of {COUNT} frames were kept.",)
    assert report.fraction < 1
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("name", ["out.mkv", "out.gif", "out-%02d.png"])
def test_an_end_may_leave_nothing(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine], name: str
) -> None:
    _ended(clip, tmp_path / name, engine(), "discard", 6)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.mkv", "out.gif"])
@pytest.mark.parametrize("ending", ["discard", "suspend", "keep"])
def test_an_end_while_all_is_joined(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine], name: str, ending: Ending
) -> None:
    made, control, output = engine(), Control(), tmp_path / name
    change = control.board.change

    def watched(**fields: object) -> None:
        change(**fields)
        if fields.get("stage") in ("Joining the segments", "Writing the GIF"):
            control.cancel(ending)

    control.board.change = watched  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        export(settings(clip, output, scale=2), control, make=made.make)
    assert output.exists() == (ending == "keep")
    assert bool(hidden(tmp_path)) == (ending == "suspend")
    if ending == "suspend":
        _finished(clip, output, made, resume=True)
        assert made.runs == 0


def test_an_end_before_the_first_frame_keeps_nothing(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    _ended(clip, tmp_path / "out.mkv", engine(), "keep", 0)
    assert [path.suffix for path in tmp_path.iterdir()] in ([], [".mkv"])
    assert hidden(tmp_path) == []


def test_a_pause_gives_memory_back_and_ends_where_it_began(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    made, control, states = engine(), Control(), []
    waiting = threading.Event()

    def before(runs: int) -> None:
        if runs == 5:
            control.pause()
            threading.Thread(target=go_on).start()

    def go_on() -> None:
        while control.board.report().state is not State.PAUSED:
            waiting.wait(0.005)
        seconds = control.board.report().seconds
        states.append((list(made.forgotten), made.runs))
        waiting.wait(0.1)
        assert control.board.report().seconds == seconds
        states.append((list(made.forgotten), made.runs))
        control.go_on()

    made.before = before
    export(settings(clip, tmp_path / "out.mkv", scale=2), control, make=made.make)
    assert states == [([6], 6), ([6], 6)]
    assert made.runs == COUNT
    with open_video(tmp_path / "out.mkv") as video:
        assert numbers(video.frames()) == list(range(COUNT))


def test_a_paused_export_can_be_ended(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    made, control = engine(), Control()
    made.before = lambda runs: control.pause() if runs == 2 else None

    def end() -> None:
        while control.board.report().state is not State.PAUSED:
            control.progress.cancelled  # noqa: B018
        control.cancel("discard")

    thread = threading.Thread(target=end)
    thread.start()
    with pytest.raises(Cancelled):
        export(settings(clip, tmp_path / "out.mkv", scale=2), control, make=made.make)
    thread.join()
    assert list(tmp_path.iterdir()) == []


def test_only_the_same_export_goes_on(
    clip: Path, tmp_path: Path, engine: Callable[[], Engine]
) -> None:
    source, output = tmp_path / "in.mkv", tmp_path / "out.mkv"
    source.write_bytes(clip.read_bytes())
    made = engine()
    _ended(source, output, made, "suspend", 6)
    with pytest.raises(OutputError, match=r"an unfinished export of out\.mkv is there"):
        _finished(source, output, made)
    with pytest.raises(UsageError, match=r"other settings \(bits\)"):
        done(source, output, resume=True, scale=2, bits=16)
    with source.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(UsageError, match="the source has changed"):
        _finished(source, output, made, resume=True)
    assert Work(output).frames == SEGMENT  # and nothing of it is lost by asking
    chosen = settings(source, output, scale=2, overwrite=True)
    export(chosen, Control(), make=made.make)
    assert hidden(tmp_path) == []


def test_of_two_that_begin_at_once_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(tmp_path / "out.mkv")
    owner = work.folder / "owner.json"

    def nobody_yet(folder: Path) -> bool:
        folder.mkdir()
        owner.write_bytes(b"another")  # but in this moment
        return False

    monkeypatch.setattr(export_work, "_owned", nobody_yet)
    with pytest.raises(OutputError, match="is being written by another process"):
        work.claim()
    assert owner.read_bytes() == b"another"


def test_why_an_export_cannot_go_on_is_told_by_what_was_chosen(tmp_path: Path) -> None:
    work = Work(tmp_path / "out.mkv")
    work.claim()
    work.begin(Header({"scale": 2}, (1,), ("two",)))
    with pytest.raises(UsageError, match=r"other settings \(scale\)"):
        work.go_on(Header({"scale": 4}, (1,), ("four",)))
    with pytest.raises(UsageError, match="the weights of the model have changed"):
        work.go_on(Header({"scale": 2}, (1,), ("another two",)))


def test_a_failure_can_be_resumed(clip: Path, tmp_path: Path, engine: Callable[[], Engine]) -> None:
    made, output = engine(), tmp_path / "out.mkv"

    def fail(runs: int) -> None:
        if runs == 6:
            raise RuntimeError("pulled out")

    made.before = fail
    with pytest.raises(RuntimeError, match="pulled out"):
        _finished(clip, output, made)
    made.before = lambda _: None
    _finished(clip, output, made, resume=True)
    assert made.runs == COUNT - SEGMENT


def test_names_and_folders_that_would_do_harm(clip: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.mkv"
    source.write_bytes(clip.read_bytes())
    with pytest.raises(OutputError, match="itself"):
        done(source, source, overwrite=True)
    (tmp_path / "out.mkv").write_bytes(b"precious")
    with pytest.raises(OutputError, match="exists already"):
        done(source, tmp_path / "out.mkv")
    with pytest.raises(UsageError, match=r"cannot hold FFV1"):
        done(source, tmp_path / "out.mp4")
    done(source, tmp_path / "frames" / "%02d.png", stop=2)
    with pytest.raises(OutputError, match=r"01.png exists already"):
        done(source, tmp_path / "frames" / "%02d.png", stop=2)
    with pytest.raises(OutputError, match="among"):
        done(tmp_path / "frames", tmp_path / "frames" / "b%02d.png")
    assert (tmp_path / "out.mkv").read_bytes() == b"precious"
    assert source.read_bytes() == clip.read_bytes()
    assert hidden(tmp_path) == []


def test_weights_that_are_missing_are_told_before(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="has no weights installed"):
        check(settings(clip, tmp_path / "out.mkv", model="basicvsr-x4", scale=4))
    assert list(tmp_path.iterdir()) == []


def test_what_is_worth_knowing_is_told_before(clip: Path, tmp_path: Path) -> None:
    assert check(settings(clip, tmp_path / "out.mkv")) == ()
    [note] = check(settings(clip, tmp_path / "out.mkv", quality=3))
    assert note == "FFV1 (lossless) has no quality to be chosen."
    glass = [Image.new("RGBA", (8, 6), (255, 0, 0, n)) for n in (0, 90)]
    glass[0].save(tmp_path / "glass.png", save_all=True, append_images=glass[1:])
    [note] = check(settings(tmp_path / "glass.png", tmp_path / "out.mov", codec="prores"))
    assert note == "Transparency is left out; ProRes can hold it with chroma 444."
    check(settings(tmp_path / "glass.png", tmp_path / "out.mov", codec="prores", chroma="444"))


def test_a_video_that_is_too_large_is_told_before_anything_is_encoded(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_check, "encode_segment", lambda *_: pytest.fail("it is encoded"))
    for size in ((16_386, 2), (2, 16_386)):
        with pytest.raises(OutputError, match=r"16386 .* has at most 16,384 a side"):
            check(settings(clip, tmp_path / "out.mkv", size=size))
    monkeypatch.setattr(export_check, "encode_segment", lambda *_: None)
    check(settings(clip, tmp_path / "out.mkv", size=(16_384, 2)))
    check(settings(clip, tmp_path / "out-%02d.png", size=(16_386, 2)))


def test_an_end_while_the_times_are_read_is_heeded_at_once(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, read, real = Control(), list[int](), readable

    def packets(*arguments: Any) -> Iterator[Any]:
        for number, packet in enumerate(real(*arguments)):
            read.append(number)
            if number == 2:
                control.cancel("discard")
            yield packet

    monkeypatch.setattr(stamps, "readable", packets)
    with pytest.raises(Cancelled):
        export(settings(clip, tmp_path / "out.mkv"), control)
    assert read == [0, 1, 2]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_before(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(
        OutputError, match=r"out.mkv will need some .* MiB, of which 1 MiB are free"
    ):
        done(clip, tmp_path / "out.mkv", size=(8000, 8000))
    assert list(tmp_path.iterdir()) == []
