from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.networks import (
    Conv,
    Recurrent,
    Shelf,
    Sliding,
    array,
    floats,
    picture,
    tensor,
    with_alpha,
)
from torch import Tensor, nn

from srstudio.core.errors import ModelError
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.chains import cascade, chain, two_step, with_ensemble
from srstudio_models.layers.resize import imresize
from srstudio_models.spec import Stage

BICUBIC = read_catalog()["bicubic"]


def joined(*stages: Stage) -> ModelSpec:
    return chain(stages, stages[0].spec, "chain", "Chain")


def family(shelf: Shelf, *scales: int, multiple: int = 1) -> list[ModelSpec]:
    return [
        shelf.add(f"conv{s}", Conv(s), s, receptive_radius=1, size_multiple=multiple)
        for s in scales
    ]


def whole_cascade(shelf: Shelf, scales: tuple[int, ...], scale: int) -> ModelSpec:
    made = cascade(family(shelf, *scales), scale, BICUBIC)
    assert made is not None
    return made


def test_a_chain_is_its_networks_in_a_row_clamped_but_not_rounded_between() -> None:
    shelf = Shelf()
    first, second = Conv(2), Conv(3)
    nn.init.constant_(first.get_parameter("conv.bias"), 0.7)
    spec = joined(Stage(shelf.add("first", first, 2), 2), Stage(shelf.add("second", second, 3), 3))
    pixels = picture(9, 7, dtype="float32").pixels
    between = first(tensor(pixels))
    assert between.max() > 1.05
    expected = array(second(between.clamp(0, 1)))
    result = shelf.upscaler().runtime.run(spec, pixels, 6)
    np.testing.assert_allclose(result, expected, atol=1e-6, rtol=0)


def test_each_stage_has_the_colour_it_wants() -> None:
    shelf = Shelf()
    luma = shelf.add("luma", Conv(2, channels=1), 2, colour="luma")
    rgb = shelf.add("rgb", Conv(2), 2)
    runtime = shelf.upscaler().runtime
    pixels = picture(8, 6, dtype="float32").pixels
    for stages in ((luma, rgb), (rgb, luma), (luma, luma)):
        spec = joined(*(Stage(each, 2) for each in stages))
        between = runtime.run(stages[0], pixels, 2).clip(0, 1)
        expected = runtime.run(stages[1], between, 2)
        np.testing.assert_allclose(runtime.run(spec, pixels, 4), expected, atol=1e-6, rtol=0)


def test_a_last_resampling_is_matlabs_of_the_exact_size() -> None:
    shelf = Shelf()
    spec = whole_cascade(shelf, (2, 3), 5)
    assert [each.scale for each in spec.stages] == [2, 3, Fraction(5, 6)]
    pixels = picture(7, 11, dtype="float32").pixels
    made = shelf.upscaler().runtime.run(spec, pixels, 5)
    assert made.shape == (55, 35, 3)
    x = tensor(pixels)
    for name in ("conv2", "conv3"):
        x = shelf.modules[name](x).clamp(0, 1)
    np.testing.assert_allclose(made, array(imresize(x, 5 / 6)), atol=1e-6, rtol=0)


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    tile=st.integers(5, 30),
    steps=st.sampled_from([((2,), 4), ((2, 3), 5), ((3,), 7), ((2, 3), 11), ((4,), 13)]),
    ensemble=st.booleans(),
)
@settings(deadline=None, max_examples=25)
def test_tiled_equals_whole_for_a_cascade(
    width: int, height: int, tile: int, steps: tuple[tuple[int, ...], int], ensemble: bool
) -> None:
    shelf, scale = Shelf(), steps[1]
    spec = whole_cascade(shelf, *steps)
    spec = with_ensemble(spec) if ensemble else spec
    frame = with_alpha(picture(width, height, tile, "float32"))
    whole = floats(shelf.upscaler(), frame, spec, scale, max(frame.size))
    tiled = floats(shelf.upscaler(), frame, spec, scale, tile)
    np.testing.assert_allclose(tiled, whole, atol=1e-6, rtol=0)


