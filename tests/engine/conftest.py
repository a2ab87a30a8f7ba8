from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from srstudio.engine.device import Device
from srstudio.engine.runtime import Precision, Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio_models.loader import LoadedModel
from srstudio_models.spec import Descriptor, ModelSpec

CPU = Device("cpu", "CPU - test", "cpu", 1 << 30)


class Nearest(nn.Module):
    """Repeats pixels: what a test has to say is added by a hook on the input and the output."""

    def __init__(self, scale: int, hook: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.scale = scale
        self.hook = hook

    def forward(self, x: Tensor) -> Tensor:
        y = x.repeat_interleave(self.scale, -1).repeat_interleave(self.scale, -2)
        return self.hook(x, y)


@pytest.fixture(scope="session")
def fake() -> Callable[..., tuple[ModelSpec, Upscaler]]:
    """A model and an engine for it, from a module or from a hook into nearest neighbour."""

    def make(
        module: nn.Module | None = None,
        *,
        hook: Callable[[Tensor, Tensor], Tensor] = lambda _, y: y,
        scale: int = 2,
        precision: Precision = "exact",
        **descriptor: Any,
    ) -> tuple[ModelSpec, Upscaler]:
        network = module or Nearest(scale, hook)
        spec = ModelSpec("fake", "fake", "Fake x2", Descriptor(scales=(scale,), **descriptor))
        runtime = Runtime(CPU, precision, lambda spec, _: LoadedModel(spec, network.eval()))
        return spec, Upscaler(runtime)

    return make


@pytest.fixture(autouse=True)
def _calm_torch() -> Iterator[None]:
    """A fixed seed; and one thread, since several only wait for each other on tiny tiles."""
    torch.manual_seed(7)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
