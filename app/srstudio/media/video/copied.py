"""Sound, subtitles, chapters, attachments and metadata of a video, carried over as they are."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import AttachmentStream, Discard, Stream

from srstudio.media.video.clip import Clip, Track
from srstudio.media.video.containers import open_container

if TYPE_CHECKING:
    from av.container.core import Chapter as Marker  # a name for type checkers only

_CONTAINERS = {"matroska": "Matroska", "mp4": "MP4", "mov": "QuickTime", "webm": "WebM"}
_WITH_FILES = "matroska"  # holds files, and covers as such
_WITH_COVERS = "mp4"
_STRICT = ("mp4", "mov")  # no two packets of a stream at one time
_MILLISECOND = Fraction(1, 1000)
_MADE_ANEW = ("encoder", "duration", "major_brand", "minor_version", "compatible_brands")
_STATISTICS = ("bps", "number_of_", "_statistics_")  # of the bytes it had in Matroska

Timed = tuple[Fraction, "Packet[Any]"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is carried over, and from which part of a video.

    Attributes:
        clip: The video.
        start: Where the part begins, in seconds; None for where the video does.
        stop: Where it ends; None for the end.
    """

    clip: Clip
    start: Fraction | None = None
    stop: Fraction | None = None

    @property
    def shift(self) -> Fraction:
        """What its times are reduced by, so that the part begins at zero."""
        return self.clip.start if self.start is None else self.start


def can_hold(container: str, stream: Stream) -> bool:
    """Whether a container takes a stream as it is: some only say so when the file is begun.

    Args:
        container: FFmpeg's name of it.
        stream: Of a file that is open.
    """
    is_known = stream.codec_context is not None
    try:
        with av.open(io.BytesIO(), "w", format=container) as trial:
            trial.add_stream_from_template(stream, opaque=True)
            trial.start_encoding()
    except (ValueError, FFmpegError):
        return False
    return is_known


class CopiedStreams:
    """All streams but the pictures, on their way into another file.

    Args:
        source: Where they come from.
        container: What they are read from; open as long as they are used.
        output: Where they go; its header has not been written.

    Attributes:
        notes: What the output cannot hold, a sentence each.
    """

    def __init__(self, source: Source, container: InputContainer, output: OutputContainer) -> None:
        self._source, self._container, self._output = source, container, output
        self.notes: list[str] = []
        self._targets = dict(self._added())
        self._latest: dict[int, int] = {}
        for stream in container.streams:
            stream.discard = Discard.default if stream.index in self._targets else Discard.all
        output.metadata.update(_kept(container.metadata))
        output.set_chapters(list(_markers(source)))

    def packets(self) -> Iterator[Timed]:
        """Every packet with its time in the output, in the order of the file."""
        streams = [self._container.streams[index] for index in self._targets]
        try:
            for packet in self._container.demux(*streams) if streams else ():
                if packet.size and self._is_moved(packet):
                    yield (packet.dts or 0) * packet.time_base, packet
        except FFmpegError:
            name = self._source.clip.path.name
            self.notes.append(f"{name} is damaged; its sound and subtitles end early.")

    def _added(self) -> Iterator[tuple[int, Stream]]:
        """The streams that packets go to, by the index they come from."""
        for track in self._source.clip.others:
            try:
                target = self._add(track)
            except ValueError:
                self._leave_out(track)
            else:
                if target is not None:
                    yield track.index, target
        for video in self._source.clip.videos[1:]:
            self.notes.append(f"Video stream {video.index} is left out; only one is written.")

    def _leave_out(self, track: Track) -> None:
        """Say so, but for what the output has in another form: MP4 keeps chapters as a stream."""
        if track.kind != "data" or not self._source.clip.chapters:
            container = _CONTAINERS.get(self._output.format.name, self._output.format.name)
            self.notes.append(f"Left out, as {container} cannot hold it: {track}.")

    def _add(self, track: Track) -> Stream | None:
        """A stream of the output for a track; None where it needs no packets.

        Raises:
            ValueError: if the output cannot hold it.
        """
        stream = self._container.streams[track.index]
        holder = self._output.format.name
        if holder == _WITH_FILES and track.kind in ("attachment", "cover"):
            kind = stream.metadata.get("mimetype") or f"image/{track.codec}"
            name = stream.metadata.get("filename") or f"cover.{track.codec}"
            self._output.add_attachment(name, kind, _content(self._source.clip, stream))
            return None
        if (track.kind == "cover" and holder != _WITH_COVERS) or not can_hold(holder, stream):
            raise ValueError(track.kind)
        target = self._output.add_stream_from_template(stream, opaque=True)
        target.metadata.update(_kept(stream.metadata))
        target.disposition = stream.disposition
        return target

    def _is_moved(self, packet: Packet[Any]) -> bool:
        """Bring a packet to its time in the output, if it belongs there."""
        is_text = packet.stream.type == "subtitle"
        packet.stream = self._targets[packet.stream.index]
        known = [tick for tick in (packet.pts, packet.dts) if tick is not None]
        if not known:  # a cover
            packet.pts = packet.dts = 0
            return True
        packet.pts, packet.dts = known[0], known[-1]
        if not _is_inside(packet, self._source, is_text=is_text):
            return False
        shift = round(self._source.shift / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        return self._is_in_order(packet)

    def _is_in_order(self, packet: Packet[Any]) -> bool:
        """Whether a packet can follow the one before; where recordings were joined some cannot."""
        index, ticks = packet.stream.index, packet.dts or 0
        before = self._latest.get(index)
        strictly = self._output.format.name in _STRICT
        if before is not None and ticks < before + strictly:
            sentence = "Sound or subtitles whose times go back were left out."
            self.notes += [sentence] * (sentence not in self.notes)
            return False
        self._latest[index] = ticks
        return True


def _is_inside(packet: Packet[Any], source: Source, *, is_text: bool) -> bool:
    """Whether a packet belongs to the part; a subtitle that is on already begins with it."""
    pts, base = packet.pts or 0, packet.time_base
    if source.stop is not None and pts * base >= source.stop:
        return False
    if source.start is None or pts * base >= source.start:
        return True
    start, end = round(source.start / base), pts + (packet.duration or 0)
    if not is_text or end <= start:
        return False
    packet.pts = packet.dts = start
    packet.duration = end - start
    return True


def _content(clip: Clip, stream: Stream) -> bytes:
    """The file in an attachment, or the picture that is a cover."""
    if isinstance(stream, AttachmentStream):
        return stream.data
    with open_container(clip.path) as container:
        packets = container.demux(container.streams[stream.index])
        return bytes(next(packet for packet in packets if packet.size))


def _kept(metadata: Mapping[str, str]) -> dict[str, str]:
    """Without what tells of the old file."""
    return {
        key: value
        for key, value in metadata.items()
        if key.lower() not in _MADE_ANEW and not key.lower().startswith(_STATISTICS)
    }


def _markers(source: Source) -> Iterator[Marker]:
    """The chapters of the part, in its time."""
    for number, chapter in enumerate(source.clip.chapters):
        start = chapter.start if source.start is None else max(chapter.start, source.start)
        end = chapter.end if source.stop is None else min(chapter.end, source.stop)
        if start < end:
            yield {
                "id": number,
                "start": round((start - source.shift) / _MILLISECOND),
                "end": round((end - source.shift) / _MILLISECOND),
                "time_base": _MILLISECOND,
                "metadata": {"title": chapter.title} if chapter.title else {},
            }
