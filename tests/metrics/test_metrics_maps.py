from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from srstudio.metrics.maps import (
    Limits,
    colour_bar,
    colour_table,
    colourise,
    natural_limits,
)
from srstudio.metrics.report import MapKind

KINDS: tuple[MapKind, ...] = ("ssim", "absolute", "signed")

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", 2009, severity 1.0: matrices for linear RGB.
NORMAL = np.eye(3)
PROTANOPIA = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
VISIONS = pytest.mark.parametrize(
    "vision", [NORMAL, PROTANOPIA, DEUTERANOPIA], ids=["normal", "protanopia", "deuteranopia"]
)


def seen(table: NDArray[np.uint8], vision: NDArray[Any]) -> NDArray[Any]:
    """The colours in CIELAB, as a person with the given vision sees them."""
    encoded = table / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    linear = (linear @ vision.T).clip(0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(encoded))


@VISIONS
def test_lightness_rises_with_the_difference(vision: NDArray[Any]) -> None:
    error_rises = {
        "absolute": colour_table("absolute"),
        "ssim": colour_table("ssim")[::-1],
        "signed, above": colour_table("signed")[128:],
        "signed, below": colour_table("signed")[:128][::-1],
    }
    for name, table in error_rises.items():
        lightness = seen(table, vision)[:, 0]
        # 16 colours apart is always lighter; neighbours may tie in 8 bit.
        assert (lightness[16:] - lightness[:-16]).min() > 2, name
        assert np.diff(lightness).min() > -0.5, name
        assert lightness[-1] - lightness[0] > 60, name


@VISIONS
def test_signs_are_told_apart(vision: NDArray[Any]) -> None:
    lab = seen(colour_table("signed"), vision)
    apart = deltaE_ciede2000(  # type: ignore[no-untyped-call]
        lab[:128][::-1], lab[128:]
    )
    assert apart[32:].min() > 15
    assert apart[0] < 2


@pytest.mark.parametrize("kind", KINDS)
def test_equal_steps_look_equal(kind: MapKind) -> None:
    lab = seen(colour_table(kind), NORMAL)
    steps = np.linalg.norm(lab[8:] - lab[:-8], axis=1)
    middle = np.delete(steps, range(112, 137)) if kind == "signed" else steps
    assert middle.max() / middle.min() < 2


def test_values_take_their_colours_and_beyond_the_limits_the_last() -> None:
    table = colour_table("absolute")
    values = np.array([[-5.0, 0.0, 4.999, 5.001, 10.0, 1e9]], np.float32)

    result = colourise(values, "absolute", (0.0, 10.0))

    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result[0], table[[0, 0, 127, 128, 255, 255]])


def test_identical_is_dark_in_every_kind() -> None:
    same: dict[MapKind, float] = {"ssim": 1.0, "absolute": 0.0, "signed": 0.0}
    for kind, value in same.items():
        values = np.full((2, 2), value, np.float32)
        assert colourise(values, kind, natural_limits(values, kind)).max() < 50


def test_positive_is_orange_and_negative_blue() -> None:
    colours = colourise(np.array([[-3.0, 3.0]], np.float32), "signed", (-4.0, 4.0))[0].astype(int)
    assert colours[0, 2] > colours[0, 0] + 50
    assert colours[1, 0] > colours[1, 2] + 50


@pytest.mark.parametrize("limits", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_limits_must_rise(limits: Limits) -> None:
    with pytest.raises(ValueError, match="rise"):
        colourise(np.zeros((2, 2), np.float32), "absolute", limits)


def test_natural_limits() -> None:
    values = np.zeros((100, 100), np.float32)
    values[:50] = -7.3
    values[0, 0] = 200  # an outlier

    assert natural_limits(values, "ssim") == (0.0, 1.0)
    assert natural_limits(values, "absolute") == (0.0, 8.0)
    assert natural_limits(values, "signed") == (-8.0, 8.0)
    assert natural_limits(np.zeros((4, 4), np.float32), "signed") == (-1.0, 1.0)


def test_the_bar_matches_the_map() -> None:
    bar = colour_bar("signed", (-8.0, 8.0))

    assert list(bar.ticks) == [-8.0, -4.0, 0.0, 4.0, 8.0]
    assert bar.labels == ("-8", "-4", "0", "+4", "+8")
    np.testing.assert_array_equal(bar.table, colour_table("signed"))
    assert colour_bar("ssim", (0.0, 1.0)).labels == ("0", "0.25", "0.5", "0.75", "1")
    assert len({colour_bar(kind, (0.0, 1.0)).title for kind in KINDS}) == 3


def test_tables_are_nobodys_to_change() -> None:
    for kind in KINDS:
        before = colour_table(kind).copy()
        colour_table(kind)[:] = 0
        np.testing.assert_array_equal(colour_table(kind), before)
