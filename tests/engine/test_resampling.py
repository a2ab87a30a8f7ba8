from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from tests.engine.networks import array, picture, tensor, with_alpha

from srstudio.core.frame import Frame, quantise
from srstudio.engine.resampling import to_size
from srstudio_models.layers.resize import imresize


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_whole_factor_is_matlabs_bicubic_and_the_type_is_kept(dtype: str) -> None:
    frame = picture(12, 9, dtype=dtype)
    top = 1 if dtype == "float32" else np.iinfo(dtype).max
    x = tensor(frame.pixels.astype(np.float32) / np.float32(top))
    for size, scale in (((24, 18), 2.0), ((4, 3), 1 / 3)):
        made = to_size(frame, size)
        assert made.size == size
        assert made.pixels.dtype == frame.pixels.dtype
        expected = array(imresize(x.double(), scale)).clip(0, 1) * top
        np.testing.assert_allclose(made.pixels, expected, atol=0.51 if top > 1 else 1e-6)


def test_the_proportions_may_change() -> None:
    y, x = np.mgrid[0:60, 0:80] / 60
    smooth = np.stack([np.sin(3 * x), np.cos(2 * y), x * y / 1.4], axis=2) / 2 + 0.25
    frame = Frame(quantise(smooth.clip(0, 1).astype(np.float32), 8))
    made = to_size(frame, (130, 33))
    theirs = Image.fromarray(frame.pixels).resize((130, 33), Image.Resampling.BICUBIC)
    difference = made.pixels.astype(int) - np.asarray(theirs)
    assert np.abs(difference[3:-3, 4:-4]).max() <= 1


def test_the_same_size_is_the_very_same_picture() -> None:
    frame = with_alpha(picture(7, 5))
    assert to_size(frame, (7, 5)) is frame


def test_opaque_stays_opaque_and_hidden_colours_do_not_show() -> None:
    pixels = np.full((24, 24, 3), 200, np.uint8)
    alpha = np.full((24, 24), 255, np.uint8)
    pixels[:, 12:], alpha[:, 12:] = 0, 0
    made = to_size(Frame(pixels, alpha, icc_profile=b"profile"), (37, 31))
    assert made.alpha is not None
    assert (made.pixels[made.alpha > 0] == 200).all()
    assert set(np.unique(made.alpha[:, :14])) == {255}
    assert made.icc_profile == b"profile"


def test_gray_stays_gray() -> None:
    gray = picture(9, 8).pixels[..., :1].repeat(3, axis=2)
    made = to_size(Frame(gray, gray=True), (20, 5))
    assert made.gray
    assert (made.pixels == made.pixels[..., :1]).all()
    assert torch.from_numpy(made.pixels).float().std() > 1
