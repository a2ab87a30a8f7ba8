from __future__ import annotations

from collections.abc import Callable

import numpy as np
import psutil
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.networks import floats, picture, with_alpha
from torch import Tensor, nn

from srstudio.core.errors import ModelError
from srstudio.core.frame import Frame, quantise
from srstudio.core.progress import Cancelled, Progress, ProgressEvent
from srstudio.core.regions import Region
from srstudio.engine.device import Device, choose
from srstudio.engine.runtime import Runtime
from srstudio.engine.sizing import overlap_for, tile_side
from srstudio.engine.upscaler import Upscaler
from srstudio_models import REGISTRY, ModelSpec, read_catalog
from srstudio_models.spec import Descriptor

Fake = Callable[..., tuple[ModelSpec, Upscaler]]

CPU = Upscaler(Runtime(choose("cpu")))


def shipped(spec: ModelSpec) -> bool:
    """Whether its weights come with the package, or it needs none."""
    if spec.stages:
        return all(shipped(stage.spec) for stage in spec.stages)
    return spec.file is None or spec.sha256 is not None


# Every entry of the catalogue that can run anywhere and promises exact tiles (optical flow reaches
# any distance), at every scale up to 4.
CATALOGUE = [
    (spec, scale)
    for spec in read_catalog()
    for scale in (1, 2, 3, 4)
    if scale in spec.scales and shipped(spec) and spec.descriptor.tiling == "exact"
]


class Blocks(nn.Module):
    """Convolutions on blocks and on pixels: reaches `2 * multiple` input pixels to each side."""

    def __init__(self, scale: int, multiple: int, channels: int) -> None:
        super().__init__()
        self.scale, self.multiple = scale, multiple
        inner = channels * multiple * multiple
        self.blocks = nn.Conv2d(inner, inner, 3, padding=1)
        self.pixels = nn.Conv2d(channels, channels * scale * scale, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.pixel_shuffle(self.blocks(F.pixel_unshuffle(x, self.multiple)), self.multiple)
        return F.pixel_shuffle(self.pixels(y), self.scale)


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    tile=st.integers(5, 40),
    scale=st.integers(1, 4),
    multiple=st.sampled_from([1, 2, 3, 4]),
    colour=st.sampled_from(["rgb", "luma"]),
)
@settings(deadline=None, max_examples=30)
def test_tiled_equals_whole(
    fake: Fake, width: int, height: int, tile: int, scale: int, multiple: int, colour: str
) -> None:
    network = Blocks(scale, multiple, 3 if colour == "rgb" else 1)
    spec, upscaler = fake(
        network, scale=scale, colour=colour, size_multiple=multiple, receptive_radius=2 * multiple
    )
    frame = with_alpha(picture(width, height, tile, "float32"))
    whole = floats(upscaler, frame, spec, scale, max(frame.size))
    tiled = floats(upscaler, frame, spec, scale, tile)
    np.testing.assert_allclose(tiled, whole, atol=1e-6, rtol=0)


@pytest.mark.parametrize(("spec", "scale"), CATALOGUE, ids=lambda v: getattr(v, "id", f"x{v}"))
@given(width=st.integers(1, 60), height=st.integers(1, 60), tile=st.integers(5, 50))
@settings(deadline=None, max_examples=8)
def test_tiled_equals_whole_for_every_model(
    spec: ModelSpec, scale: int, width: int, height: int, tile: int
) -> None:
    frame = picture(width, height, tile)
    whole = floats(CPU, frame, spec, scale, max(frame.size))
    tiled = floats(CPU, frame, spec, scale, tile)
    np.testing.assert_allclose(tiled, whole, atol=1e-6, rtol=0)


