from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from srstudio.engine import device as devices
from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime, TooBig
from srstudio.engine.steps import BadOutput
from srstudio.engine.upscaler import Upscaler
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import LoadedModel
from srstudio_models.spec import Descriptor, ModelSpec

Fake = Callable[..., tuple[ModelSpec, Upscaler]]
PIXELS = np.random.default_rng(3).random((9, 14, 3), np.float32)


def recorder(seen: list[Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    def hook(x: Tensor, y: Tensor) -> Tensor:
        seen.append(x)
        return y

    return hook


def test_rgb_networks_get_the_pixels_as_they_are(fake: Fake) -> None:
    spec, upscaler = fake()
    result = upscaler.runtime.run(spec, PIXELS, 2)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, PIXELS.repeat(2, 0).repeat(2, 1))


def test_luma_networks_get_y_and_the_chroma_is_bicubic(fake: Fake) -> None:
    seen: list[Tensor] = []
    spec, upscaler = fake(hook=recorder(seen), colour="luma")
    result = upscaler.runtime.run(spec, PIXELS, 2)
    x = torch.from_numpy(PIXELS).permute(2, 0, 1)[None]
    ycbcr = rgb_to_ycbcr(x)
    torch.testing.assert_close(seen[0][:1], ycbcr[:, :1])
    back = rgb_to_ycbcr(torch.from_numpy(np.ascontiguousarray(result)).permute(2, 0, 1)[None])
    nearest = ycbcr[:, :1].repeat_interleave(2, -1).repeat_interleave(2, -2)
    torch.testing.assert_close(back[:, :1], nearest, atol=1e-6, rtol=0)
    torch.testing.assert_close(back[:, 1:], imresize(ycbcr[:, 1:], 2), atol=1e-6, rtol=0)


def test_the_input_is_padded_to_the_size_multiple_and_cropped_after(fake: Fake) -> None:
    seen: list[Tensor] = []
    spec, upscaler = fake(hook=recorder(seen), size_multiple=8)
    result = upscaler.runtime.run(spec, PIXELS, 2)
    assert seen[0].shape[1:] == (3, 16, 16)
    np.testing.assert_array_equal(seen[0][0, 0, 9:, :14], seen[0][0, 0, 8:9, :14].expand(7, 14))
    np.testing.assert_array_equal(result, PIXELS.repeat(2, 0).repeat(2, 1))


def test_networks_run_channels_last_without_gradients(fake: Fake) -> None:
    modes: list[bool] = []

    def hook(x: Tensor, y: Tensor) -> Tensor:
        modes.extend([torch.is_inference_mode_enabled(), x.stride(1) == 1])
        return y

    spec, upscaler = fake(hook=hook)
    upscaler.runtime.run(spec, PIXELS, 2)
    assert modes == [True, True]


@pytest.mark.parametrize(
    ("kind", "precision", "half_safe", "native", "expected"),
    [
        ("cuda", "fast", True, False, torch.float16),
        ("cpu", "fast", True, True, torch.bfloat16),
        ("cpu", "fast", True, False, torch.float32),
        ("mps", "fast", True, True, torch.float32),
        ("cuda", "fast", False, True, torch.float32),
        ("cuda", "exact", True, True, torch.float32),
    ],
)
def test_half_precision_is_where_device_model_and_wish_allow_it(
    monkeypatch: pytest.MonkeyPatch,
    kind: devices.Kind,
    precision: str,
    half_safe: bool,
    native: bool,
    expected: torch.dtype,
) -> None:
    flags = {"avx512_bf16": native}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: flags)
    spec = ModelSpec("fake", "fake", "Fake", Descriptor(scales=(2,), half_safe=half_safe))
    runtime = Runtime(Device(kind, kind, kind, 0), "fast" if precision == "fast" else "exact")
    assert runtime.dtype(spec) == expected
    assert runtime.dtype(spec, exact=True) == torch.float32


