"""Draws sources side by side, with what they are and how good they are: a picture to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from srstudio.cli.measured import Row
from srstudio.core.frame import Frame
from srstudio.core.regions import Region

_ZOOM = 4
_SMALLEST_PANEL = 320
_BACKGROUND, _TEXT, _FRAME = (32, 32, 32), (235, 235, 235), (255, 200, 60)


@dataclass(frozen=True, slots=True)
class Panel:
    """One source: its picture, its title and a line of numbers."""

    title: str
    line: str
    frame: Frame


def panels_of(judged: Sequence[tuple[Row, Frame]], truth: Frame) -> list[Panel]:
    """A panel for every measured source, and the ground truth last."""
    panels = [Panel(row.choice.spec.title, _line(row), frame) for row, frame in judged]
    return [*panels, Panel("Ground truth", f"{truth.width} x {truth.height} pixels", truth)]


def draw_comparison(panels: Sequence[Panel], note: str) -> Frame:
    """The panels side by side, whole above, and below them one detail enlarged by 4.

    Args:
        panels: Sources of one size; the detail is where the first and the last differ most.
        note: The convention of the numbers, written beneath.

    Returns:
        `uint8` RGB.
    """
    width, height = panels[0].frame.size
    detail = _most_different(panels[0].frame, panels[-1].frame)
    column = max(width, _SMALLEST_PANEL)
    letters = max(14, column // 26)
    font = ImageFont.load_default(letters)
    line, gap = round(letters * 1.4), letters * 3 // 4
    below = height + detail.height * _ZOOM + gap
    size = len(panels) * (column + gap) + gap, below + 4 * line + 2 * gap
    sheet = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for index, panel in enumerate(panels):
        x = gap + index * (column + gap)
        draw.multiline_text((x, gap), f"{panel.title}\n{panel.line}", _TEXT, font)
        whole, part = _images(panel.frame, detail)
        top = gap + 2 * line + gap
        sheet.paste(whole, (x, top))
        sheet.paste(part, (x, top + height + gap))
        _mark(draw, detail.moved(x, top))
    draw.text((gap, size[1] - line - gap // 2), note, _TEXT, font)
    return Frame(np.asarray(sheet))


def _line(row: Row) -> str:
    m = row.measured
    return f"MSE {m.mse:.2f}  SSIM {m.ssim:.4f}  PSNR {m.psnr:.2f} dB"


def _images(frame: Frame, detail: Region) -> tuple[Image.Image, Image.Image]:
    """The whole picture, and the detail enlarged so that its pixels can be seen."""
    pixels = frame.quantised(8).pixels
    large = pixels[detail.slices].repeat(_ZOOM, axis=0).repeat(_ZOOM, axis=1)
    return Image.fromarray(pixels), Image.fromarray(large)


def _mark(draw: ImageDraw.ImageDraw, region: Region) -> None:
    box = (region.x - 1, region.y - 1, region.right, region.bottom)
    draw.rectangle(box, outline=_FRAME)


def _most_different(a: Frame, b: Frame) -> Region:
    """The part, a quarter as wide and high as the picture, where two frames differ most."""
    width, height = max(1, a.width // _ZOOM), max(1, a.height // _ZOOM)
    apart = np.abs(a.quantised(8).pixels.astype(np.float32) - b.quantised(8).pixels).mean(axis=2)
    sums = cv2.integral(apart)
    windows = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width]
    y, x = np.unravel_index(np.argmax(windows + sums[:-height, :-width]), windows.shape)
    return Region(int(x), int(y), width, height)
