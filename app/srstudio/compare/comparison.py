"""How sources are set against each other: layout, panes, slider, overlay. Immutable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self, get_args

Layout = Literal["slider", "side_by_side"]
Overlay = Literal["off", "absolute", "signed", "ssim"]

MOST_PANES = 4
OVERLAYS: tuple[Overlay, ...] = get_args(Overlay)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is shown. A contradictory one cannot be made; every change returns a new one.

    Attributes:
        sources: Keys of all sources, in the order of the number keys.
        panes: Keys of the one to four sources set against each other (none without sources).
        layout: One picture cut by dividing lines, or one beside the other.
        splits: Where the dividing lines are, rising, 0 to 1 of the view; one less than panes.
        vertical: The dividing lines are upright (left | right), else level (top / bottom).
        shown: The source shown in place over the whole view; None for the panes.
        reference: The ground truth; it carries no overlay.
        overlay: Which map lies over the panes of the other sources.
        overlay_opacity: 0 to 1.
        nearest: Pixels as squares at and above 100 %, else interpolated.
        follow: The dividing line follows the mouse.
        labels: Each pane says what it shows.
    """

    sources: tuple[str, ...] = ()
    panes: tuple[str, ...] = ()
    layout: Layout = "slider"
    splits: tuple[float, ...] = ()
    vertical: bool = True
    shown: str | None = None
    reference: str | None = None
    overlay: Overlay = "off"
    overlay_opacity: float = 0.8
    nearest: bool = True
    follow: bool = False
    labels: bool = True

    def __post_init__(self) -> None:
        _require(len(set(self.sources)) == len(self.sources), "a source is named twice")
        _require(bool(self.panes) == bool(self.sources), "panes show sources")
        _require(len(self.panes) <= MOST_PANES, f"there are at most {MOST_PANES} panes")
        known = {*self.sources, None}
        _require({*self.panes, self.shown, self.reference} <= known, "an unknown source is shown")
        _require(len(self.splits) == max(0, len(self.panes) - 1), "one line between two panes")
        bounds = (0.0, *self.splits, 1.0)
        _require(list(bounds) == sorted(bounds), "the dividing lines rise from 0 to 1")
        _require(self.layout in get_args(Layout), "an unknown layout")
        _require(self.overlay in OVERLAYS, "an unknown overlay")
        _require(0.0 <= self.overlay_opacity <= 1.0, "an opacity is from 0 to 1")

    @property
    def split(self) -> float:
        """Where the first dividing line is, 0 to 1; the middle if there is none."""
        return self.splits[0] if self.splits else 0.5

    @property
    def visible(self) -> tuple[str, ...]:
        """The sources on the screen now."""
        return self.panes if self.shown is None else (self.shown,)

    # -- sources and panes ----------------------------------------------------------------

    def with_sources(self, sources: Iterable[str], reference: str | None = None) -> Self:
        """Other sources; panes that still exist stay, and at least two are filled if possible."""
        sources = tuple(sources)
        kept = [key for key in self.panes if key in sources]
        fresh = [key for key in sources if key not in kept]
        panes = kept + fresh[: max(0, 2 - len(kept))]
        return replace(
            self,
            sources=sources,
            panes=tuple(panes),
            splits=self._splits_for(len(panes)),
            shown=self.shown if self.shown in sources else None,
            reference=reference,
        )

    def with_panes(self, panes: Iterable[str]) -> Self:
        """Other sources in the panes; dividing lines are spread anew if their number changes."""
        panes = tuple(panes)
        return replace(self, panes=panes, splits=self._splits_for(len(panes)), shown=None)

    def with_pane(self, number: int, key: str) -> Self:
        """Another source in one pane; if a pane shows it already, the two change places."""
        panes = list(self.panes)
        if key in panes:
            panes[panes.index(key)] = panes[number]
        panes[number] = key
        return replace(self, panes=tuple(panes), shown=None)

    def swapped(self) -> Self:
        """The panes in reverse order."""
        return replace(self, panes=self.panes[::-1])

    # -- in place -------------------------------------------------------------------------

    def flipped(self, key: str) -> Self:
        """The source over the whole view, or back to the panes if it is there already."""
        return replace(self, shown=None if self.shown == key else key)

    def next_source(self, step: Literal[1, -1] = 1) -> Self:
        """The next (or previous) source in place, round and round."""
        if not self.sources:
            return self
        if self.shown is None:
            return replace(self, shown=self.sources[0 if step > 0 else -1])
        place = self.sources.index(self.shown) + step
        return replace(self, shown=self.sources[place % len(self.sources)])

    # -- layout, lines, overlay -----------------------------------------------------------

    def toggled_layout(self) -> Self:
        """Slider to side by side and back; the panes come into view."""
        layout: Layout = "side_by_side" if self.layout == "slider" else "slider"
        return replace(self, layout=layout, shown=None)

    def rotated(self) -> Self:
        """Upright dividing lines become level, and back."""
        return replace(self, vertical=not self.vertical)

    def with_split(self, position: float, line: int = 0) -> Self:
        """A dividing line moved, as far as its neighbours let it."""
        bounds = (0.0, *self.splits, 1.0)
        position = min(max(position, bounds[line]), bounds[line + 2])
        splits = (*self.splits[:line], position, *self.splits[line + 1 :])
        return replace(self, splits=splits)

    def next_overlay(self) -> Self:
        """Off, absolute difference, signed difference, SSIM map, off."""
        place = OVERLAYS.index(self.overlay) + 1
        return replace(self, overlay=OVERLAYS[place % len(OVERLAYS)])

    def _splits_for(self, panes: int) -> tuple[float, ...]:
        lines = max(0, panes - 1)
        if lines == len(self.splits):
            return self.splits
        return tuple((n + 1) / (lines + 1) for n in range(lines))


def first_ones(keys: Sequence[str], most: int, reference: str | None) -> tuple[str, ...]:
    """The first of `keys`; where they are more than `most`, the reference is one of those left."""
    first = tuple(keys[:most])
    if reference is None or reference not in keys[most:]:
        return first
    return (*first[:-1], reference)


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)
