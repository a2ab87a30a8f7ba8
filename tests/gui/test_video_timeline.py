from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from srstudio.gui.theme import ThemeManager, read_colours
from srstudio.gui.video.ruler import Ruler
from srstudio.gui.video.strip_canvas import StripCanvas
from srstudio.gui.video.timeline_bar import TimelineBar
from srstudio.gui.video.timeline_paint import TIMES, TRACK, row_top
from srstudio.gui.video.times import (
    HALF_OF_THE_LAST_DIGIT,
    read_time,
    short_time_text,
    time_text,
)
from srstudio.media.video.timeline import Timeline

THOUSANDTHS = Fraction(1, 1_000)
# A film: frames of 24 a second, and in the middle one that stays for two seconds.
UNEVEN = [*range(0, 10 * 1001, 1001), *range(10 * 1001 + 48_000, 20 * 1001 + 48_000, 1001)]


def timeline(ticks: list[int], end: int, base: Fraction = Fraction(1, 24_000)) -> Timeline:
    return Timeline(np.array(ticks, np.int64), end, base, np.array(ticks[:1], np.int64))


def even(count: int, step: int = 1001, start: int = 0) -> Timeline:
    ticks = [start + number * step for number in range(count)]
    return timeline(ticks, ticks[-1] + step)


timelines = st.lists(st.integers(1, 5_000), min_size=1, max_size=60).map(
    lambda steps: timeline(
        [7_000 + sum(steps[:n]) for n in range(len(steps))], 7_000 + sum(steps), THOUSANDTHS
    )
)


@pytest.fixture
def bar(qapp: QApplication, qtbot: QtBot) -> TimelineBar:
    ThemeManager(qapp).follow("dark")
    made = TimelineBar()
    made.recolour(read_colours("dark"))
    made.resize(700, made.sizeHint().height())
    made.set_timeline(timeline(UNEVEN, 20 * 1001 + 48_000))
    made.show()
    qtbot.addWidget(made)
    return made


def place(bar: TimelineBar, number: float, y: float = TIMES + TRACK / 2) -> QPoint:
    """The point of the strip at a frame; a fraction is a part of its duration."""
    ruler = bar.strip.ruler
    assert ruler is not None
    left, right = ruler.x(int(number)), ruler.x(int(number) + 1)
    return QPointF(left + (number % 1) * (right - left), y).toPoint()


# -- times --------------------------------------------------------------------------------


def test_times_are_written_to_the_millisecond() -> None:
    assert time_text(Fraction(3_723_004, 1_000)) == "1:02:03.004"
    assert time_text(Fraction(1, 30)) == "0:00:00.033"
    assert time_text(Fraction(59_9996, 10_000)) == "0:01:00.000"
    assert time_text(Fraction(-1, 2)) == "-0:00:00.500"
    assert short_time_text(Fraction(3, 2), 1) == "0:01.5"
    assert short_time_text(Fraction(90), 0) == "1:30"
    assert short_time_text(Fraction(36_000), 0) == "10:00:00"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("83.4", "83.4"), ("1:23.4", "83.4"), ("1:00:00", "3600"), ("0:05,5", "5.5"), (" 7 ", "7")],
)
def test_times_can_be_typed_in_several_ways(text: str, seconds: str) -> None:
    assert read_time(text) == Fraction(seconds)


@pytest.mark.parametrize("text", ["", "one", "1:2:3:4", "-4", "."])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


@given(clip=timelines)
def test_the_time_that_is_written_leads_back_to_the_frame(clip: Timeline) -> None:
    for number in range(len(clip)):
        typed = read_time(time_text(clip.time(number) - clip.start))
        assert typed is not None
        assert clip.index(clip.start + typed + HALF_OF_THE_LAST_DIGIT) == number


# -- where times are ----------------------------------------------------------------------


