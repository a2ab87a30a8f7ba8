"""Measures pictures against the ground truth, as the user would save them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame, Pixels, quantise
from srstudio.core.regions import Region
from srstudio.metrics.functional import Map, difference, mse, psnr_from_mse, ssim, ssim_map
from srstudio.metrics.protocol import Channel, FloatPlanes, Protocol, channels

MapKind = Literal["ssim", "absolute", "signed"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """How far a picture is from the ground truth.

    Attributes:
        mse: Mean squared error on the 0..255 scale; nan where nothing was left to measure.
        psnr: In dB; infinite for identical pictures, nan where nothing was left to measure.
        ssim: At most 1; nan where what is measured is smaller than the 11x11 window.
        protocol: The convention these numbers were measured by.
        region: The rectangle that was asked for; None for the whole picture.
    """

    mse: float
    psnr: float
    ssim: float
    protocol: Protocol
    region: Region | None = None


def measure(
    source: Frame, truth: Frame, protocol: Protocol, region: Region | None = None
) -> Measurement:
    """MSE, PSNR and SSIM of `source` against the ground truth `truth`.

    Both are quantised first: to 16 bit where both frames are of that depth, else to 8 bit, which
    is what published numbers are measured on. Values are on the 0..255 scale at either depth.
    Where both frames have a single channel, that channel is what `Y` stands for.

    Args:
        source: The picture to be judged.
        truth: The ground truth, of the same size.
        protocol: Channel and border crop.
        region: Measures only this rectangle, as far as it lies inside the picture's cropped
            border; the rectangle's own border is not cropped again.

    Raises:
        InputError: if the sizes differ.
    """
    _check_sizes(source, truth)
    area = protocol.inner(*truth.size)
    if region is not None:
        area = area.intersect(region)
    a, b = _saved_planes(source, truth, protocol.channel, area)
    error = mse(a, b)
    return Measurement(error, psnr_from_mse(error), ssim(a, b), protocol, region)


def picture_map(source: Frame, truth: Frame, kind: MapKind, channel: Channel) -> Map:
    """The SSIM map or the difference (source minus truth) of two whole pictures.

    Args:
        source: The picture to be judged.
        truth: The ground truth, of the same size.
        kind: `ssim`, `absolute` or `signed`.
        channel: As in `Protocol`; of `RGB`, the mean over the channels.

    Returns:
        `height x width`, nothing cropped; differences on the 0..255 scale.

    Raises:
        InputError: if the sizes differ.
    """
    _check_sizes(source, truth)
    a, b = _saved_planes(source, truth, channel, Region.whole(*truth.size))
    return ssim_map(a, b) if kind == "ssim" else difference(a, b, kind)


def mean_measurements(measurements: Sequence[Measurement]) -> Measurement:
    """The means over pictures, as tables report them: PSNR is the mean of the PSNRs.

    A single identical picture makes the mean PSNR infinite, and a picture too small for SSIM
    makes the mean SSIM nan: neither is left out silently.

    Raises:
        ValueError: if there is nothing to average, or the protocols differ.
    """
    protocols = {each.protocol for each in measurements}
    if len(protocols) != 1:
        raise ValueError(f"a mean is over pictures of one protocol, not {len(protocols)}")
    return Measurement(
        mse=_mean([each.mse for each in measurements]),
        psnr=_mean([each.psnr for each in measurements]),
        ssim=_mean([each.ssim for each in measurements]),
        protocol=protocols.pop(),
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _check_sizes(source: Frame, truth: Frame) -> None:
    if source.size != truth.size:
        raise InputError(
            f"A picture of {source.width}x{source.height} pixels cannot be measured against a "
            f"ground truth of {truth.width}x{truth.height}",
            "choose pictures of the same size",
        )


def _saved_planes(
    source: Frame, truth: Frame, channel: Channel, area: Region
) -> tuple[FloatPlanes, FloatPlanes]:
    """The planes of both pictures within `area`, at the depth both would be saved at."""
    depth = min(source.bit_depth, truth.bit_depth)
    gray = source.gray and truth.gray

    def planes(pixels: Pixels) -> FloatPlanes:
        saved = quantise(np.ascontiguousarray(pixels[area.slices]), depth)
        return channels(saved, Protocol(channel), gray)

    return planes(source.pixels), planes(truth.pixels)
