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
from srstudio.core.errors import InputError

if TYPE_CHECKING:
    from srstudio.core.frame import Frame
    from srstudio.jobs.clip_footage import FootageReader
    from srstudio.media.datasets import DataSet, Item, Shot
    from srstudio.metrics.protocol import Protocol

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
    """A set as it was found, and the convention it is measured by."""

    named: Named
    data: DataSet
    protocol: Protocol

    @property
    def sentence(self) -> str:
        """What was recognised, and how it is measured."""
        low = f"low-resolution pictures from {self.data.low}" if self.data.low else "MATLAB bicubic"
        number = len(self.data.items)
        count = f"{number} {self.data.kind if number > 1 else self.data.kind.removesuffix('s')}"
        return f"{self.named.name}: {self.data.layout}; {count}; {low}; {self.protocol.sentence}"


def set_argument(text: str) -> Named:
    """An argument `NAME=FOLDER`, `NAME=FOLDER,LOW` with low-resolution pictures, or `NAME=VIDEO`.

    Raises:
        argparse.ArgumentTypeError: if it is not, or there is no such folder or video.
    """
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
    """
    from srstudio.media.datasets import find_set

    data = find_set(named.folder, args.scale, named.low, args.kind, args.only)
    return TestSet(named, data, protocol_of(args, args.scale, published_for(data, args.scale)))


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
    """Reads what is measured; a video stays open from one of its frames to the next."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._videos: dict[Path, FootageReader] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def read(self, shot: Shot, scale: int) -> tuple[Frame, Frame]:
        """A low-resolution picture, made where there is no file of it, and its ground truth.

        Raises:
            InputError: if a file cannot be read, or the two do not belong together.
        """
        if shot.frame is None:
            return _read_pictures(shot, scale)
        low, truth = self._video(shot.truth, scale).pair(shot.frame)
        assert truth is not None
        return low, truth

    def _video(self, path: Path, scale: int) -> FootageReader:
        from srstudio.jobs.clip_footage import footage, look_through

        if path not in self._videos:
            given = footage(str(path), None, look_through(path)[0], scale)
            self._videos[path] = self._opened.enter_context(given.open())
        return self._videos[path]


def _read_pictures(shot: Shot, scale: int) -> tuple[Frame, Frame]:
    from srstudio.jobs.pictures import make_low_resolution
    from srstudio.media.still import read_picture

    truth = read_picture(shot.truth)
    if shot.low is None:
        return make_low_resolution(truth, scale)
    low, truth = read_picture(shot.low), truth.cropped_to_multiple(scale)
    if (low.width * scale, low.height * scale) != truth.size:
        raise InputError(
            f"{shot.low} has {low.width}x{low.height} pixels, which is not one {scale}th of "
            f"{shot.truth} with its {truth.width}x{truth.height}",
            f"a low-resolution picture of x{scale} is needed",
        )
    return low, truth