@given(clip=timelines, width=st.integers(1, 2_000))
def test_frames_lie_where_their_times_are(clip: Timeline, width: int) -> None:
    ruler = Ruler(clip, 12, width)
    whole = clip.stop - clip.start
    for number in range(len(clip)):
        share = (clip.time(number) - clip.start) / whole
        assert ruler.x(number) == pytest.approx(12 + float(share) * width)
        middle = (ruler.x(number) + ruler.x(number + 1)) / 2
        assert ruler.number(middle) == number
        assert ruler.edge(ruler.x(number) + 1e-7) in (number, number + 1)
    assert (ruler.x(0), ruler.x(len(clip))) == (12, 12 + width)
    assert (ruler.number(-5), ruler.number(12 + width + 5)) == (0, len(clip) - 1)


@settings(max_examples=60)
@given(clip=timelines, width=st.integers(1, 300), chance=st.randoms(use_true_random=False))
def test_computed_frames_fill_the_pixels_of_their_times(
    clip: Timeline, width: int, chance: random.Random
) -> None:
    kept = [number for number in range(len(clip)) if chance.random() < 0.4]
    filled = np.zeros(width + 1, bool)
    whole = clip.end - int(clip.ticks[0])
    for number in kept:
        following = clip.end if number + 1 == len(clip) else int(clip.ticks[number + 1])
        left = (int(clip.ticks[number]) - int(clip.ticks[0])) * width // whole
        right = (following - int(clip.ticks[0])) * width // whole
        filled[left : max(right, left + 1)] = True
    painted = np.zeros(width + 1, bool)
    spans = Ruler(clip, 0, width).spans(np.array(kept, np.int64))
    for left, right in spans:
        assert not painted[int(left) : int(right)].any()
        painted[int(left) : int(right)] = True
    np.testing.assert_array_equal(painted, filled)


def test_what_is_painted_of_many_frames_is_bounded_by_the_width() -> None:
    every_other = np.arange(0, 100_000, 2, dtype=np.int64)
    ruler = Ruler(even(100_000), 0, 700)
    assert len(ruler.spans(every_other)) == 1
    scattered = np.random.default_rng(0).integers(0, 100_000, 300)
    assert 100 < len(ruler.spans(scattered)) <= 350
    assert len(list(ruler.ticks(80))) < 100


@pytest.mark.parametrize("seconds", [Fraction(1, 240), Fraction(1, 3), 9, 100, 4_000, 90_000])
@pytest.mark.parametrize("width", [300, 676, 1_976])
def test_times_are_written_as_densely_as_there_is_room(seconds: Fraction, width: int) -> None:
    clip = timeline([0], int(seconds * 24_000))
    ticks = list(Ruler(clip, 0, width).ticks(80))
    written = [tick for tick in ticks if tick.text]
    assert written[0].x == 0
    assert len({tick.text for tick in written}) == len(written)
    gaps = np.diff([tick.x for tick in written])
    assert (gaps >= 80).all()
    assert len(written) >= width / 80 / 6 or not gaps.size
    assert max(tick.x for tick in ticks) <= width + 1e-6


# -- the strip ----------------------------------------------------------------------------


def test_a_click_seeks_the_frame_that_is_shown_at_that_time(bar: TimelineBar, qtbot: QtBot) -> None:
    for number in (3, 9, 15):  # the ninth lasts for two seconds
        with qtbot.waitSignal(bar.sought) as heard:
            QTest.mouseClick(
                bar.strip, Qt.MouseButton.LeftButton, pos=place(bar, number + 0.5, 5.0)
            )
        assert heard.args == [number]


def test_of_a_quick_drag_only_the_newest_place_is_told(bar: TimelineBar, qtbot: QtBot) -> None:
    heard: list[int] = []
    bar.sought.connect(heard.append)
    QTest.mousePress(bar.strip, Qt.MouseButton.LeftButton, pos=place(bar, 2.5))
    for number in range(3, 18):
        QTest.mouseMove(bar.strip, place(bar, number + 0.5), delay=-1)
    assert len(heard) <= 1
    qtbot.waitUntil(lambda: heard[-1:] == [17])
    assert len(heard) < 15
    QTest.mouseRelease(bar.strip, Qt.MouseButton.LeftButton, pos=place(bar, 17.5))


