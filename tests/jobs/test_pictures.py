from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Frame
from srstudio.jobs.pictures import make_low_resolution, match_truth, scale_between
from srstudio.media.still import read_picture


def blank(width: int, height: int) -> Frame:
    return Frame(np.zeros((height, width, 3), np.uint8))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(2, 8), st.data())
def test_the_scale_follows_from_the_sizes_with_the_rest_of_a_crop_allowed(
    width: int, height: int, scale: int, data: st.DataObject
) -> None:
    extra = [data.draw(st.integers(0, scale - 1)) for _ in range(2)]
    low, truth = blank(width, height), blank(width * scale + extra[0], height * scale + extra[1])
    found = scale_between(low, truth)
    assert found is not None
    assert (truth.width // found, truth.height // found) == low.size
    if min(width, height) >= scale:
        assert found == scale
    cropped, again = match_truth(low, truth)
    assert (again, cropped.size) == (found, (width * found, height * found))


@pytest.mark.parametrize("size", [(10, 10), (9, 9), (25, 40), (20, 15), (19, 20), (5, 40)])
def test_other_sizes_do_not_belong_together(size: tuple[int, int]) -> None:
    assert scale_between(blank(10, 10), blank(*size)) is None


def test_a_picture_that_does_not_match_is_told_so() -> None:
    with pytest.raises(InputError, match="25x40 pixels does not belong to a picture of 10x10"):
        match_truth(blank(10, 10), blank(25, 40))
    assert match_truth(blank(10, 10), blank(10, 10))[1] == 1


def test_a_ground_truth_is_cropped_at_the_right_and_the_bottom() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (11, 14, 3)).astype(np.uint8)
    low, truth = make_low_resolution(Frame(pixels, pixels[..., 0], icc_profile=b"p"), 4)
    assert (low.size, truth.size) == ((3, 2), (12, 8))
    np.testing.assert_array_equal(truth.pixels, pixels[:8, :12])
    assert truth.alpha is not None
    assert low.alpha is not None
    np.testing.assert_array_equal(truth.alpha, pixels[:8, :12, 0])
    assert low.icc_profile == b"p"
    assert low.pixels.dtype == low.alpha.dtype == np.uint8


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_flat_picture_stays_what_it_is_at_every_depth(dtype: str) -> None:
    value = {"uint8": 200, "uint16": 40000, "float32": 0.7}[dtype]
    low, _ = make_low_resolution(Frame(np.full((9, 9, 3), value, dtype), gray=True), 3)
    assert low.pixels.dtype == dtype
    assert low.gray
    np.testing.assert_allclose(low.pixels, value, rtol=1e-6)


def test_a_picture_smaller_than_the_scale_is_refused() -> None:
    with pytest.raises(UsageError, match="3x9"):
        make_low_resolution(blank(3, 9), 4)


@pytest.mark.data
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_low_resolution_files_of_set5_come_out(shared_data: Path, scale: int) -> None:
    folder = shared_data / "test" / "Set5"
    for path in sorted((folder / "HR").glob("*.png")):
        low, truth = make_low_resolution(read_picture(path), scale)
        [file] = (folder / "LR_bicubic" / f"X{scale}").glob(f"{path.stem}*.png")
        published = read_picture(file)
        assert match_truth(published, read_picture(path))[0].size == truth.size
        differs = low.pixels != published.pixels
        # Their border was continued in another way; inside they are equal to the bit.
        assert not differs[3:-3, 3:-3].any()
