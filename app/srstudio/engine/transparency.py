"""What transparency needs before and after a network: hidden colours, and alpha that stays flat."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from srstudio.core.frame import FloatPixels, Frame

# No resampling kernel here reaches further than three input pixels (Lanczos).
FLAT_RADIUS = 3


def fill_hidden(frame: Frame) -> Frame:
    """Give fully transparent pixels the colour of the nearest one that is not.

    Their colours mean nothing and are often black; a network would draw them into the visible
    edge as a fringe. A picture without such pixels, or with nothing else, comes back as it is.
    """
    if frame.alpha is None:
        return frame
    hidden = frame.alpha == 0
    if not hidden.any() or hidden.all():
        return frame
    _, labels = cv2.distanceTransformWithLabels(
        hidden.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # Each visible pixel has a label of its own: the table leads from it back to the colour.
    colours = np.empty((int(labels.max()) + 1, 3), frame.pixels.dtype)
    colours[labels[~hidden]] = frame.pixels[~hidden]
    return replace(frame, pixels=colours[labels])


def keep_flat(alpha: FloatPixels, enlarged: FloatPixels, scale: int) -> FloatPixels:
    """Where alpha is the same all around, it stays that: opaque never becomes nearly opaque.

    Args:
        alpha: `height x width` in [0, 1].
        enlarged: The same from a network, `scale` times as large.
        scale: Integer factor.

    Returns:
        `enlarged` with the exact value wherever the `2 * FLAT_RADIUS + 1` pixels square around
        the input pixel holds a single value.
    """
    kernel = np.ones((2 * FLAT_RADIUS + 1,) * 2, np.uint8)
    border = cv2.BORDER_REPLICATE
    lowest = cv2.erode(alpha, kernel, borderType=border)
    flat = lowest == cv2.dilate(alpha, kernel, borderType=border)
    blocks = (slice(None, None), None, slice(None, None), None)
    shape = (alpha.shape[0], scale, alpha.shape[1], scale)
    result = np.where(flat[blocks], alpha[blocks], enlarged.reshape(shape))
    return result.reshape(enlarged.shape)
