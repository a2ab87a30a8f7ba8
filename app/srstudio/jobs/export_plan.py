"""What becomes of the settings of an export once its source is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import msgspec

from srstudio.core.errors import UsageError
from srstudio.core.progress import Progress
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_work import Header
from srstudio.jobs.models import find_model, smallest_scale
from srstudio.media.still import WRITE_SUFFIXES
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.copied import Source
from srstudio.media.video.opening import open_video
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.saving import recipe_for
from srstudio.media.video.segment import Recipe
from srstudio.media.video.sequence import is_pattern, pictures_of
from srstudio.media.video.source import VideoSource
from srstudio_models import ModelSpec

Size = tuple[int, int]

_GIF = Encoding("ffv1", bits=8)  # what a GIF is made of, once all its frames are there
_LARGEST_RATE = Fraction(1000)  # frames in a second, and seconds of a frame
# What may be another when an export is taken up: it says where and how, not what.
_NO_MATTER = ("source", "output", "device", "overwrite", "length")


@dataclass(frozen=True)
class Plan:
    """An export in numbers.

    Attributes:
        settings: What was asked for.
        video: The source, open.
        spec: The model.
        scale: Its factor.
        size: Width and height of the result.
        frames: Numbers of the frames.
    """

    settings: ExportSettings
    video: VideoSource
    spec: ModelSpec
    scale: int
    size: Size
    frames: range

    @property
    def output(self) -> Path:
        """What is to be written."""
        return self.settings.output_path

    @property
    def is_pictures(self) -> bool:
        """Whether it is numbered pictures."""
        suffix = self.output.suffix.lower()
        return is_pattern(self.output) or not suffix or suffix in WRITE_SUFFIXES

    @property
    def is_gif(self) -> bool:
        """Whether it is an animated GIF."""
        return self.output.suffix.lower() == ".gif"

    @property
    def is_resampled(self) -> bool:
        """Whether what the model makes is brought to another size."""
        width, height = self.video.clip.video.size
        return self.size != (width * self.scale, height * self.scale)

    @cached_property
    def recipe(self) -> Recipe:
        """How parts are encoded."""
        encoding = _GIF if self.is_gif else self.settings.encoding
        recipe = recipe_for(self.video, encoding, self.size)
        return replace(recipe, sample_aspect=self._sample_aspect())

    def time(self, number: int) -> Fraction:
        """When a frame is shown, in seconds, as parts count them."""
        return self.video.timeline.time(number) - self._shift

    def duration(self, number: int) -> Fraction:
        """Seconds until the next frame, or until the end."""
        return self.video.timeline.duration(number)

    def copied(self, stop: int) -> Source | None:
        """What is carried over for the frames before `stop`."""
        if not isinstance(self.video, VideoReader):
            return None
        timeline, clip, settings = self.video.timeline, self.video.clip, self.settings
        left_out = {"audio"} if not settings.audio else set[str]()
        left_out |= {"subtitle"} if not settings.subtitles else set()
        kept = tuple(track for track in clip.others if track.kind not in left_out)
        return Source(
            replace(clip, others=kept),
            timeline.time(self.frames.start) if self.frames.start else None,
            timeline.time(stop) if stop < len(timeline) else None,
        )

    def header(self, length: int) -> Header:
        """What the parts depend on, for a recurrent network that sees so many frames."""
        fields: dict[str, object] = msgspec.to_builtins(self.settings)
        decisive = {key: value for key, value in fields.items() if key not in _NO_MATTER}
        return Header(
            settings={**decisive, "model": self.spec.id, "scale": self.scale, "size": self.size},
            source=_stamp(self.settings.source_path),
            weights=tuple(_weights(self.spec)),
            length=length,
        )

    @property
    def _shift(self) -> Fraction:
        """Seconds that nobody takes off later: where nothing is copied, parts begin at zero."""
        if isinstance(self.video, VideoReader):
            return Fraction(0)
        return self.video.timeline.time(self.frames.start)

    def _sample_aspect(self) -> Fraction:
        """That of the source, or what shows a stretched result in the source's proportions."""
        (width, height), aspect = self.video.clip.video.size, self.video.clip.video.sample_aspect
        across, down = Fraction(self.size[0], width), Fraction(self.size[1], height)
        if abs(across - down) <= max(Fraction(1, width), Fraction(1, height)):
            return aspect
        return aspect * down / across


