"""Where `srstudio export-comparison` writes to: a picture, a GIF, a video, or numbered pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from srstudio.core.files import refuse_existing, refuse_source, refuse_unwritable
from srstudio.core.frame import Frame
from srstudio.media.still import WRITE_SUFFIXES, SaveOptions, write_picture
from srstudio.media.video.codecs import Encoding, refuse_size
from srstudio.media.video.copied import Source
from srstudio.media.video.gif import save_gif
from srstudio.media.video.joining import container_of
from srstudio.media.video.numbering import numbered_path, save_pictures
from srstudio.media.video.saving import save_video
from srstudio.media.video.segment import Recipe
from srstudio.media.video.sequence import is_pattern

Size = tuple[int, int]


@dataclass(slots=True)
class Output:
    """The file, and what was written into it.

    Attributes:
        path: Its name decides what it becomes.
        encoding: Of a video.
        overwrite: An existing file may be replaced.
        size: Width and height, once a frame was written.
        frames: How many were written.
        notes: What was left out, a sentence each.
    """

    path: Path
    encoding: Encoding
    overwrite: bool
    size: Size = (0, 0)
    frames: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_still(self) -> bool:
        """Whether it is a single picture."""
        return self.path.suffix.lower() in WRITE_SUFFIXES and not self._is_numbered

    @property
    def is_video(self) -> bool:
        """Whether it is a video file."""
        return not (self.is_still or self._is_numbered or self._is_gif)

    def check(self, *sources: Path) -> None:
        """Raise what would make writing fail or do harm, before anything is computed.

        Args:
            sources: What is compared.

        Raises:
            UsageError: if the suffix means nothing, or its container cannot hold the codec.
            OutputError: if the name is taken, that of a source, or in no folder of ours.
        """
        if self.is_video:
            container_of(self.path, self.encoding)
        first = numbered_path(self.path, 1) if self._is_numbered else self.path
        refuse_source(first, *sources)
        if not self.overwrite:
            refuse_existing(first)
        refuse_unwritable(first)

    def write(
        self,
        frames: Iterable[Frame],
        recipe: Callable[[Size], Recipe],
        source: Source | None = None,
    ) -> None:
        """Write the frames as they come.

        Args:
            frames: All of one size; with their times unless it is a single picture.
            recipe: How a video of a size is encoded.
            source: What its sound comes from.
        """
        source_of = iter(frames)
        first = next(source_of)
        self.size = first.size
        counted = self._counted(chain([first], source_of))
        options = SaveOptions(overwrite=self.overwrite)
        if self.is_still:
            write_picture(next(counted), self.path, options)
        elif self._is_numbered:
            for _ in save_pictures(counted, self.path, options):
                pass
        elif self._is_gif:
            save_gif(counted, self.path, overwrite=self.overwrite)
        else:
            refuse_size(first.size)
            made = recipe(first.size)
            self.notes += save_video(counted, self.path, made, source, overwrite=self.overwrite)

    @property
    def _is_numbered(self) -> bool:
        return is_pattern(self.path) or not self.path.suffix

    @property
    def _is_gif(self) -> bool:
        return self.path.suffix.lower() == ".gif"

    def _counted(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            self.frames += 1
            yield frame
