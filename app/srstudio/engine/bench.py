"""Times the engine against a bare PyTorch loop over the same network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch

from srstudio.core.bench import BenchRow, Ways, compare_ways
from srstudio.core.frame import Frame
from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio_models.loader import load
from srstudio_models.spec import ModelSpec

REFERENCE = "bare torch"
SIZES = ((256, 256), (960, 540))


def inference_benchmark(
    specs: Iterable[ModelSpec],
    device: Device,
    sizes: Sequence[tuple[int, int]] = SIZES,
    repeats: int = 5,
) -> list[BenchRow]:
    """How fast whole pictures go through each model, in the smallest scale above 1 it makes.

    The reference is the network alone on a float tensor that is already on the device. The
    engine's ways begin and end with an 8-bit picture, colour conversion included: `engine whole`
    in one tile, `engine tiled` as it chooses to, `engine fast` in half precision besides.

    Args:
        specs: The models.
        device: Where to run.
        sizes: Width and height of the low-resolution pictures.
        repeats: Rounds, of which the median counts.
    """
    exact, fast = Upscaler(Runtime(device)), Upscaler(Runtime(device, "fast"))
    rows: list[BenchRow] = []
    for spec in specs:
        scale = min(scale for scale in spec.scales if scale > 1 or len(spec.scales) == 1)
        for width, height in sizes:
            ways = _ways(spec, scale, _picture(width, height), exact, fast)
            rows += compare_ways(f"{spec.id} {width}x{height}", ways, REFERENCE, repeats)
    return rows


def _ways(spec: ModelSpec, scale: int, frame: Frame, exact: Upscaler, fast: Upscaler) -> Ways:
    whole = max(frame.size)
    return {
        REFERENCE: _bare(spec, scale, frame, exact.runtime.device),
        "engine whole": lambda: exact.upscale(frame, spec, scale, tile=whole),
        "engine tiled": lambda: exact.upscale(frame, spec, scale),
        "engine fast": lambda: fast.upscale(frame, spec, scale),
    }


def _bare(spec: ModelSpec, scale: int, frame: Frame, device: Device) -> Callable[[], object]:
    """The loop that people write: a network, a tensor, and nothing around them."""
    model = load(spec, device.id)
    channels = 1 if spec.descriptor.colour == "luma" else 3
    x = torch.rand(1, channels, frame.height, frame.width).to(device.id)

    def run() -> object:
        with torch.inference_mode():
            return model(x, scale).cpu()

    return run


def _picture(width: int, height: int) -> Frame:
    rng = np.random.default_rng(1)
    return Frame(rng.integers(0, 256, (height, width, 3)).astype(np.uint8))
