from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.networks import Conv, Shelf, array, floats, picture, tensor
from torch import Tensor

from srstudio.core.errors import ModelError
from srstudio.core.regions import Region
from srstudio.engine import tiling
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.chains import chain
from srstudio_models.spec import Stage

SIDE, MARGIN = 16, 3


class Square(Conv):
    """Takes one size only."""

    def forward(self, x: Tensor) -> Tensor:
        assert x.shape[-2:] == (SIDE, SIDE)
        return super().forward(x)


def square(shelf: Shelf, name: str, scale: int) -> ModelSpec:
    network = Square(scale)
    return shelf.add(name, network, scale, tiling="fixed", side=SIDE, receptive_radius=MARGIN)


@given(
    width=st.integers(1, 100),
    height=st.integers(1, 100),
    side=st.integers(7, 40),
    margin=st.integers(0, 3),
)
def test_the_cores_partition_the_picture_and_keep_their_margin(
    width: int, height: int, side: int, margin: int
) -> None:
    covered = np.zeros((height, width), int)
    whole = Region.whole(width, height)
    for tile in tiling.squares((width, height), side, margin):
        core, padded = tile.core, tile.padded
        assert (padded.width, padded.height) == (min(side, width), min(side, height))
        assert padded.intersect(whole) == padded
        assert core.grow(margin, whole).intersect(padded) == core.grow(margin, whole)
        assert not core.empty
        covered[core.slices] += 1
    assert (covered == 1).all()


def test_there_are_no_more_squares_than_needed() -> None:
    tiles = tiling.squares((320, 180), 64, 16)
    assert len(tiles) == 9 * 5
    assert len(tiling.squares((64, 50), 64, 16)) == 1
    assert len(tiling.squares((65, 64), 64, 16)) == 2


@given(width=st.integers(SIDE, 50), height=st.integers(SIDE, 50))
@settings(deadline=None, max_examples=20)
def test_squares_equal_the_whole_where_the_margin_covers_what_is_seen(
    width: int, height: int
) -> None:
    shelf = Shelf()
    spec = square(shelf, "square", 2)
    free = shelf.add("free", Conv(2), 2)
    shelf.modules["free"].load_state_dict(shelf.modules["square"].state_dict())
    frame = picture(width, height, dtype="float32")
    whole = floats(shelf.upscaler(), frame, free, 2, 64)
    made = floats(shelf.upscaler(), frame, spec, 2, None)
    np.testing.assert_allclose(made, whole, atol=1e-6, rtol=0)


def test_a_picture_smaller_than_a_square_has_its_edge_repeated() -> None:
    shelf = Shelf()
    spec = square(shelf, "square", 2)
    frame = picture(9, 20, dtype="float32")
    padded = np.pad(frame.pixels, ((0, 0), (0, SIDE - 9), (0, 0)), mode="edge")
    whole = array(Conv.forward(shelf.modules["square"], tensor(padded)))  # type: ignore[arg-type]
    made = floats(shelf.upscaler(), frame, spec, 2, None)
    assert made.shape == (40, 18, 3)
    np.testing.assert_allclose(made, whole[:, :18], atol=1e-6, rtol=0)


def test_each_tile_is_a_square_of_its_own() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    spec = square(shelf, "square", 2)
    shelf.modules["square"].hook = seen.append  # type: ignore[assignment]
    upscaler = shelf.upscaler()
    canvas = upscaler.canvas(picture(40, 30), spec, 2)
    tiles = len(canvas.pending)
    upscaler.fill(canvas)
    assert len(seen) == tiles == 4 * 3


@pytest.mark.parametrize("tile", [None, 20])
def test_in_a_chain_squares_may_come_first_last_or_twice(tile: int | None) -> None:
    shelf = Shelf()
    one, two = square(shelf, "one", 2), square(shelf, "two", 2)
    bicubic = read_catalog()["bicubic"]
    frame = picture(45, 33, dtype="float32")
    for stages in ((one, bicubic), (bicubic, one), (one, two)):
        spec = chain([Stage(each, 2) for each in stages], stages[0], "chain", "Chain")
        runtime = shelf.upscaler().runtime
        between = runtime.run(stages[0], frame.pixels, 2).clip(0, 1)
        expected = runtime.run(stages[1], between, 2)
        made = floats(shelf.upscaler(), frame, spec, 4, tile)
        np.testing.assert_allclose(made, expected, atol=1e-6, rtol=0)


def test_squares_cannot_be_made_smaller() -> None:
    def refuse(_: Tensor) -> None:
        raise torch.OutOfMemoryError("out of memory")

    shelf = Shelf()
    spec = square(shelf, "square", 2)
    shelf.modules["square"].hook = refuse  # type: ignore[assignment]
    with pytest.raises(ModelError, match="Square x2, which only works on squares of 16 x 16 pix"):
        shelf.upscaler().upscale(picture(40, 30), spec, 2)