def open_source(settings: ExportSettings, progress: Progress | None = None) -> VideoSource:
    """The source of an export, with its colours as the settings say them.

    Args:
        settings: The export.
        progress: Asked while the times of all frames are read, here or when they are needed.

    Raises:
        Cancelled: if that was asked for.
        InputError: if it cannot be read.
        UsageError: if its rate is no number.
    """
    path, rate = settings.source_path, _rate(settings)
    video = open_video(path, rate=rate, progress=progress)
    if settings.matrix is None and settings.full_range is None:
        return video
    said = video.clip.video.colour
    extent = said.full_range if settings.full_range is None else settings.full_range
    video.close()
    colour = said.with_matrix(settings.matrix or said.matrix, full_range=extent)
    return open_video(path, colour=colour, rate=rate, progress=progress)


def make_plan(settings: ExportSettings, video: VideoSource) -> Plan:
    """The plan of an export for its source; reads the whole of it once for its times.

    Raises:
        UsageError: if the model or the part does not exist.
        InputError: if the source cannot be read.
        ModelFileError: if a weight file cannot be used.
    """
    source = video.clip.video.size
    if settings.size is None:
        if settings.scale is None:
            raise UsageError("the export has neither a scale nor a size", "give one of them")
        size = source[0] * settings.scale, source[1] * settings.scale
        spec, scale = find_model(settings.model, settings.scale), settings.scale
    else:
        size = settings.size
        spec, scale = _reaching(settings, source, size)
    return Plan(settings, video, spec, scale, size, _part(settings, len(video.timeline)))


def _reaching(settings: ExportSettings, source: Size, size: Size) -> tuple[ModelSpec, int]:
    """The model, and the factor from which the size is made."""
    if settings.scale is not None:
        return find_model(settings.model, settings.scale), settings.scale
    needed = max(-(-size[0] // source[0]), -(-size[1] // source[1]))
    if needed <= 1:
        return find_model("raw", 1), 1
    return smallest_scale(settings.model, needed)


def _part(settings: ExportSettings, count: int) -> range:
    stop = count if settings.stop is None else min(settings.stop, count)
    if not 0 <= settings.start < stop:
        cause = f"the part from frame {settings.start} to before {settings.stop or count} is empty"
        raise UsageError(cause, f"the clip has the frames 0 to {count - 1}")
    return range(settings.start, stop)


def _rate(settings: ExportSettings) -> Fraction | None:
    try:
        rate = settings.frame_rate
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate is not None and not 1 / _LARGEST_RATE <= rate <= _LARGEST_RATE:
        raise UsageError(f"{settings.rate!r} is no frame rate", "give one such as 25 or 24000/1001")
    return rate


def _stamp(path: Path) -> tuple[int, ...]:
    """How many files a source has, their bytes, and when the latest was changed."""
    files = [path] if path.is_file() else pictures_of(path)
    stats = [file.stat() for file in files]
    changed = max(stat.st_mtime_ns for stat in stats)
    return len(files), sum(stat.st_size for stat in stats), changed


def _weights(spec: ModelSpec) -> Iterator[str]:
    for each in [stage.spec for stage in spec.stages] or [spec]:
        if each.sha256:
            yield each.sha256
        elif each.file is not None and Path(each.file).is_file():
            stat = Path(each.file).stat()
            yield f"{stat.st_size} {stat.st_mtime_ns}"
