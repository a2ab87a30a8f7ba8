"""Test sets as they lie on disk: pictures or clips, each with its low-resolution counterpart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from srstudio.core.errors import InputError
from srstudio.media.layouts import Layout, recognise
from srstudio.media.reading import READ_SUFFIXES
from srstudio.media.trees import (
    Tree,
    is_clip,
    is_sequence,
    picture_tree,
    pictures_in,
    pictures_of,
)
from srstudio.media.video.opening import open_video

Kind = Literal["pictures", "clips"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A ground truth and its low-resolution picture.

    Attributes:
        truth: File of the ground truth.
        low: File of the low-resolution picture; None where it is to be made.
        measured: Whether it counts, or is only there for others to be seen in front of.
        frame: Which frame of the video `truth` it is; None where that is a picture.
    """

    truth: Path
    low: Path | None = None
    measured: bool = True
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What counts once in a mean: a picture, or a clip with its frames in order."""

    name: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A test set.

    Attributes:
        layout: Which layout was recognised, and which part of it is meant.
        kind: Whether an item is a picture or a clip.
        channel: What the published numbers of such a set are measured on.
        low: Folder of the low-resolution pictures; None where they are to be made.
        items: In order; at least one.
    """

    layout: str
    kind: Kind
    channel: Literal["Y", "RGB"]
    low: Path | None
    items: tuple[Item, ...]

    def without_low(self) -> DataSet:
        """The same ground truths, whose low-resolution pictures are to be made."""
        items = tuple(
            replace(item, shots=tuple(replace(shot, low=None) for shot in item.shots))
            for item in self.items
        )
        return replace(self, low=None, items=items)


def find_set(
    folder: Path,
    scale: int,
    low: Path | None = None,
    kind: Kind | None = None,
    only: Sequence[str] = (),
) -> DataSet:
    """The test set in a folder, whichever of the known layouts it has.

    A folder of another layout holds the ground truths itself, as pictures or as a folder of
    numbered frames for each clip. A video is a set of one clip or, as pictures, of its frames.

    Args:
        folder: Where it lies, or the video.
        scale: Whose low-resolution pictures are wanted.
        low: Folder of the low-resolution pictures, where `folder` holds nothing but the ground
            truths and no layout is to be looked for.
        kind: What an item is, where the files do not tell it rightly.
        only: Patterns (`*`, `?`) of the names of the items that are wanted; else all of them, or
            those that the layout's published numbers are of.

    Raises:
        InputError: if there is nothing to be measured, or the folder holds several sets.
    """
    if folder.is_file():
        layout, kind = Layout("video", folder), kind or "clips"
        whole = _of_video(folder, kind)
    else:
        known = None if low is not None else recognise(folder, scale)
        plain = "ground truths alone" if low is None else "two folders"
        layout = known or Layout(plain, folder, low)
        refuse_several(folder, scale, layout)
        tree = _tree(layout)
        kind = kind or _kind(layout, tree, plain=known is None)
        whole = _items(layout, tree, scale, kind)
    part, items = _selected(layout, whole, only)
    if not items:
        raise InputError(f"{layout.truth} holds nothing to be measured", _advice(whole, only))
    return DataSet(f"{layout.name}{part}", kind, layout.channel, layout.low, tuple(items))


def _of_video(path: Path, kind: Kind) -> list[Item]:
    """The clip, or its frames under their numbers."""
    with open_video(path) as video:
        shots = [Shot(path, frame=number) for number in range(len(video.timeline))]
    if kind == "clips":
        return [Item(path.name, tuple(shots))]
    return [Item(f"{path.stem}_{shot.frame:05}", (shot,)) for shot in shots]


def items_of(layout: Layout, scale: int, kind: Kind) -> list[Item]:
    """Everything in a layout, whether published numbers are of it or not.

    Args:
        layout: Where what lies.
        scale: Whose low-resolution pictures are wanted.
        kind: What an item is.
    """
    return _items(layout, _tree(layout), scale, kind)


def _tree(layout: Layout) -> Tree:
    if layout.listed:
        return pictures_of(layout.truth, layout.listed)
    return picture_tree(layout.truth, layout.pattern)


def _items(layout: Layout, tree: Tree, scale: int, kind: Kind) -> list[Item]:
    return list(_clips(layout, tree, scale) if kind == "clips" else _pictures(layout, tree, scale))


def refuse_several(folder: Path, scale: int, layout: Layout) -> None:
    """Refuse a folder of sets, which as one set of pictures would make no sense.

    Raises:
        InputError: if sets lie in it.
    """
    if layout.truth != folder or layout.low is not None:
        return
    inner = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    sets = [path.name for path in inner if recognise(path, scale)]
    if sets:
        cause = f"{folder} holds several sets ({', '.join(sets)})"
        raise InputError(cause, f"name one of them, such as {folder / sets[0]}")


def _kind(layout: Layout, tree: Tree, plain: bool) -> Kind:
    """Whether the files are frames; a single folder has to look like a clip in every way."""
    if layout.clips is not None:
        return "clips" if layout.clips else "pictures"
    if "." in tree:
        frames = plain and len(tree) == 1 and is_clip(tree["."])
    else:
        frames = bool(tree) and all(map(is_sequence, tree.values()))
    return "clips" if frames else "pictures"


def _pictures(layout: Layout, tree: Tree, scale: int) -> Iterator[Item]:
    for files in tree.values():
        for shot in _shots(layout, files, scale):
            yield Item(shot.truth.relative_to(layout.truth).as_posix(), (shot,))


def _clips(layout: Layout, tree: Tree, scale: int) -> Iterator[Item]:
    for name, files in tree.items():
        yield Item(layout.truth.name if name == "." else name, _shots(layout, files, scale))


def _shots(layout: Layout, files: Sequence[Path], scale: int) -> tuple[Shot, ...]:
    """The files of one folder with their low-resolution counterparts, there or not."""
    if not files or layout.low is None:
        return tuple(Shot(path, None, _is_measured(layout, path)) for path in files)
    folder = layout.low / files[0].parent.relative_to(layout.truth)
    known = {path.stem: path for path in pictures_in(folder)}

    def low(truth: Path) -> Path:
        stems = layout.low_stems(truth.stem, scale)
        missing = folder / f"{stems[0]}{truth.suffix}"
        return next((known[stem] for stem in stems if stem in known), missing)

    return tuple(Shot(path, low(path), _is_measured(layout, path)) for path in files)


def _is_measured(layout: Layout, truth: Path) -> bool:
    return not layout.measured or truth.stem in layout.measured


def _selected(
    layout: Layout, items: Sequence[Item], only: Sequence[str]
) -> tuple[str, Sequence[Item]]:
    """What is measured of a set, and what to call it."""
    if only:
        wanted = [i for i in items if any(_is_called(i, pattern) for pattern in only)]
        return f", {len(wanted)} of {len(items)}", wanted
    for name, members in layout.parts.items():
        part = [item for item in items if Path(item.name).stem in members]
        if part:
            return f", {name}", part
    return "", items


def _is_called(item: Item, pattern: str) -> bool:
    return fnmatchcase(item.name, pattern) or fnmatchcase(Path(item.name).stem, pattern)


def _advice(items: Sequence[Item], only: Sequence[str]) -> str:
    if items and only:
        return f"{', '.join(only)} fits none of its names, such as {items[0].name}"
    return f"pictures end in {', '.join(sorted(READ_SUFFIXES))}"
