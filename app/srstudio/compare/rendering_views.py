"""What of a picture lies where on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from srstudio.core.errors import UsageError
from srstudio.core.frame import Frame, Pixels
from srstudio.core.regions import Region

USUAL_ZOOM = 4
ROOM = 320  # pixels across that words need
BACKGROUND, TEXT = (32, 32, 32), (235, 235, 235)
_MARK = (255, 200, 60)
_LARGEST_ZOOM = 16


@dataclass(frozen=True, slots=True)
class Panel:
    """One source.

    Attributes:
        title: What it is.
        frame: Its picture.
        numbers: How good it is, as in "PSNR 28.31 dB"; may be empty.
    """

    title: str
    frame: Frame
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A part of the pictures, each pixel of it as a square of `zoom` by `zoom`."""

    region: Region
    zoom: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the sheet."""
        return self.region.width * self.zoom, self.region.height * self.zoom

    def of(self, pixels: Pixels) -> Image.Image:
        """What it shows of a picture, `height x width x 3`, uint8."""
        part = pixels[self.region.slices]
        return Image.fromarray(part.repeat(self.zoom, axis=0).repeat(self.zoom, axis=1))


def whole(frame: Frame) -> View:
    """The whole picture as it is; a tiny one enlarged, so that there is room for words."""
    return View(Region.whole(*frame.size), max(1, ROOM // frame.width))


def detail(region: Region, frame: Frame, zoom: int | None = None) -> View:
    """A part enlarged: to the picture's width, or by a factor.

    Raises:
        UsageError: if the part does not lie within the picture.
    """
    if region.empty or region.intersect(Region.whole(*frame.size)) != region:
        raise UsageError(
            f"the region {region.x},{region.y},{region.width},{region.height} does not lie within "
            f"the result of {frame.width}x{frame.height} pixels",
            "give x,y,width,height in pixels of the result",
        )
    return View(region, zoom or max(1, min(frame.width // region.width, _LARGEST_ZOOM)))


def most_different(a: Frame, b: Frame) -> Region:
    """The part, a quarter as wide and high as the picture, where two frames differ most."""
    width, height = max(1, a.width // USUAL_ZOOM), max(1, a.height // USUAL_ZOOM)
    apart = np.abs(a.quantised(8).pixels.astype(np.float32) - b.quantised(8).pixels).mean(axis=2)
    sums = cv2.integral(apart)
    windows = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width]
    y, x = np.unravel_index(np.argmax(windows + sums[:-height, :-width]), windows.shape)
    return Region(int(x), int(y), width, height)


def empty_sheet(width: int, height: int) -> Image.Image:
    """An empty one."""
    return Image.new("RGB", (width, height), BACKGROUND)


def paste(
    sheet: Image.Image, frame: Frame, views: Sequence[View], place: tuple[int, int], gap: int
) -> None:
    """What the views show of a frame, one below the other."""
    x, y = place
    pixels = _opaque(frame)
    for index, view in enumerate(views):
        sheet.paste(view.of(pixels), (x, y))
        if index == 0 and len(views) > 1:
            marked = views[1].region.scaled(view.zoom)
            _mark(ImageDraw.Draw(sheet), marked.moved(x, y))
        y += view.size[1] + gap


def _opaque(frame: Frame) -> Pixels:
    """The picture in 8 bits, on the colour of the sheet where it is transparent."""
    saved = frame.quantised(8)
    if saved.alpha is None:
        return saved.pixels
    alpha = saved.alpha[..., np.newaxis].astype(np.float32) / 255
    ground = np.array(BACKGROUND, np.float32)
    mixed: Pixels = saved.pixels * alpha + ground * (1 - alpha)
    return (mixed + 0.5).astype(np.uint8)


def _mark(draw: ImageDraw.ImageDraw, region: Region) -> None:
    """A bright frame around a region, within a dark one: seen on any picture."""
    for margin, colour in ((2, BACKGROUND), (1, _MARK)):
        left, top = region.x - margin, region.y - margin
        box = (left, top, region.right + margin - 1, region.bottom + margin - 1)
        draw.rectangle(box, outline=colour)


def as_frame(sheet: Image.Image, like: Frame) -> Frame:
    """The sheet as a frame, with profile and time of another."""
    return Frame(
        np.asarray(sheet), icc_profile=like.icc_profile, time=like.time, duration=like.duration
    )