@given(width=st.integers(1, 40), height=st.integers(1, 40), tile=st.integers(5, 30))
@settings(deadline=None, max_examples=15)
def test_tiled_equals_whole_where_every_stage_works_on_blocks(
    width: int, height: int, tile: int
) -> None:
    class Halved(Conv):
        """Convolves a grid half as fine."""

        def forward(self, x: Tensor) -> Tensor:
            coarse = nn.functional.avg_pool2d(x, 2)
            return super().forward(coarse).repeat_interleave(2, -1).repeat_interleave(2, -2)

    shelf = Shelf()
    one = shelf.add("one", Halved(3), 3, receptive_radius=3, size_multiple=2)
    two = shelf.add("two", Halved(1), 1, receptive_radius=3, size_multiple=2)
    spec = joined(Stage(one, 3), Stage(two, 1))
    assert spec.descriptor.size_multiple == 2
    frame = picture(width, height, tile, "float32")
    whole = floats(shelf.upscaler(), frame, spec, 3, max(frame.size))
    tiled = floats(shelf.upscaler(), frame, spec, 3, tile)
    np.testing.assert_allclose(tiled, whole, atol=1e-6, rtol=0)


@pytest.mark.parametrize("colour", ["rgb", "luma"])
def test_networks_of_several_frames_take_a_picture_as_a_clip_that_stands_still(
    colour: str,
) -> None:
    shelf, channels = Shelf(), 3 if colour == "rgb" else 1
    seen: list[Tensor] = []
    window = Sliding(2, 5, channels, seen.append)
    sliding = shelf.add("window", window, 2, frames="sliding", window=5, colour=colour)
    network = Recurrent(2, 3, seen.append)
    recurrent = shelf.add("clip", network, 2, frames="recurrent", colour=colour)
    runtime = shelf.upscaler().runtime
    pixels = picture(9, 7, dtype="float32").pixels
    for spec, count in ((sliding, 5), (recurrent, 1)):
        seen.clear()
        still = np.stack([pixels] * count)
        np.testing.assert_array_equal(
            runtime.run(spec, pixels, 2), runtime.run(spec, still, 2).reshape(14, 18, 3)
        )
        assert [x.shape[1:] for x in seen] == [(count, channels, 7, 9)] * 2