def grab(bar: TimelineBar, number: int, outward: int) -> QPoint:
    """A point on the handle at the beginning of a frame."""
    return place(bar, number) + QPoint(4 * outward, 0)


def test_the_handles_choose_a_region_that_is_never_empty(bar: TimelineBar) -> None:
    heard: list[object] = []
    bar.marks_chosen.connect(heard.append)
    left, strip = Qt.MouseButton.LeftButton, bar.strip
    QTest.mousePress(strip, left, pos=grab(bar, 0, -1))
    assert not heard
    QTest.mouseMove(strip, grab(bar, 5, -1))
    QTest.mouseRelease(strip, left, pos=grab(bar, 5, -1))
    assert heard[-1:] == [range(5, 20)]
    QTest.mousePress(strip, left, pos=grab(bar, 20, 1))
    QTest.mouseMove(strip, grab(bar, 12, 1))
    assert heard[-1:] == [range(5, 12)]
    QTest.mouseMove(strip, grab(bar, 1, 1))
    assert heard[-1:] == [range(5, 6)]
    QTest.mouseMove(strip, grab(bar, 20, 1))
    QTest.mouseRelease(strip, left, pos=grab(bar, 20, 1))
    QTest.mousePress(strip, left, pos=grab(bar, 5, -1))
    QTest.mouseMove(strip, grab(bar, 0, -1))
    assert heard[-1:] == [None]
    assert None not in heard[:-1]


def test_the_menu_begins_and_ends_the_region_where_it_was_opened(bar: TimelineBar) -> None:
    heard: list[object] = []
    bar.marks_chosen.connect(heard.append)
    begin, _, whole = bar.strip.menu_at(7).actions()
    assert not whole.isEnabled()
    begin.trigger()
    bar.strip.menu_at(3).actions()[1].trigger()
    bar.strip.menu_at(3).actions()[2].trigger()
    assert heard == [range(7, 20), range(3, 4), None]


