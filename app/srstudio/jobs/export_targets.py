"""The three kinds of things an export writes: a video, an animated GIF, numbered pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from srstudio.core.files import publish, refuse_existing
from srstudio.core.frame import BitDepth, Frame
from srstudio.core.progress import Progress
from srstudio.jobs.export_plan import Plan
from srstudio.jobs.export_work import Part
from srstudio.media.still import SaveOptions, check_writable
from srstudio.media.video.gif import save_gif
from srstudio.media.video.joining import container_of, join
from srstudio.media.video.numbering import numbered_path, save_pictures
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.segment import Segment, encode_segment


@dataclass(frozen=True)
class Target(ABC):
    """Writes the frames of an export part by part.

    Attributes:
        plan: The export.
        folder: Where parts lie until the output is made of them.
        last_stage: What making it is called.
    """

    plan: Plan
    folder: Path
    last_stage: ClassVar[str]

    @abstractmethod
    def refuse(self, *, resumed: bool) -> None:
        """Raise what would make it fail for its name or kind.

        Args:
            resumed: Whether a part of it may be there already.

        Raises:
            UsageError, OutputError: if it cannot be written so.
        """

    @abstractmethod
    def write(self, frames: Iterable[Frame], first: int) -> Part:
        """Write a part, whole or not at all, from the frame of the number `first` on."""

    @abstractmethod
    def finish(self, parts: Sequence[Part], progress: Progress) -> Sequence[str]:
        """Make the output of its parts.

        Returns:
            What had to be left out, a sentence each.

        Raises:
            Cancelled: if that was asked for.
        """

    def undo(self, parts: Sequence[Part]) -> None:  # noqa: B027 - most write nothing elsewhere
        """Delete what of these parts lies outside of the folder."""


def target_for(plan: Plan, folder: Path) -> Target:
    """The target of an export, whose parts go to a folder."""
    if plan.is_pictures:
        return Pictures(plan, folder)
    return Gif(plan, folder) if plan.is_gif else Video(plan, folder)


class Segments(Target):
    """Parts are segments of a video."""

    def refuse(self, *, resumed: bool) -> None:
        """Raise the error of a name that is taken, or cannot hold the codec."""
        if not self.plan.is_gif:
            container_of(self.plan.output, self.plan.settings.encoding)
        if not self.plan.settings.overwrite:
            refuse_existing(self.plan.output)

    def write(self, frames: Iterable[Frame], first: int) -> Part:
        """Encode a segment."""
        name = f"{first:08d}"
        segment = encode_segment(frames, self.folder / name, self.plan.recipe)
        size = segment.path.stat().st_size
        return Part(first, segment.count, name, size, segment.start, segment.end)


class Video(Segments):
    """A video, with all else that the source has."""

    last_stage = "Joining the segments"

    def finish(self, parts: Sequence[Part], progress: Progress) -> Sequence[str]:
        """Join the segments; nothing is encoded again."""
        plan, source = self.plan, self.plan.copied(parts[-1].stop)
        segments = [Segment(self.folder / p.name, p.start, p.end, p.count) for p in parts]
        joined = self.folder / plan.output.name
        notes = join(segments, joined, plan.recipe, source, overwrite=True, progress=progress)
        publish(joined, plan.output, overwrite=plan.settings.overwrite)
        return notes


class Gif(Segments):
    """An animated GIF, made of segments without loss."""

    last_stage = "Writing the GIF"

    def finish(self, parts: Sequence[Part], progress: Progress) -> Sequence[str]:
        """Reduce the colours of every frame and write the GIF."""
        made = self.folder / self.plan.output.name
        save_gif(self._frames(parts, progress), made, overwrite=True)
        publish(made, self.plan.output, overwrite=self.plan.settings.overwrite)
        return _without_sound(self.plan, "a GIF")

    def _frames(self, parts: Sequence[Part], progress: Progress) -> Iterator[Frame]:
        for part in parts:
            with VideoReader(self.folder / part.name) as reader:
                for number, frame in enumerate(reader.frames(), part.first):
                    progress.check()
                    time, duration = self.plan.time(number), self.plan.duration(number)
                    yield replace(frame, time=time, duration=duration)


class Pictures(Target):
    """Numbered pictures, which have their names from the beginning."""

    last_stage = "Finishing"

    def refuse(self, *, resumed: bool) -> None:
        """Raise the error of a name that is taken, or a format that cannot hold the pictures."""
        first, alpha = self._path(self.plan.frames.start), self.plan.video.clip.video.has_alpha
        check_writable(first, self._options, self.plan.size, transparent=alpha)
        if not (resumed or self.plan.settings.overwrite):
            for number in self.plan.frames:
                refuse_existing(self._path(number))

    def write(self, frames: Iterable[Frame], first: int) -> Part:
        """Write pictures, each of which is whole or not there."""
        begin = first - self.plan.frames.start + 1
        paths = save_pictures(frames, self.plan.output, self._options, begin)
        return Part(first, sum(1 for _ in paths))

    def finish(self, parts: Sequence[Part], progress: Progress) -> Sequence[str]:
        """Nothing is left to be done."""
        return _without_sound(self.plan, "numbered pictures")

    def undo(self, parts: Sequence[Part]) -> None:
        """Delete the pictures."""
        for part in parts:
            for number in range(part.first, part.stop):
                self._path(number).unlink(missing_ok=True)

    @property
    def _options(self) -> SaveOptions:
        """Names that are taken were refused; what is there now a torn part has left."""
        settings = self.plan.settings
        depth: BitDepth | None = None if settings.bits is None else 8 if settings.bits == 8 else 16
        lossless, quality = settings.quality is None, settings.quality or 95
        return SaveOptions(bit_depth=depth, quality=quality, lossless=lossless, overwrite=True)

    def _path(self, number: int) -> Path:
        """The picture of a frame; the first of the part is 1."""
        return numbered_path(self.plan.output, number - self.plan.frames.start + 1)


def _without_sound(plan: Plan, what: str) -> Sequence[str]:
    kinds = {track.kind for track in plan.video.clip.others}
    lost = plan.settings.audio and "audio" in kinds, plan.settings.subtitles and "subtitle" in kinds
    return [f"Sound and subtitles are left out; {what} cannot hold them."] if any(lost) else []
