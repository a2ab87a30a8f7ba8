"""Lenses: what every source looks like, much enlarged, around one place."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

from srstudio.compare.viewport import LARGEST_ZOOM, Point, Size
from srstudio.core.regions import Region

POWERS = (2, 4, 8, 16)
MOST_LENSES = 8
_SIDE, _SMALLEST_SIDE = 152, 40  # of a lens, in logical pixels
_COLUMNS = 4
_GAP, _MARGIN = 6, 10
_REACH = 28  # from the place to the lenses, so that they do not hide it


@dataclass(frozen=True, slots=True)
class Magnifier:
    """Whether there are lenses, where and how strong; every change returns a new one.

    Attributes:
        on: There are lenses.
        at: The content point in their middle; None for the middle of the view.
        frozen: They stay there, wherever the mouse is.
        power: How much larger than the panes they show it (than 100 %, if those are smaller).
    """

    on: bool = False
    at: Point | None = None
    frozen: bool = False
    power: int = 4

    def __post_init__(self) -> None:
        if self.power not in POWERS:
            raise ValueError(f"a magnifier is {POWERS} times as large, not {self.power}")

    def switched(self, on: bool) -> Self:
        """On or off; what was held is let go."""
        return replace(self, on=on, frozen=False)

    def held(self, at: Point | None) -> Self:
        """Held at a content point, and on; None lets go."""
        return replace(self, on=self.on or at is not None, at=at or self.at, frozen=at is not None)

    def pointed_at(self, at: Point) -> Self:
        """At another content point, unless it is held."""
        return self if self.frozen else replace(self, at=at)

    def stepped(self, steps: int) -> Self:
        """Stronger or weaker by steps, as far as there are some."""
        place = min(max(POWERS.index(self.power) + steps, 0), len(POWERS) - 1)
        return replace(self, power=POWERS[place])

    def zoom(self, seen: float) -> float:
        """Device pixels per content pixel; whole, so that all its squares are equal.

        Args:
            seen: Of the panes.
        """
        return min(float(round(self.power * max(seen, 1.0))), LARGEST_ZOOM)


def lens_boxes(count: int, room: Size, at: Point, caption: int) -> tuple[Region, ...]:
    """Where lenses lie: in rows of four below a point, or above it where there is no room.

    Args:
        count: How many there are.
        room: Width and height of the view, in logical pixels.
        at: The point, in the view.
        caption: Height of what is written below each, in logical pixels.

    Returns:
        A square each, within the room if that is not tiny.
    """
    columns = min(count, _COLUMNS)
    rows = math.ceil(count / _COLUMNS)
    across = (room[0] - 2 * _MARGIN - _GAP * (columns - 1)) // max(1, columns)
    down = (room[1] // 2 - _REACH - _MARGIN) // max(1, rows) - caption - _GAP
    side = max(min(_SIDE, across, down), _SMALLEST_SIDE)
    width, height = columns * (side + _GAP) - _GAP, rows * (side + caption + _GAP) - _GAP
    left = min(max(round(at[0] - width / 2), _MARGIN), max(room[0] - width - _MARGIN, _MARGIN))
    top = round(at[1]) + _REACH
    if top + height + _MARGIN > room[1]:
        top = max(round(at[1]) - _REACH - height, _MARGIN)
    return tuple(
        Region(
            left + n % _COLUMNS * (side + _GAP),
            top + n // _COLUMNS * (side + caption + _GAP),
            side,
            side,
        )
        for n in range(count)
    )
