from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import torch

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Pixels, crop_to_multiple, peak
from srstudio.training.batches import Ahead
from srstudio.training.dataset import (
    Clip,
    PatchForm,
    PatchSampler,
)
from srstudio.training.degradations import bicubic

from .conftest import clips


def noise(frames: int = 1, size: int = 40) -> Clip:
    """A clip whose low resolution is every second pixel: alignment shows exactly."""
    high = np.random.default_rng(0).integers(0, 256, (frames, size, size, 3), dtype=np.uint8)
    return Clip({2: high[:, ::2, ::2]}, high)


def test_patches_of_low_and_high_show_the_same_place() -> None:
    sampler = PatchSampler([[noise()]], PatchForm((2,), 8), seed=5)
    batch = sampler.batch(0, range(32))
    # A symmetry of the square takes the kept pixel to one of the four of its block.
    blocks = torch.stack([batch.high[..., y::2, x::2] for y in (0, 1) for x in (0, 1)])
    assert (blocks == batch.low).flatten(2).all(dim=2).any(dim=0).all()


def test_clips_keep_their_frames_together_forwards_or_backwards() -> None:
    high = np.arange(9, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8)
    clip = Clip({2: high[:, ::2, ::2]}, high)
    sampler = PatchSampler([[clip]], PatchForm((2,), 4, frames=5, moving=True), seed=0)
    batch = sampler.batch(0, range(40))
    assert batch.low.shape == (40, 5, 3, 4, 4)
    assert batch.high.shape == (40, 5, 3, 8, 8)
    numbers = (batch.low[:, :, 0, 0, 0] * 255).round().int()
    torch.testing.assert_close((batch.high[:, :, 0, 0, 0] * 255).round().int(), numbers)
    assert set(numbers.diff(dim=1).flatten().tolist()) == {1, -1}
    assert set(numbers.min(dim=1).values.tolist()) == {0, 1, 2, 3, 4}


def test_some_windows_lie_at_an_end_and_are_mirrored_there() -> None:
    high = np.arange(9, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8)
    clip = Clip({2: high[:, ::2, ::2]}, high)
    form = PatchForm((2,), 4, frames=5, moving=True, ends=0.25)
    batch = PatchSampler([[clip]], form, seed=0).batch(0, range(400))
    numbers = (batch.high[:, :, 0, 0, 0] * 255).round().int()
    torch.testing.assert_close((batch.low[:, :, 0, 0, 0] * 255).round().int(), numbers)
    steps = {tuple(row) for row in numbers.diff(dim=1).tolist()}
    onwards, turning, late = (1, 1, 1, 1), (-1, -1, 1, 1), (-1, 1, 1, 1)
    assert steps == {onwards, tuple(-n for n in onwards), turning, late, (-1, -1, -1, 1)}
    unbroken = sum(abs(int(row.sum())) == 4 for row in numbers.diff(dim=1))
    assert 0.68 < unbroken / 400 < 0.82


def test_each_set_gives_the_same_share_of_the_patches() -> None:
    large = Clip({2: np.zeros((1, 90, 90, 3), np.uint8)}, np.zeros((1, 180, 180, 3), np.uint8))
    small = Clip({2: np.full((1, 9, 9, 3), 255, np.uint8)}, np.full((1, 18, 18, 3), 255, np.uint8))
    sampler = PatchSampler([[large, large], [small]], PatchForm((2,), 8), seed=0)
    low = sampler.batch(0, range(400)).low
    assert 0.4 < low.amax(dim=(1, 2, 3)).mean().item() < 0.6


def test_all_eight_symmetries_are_drawn() -> None:
    high = np.arange(16 * 16 * 3, dtype=np.uint32).reshape(1, 16, 16, 3).astype(np.uint8)
    sampler = PatchSampler([[Clip({2: high[:, ::2, ::2]}, high)]], PatchForm((2,), 8), seed=0)
    low = sampler.batch(0, range(200)).low
    assert len({tuple(patch.flatten().tolist()) for patch in low}) == 8


