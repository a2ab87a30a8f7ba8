"""Where the panes and the dividing lines lie."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from srstudio.compare.comparison import Comparison
from srstudio.compare.viewport import Point, Size
from srstudio.core.regions import Region

GAP = 2.0  # logical pixels between panes side by side


@dataclass(frozen=True, slots=True)
class Pane:
    """A part of the view that shows one source, in device pixels.

    Attributes:
        key: The source.
        frame: The rectangle that the viewport describes: content coordinates refer to it.
        clip: The part of `frame` in which the source is seen.
    """

    key: str
    frame: Region
    clip: Region


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A comparison laid out in a view.

    Attributes:
        comparison: What is laid out.
        size: Width and height of the view in device pixels.
        ratio: Device pixels per logical pixel. Points given and returned are logical.
        picture: The part of the view that the content covers, in device pixels, where one
            frame fills the view: dividing lines stay on it. None for the whole view.
    """

    comparison: Comparison
    size: Size
    ratio: float = 1.0
    picture: Region | None = None

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes; those side by side are equal in size."""
        comparison, whole = self.comparison, Region.whole(*self.size)
        if comparison.shown is not None:
            return (Pane(comparison.shown, whole, whole),)
        if comparison.layout == "side_by_side":
            cells = self._cells(len(comparison.panes))
            return tuple(Pane(k, c, c) for k, c in zip(comparison.panes, cells, strict=True))
        cuts = (0, *self.lines, self._across)
        strips = [self._strip(start, stop) for start, stop in pairwise(cuts)]
        return tuple(Pane(k, whole, s) for k, s in zip(comparison.panes, strips, strict=True))

    @property
    def lines(self) -> tuple[int, ...]:
        """Device positions of the dividing lines across the view; none unless it is a slider."""
        comparison = self.comparison
        if comparison.layout != "slider" or comparison.shown is not None:
            return ()
        first, last = self._span(across=True)
        return tuple(
            min(max(round(split * self._across), first), last) for split in comparison.splits
        )

    @property
    def line_ends(self) -> tuple[float, float]:
        """Where every dividing line begins and ends along itself, in logical pixels."""
        first, last = self._span(across=False)
        return first / self.ratio, last / self.ratio

    @property
    def view(self) -> tuple[float, float]:
        """Logical width and height of a pane's frame: the room of the viewport."""
        frame = self.panes[0].frame if self.comparison.panes else Region.whole(*self.size)
        return frame.width / self.ratio, frame.height / self.ratio

    def pane_at(self, point: Point) -> Pane | None:
        """The pane under a point; None in a gap."""
        x, y = (part * self.ratio for part in point)
        for pane in self.panes:
            clip = pane.clip
            if clip.x <= x < clip.right and clip.y <= y < clip.bottom:
                return pane
        return None

    def local(self, point: Point, pane: Pane) -> Point:
        """A point of the view as a point of the viewport of a pane."""
        return point[0] - pane.frame.x / self.ratio, point[1] - pane.frame.y / self.ratio

    def line_near(self, point: Point, reach: float) -> int | None:
        """The nearest dividing line no farther than `reach` logical pixels."""
        at = self.along(point)
        far = [(abs(line / self.ratio - at), n) for n, line in enumerate(self.lines)]
        near = [pair for pair in far if pair[0] <= reach]
        return min(near)[1] if near else None

    def handle_near(self, point: Point, reach: float) -> int | None:
        """The dividing line whose middle, where its handle is, lies within `reach`."""
        line = self.line_near(point, reach)
        off = point[1 if self.comparison.vertical else 0] - sum(self.line_ends) / 2
        return line if abs(off) <= reach else None

    def split_at(self, point: Point) -> float:
        """The position (0 to 1) of a dividing line through a point, if it stays on the picture."""
        first, last = self._span(across=True)
        return min(max(self.along(point) * self.ratio, first), last) / self._across

    def along(self, point: Point) -> float:
        """The coordinate of a point in which dividing lines move."""
        return point[0] if self.comparison.vertical else point[1]

    @property
    def _across(self) -> int:
        return self.size[0] if self.comparison.vertical else self.size[1]

    def _span(self, across: bool) -> tuple[int, int]:
        """First and last position of the picture, across the lines or along them."""
        picture = self.picture or Region.whole(*self.size)
        if across == self.comparison.vertical:
            return picture.x, picture.right
        return picture.y, picture.bottom

    def _strip(self, start: int, stop: int) -> Region:
        width, height = self.size
        if self.comparison.vertical:
            return Region(start, 0, stop - start, height)
        return Region(0, start, width, stop - start)

    def _cells(self, count: int) -> list[Region]:
        columns, rows = grid(max(1, count), self.comparison.vertical)
        gap = round(GAP * self.ratio)
        width = max(1, (self.size[0] - gap * (columns - 1)) // columns)
        height = max(1, (self.size[1] - gap * (rows - 1)) // rows)
        places = [(n % columns, n // columns) for n in range(count)]
        return [Region(x * (width + gap), y * (height + gap), width, height) for x, y in places]


def grid(count: int, vertical: bool) -> Size:
    """Columns and rows of panes side by side: 1x2, 1x3, 2x2; turned if not `vertical`."""
    if count == 4:
        return 2, 2
    return (count, 1) if vertical else (1, count)
