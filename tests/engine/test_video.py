from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from tests.engine.networks import (
    Conv,
    Shelf,
    Sliding,
    array,
    canvas_floats,
    floats,
    picture,
    recurrent,
    refine,
    sliding,
    tensor,
    with_alpha,
)
from torch import Tensor, nn

from srstudio.core.errors import InputError, ModelError
from srstudio.core.frame import Frame, quantise, to_float
from srstudio.core.progress import Cancelled, Progress, ProgressEvent
from srstudio.engine.clips import window_indices
from srstudio.engine.passes import OVERLAP
from srstudio.engine.video import ClipUpscaler
from srstudio_models import ModelSpec
from srstudio_models.chains import two_step, with_ensemble
from srstudio_models.spec import Edges


def clip_of(count: int, width: int = 9, height: int = 7, dtype: str = "uint8") -> list[Frame]:
    return [picture(width, height, seed, dtype) for seed in range(count)]


def stacked(frames: list[Frame]) -> Tensor:
    return tensor(np.stack([to_float(frame.pixels) for frame in frames]))


def run(
    shelf: Shelf,
    frames: list[Frame],
    spec: ModelSpec,
    scale: int,
    memory: int | None = None,
    **options: Any,
) -> list[Frame]:
    clips = ClipUpscaler(shelf.upscaler(), memory)
    return [made.frame for made in clips.upscale(frames, spec, scale, **options)]


def assert_close(made: Frame, expected: Any) -> None:
    """Up to the rounding of a value that lies between two levels."""
    difference = made.pixels.astype(int) - quantise(expected.astype(np.float32), made.bit_depth)
    assert np.abs(difference).max() <= 1
    assert (difference != 0).mean() < 0.01


def test_single_pictures_are_those_of_the_picture_path() -> None:
    shelf = Shelf()
    spec = shelf.add("conv", Conv(2), 2, receptive_radius=1)
    frames = clip_of(4)
    for each in (spec, with_ensemble(spec)):
        made = run(shelf, frames, each, 2)
        for frame, source in zip(made, frames, strict=True):
            expected = shelf.upscaler().upscale(source, each, 2).frame.pixels
            np.testing.assert_array_equal(frame.pixels, expected)


@pytest.mark.parametrize("edges", ["mirror", "circle"])
@pytest.mark.parametrize("count", [1, 2, 4, 9])
def test_a_sliding_network_sees_the_frames_around_each(count: int, edges: Edges) -> None:
    shelf = Shelf()
    spec, frames = sliding(shelf, edges=edges), clip_of(count)
    made = run(shelf, frames, spec, 2)
    assert len(made) == count
    for centre, frame in enumerate(made):
        window = [frames[i] for i in window_indices(centre, 5, count, edges)]
        expected = array(shelf.modules["window"](stacked(window)))
        assert_close(frame, expected)


def test_a_window_in_tiles_equals_the_whole() -> None:
    shelf = Shelf()
    frames = [with_alpha(frame) for frame in clip_of(5, 41, 33, "float32")]
    for colour, channels in (("rgb", 3), ("luma", 1)):
        spec = shelf.add(
            f"window-{colour}",
            Sliding(2, 5, channels),
            2,
            frames="sliding",
            window=5,
            receptive_radius=1,
            colour=colour,
        )
        upscaler = shelf.upscaler()
        whole, tiled = (
            canvas_floats(upscaler, upscaler.canvas(frames[2], spec, 2, tile, frames=frames))
            for tile in (64, 12)
        )
        np.testing.assert_allclose(tiled, whole, atol=1e-6, rtol=0)


def test_two_steps_compute_each_frame_of_step_1_once_and_do_not_round_it() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec, frames = refine(shelf, seen.append), clip_of(7, dtype="uint16")
    made = run(shelf, frames, spec, 2)
    assert len(seen) == 7
    between = [shelf.modules["first"](stacked([frame])[:, 0]).clamp(0, 1) for frame in frames]
    for centre, frame in enumerate(made):
        window = [between[i] for i in window_indices(centre, 3, 7, "mirror")]
        assert frame.pixels.dtype == np.uint16
        assert_close(frame, array(shelf.modules["second"](torch.stack(window, dim=1))))


def test_a_clip_of_equal_frames_is_the_picture() -> None:
    shelf = Shelf()
    spec, frame = refine(shelf), picture(30, 20)
    expected = shelf.upscaler().upscale(frame, spec, 2).frame
    for made in run(shelf, [frame] * 4, spec, 2):
        np.testing.assert_array_equal(made.pixels, expected.pixels)


def test_what_is_opaque_stays_so_through_two_steps() -> None:
    shelf, frame = Shelf(), picture(12, 8)
    alpha = np.full((8, 12), 255, np.uint8)
    alpha[:, 9:] = 0
    (made,) = run(shelf, [frame.with_pixels(frame.pixels, alpha)], refine(shelf), 2)
    assert made.alpha is not None
    assert (made.alpha[:, :9] == 255).all()


