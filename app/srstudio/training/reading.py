"""Training data is read once, before the first step, by several threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice, pairwise, zip_longest
from pathlib import Path

import numpy as np

from srstudio.core.errors import InputError
from srstudio.core.frame import Pixels
from srstudio.core.progress import Progress
from srstudio.training.cuts import cuts
from srstudio.training.dataset import Clip
from srstudio.training.decoding import DamagedError, Decoder
from srstudio.training.degradations import BICUBIC, Degradation, degraded, shrunk
from srstudio.training.keeping import PixelStore
from srstudio.training.sources import ClipFiles

THREADS = 8
LONGEST = 100  # frames; a longer shot is kept in parts, for the sake of the memory it takes


@dataclass(frozen=True, slots=True)
class Reading:
    """How data is read.

    Attributes:
        scales: For which low resolution is needed.
        degradation: How it is made, where the data does not bring it along.
        patches: Whether each patch is degraded anew, so that only bicubic is made beforehand.
        shrink: Factor by which everything becomes smaller first.
        strict: Whether a file that cannot be read is refused rather than left out.
        seed: Of the degradation.
        sample: Of each item so many frames are read, a video's from its middle; 0 for all.
    """

    scales: Sequence[int]
    degradation: Degradation = BICUBIC
    patches: bool = True
    shrink: int = 1
    strict: bool = False
    seed: int = 0
    sample: int = 0

    @property
    def given(self) -> bool:
        """Whether low resolution that the data brings along is what is wanted."""
        return self.degradation == BICUBIC and self.shrink == 1

    @property
    def made(self) -> Sequence[int]:
        """The scales for which there has to be low resolution once everything is read."""
        return () if self.patches and self.degradation != BICUBIC else self.scales


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read, and what could not be: a sentence each."""

    clips: list[Clip]
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A frame, with those of its low resolutions that the data brings along."""

    high: Pixels
    low: dict[int, Pixels]


def read_clips(
    items: Sequence[ClipFiles], how: Reading, store: PixelStore, progress: Progress
) -> Loaded:
    """Decode pictures, clips and videos, and make their low resolution.

    A film is taken apart where it cuts to another shot.

    Raises:
        InputError: if frames of a clip differ in size, low resolution does not fit its ground
            truth, or nothing can be read; with `strict`, if something cannot.
        OutputError: if there is no room to keep it.
        Cancelled: if that was asked for.
    """
    loaded = Loaded([])
    with Decoder(how.shrink, begin=0.5 if how.sample else 0.0) as decoder:

        def read(number: int) -> list[Clip]:
            item = items[number].middle(how.sample) if how.sample else items[number]
            moments = _moments(item, how, decoder)
            shots = [list(islice(moments, how.sample))] if how.sample else _shots(moments)
            return [_clip(shot, how, store, number, item.name) for shot in shots]

        with closing(_in_order(read, len(items))) as results:
            for number, result in enumerate(results):
                progress.report(number / len(items), "Reading pictures")
                try:
                    loaded.clips.extend(result())
                except DamagedError as error:
                    if how.strict:
                        raise
                    loaded.left_out.append(str(error))
    if not loaded.clips:
        raise InputError(f"nothing can be read: {loaded.left_out[0].rstrip('.')}")
    return loaded


def _in_order(read: Callable[[int], list[Clip]], count: int) -> Generator[Callable[[], list[Clip]]]:
    """What gives the results, computed by threads; what is not begun at the end never is."""
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, THREADS), thread_name_prefix="reading")
    try:
        for future in [pool.submit(read, number) for number in range(count)]:
            future.exception()
            yield future.result
    finally:
        pool.shutdown(cancel_futures=True)


def _moments(item: ClipFiles, how: Reading, decoder: Decoder) -> Iterator[_Moment]:
    """The frames of an item, each checked against the first one and against its counterpart."""
    given = {s: item.low[s] for s in how.made if s in item.low} if how.given else {}
    first: tuple[Path, Pixels] | None = None
    for high, *low in zip_longest(item.high, *given.values()):
        _check_there(item, high, low)
        for frame in decoder.frames(high):
            first = first or (high, frame)
            _check_alike(high, frame, *first)
            lows = (next(decoder.frames(path)) for path in low)
            fitting = {
                scale: _fitting(high, frame, path, small, scale)
                for scale, path, small in zip(given, low, lows, strict=True)
            }
            yield _Moment(frame, fitting)


def _check_there(item: ClipFiles, high: Path | None, low: Sequence[Path | None]) -> None:
    if high is None or None in low:
        raise InputError(
            f"{item.name} has {len(item.high)} frames, and another number of them in low "
            "resolution",
            "complete the one or the other",
        )


def _check_alike(path: Path, frame: Pixels, first_path: Path, first: Pixels) -> None:
    if frame.shape != first.shape:
        raise InputError(
            f"{path} is {_size(frame)}, the first frame of its clip ({first_path.name}) "
            f"{_size(first)}",
            "put each clip in a folder of its own",
        )


def _fitting(high_path: Path, high: Pixels, path: Path, low: Pixels, scale: int) -> Pixels:
    """The low resolution of what is a multiple of the scale, if it is low resolution of that."""
    height, width = (side // scale for side in high.shape[:2])
    # Some round the size up, some crop first: the pixels are the same.
    if not (0 <= low.shape[0] - height <= 1 and 0 <= low.shape[1] - width <= 1):
        raise InputError(
            f"{path} is {_size(low)}, which is not {high_path} of {_size(high)} at x{scale}",
            f"the low resolution should be {width}x{height}",
        )
    return low[:height, :width]


def _size(frame: Pixels) -> str:
    return f"{frame.shape[1]}x{frame.shape[0]}"


def _shots(moments: Iterator[_Moment]) -> Iterator[list[_Moment]]:
    """The moments by shot, a long one in parts."""
    while part := list(islice(moments, LONGEST)):
        places = [0, *cuts([moment.high for moment in part]), len(part)]
        yield from (part[begin:end] for begin, end in pairwise(places))


def _clip(shot: Sequence[_Moment], how: Reading, store: PixelStore, number: int, name: str) -> Clip:
    high = np.stack([moment.high for moment in shot])
    lows = {}
    for scale in how.made:
        if scale in shot[0].low:
            low = np.stack([moment.low[scale] for moment in shot])
        else:
            low = _low(high, scale, how, number)
        lows[scale] = store.put(low)
    return Clip(lows, store.put(high), name)


def _low(high: Pixels, scale: int, how: Reading, number: int) -> Pixels:
    if how.degradation == BICUBIC:
        return shrunk(high, scale)
    height, width = (side - side % scale for side in high.shape[1:3])
    rng = np.random.default_rng((how.seed, number, scale))
    return degraded(high[:, :height, :width], scale, how.degradation, rng)
