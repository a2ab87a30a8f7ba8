"""What training learns from and is measured on: files by picture or clip, not yet read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from srstudio.core.errors import InputError, UsageError
from srstudio.media.datasets import Item, Kind, find_set, items_of, refuse_several
from srstudio.media.layouts import REDS_PARTS, Layout, recognise
from srstudio.media.video.suffixes import VIDEO_SUFFIXES
from srstudio.training.layouts import official_validation, training_layouts
from srstudio.training.stored import is_lmdb, stored_pictures

HELD = 10  # at most so many of a set are validated on


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """Files of a picture or clip.

    Attributes:
        name: What to call it.
        high: Its frames in order; a video file stands for all of its own.
        low: By scale, the low resolution of each of them, where the data brings it along.
    """

    name: str
    high: tuple[Path, ...]
    low: Mapping[int, tuple[Path, ...]] = field(default_factory=dict)

    def middle(self, frames: int) -> ClipFiles:
        """The middle of it, so many frames long."""
        begin = max(len(self.high) - frames, 0) // 2
        chosen = slice(begin, begin + frames)
        low = {scale: files[chosen] for scale, files in self.low.items()}
        return replace(self, high=self.high[chosen], low=low)


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds.

    Attributes:
        layout: What was recognised.
        train: To learn from.
        valid: What its makers keep for validation; empty where they do not say.
    """

    layout: str
    train: list[ClipFiles]
    valid: list[ClipFiles] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Data:
    """The files of a run: training sets, what is validated on, and how it was chosen in words."""

    train: list[list[ClipFiles]]
    valid: list[ClipFiles]
    notes: list[str]


def find_data(
    folders: Sequence[Path], valid: Path | None, scales: Sequence[int], moving: bool
) -> Data:
    """What to learn from and what to validate on.

    Args:
        folders: Of training data, or LMDBs, or video files.
        valid: The same to validate on; None takes what a set keeps for that, or else holds some
            of the training data out.
        scales: Whose low resolution is wanted.
        moving: Whether clips are wanted rather than pictures.

    Raises:
        UsageError: if a folder does not exist, or holds nothing, or nothing of the kind.
        InputError: if a folder cannot be read or holds several sets.
    """
    found = [find_training(folder, scales, moving) for folder in folders]
    if valid is not None:
        measured = find_validation(valid, scales, moving)
        notes = [f"{one.layout}: {_counted(one.train)} to learn from" for one in found]
        return Data([one.train for one in found], measured, notes)
    parts = [one if one.valid else Found(one.layout, *hold_out(one.train)) for one in found]
    notes = [
        f"{one.layout}: {_counted(one.train)} to learn from, {_counted(one.valid)} held out to "
        f"validate on ({_named(one.valid)})"
        for one in parts
    ]
    return Data([p.train for p in parts], [clip for p in parts for clip in p.valid], notes)


def find_training(folder: Path, scales: Sequence[int], moving: bool) -> Found:
    """What a folder, an LMDB or a video file gives to learn from.

    Raises:
        UsageError: if it does not exist, or holds nothing of the kind.
        InputError: if it cannot be read or holds several sets.
    """
    if folder.suffix.lower() in VIDEO_SUFFIXES and folder.is_file():
        return Found(folder.name, [ClipFiles(folder.name, (folder,))])
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "give a folder of pictures or clips")
    if is_lmdb(folder):
        return _split_reds(folder.name, _from_lmdb(folder, scales), "train_sharp" in folder.name)
    layouts = {scale: training_layouts(folder, scale) for scale in scales}
    first = layouts[scales[0]]
    refuse_several(folder, scales[0], first[0])
    clips = [clip for n in range(len(first)) for clip in _at(layouts, n, moving)]
    if first[0].truth == folder and first[0].clips is None:
        clips += _videos(folder)
    if not clips:
        raise UsageError(
            f"{folder} holds no picture", "give a folder of PNG, WebP, JPEG or video files"
        )
    official = official_validation(first[0])
    if official is not None:
        return Found(first[0].name, clips, find_validation(official, scales, moving)[:HELD])
    return _split_reds(first[0].name, clips, "REDS4" in first[0].parts)


def find_validation(folder: Path, scales: Sequence[int], moving: bool) -> list[ClipFiles]:
    """What is measured of a folder: of a known test set the published part, else everything.

    Raises:
        UsageError: if it does not exist or holds nothing of the kind.
        InputError: if it cannot be read or holds several sets.
    """
    if recognise(folder, scales[0]) is None:
        found = find_training(folder, scales, moving)
        return found.valid or found.train
    kind: Kind | None = "clips" if moving else None
    return _joined({s: list(find_set(folder, s, kind=kind).items) for s in scales})


