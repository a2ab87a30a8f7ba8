"""The packets of segments, one after the other, with the times they have in the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from srstudio.core.errors import InputError
from srstudio.media.video.containers import open_container
from srstudio.media.video.copied import Timed
from srstudio.media.video.packets import alone, readable
from srstudio.media.video.segment import Recipe, Segment, describe_colour
from srstudio.media.video.timeline import Ticks, is_uneven

_APPLE_TAG = "hvc1"  # what Apple's players know H.265 by


class Parts:
    """Segments as one stream.

    Args:
        segments: In order of time; at least one.
        recipe: That they were encoded by.
        shift: Seconds by which all times are reduced.

    Raises:
        InputError: if one is not whole, or does not fit those before it.
    """

    def __init__(self, segments: Sequence[Segment], recipe: Recipe, shift: Fraction) -> None:
        self._segments, self._recipe = segments, recipe
        _check_order(segments)
        ticks = np.concatenate([_ticks(segment, recipe.base) for segment in segments])
        self._shown = ticks - round(shift / recipe.base)
        self._end = segments[-1].end - round(shift / recipe.base)

    def stream(self, output: OutputContainer) -> VideoStream:
        """A stream of the output that holds them."""
        with open_container(self._segments[0].path) as container:
            template = container.streams.video[0]
            target = output.add_stream_from_template(template, opaque=True)
            context, is_rgb = target.codec_context, template.format.is_rgb
            if template.codec_context.codec.canonical_name == "prores":
                context.codec_tag = template.codec_context.codec_tag  # says which profile it is
        if context.codec.canonical_name == "hevc" and output.format.name != "matroska":
            context.codec_tag = _APPLE_TAG
        target.time_base = self._recipe.base
        if not is_uneven(np.sort(self._shown)):
            context.framerate = self._recipe.rate
        context.sample_aspect_ratio = self._recipe.sample_aspect
        describe_colour(context, self._recipe.colour, is_rgb=is_rgb)
        return target

    def packets(self, target: VideoStream) -> Iterator[Timed]:
        """Every packet with its time of decoding, in seconds."""
        base = self._recipe.base
        order = np.append(np.sort(self._shown), self._end)
        ranks = np.searchsorted(order, self._shown)
        lengths = np.diff(order)[ranks]
        times = zip(self._shown, decoding_times(self._shown), lengths, strict=True)
        for packet in self._read():
            pts, dts, length = next(times)
            packet.stream, packet.time_base = target, base
            packet.pts, packet.dts, packet.duration = int(pts), int(dts), int(length)
            yield int(dts) * base, packet

    def _read(self) -> Iterator[Packet[VideoStream]]:
        extradata = None
        for segment in self._segments:
            with open_container(segment.path) as container:
                stream = alone(container, 0)
                extradata = extradata or stream.codec_context.extradata
                if stream.codec_context.extradata != extradata:
                    cause = f"{segment.path.name} was encoded with other settings than the first"
                    raise InputError(cause, "encode all parts again")
                yield from readable(container, stream)


def decoding_times(shown: Ticks) -> Ticks:
    """When pictures are to be decoded, for when they are shown, in the order of decoding.

    The times of presentation in their own order, late by as many pictures as it takes for none to
    be shown before it is decoded.
    """
    order = np.sort(shown)
    delay = int((np.arange(len(shown)) - np.searchsorted(order, shown)).max())
    step = order[1] - order[0] if len(order) > 1 else 1
    lead = order[0] - step * np.arange(delay, 0, -1)
    return np.concatenate([lead, order[: len(order) - delay]])


def _ticks(segment: Segment, base: Fraction) -> Ticks:
    """When the packets of a segment are shown, in order of decoding."""
    with open_container(segment.path) as container:
        stream = alone(container, 0)
        stamps = [packet.pts for packet in readable(container, stream)]
        scale = (stream.time_base or base) / base
    ticks = np.array([round(pts * scale) for pts in stamps if pts is not None], np.int64)
    if len(ticks) != segment.count:
        cause = f"{segment.path.name} has {len(ticks)} frames instead of {segment.count}"
        raise InputError(cause, "encode this part again")
    return np.asarray(ticks - ticks.min() + segment.start, np.int64)


def _check_order(segments: Sequence[Segment]) -> None:
    for before, after in pairwise(segments):
        if after.start < before.end:
            cause = f"{after.path.name} begins before {before.path.name} ends"
            raise InputError(cause, "encode both again")
