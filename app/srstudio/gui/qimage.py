"""Between arrays and `QImage`. A `QImage` made here always owns its memory."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColorSpace, QImage

from srstudio.core.frame import Frame, quantise

Bgra = NDArray[Any]  # uint8


def bgra_to_qimage(pixels: Bgra, opaque: bool) -> QImage:
    """A copy of `height x width x 4` BGRA; alpha premultiplied, or 255 throughout if `opaque`."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kinds = QImage.Format
    kind = kinds.Format_RGB32 if opaque else kinds.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, kind).copy()


def frame_to_qimage(frame: Frame) -> QImage:
    """The frame at 8 bit a channel, with its alpha and colour profile."""
    pixels = quantise(frame.pixels, 8)
    alpha = np.full(pixels.shape[:2], 255, np.uint8)
    if frame.alpha is not None:
        alpha = quantise(frame.alpha, 8)
    rgba = np.ascontiguousarray(np.dstack([pixels, alpha]))
    kind = (
        QImage.Format.Format_RGBA8888 if frame.alpha is not None else QImage.Format.Format_RGBX8888
    )
    image = QImage(rgba.data, frame.width, frame.height, 4 * frame.width, kind).copy()
    if frame.icc_profile:
        image.setColorSpace(QColorSpace.fromIccProfile(frame.icc_profile))
    return image


def qimage_to_frame(image: QImage) -> Frame:
    """A picture of the clipboard, 16 bit a channel where it has more than 8.

    Raises:
        ValueError: if the image is empty.
    """
    if image.isNull():
        raise ValueError("the image is empty")
    deep = image.pixelFormat().redSize() > 8
    kind = QImage.Format.Format_RGBA64 if deep else QImage.Format.Format_RGBA8888
    rgba = _copied(image.convertToFormat(kind), np.dtype(np.uint16 if deep else np.uint8))
    space = image.colorSpace()
    plain = not space.isValid() or space == QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    return Frame(
        pixels=np.ascontiguousarray(rgba[..., :3]),
        alpha=np.ascontiguousarray(rgba[..., 3]) if image.hasAlphaChannel() else None,
        gray=image.isGrayscale() and image.format() in _GRAY,
        icc_profile=None if plain else bytes(space.iccProfile().data()),
    )


def to_bgra(pixels: NDArray[Any], alpha: NDArray[Any] | None = None) -> Bgra:
    """What is drawn: `height x width x 4`, alpha premultiplied.

    Args:
        pixels: `height x width x 3`, RGB, of any type of the data contract.
        alpha: `height x width`, of any type of the data contract; None where opaque.
    """
    bgra: Bgra = cv2.cvtColor(np.ascontiguousarray(quantise(pixels, 8)), cv2.COLOR_RGB2BGRA)
    if alpha is not None:
        bgra[..., 3] = quantise(alpha, 8)
        bgra[..., :3] = cv2.multiply(bgra[..., :3], cv2.merge([bgra[..., 3]] * 3), scale=1 / 255)
    return bgra


def _copied(image: QImage, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The pixels of an image of four channels, copied: its memory goes with the image."""
    rows = np.frombuffer(image.constBits(), dtype).reshape(image.height(), -1)
    four = (image.height(), image.width(), 4)
    return rows[:, : 4 * image.width()].reshape(four).copy()


_GRAY = (QImage.Format.Format_Grayscale8, QImage.Format.Format_Grayscale16)
