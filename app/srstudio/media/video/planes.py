"""The planes of FFmpeg's frames as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.plane import VideoPlane

from srstudio.core.frame import Pixels

# Formats that keep two components in one plane, and the planar ones that hold the same samples.
_PLANAR = {
    "nv12": "yuv420p",
    "nv21": "yuv420p",
    "nv16": "yuv422p",
    "nv24": "yuv444p",
    "yuyv422": "yuv422p",
    "uyvy422": "yuv422p",
    "p010le": "yuv420p10le",
    "p210le": "yuv422p10le",
    "p012le": "yuv420p12le",
    "p016le": "yuv420p16le",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What the planes of a pixel format hold.

    Attributes:
        order: Planes of R, G, B or of luma, Cb, Cr, or of gray.
        alpha: Plane of the opacity.
        bits: Of a sample.
        is_rgb: Whether the samples are RGB.
    """

    order: tuple[int, ...]
    alpha: int | None
    bits: int
    is_rgb: bool


def layout(form: VideoFormat) -> Layout | None:
    """The layout of a pixel format whose planes hold one component each; else None."""
    parts = form.components
    apart = len({part.plane for part in parts}) == len(parts)
    if not apart or form.has_palette or form.is_big_endian or form.is_bayer or parts[0].bits < 8:
        return None
    if parts[0].bits > 16 or "f16" in form.name:
        return None
    alpha = next((part.plane for part in parts if part.is_alpha), None)
    order = tuple(part.plane for part in parts if not part.is_alpha)
    return Layout(order, alpha, parts[0].bits, form.is_rgb)


def planar(frame: av.VideoFrame) -> tuple[av.VideoFrame, Layout]:
    """The same samples in planes of one component each; palettes become RGB."""
    known = layout(frame.format)
    if known is None:
        frame = reformatted(frame, _planar_name(frame.format))
        known = layout(frame.format)
    assert known is not None
    return frame, known


def reformatted(frame: av.VideoFrame, name: str) -> av.VideoFrame:
    """The same picture in another pixel format, by swscale.

    In one thread: with several, it now and then spoils pixels where their parts meet.
    """
    return frame.reformat(format=name, threads=1)


def _planar_name(form: VideoFormat) -> str:
    if form.name in _PLANAR:
        return _PLANAR[form.name]
    if form.is_big_endian and layout(VideoFormat(f"{form.name[:-2]}le")):
        return f"{form.name[:-2]}le"
    alpha = form.has_palette or any(part.is_alpha for part in form.components)
    name = "gbrap" if alpha else "gbrp"
    deep = not form.has_palette and form.components[0].bits > 8
    return f"{name}16le" if deep else name


def samples(plane: VideoPlane, bits: int) -> Pixels:
    """A plane as `height x width`, `uint8` or `uint16`, over FFmpeg's memory."""
    dtype = np.dtype(np.uint8 if bits == 8 else "<u2")
    rows = np.frombuffer(memoryview(plane), dtype).reshape(-1, plane.line_size // dtype.itemsize)
    return rows[: plane.height, : plane.width]
