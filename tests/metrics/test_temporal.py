from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.metrics.functional import psnr_from_mse
from srstudio.metrics.temporal import (
    Motion,
    flicker,
    luma_plane,
    measure_change,
    motion_between,
    warping_error,
)

Plane = NDArray[np.float64]
HEIGHT, WIDTH, MARGIN = 72, 96, 12


def texture(seed: int = 0, smooth: float = 2.0) -> Plane:
    """A plane with structure everywhere, larger than the frames cut out of it."""
    rough = np.random.default_rng(seed).normal(size=(HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN))
    fine = cv2.GaussianBlur(rough, (0, 0), smooth)
    return np.asarray(np.clip(128 + fine * 40 / fine.std(), 0, 255))


def view(plane: Plane, right: int, down: int) -> Plane:
    rows = slice(MARGIN + down, MARGIN + down + HEIGHT)
    return plane[rows, MARGIN + right : MARGIN + right + WIDTH]


def still(shape: tuple[int, int] = (HEIGHT, WIDTH)) -> Motion:
    return Motion(np.zeros((*shape, 2), np.float32), np.ones(shape, np.bool_))


def colour(plane: Plane) -> Frame:
    return Frame(np.repeat(np.round(plane).astype(np.uint8)[..., None], 3, axis=2))


@pytest.mark.parametrize(("right", "down"), [(0, 0), (3, 0), (0, -2), (-5, 4)])
def test_a_shift_is_found_and_leaves_nothing(right: int, down: int) -> None:
    plane = texture()
    before, after = view(plane, 0, 0), view(plane, right, down)
    motion = motion_between(before, after)
    inside = motion.flow[MARGIN:-MARGIN, MARGIN:-MARGIN]
    np.testing.assert_allclose(np.median(inside, axis=(0, 1)), [right, down], atol=0.1)
    assert motion.visible[MARGIN:-MARGIN, MARGIN:-MARGIN].mean() > 0.98
    assert warping_error(before, after, motion, MARGIN) < 0.5
    if (right, down) != (0, 0):
        assert np.mean((before - after) ** 2) > 200


def test_what_moves_out_of_the_picture_is_hidden() -> None:
    plane = texture()
    motion = motion_between(view(plane, 0, 0), view(plane, 6, 0))
    assert not motion.visible[:, -5:].any()
    assert motion.visible[:, 10:-12].mean() > 0.95


def test_what_was_covered_before_is_hidden() -> None:
    ground, patch = view(texture(1, 3), 0, 0), view(texture(2, 3), 0, 0)[:40, :40]
    before, after = ground.copy(), ground.copy()
    before[16:56, 20:60] = patch
    after[16:56, 25:65] = patch
    motion = motion_between(before, after)
    assert motion.visible[20:52, 20:25].mean() < 0.5  # only now to be seen
    assert motion.visible[20:52, 30:60].mean() > 0.9  # moved
    assert motion.visible[:10].mean() > 0.9  # still


def test_the_warping_error_is_the_mean_of_squares_over_what_is_visible() -> None:
    rng = np.random.default_rng(5)
    before, after = rng.uniform(0, 255, (2, 20, 30))
    visible = rng.random((20, 30)) < 0.5
    flow = np.zeros((20, 30, 2), np.float32)
    flow[..., 0], flow[..., 1] = 2, -3
    total, count = 0.0, 0
    for y in range(4, 16):
        for x in range(4, 26):
            if visible[y, x]:
                total += (after[y, x] - before[y - 3, x + 2]) ** 2
                count += 1
    error = warping_error(before, after, Motion(flow, visible), crop=4)
    assert error == pytest.approx(total / count, rel=1e-12)
    assert math.isnan(warping_error(before, after, Motion(flow, np.zeros_like(visible))))
    assert math.isnan(warping_error(before, after, Motion(flow, visible), crop=10))


def test_between_pixels_the_frame_before_is_bilinear() -> None:
    ramp = np.tile(np.arange(40.0), (40, 1))
    flow = np.zeros((40, 40, 2), np.float32)
    flow[..., 0] = 0.5
    motion = Motion(flow, np.ones((40, 40), np.bool_))
    assert warping_error(ramp, ramp + 0.5, motion, crop=1) == pytest.approx(0, abs=1e-12)
    assert warping_error(ramp, ramp + 2.5, motion, crop=1) == pytest.approx(4, abs=1e-9)


