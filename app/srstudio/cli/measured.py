"""Measured rows as a table and as a document, the same for `compare` and `evaluate`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from rich.table import Table

from srstudio.cli.choice import Choice

if TYPE_CHECKING:
    from srstudio.metrics.protocol import Protocol
    from srstudio.metrics.report import Measurement


@dataclass(frozen=True, slots=True)
class Row:
    """What one model reached on one item, or on average over a set.

    Attributes:
        choice: The model.
        set: Name of the set.
        item: The picture, or the clip; empty for an average.
        measured: The numbers; those of a clip are the means over its frames.
        seconds: Time the model took, for all frames of a clip.
        notes: What the engine had to remark.
        pictures: Items that were averaged over.
    """

    choice: Choice
    set: str
    item: str
    measured: Measurement
    seconds: float
    notes: tuple[str, ...] = ()
    pictures: int = 1


def means(rows: Iterable[Row]) -> list[Row]:
    """The mean of every model over every set, in the order of first appearance."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.set, row.choice.name), []).append(row)
    return [_mean(group) for group in groups.values()]


def _mean(rows: Sequence[Row]) -> Row:
    from srstudio.metrics.report import mean_measurements

    measured = mean_measurements([row.measured for row in rows])
    seconds = fmean(row.seconds for row in rows)
    return Row(rows[0].choice, rows[0].set, "", measured, seconds, pictures=len(rows))


def document(protocol: Protocol, scale: int, rows: Sequence[Row], naming: str) -> dict[str, Any]:
    """The document of the contract; `naming` is the key for the model: `source` or `model`."""
    return {
        "protocol": protocol_words(protocol),
        "scale": scale,
        "rows": [_row(row, naming) for row in rows],
        "means": [_mean_row(row, naming) for row in means(rows)],
    }


def protocol_words(protocol: Protocol) -> dict[str, Any]:
    """A convention in the words of the contract."""
    return {
        "channel": protocol.channel,
        "crop": protocol.crop,
        "window": "11x11 Gaussian, sigma 1.5",
        "range": 255,
        "sentence": protocol.sentence,
    }


def _row(row: Row, naming: str) -> dict[str, Any]:
    return {**_named(row, naming), "item": row.item, **_numbers(row), "notes": list(row.notes)}


def _mean_row(row: Row, naming: str) -> dict[str, Any]:
    return {**_named(row, naming), "pictures": row.pictures, **_numbers(row)}


def _named(row: Row, naming: str) -> dict[str, Any]:
    return {naming: row.choice.name, "id": row.choice.spec.id, "set": row.set}


def _numbers(row: Row) -> dict[str, Any]:
    m = row.measured
    return {"mse": m.mse, "psnr": m.psnr, "ssim": m.ssim, "seconds": row.seconds}


def table(protocol: Protocol, rows: Sequence[Row], title: str) -> Table:
    """MSE, SSIM and PSNR of every row, with the convention beneath; nothing is cut off."""
    sets = len({row.set for row in rows}) > 1
    grid = Table(title=title, caption=protocol.sentence)
    for heading in ("Set", "Source") if sets else ("Source",):
        grid.add_column(heading, overflow="fold")
    for heading in ("MSE", "SSIM", "PSNR (dB)", "Time (s)"):
        grid.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        m = row.measured
        numbers = (f"{m.mse:.2f}", f"{m.ssim:.4f}", f"{m.psnr:.2f}", f"{row.seconds:.2f}")
        grid.add_row(*((row.set,) if sets else ()), row.choice.spec.title, *numbers)
    return grid


def note_lines(rows: Iterable[Row]) -> list[str]:
    """What the engine had to remark on the way, a line each."""
    return [f"{row.choice.name}, {row.item}: {note}" for row in rows for note in row.notes]