def test_a_recurrent_network_gets_a_short_clip_in_one_go() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec, frames = recurrent(shelf, 12), clip_of(20)
    shelf.modules["clip"].hook = seen.append  # type: ignore[assignment]
    made = run(shelf, frames, spec, 2)
    assert [x.shape[1] for x in seen] == [20]
    expected = array(shelf.modules["clip"](stacked(frames)))
    for index, frame in enumerate(made):
        assert_close(frame, expected[index])


@pytest.mark.parametrize("colour", ["rgb", "luma"])
def test_segments_equal_the_whole_where_memory_is_shorter_than_the_overlap(colour: str) -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec, frames = recurrent(shelf, OVERLAP, colour=colour), clip_of(75, 5, 4)
    whole = run(shelf, frames, spec, 2)
    shelf.modules["clip"].hook = seen.append  # type: ignore[assignment]
    made = run(shelf, frames, spec, 2, memory=0)
    assert len(seen) > 3
    assert max(x.shape[1] for x in seen) == 4 * OVERLAP
    for frame, expected in zip(made, whole, strict=True):
        np.testing.assert_array_equal(frame.pixels, expected.pixels)


def test_segments_would_differ_where_memory_is_longer() -> None:
    shelf = Shelf()
    spec = recurrent(shelf, 3 * OVERLAP, 1)
    bright = Frame(np.full((2, 2, 3), 65535, np.uint16))
    dark = Frame(np.zeros((2, 2, 3), np.uint16))
    frames = [dark, bright] * 24 + [bright] * 12
    whole, made = run(shelf, frames, spec, 1), run(shelf, frames, spec, 1, memory=0)
    assert any((a.pixels != b.pixels).any() for a, b in zip(whole, made, strict=True))


def test_a_recurrent_network_goes_over_space_in_tiles_where_the_whole_is_too_big() -> None:
    limit = [1 << 30]

    def refuse(x: Tensor) -> None:
        if x.shape[-1] * x.shape[-2] > limit[0]:
            raise torch.OutOfMemoryError("out of memory")

    shelf = Shelf()
    spec = recurrent(shelf, 2, tiling="close", receptive_radius=1)
    shelf.modules["clip"].hook = refuse  # type: ignore[assignment]
    frames = [with_alpha(frame) for frame in clip_of(40, 50, 40)]
    whole = list(ClipUpscaler(shelf.upscaler()).upscale(frames, spec, 2))
    limit[0] = 30 * 30
    made = list(ClipUpscaler(shelf.upscaler(), memory=0).upscale(frames, spec, 2))
    assert [len(each.notes) for each in made] == [2] + [0] * 39
    assert made[0].notes[1] == "The clip was computed 16 frames at a time."
    assert not any(each.notes for each in whole)
    for tiled, expected in zip(made, whole, strict=True):
        np.testing.assert_array_equal(tiled.frame.pixels, expected.frame.pixels)
        np.testing.assert_array_equal(tiled.frame.alpha, expected.frame.alpha)


def test_what_fits_is_learnt_once() -> None:
    def refuse(x: Tensor) -> None:
        runs.append(max(x.shape[-2:]))
        if runs[-1] > 30:
            raise torch.OutOfMemoryError("out of memory")

    runs: list[int] = []
    shelf = Shelf()
    spec = shelf.add("conv", Conv(2, hook=refuse), 2, receptive_radius=1)
    list(ClipUpscaler(shelf.upscaler()).upscale(clip_of(5, 40, 20), spec, 2))
    assert sum(side > 30 for side in runs) == 1


@pytest.fixture
def watched() -> Callable[[int], Iterator[Frame]]:
    """A clip, frame by frame, that says how many of its frames are still held."""

    class Watched:
        def __init__(self, count: int) -> None:
            self.left, self.held = count, list[weakref.ref[Any]]()

        def __iter__(self) -> Iterator[Frame]:
            return self

        def __next__(self) -> Frame:
            if not self.left:
                raise StopIteration
            self.left -= 1
            frame = picture(6, 5, self.left)
            self.held.append(weakref.ref(frame.pixels))
            return frame

        @property
        def alive(self) -> int:
            return sum(each() is not None for each in self.held)

    return Watched


@pytest.mark.parametrize(
    ("kind", "most"), [("conv", 2), ("window", 9), ("two", 8), ("clip", 4 * OVERLAP + 2)]
)
def test_a_clip_is_read_as_it_is_needed_and_few_frames_are_held(
    kind: str, most: int, watched: Any
) -> None:
    shelf = Shelf()
    spec = {
        "conv": lambda: shelf.add("conv", Conv(2), 2, receptive_radius=1),
        "window": lambda: sliding(shelf, edges="circle"),
        "two": lambda: refine(shelf),
        "clip": lambda: recurrent(shelf, 2),
    }[kind]()
    source = watched(90)
    made = ClipUpscaler(shelf.upscaler(), memory=0).upscale(source, spec, 2)
    assert not source.held
    for index, _ in enumerate(made):
        assert source.alive <= most
        assert len(source.held) <= index + most
    assert index == 89


