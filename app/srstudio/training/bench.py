"""A training step in mixed precision, channels-last, against the same step in float32."""

from __future__ import annotations

from collections.abc import Callable

import torch

from srstudio.core.bench import BenchRow, compare_ways
from srstudio.training.config import TrainConfig
from srstudio.training.dataset import Batch
from srstudio.training.guard import LossGuard
from srstudio.training.learner import Learner
from srstudio.training.models import fresh
from srstudio.training.parallel import Alone
from srstudio.training.precision import Half
from srstudio.training.recipes import recipe
from srstudio.training.subject import Subject, subject_of

REFERENCE = "float32"


def training_benchmark(device: str, repeats: int, name: str = "edsr") -> list[BenchRow]:
    """Times one step of a recipe; 1000 over the milliseconds are steps a second.

    Args:
        device: A torch device name.
        repeats: Rounds.
        name: Of the recipe.
    """
    config, place = recipe(name, []), torch.device(device)
    subject = subject_of(config, place)
    half: Half = "float16" if place.type == "cuda" else "bfloat16"
    ways = {
        REFERENCE: _step(config, subject, place, None),
        f"{half}, channels last": _step(config, subject, place, half),
    }
    case = f"{subject.spec.title}, {config.batch} patches {config.patch}x{config.patch}"
    return compare_ways(case, ways, REFERENCE, repeats)


def _step(
    config: TrainConfig, subject: Subject, device: torch.device, half: Half | None
) -> Callable[[], None]:
    learner = Learner(config, subject, fresh(subject.spec), device, half)
    batch = _noise(config, subject)
    guard, alone = LossGuard(0.0), Alone()

    def run() -> None:
        learner.step(batch, 0, 1.0, guard, alone, 0)
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    return run


def _noise(config: TrainConfig, subject: Subject) -> Batch:
    scale = subject.scales[0]
    length = (subject.frames,) if subject.moving else ()
    low, high = (
        torch.rand(config.batch, *length, 1 if colour == "luma" else 3, side, side)
        for colour, side in (
            (subject.low_colour, config.patch),
            (subject.high_colour, config.patch * scale),
        )
    )
    return Batch(low, high, scale)
