from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.networks import Conv, Shelf, floats, picture
from torch import Tensor, nn

from srstudio.core.frame import FloatPixels
from srstudio_models.chains import chain, with_ensemble
from srstudio_models.spec import ModelSpec, Stage

# The eight symmetries of the square and their inverses, on height x width x 3.
SYMMETRIES: list[
    tuple[Callable[[FloatPixels], FloatPixels], Callable[[FloatPixels], FloatPixels]]
] = []
for _turns in range(4):
    SYMMETRIES.append((lambda p, n=_turns: np.rot90(p, n), lambda p, n=_turns: np.rot90(p, -n)))  # type: ignore[misc]
    SYMMETRIES.append(
        (lambda p, n=_turns: np.rot90(p[::-1], n), lambda p, n=_turns: np.rot90(p, -n)[::-1])  # type: ignore[misc]
    )


def explicit(run: Callable[[FloatPixels], FloatPixels], pixels: FloatPixels) -> FloatPixels:
    results = [back(run(there(pixels).copy())) for there, back in SYMMETRIES]
    mean: FloatPixels = np.mean(results, axis=0, dtype=np.float64)
    return mean


class Even(nn.Module):
    """Commutes with flips and transposition to the last bit."""

    def forward(self, x: Tensor) -> Tensor:
        y = (1.1 * x).sin() + 0.3 * x.amax(dim=1, keepdim=True)
        return y.repeat_interleave(3, -1).repeat_interleave(3, -2)


def two_convolutions(shelf: Shelf) -> ModelSpec:
    stages = [Stage(shelf.add(f"net{i}", Conv(2), 2, receptive_radius=1), 2) for i in range(2)]
    return chain(stages, stages[0].spec, "chain", "Chain")


@pytest.mark.parametrize("size", [(9, 7), (8, 8)])
def test_it_is_exact_on_a_network_that_commutes_with_the_symmetries(size: tuple[int, int]) -> None:
    shelf = Shelf()
    spec, runtime = shelf.add("even", Even(), 3), shelf.upscaler().runtime
    pixels = picture(*size, dtype="float32").pixels
    single = runtime.run(spec, pixels, 3)
    np.testing.assert_array_equal(runtime.run(with_ensemble(spec), pixels, 3), single)


@pytest.mark.parametrize("size", [(9, 7), (8, 8), (1, 5)])
@pytest.mark.parametrize("colour", ["rgb", "luma"])
def test_it_is_the_mean_of_eight_runs_before_any_clamp(size: tuple[int, int], colour: str) -> None:
    shelf = Shelf()
    network = Conv(2, 3 if colour == "rgb" else 1)
    nn.init.constant_(network.get_parameter("conv.bias"), 1.3)
    spec, runtime = shelf.add("net", network, 2, colour=colour), shelf.upscaler().runtime
    pixels = picture(*size, dtype="float32").pixels
    expected = explicit(lambda p: runtime.run(spec, p, 2), pixels)
    assert expected.max() > 1
    result = runtime.run(with_ensemble(spec), pixels, 2)
    np.testing.assert_allclose(result, expected, atol=1e-6, rtol=0)
    assert np.abs(runtime.run(spec, pixels, 2) - result).max() > 1e-2


def test_of_a_chain_it_is_the_mean_of_the_whole() -> None:
    shelf = Shelf()
    spec, runtime = two_convolutions(shelf), shelf.upscaler().runtime
    pixels = picture(9, 7, dtype="float32").pixels
    expected = explicit(lambda p: runtime.run(spec, p, 4), pixels)
    result = runtime.run(with_ensemble(spec), pixels, 4)
    np.testing.assert_allclose(result, expected, atol=1e-6, rtol=0)


def test_views_of_one_shape_go_together() -> None:
    shapes: list[tuple[int, ...]] = []
    shelf = Shelf()
    spec = shelf.add("net", Conv(2, hook=lambda x: shapes.append(tuple(x.shape))), 2)
    runtime = shelf.upscaler().runtime
    runtime.run(with_ensemble(spec), picture(9, 7, dtype="float32").pixels, 2)
    runtime.run(with_ensemble(spec), picture(8, 8, dtype="float32").pixels, 2)
    assert shapes == [(4, 3, 7, 9), (4, 3, 9, 7), (8, 3, 8, 8)]


def test_views_that_are_too_many_at_once_go_one_by_one() -> None:
    def refuse(x: Tensor) -> None:
        # A small input counts as two: see `Step`.
        if len(x) > 2:
            raise torch.OutOfMemoryError("out of memory")

    shelf = Shelf()
    spec = with_ensemble(shelf.add("net", Conv(2), 2, receptive_radius=1))
    frame = picture(20, 17)
    expected = floats(shelf.upscaler(), frame, spec, 2, 64)
    shelf.modules["net"].hook = refuse  # type: ignore[assignment]
    np.testing.assert_allclose(
        floats(shelf.upscaler(), frame, spec, 2, 64), expected, atol=1e-6, rtol=0
    )
    assert not shelf.upscaler().upscale(frame, spec, 2).notes


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    tile=st.integers(5, 30),
    multiple=st.sampled_from([1, 2, 3, 4]),
)
@settings(deadline=None, max_examples=25)
def test_tiled_equals_whole(width: int, height: int, tile: int, multiple: int) -> None:
    class Blocks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3 * multiple**2, 3 * (2 * multiple) ** 2, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            blocks = nn.functional.pixel_unshuffle(x, multiple)
            return nn.functional.pixel_shuffle(self.conv(blocks), 2 * multiple)

    shelf = Shelf()
    radius = 2 * multiple
    net = shelf.add("net", Blocks(), 2, receptive_radius=radius, size_multiple=multiple)
    spec, upscaler = with_ensemble(net), shelf.upscaler()
    frame = picture(width, height, tile, "float32")
    whole = floats(upscaler, frame, spec, 2, max(frame.size))
    np.testing.assert_allclose(floats(upscaler, frame, spec, 2, tile), whole, atol=1e-6, rtol=0)
