"""Colours for maps: perceptually uniform, and readable by colour-blind people.

No difference is dark in every kind of map, so what is wrong shines through an overlay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.metrics.functional import Map
from srstudio.metrics.report import MapKind

Limits = tuple[float, float]
Table = NDArray[np.uint8]

# Control points in CIELAB (lightness, green-red, blue-yellow). The lightness always rises away
# from "no difference", and hues differ along blue-yellow, which colour blindness leaves intact.
_SEQUENTIAL = ((8, 4, -18), (30, 4, -32), (50, 2, -8), (70, -2, 36), (92, -10, 66))
_BLUE = ((8, 0, 0), (38, 2, -38), (72, -16, -34), (86, -14, -16))
_ORANGE = ((8, 0, 0), (38, 30, 42), (72, 24, 62), (86, 6, 40))
_SIZE = 256
_TICKS = 5


@dataclass(frozen=True, slots=True)
class ColourBar:
    """What a legend beside a map shows.

    Attributes:
        title: What the values are.
        limits: The values of the table's first and last colour.
        ticks: Values to be marked, from low to high.
        labels: A text for each tick.
        table: `256 x 3`, RGB: the colours from low to high.
    """

    title: str
    limits: Limits
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    table: Table


_TITLES: dict[MapKind, str] = {
    "ssim": "SSIM (1: alike)",
    "absolute": "Absolute difference, 0 to 255",
    "signed": "Source minus ground truth",
}


def colour_table(kind: MapKind) -> Table:
    """The 256 colours of a kind of map, `256 x 3` RGB from the lowest value to the highest."""
    if kind == "signed":
        return np.concatenate([_ramp(_BLUE, _SIZE // 2)[::-1], _ramp(_ORANGE, _SIZE // 2)])
    ramp = _ramp(_SEQUENTIAL, _SIZE)
    return ramp[::-1].copy() if kind == "ssim" else ramp.copy()


def natural_limits(values: Map, kind: MapKind) -> Limits:
    """Limits that make a map readable: 0 to 1 for SSIM, else whole numbers around the values.

    One pixel in two hundred may lie beyond, so that a single outlier does not darken the rest;
    signed limits are symmetrical around 0.
    """
    if kind == "ssim":
        return 0.0, 1.0
    top = float(max(1, math.ceil(np.quantile(np.abs(values), 0.995))))
    return (-top if kind == "signed" else 0.0), top


def colourise(values: Map, kind: MapKind, limits: Limits) -> Table:
    """A map in colour.

    Args:
        values: `height x width`.
        kind: Which colours: `ssim` and `absolute` are sequential, `signed` diverges from 0.
        limits: The values of the first and the last colour; values beyond take those.

    Returns:
        `height x width x 3`, RGB.

    Raises:
        ValueError: if the limits are not in rising order.
    """
    low, high = limits
    if not low < high:
        raise ValueError(f"limits rise from low to high, unlike {limits}")
    steps = (values - np.float32(low)) * np.float32(_SIZE / (high - low))
    index = np.clip(steps, 0, _SIZE - 1, out=steps).astype(np.uint8)
    # Keeps the order of the table's channels: a fancy index, twenty times as fast.
    return cast(Table, cv2.applyColorMap(index, colour_table(kind)[:, np.newaxis]))


def colour_bar(kind: MapKind, limits: Limits) -> ColourBar:
    """The legend of a map coloured by `colourise` with the same kind and limits."""
    ticks = tuple(float(value) for value in np.linspace(*limits, _TICKS))
    form = "{:+g}" if kind == "signed" else "{:g}"
    labels = tuple(form.format(round(value, 3)) if value else "0" for value in ticks)
    return ColourBar(_TITLES[kind], limits, ticks, labels, colour_table(kind))


@cache
def _ramp(points: tuple[tuple[float, float, float], ...], size: int) -> Table:
    """`size` colours along a path through CIELAB, in equal steps of colour difference."""
    path = np.array(points, dtype=np.float64)
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    marks = np.concatenate([[0.0], np.cumsum(lengths)])
    places = np.linspace(0.0, marks[-1], size)
    lab = np.stack([np.interp(places, marks, path[:, axis]) for axis in range(3)], axis=-1)
    rgb = cv2.cvtColor(lab[np.newaxis].astype(np.float32), cv2.COLOR_Lab2RGB)[0]
    return cast(Table, np.round(rgb.clip(0, 1) * 255).astype(np.uint8))
