"""Learning-rate schedules as factors on the first rate, functions of the step alone.

What follows the validations (`plateau`) counts its falls in `Plateau`, which a checkpoint holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig

Schedule = Callable[[int], float]


def schedule_of(config: TrainConfig) -> Schedule:
    """The factor at each step, counted from 0.

    Raises:
        UsageError: if the numbers of a schedule contradict each other.
    """
    length = max(config.iterations - config.warmup, 1)
    schedules: dict[str, Callable[[], Schedule]] = {
        "constant": lambda: _constant,
        "plateau": lambda: _constant,
        "cosine": lambda: lambda step: cosine(step / length, config.lr_end),
        "step": lambda: lambda step: float(config.decay ** (step // config.decay_every)),
        "restarts": lambda: _restarts(config, length),
        "one-cycle": lambda: lambda step: one_cycle(step / length, config.lr_end),
    }
    return warmed_up(schedules[config.schedule](), config.warmup)


def _constant(_: int) -> float:
    return 1.0


def cosine(done: float, end: float) -> float:
    """From 1 to `end` along half a cosine; `done` is 0 to 1 (Loshchilov and Hutter, ICLR 2017)."""
    return end + (1.0 - end) * 0.5 * (1.0 + math.cos(math.pi * min(done, 1.0)))


def one_cycle(done: float, end: float, rise: float = 0.3) -> float:
    """Up from a 25th and down to `end`, both along cosines (Smith and Topin, 2019)."""
    if done < rise:
        return cosine(1.0 - done / rise, 1.0 / 25.0)
    return cosine((done - rise) / (1.0 - rise), end)


def warmed_up(schedule: Schedule, steps: int) -> Schedule:
    """A linear rise to the first rate, and then the schedule from its beginning."""
    return lambda step: (step + 1) / steps if step < steps else schedule(step - steps)


def _restarts(config: TrainConfig, length: int) -> Schedule:
    lengths = config.restarts or (math.ceil(length / 4),) * 4
    weights = config.restart_weights or (1.0, *[0.5] * (len(lengths) - 1))
    if len(weights) != len(lengths):
        raise UsageError(
            f"there are {len(lengths)} restarts and {len(weights)} restart_weights",
            "give as many of one as of the other",
        )
    return lambda step: restarted(step, lengths, weights, config.lr_end)


def restarted(step: int, lengths: Sequence[int], weights: Sequence[float], end: float) -> float:
    """Cosines one after the other, each from its weight down to `end` times it.

    After the last one the rate stays at its end (Loshchilov and Hutter, "SGDR", ICLR 2017).
    """
    ends = list(accumulate(lengths))
    number = next((n for n, last in enumerate(ends) if step < last), len(ends) - 1)
    begin = ends[number] - lengths[number]
    return weights[number] * cosine((step - begin) / lengths[number], end)


@dataclass(slots=True)
class Plateau:
    """Lowers the rate where validation no longer gains.

    Attributes:
        patience: Validations without a gain before the rate falls.
        decay: Factor of each fall; 1: never.
        factor: On the rate, so far.
        best: Best PSNR so far, in dB.
        waited: Validations since then, or since the last fall.
    """

    patience: int
    decay: float
    factor: float = 1.0
    best: float = float("-inf")
    waited: int = 0

    def validated(self, psnr: float) -> bool:
        """Take a validation in; returns whether the rate falls."""
        if psnr > self.best:
            self.best, self.waited = psnr, 0
            return False
        self.waited += 1
        if self.waited < self.patience:
            return False
        self.factor, self.waited = self.factor * self.decay, 0
        return self.decay < 1.0
