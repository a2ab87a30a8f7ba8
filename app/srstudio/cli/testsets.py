"""Test sets as they are named on the command line, and their pictures, read one by one."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from srstudio.cli.choice import Choice
from srstudio.cli.conventions import protocol_of, published_for
from srstudio.core.errors import InputError, UsageError
from srstudio_resources import sample_clip

if TYPE_CHECKING:
    from srstudio.core.frame import Frame
    from srstudio.media.datasets import DataSet, Item, Shot
    from srstudio.media.video.source import VideoSource
    from srstudio.metrics.protocol import Protocol
    from srstudio.training.degradations import Shrinking

# What low-resolution pictures go through on demand: type, least and greatest value of each.
_DEGRADATIONS: dict[str, tuple[type[float] | type[int], float, float]] = {
    "blur": (float, 0.0, 10.0),
    "jpeg": (int, 1, 100),
}

SAMPLE = "sample"

Reader = Callable[["Shot", int], tuple["Frame", "Frame"]]


@dataclass(frozen=True, slots=True)
class Named:
    """A set as it was asked for.

    Attributes:
        name: What it is called in the results.
        folder: Where its pictures lie, or a video.
        low: Folder of its low-resolution pictures, if given.
    """

    name: str
    folder: Path
    low: Path | None = None


@dataclass(frozen=True, slots=True)
class TestSet:
    """A set as it was found.

    Attributes:
        named: How it was asked for.
        data: What it holds.
        protocol: The convention it is measured by.
        how: By which means the low-resolution pictures are made that it does not bring.
    """

    named: Named
    data: DataSet
    protocol: Protocol
    how: Shrinking

    @property
    def sentence(self) -> str:
        """What was recognised, and how it is measured."""
        low = f"low-resolution pictures from {self.data.low}" if self.data.low else self.how.text
        number = len(self.data.items)
        count = f"{number} {self.data.kind if number > 1 else self.data.kind.removesuffix('s')}"
        return f"{self.named.name}: {self.data.layout}; {count}; {low}; {self.protocol.sentence}"


def set_argument(text: str) -> Named:
    """An argument `NAME=FOLDER`, `NAME=FOLDER,LOW` with low-resolution pictures, or `NAME=VIDEO`.

    `sample` stands for the bundled clip.

    Raises:
        argparse.ArgumentTypeError: if it is not, or there is no such folder or video.
    """
    if text == SAMPLE:
        return Named(SAMPLE, sample_clip())
    name, _, folder = text.partition("=")
    if not name or not folder:
        raise ArgumentTypeError(f"a set is NAME=FOLDER, not {text!r}")
    if Path(folder).exists():
        return Named(name, Path(folder))
    high, _, low = folder.rpartition(",")
    missing = [each for each in ((high, low) if high else (folder,)) if not Path(each).is_dir()]
    if missing:
        raise ArgumentTypeError(f"there is no folder or video {missing[0]}")
    return Named(name, Path(high), Path(low))


def open_set(named: Named, args: Namespace) -> TestSet:
    """Look for the pictures of a set.

    Raises:
        InputError: if there are none.
        UsageError: if its low-resolution pictures are named and to be made all the same.
    """
    from srstudio.media.datasets import find_set
    from srstudio.training.degradations import Shrinking

    if args.degrade and named.low is not None:
        raise UsageError(
            f"{named.name} names its low-resolution pictures, which leaves none to be degraded",
            "leave them or --degrade out",
        )
    data = find_set(named.folder, args.scale, named.low, args.kind, args.only)
    data = data.without_low() if args.degrade else data
    protocol = protocol_of(args, args.scale, published_for(data, args.scale))
    return TestSet(named, data, protocol, Shrinking(**args.degrade))


def degradation_argument(text: str) -> dict[str, float | int]:
    """An argument such as `blur=0.5,jpeg=60`.

    Raises:
        argparse.ArgumentTypeError: if it is not, or a number is out of its range.
    """
    found: dict[str, float | int] = {}
    for word in text.split(","):
        name, _, number = word.partition("=")
        if name not in _DEGRADATIONS:
            raise ArgumentTypeError(f"there is {' and '.join(_DEGRADATIONS)}, not {word!r}")
        kind, least, greatest = _DEGRADATIONS[name]
        try:
            found[name] = kind(number)
        except ValueError:
            raise ArgumentTypeError(f"{number!r} is no number for {name}") from None
        if not least <= found[name] <= greatest:
            raise ArgumentTypeError(f"{name} is from {least} to {greatest}, not {number}")
    return found


def shots_for(choice: Choice, item: Item) -> list[Shot]:
    """What a model has to see of an item: all of it, unless it looks at single frames only."""
    single = choice.spec.descriptor.frames == "single"
    return [shot for shot in item.shots if shot.measured or not single]


def frames_of(shots: list[Shot], scale: int, read: Reader) -> Iterator[tuple[Frame, Frame | None]]:
    """Low-resolution frames, and the ground truths of those that are measured."""
    for shot in shots:
        low, truth = read(shot, scale)
        yield low, truth if shot.measured else None


class PairReader:
    """Reads what is measured; a video stays open from one of its frames to the next.

    Args:
        how: By which means low-resolution pictures are made.
    """

    def __init__(self, how: Shrinking) -> None:
        self._how = how
        self._opened = ExitStack()
        self._videos: dict[Path, VideoSource] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def read(self, shot: Shot, scale: int) -> tuple[Frame, Frame]:
        """A low-resolution picture, made where there is no file of it, and its ground truth.

        Raises:
            InputError: if a file cannot be read, or the two do not belong together.
        """
        from srstudio.jobs.pictures import make_low_resolution
        from srstudio.media.still import read_picture

        truth = self._truth(shot)
        if shot.low is None:
            return make_low_resolution(truth, scale, self._how)
        low, truth = read_picture(shot.low), truth.cropped_to_multiple(scale)
        if (low.width * scale, low.height * scale) != truth.size:
            raise InputError(
                f"{shot.low} has {low.width}x{low.height} pixels, which is not one {scale}th of "
                f"{shot.truth} with its {truth.width}x{truth.height}",
                f"a low-resolution picture of x{scale} is needed",
            )
        return low, truth

    def _truth(self, shot: Shot) -> Frame:
        from srstudio.media.still import read_picture
        from srstudio.media.video.opening import open_video
        from srstudio.media.video.square import squared

        if shot.frame is None:
            return read_picture(shot.truth)
        if shot.truth not in self._videos:
            video = open_video(shot.truth)
            self._videos[shot.truth] = video
            self._opened.callback(video.close)
        video = self._videos[shot.truth]
        return squared(video.frame(shot.frame), video.clip.video.sample_aspect)
