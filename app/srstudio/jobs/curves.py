"""Figures of every frame of a clip, source by source: what curves and tables are made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from srstudio.core.frame import Frame
from srstudio.core.tables import csv_text
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure
from srstudio.metrics.temporal import (
    Change,
    Motion,
    luma_plane,
    measure_change,
    motion_between,
)

Figure = Literal["mse", "psnr", "ssim", "warping", "flicker"]
FIGURES: tuple[Figure, ...] = get_args(Figure)
COLUMNS = ("source", "frame", "time", *FIGURES)

_HIGHER_IS_BETTER = frozenset[Figure]({"psnr", "ssim"})


@dataclass(frozen=True, slots=True)
class FrameFigures:
    """What was measured on one frame of one source; None where it was not, or cannot be.

    Attributes:
        number: Of the frame in the low-resolution clip.
        time: When it is shown, in seconds.
        mse: Mean squared error on the 0..255 scale.
        psnr: In dB; infinite where the frame equals the ground truth.
        ssim: At most 1.
        warping: Warping error against the frame before, along the motion: MSE of Y, 0..255.
        flicker: Mean absolute change of the error of Y since the frame before, 0..255.
    """

    number: int
    time: float
    mse: float | None = None
    psnr: float | None = None
    ssim: float | None = None
    warping: float | None = None
    flicker: float | None = None

    def value(self, figure: Figure) -> float | None:
        """One of the figures by its name."""
        found: float | None = getattr(self, figure)
        return found


@dataclass(frozen=True, slots=True)
class Before:
    """The frame before, which temporal figures compare with.

    Attributes:
        frame: Of the source.
        truth: Of the ground truth; None where there is none.
        motion: Since then, which all sources of a frame can share; looked for in the ground truth
            (else in the source) if None.
    """

    frame: Frame
    truth: Frame | None = None
    motion: Motion | None = None


def measure_frame(
    number: int,
    frame: Frame,
    truth: Frame | None,
    protocol: Protocol,
    before: Before | None = None,
) -> FrameFigures:
    """All figures of one frame of one source.

    Args:
        number: Of the frame in the clip.
        frame: What the source shows, with its time.
        truth: Its ground truth, of the same size; None where there is none.
        protocol: Channel and crop; temporal figures are of Y whatever it says.
        before: The frame before; None for the first one, and after a cut.

    Raises:
        InputError: if the sizes differ.
    """
    figures = FrameFigures(number, float(frame.time or 0))
    if truth is not None:
        m = measure(frame, truth, protocol)
        figures = replace(figures, mse=_known(m.mse), psnr=_known(m.psnr), ssim=_known(m.ssim))
    if before is not None:
        change = _change(frame, truth, before, protocol.crop)
        warping, flicker = _known(change.warping), _known(change.flicker)
        figures = replace(figures, warping=warping, flicker=flicker)
    return figures


def motion_of(before: Frame, after: Frame) -> Motion:
    """The motion between two frames that follow each other, as `Before` takes it."""
    return motion_between(luma_plane(before), luma_plane(after))


def _change(frame: Frame, truth: Frame | None, before: Before, crop: int) -> Change:
    """What happens between two frames of a source."""
    truths = None if truth is None or before.truth is None else (before.truth, truth)
    motion = before.motion or motion_of(*(truths or (before.frame, frame)))
    return measure_change(before.frame, frame, motion, truths, crop)


@dataclass(slots=True)
class Curves:
    """The figures of several sources over one clip, in whatever order they arrive."""

    _points: dict[str, dict[int, FrameFigures]] = field(default_factory=dict)

    def add(self, key: str, figures: FrameFigures) -> None:
        """Keep the figures of one frame of a source, in place of those known before."""
        self._points.setdefault(key, {})[figures.number] = figures

    def copy(self) -> Curves:
        """As they are now: what comes later is not in it."""
        return Curves({key: dict(points) for key, points in self._points.items()})

    def forget(self, key: str) -> None:
        """Drop all that is known of a source."""
        self._points.pop(key, None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The sources that something is known of, the first one measured first."""
        return tuple(self._points)

    def at(self, key: str, number: int) -> FrameFigures | None:
        """The figures of one frame of a source, where they are known."""
        return self._points.get(key, {}).get(number)

    def points(self, key: str) -> Sequence[FrameFigures]:
        """What is known of a source, by frame number."""
        known = self._points.get(key, {})
        return [known[number] for number in sorted(known)]

    def values(self, key: str, figure: Figure) -> Sequence[tuple[int, float]]:
        """Frame number and value of one figure, where it was measured, by frame number."""
        return [(p.number, v) for p in self.points(key) if (v := p.value(figure)) is not None]

    def means(self, key: str) -> Mapping[Figure, float | None]:
        """The mean of each figure over the frames on which it was measured.

        That of PSNR is the mean of the frames' PSNRs; one frame without an error makes it
        infinite.
        """
        return {figure: _mean([v for _, v in self.values(key, figure)]) for figure in FIGURES}

    def worst(self, key: str, count: int, by: Figure = "psnr") -> Sequence[FrameFigures]:
        """The frames that are worst by one figure, the worst first; of equals the earlier."""
        measured = [p for p in self.points(key) if p.value(by) is not None]
        sign = 1 if by in _HIGHER_IS_BETTER else -1
        return sorted(measured, key=lambda p: sign * (p.value(by) or 0.0))[:count]

    def missing(self, key: str, wanted: Iterable[int]) -> Sequence[int]:
        """Those of the wanted frames of which nothing is known."""
        known = self._points.get(key, {})
        return [number for number in wanted if number not in known]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A row of `COLUMNS` for each frame and source, source after source."""
        for key in self.keys:
            for p in self.points(key):
                yield key, p.number, p.time, *(p.value(figure) for figure in FIGURES)

    def csv(self) -> str:
        """The rows as CSV under a head of `COLUMNS`; empty where nothing was measured."""
        return csv_text(COLUMNS, self.rows())


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
