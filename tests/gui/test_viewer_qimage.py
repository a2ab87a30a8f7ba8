from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColorSpace, QImage

from srstudio.core.frame import Frame
from srstudio.gui.qimage import bgra_to_qimage, frame_to_qimage, qimage_to_frame, to_bgra


def noise(dtype: type = np.uint8, channels: int = 3) -> np.ndarray:
    top = np.iinfo(dtype).max
    return np.random.default_rng(1).integers(0, top + 1, (13, 17, channels)).astype(dtype)


@pytest.mark.parametrize("alpha", [None, noise(channels=1)[..., 0]])
def test_a_frame_survives_the_way_there_and_back(alpha: np.ndarray | None) -> None:
    frame = Frame(noise(), alpha)
    back = qimage_to_frame(frame_to_qimage(frame))
    assert np.array_equal(back.pixels, frame.pixels)
    if alpha is None or back.alpha is None:
        assert back.alpha is alpha
    else:
        assert np.array_equal(back.alpha, alpha)
    assert back.icc_profile is None


def test_the_image_owns_its_memory() -> None:
    pixels = to_bgra(noise())
    image = bgra_to_qimage(pixels, opaque=True)
    pixels[:] = 0
    assert np.array_equal(qimage_to_frame(image).pixels, noise())


def test_a_deep_image_stays_deep() -> None:
    rgba = np.dstack([noise(np.uint16), np.full((13, 17), 65535, np.uint16)])
    image = QImage(rgba.tobytes(), 17, 13, 17 * 8, QImage.Format.Format_RGBX64)
    assert np.array_equal(qimage_to_frame(image).pixels, noise(np.uint16))


def test_a_colour_profile_travels_along() -> None:
    profile = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3).iccProfile().data()
    frame = Frame(noise(), icc_profile=bytes(profile))
    back = qimage_to_frame(frame_to_qimage(frame))
    assert back.icc_profile is not None
    assert QColorSpace.fromIccProfile(back.icc_profile) == QColorSpace.fromIccProfile(profile)


def test_gray_images_are_gray_frames() -> None:
    image = QImage(noise(channels=1).tobytes(), 17, 13, 17, QImage.Format.Format_Grayscale8)
    frame = qimage_to_frame(image)
    assert frame.gray
    assert np.array_equal(frame.pixels, np.repeat(noise(channels=1), 3, axis=2))


def test_an_empty_image_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        qimage_to_frame(QImage())


def test_what_is_drawn_is_premultiplied() -> None:
    pixels = np.full((1, 1, 3), (200, 100, 50), np.uint8)
    alpha = np.full((1, 1), 128, np.uint8)
    assert to_bgra(pixels, alpha)[0, 0].tolist() == [25, 50, 100, 128]
    assert to_bgra(pixels)[0, 0].tolist() == [50, 100, 200, 255]
