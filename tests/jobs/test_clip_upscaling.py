from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.media.clips import number_of, write_clip

from srstudio.core.frame import Frame
from srstudio.core.progress import Cancelled, Progress
from srstudio.engine import video
from srstudio.jobs.clip_agenda import Agenda, Want
from srstudio.jobs.clip_cache import ClipCache
from srstudio.jobs.clip_footage import Footage, footage, look_through
from srstudio.jobs.clip_specs import ClipRequest
from srstudio.jobs.clip_upscaling import answer_clip, reach_of
from srstudio.jobs.events import Event, FrameComputed, ModelFailed
from srstudio_models import ModelSpec
from srstudio_models.spec import Descriptor

COUNT = 40


def model(name: str, **descriptor: object) -> ModelSpec:
    return ModelSpec(name, name, name.title(), Descriptor((2,), **descriptor))  # type: ignore[arg-type]


SINGLE = model("single")
OTHER = model("other")
SLIDING = model("sliding", frames="sliding", window=5)


@dataclass
class Result:
    frame: Frame
    seconds: float = 0.5
    notes: tuple[str, ...] = ()


class FakeClips:
    """Gives every frame as it is, and remembers where it was begun."""

    begun: list[tuple[str, range]]
    broken: set[str]

    def __init__(self, _upscaler: object, **_more: object) -> None:
        pass

    def part(
        self,
        read: object,
        count: int,
        wanted: range,
        spec: ModelSpec,
        scale: int,
        progress: Progress,
    ) -> Iterator[tuple[int, Result]]:
        assert (count, scale) == (COUNT, 2)
        self.begun.append((spec.id, wanted))
        if spec.id in self.broken:
            raise RuntimeError("no")
        for number, frame in zip(wanted, read(wanted.start, wanted.stop), strict=True):  # type: ignore[operator]
            progress.check()
            yield number, Result(frame)


@pytest.fixture(autouse=True)
def clips(monkeypatch: pytest.MonkeyPatch) -> type[FakeClips]:
    FakeClips.begun, FakeClips.broken = [], set()
    monkeypatch.setattr(video, "ClipUpscaler", FakeClips)
    return FakeClips


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    path = write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", range(COUNT))
    return footage("clip", look_through(path)[0], None, 2)


class Lane:
    """Answers a request until nothing is missing."""

    def __init__(self, clip: Footage, want: Want, budget: int = 1 << 30) -> None:
        self.clip, self.cache = clip, ClipCache(budget)
        self.agenda = Agenda(self.cache)
        self.agenda.set(want)
        self.events: list[Event] = []

    def run(self, *more: Want) -> None:
        progress, wants = Progress(), list(more)

        def emit(event: Event) -> None:
            self.events.append(event)
            if self.agenda.idle:
                if wants:
                    self.agenda.set(wants.pop(0))
                else:
                    progress.cancel()

        with pytest.raises(Cancelled):
            answer_clip(ClipRequest(self.clip, self.agenda), None, emit, progress)  # type: ignore[arg-type]

    @property
    def computed(self) -> list[tuple[str, int]]:
        return [(e.model, e.index) for e in self.events if isinstance(e, FrameComputed)]


def test_the_shown_frame_comes_first_then_what_is_ahead(clip: Footage) -> None:
    lane = Lane(clip, Want([7, 8, 9], [SINGLE], [OTHER]))
    lane.run()
    assert lane.computed == [
        *(("single", 7), ("other", 7)),
        *(("single", 8), ("single", 9)),
        *(("other", 8), ("other", 9)),
    ]


def test_while_playing_what_is_not_seen_comes_last(clip: Footage) -> None:
    lane = Lane(clip, Want([7, 8], [SINGLE], [OTHER], playing=True))
    lane.run()
    assert [name for name, _ in lane.computed] == ["single", "single", "other", "other"]


def test_every_frame_is_the_one_of_its_number(clip: Footage) -> None:
    lane = Lane(clip, Want([*range(20, 30), *range(5)], [SLIDING]))
    lane.run()
    for event in lane.events:
        assert isinstance(event, FrameComputed)
        assert number_of(event.frame.pixels) == event.index
        assert lane.cache.get("sliding", event.index) is event.frame


def test_a_model_goes_on_where_it_is(clip: Footage, clips: type[FakeClips]) -> None:
    lane = Lane(clip, Want([3, 4], [SLIDING]))
    lane.run(Want([5, 6, 7], [SLIDING]), Want([30], [SLIDING]))
    assert [wanted.start for _, wanted in clips.begun] == [3, 30]
    assert [index for _, index in lane.computed] == [3, 4, 5, 6, 7, 30]


def test_a_small_gap_is_quicker_to_go_through(clip: Footage, clips: type[FakeClips]) -> None:
    lane = Lane(clip, Want([3], [SLIDING]))
    lane.run(Want([6], [SLIDING]))
    assert len(clips.begun) == 1
    assert [index for _, index in lane.computed] == [3, 4, 5, 6]


def test_backwards_a_window_is_computed_at_a_time(clip: Footage, clips: type[FakeClips]) -> None:
    lane = Lane(clip, Want([30], [SLIDING]))
    lane.run(Want(list(range(29, 19, -1)), [SLIDING]))
    assert [wanted.start for _, wanted in clips.begun] == [30, 25, 20]


def test_what_is_kept_is_not_computed_again(clip: Footage) -> None:
    lane = Lane(clip, Want([3, 4, 5], [SINGLE]))
    lane.cache.put("single", 4, Frame(np.zeros((4, 4, 3), np.uint8)))
    lane.run()
    assert lane.computed == [("single", 3), ("single", 5)]


def test_further_frames_come_when_nothing_else_is_missing(clip: Footage) -> None:
    want = Want([3], [SINGLE], further={"single": [20, 3, 10]})
    lane = Lane(clip, want)
    lane.run()
    assert lane.computed == [("single", 3), ("single", 10), ("single", 20)]


def test_frames_there_is_no_room_for_are_not_computed_for_ever(clip: Footage) -> None:
    lane = Lane(clip, Want([3, 4, 5], [SINGLE]), budget=1)
    lane.cache.go_to(3)
    lane.run()
    assert lane.computed == [("single", 3), ("single", 4), ("single", 5)]
    assert lane.cache.numbers("single") == {3}


def test_a_model_that_fails_leaves_the_others_alone(clip: Footage, clips: type[FakeClips]) -> None:
    clips.broken.add("single")
    lane = Lane(clip, Want([3, 4], [SINGLE, OTHER]))
    lane.run()
    assert isinstance(lane.events[0], ModelFailed)
    assert lane.computed == [("other", 3), ("other", 4)]
    clips.broken.clear()
    lane.agenda.retry()
    lane.run()
    assert lane.computed[2:] == [("single", 3), ("single", 4)]


def test_waiting_ends_when_it_is_cancelled(clip: Footage) -> None:
    lane, progress = Lane(clip, Want()), Progress()
    ended = threading.Event()

    def work() -> None:
        with pytest.raises(Cancelled):
            lane.agenda.take(progress)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not ended.wait(0.1)
    progress.cancel()
    assert ended.wait(5)
    thread.join()


def test_how_far_going_on_is_quicker() -> None:
    assert reach_of(SINGLE) == 0
    assert reach_of(SLIDING) == 4
    assert reach_of(model("r", frames="recurrent")) > 4
    assert reach_of(replace(SINGLE, id="single+", ensemble=True)) == 0