def test_keys_step_and_go_to_the_ends(bar: TimelineBar) -> None:
    stepped: list[int] = []
    sought: list[int] = []
    bar.stepped.connect(stepped.append)
    bar.sought.connect(sought.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        QTest.keyClick(bar.strip, key)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(bar.strip, key)
    assert (stepped, sought) == ([-1, 1, -10, 10], [19, 0])


def test_the_mouse_is_told_frame_time_and_what_is_computed(bar: TimelineBar) -> None:
    bar.set_titles({"net": "Net x4"})
    bar.set_kept({"raw": {0, 1}, "net": {12}})
    at = QPointF(place(bar, 12.5, row_top(1) + 1))
    assert bar.strip.told_at(at) == "Frame 12   0:00:02.501\nNet x4: computed, 1 frames are"
    assert "not computed yet, 2 frames" in bar.strip.told_at(QPointF(at.x(), row_top(0) + 1))
    assert bar.strip.told_at(QPointF(at.x(), 4)).count("\n") == 0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("count", [1, 100_000])
def test_computed_frames_and_the_play_head_are_painted(
    bar: TimelineBar, theme: str, count: int
) -> None:
    colours = read_colours(theme)
    bar.recolour(colours)
    bar.set_timeline(even(count, start=9_000))
    bar.set_kept({"raw": range(count // 2, count), "net": ()})
    bar.resize(700, bar.sizeHint().height())
    image = bar.strip.grab().toImage()
    assert bar.strip.height() == bar.strip.sizeHint().height() > StripCanvas().sizeHint().height()
    y = round(row_top(0) + 1)
    right = image.pixelColor(place(bar, count - 1).x() - 5 if count > 1 else 300, y)
    assert right.name() == colours["curve_1"]
    if count > 1:
        assert image.pixelColor(200, y).name() == colours["border"]


# -- buttons and fields -------------------------------------------------------------------


def test_a_frame_number_can_be_typed(bar: TimelineBar, qtbot: QtBot) -> None:
    field = bar.transport.frame
    field.selectAll()
    with qtbot.waitSignal(bar.sought) as heard:
        QTest.keyClicks(field, "14")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard.args == [14]
    assert bar.transport.last.text() == "/ 19"


def test_a_time_can_be_typed_and_nonsense_is_taken_back(bar: TimelineBar, qtbot: QtBot) -> None:
    heard: list[int] = []
    bar.sought.connect(heard.append)
    field = bar.transport.time
    for text in ("0:02.6", "later"):
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [14]
    bar.set_number(14)
    assert field.text() == "0:00:02.584"
    assert bar.transport.whole.text() == "/ 0:00:02.834"


def test_what_somebody_types_is_not_written_over_by_playing(bar: TimelineBar, qtbot: QtBot) -> None:
    bar.activateWindow()
    for field in (bar.transport.frame, bar.transport.time):
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.selectAll()
        QTest.keyClicks(field, "1")
        bar.set_number(9)
        assert field.text() == "1"
    QTest.keyClick(bar.transport.time, Qt.Key.Key_Escape)
    bar.set_number(10)
    assert bar.transport.time.text() == "0:00:02.417"


def test_every_button_says_what_it_wants(bar: TimelineBar) -> None:
    heard: list[tuple[str, object]] = []
    for name in ("sought", "stepped", "rate_asked", "loop_toggled"):
        getattr(bar, name).connect(lambda value, name=name: heard.append((name, value)))
    bar.play_toggled.connect(lambda: heard.append(("play", None)))
    bar.set_number(5)
    for button in bar.transport.buttons.values():
        button.click()
    bar.transport.rate.menu().actions()[1].trigger()
    assert heard == [
        *(("sought", 0), ("stepped", -1), ("play", None), ("stepped", 1), ("sought", 19)),
        *(("loop_toggled", True), ("rate_asked", 0.25)),
    ]


def test_the_state_is_written(bar: TimelineBar) -> None:
    transport = bar.transport
    bar.set_state(playing=True, rate=-2.0, waiting=False, measured_fps=23.97)
    assert (transport.rate.text(), transport.speed.text()) == ("-2x", "24.0 fps")
    assert transport.buttons["play"].accessibleName() == "Pause"
    bar.set_state(playing=True, rate=1.0, waiting=True, measured_fps=3.0)
    assert transport.speed.text() == "computing, 3.0 of 7 fps"
    bar.set_state(playing=False, rate=0.0, waiting=False, measured_fps=None)
    assert (transport.rate.text(), transport.speed.text()) == ("1x", "")
    bar.set_looped(True)
    assert transport.buttons["loop"].isChecked()
    bar.set_number(0)
    assert not transport.buttons["to_start"].isEnabled()
    bar.set_number(19)
    assert not transport.buttons["step_forward"].isEnabled()


def test_everything_that_takes_the_keyboard_has_a_name(bar: TimelineBar) -> None:
    parts = [bar.strip, *bar.transport.findChildren(QWidget)]
    own = [part for part in parts if not part.objectName().startswith("qt_")]
    focusable = [part for part in own if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(focusable) >= 3
    assert all(part.accessibleName() for part in focusable)
    assert all(b.toolTip() for b in bar.transport.findChildren(QAbstractButton))


def test_a_long_clip_fits_into_a_narrow_window(bar: TimelineBar) -> None:
    bar.set_timeline(even(1_000_000))
    bar.set_number(999_999)
    bar.set_state(playing=True, rate=8.0, waiting=True, measured_fps=99.9)
    assert bar.minimumSizeHint().width() < 600


def test_without_a_clip_nothing_can_be_done(bar: TimelineBar) -> None:
    bar.set_timeline(None)
    bar.strip.repaint()
    assert bar.strip.told_at(QPointF(100, 20)) == ""
    assert not bar.isEnabled()
