"""Learning-rate schedules as factors on the first rate."""

from __future__ import annotations

import math
from collections.abc import Callable

from srstudio.training.config import ScheduleName

Schedule = Callable[[float], float]


def _cosine(done: float) -> float:
    """From 1 to a thousandth along half a cosine (Loshchilov and Hutter, ICLR 2017)."""
    return 1e-3 + (1.0 - 1e-3) * 0.5 * (1.0 + math.cos(math.pi * done))


def _halving(done: float) -> float:
    """Halved after each sixth of the run: five times."""
    return float(0.5 ** min(math.floor(done * 6.0), 5))


SCHEDULES: dict[ScheduleName, Schedule] = {
    "constant": lambda _: 1.0,
    "cosine": _cosine,
    "halving": _halving,
}
