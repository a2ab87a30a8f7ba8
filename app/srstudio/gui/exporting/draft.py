"""An export as it is filled in: what contradicts what, and what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from srstudio.gui.exporting.facts import Facts, duration_text
from srstudio.gui.exporting.outputs import Output, quality_words
from srstudio.jobs.export import ExportSettings
from srstudio.media.video.clip import Kind
from srstudio.media.video.codecs import LARGEST_SIDE
from srstudio.media.video.sequence import is_pattern

Size = tuple[int, int]
_LARGEST_SIDE_OF_PICTURE = 65_535  # pixels, in most formats
_FORBIDDEN = re.compile(r"[\x00-\x1f]")
_HARD_TO_PLAY = "10 bit H.264 is not played by many devices; H.265 is"


@dataclass(frozen=True, slots=True)
class Draft:
    """Every choice of the dialog.

    Attributes:
        facts: Of the clip.
        output: What is to come of it.
        model: As `ExportSettings` names it.
        scale: Factor of the model.
        size: Of the result.
        path: What is written as the output's name.
        quality: As the codec counts it; None where it has none.
        preset: One of the codec's; empty where it has none.
        bits: Of a sample; 0 for as many as the clip has.
        first: Number of the first frame.
        last: Number of the last frame.
        audio: Whether sound is copied.
        subtitles: Whether subtitles are copied.
        replace: A file of that name may be replaced.
    """

    facts: Facts
    output: Output
    model: str
    scale: int
    size: Size
    path: str
    quality: int | None
    preset: str
    bits: int
    first: int
    last: int
    audio: bool
    subtitles: bool
    replace: bool = False

    @property
    def frames(self) -> int:
        """How many are to be written."""
        return max(0, self.last - self.first + 1)

    @property
    def duration(self) -> Fraction:
        """Seconds of them, about."""
        return self.facts.duration * self.frames / max(1, self.facts.frames)

    @property
    def suffix(self) -> str:
        """Of the name, lower case; empty for a folder."""
        return Path(self.path).suffix.lower()

    @property
    def full_size(self) -> Size:
        """What the model makes."""
        width, height = self.facts.size
        return width * self.scale, height * self.scale

    def settings(self, device: str, precision: str) -> ExportSettings:
        """The same as an export is told."""
        whole = self.first == 0 and self.last == self.facts.frames - 1
        codec, colour, rate = self.output.codec, self.facts.given.colour, self.facts.given.rate
        return ExportSettings(
            source=str(self.facts.clip.path),
            output=self.path,
            model=self.model,
            scale=self.scale,
            size=None if self.size == self.full_size else self.size,
            codec="h264" if codec is None else codec.name,
            quality=self.quality,
            preset=self.preset or None,
            bits=self.bits or None,
            start=self.first,
            stop=None if whole else self.last + 1,
            audio=self.audio,
            subtitles=self.subtitles,
            matrix=None if colour is None else colour.matrix,
            full_range=None if colour is None else colour.full_range,
            rate="" if rate is None else str(rate),
            device=device,
            precision="fast" if precision == "fast" else "exact",
            overwrite=self.replace,
        )


def problems(draft: Draft) -> dict[str, str]:
    """What is wrong with which field, a sentence each."""
    found = {"path": _path_problem(draft), "size": _size_problem(draft)}
    if draft.last < draft.first:
        found["part"] = "The last frame comes before the first."
    return {field: sentence for field, sentence in found.items() if sentence}


def _path_problem(draft: Draft) -> str:
    output, path = draft.output, Path(draft.path)
    if not draft.path.strip() or not path.name:
        return "Write a name."
    if not path.is_absolute():
        return "Write the whole path, or choose a place."
    if _FORBIDDEN.search(draft.path):
        return "The name has a character that no file can have."
    if output.numbered:
        if is_pattern(path) and draft.suffix in output.suffixes:
            return ""
        return f"Write where the number goes, as in name_%05d{output.suffixes[0]}."
    if draft.suffix not in output.suffixes:
        known = " or ".join(output.suffixes)
        return f"{output.title} goes into a file that ends in {known}."
    if path == draft.facts.clip.path:
        return "That is the video itself; choose another name."
    return ""


def _size_problem(draft: Draft) -> str:
    largest = _LARGEST_SIDE_OF_PICTURE if draft.output.codec is None else LARGEST_SIDE
    if max(draft.size) > largest:
        return f"{draft.output.title} holds at most {largest:,} pixels a side."
    return ""


def remarks(draft: Draft) -> dict[str, str]:
    """What a choice means, where that is worth saying."""
    output = draft.output
    scale, quality = output.scale, draft.quality
    found = {
        "format": output.remark,
        "preset": "the first are quick, the last make small files"
        if draft.preset in _speeds(output)
        else "",
        "quality": "" if scale is None or quality is None else quality_words(scale, quality),
        "part": f"{_frames(draft.frames)}, {duration_text(draft.duration)}",
        "size": "" if draft.size == draft.full_size else "by bicubic from what the model makes",
        "audio": _tracks(draft, "audio"),
        "subtitles": _tracks(draft, "subtitle"),
    }
    found["bits"] = _about_depth(draft)
    return {field: sentence for field, sentence in found.items() if sentence}


def _about_depth(draft: Draft) -> str:
    source, output = draft.facts.clip.video.bits, draft.output
    enough = [depth for depth in output.depths if depth >= source]
    bits = draft.bits or min(enough, default=output.depths[-1])
    if bits < source:
        return f"the video has {source} bit; fine gradations are lost"
    if output.key == "h264" and bits > 8:
        return _HARD_TO_PLAY
    return "" if draft.bits else f"{bits} bit"


def _tracks(draft: Draft, kind: Kind) -> str:
    """What becomes of the sound, or of the subtitles."""
    tracks = draft.facts.clip.tracks(kind)
    if not tracks:
        return "the video has none"
    if draft.output.codec is None:
        return f"{draft.output.title} cannot hold any"
    refused = draft.facts.left_out.get(draft.suffix, ())
    left = [str(track) for track in tracks if track in refused]
    if left:
        return f"{draft.suffix} cannot hold {', '.join(left)}; .mkv can"
    return ", ".join(_described(draft, kind))


def _described(draft: Draft, kind: Kind) -> Iterator[str]:
    for track in draft.facts.clip.tracks(kind):
        yield " ".join(part for part in (track.codec, track.language, track.title) if part)


def _speeds(output: Output) -> tuple[str, ...]:
    """Its presets, where they are about time: with a quality they do not change the picture."""
    return () if output.codec is None or output.scale is None else output.codec.presets


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count:,} frames"
