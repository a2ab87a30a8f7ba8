"""A row or a column of the content that is followed through time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from srstudio.compare.viewport import Point, Size


@dataclass(frozen=True, slots=True)
class SliceLine:
    """What lies on it, frame after frame, makes a picture of space over time.

    Attributes:
        content: Width and height of the content.
        at: The row, or the column if it is upright, in content pixels.
        upright: A column (y over t), else a row (x over t).
    """

    content: Size
    at: int
    upright: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.at < self.across:
            raise ValueError(f"{self.at} is not within 0 to {self.across - 1}")

    @classmethod
    def middle(cls, content: Size, upright: bool = False) -> Self:
        """Through the middle of the content."""
        return cls(content, content[0 if upright else 1] // 2, upright)

    @property
    def across(self) -> int:
        """How many places there are for it."""
        return self.content[0 if self.upright else 1]

    def moved(self, at: int) -> Self:
        """At another place, the nearest that the content has."""
        return replace(self, at=min(max(at, 0), self.across - 1))

    def brought_to(self, point: Point) -> Self:
        """Through a point of the content."""
        return self.moved(int(point[0 if self.upright else 1]))

    def turned(self) -> Self:
        """A column for a row, and the other way round, at the same part of the content."""
        across = self.content[1 if self.upright else 0]
        at = min(self.at * across // self.across, across - 1)
        return replace(self, at=at, upright=not self.upright)
