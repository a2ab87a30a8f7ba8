"""Which part of the content is on the screen, and how large: zoom, pan, coordinates.

Three spaces are used. *Content* pixels are those of the picture that is compared (ground truth
or high resolution). *View* coordinates are the logical pixels of a pane, (0, 0) its top-left
corner. *Device* pixels are the physical ones: view coordinates times the device pixel ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

from srstudio.core.regions import Region

Point = tuple[float, float]
Size = tuple[int, int]

LARGEST_ZOOM = 64.0
SMALLEST_PART_OF_FIT = 0.25
OVERSCROLL = 0.25


@dataclass(frozen=True, slots=True)
class Viewport:
    """An immutable view of the content; every operation returns a new one.

    Attributes:
        content: Width and height of the content, in its pixels.
        view: Width and height of the pane, in logical pixels.
        zoom: Device pixels per content pixel; 1.0 is 100 %.
        centre: The content point in the middle of the pane.
        device_pixel_ratio: Device pixels per logical pixel.
    """

    content: Size
    view: tuple[float, float]
    zoom: float = 1.0
    centre: Point = (0.0, 0.0)
    device_pixel_ratio: float = 1.0

    def __post_init__(self) -> None:
        if min(self.content) < 1 or min(self.view) <= 0 or self.device_pixel_ratio <= 0:
            raise ValueError(f"a viewport needs content and room, not {self.content}, {self.view}")
        object.__setattr__(self, "zoom", min(max(self.zoom, self.smallest_zoom), LARGEST_ZOOM))
        object.__setattr__(self, "centre", self._clamped(self.centre))

    # -- what it is -----------------------------------------------------------------------

    @property
    def fit_zoom(self) -> float:
        """The zoom at which the whole content just fits into the view."""
        (width, height), (across, down) = self.content, self.view
        ratio = self.device_pixel_ratio
        return min(across * ratio / width, down * ratio / height, LARGEST_ZOOM)

    @property
    def smallest_zoom(self) -> float:
        """How far one can zoom out: a quarter of the fit, or of 100 % if that is smaller."""
        return min(self.fit_zoom, 1.0) * SMALLEST_PART_OF_FIT

    @property
    def is_fitted(self) -> bool:
        """Whether the whole content is shown as large as the view allows."""
        return self.zoom == self.fit_zoom

    @property
    def scale(self) -> float:
        """Logical pixels per content pixel."""
        return self.zoom / self.device_pixel_ratio

    @property
    def origin(self) -> tuple[int, int]:
        """Device position of the content's top-left corner in the pane.

        It lies on a whole device pixel, so that panning moves pixels without resampling them.
        """
        x, y = (
            math.floor(extent * self.device_pixel_ratio / 2 - centre * self.zoom + 0.5)
            for extent, centre in zip(self.view, self.centre, strict=True)
        )
        return x, y

    # -- coordinates ----------------------------------------------------------------------

    def to_content(self, point: Point) -> Point:
        """The content point under a view point; may lie outside the content."""
        ratio, (x0, y0) = self.device_pixel_ratio, self.origin
        return (point[0] * ratio - x0) / self.zoom, (point[1] * ratio - y0) / self.zoom

    def to_view(self, point: Point) -> Point:
        """Where a content point is seen: the inverse of `to_content`."""
        ratio, (x0, y0) = self.device_pixel_ratio, self.origin
        return (point[0] * self.zoom + x0) / ratio, (point[1] * self.zoom + y0) / ratio

    def pixel_at(self, point: Point) -> tuple[int, int] | None:
        """The content pixel that is drawn on the device pixel at a view point, if one is."""
        ratio = self.device_pixel_ratio
        middle = [(math.floor(part * ratio) + 0.5) / ratio for part in point]
        x, y = map(math.floor, self.to_content((middle[0], middle[1])))
        return (x, y) if 0 <= x < self.content[0] and 0 <= y < self.content[1] else None

    def visible(self) -> Region:
        """The content pixels of which at least a part is seen; empty if there are none."""
        left, top = self.to_content((0.0, 0.0))
        right, bottom = self.to_content(self.view)
        x, y = math.floor(left), math.floor(top)
        seen = Region(x, y, math.ceil(right) - x, math.ceil(bottom) - y)
        return seen.intersect(Region.whole(*self.content))

    # -- operations -----------------------------------------------------------------------

    def fitted(self) -> Self:
        """The whole content, centred, as large as the view allows."""
        width, height = self.content
        return replace(self, zoom=self.fit_zoom, centre=(width / 2, height / 2))

    def at_zoom(self, zoom: float, at: Point | None = None) -> Self:
        """Another zoom, with the content under the view point `at` (the middle) kept there."""
        zoom = min(max(zoom, self.smallest_zoom), LARGEST_ZOOM)
        across, down = self.view
        at = at or (across / 2, down / 2)
        x, y = self.to_content(at)
        ratio = self.device_pixel_ratio
        centre = (
            x - (at[0] - across / 2) * ratio / zoom,
            y - (at[1] - down / 2) * ratio / zoom,
        )
        return replace(self, zoom=zoom, centre=centre)

    def zoomed(self, factor: float, at: Point | None = None) -> Self:
        """`factor` times the zoom; a step that passes or nearly meets a stop ends on it.

        The stops are the fit and the powers of two (..., 50 %, 100 %, 200 %, 400 %, ...).
        """
        return self.at_zoom(self._snapped(self.zoom * factor, reach=math.sqrt(factor)), at)

    def panned(self, dx: float, dy: float) -> Self:
        """The content moved by logical pixels: to the right and down where positive."""
        x, y = self.centre
        return replace(self, centre=(x - dx / self.scale, y - dy / self.scale))

    def resized(self, view: tuple[float, float], device_pixel_ratio: float) -> Self:
        """Another size of the pane: what was fitted stays fitted, else the centre stays."""
        other = replace(self, view=view, device_pixel_ratio=device_pixel_ratio)
        return other.fitted() if self.is_fitted else other

    # -- inner ----------------------------------------------------------------------------

    def _snapped(self, target: float, reach: float) -> float:
        """`target`, or the first stop between the zoom and `reach` times the target."""
        powers = [2.0**n for n in range(-12, 7)]
        low, high = sorted((self.zoom, target * reach))
        stops = [s for s in (*powers, self.fit_zoom) if low <= s <= high and s != self.zoom]
        if not stops:
            return target
        return min(stops) if target > self.zoom else max(stops)

    def _clamped(self, centre: Point) -> Point:
        """The centre, so that the content stays in sight.

        Content smaller than the view is centred; larger content can be moved a little beyond
        its edges. The allowance grows from zero, so zooming never makes the picture jump.
        """
        middles = []
        for at, extent, room in zip(centre, self.content, self.view, strict=True):
            across = room * self.device_pixel_ratio
            hidden = max(0.0, extent * self.zoom - across)
            freedom = (hidden / 2 + OVERSCROLL * min(hidden, across)) / self.zoom
            middles.append(min(max(at, extent / 2 - freedom), extent / 2 + freedom))
        return middles[0], middles[1]