@pytest.mark.parametrize("scale", [2, 3, 4])
@given(width=st.integers(1, 60), height=st.integers(1, 60), tile=st.integers(5, 50))
@settings(deadline=None, max_examples=6)
def test_tiled_equals_whole_for_fsrcnn_with_large_weights(
    fake: Fake, scale: int, width: int, height: int, tile: int
) -> None:
    described = REGISTRY["fsrcnn"].describe(scale=scale)
    network = REGISTRY["fsrcnn"].build(scale=scale)
    nn.init.normal_(network.get_parameter("enlarge.weight"), std=0.03)
    radius = described.receptive_radius
    spec, upscaler = fake(network, scale=scale, colour="luma", receptive_radius=radius)
    frame = picture(width, height, tile)
    whole = floats(upscaler, frame, spec, scale, max(frame.size))
    assert frame.size == (1, 1) or np.ptp(whole) > 0.05
    tiled = floats(upscaler, frame, spec, scale, tile)
    np.testing.assert_allclose(tiled, whole, atol=1e-6 * max(1.0, np.abs(whole).max()), rtol=0)


def test_too_little_overlap_would_be_noticed(fake: Fake) -> None:
    spec, upscaler = fake(Blocks(2, 4, 3), size_multiple=4, receptive_radius=0)
    frame = picture(50, 50)
    whole = floats(upscaler, frame, spec, 2, 50)
    assert np.abs(floats(upscaler, frame, spec, 2, 16) - whole).max() > 1e-3


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    tile=st.integers(3, 30),
    dtype=st.sampled_from(["uint8", "uint16", "float32"]),
    alpha=st.booleans(),
    gray=st.booleans(),
)
@settings(deadline=None, max_examples=40)
def test_raw_at_scale_1_is_the_identity_bit_for_bit(
    width: int, height: int, tile: int, dtype: str, alpha: bool, gray: bool
) -> None:
    frame = picture(width, height, tile, dtype)
    if gray:
        frame = Frame(frame.pixels[..., :1].repeat(3, axis=2), gray=True)
    frame = with_alpha(frame) if alpha else frame
    result = CPU.upscale(frame, read_catalog()["raw"], 1, tile=tile).frame
    np.testing.assert_array_equal(result.pixels, quantise(frame.pixels, frame.bit_depth))
    if frame.alpha is None:
        assert result.alpha is None
    else:
        np.testing.assert_array_equal(result.alpha, quantise(frame.alpha, frame.bit_depth))


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_every_value_survives_the_identity(dtype: str) -> None:
    values = np.arange(np.iinfo(dtype).max + 1).astype(dtype).reshape(-1, 256)
    frame = Frame(np.stack([values, values.T.reshape(values.shape), values[::-1]], axis=2), values)
    result = CPU.upscale(frame, read_catalog()["raw"], 1).frame
    np.testing.assert_array_equal(result.pixels, frame.pixels)
    np.testing.assert_array_equal(result.alpha, frame.alpha)


@pytest.mark.parametrize("size", [(1, 1), (30000, 2), (2, 3000), (1, 17)])
def test_extreme_sizes(size: tuple[int, int]) -> None:
    frame = with_alpha(picture(*size))
    made = CPU.upscale(frame, read_catalog()["bicubic"], 2).frame
    assert made.size == (size[0] * 2, size[1] * 2)
    assert made.alpha is not None
    assert made.pixels.dtype == np.uint8


def test_gray_stays_gray_and_is_what_the_model_makes_of_it(fake: Fake) -> None:
    spec, upscaler = fake(Blocks(2, 1, 3), receptive_radius=2)
    gray = picture(20, 16).pixels[..., :1].repeat(3, axis=2)
    made = floats(upscaler, Frame(gray, gray=True), spec, 2, 64)
    coloured = floats(upscaler, Frame(gray), spec, 2, 64)
    assert (made == made[..., :1]).all()
    assert np.ptp(coloured, axis=2).max() > 0.1
    np.testing.assert_allclose(made[..., 0], coloured.mean(axis=2), atol=1e-6)


