"""How steady a clip is: warping error along the motion, and flicker.

Planes are `height x width` on the 0..255 scale: the luma of `protocol.luma`, of what would be
saved. "Before" and "after" are two frames that follow each other, without a cut between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.errors import InputError
from srstudio.core.frame import FloatPixels, Frame, quantise
from srstudio.metrics.functional import psnr_from_mse
from srstudio.metrics.protocol import FloatPlanes, Protocol, channels

_SMALLEST = 32  # pixels; a smaller picture is continued for the search


@dataclass(frozen=True, slots=True)
class Motion:
    """Where what a frame shows was in the frame before.

    Attributes:
        flow: `height x width x 2`: pixels to the right and down from a place in the frame to the
            same thing in the frame before.
        visible: `height x width`: whether it was to be seen there.
    """

    flow: FloatPixels
    visible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens between two frames of a source.

    Attributes:
        warping: Warping error, as MSE of Y on the 0..255 scale; nan where nothing is visible.
        warping_psnr: The same as PSNR, in dB.
        flicker: Mean absolute change of the error of Y, 0..255; nan without ground truth.
    """

    warping: float
    warping_psnr: float
    flicker: float


def luma_plane(frame: Frame, *, gray: bool = False) -> FloatPlanes:
    """The luma of a frame as it would be saved; where all that is compared is gray, its channel."""
    saved = quantise(frame.pixels, frame.bit_depth)
    return channels(saved, Protocol("Y"), gray)[..., 0]


def motion_between(before: FloatPlanes, after: FloatPlanes) -> Motion:
    """The motion between two planes of one size.

    Dense inverse search (Kroeger et al., "Fast optical flow using dense inverse search", 2016) as
    OpenCV has it, preset medium, on luma rounded to 8 bit. What is hidden is told by the rules of
    Ruder et al., "Artistic style transfer for videos", 2016, which Lai et al. use too: the flows
    in both directions do not agree, `|w + w'|^2 > 0.01 (|w|^2 + |w'|^2) + 0.5` with `w'` the
    opposite flow at the end of `w`; or motion ends here, `|grad w|^2 > 0.01 |w|^2 + 0.002`; or
    `w` ends outside the picture.

    Raises:
        ValueError: if the sizes differ.
    """
    _check_alike(before, after)
    flow, opposite = _flow(after, before), _flow(before, after)
    there = _moved(opposite, flow)
    length = _square(flow)
    agrees = _square(flow + there) <= 0.01 * (length + _square(there)) + 0.5
    goes_on = _square(_gradient(flow)) <= 0.01 * length + 0.002
    return Motion(flow, agrees & goes_on & _inside(flow))


def warping_error(before: FloatPlanes, after: FloatPlanes, motion: Motion, crop: int = 0) -> float:
    """Mean squared difference between a frame and the one before it, moved to where things are.

    Lai et al., "Learning blind video temporal consistency", 2018, equation of `E_warp`, over the
    pixels that are visible in both; here of Y on the 0..255 scale, between neighbours, with the
    frame before sampled bilinearly. A truth has an error of its own, where motion is not found:
    what counts is how far a source is from that.

    Args:
        before: A source's frame.
        after: Its next.
        motion: Between these frames, of the ground truth where there is one.
        crop: Border pixels left out.

    Returns:
        nan where no pixel is visible.

    Raises:
        ValueError: if the sizes differ.
    """
    _check_alike(before, after, motion.visible)
    moved = _moved(before, motion.flow)
    inner = _inner(after.shape, crop)
    error = (after[inner] - moved[inner])[motion.visible[inner]]
    return float(np.mean(error**2)) if error.size else math.nan


