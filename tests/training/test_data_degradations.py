"""Low resolution made on the fly: what is drawn, and that the same seed draws the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from skimage import data

from srstudio.core.frame import Pixels
from srstudio.training.coding import h264, jpeg
from srstudio.training.cuts import cuts
from srstudio.training.degradations import (
    BICUBIC,
    DEGRADATIONS,
    LEAST_CRF,
    MARGIN,
    Degradation,
    bicubic,
    degraded,
    gaussian,
)

RANDOM = ("unknown", "photo", "video")


def photograph(side: int = 96, frames: int = 1) -> Pixels:
    """A part of a photograph, moving by a pixel a frame."""
    whole: Pixels = data.astronaut()  # type: ignore[no-untyped-call]
    return np.stack([whole[60 + t : 60 + t + side, 150 : 150 + side] for t in range(frames)])


def error(low: Pixels, high: Pixels, scale: int) -> float:
    """Mean squared difference from bicubic low resolution, in levels."""
    plain = np.stack([bicubic(frame, scale) for frame in high])
    return float(np.mean((low.astype(float) - plain) ** 2))


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", DEGRADATIONS)
def test_without_strength_it_is_bicubic_to_the_bit(name: str, scale: int) -> None:
    high = photograph(frames=2)
    how = DEGRADATIONS[name].weakened(0.0)
    low = degraded(high, scale, how, np.random.default_rng(1))
    np.testing.assert_array_equal(low, np.stack([bicubic(frame, scale) for frame in high]))


@pytest.mark.parametrize("name", RANDOM)
def test_low_resolution_has_the_stated_size_and_the_seed_decides(name: str) -> None:
    high, how = photograph(84, frames=3), DEGRADATIONS[name]
    first, same, other = (degraded(high, 4, how, np.random.default_rng(n)) for n in (3, 3, 4))
    assert first.shape == (3, 21, 21, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", RANDOM)
def test_half_the_strength_degrades_less_in_the_mean(name: str) -> None:
    high = photograph()
    strong, weak = (
        np.mean(
            [
                error(degraded(high, 2, how, np.random.default_rng(seed)), high, 2)
                for seed in range(24)
            ]
        )
        for how in (DEGRADATIONS[name], DEGRADATIONS[name].weakened(0.5))
    )
    assert 0.0 < weak < strong


def test_strength_scales_the_ranges() -> None:
    half = Degradation(blur=0.8, resampling=0.5, noise=0.1, jpeg=40, crf=33).weakened(0.5)
    assert half == Degradation(blur=0.4, resampling=0.25, noise=0.05, jpeg=70, crf=25)
    assert LEAST_CRF == 17
    assert DEGRADATIONS["photo"].weakened(1.0) == DEGRADATIONS["photo"]


def test_noise_stays_within_its_range_and_is_gray_or_coloured() -> None:
    flat = np.full((1, 64, 64, 3), 128, np.uint8)
    how = Degradation(noise=0.1)
    made = [
        degraded(flat, 2, how, np.random.default_rng(seed))[0].astype(float) for seed in range(40)
    ]
    deviations = [picture.std() for picture in made]
    assert max(deviations) < 0.1 * 255 * 1.05
    assert max(deviations) > 0.07 * 255
    gray = [bool((picture == picture[..., :1]).all()) for picture in made]
    assert 8 < sum(gray) < 32


def test_noise_like_poisson_grows_with_the_root_of_the_value() -> None:
    halves = np.zeros((1, 96, 96, 3), np.uint8)
    halves[:, :48], halves[:, 48:] = 40, 160
    ratios = []
    for seed in range(40):
        low = degraded(halves, 2, Degradation(noise=0.08), np.random.default_rng(seed))[0]
        if low.std(axis=(0, 1)).min() > 0 and low[:20].std() > 2:
            ratios.append(low[28:].std() / low[:20].std())
    # Rounding to levels and clipping at zero leave little of the variance out.
    assert all(abs(ratio - 1) < 0.15 or abs(ratio - 2) < 0.3 for ratio in ratios)
    assert {round(ratio) for ratio in ratios} == {1, 2}


def test_the_kernel_of_the_blur_has_the_stated_deviations() -> None:
    kernel = gaussian(np.array([2.0, 1.0]), angle=0.0)
    assert kernel.sum() == pytest.approx(1.0, abs=1e-5)
    radius = kernel.shape[0] // 2
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    # Three deviations hold 97 % of the variance.
    assert (kernel * x**2).sum() == pytest.approx(4.0, rel=0.05)
    assert (kernel * y**2).sum() == pytest.approx(1.0, rel=0.05)
    turned = gaussian(np.array([2.0, 1.0]), angle=np.pi / 2)
    np.testing.assert_allclose(turned, kernel.T, atol=1e-6)
    nothing = gaussian(np.array([0.0, 0.0]), angle=0.3)
    assert nothing[1, 1] == 1.0


@pytest.mark.parametrize("how", [Degradation(blur=0.7), Degradation(resampling=1.0)])
def test_nothing_reaches_further_than_the_margin(how: Degradation) -> None:
    high, scale = photograph(), 2
    other = high.copy()
    other[:, :4] = 255 - other[:, :4]
    for seed in range(12):
        low, changed = (degraded(x, scale, how, np.random.default_rng(seed)) for x in (high, other))
        np.testing.assert_array_equal(low[:, 2 + MARGIN :], changed[:, 2 + MARGIN :])
        assert not np.array_equal(low[:, :2], changed[:, :2])


def test_shrinking_by_any_kernel_keeps_the_place() -> None:
    """A ramp stays the ramp of the coarser grid, half-pixel centres and all."""
    ramp = np.tile(np.arange(64, dtype=np.uint8)[:, None] * 3, (1, 1, 3))
    high = np.broadcast_to(ramp, (1, 64, 64, 3)).copy()
    expected = (np.arange(32) * 2 + 0.5) * 3
    for seed in range(20):
        low = degraded(high, 2, Degradation(resampling=1.0), np.random.default_rng(seed))
        np.testing.assert_allclose(low[0, 16, 6:-6, 0], expected[6:-6], atol=1.6)


def test_coding_gets_worse_with_its_setting_and_keeps_odd_sizes() -> None:
    frames = photograph(95, frames=4)
    fine, coarse = (h264(frames, crf) for crf in (17, 40))
    assert fine.shape == coarse.shape == frames.shape
    np.testing.assert_array_equal(fine, h264(frames, 17))
    errors = [np.mean((coded.astype(float) - frames) ** 2) for coded in (fine, coarse)]
    assert errors[0] < 0.5 * errors[1]
    best, worst, full = (jpeg(frames[0], q, h) for q, h in ((95, True), (30, True), (95, False)))
    errors = [np.mean((coded.astype(float) - frames[0]) ** 2) for coded in (full, best, worst)]
    assert errors[0] < errors[1] < errors[2]


def test_video_coding_is_the_same_in_every_thread() -> None:
    frames = photograph(22, frames=5)
    with ThreadPoolExecutor(4) as pool:
        coded = {clip.tobytes() for clip in pool.map(lambda _: h264(frames, 25), range(80))}
    assert len(coded) == 1


def test_frames_of_a_clip_are_treated_alike() -> None:
    still = np.repeat(photograph(), 3, axis=0)
    how = Degradation(blur=0.7, resampling=0.5, jpeg=40)
    for seed in range(6):
        low = degraded(still, 2, how, np.random.default_rng(seed))
        assert (low == low[:1]).all()


def test_identity_is_the_default() -> None:
    assert Degradation() == BICUBIC == DEGRADATIONS["bicubic"]


def test_a_film_is_cut_where_the_shot_changes_and_not_where_it_moves() -> None:
    whole: Pixels = data.astronaut()  # type: ignore[no-untyped-call]
    pan = [whole[0:160, 10 * t : 10 * t + 160] for t in range(9)]
    assert cuts(pan) == []
    coffee: Pixels = data.coffee()  # type: ignore[no-untyped-call]
    assert cuts([*pan, *(coffee[100:260, 3 * t : 3 * t + 160] for t in range(9))]) == [9]
    assert cuts(pan[:1]) == []
    noise = np.random.default_rng(0).integers(0, 256, (6, 16, 16, 3), dtype=np.uint8)
    assert cuts(list(noise)) == []  # everything differs alike