def test_a_fade_is_not_mistaken_for_a_spoiled_picture() -> None:
    class Middle(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x[:, 1]

    shelf = Shelf()
    spec = shelf.add("middle", Middle(), 1, frames="sliding", window=3)
    fade = np.stack([np.full((4, 4, 3), value, np.float32) for value in (0.0, 0.5, 1.0)])
    assert (shelf.upscaler().runtime.run(spec, fade, 1) == 0.5).all()


def test_the_frames_of_a_clip_lie_channels_last() -> None:
    strides: list[tuple[int, int]] = []
    shelf = Shelf()
    network = Sliding(1, 3, hook=lambda x: strides.append((x.stride(2), x.stride(4))))
    spec = shelf.add("window", network, 1, frames="sliding", window=3)
    shelf.upscaler().runtime.run(spec, picture(9, 7, dtype="float32").pixels, 1)
    assert strides == [(1, 3)]


def test_volumes_are_convolved_too() -> None:
    class Volume(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv3d(3, 3, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            y: Tensor = self.conv(x.transpose(1, 2))
            return y[:, :, 1]

    shelf, network = Shelf(), Volume()
    spec = shelf.add("volume", network, 1, frames="sliding", window=3)
    clip = np.random.default_rng(1).random((3, 8, 9, 3), np.float32)
    expected = array(network(tensor(clip)))
    result = shelf.upscaler().runtime.run(spec, clip, 1)
    np.testing.assert_allclose(result, expected, atol=1e-6, rtol=0)


def test_two_steps_on_a_picture_compute_step_1_once() -> None:
    seen: list[Tensor] = []
    shelf = Shelf()
    step_1 = shelf.add("first", Conv(2, hook=seen.append), 2, receptive_radius=1)
    network = Sliding(1, 3)
    step_2 = shelf.add("second", network, 1, frames="sliding", window=3, receptive_radius=1)
    frame = picture(30, 20, dtype="float32")
    spec = two_step(step_1, step_2)
    made = floats(shelf.upscaler(), frame, spec, 2, 64)
    assert len(seen) == 1
    between = shelf.modules["first"](tensor(frame.pixels)).clamp(0, 1)
    expected = array(network(torch.stack([between] * 3, dim=1)))
    np.testing.assert_allclose(made, expected, atol=1e-6, rtol=0)


def test_a_chain_keeps_all_its_networks_and_shares_those_that_are_loaded() -> None:
    shelf = Shelf()
    stages = [Stage(shelf.add(f"net{i}", Conv(1), 1), 1) for i in range(6)]
    spec, upscaler = joined(*stages), shelf.upscaler()
    pixels = picture(5, 4, dtype="float32").pixels
    assert not upscaler.runtime.loaded(spec)
    for model in (spec, spec, with_ensemble(spec), stages[3].spec, with_ensemble(stages[5].spec)):
        upscaler.runtime.run(model, pixels, 1)
        assert upscaler.runtime.loaded(model)
    assert shelf.loads == [f"net{i}" for i in range(6)]


def test_networks_of_other_options_or_weights_are_others() -> None:
    shelf = Shelf()
    spec, runtime = shelf.add("net", Conv(1), 1), shelf.upscaler().runtime
    pixels = picture(5, 4, dtype="float32").pixels
    for other in (spec, replace(spec, options={"depth": 2}), replace(spec, sha256="12")):
        runtime.run(other, pixels, 1)
    assert len(shelf.loads) == 3


@pytest.fixture
def bfloat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})


@pytest.mark.usefixtures("bfloat")
def test_only_the_stages_that_allow_it_compute_in_half_precision() -> None:
    dtypes: list[torch.dtype] = []
    shelf = Shelf()
    one = shelf.add("one", Conv(2, hook=lambda x: dtypes.append(x.dtype)), 2)
    two = shelf.add("two", Conv(2, hook=lambda x: dtypes.append(x.dtype)), 2, half_safe=False)
    runtime = shelf.upscaler("fast").runtime
    spec = joined(Stage(one, 2), Stage(two, 2))
    runtime.run(spec, picture(5, 4, dtype="float32").pixels, 4)
    assert dtypes == [torch.bfloat16, torch.float32]
    assert runtime.uses_half(spec)
    assert not runtime.uses_half(two)


@pytest.mark.usefixtures("bfloat")
def test_a_stage_that_half_precision_spoils_is_redone_in_float32() -> None:
    class Overflowing(Conv):
        def forward(self, x: Tensor) -> Tensor:
            y = super().forward(x)
            return y if x.dtype == torch.float32 else y / 0

    shelf = Shelf()
    one = shelf.add("one", Overflowing(2), 2, receptive_radius=1)
    two = shelf.add("two", Conv(1), 1, half_safe=False, receptive_radius=1)
    spec = joined(Stage(one, 2), Stage(two, 1))
    made = shelf.upscaler("fast").upscale(picture(30, 20), spec, 2, tile=16)
    assert len(made.notes) == 1
    assert "float32" in made.notes[0]
    for module in shelf.modules.values():
        module.float()
    exact = shelf.upscaler().upscale(picture(30, 20), spec, 2)
    np.testing.assert_array_equal(made.frame.pixels, exact.frame.pixels)


def test_a_chain_that_runs_out_of_memory_goes_on_in_smaller_tiles() -> None:
    def refuse(x: Tensor) -> None:
        if x.shape[-1] * x.shape[-2] > 60 * 60:
            raise torch.OutOfMemoryError("out of memory")

    shelf = Shelf()
    one = shelf.add("one", Conv(2), 2, receptive_radius=1)
    two = shelf.add("two", Conv(2, hook=refuse), 2, receptive_radius=1)
    spec, frame = joined(Stage(one, 2), Stage(two, 2)), picture(64, 48)
    made = shelf.upscaler().upscale(frame, spec, 4)
    assert made.notes
    shelf.modules["two"].hook = lambda _: None  # type: ignore[assignment]
    free = shelf.upscaler().upscale(frame, spec, 4)
    assert not free.notes
    difference = made.frame.pixels.astype(int) - free.frame.pixels
    assert np.abs(difference).max() <= 1


def test_a_scale_that_the_chain_does_not_make_is_refused() -> None:
    shelf = Shelf()
    with pytest.raises(ModelError, match="makes x5, not x6"):
        shelf.upscaler().canvas(picture(4, 4), whole_cascade(shelf, (2, 3), 5), 6)