def test_half_precision_reaches_the_weights_and_the_input(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    module = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.PixelShuffle(2))
    exact_spec, exact = fake(module)
    whole = exact.runtime.run(exact_spec, PIXELS, 2)
    spec, upscaler = fake(module, precision="fast")
    half = upscaler.runtime.run(spec, PIXELS, 2)
    assert half.dtype == np.float32
    difference = np.abs(half - whole).max()
    assert 1e-5 < difference < 2e-2
    assert next(module.parameters()).dtype == torch.bfloat16


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("MPS backend out of memory (MPS allocated: 1 GiB)"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        MemoryError(),
    ],
)
def test_every_kind_of_out_of_memory_is_too_big(fake: Fake, error: Exception) -> None:
    def hook(x: Tensor, y: Tensor) -> Tensor:
        raise error

    spec, upscaler = fake(hook=hook)
    with pytest.raises(TooBig):
        upscaler.runtime.run(spec, PIXELS, 2)


def test_the_tensors_of_a_failed_run_are_gone_when_memory_is_returned(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gc
    import weakref

    kept: list[weakref.ref[Tensor]] = []
    alive: list[bool] = []

    def hook(x: Tensor, y: Tensor) -> Tensor:
        kept.append(weakref.ref(y))
        raise torch.OutOfMemoryError("out of memory")

    spec, upscaler = fake(hook=hook)
    monkeypatch.setattr(devices, "return_memory", lambda _: alive.append(kept[0]() is not None))
    gc.disable()
    try:
        with pytest.raises(TooBig):
            upscaler.runtime.run(spec, PIXELS, 2)
    finally:
        gc.enable()
    assert alive == [False]


def test_other_errors_are_not_mistaken_for_memory(fake: Fake) -> None:
    def hook(x: Tensor, y: Tensor) -> Tensor:
        raise RuntimeError("shapes do not match")

    spec, upscaler = fake(hook=hook)
    with pytest.raises(RuntimeError, match="shapes"):
        upscaler.runtime.run(spec, PIXELS, 2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.25])
def test_output_that_is_no_picture_is_refused(fake: Fake, value: float) -> None:
    spec, upscaler = fake(hook=lambda _, y: torch.full_like(y, value))
    with pytest.raises(BadOutput):
        upscaler.runtime.run(spec, PIXELS, 2)


def test_a_single_nan_is_found(fake: Fake) -> None:
    def hook(x: Tensor, y: Tensor) -> Tensor:
        y[0, 1, 3, 3] = torch.nan
        return y

    spec, upscaler = fake(hook=hook)
    with pytest.raises(BadOutput):
        upscaler.runtime.run(spec, PIXELS, 2)


def test_a_flat_picture_may_stay_flat(fake: Fake) -> None:
    spec, upscaler = fake()
    flat = np.full((6, 6, 3), 0.5, np.float32)
    assert (upscaler.runtime.run(spec, flat, 2) == 0.5).all()


def test_models_are_loaded_once_and_the_least_recent_is_dropped() -> None:
    loaded: list[str] = []

    def loader(spec: ModelSpec, _: str) -> LoadedModel:
        loaded.append(spec.id)
        return LoadedModel(spec, nn.Upsample(scale_factor=2))

    runtime = Runtime(Device("cpu", "CPU", "cpu", 0), "exact", loader)
    specs = [ModelSpec(f"m{i}", f"fake{i}", "Fake", Descriptor(scales=(2,))) for i in range(5)]
    for spec in (*specs[:4], specs[0], specs[4], specs[0], specs[1]):
        runtime.run(spec, PIXELS, 2)
        assert runtime.loaded(spec)
    assert loaded == ["m0", "m1", "m2", "m3", "m4", "m1"]
    runtime.forget()
    assert not runtime.loaded(specs[0])


def test_a_read_only_float_picture_is_taken_without_complaint(fake: Fake) -> None:
    spec, upscaler = fake()
    pixels = PIXELS.copy()
    pixels.flags.writeable = False
    assert upscaler.runtime.run(spec, pixels, 2).shape == (18, 28, 3)