def test_profile_exif_and_flags_travel() -> None:
    frame = Frame(picture(5, 4).pixels, None, False, b"profile", b"exif")
    made = CPU.upscale(frame, read_catalog()["raw"], 2).frame
    assert (made.icc_profile, made.exif) == (b"profile", b"exif")


def test_hidden_colours_make_no_fringe_and_opaque_stays_opaque() -> None:
    pixels = np.full((24, 24, 3), 200, np.uint8)
    alpha = np.full((24, 24), 255, np.uint8)
    pixels[:, 12:], alpha[:, 12:] = 0, 0
    made = CPU.upscale(Frame(pixels, alpha), read_catalog()["bicubic"], 2).frame
    assert made.alpha is not None
    assert (made.pixels[made.alpha > 0] == 200).all()
    assert set(np.unique(made.alpha[:, :16])) == {255}
    assert set(np.unique(made.alpha[:, 32:])) == {0}


def refusing(limit: int) -> Callable[[Tensor, Tensor], Tensor]:
    def hook(x: Tensor, y: Tensor) -> Tensor:
        if x.shape[-1] * x.shape[-2] > limit:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return y

    return hook


def test_out_of_memory_halves_the_tile_and_goes_on(fake: Fake) -> None:
    spec, upscaler = fake(hook=refusing(40 * 40))
    frame = picture(152, 72)
    regions: list[Region] = []
    canvas = upscaler.canvas(frame, spec, 2, 100)
    upscaler.fill(canvas, on_tile=regions.append)
    np.testing.assert_array_equal(canvas.pixels, frame.pixels.repeat(2, 0).repeat(2, 1))
    assert canvas.notes == [
        "Out of memory at tiles of 76 pixels; went on with 38.",
        "Out of memory at tiles of 38 pixels; went on with 19.",
    ]
    assert sum(region.width * region.height for region in regions) == 304 * 144


def test_tiles_done_before_memory_ran_out_are_kept(fake: Fake) -> None:
    runs: list[tuple[int, ...]] = []

    def hook(x: Tensor, y: Tensor) -> Tensor:
        runs.append(x.shape[-2:])
        if len(runs) == 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return y

    spec, upscaler = fake(hook=hook)
    frame = picture(128, 64)
    made = upscaler.upscale(frame, spec, 2, tile=32)
    np.testing.assert_array_equal(made.frame.pixels, frame.pixels.repeat(2, 0).repeat(2, 1))
    assert len(runs) == 3 + 6 * 4


def test_a_device_too_small_for_any_tile_is_told_in_a_sentence(fake: Fake) -> None:
    spec, upscaler = fake(hook=refusing(5))
    with pytest.raises(ModelError, match="not enough memory for Fake x2;"):
        upscaler.upscale(picture(64, 64), spec, 2)


def test_a_model_that_cannot_be_tiled_runs_whole_or_says_so(fake: Fake) -> None:
    seen: list[Tensor] = []

    def hook(x: Tensor, y: Tensor) -> Tensor:
        seen.append(x)
        return refusing(100 * 100)(x, y)

    spec, upscaler = fake(hook=hook, tiling="none")
    upscaler.upscale(picture(97, 31), spec, 2, tile=16)
    assert [x.shape[-2:] for x in seen] == [(31, 97)]
    with pytest.raises(ModelError, match="cannot work in tiles"):
        upscaler.upscale(picture(101, 101), spec, 2)


def half_breaks(value: float) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda x, y: y if x.dtype == torch.float32 else torch.full_like(y, value)


