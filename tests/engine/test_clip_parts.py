from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.networks import Conv, Recurrent, Shelf, Sliding, recurrent, refine, sliding
from torch import Tensor

from srstudio.core.errors import InputError, ModelError
from srstudio.core.frame import Frame
from srstudio.core.progress import Cancelled, Progress, ProgressEvent
from srstudio.engine.cuts import is_cut
from srstudio.engine.passes import OVERLAP
from srstudio.engine.video import SHORTEST_SEGMENT, ClipUpscaler
from srstudio_models import ModelSpec
from srstudio_models.chains import two_step

WIDTH, HEIGHT = 24, 18


def shot(seed: int, count: int) -> list[Frame]:
    """Noise, which no other shot has, and a little more noise in each frame."""
    rng = np.random.default_rng(seed)
    still = rng.normal(30000, 9000, (HEIGHT, WIDTH, 3))
    frames = still + rng.normal(0, 1500, (count, HEIGHT, WIDTH, 3))
    return [Frame(each) for each in np.clip(frames, 0, 65535).astype(np.uint16)]


@cache
def film(*lengths: int) -> list[Frame]:
    """Shots of these lengths, one behind the other."""
    return [frame for seed, count in enumerate(lengths) for frame in shot(seed, count)]


@dataclass
class Reel:
    """A clip that notes what is read of it, and which of that is still held."""

    frames: Sequence[Frame]
    asked: list[range] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    held: list[weakref.ref[Any]] = field(default_factory=list)

    def __call__(self, start: int, stop: int) -> Iterator[Frame]:
        assert 0 <= start < stop <= len(self.frames)
        self.asked.append(range(start, stop))
        for number in range(start, stop):
            frame = self.frames[number]
            pixels = frame.pixels.copy()
            self.read.append(number)
            self.held.append(weakref.ref(pixels))
            yield frame.with_pixels(pixels)
            del pixels

    @property
    def alive(self) -> int:
        return sum(each() is not None for each in self.held)


def two_windows(shelf: Shelf) -> ModelSpec:
    """Windows of windows."""
    step_1 = shelf.add("inner", Sliding(2, 3), 2, frames="sliding", window=3, receptive_radius=1)
    step_2 = shelf.add(
        "outer", Sliding(1, 5), 1, frames="sliding", window=5, edges="circle", receptive_radius=1
    )
    return two_step(step_1, step_2)


def recurrent_behind(shelf: Shelf) -> ModelSpec:
    """A recurrent network that refines what one for single pictures has made."""
    step_1 = shelf.add("first", Conv(2), 2, receptive_radius=1)
    step_2 = shelf.add("state", Recurrent(1, 20), 1, frames="recurrent", receptive_radius=1)
    return two_step(step_1, step_2)


KINDS: dict[str, Callable[[Shelf], ModelSpec]] = {
    "single": lambda shelf: shelf.add("conv", Conv(2), 2, receptive_radius=1),
    "window of 5": sliding,
    "circle of 5": lambda shelf: sliding(shelf, 5, "circle"),
    "window of 7": lambda shelf: sliding(shelf, 7),
    "circle of 7": lambda shelf: sliding(shelf, 7, "circle"),
    "two steps": refine,
    "two windows": two_windows,
    "recurrent": lambda shelf: recurrent(shelf, 3 * OVERLAP),
    "recurrent behind": recurrent_behind,
}


@cache
def model(kind: str) -> tuple[Shelf, ModelSpec]:
    shelf = Shelf()
    return shelf, KINDS[kind](shelf)


def part(
    kind: str, frames: Sequence[Frame], wanted: range, length: int | None = 5
) -> list[tuple[int, Any]]:
    shelf, spec = model(kind)
    clips = ClipUpscaler(shelf.upscaler(), length=length)
    made = clips.part(Reel(frames), len(frames), wanted, spec, 2)
    return [(number, result.frame.pixels) for number, result in made]