def test_a_source_that_is_the_truth_has_the_error_of_the_truth() -> None:
    plane, rng = texture(3), np.random.default_rng(0)
    truths = [colour(view(plane, x, 0) + rng.normal(0, 3, (HEIGHT, WIDTH))) for x in (0, 2)]
    planes = [luma_plane(each) for each in truths]
    motion = motion_between(planes[0], planes[1])
    change = measure_change(truths[0], truths[1], motion, (truths[0], truths[1]), crop=2)
    assert change.warping == warping_error(planes[0], planes[1], motion, crop=2) > 0
    assert change.warping_psnr == psnr_from_mse(change.warping)
    assert change.flicker == 0


@pytest.mark.parametrize("amplitude", [0.5, 3.0, 20.0])
def test_alternating_brightness_is_told_exactly(amplitude: float) -> None:
    plane = texture(4)
    truths = [view(plane, x, 0) for x in range(4)]
    sources = [each + amplitude * (-1) ** n + 7.0 for n, each in enumerate(truths)]
    for n in range(1, 4):
        index = flicker(sources[n - 1], sources[n], truths[n - 1], truths[n])
        assert index == pytest.approx(2 * amplitude, rel=1e-9)
    error = warping_error(sources[0], sources[1], still())
    assert error == pytest.approx(np.mean((truths[1] - truths[0] - 2 * amplitude) ** 2), rel=1e-9)


def test_what_stays_wrong_does_not_flicker() -> None:
    truths = [view(texture(6), x, 0) for x in (0, 1)]
    wrong = np.random.default_rng(1).normal(0, 20, (HEIGHT, WIDTH))
    first, second = truths
    assert flicker(first + wrong, second + wrong, first, second) == pytest.approx(0, abs=1e-12)
    assert math.isnan(flicker(first, second, first, second, HEIGHT))


def test_frames_are_measured_as_they_would_be_saved() -> None:
    eight = [Frame(np.full((40, 40, 3), level, np.uint8)) for level in (100, 110)]
    sixteen = [Frame(each.pixels.astype(np.uint16) * 257) for each in eight]
    floats = [Frame(each.pixels.astype(np.float32) / 255) for each in eight]
    truth = (eight[0], eight[0])
    expected = 10 * (65.481 + 128.553 + 24.966) / 255
    for frames in (eight, sixteen, floats):
        change = measure_change(frames[0], frames[1], still((40, 40)), truth)
        assert change.flicker == pytest.approx(expected, abs=1e-2)
        assert change.warping == pytest.approx(expected**2, rel=1e-3)
    gray = [Frame(each.pixels, gray=True) for each in eight]
    both = measure_change(gray[0], gray[1], still((40, 40)), (gray[0], gray[0]))
    assert (both.flicker, both.warping) == (10, 100)
    assert measure_change(gray[0], gray[1], still((40, 40)), truth).flicker == pytest.approx(
        expected
    )


def test_without_truth_there_is_no_flicker() -> None:
    frame = colour(view(texture(), 0, 0))
    change = measure_change(frame, frame, still())
    assert (change.warping, change.warping_psnr) == (0, math.inf)
    assert math.isnan(change.flicker)


@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (31, 31), (8, 8)])
def test_pictures_of_any_size_have_a_motion(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(2).uniform(0, 255, shape)
    motion = motion_between(plane, plane)
    assert motion.flow.shape == (*shape, 2)
    assert warping_error(plane, plane, motion) == pytest.approx(0, abs=1e-9)


def test_sizes_have_to_agree() -> None:
    small, large = np.zeros((20, 20)), np.zeros((20, 21))
    with pytest.raises(ValueError, match="cannot be compared"):
        motion_between(small, large)
    with pytest.raises(ValueError, match="cannot be compared"):
        warping_error(small, small, still((20, 21)))
    with pytest.raises(ValueError, match="cannot be compared"):
        flicker(small, small, small, large)
    frame = colour(np.zeros((20, 20)))
    with pytest.raises(InputError, match="different sizes"):
        measure_change(frame, frame, still((40, 40)))