def flicker(
    before: FloatPlanes,
    after: FloatPlanes,
    truth_before: FloatPlanes,
    truth_after: FloatPlanes,
    crop: int = 0,
) -> float:
    """Mean absolute change of the error: `|(after - truth_after) - (before - truth_before)|`.

    0 where a source is wrong in the same way in both frames; a brightness that alternates by
    plus and minus `a` gives `2 a`. On the scale of the planes.

    Returns:
        nan where the crop leaves nothing.

    Raises:
        ValueError: if the sizes differ.
    """
    _check_alike(before, after, truth_before, truth_after)
    inner = _inner(after.shape, crop)
    change = (after[inner] - truth_after[inner]) - (before[inner] - truth_before[inner])
    return float(np.mean(np.abs(change))) if change.size else math.nan


def measure_change(
    before: Frame,
    after: Frame,
    motion: Motion,
    truth: tuple[Frame, Frame] | None = None,
    crop: int = 0,
) -> Change:
    """Warping error and flicker of a frame against the one before it.

    Args:
        before: A source's frame.
        after: Its next.
        motion: As in `warping_error`.
        truth: The ground truths of both.
        crop: Border pixels left out.

    Raises:
        InputError: if the sizes differ.
    """
    frames = [before, after, *(truth or ())]
    if any(frame.size != (motion.flow.shape[1], motion.flow.shape[0]) for frame in frames):
        cause = "frames of different sizes cannot be compared over time"
        raise InputError(cause, "choose a ground truth of the size of the result")
    gray = all(frame.gray for frame in frames)
    first, second, *truths = (luma_plane(frame, gray=gray) for frame in frames)
    warping = warping_error(first, second, motion, crop)
    changed = flicker(first, second, truths[0], truths[1], crop) if truths else math.nan
    return Change(warping, psnr_from_mse(warping), changed)


def _flow(of: FloatPlanes, to: FloatPlanes) -> FloatPixels:
    """From places in one plane to the same things in another."""
    height, width = of.shape
    below, right = max(_SMALLEST - height, 0), max(_SMALLEST - width, 0)
    first, second = (
        cv2.copyMakeBorder(
            np.round(plane).astype(np.uint8), 0, below, 0, right, cv2.BORDER_REPLICATE
        )
        for plane in (of, to)
    )
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(first, second, cast(Any, None))
    return cast(FloatPixels, np.ascontiguousarray(flow[:height, :width]))


def _moved(values: NDArray[Any], flow: FloatPixels) -> NDArray[Any]:
    """Values at the ends of a flow, bilinearly; at the border those of the border."""
    x, y = cv2.split(flow + _places(flow))
    linear, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    return cast(NDArray[Any], cv2.remap(values, x, y, linear, borderMode=border))


def _gradient(flow: FloatPixels) -> FloatPixels:
    """How a flow changes to the right and down, a pixel: four channels."""
    across = cv2.Sobel(flow, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
    down = cv2.Sobel(flow, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
    return np.concatenate([across, down], axis=2)


def _square(vectors: FloatPixels) -> FloatPixels:
    """Squared length of every vector."""
    return cast(FloatPixels, np.einsum("yxc,yxc->yx", vectors, vectors))


def _inside(flow: FloatPixels) -> NDArray[np.bool_]:
    """Where a flow ends inside the picture."""
    ends = flow + _places(flow)
    last = np.array([flow.shape[1] - 1, flow.shape[0] - 1], np.float32)
    inside: NDArray[np.bool_] = np.all((ends >= 0) & (ends <= last), axis=2)
    return inside


def _places(flow: FloatPixels) -> FloatPixels:
    """Column and row of every pixel."""
    rows, columns = np.indices(flow.shape[:2], np.float32)
    return np.stack([columns, rows], axis=2)


def _inner(shape: tuple[int, ...], crop: int) -> tuple[slice, slice]:
    return Protocol("Y", crop).inner(shape[1], shape[0]).slices


def _check_alike(first: NDArray[Any], *others: NDArray[Any]) -> None:
    shapes = {first.shape, *(each.shape for each in others)}
    if len(shapes) > 1:
        raise ValueError(f"planes of {' and '.join(map(str, sorted(shapes)))} cannot be compared")
