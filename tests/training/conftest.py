"""Pictures, clips and runs small enough to be trained in a moment."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from srstudio.core.frame import Pixels
from srstudio.core.progress import Progress
from srstudio.training.config import TrainConfig
from srstudio.training.dataset import Clip
from srstudio.training.degradations import shrunk
from srstudio.training.keeping import PixelStore
from srstudio.training.reading import Loaded, Reading, read_clips
from srstudio.training.recipes import recipe
from srstudio.training.request import TrainRequest
from srstudio.training.sources import find_training
from srstudio_models.network import Network
from srstudio_models.registry import REGISTRY
from srstudio_models.spec import Descriptor

TINY = {"options.d": 4, "options.s": 2, "options.m": 1, "batch": 4, "patch": 8}
QUICK = {"iterations": 12, "validate_every": 6, "log_every": 3, "validate_side": 32}


def stripes(seed: int, size: int = 48, shift: float = 0.0) -> Pixels:
    """Slanted stripes: edges that a network can learn to sharpen; `shift` moves them."""
    rng = np.random.default_rng(seed)
    angle, period = rng.uniform(0, math.pi), rng.uniform(5, 9)
    y, x = np.mgrid[:size, :size] + shift
    wave = np.sign(np.sin((x * math.cos(angle) + y * math.sin(angle)) * 2 * math.pi / period))
    return np.repeat((128 + 90 * wave).astype(np.uint8)[..., None], 3, axis=2)


def clips(
    count: int = 4, scales: tuple[int, ...] = (2,), frames: int = 1, size: int = 48
) -> list[Clip]:
    """Stripes, at rest or moving."""
    highs = [np.stack([stripes(n, size, 1.5 * t) for t in range(frames)]) for n in range(count)]
    return [Clip({scale: shrunk(high, scale) for scale in scales}, high) for high in highs]


def loaded(
    folder: Path, scales: tuple[int, ...] = (2,), moving: bool = False, **how: Any
) -> Loaded:
    """Everything that a folder gives to learn from."""
    items = find_training(folder, scales, moving).train
    with PixelStore(folder, how.pop("limit", 1 << 30)) as store:
        return read_clips(items, Reading(scales, **how), store, Progress())


def config(name: str = "fsrcnn", **changes: object) -> TrainConfig:
    """A recipe made small."""
    small = TINY if name == "fsrcnn" else {"batch": 4, "patch": 8}
    settings = {**small, **QUICK, **{k.replace("__", "."): v for k, v in changes.items()}}
    return recipe(name, [f"{key}={value}" for key, value in settings.items()])


def lines(run: Path) -> list[dict[str, Any]]:
    """The log of a run."""
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of five pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(5):
        Image.fromarray(stripes(number)).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A folder of three clips of six frames each."""
    for number in range(3):
        folder = tmp_path / "film" / f"{number:03d}"
        folder.mkdir(parents=True)
        for frame in range(6):
            Image.fromarray(stripes(number, 48, 1.5 * frame)).save(folder / f"{frame:08d}.png")
    return tmp_path / "film"


def request(data: Path, out: Path, settings: TrainConfig, **more: Any) -> TrainRequest:
    """A run on the CPU, as the recipe `fsrcnn` unless another name is given."""
    return TrainRequest(
        more.pop("recipe", "fsrcnn"), settings, (data,), out, fast_half=False, **more
    )


class Refiner(nn.Module):
    """Sees three frames (N, 3, 1, H, W) and adds to the middle one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x[:, 1] + 0.1 * self.conv(x[:, :, 0])
        return y


class Moving(nn.Module):
    """Enlarges every frame (N, T, 3, H, W) of a clip."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = nn.functional.pixel_shuffle(self.conv(x.flatten(0, 1)), 2)
        return y.view(*x.shape[:2], *y.shape[1:])


class Whole(Moving):
    """Gives the middle frame of three, and all of them where it is trained."""

    def forward(self, x: Tensor) -> Tensor:
        assert not self.training
        return self.clip(x)[:, 1]

    def clip(self, x: Tensor) -> Tensor:
        return super().forward(x)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny networks of each kind, in the registry for a test."""
    window = Descriptor(scales=(1,), colour="luma", frames="sliding", window=3)
    made = [
        Network("refiner", "Refiner", Refiner, lambda: window),
        Network("moving", "Moving", Moving, lambda: Descriptor((2,), frames="recurrent")),
        Network("whole", "Whole", Whole, lambda: Descriptor((2,), frames="sliding", window=3)),
    ]
    for network in made:
        monkeypatch.setitem(REGISTRY._networks, network.name, network)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny steps on many threads mostly wait for one another, on a busy machine above all."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
