"""Draws one picture cut by dividing lines, each part from another source; the lines may sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

from srstudio.compare.rendering_text import Lettering, shade
from srstudio.compare.rendering_views import ROOM, TEXT, Panel, View, as_frame, empty_sheet, paste
from srstudio.core.frame import Frame

_LINE, _EDGE = (255, 255, 255), (0, 0, 0)
_HOLD = 0.15  # part of a sweep for which a source stands still, at either end


def draw_slider(panels: Sequence[Panel], views: Sequence[View]) -> Frame:
    """One picture in upright strips of one width, each from another panel, with its label.

    Args:
        panels: Sources of one size, from the left.
        views: What of them is shown, one below the other; the second is marked on the first.

    Returns:
        `uint8` RGB, with profile and time of the first panel.
    """
    count = len(panels)
    splits = [number / count for number in range(1, count)]
    return _cut(panels, views, splits, 1 / count)


def draw_sweep(panels: Sequence[Panel], views: Sequence[View], phase: float) -> Frame:
    """A moment of a slider that sweeps from each panel to the next one, and on to the first.

    Args:
        panels: At least two sources of one size.
        views: As of `draw_slider`.
        phase: Sweeps done; after as many as there are panels all were shown.

    Returns:
        As `draw_slider`.
    """
    step, part = int(phase), phase - int(phase)
    before, after = panels[step % len(panels)], panels[(step + 1) % len(panels)]
    moved = min(max((part - _HOLD) / (1 - 2 * _HOLD), 0.0), 1.0)
    eased = moved * moved * (3 - 2 * moved)
    if step % 2:  # back, from the left to the right
        return _cut((after, before), views, (eased,), 0.5)
    return _cut((before, after), views, (1 - eased,), 0.5)


def sweep_phases(panels: int, seconds: float, rate: int) -> Iterator[tuple[float, int]]:
    """The moments of one round of sweeps, which goes on where it began.

    Args:
        panels: How many there are.
        seconds: That one sweep lasts.
        rate: Moments in a second.

    Yields:
        The phase of a moment, and for how many moments it stands.
    """
    still = max(1, round(2 * _HOLD * seconds * rate))
    moving = max(1, round((1 - 2 * _HOLD) * seconds * rate))
    for step in range(panels):
        yield float(step), still
        for moment in range(1, moving + 1):
            yield step + _HOLD + (1 - 2 * _HOLD) * moment / (moving + 1), 1


def _cut(
    panels: Sequence[Panel], views: Sequence[View], splits: Sequence[float], part: float
) -> Frame:
    """Panels cut at `splits` (0 to 1); a label has `part` of the width, and room for words."""
    width, height = max(view.size[0] for view in views), sum(view.size[1] for view in views)
    cuts = [0, *(round(split * width) for split in splits), width]
    room = round(part * width) if len(panels) > 2 else max(round(part * width), min(width, ROOM))
    sheet = empty_sheet(width, height)
    for panel, (left, right) in zip(panels, pairwise(cuts), strict=True):
        if left < right:
            face = empty_sheet(width, height)
            paste(face, panel.frame, views, (0, 0), 0)
            if panel is panels[-1] and left > 0:
                _label(face, panel, width, room, is_right=True)
            else:
                _label(face, panel, left, room)
            sheet.paste(face.crop((left, 0, right, height)), (left, 0))
    for cut in cuts[1:-1]:
        _divide(sheet, cut)
    return as_frame(sheet, panels[0].frame)


def _label(face: Image.Image, panel: Panel, x: int, room: int, *, is_right: bool = False) -> None:
    """Title and numbers on a dark ground, from `x` on, or up to it."""
    letters = Lettering.for_width(face.width * 3 // 4)  # it covers what is compared
    texts = [letters.fitted(t, room - 2 * letters.gap) for t in (panel.title, *panel.numbers)]
    widest = max(text.width for text in texts) + 2 * letters.gap
    left = x - widest if is_right else x
    shade(face, (left, 0, left + widest, len(texts) * letters.line + letters.gap))
    draw = ImageDraw.Draw(face)
    for line, text in enumerate(texts):
        start = x - letters.gap - text.width if is_right else x + letters.gap
        text.write(draw, (start, letters.gap // 2 + line * letters.line), TEXT)


def _divide(sheet: Image.Image, x: int) -> None:
    """A white line with dark edges, unless it lies at an end."""
    if 0 < x < sheet.width:
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((x - 2, 0, x + 1, sheet.height - 1), _EDGE)
        draw.rectangle((x - 1, 0, x, sheet.height - 1), _LINE)
