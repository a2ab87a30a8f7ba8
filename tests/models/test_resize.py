"""Resampling against MATLAB's published files, closed forms and Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from srstudio_models.layers.resize import Kernel, imresize, imresize_to

KERNELS: tuple[Kernel, ...] = ("nearest", "bicubic", "lanczos")


def picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, height, width, generator=generator, dtype=torch.float64)


@pytest.mark.data
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_interior_of_the_benchmark_files_is_matched_to_the_bit(
    shared_data: Path, scale: int
) -> None:
    for path in sorted((shared_data / "test/Set5/HR").glob("*.png")):
        high = np.asarray(Image.open(path).convert("RGB"))
        high = high[: high.shape[0] // scale * scale, : high.shape[1] // scale * scale]
        low = shared_data / f"test/Set5/LR_bicubic/X{scale}/{path.stem}x{scale}.png"
        x = torch.from_numpy(high.copy()).permute(2, 0, 1).float() / 255
        ours = (imresize(x, 1 / scale, levels=255) * 255).round().permute(1, 2, 0).numpy()
        theirs = np.asarray(Image.open(low).convert("RGB"))
        assert ours.shape == theirs.shape
        np.testing.assert_array_equal(ours[4:-4, 4:-4], theirs[4:-4, 4:-4])
        assert np.abs(ours - theirs).mean() < 0.1  # what differs lies at the border


def test_a_step_enlarged_by_two_has_the_values_of_keys_kernel() -> None:
    step = torch.tensor([0.0, 0, 0, 0, 1, 1, 1, 1], dtype=torch.float64).view(1, 1, 1, 8)
    result = imresize(step, 2)[0, 0, 0]
    # Keys' kernel at the distances 0.25, 0.75, 1.25, 1.75 is (111, 29, -9, -3) / 128.
    expected = torch.tensor([-3.0, -9.0, 26.0, 102.0, 137.0, 131.0]).double() / 128
    torch.testing.assert_close(result[5:11], expected)


@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    scale=st.integers(1, 5),
    kernel=st.sampled_from(KERNELS),
)
def test_a_flat_picture_stays_flat_and_the_size_is_right(
    height: int, width: int, scale: int, kernel: Kernel
) -> None:
    flat = torch.full((1, 1, height, width), 0.37, dtype=torch.float64)
    result = imresize(flat, scale, kernel)
    assert result.shape == (1, 1, height * scale, width * scale)
    torch.testing.assert_close(result, torch.full_like(result, 0.37))


@given(height=st.integers(1, 12), width=st.integers(1, 12), scale=st.integers(1, 4))
def test_resizing_commutes_with_flips_and_transposition(
    height: int, width: int, scale: int
) -> None:
    x = picture(height, width)
    result = imresize(x, scale)
    torch.testing.assert_close(imresize(x.flip(-1), scale), result.flip(-1))
    torch.testing.assert_close(imresize(x.mT.contiguous(), scale), result.mT)


@given(
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    scale=st.integers(2, 5),
    kernel=st.sampled_from(KERNELS),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_the_quick_way_to_enlarge_equals_the_general_one(
    height: int, width: int, scale: int, dtype: torch.dtype, kernel: Kernel
) -> None:
    x = picture(height, width).to(dtype)
    general = imresize(x, scale, kernel, size=(height * scale, width * scale))
    torch.testing.assert_close(imresize(x, scale, kernel), general, rtol=0, atol=2e-6)
    torch.testing.assert_close(imresize(x[0, 0], scale, kernel), general[0, 0], rtol=0, atol=2e-6)


def test_nearest_repeats_pixels() -> None:
    x = picture(4, 5)
    expected = x.repeat_interleave(3, -2).repeat_interleave(3, -1)
    torch.testing.assert_close(imresize(x, 3, "nearest"), expected)


def test_lanczos_equals_pillow_away_from_the_border() -> None:
    x = picture(24, 31)[:, :1]
    image = Image.fromarray(x[0, 0].float().numpy())
    theirs = np.asarray(image.resize((62, 48), Image.Resampling.LANCZOS))
    ours = imresize(x, 2, "lanczos")[0, 0].numpy()
    np.testing.assert_allclose(ours[8:-8, 8:-8], theirs[8:-8, 8:-8], atol=1e-5)


def test_bicubic_equals_pillow_away_from_the_border_when_shrinking() -> None:
    x = picture(48, 60)[:, :1]
    image = Image.fromarray(x[0, 0].float().numpy())
    theirs = np.asarray(image.resize((20, 16), Image.Resampling.BICUBIC))
    ours = imresize(x, 1 / 3)[0, 0].numpy()
    np.testing.assert_allclose(ours[3:-3, 3:-3], theirs[3:-3, 3:-3], atol=1e-5)


def test_any_size_equals_pillow_away_from_the_border_with_each_axis_by_its_own_factor() -> None:
    x = picture(48, 60)[:, :1]
    image = Image.fromarray(x[0, 0].float().numpy())
    theirs = np.asarray(image.resize((97, 29), Image.Resampling.BICUBIC))
    ours = imresize_to(x, (29, 97))[0, 0].numpy()
    np.testing.assert_allclose(ours[4:-4, 4:-4], theirs[4:-4, 4:-4], atol=1e-5)


@given(height=st.integers(1, 12), width=st.integers(1, 12), scale=st.integers(1, 4))
def test_a_multiple_of_the_size_is_resizing_by_it(height: int, width: int, scale: int) -> None:
    x = picture(height, width)
    torch.testing.assert_close(
        imresize_to(x, (height * scale, width * scale)), imresize(x, scale), rtol=0, atol=1e-12
    )


def test_odd_sizes_shrink_to_the_rounded_up_size() -> None:
    assert imresize(picture(7, 10), 1 / 3).shape == (1, 3, 3, 4)
    assert imresize(picture(9, 6), 1 / 3).shape == (1, 3, 3, 2)