@cache
def whole(kind: str, *lengths: int) -> list[tuple[int, Any]]:
    frames = film(*lengths)
    return part(kind, frames, range(len(frames)))


FILMS = st.sampled_from([(26,), (1,), (2, 3, 11), (7, 1, 1, 14), (4, 17, 2)])
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30))


def assert_equal(made: list[tuple[int, Any]], expected: list[tuple[int, Any]]) -> None:
    assert [number for number, _ in made] == [number for number, _ in expected]
    for (number, pixels), (_, others) in zip(made, expected, strict=True):
        np.testing.assert_array_equal(pixels, others, err_msg=f"frame {number}")


def test_the_films_are_cut_where_their_shots_meet() -> None:
    lengths = (7, 1, 1, 14)
    cuts = [n for n, pair in enumerate(pairwise(film(*lengths)), 1) if is_cut(*pair)]
    assert cuts == list(accumulate(lengths))[:-1]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(lengths=FILMS, places=PLACES)
def test_a_part_is_what_the_whole_has_there(
    kind: str, lengths: tuple[int, ...], places: tuple[int, int]
) -> None:
    frames = film(*lengths)
    start, stop = sorted(min(place, len(frames)) for place in places)
    expected = whole(kind, *lengths)[start:stop]
    assert_equal(part(kind, frames, range(start, stop)), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shot_is_computed_as_if_it_were_alone(kind: str) -> None:
    lengths = (7, 1, 1, 14)
    made = part(kind, film(*lengths), range(23), length=30)
    shelf, spec = model(kind)
    clips = ClipUpscaler(shelf.upscaler(), length=30)
    alone: list[Any] = []
    for seed, count in enumerate(lengths):
        alone += [each.frame.pixels for each in clips.upscale(shot(seed, count), spec, 2)]
    assert_equal(made, list(enumerate(alone)))


def test_without_cuts_the_whole_would_be_another() -> None:
    frames = film(7, 1, 1, 14)
    for kind in ("window of 5", "recurrent"):
        shelf, spec = model(kind)
        through = ClipUpscaler(shelf.upscaler(), length=30).upscale(frames, spec, 2)
        made = part(kind, frames, range(len(frames)), length=30)
        pairs = zip(through, made, strict=True)
        assert any((a.frame.pixels != b).any() for a, (_, b) in pairs)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [(range(26), 26), (range(3, 7), 6), (range(11, 13), 4), (range(12, 13), 2), (range(25, 26), 2)],
)
def test_each_frame_passes_step_1_once_and_only_where_it_is_seen(wanted: range, count: int) -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec, reel = refine(shelf, seen.append), Reel(film(12, 14))
    list(ClipUpscaler(shelf.upscaler()).part(reel, 26, wanted, spec, 2))
    assert len(seen) == count


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [("single", 0, 0), ("window of 5", 2, 2), ("circle of 7", 6, 6), ("two windows", 5, 5)],
)
def test_what_is_seen_besides_is_read_and_no_more(kind: str, before: int, after: int) -> None:
    shelf, spec = model(kind)
    clips = ClipUpscaler(shelf.upscaler())
    for wanted in (range(12, 15), range(2), range(29, 30), range(30)):
        reel = Reel(film(30))
        made = clips.part(reel, 30, wanted, spec, 2)
        assert not reel.asked
        list(made)
        assert reel.asked == [range(max(wanted.start - before, 0), min(wanted.stop + after, 30))]


def test_segments_of_a_recurrent_network_lie_where_they_lie_in_the_whole() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec = shelf.add("state", Recurrent(2, 3, seen.append), 2, frames="recurrent")
    clips, reel = ClipUpscaler(shelf.upscaler(), length=12), Reel(film(60))
    made = [number for number, _ in clips.part(reel, 60, range(30, 32), spec, 2)]
    assert made == [30, 31]
    assert reel.asked == [range(24 - OVERLAP, 36 + OVERLAP)]
    assert [x.shape[1] for x in seen] == [12 + 2 * OVERLAP]


