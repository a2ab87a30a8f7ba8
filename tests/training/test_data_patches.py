"""Patches show the same place in low and high resolution, whatever is done to them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data

from srstudio.core.frame import Pixels
from srstudio.training.dataset import Clip, PatchForm, PatchSampler, _square
from srstudio.training.degradations import (
    BICUBIC,
    DEGRADATIONS,
    Degradation,
    bicubic,
    shrunk,
)


def photograph(frames: int = 1, side: int = 120, scale: int = 2) -> Clip:
    """A part of a photograph, moving by a pixel a frame, with bicubic low resolution."""
    whole: Pixels = data.astronaut()  # type: ignore[no-untyped-call]
    high = np.stack([whole[60 + t : 60 + t + side, 150 : 150 + side] for t in range(frames)])
    return Clip({scale: shrunk(high, scale)}, high)


def pixels(batch: torch.Tensor) -> Pixels:
    """Frames of a batch as `N x height x width x 3`, `uint8`."""
    frames = batch.flatten(0, -4).permute(0, 2, 3, 1)
    values: Pixels = (frames * 255).round().numpy().astype(np.uint8)
    return values


def assert_alike(ours: Pixels, theirs: Pixels) -> None:
    """About half of the pictures to the bit, the others but for rounding."""
    difference = np.abs(ours.astype(int) - theirs).reshape(len(ours), -1)
    assert difference.max() <= 2
    assert difference.mean() < 0.2
    assert 0.3 < (difference.max(axis=1) == 0).mean() < 0.8


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_high_patch_made_smaller_is_the_low_patch(scale: int, frames: int) -> None:
    """To the bit but where it was transposed: the rounding between the passes then differs."""
    clip = photograph(5, scale=scale)
    form = PatchForm((scale,), 16, frames=frames, moving=frames > 1)
    batch = PatchSampler([[clip]], form, seed=3).batch(0, range(40))
    small = np.stack([bicubic(high, scale) for high in pixels(batch.high)])
    assert_alike(small[:, 2:-2, 2:-2], pixels(batch.low)[:, 2:-2, 2:-2])


@pytest.mark.parametrize("name", ["unknown", "photo", "video"])
def test_patches_degraded_as_they_are_cut_stay_in_their_place(name: str) -> None:
    """No shift by a pixel in any direction fits better, in the mean over all symmetries."""
    form = PatchForm((2,), 24, degradation=DEGRADATIONS[name].weakened(0.3))
    clip = Clip({}, photograph().high)
    batch = PatchSampler([[clip]], form, seed=1).batch(0, range(40))
    plain = np.stack([bicubic(high, 2) for high in pixels(batch.high)]).astype(float)
    low = pixels(batch.low)[:, 4:-4, 4:-4]
    errors = {
        (y, x): float(np.mean((plain[:, 4 + y : 20 + y, 4 + x : 20 + x] - low) ** 2))
        for y in (-1, 0, 1)
        for x in (-1, 0, 1)
    }
    here = errors.pop((0, 0))
    assert here < 0.5 * min(errors.values())


def test_a_degraded_patch_is_that_of_the_degraded_picture() -> None:
    """Blur and shrinking see what lies around the patch, and a mirrored border at the end."""
    clip = photograph(side=64)
    # The share of the other kernels decides nothing here but that patches are made as they are cut.
    form = PatchForm((2,), 16, degradation=Degradation(resampling=1e-12))
    batch = PatchSampler([[Clip({}, clip.high)]], form, seed=5).batch(0, range(60))
    plain = PatchSampler([[clip]], PatchForm((2,), 16), seed=5).batch(0, range(60))
    torch.testing.assert_close(batch.high, plain.high)
    assert_alike(pixels(batch.low), pixels(plain.low))


def test_the_margin_is_mirrored_where_the_picture_ends() -> None:
    frames = np.arange(36, dtype=np.uint8).reshape(1, 6, 6, 1).repeat(3, axis=3)
    padded = np.pad(frames, ((0, 0), (2, 2), (2, 2), (0, 0)), "symmetric")
    for y in range(3):
        for x in range(3):
            expected = padded[:, y : y + 8, x : x + 8]
            np.testing.assert_array_equal(_square(frames, y, x, 4, margin=2), expected)


@pytest.mark.parametrize("name", ["photo", "video"])
def test_degraded_batches_depend_on_their_number_alone(name: str) -> None:
    clip = Clip({}, photograph(4).high)
    form = PatchForm((2, 4), 12, frames=3, moving=True, degradation=DEGRADATIONS[name])
    one, other = (PatchSampler([[clip]], form, seed=9) for _ in range(2))
    other.batch(3, range(1))
    whole, rest = one.batch(8, range(3)), other.batch(8, range(1, 3))
    assert torch.equal(whole.low[1:], rest.low)
    assert torch.equal(whole.high[1:], rest.high)
    assert not torch.equal(one.batch(9, range(3)).low, whole.low)
    assert whole.low.shape == (3, 3, 3, 12, 12)
    assert whole.high.shape == (3, 3, 3, 12 * whole.scale, 12 * whole.scale)


def test_no_strength_takes_what_was_made_beforehand() -> None:
    clip = photograph()
    how = DEGRADATIONS["photo"].weakened(0.0)
    assert how == BICUBIC
    weak, plain = (
        PatchSampler([[clip]], PatchForm((2,), 16, degradation=d), seed=2) for d in (how, BICUBIC)
    )
    assert torch.equal(weak.batch(0, range(4)).low, plain.batch(0, range(4)).low)
