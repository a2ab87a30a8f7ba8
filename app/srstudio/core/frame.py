"""The picture as everything in SR Studio passes it on, and its quantisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
FloatPixels = NDArray[np.float32]
BitDepth = Literal[8, 16]

_PEAKS = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}


def peak(pixels: Pixels) -> float:
    """The value that stands for full intensity: 255, 65535, or 1.0 for float32.

    Raises:
        TypeError: if the array is of none of the three types of the data contract.
    """
    try:
        return _PEAKS[pixels.dtype.name]
    except KeyError:
        raise TypeError(f"a frame is uint8, uint16 or float32, not {pixels.dtype}") from None


def to_float(pixels: Pixels) -> FloatPixels:
    """Any array of the data contract as float32 in [0, 1], the same shape."""
    if pixels.dtype == np.float32:
        return cast(FloatPixels, pixels)
    return pixels.astype(np.float32) / np.float32(peak(pixels))


def quantise(pixels: Pixels, bit_depth: BitDepth) -> Pixels:
    """Clamp to [0, 1], round half up and store as `uint8` or `uint16`: once, at the end.

    Integer arrays change depth only (8 to 16 bit by 257, exactly reversible).
    """
    dtype = np.uint8 if bit_depth == 8 else np.uint16
    if pixels.dtype == dtype:
        return pixels
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint16) * np.uint16(257)
    top = np.float32(_PEAKS[np.dtype(dtype).name])
    scaled = np.clip(to_float(pixels), 0.0, 1.0) * top
    scaled += np.float32(0.5)
    return scaled.astype(dtype)


def crop_to_multiple(pixels: Pixels, multiple: int) -> Pixels:
    """The top-left part whose height and width are multiples of `multiple`, as a view."""
    height, width = pixels.shape[:2]
    return pixels[: height - height % multiple, : width - width % multiple]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture or video frame.

    Attributes:
        pixels: `height x width x 3`, RGB, `uint8`, `uint16` or `float32` in [0, 1].
        alpha: `height x width` of the same type, never premultiplied; None where opaque.
        gray: The source had a single channel (R = G = B); it is saved as one again.
        icc_profile: The colour profile the values are meant in; None stands for sRGB.
        exif: The EXIF (TIFF) block without any prefix, orientation already applied.
        xmp: The XMP packet.
        time: Presentation time of a video frame, in seconds.
        duration: Seconds that a video frame is shown, where that is known.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    gray: bool = False
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    time: Fraction | None = None
    duration: Fraction | None = None

    def __post_init__(self) -> None:
        peak(self.pixels)
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(f"pixels are height x width x 3, not {self.pixels.shape}")
        if self.alpha is not None and (
            self.alpha.shape != self.pixels.shape[:2] or self.alpha.dtype != self.pixels.dtype
        ):
            raise ValueError("alpha has the height, width and type of the pixels")

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def bit_depth(self) -> BitDepth:
        """Bits a channel that a file of this frame needs: 8, or 16 for uint16 and float32."""
        return 8 if self.pixels.dtype == np.uint8 else 16

    def with_pixels(self, pixels: Pixels, alpha: Pixels | None = None) -> Frame:
        """The same picture (profile, EXIF, XMP, time) with other pixels."""
        return replace(self, pixels=pixels, alpha=alpha)

    def cropped_to_multiple(self, multiple: int) -> Frame:
        """The frame without the columns and rows at the right and the bottom beyond a multiple."""
        alpha = None if self.alpha is None else crop_to_multiple(self.alpha, multiple)
        return self.with_pixels(crop_to_multiple(self.pixels, multiple), alpha)

    def quantised(self, bit_depth: BitDepth) -> Frame:
        """The frame as it would be saved at `bit_depth`."""
        alpha = None if self.alpha is None else quantise(self.alpha, bit_depth)
        return self.with_pixels(quantise(self.pixels, bit_depth), alpha)
