"""Low-resolution pictures and ground truths: how they belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Frame

if TYPE_CHECKING:
    from srstudio.training.degradations import Shrinking


def scale_between(low: Frame, truth: Frame) -> int | None:
    """The factor by which a ground truth is larger than a low-resolution picture.

    Up to `scale - 1` columns and rows more are allowed: they are what a data set's cropping to a
    multiple of the scale leaves out.

    Returns:
        At least 2; None if the sizes do not belong together.
    """
    scale = min(truth.width // low.width, truth.height // low.height)
    if scale < 2 or (truth.width // scale, truth.height // scale) != low.size:
        return None
    return scale


def match_truth(low: Frame, truth: Frame) -> tuple[Frame, int]:
    """The ground truth cropped to an exact multiple of the low-resolution picture, and the scale.

    Pictures of the same size match at scale 1.

    Raises:
        InputError: if the sizes do not belong together.
    """
    scale = 1 if low.size == truth.size else scale_between(low, truth)
    if scale is None:
        raise InputError(
            f"a ground truth of {truth.width}x{truth.height} pixels does not belong to a picture "
            f"of {low.width}x{low.height}: it is no whole multiple of it",
            "choose the picture that the low-resolution one was made from",
        )
    return truth.cropped_to_multiple(scale), scale


def make_low_resolution(
    frame: Frame, scale: int, how: Shrinking | None = None
) -> tuple[Frame, Frame]:
    """A low-resolution picture from a ground truth.

    Args:
        frame: The ground truth.
        scale: Factor between the two.
        how: By which means; MATLAB's bicubic alone if None.

    Returns:
        The low-resolution picture, and the ground truth cropped (at the right and the bottom) to
        a multiple of the scale.

    Raises:
        UsageError: if the picture is smaller than one pixel of the result, or cannot be coded.
    """
    from srstudio.engine.transparency import fill_hidden
    from srstudio.training.degradations import PLAIN, bicubic

    how = how or PLAIN
    if how.jpeg is not None and frame.pixels.dtype != np.uint8:
        raise UsageError("a picture of more than 8 bit cannot be coded as JPEG", "leave JPEG out")

    if min(frame.size) < scale:
        raise UsageError(
            f"a picture of {frame.width}x{frame.height} pixels cannot be made {scale} times "
            "smaller",
            "choose a larger picture or a smaller scale",
        )
    truth = frame.cropped_to_multiple(scale)
    source = fill_hidden(truth)
    alpha = None if source.alpha is None else bicubic(source.alpha, scale)
    return source.with_pixels(how.apply(source.pixels, scale), alpha), truth
