"""Times ways of doing one thing against each other, fairly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Ways = Mapping[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One line of a benchmark.

    Attributes:
        case: What was done ("SSIM map 1920x1080 RGB").
        way: By whom or how.
        median_ms: Milliseconds it took, the median over the rounds.
        ratio: The reference's time over this one's; 1 for the reference itself.
        reference: The way that this one is compared with.
    """

    case: str
    way: str
    median_ms: float
    ratio: float
    reference: str


def timings(ways: Ways, repeats: int) -> dict[str, list[float]]:
    """Milliseconds of every round of every way.

    The ways take turns, round by round, so that a machine that slows down for a while slows all
    of them; a round before the first warms up and is not counted.
    """
    times: dict[str, list[float]] = {way: [] for way in ways}
    for counted in range(-1, repeats):
        for way, call in ways.items():
            began = time.perf_counter()
            call()
            if counted >= 0:
                times[way].append((time.perf_counter() - began) * 1000.0)
    return times


def interleaved(ways: Ways, repeats: int) -> dict[str, float]:
    """The median milliseconds of every way, timed as by `timings`."""
    return {way: statistics.median(rounds) for way, rounds in timings(ways, repeats).items()}


def compare_ways(case: str, ways: Ways, reference: str, repeats: int) -> list[BenchRow]:
    """A row for every way of doing `case`, each against the way called `reference`."""
    medians = interleaved(ways, repeats)
    return [
        BenchRow(case, way, median, medians[reference] / median, reference)
        for way, median in medians.items()
    ]
