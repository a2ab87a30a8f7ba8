"""Figures of frames: how they are kept, ordered, averaged and written."""

from __future__ import annotations

import csv
import io
import math
from fractions import Fraction

import numpy as np
import pytest

from srstudio.core.frame import Frame
from srstudio.jobs.curves import COLUMNS, Before, Curves, FrameFigures, measure_frame, motion_of
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure


def noise(seed: int, side: int = 24) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    return Frame(pixels, time=Fraction(7, 25))


def test_a_frame_is_measured_as_a_picture_is() -> None:
    frame, truth = noise(1), noise(2)
    expected = measure(frame, truth, Protocol("Y", 3))
    found = measure_frame(7, frame, truth, Protocol("Y", 3))
    assert (found.mse, found.psnr, found.ssim) == (expected.mse, expected.psnr, expected.ssim)
    assert (found.number, found.time) == (7, 0.28)


def test_what_cannot_be_measured_is_none() -> None:
    assert measure_frame(0, noise(1), None, Protocol()).psnr is None
    small = measure_frame(0, noise(1, 8), noise(2, 8), Protocol())
    assert small.ssim is None
    assert small.psnr is not None


def test_temporal_figures_need_the_frame_before() -> None:
    still, brighter = noise(1, 48), noise(1, 48)
    brighter = brighter.with_pixels(np.minimum(brighter.pixels, 235) + np.uint8(20))
    truth = noise(1, 48)
    alone = measure_frame(1, brighter, truth, Protocol())
    assert (alone.warping, alone.flicker) == (None, None)
    found = measure_frame(1, truth, truth, Protocol(), Before(still, truth))
    assert (found.warping, found.flicker) == (0, 0)
    shared = Before(still, truth, motion_of(truth, truth))
    found = measure_frame(1, brighter, truth, Protocol(), shared)
    assert found == measure_frame(1, brighter, truth, Protocol(), Before(still, truth))
    assert found.flicker is not None
    assert 14 < found.flicker < 20 * 219 / 255
    unknown = measure_frame(1, brighter, None, Protocol(), Before(still))
    assert unknown.warping is not None
    assert (unknown.flicker, unknown.psnr) == (None, None)


def test_points_come_in_order_whatever_order_they_arrive_in() -> None:
    curves = Curves()
    for number in (3, 1, 2, 1):
        curves.add("a", FrameFigures(number, number / 25, psnr=20.0 + number))
    assert [p.number for p in curves.points("a")] == [1, 2, 3]
    assert curves.values("a", "psnr") == [(1, 21.0), (2, 22.0), (3, 23.0)]
    assert curves.values("a", "ssim") == []
    assert curves.missing("a", range(5)) == [0, 4]
    assert curves.missing("b", range(2)) == [0, 1]
    curves.forget("a")
    assert curves.keys == ()


def test_the_mean_of_psnr_is_that_of_the_frames() -> None:
    curves = Curves()
    for number, (mse, psnr) in enumerate([(10.0, 38.13), (1000.0, 18.13)]):
        curves.add("a", FrameFigures(number, 0.0, mse, psnr))
    means = curves.means("a")
    assert means["mse"] == 505.0
    assert means["psnr"] == pytest.approx(28.13)
    assert means["flicker"] is None
    curves.add("a", FrameFigures(2, 0.0, 0.0, math.inf))
    assert curves.means("a")["psnr"] == math.inf


def test_the_worst_frames() -> None:
    curves = Curves()
    for number, value in enumerate([30.0, 20.0, 25.0, 20.0]):
        curves.add("a", FrameFigures(number, 0.0, mse=value, psnr=value))
    assert [p.number for p in curves.worst("a", 3)] == [1, 3, 2]
    assert [p.number for p in curves.worst("a", 2, "mse")] == [0, 2]
    assert curves.worst("a", 2, "warping") == []


def test_csv_has_a_row_for_each_frame_and_source() -> None:
    curves = Curves()
    curves.add("a, b", FrameFigures(1, 0.04, 1.5, math.inf, 0.9))
    curves.add("raw", FrameFigures(0, 0.0))
    head, *rows = csv.reader(io.StringIO(curves.csv()))
    assert tuple(head) == COLUMNS
    assert rows == [
        ["a, b", "1", "0.04", "1.5", "inf", "0.9", "", ""],
        ["raw", "0", "0.0", "", "", "", "", ""],
    ]
