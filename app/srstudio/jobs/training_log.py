"""The log of a training run: followed while it grows, as curves, and as a table for others."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from srstudio.core.tables import csv_text

Values = NDArray[np.float64]

STEP_KEYS = ("loss", "lr", "iterations_per_second", "waiting", "grad_scale", "skipped")
VALIDATION_KEYS = ("psnr", "ssim")
PAUSED, RESUMED = "paused", "resumed"
_BLOCK = 64


def _nothing() -> Values:
    return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What a log says, a value for each of its lines.

    Attributes:
        steps: Iterations of the lines that tell of learning.
        loss: Mean loss since the line before.
        lr: Learning rate.
        iterations_per_second: Speed.
        waiting: Share of the time spent waiting for data.
        grad_scale: Factor of the loss against underflow.
        skipped: Steps left out since the line before, for their loss or an infinite gradient.
        validated: Iterations of the validations.
        psnr: Their mean PSNR in dB.
        ssim: Their mean SSIM.
        events: Iteration and text of what happened besides.
    """

    steps: Values = field(default_factory=_nothing)
    loss: Values = field(default_factory=_nothing)
    lr: Values = field(default_factory=_nothing)
    iterations_per_second: Values = field(default_factory=_nothing)
    waiting: Values = field(default_factory=_nothing)
    grad_scale: Values = field(default_factory=_nothing)
    skipped: Values = field(default_factory=_nothing)
    validated: Values = field(default_factory=_nothing)
    psnr: Values = field(default_factory=_nothing)
    ssim: Values = field(default_factory=_nothing)
    events: tuple[tuple[int, str], ...] = ()

    @property
    def step(self) -> int:
        """How far the run has come."""
        return int(max([0.0, *self.steps[-1:], *self.validated[-1:]]))

    @property
    def paused(self) -> bool:
        """Whether the run waits to go on."""
        told = [text for _, text in self.events if text in (PAUSED, RESUMED)]
        return told[-1:] == [PAUSED]

    @property
    def best(self) -> float | None:
        """The best validation PSNR in dB."""
        finite = self.psnr[np.isfinite(self.psnr)]
        return float(finite.max()) if finite.size else None


class LogReader:
    """Reads a log again and again, each time only what has been added.

    A line that has not been written to its end is left for the next time; lines that make no
    sense are left out. A log that was cut back, as by a resumed run, is read anew.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget(None)

    def read(self) -> bool:
        """Take in what is new; whether there was something."""
        try:
            file = self._path.open("rb")
        except OSError:
            return self._forget(None)
        with file:
            status = os.fstat(file.fileno())
            identity = (status.st_dev, status.st_ino)
            cut = identity != self._identity or status.st_size < self._offset
            news = self._forget(identity) if cut else False
            file.seek(self._offset)
            added = file.read()
        end = added.rfind(b"\n") + 1
        self._offset += end
        for line in added[:end].splitlines():
            self._take(line)
        return news or end > 0

    def curves(self) -> Curves:
        """Everything read so far."""
        arrays = {key: np.array(values) for key, values in self._values.items()}
        return Curves(**arrays, events=tuple(self._events))

    def _forget(self, identity: tuple[int, int] | None) -> bool:
        """Begin anew; whether there was something to be forgotten."""
        had = getattr(self, "_offset", 0) > 0
        self._identity, self._offset = identity, 0
        self._events: list[tuple[int, str]] = []
        keys = ("steps", *STEP_KEYS, "validated", *VALIDATION_KEYS)
        self._values: dict[str, list[float]] = {key: [] for key in keys}
        return had

    def _take(self, text: bytes) -> None:
        try:
            line = msgspec.json.decode(text)
            iteration = int(line["iteration"])
        except (ValueError, KeyError, TypeError):
            return
        if "event" in line:
            self._events.append((iteration, str(line["event"])))
        elif "psnr" in line:
            self._add("validated", VALIDATION_KEYS, iteration, line)
        elif "loss" in line:
            skipped = line.get("skipped", 0) + line.get("overflow", 0)
            self._add("steps", STEP_KEYS, iteration, {**line, "skipped": skipped})

    def _add(
        self, axis: str, keys: tuple[str, ...], iteration: int, line: Mapping[str, Any]
    ) -> None:
        self._values[axis].append(iteration)
        for key in keys:
            value = line.get(key)
            self._values[key].append(value if isinstance(value, int | float) else math.nan)


def smoothed(values: Values, weight: float) -> Values:
    """The running mean of a curve, each value weighing `1 - weight`, without bias at its start.

    Args:
        values: The curve; what is not a number does not count.
        weight: 0 (as it is) to below 1 (very smooth).

    Returns:
        A curve of the same length.
    """
    known = np.isfinite(values)
    total = _fading_sum(known.astype(np.float64), weight)
    sums = _fading_sum(np.where(known, values, 0.0), weight)
    means = np.full(len(values), np.nan)
    np.divide(sums, total, out=means, where=total > 0)
    return means


def _fading_sum(values: Values, weight: float) -> Values:
    """The sum of all values so far, each faded by `weight` for every later one; in blocks."""
    padded = np.zeros(-(-len(values) // _BLOCK) * _BLOCK)
    padded[: len(values)] = values
    distance = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
    fading = np.where(distance >= 0, weight ** np.abs(distance), 0.0)
    sums = padded.reshape(-1, _BLOCK) @ fading.T
    carried = weight ** np.arange(1, _BLOCK + 1)
    for before, block in pairwise(sums):
        block += before[-1] * carried
    return sums.ravel()[: len(values)]


def as_csv(runs: Mapping[str, Curves]) -> bytes:
    """The curves as a table in UTF-8: a row for each step of each run that is in its log."""
    keys = (*STEP_KEYS, *VALIDATION_KEYS)
    rows = (
        (name, iteration, *(_cell(row.get(key)) for key in keys))
        for name, curves in runs.items()
        for iteration, row in sorted(_rows(curves).items())
    )
    return csv_text(("run", "iteration", *keys), rows).encode()


def _rows(curves: Curves) -> dict[int, dict[str, float]]:
    """What is known of each iteration."""
    rows: dict[int, dict[str, float]] = {}
    for axis, keys in ((curves.steps, STEP_KEYS), (curves.validated, VALIDATION_KEYS)):
        columns = [getattr(curves, key) for key in keys]
        for place, iteration in enumerate(axis):
            row = rows.setdefault(int(iteration), {})
            row.update((key, column[place]) for key, column in zip(keys, columns, strict=True))
    return rows


def _cell(value: float | None) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.10g}"