@pytest.mark.parametrize(("value", "what"), [(float("nan"), "NaN"), (0.5, "flat")])
def test_half_precision_that_spoils_the_picture_is_redone_in_float32(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, value: float, what: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    spec, upscaler = fake(hook=half_breaks(value), precision="fast")
    frame = picture(90, 40)
    made = upscaler.upscale(frame, spec, 2, tile=32)
    np.testing.assert_array_equal(made.frame.pixels, frame.pixels.repeat(2, 0).repeat(2, 1))
    assert len(made.notes) == 1
    assert what in made.notes[0]
    assert "float32" in made.notes[0]


def test_no_picture_even_in_float32_is_a_sentence(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    for precision in ("exact", "fast"):
        spec, upscaler = fake(hook=lambda _, y: y * torch.nan, precision=precision)
        with pytest.raises(ModelError, match="Fake x2 gave NaN or infinity instead of a picture"):
            upscaler.upscale(picture(9, 9), spec, 2)


def test_a_scale_that_the_model_cannot_make_is_refused() -> None:
    spec = ModelSpec("m", "n", "Some x3", Descriptor(scales=(3,)))
    with pytest.raises(ModelError, match="Some x3 makes x3, not x2"):
        CPU.canvas(picture(4, 4), spec, 2)


def test_a_result_that_cannot_fit_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        psutil, "virtual_memory", lambda: type("Memory", (), {"available": 1 << 20})
    )
    with pytest.raises(ModelError, match="6400 x 6400 pixels"):
        CPU.canvas(picture(100, 100), read_catalog()["raw"], 64)


def test_cancel_stops_within_one_tile_and_the_rest_can_be_taken_up(fake: Fake) -> None:
    progress, runs = Progress(), []

    def hook(x: Tensor, y: Tensor) -> Tensor:
        runs.append(x)
        if len(runs) == 3:
            progress.cancel()
        return y

    spec, upscaler = fake(hook=hook)
    frame = picture(64, 64)
    canvas = upscaler.canvas(frame, spec, 2, 16)
    with pytest.raises(Cancelled):
        upscaler.fill(canvas, progress=progress)
    assert len(runs) == 3
    assert len(canvas.pending) == 13
    upscaler.fill(canvas)
    assert len(runs) == 16
    assert canvas.complete
    np.testing.assert_array_equal(canvas.pixels, frame.pixels.repeat(2, 0).repeat(2, 1))


def test_the_visible_part_comes_first_and_alone_where_asked(fake: Fake) -> None:
    spec, upscaler = fake()
    canvas = upscaler.canvas(picture(64, 64), spec, 2, 16)
    visible = Region(20, 20, 20, 4)
    regions: list[Region] = []
    upscaler.fill(canvas, visible=visible, only_visible=True, on_tile=regions.append)
    assert {(region.x, region.y) for region in regions} == {(32, 32), (64, 32)}
    upscaler.fill(canvas, visible=visible, only_visible=True, on_tile=regions.append)
    assert len(regions) == 2
    upscaler.fill(canvas, visible=Region(60, 60, 4, 4), on_tile=regions.append)
    assert (regions[2].x, regions[2].y) == (96, 96)
    assert len(regions) == 16


def test_progress_counts_up_to_one(fake: Fake) -> None:
    events: list[ProgressEvent] = []
    spec, upscaler = fake(hook=refusing(30 * 30))
    upscaler.upscale(picture(50, 33), spec, 2, Progress(events.append), tile=32)
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_tiles_are_smaller_for_heavy_models_and_little_memory() -> None:
    card = Device("cuda:0", "Card", "cuda", 8 << 30)
    cpu = Device("cpu", "CPU", "cpu", 8 << 30)
    light = ModelSpec("a", "a", "A", Descriptor(scales=(2,)), parameters=12_809)
    heavy = ModelSpec("b", "b", "B", Descriptor(scales=(2,)), parameters=43_000_000)
    assert tile_side(light, 2, cpu, 8 << 30) == 256
    assert tile_side(heavy, 2, cpu, 8 << 30) < tile_side(heavy, 2, card, 8 << 30)
    assert tile_side(light, 2, card, 1 << 28) < tile_side(light, 2, card, 8 << 30)
    assert tile_side(heavy, 2, cpu, 1) == 16
    assert overlap_for(Descriptor(scales=(2,), receptive_radius=9, size_multiple=4)) == 12
