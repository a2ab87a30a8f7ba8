"""Panels drawn as `srstudio export-comparison` was asked to, at rest or moving."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from srstudio.cli.comparison_sources import Panels
from srstudio.compare.rendering_layouts import Layout, draw_layout
from srstudio.compare.rendering_slider import sweep_phases
from srstudio.compare.rendering_views import Panel, View, detail, most_different, whole
from srstudio.core.frame import Frame
from srstudio.media.color import to_srgb_8bit

SECONDS = 3.0
RATE = 20  # pictures in a second of a sweep: whole hundredths of a second, as a GIF counts them


@dataclass(frozen=True, slots=True)
class Drawing:
    """How panels are drawn; the same for every frame.

    Attributes:
        layout: One beside the other, a grid, or a slider.
        views: What of each is shown.
        note: The convention of the numbers.
        seconds: How long a sweep lasts, and a picture at rest is shown.
    """

    layout: Layout
    views: tuple[View, ...]
    note: str
    seconds: float

    def at_rest(self, panels: Panels) -> Frame:
        """A single picture."""
        return draw_layout(self.layout, panels, self.views, self.note)

    def of_picture(self, panels: Panels) -> Iterator[Frame]:
        """The frames of an animation of one picture, in sRGB, which is all that it can hold."""
        panels = [_in_srgb(panel) for panel in panels]
        resting = (None, max(1, round(self.seconds * RATE)))
        sweeps = self.layout == "sweep" and len(panels) > 1
        number = 0
        for phase, count in sweep_phases(len(panels), self.seconds, RATE) if sweeps else [resting]:
            frame = draw_layout(self.layout, panels, self.views, self.note, phase)
            time, duration = Fraction(number, RATE), Fraction(count, RATE)
            yield replace(frame, time=time, duration=duration)
            number += count

    def of_clip(self, moments: Iterable[Panels]) -> Iterator[Frame]:
        """The frames of a clip; its slider sweeps while it plays."""
        start = None
        for panels in moments:
            time = panels[0].frame.time
            assert time is not None, "a frame of a clip has a time"
            start = time if start is None else start
            phase = float(time - start) / self.seconds
            yield draw_layout(self.layout, panels, self.views, self.note, phase)


def drawing_of(args: Namespace, panels: Panels, note: str, lasting: float) -> Drawing:
    """How the arguments ask for it, for panels such as these, in a clip of so many seconds.

    Raises:
        UsageError: if the region does not lie within the pictures.
    """
    seconds = args.seconds or min(SECONDS, lasting / len(panels))
    return Drawing(args.layout, _views(args, panels), note, seconds)


def _views(args: Namespace, panels: Panels) -> tuple[View, ...]:
    frame = panels[0].frame
    if args.region is None:
        return (whole(frame),)
    region = args.region
    if region == "auto":
        region = most_different(frame, panels[-1].frame)
    part = detail(region, frame, args.zoom)
    return (part,) if args.only_region else (whole(frame), part)


def _in_srgb(panel: Panel) -> Panel:
    frame = panel.frame
    return replace(panel, frame=Frame(to_srgb_8bit(frame), frame.quantised(8).alpha))