@pytest.mark.parametrize("kind", ["window", "two", "clip"])
def test_cancelling_stops_within_a_tile(kind: str) -> None:
    progress, runs = Progress(), []

    def hook(x: Tensor) -> None:
        runs.append(x)
        if len(runs) == 3:
            progress.cancel()

    shelf = Shelf()
    spec = {
        "window": lambda: sliding(shelf),
        "two": lambda: refine(shelf),
        "clip": lambda: recurrent(shelf, 2, receptive_radius=1),
    }[kind]()
    for module in shelf.modules.values():
        module.hook = hook  # type: ignore[assignment]
    made = ClipUpscaler(shelf.upscaler()).upscale(clip_of(6, 600, 20), spec, 2, progress)
    with pytest.raises(Cancelled):
        list(made)
    assert len(runs) == 3


@pytest.mark.parametrize("kind", ["window", "two", "clip"])
def test_progress_counts_up_to_one(kind: str) -> None:
    shelf = Shelf()
    spec = {
        "window": lambda: sliding(shelf),
        "two": lambda: refine(shelf),
        "clip": lambda: recurrent(shelf, 2),
    }[kind]()
    events: list[ProgressEvent] = []
    run(shelf, clip_of(50), spec, 2, memory=0, progress=Progress(events.append), count=50)
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(set(fractions)) > (1 if kind == "clip" else 40)
    events.clear()
    run(shelf, clip_of(3), spec, 2, progress=Progress(events.append))
    assert not events


def test_each_frame_keeps_what_it_carries() -> None:
    shelf = Shelf()
    frames = [
        Frame(picture(8, 6, i).pixels, time=Fraction(i, 25), icc_profile=b"profile")
        for i in range(4)
    ]
    for spec in (sliding(shelf), recurrent(shelf, 2)):
        made = run(shelf, frames, spec, 2)
        assert [frame.time for frame in made] == [frame.time for frame in frames]
        assert {frame.icc_profile for frame in made} == {b"profile"}


def test_alpha_is_that_of_each_frame_as_a_picture() -> None:
    shelf = Shelf()
    frames = [with_alpha(frame, seed) for seed, frame in enumerate(clip_of(4))]
    frames[2] = picture(9, 7)
    for spec in (sliding(shelf), recurrent(shelf, 2)):
        made = run(shelf, frames, spec, 2)
        for frame, source in zip(made, frames, strict=True):
            if source.alpha is None:
                assert frame.alpha is None or (frame.alpha == 255).all()
                continue
            expected = floats(shelf.upscaler(), source, spec, 2, 64)[..., 3]
            np.testing.assert_array_equal(frame.alpha, quantise(expected, 8))


def test_half_precision_that_spoils_one_frame_is_left_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Overflowing(Conv):
        def forward(self, x: Tensor) -> Tensor:
            dtypes.append(x.dtype)
            y = super().forward(x)
            return y if x.dtype == torch.float32 else y / 0

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    dtypes: list[torch.dtype] = []
    shelf = Shelf()
    spec = shelf.add("conv", Overflowing(2), 2, receptive_radius=1)
    made = list(ClipUpscaler(shelf.upscaler("fast")).upscale(clip_of(3), spec, 2))
    assert [len(each.notes) for each in made] == [1, 0, 0]
    assert dtypes == [torch.bfloat16, *[torch.float32] * 3]


def test_a_frame_of_another_size_is_told_in_a_sentence() -> None:
    shelf = Shelf()
    frames = [picture(9, 7), picture(9, 7), picture(9, 8)]
    with pytest.raises(InputError, match="frame 3 of the clip has 9 x 8 pixels, the first 9 x 7"):
        run(shelf, frames, sliding(shelf), 2)


def test_a_wrong_scale_is_refused_at_once_and_no_frames_give_none() -> None:
    shelf = Shelf()
    spec = sliding(shelf)
    with pytest.raises(ModelError, match="makes x2, not x3"):
        ClipUpscaler(shelf.upscaler()).upscale(iter(()), spec, 3)
    assert run(shelf, [], spec, 2) == []
    assert run(shelf, [], recurrent(shelf, 1), 2) == []


def test_time_is_told_for_each_frame_with_all_its_stages() -> None:
    class Slow(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            torch.randn(400_000).sort()
            return x

    shelf = Shelf()
    step_1 = shelf.add("slow", Slow(), 1)
    step_2 = shelf.add("window", Sliding(1, 3), 1, frames="sliding", window=3)
    clips = ClipUpscaler(shelf.upscaler())
    alone = [made.seconds for made in clips.upscale(clip_of(4), step_2, 1)]
    both = [made.seconds for made in clips.upscale(clip_of(4), two_step(step_1, step_2), 1)]
    assert np.median(both) > np.median(alone)