def hold_out(items: Sequence[ClipFiles]) -> tuple[list[ClipFiles], list[ClipFiles]]:
    """Keep every twentieth item, at least one and at most `HELD`, for validation.

    What was cut out of the same picture goes with it, for such parts overlap.

    Returns:
        What is left to learn from, and what is to be validated on.

    Raises:
        UsageError: if there is only one item.
    """
    pictures = list(dict.fromkeys(map(_whole, items)))
    if len(pictures) < 2:
        raise UsageError(
            f"{items[0].high[0].parent} holds only one picture or clip, none to validate on",
            "add some, or name others with --val",
        )
    count = min(max(len(pictures) // 20, 1), HELD)
    held = set(pictures[:: len(pictures) // count][:count])
    rest = [item for item in items if _whole(item) not in held]
    chosen = {_whole(item): item for item in reversed(items) if _whole(item) in held}
    return rest, list(reversed(chosen.values()))


def _whole(item: ClipFiles) -> str:
    """The picture that an item was cut out of (`0001_s003` of `0001`), or its own name."""
    return re.sub(r"_s\d+(\.\w+)?$", "", item.name)


def _at(layouts: Mapping[int, list[Layout]], place: int, moving: bool) -> list[ClipFiles]:
    """The items of one of the layouts of a folder, with the low resolution of all scales."""
    chosen = {scale: found[place] for scale, found in layouts.items()}
    layout = next(iter(chosen.values()))
    if moving and layout.clips is False:
        raise UsageError(
            f"{layout.truth} is a set of pictures, and the network learns from clips",
            "give folders of frames, or videos",
        )
    kind: Kind = "clips" if moving or layout.clips else "pictures"
    clips = _joined({scale: items_of(one, scale, kind) for scale, one in chosen.items()})
    return [replace(clip, name=_regrouped(clip.name)) for clip in clips] if place else clips


def _regrouped(name: str) -> str:
    """Name of a validation clip of REDS (000 to 029) among those of training (240 to 269)."""
    return f"{int(name) + 240:03}" if name.isdecimal() else name


def _joined(by_scale: Mapping[int, Sequence[Item]]) -> list[ClipFiles]:
    """The items of one folder at several scales as one list."""
    rows = zip(*by_scale.values(), strict=True)
    return [_clip_files(dict(zip(by_scale, row, strict=True))) for row in rows]


def _clip_files(by_scale: Mapping[int, Item]) -> ClipFiles:
    item = next(iter(by_scale.values()))
    lows = {s: tuple(shot.low for shot in one.shots if shot.low) for s, one in by_scale.items()}
    return ClipFiles(
        item.name,
        tuple(shot.truth for shot in item.shots),
        {scale: files for scale, files in lows.items() if files},
    )


def _videos(folder: Path) -> list[ClipFiles]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in VIDEO_SUFFIXES)
    return [ClipFiles(str(file.relative_to(folder)), (file,)) for file in files]


def _from_lmdb(path: Path, scales: Sequence[int]) -> list[ClipFiles]:
    """The pictures of an LMDB; those whose keys have a folder are the frames of its clip."""
    pictures, lows = stored_pictures(path, scales)
    clips: dict[str, list[str]] = {}
    for key in pictures:
        folder, slash, _ = key.rpartition("/")
        clips.setdefault(folder if slash else key, []).append(key)
    return [
        ClipFiles(
            name,
            tuple(path / key for key in keys),
            {scale: tuple(low / key for key in keys) for scale, low in lows.items()},
        )
        for name, keys in clips.items()
    ]


def _split_reds(layout: str, clips: list[ClipFiles], reds: bool) -> Found:
    """Clips with the four benchmark ones of REDS kept apart, where they are REDS."""
    four = REDS_PARTS["REDS4"] if reds else ()
    rest = [clip for clip in clips if clip.name not in four]
    if not rest:
        raise InputError(
            f"{layout} holds nothing but REDS4, which is measured on", "give the training clips"
        )
    return Found(layout, rest, [clip for clip in clips if clip.name in four])


def _counted(clips: Sequence[ClipFiles]) -> str:
    kind = "clip" if any(len(c.high) > 1 or _is_video(c) for c in clips) else "picture"
    return f"{len(clips)} {kind}{'' if len(clips) == 1 else 's'}"


def _is_video(clip: ClipFiles) -> bool:
    return clip.high[0].suffix.lower() in VIDEO_SUFFIXES


def _named(clips: Sequence[ClipFiles]) -> str:
    names = [clip.name for clip in clips]
    return ", ".join(names if len(names) <= 4 else [*names[:2], "...", names[-1]])
