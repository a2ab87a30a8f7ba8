"""Segments made one video: their packets as they are, with the streams that are carried over."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer

from srstudio.core.errors import UsageError
from srstudio.core.files import whole_file
from srstudio.core.progress import Progress
from srstudio.media.video.codecs import Encoding, find_codec
from srstudio.media.video.containers import open_container
from srstudio.media.video.copied import CopiedStreams, Source, Timed
from srstudio.media.video.parts import Parts
from srstudio.media.video.segment import Recipe, Segment, told_by

_CONTAINERS = {".mp4": "mp4", ".mkv": "matroska", ".mov": "mov", ".webm": "webm"}


def join(
    segments: Sequence[Segment],
    path: Path,
    recipe: Recipe,
    source: Source | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[str]:
    """Make a video of segments that follow each other; nothing is encoded again.

    Args:
        segments: In order of time, encoded by the same recipe; at least one.
        path: The video; its suffix decides the container.
        recipe: That of the segments.
        source: What sound, subtitles, chapters, attachments and metadata come from.
        overwrite: An existing file may be replaced.
        progress: Asked between packets.

    Returns:
        What of the source is left out, a sentence each.

    Raises:
        Cancelled: if that was asked for; nothing is left then.
        UsageError: if the container cannot hold the codec.
        InputError: if a segment does not fit those before it.
        OutputError: if the name is taken or the file cannot be written.
    """
    container, progress = container_of(path, recipe.encoding), progress or Progress()
    parts = Parts(segments, recipe, Fraction(0) if source is None else source.shift)
    with whole_file(path, overwrite=overwrite) as temporary, told_by(path), ExitStack() as stack:
        output = stack.enter_context(av.open(str(temporary), "w", format=container))
        target = parts.stream(output)
        if source is None:
            _mux(output, progress, parts.packets(target))
            return []
        original = stack.enter_context(open_container(source.clip.path))
        copied = CopiedStreams(source, original, output)
        _mux(output, progress, parts.packets(target), copied.packets())
        return copied.notes


def container_of(path: Path, encoding: Encoding) -> str:
    """FFmpeg's name of the container that the suffix of a video stands for.

    Raises:
        UsageError: if it is none, or cannot hold the codec.
    """
    codec, suffix = find_codec(encoding.codec), path.suffix.lower()
    if suffix not in codec.containers:
        known = ", ".join(codec.containers)
        raise UsageError(f"{path.name} cannot hold {codec.title}", f"use a name with {known}")
    return _CONTAINERS[suffix]


def _mux(output: OutputContainer, progress: Progress, *streams: Iterator[Timed]) -> None:
    """Write packets in the order of their times."""
    for _, packet in heapq.merge(*streams, key=lambda timed: timed[0]):
        progress.check()
        output.mux_one(packet)