def test_memory_decides_the_length_where_nobody_else_does() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec = shelf.add("state", Recurrent(2, 3, seen.append), 2, frames="recurrent")
    clips = ClipUpscaler(shelf.upscaler(), memory=0)
    list(clips.part(Reel(film(60)), 60, range(30, 32), spec, 2))
    assert [x.shape[1] for x in seen] == [SHORTEST_SEGMENT + 2 * OVERLAP]
    seen.clear()
    list(ClipUpscaler(shelf.upscaler()).part(Reel(film(60)), 60, range(30, 32), spec, 2))
    assert [x.shape[1] for x in seen] == [60]


@pytest.mark.parametrize(
    ("kind", "most"),
    [("single", 3), ("window of 5", 10), ("two steps", 8), ("recurrent", 5 + 2 * OVERLAP + 2)],
)
@pytest.mark.parametrize("lengths", [(50,), (20, 1, 29)])
def test_few_frames_are_held_and_none_is_read_long_before(
    kind: str, most: int, lengths: tuple[int, ...]
) -> None:
    shelf, spec = model(kind)
    reel, clips = Reel(film(*lengths)), ClipUpscaler(shelf.upscaler(), length=5)
    for number, _ in clips.part(reel, 50, range(6, 45), spec, 2):
        assert reel.alive <= most
        assert reel.read[-1] <= number + most
    assert number == 44


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 3, 9])
def test_cancelling_stops_before_the_next_frame_is_read(kind: str, place: int) -> None:
    progress = Progress()
    reel = Reel(film(30))

    def read(start: int, stop: int) -> Iterator[Frame]:
        for index, frame in enumerate(reel(start, stop)):
            if index == place:
                progress.cancel()
            yield frame

    shelf, spec = model(kind)
    clips = ClipUpscaler(shelf.upscaler(), length=5)
    with pytest.raises(Cancelled):
        list(clips.part(read, 30, range(30), spec, 2, progress))
    assert len(reel.read) == place + 1


@pytest.mark.parametrize("kind", KINDS)
def test_progress_counts_what_is_wanted(kind: str) -> None:
    events: list[ProgressEvent] = []
    shelf, spec = model(kind)
    clips = ClipUpscaler(shelf.upscaler(), length=5)
    list(clips.part(Reel(film(15, 15)), 30, range(7, 23), spec, 2, Progress(events.append)))
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(set(fractions)) >= 4


def test_each_frame_keeps_its_time() -> None:
    frames = [
        Frame(each.pixels, time=Fraction(number, 25)) for number, each in enumerate(film(9, 6))
    ]
    for kind in ("window of 5", "recurrent"):
        shelf, spec = model(kind)
        clips = ClipUpscaler(shelf.upscaler(), length=5)
        for number, made in clips.part(Reel(frames), 15, range(4, 12), spec, 2):
            assert made.frame.time == Fraction(number, 25)


def test_what_cannot_be_asked_for() -> None:
    shelf, spec = model("window of 5")
    clips, reel = ClipUpscaler(shelf.upscaler()), Reel(film(5))
    for wanted in (range(3, 6), range(-1, 2), range(0, 4, 2)):
        with pytest.raises(ValueError, match="a clip of 5 frames has no part"):
            clips.part(reel, 5, wanted, spec, 2)
    with pytest.raises(ModelError, match="makes x2, not x3"):
        clips.part(reel, 5, range(5), spec, 3)
    assert list(clips.part(reel, 5, range(5, 5), spec, 2)) == []
    assert not reel.asked
    other = [*film(5), Frame(np.zeros((4, 4, 3), np.uint16))]
    with pytest.raises(InputError, match="frame 6 of the clip has 4 x 4 pixels, the first 24 x 18"):
        list(clips.part(Reel(other), 6, range(5, 6), spec, 2))