def test_a_batch_depends_on_its_number_alone_and_can_be_made_in_parts() -> None:
    form = PatchForm((2, 3), 8)
    one = PatchSampler([clips(scales=(2, 3))], form, seed=3)
    other = PatchSampler([clips(scales=(2, 3))], form, seed=3)
    other.batch(4, range(3))
    whole = one.batch(7, range(6))
    parts = [other.batch(7, places) for places in (range(3, 6), range(3))]
    assert {part.scale for part in parts} == {whole.scale}
    assert torch.equal(torch.cat([parts[1].low, parts[0].low]), whole.low)
    assert not torch.equal(one.batch(8, range(6)).low[:, :, :4], whole.low[:, :, :4])


def test_one_scale_a_batch_is_drawn_uniformly() -> None:
    sampler = PatchSampler([clips(scales=(2, 3, 4))], PatchForm((2, 3, 4), 8), seed=1)
    scales = [sampler.batch(number, range(1)).scale for number in range(300)]
    assert all(75 < scales.count(scale) < 125 for scale in (2, 3, 4))
    batch = sampler.batch(scales.index(4), range(2))
    assert batch.high.shape[-1] == 4 * batch.low.shape[-1] == 32


def test_luma_is_one_channel_of_what_the_colour_is() -> None:
    form = PatchForm((2,), 8, low_colour="luma", high_colour="rgb")
    batch = PatchSampler([[noise()]], form, seed=5).batch(0, range(2))
    colour = PatchSampler([[noise()]], PatchForm((2,), 8), seed=5).batch(0, range(2))
    weights = torch.tensor([65.481, 128.553, 24.966])[:, None, None] / 255
    torch.testing.assert_close(batch.low[:, 0], (colour.low * weights).sum(1) + 16 / 255)
    assert torch.equal(batch.high, colour.high)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_degradation_keeps_the_type_and_a_flat_picture(dtype: type) -> None:
    flat: Pixels = np.full((12, 9, 3), 1, dtype=dtype)
    flat *= dtype(peak(flat))
    small = bicubic(flat, 3)
    assert small.dtype == dtype
    assert small.shape == (4, 3, 3)
    np.testing.assert_allclose(small, flat[:4, :3], rtol=1e-6)


def test_cropping_keeps_the_top_left() -> None:
    pixels = np.arange(7 * 8 * 3, dtype=np.uint8).reshape(7, 8, 3)
    np.testing.assert_array_equal(crop_to_multiple(pixels, 3), pixels[:6, :6])


def test_data_that_is_too_small_is_explained() -> None:
    with pytest.raises(UsageError, match="nothing is 200 pixels wide"):
        PatchSampler([clips(1)], PatchForm((2,), 100), seed=0)
    with pytest.raises(UsageError, match="nothing is 16 pixels wide and high, 5 frames long"):
        PatchSampler([clips(1)], PatchForm((2,), 8, frames=5, moving=True), seed=0)


def test_batches_come_in_order_though_threads_make_them() -> None:
    def make(number: int) -> int:
        time.sleep(0.002 * (3 - number % 4))  # later ones are ready first
        return number

    with Ahead(make, first=5, threads=4, depth=6) as ahead:
        assert [next(ahead) for _ in range(12)] == list(range(5, 17))


def test_batches_are_made_while_the_step_computes() -> None:
    made = threading.Semaphore(0)

    def make(number: int) -> int:
        made.release()
        return number

    with Ahead(make, first=0, threads=1, depth=3) as ahead:
        for _ in range(3):
            assert made.acquire(timeout=5)
        assert next(ahead) == 0
        assert made.acquire(timeout=5)


def test_what_goes_wrong_in_a_batch_is_raised_by_the_step() -> None:
    def make(number: int) -> int:
        raise InputError(f"batch {number} is gone")

    with Ahead(make, first=2) as ahead, pytest.raises(InputError, match="batch 2 is gone"):
        next(ahead)
