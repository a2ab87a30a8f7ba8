"""Colour profiles: what the screen shows, and CMYK made RGB."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from srstudio.core.frame import Frame, quantise

_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_BROKEN = (ImageCms.PyCMSError, OSError)  # what Little CMS says of a profile it cannot use
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


def colour_space(profile: bytes) -> str:
    """The colour space of an ICC profile (`RGB`, `GRAY`, `CMYK`), from its header (ICC.1, 7.2)."""
    is_profile = len(profile) >= 128 and profile[36:40] == b"acsp"
    return profile[16:20].decode("latin-1").strip() if is_profile else ""


def fitting_profile(profile: bytes | None, *, gray: bool) -> bytes | None:
    """The profile where it can describe such a picture, else None.

    A gray profile says nothing of three channels; an RGB profile does of one (R = G = B).
    """
    if profile is None:
        return None
    spaces = ("RGB", "GRAY") if gray else ("RGB",)
    return profile if colour_space(profile) in spaces else None


def cmyk_to_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A CMYK picture as sRGB, by its profile, or by (1 - C)(1 - K) where it has none that works."""
    if profile is not None and colour_space(profile) == "CMYK":
        try:
            return ImageCms.applyTransform(image, _transform(profile, "CMYK")) or image
        except _BROKEN:
            pass  # a broken profile tells no more than a missing one
    return image.convert("RGB")


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=_INTENT,
        flags=_FLAGS,
    )


def _converted(pixels: NDArray[np.uint8], profile: bytes, mode: str) -> NDArray[np.uint8]:
    image = Image.fromarray(pixels)
    return np.array(ImageCms.applyTransform(image, _transform(profile, mode)), np.uint8)


@lru_cache(maxsize=8)
def _is_srgb(profile: bytes) -> bool:
    """Whether no colour of a grid over the cube moves by more than one level of 255."""
    level = np.linspace(0, 255, 17).astype(np.uint8)
    grid = np.stack(np.meshgrid(level, level, level, indexing="ij"), axis=-1).reshape(1, -1, 3)
    moved = np.abs(_converted(grid, profile, "RGB").astype(int) - grid)
    return bool(moved.max() <= 1)


@lru_cache(maxsize=8)
def _gray_table(profile: bytes) -> NDArray[np.uint8]:
    """The sRGB colour, `256 x 3`, of every gray level."""
    levels = np.arange(256, dtype=np.uint8).reshape(1, 256)
    return _converted(levels, profile, "L").reshape(256, 3)


def to_srgb_8bit(frame: Frame) -> NDArray[np.uint8]:
    """What a screen shows of a frame: `height x width x 3`, RGB, `uint8`, sRGB; alpha ignored.

    Without a profile, or with one that is sRGB or cannot be used, the values themselves (the
    frame's own array where it is `uint8` already: do not write into it). Relative colorimetric
    with black-point compensation, by Little CMS. Slow for large pictures: not for a GUI thread.
    """
    pixels: NDArray[np.uint8] = quantise(frame.pixels, 8)
    profile = fitting_profile(frame.icc_profile, gray=frame.gray)
    if profile is None:
        return pixels
    try:
        if colour_space(profile) == "GRAY":
            return _gray_table(profile)[pixels[..., 0]]
        return pixels if _is_srgb(profile) else _converted(pixels, profile, "RGB")
    except _BROKEN:
        return pixels
