"""How a comparison is laid out: the choice between the ways to draw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from srstudio.compare.rendering import draw_sheet, grid_columns
from srstudio.compare.rendering_slider import draw_slider, draw_sweep
from srstudio.compare.rendering_views import Panel, View
from srstudio.core.frame import Frame

Layout = Literal["side-by-side", "grid", "sweep"]


def draw_layout(
    layout: Layout,
    panels: Sequence[Panel],
    views: Sequence[View],
    note: str = "",
    phase: float | None = None,
) -> Frame:
    """Panels as they were asked for.

    Args:
        layout: One beside the other, in a grid, or one picture cut by dividing lines.
        panels: Sources of one size.
        views: What of each is shown, one below the other; the second is marked on the first.
        note: The convention of the numbers; not written on a picture that is cut.
        phase: Where sweeping lines are, as `draw_sweep` takes it; None for lines that rest.

    Returns:
        `uint8` RGB, with profile and time of the first panel.
    """
    if layout == "sweep":
        rests = phase is None or len(panels) == 1
        return draw_slider(panels, views) if rests else draw_sweep(panels, views, phase or 0.0)
    columns = grid_columns(len(panels)) if layout == "grid" else None
    return draw_sheet(panels, views, note, columns)
