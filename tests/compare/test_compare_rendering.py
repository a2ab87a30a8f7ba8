"""Comparisons drawn: pixels that are compared stay what they are, words fit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from srstudio.compare.rendering import draw_comparison, draw_sheet, grid_columns
from srstudio.compare.rendering_layouts import draw_layout
from srstudio.compare.rendering_slider import draw_slider, draw_sweep, sweep_phases
from srstudio.compare.rendering_text import Lettering
from srstudio.compare.rendering_views import Panel, View, detail, whole
from srstudio.core.errors import UsageError
from srstudio.core.frame import Frame, Pixels
from srstudio.core.regions import Region

WIDTH, HEIGHT = 400, 300
LABEL = 140  # rows that labels may cover


def noise(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Frame:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Frame(pixels, time=Fraction(seed, 25), duration=Fraction(1, 25))


PANELS = [Panel(f"Model {n}", noise(n), ("SSIM 0.9", "PSNR 30.00 dB")) for n in range(4)]
WHOLE = (whole(PANELS[0].frame),)


def place_of(part: Pixels, sheet: Pixels) -> tuple[int, int] | None:
    """Where a picture lies in another, as it is; x and y of its top-left corner."""
    height, width = part.shape[:2]
    corners = (sheet[: 1 - height or None, : 1 - width or None] == part[0, 0]).all(axis=2)
    for y, x in zip(*np.nonzero(corners), strict=True):
        if (sheet[y : y + height, x : x + width] == part).all():
            return int(x), int(y)
    return None


def test_panels_lie_side_by_side_to_the_pixel() -> None:
    sheet = draw_sheet(PANELS[:3], WHOLE, "a note")
    places = [place_of(panel.frame.pixels, sheet.pixels) for panel in PANELS[:3]]
    assert None not in places
    assert len({y for _, y in places}) == 1  # type: ignore[misc]
    xs = [x for x, _ in places]  # type: ignore[misc]
    assert xs[0] + WIDTH < xs[1]
    assert xs[1] - xs[0] == xs[2] - xs[1]
    assert (sheet.time, sheet.duration) == (Fraction(0), Fraction(1, 25))


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (9, 3)])
def test_a_grid_is_about_as_wide_as_high(count: int, columns: int) -> None:
    assert grid_columns(count) == columns


def test_a_grid_has_rows() -> None:
    sheet = draw_layout("grid", PANELS, WHOLE)
    places = [place_of(panel.frame.pixels, sheet.pixels) for panel in PANELS]
    assert [place is not None for place in places] == [True] * 4
    assert len({x for x, _ in places}) == len({y for _, y in places}) == 2  # type: ignore[misc]


def test_a_detail_is_enlarged_by_whole_squares() -> None:
    region = Region(100, 40, 60, 50)
    view = detail(region, PANELS[0].frame, 3)
    sheet = draw_sheet(PANELS[:2], (view,))
    expected = np.kron(PANELS[1].frame.pixels[region.slices], np.ones((3, 3, 1), np.uint8))
    assert place_of(expected, sheet.pixels) is not None
    assert detail(region, PANELS[0].frame) == View(region, 6)


@pytest.mark.parametrize("region", [Region(-1, 0, 9, 9), Region(390, 0, 20, 9), Region(0, 0, 0, 9)])
def test_a_region_lies_within_the_picture(region: Region) -> None:
    with pytest.raises(UsageError, match="does not lie within"):
        detail(region, PANELS[0].frame)


def test_what_differs_most_is_shown_below() -> None:
    base = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    other = base.copy()
    other[200:220, 300:330] = 250
    sheet = draw_comparison([Panel("a", Frame(base)), Panel("b", Frame(other))], "")
    enlarged = np.kron(other[200:220, 300:330], np.ones((4, 4, 1), np.uint8))
    assert place_of(enlarged, sheet.pixels) is not None


def test_strips_of_a_slider_are_the_pixels_of_their_sources() -> None:
    cut = draw_slider(PANELS, WHOLE).pixels
    assert cut.shape == (HEIGHT, WIDTH, 3)
    for number, panel in enumerate(PANELS):
        strip = slice(number * 100 + 3, number * 100 + 97)
        assert (cut[LABEL:, strip] == panel.frame.pixels[LABEL:, strip]).all()


def test_a_sweep_goes_from_each_source_to_the_next_and_on_to_the_first() -> None:
    for step in range(4):
        shown = draw_sweep(PANELS, WHOLE, step).pixels
        assert (shown[LABEL:] == PANELS[step].frame.pixels[LABEL:]).all()
    for step, (left, right) in enumerate([(0, 1), (2, 1), (2, 3), (0, 3)]):
        half = draw_sweep(PANELS, WHOLE, step + 0.5).pixels[LABEL:]
        assert (half[:, :195] == PANELS[left].frame.pixels[LABEL:, :195]).all()
        assert (half[:, 205:] == PANELS[right].frame.pixels[LABEL:, 205:]).all()


@pytest.mark.parametrize("panels", [2, 3])
def test_a_round_of_sweeps_lasts_as_long_as_was_asked_for(panels: int) -> None:
    phases = list(sweep_phases(panels, 3.0, 20))
    assert sum(count for _, count in phases) == pytest.approx(panels * 60, abs=panels)
    assert [phase for phase, _ in phases] == sorted({phase for phase, _ in phases})
    assert phases[-1][0] < panels


def test_every_frame_of_a_clip_gives_one_size() -> None:
    few = [Panel("Raw", noise(1), ("MSE 0.10", "PSNR inf dB"))]
    many = [Panel("Raw", noise(2), ("MSE 12345.67", "PSNR 7.31 dB"))]
    assert draw_sheet(few, WHOLE).size == draw_sheet(many, WHOLE).size


def test_tiny_pictures_are_enlarged_until_words_fit() -> None:
    tiny = noise(1, 31, 20)
    view = whole(tiny)
    assert view.zoom == 10
    assert draw_slider([Panel("Raw", tiny)], (view,)).size == (310, 200)


@pytest.mark.parametrize("width", [60, 200, 900])
def test_words_never_take_more_than_their_room(width: int) -> None:
    letters = Lettering.for_width(width)
    for words in ("Raw", "2D + optical flow + 2D3D x4, photo, self-ensemble", "W" * 200):
        text = letters.fitted(words, width)
        assert text.width <= width
        assert text.size >= 11
        assert text.words == words or text.words.endswith("...")


def test_labels_are_bright_on_dark_whatever_is_below() -> None:
    white = Frame(np.full((HEIGHT, WIDTH, 3), 255, np.uint8))
    cut = draw_slider([Panel("Model", white, ("PSNR 30.00 dB",))], WHOLE).pixels
    label = cut[:20, :60].astype(int)
    assert np.median(label) < 90
    assert label.max() > 200


def test_what_is_transparent_lies_on_the_ground_of_the_sheet() -> None:
    frame = noise(1)
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    alpha[:, : WIDTH // 2] = 255
    shown = draw_slider([Panel("a", frame.with_pixels(frame.pixels, alpha))], WHOLE).pixels
    half = WIDTH // 2
    assert (shown[LABEL:, :half] == frame.pixels[LABEL:, :half]).all()
    assert (shown[LABEL:, half:] == 32).all()
