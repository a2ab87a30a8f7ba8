"""Draws sources side by side, with what they are and how good they are: a picture to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

from PIL import ImageDraw

from srstudio.compare.rendering_text import Lettering
from srstudio.compare.rendering_views import (
    ROOM,
    TEXT,
    USUAL_ZOOM,
    Panel,
    View,
    as_frame,
    empty_sheet,
    most_different,
    paste,
    whole,
)
from srstudio.core.frame import Frame


def draw_comparison(panels: Sequence[Panel], note: str) -> Frame:
    """The panels side by side, whole above, and below them the part that differs most.

    Args:
        panels: Sources of one size; the part is where the first and the last differ most.
        note: The convention of the numbers, written beneath.

    Returns:
        `uint8` RGB.
    """
    first, last = panels[0].frame, panels[-1].frame
    part = View(most_different(first, last), USUAL_ZOOM)
    return draw_sheet(panels, (whole(first), part), note)


def grid_columns(count: int) -> int:
    """Columns of a grid that is as wide as high, or a little wider."""
    return ceil(sqrt(count))


def draw_sheet(
    panels: Sequence[Panel], views: Sequence[View], note: str = "", columns: int | None = None
) -> Frame:
    """Panels side by side or in a grid, each below its title and numbers.

    The size depends on the sizes of the pictures alone, so that frames of a clip give one size.

    Args:
        panels: Sources of one size.
        views: What of each is shown, one below the other; the second is marked on the first.
        note: The convention of the numbers, written beneath.
        columns: Of the grid; all panels in one row if None.

    Returns:
        `uint8` RGB, with profile and time of the first panel.
    """
    columns = columns or len(panels)
    column = max(ROOM, *(view.size[0] for view in views))
    letters = Lettering.for_width(column)
    lines = 2 if any(panel.numbers for panel in panels) else 1
    gap, head = letters.gap, lines * letters.line + letters.gap
    cell = head + sum(view.size[1] + gap for view in views)
    rows = ceil(len(panels) / columns)
    foot = letters.line if note else 0
    sheet = empty_sheet(columns * (column + gap) + gap, gap + rows * cell + foot)
    draw = ImageDraw.Draw(sheet)
    for index, panel in enumerate(panels):
        x, y = gap + index % columns * (column + gap), gap + index // columns * cell
        for line, text in enumerate((panel.title, "  ".join(panel.numbers))[:lines]):
            letters.fitted(text, column).write(draw, (x, y + line * letters.line), TEXT)
        paste(sheet, panel.frame, views, (x, y + head), gap)
    if note:
        room = sheet.width - 2 * gap
        letters.fitted(note, room).write(draw, (gap, gap + rows * cell), TEXT)
    return as_frame(sheet, panels[0].frame)
