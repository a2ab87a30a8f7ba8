"""RGB frames made what an encoder takes, by the matrix and range they are to be stored in.

The inverse of `to_rgb`: Rec. ITU-T H.273, clause 8.3, rounded once. Chroma of half the size is
smoothed first, and lies where MPEG-2 and all that came after it expect it.
"""

from __future__ import annotations

from collections.abc import Sequence

import av
import cv2
import numpy as np
from av.video.format import VideoFormat

from srstudio.core.frame import Frame, Pixels, peak, quantise
from srstudio.media.video.chroma import halved_columns, halved_rows
from srstudio.media.video.colour import Colour
from srstudio.media.video.planes import Layout, layout, reformatted, samples
from srstudio.media.video.to_rgb import STRIP, Affine, code_values, store, to_luma


def to_video_frame(frame: Frame, name: str, colour: Colour) -> av.VideoFrame:
    """A frame of the pixel format `name`, tagged with the colour it is stored in.

    Width and height are rounded up to what the format can hold; the edge is repeated there.

    Args:
        frame: Of any type; alpha is left out where the format has none.
        name: FFmpeg's; planar, or 8-bit RGB.
        colour: The matrix and range to store it by; no matter for RGB.
    """
    form = VideoFormat(name)
    known = layout(form)
    if known is None:
        return _packed(frame, name)
    pixels = _padded(frame.pixels, form)
    picture = av.VideoFrame(pixels.shape[1], pixels.shape[0], name)
    planes = [samples(picture.planes[number], known.bits) for number in known.order]
    if known.is_rgb:
        for plane, number in zip(planes, range(3), strict=True):
            plane[...] = _scaled(pixels[..., number], known.bits)
    else:
        _store_luma_and_chroma(pixels, planes, known, colour)
        _tag(picture, colour)
    if known.alpha is not None:
        opacity = _padded(_opacity(frame), form)
        samples(picture.planes[known.alpha], known.bits)[...] = _scaled(opacity, known.bits)
    return picture


def coded_size(size: tuple[int, int], name: str) -> tuple[int, int]:
    """The size in which a pixel format stores a picture."""
    across, down = _multiples(VideoFormat(name))
    return -(-size[0] // across) * across, -(-size[1] // down) * down


def _multiples(form: VideoFormat) -> tuple[int, int]:
    return 8 // form.chroma_width(8), 8 // form.chroma_height(8)


def _padded(plane: Pixels, form: VideoFormat) -> Pixels:
    height, width = plane.shape[:2]
    across, down = _multiples(form)
    if width % across == 0 and height % down == 0:
        return plane
    missing = -height % down, -width % across
    return cv2.copyMakeBorder(plane, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)


def _packed(frame: Frame, name: str) -> av.VideoFrame:
    """8-bit RGB in one plane: bytes change places, no more."""
    pixels = np.ascontiguousarray(quantise(frame.pixels, 8))
    if name.endswith("a"):
        pixels = np.dstack([pixels, quantise(_opacity(frame), 8)])
        return reformatted(av.VideoFrame.from_ndarray(pixels, format="rgba"), name)
    return reformatted(av.VideoFrame.from_ndarray(pixels, format="rgb24"), name)


def _opacity(frame: Frame) -> Pixels:
    if frame.alpha is not None:
        return frame.alpha
    return np.full(frame.pixels.shape[:2], peak(frame.pixels), frame.pixels.dtype)


def _scaled(plane: Pixels, bits: int) -> Pixels:
    """Samples of full range with so many bits."""
    if bits in (8, 16):
        return quantise(plane, 8 if bits == 8 else 16)
    scale = (2**bits - 1) / peak(plane)
    return np.rint(np.clip(plane * np.float32(scale), 0, 2**bits - 1)).astype(np.uint16)


def _store_luma_and_chroma(
    pixels: Pixels, planes: Sequence[Pixels], known: Layout, colour: Colour
) -> None:
    affine = _affine(known.bits, colour, peak(pixels))
    for top in range(0, pixels.shape[0], STRIP):
        strip = pixels[top : top + STRIP].astype(np.float32)
        parts = cv2.split(cv2.transform(strip, affine))
        for plane, part in zip(planes, parts, strict=True):
            lines, columns = pixels.shape[0] // plane.shape[0], pixels.shape[1] // plane.shape[1]
            part = halved_columns(part) if columns == 2 else part
            part = halved_rows(part) if lines == 2 else part
            begin = top // lines
            store(part, plane[begin : begin + part.shape[0]], 2**known.bits - 1)


def _affine(bits: int, colour: Colour, top: float) -> Affine:
    """3 x 4: from RGB of 0 to `top` and 1 to code values."""
    scale, offset = code_values(bits, full_range=colour.full_range)
    return np.hstack([to_luma(colour) * scale[:, None] / top, offset[:, None]])


def _tag(picture: av.VideoFrame, colour: Colour) -> None:
    picture.colorspace, picture.color_range = colour.matrix_code, colour.range_code
    picture.color_primaries, picture.color_trc = colour.primaries, colour.transfer
