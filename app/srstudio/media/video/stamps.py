"""The timeline of a video file, from its packets: nothing is decoded but what has to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import dropwhile, islice
from pathlib import Path

import numpy as np

from srstudio.core.errors import InputError
from srstudio.core.progress import Progress
from srstudio.media.video.clip import VideoTrack
from srstudio.media.video.containers import open_container
from srstudio.media.video.packets import alone, decoder_of, pictures, readable
from srstudio.media.video.timeline import Timeline

_COMPARED = 48  # frames, for whether doubtful times are right
_USUAL_RATE = Fraction(25)  # where nothing at all is known

Stamp = tuple[int | None, int, bool]  # tick, duration in ticks, whether it is a key


def read_timeline(path: Path, track: VideoTrack, progress: Progress) -> Timeline:
    """When the frames of a stream are shown; reads all of the file once.

    Where the packets say no times, wrong ones, or one of them twice, as where recordings were
    put one behind the other, frames are counted at the average rate.

    Args:
        path: The file.
        track: The stream.
        progress: Asked after every packet.

    Raises:
        Cancelled: if that was asked for.
        InputError: if the file cannot be read.
    """
    stamps = _stamps(path, track, progress)
    if not stamps:
        raise InputError(f"{path.name} holds no picture", "get a fresh copy of it")
    durations = {tick: duration for tick, duration, _ in stamps if tick is not None}
    keys = sorted(tick for tick, _, is_key in stamps if is_key and tick is not None)
    known = sum(tick is not None for tick, _, _ in stamps)
    if len(durations) < known or not (track.is_timed or _are_true(path, track, durations)):
        return _counted(len(stamps), track)
    if keys and min(durations) < keys[0]:
        durations = _without_lost(path, track, durations, keys[0])
    return _timed(durations, keys, track)


def _stamps(path: Path, track: VideoTrack, progress: Progress) -> Sequence[Stamp]:
    """What can be decoded and is shown, in order of decoding."""
    stamps: list[Stamp] = []
    with open_container(path) as container:
        packets = readable(container, alone(container, track.index))
        for packet in dropwhile(lambda packet: not packet.is_keyframe, packets):
            progress.check()
            if not packet.is_discard:
                stamps.append((packet.pts, packet.duration or 0, packet.is_keyframe))
    return stamps


def _first_ticks(path: Path, track: VideoTrack, count: int) -> list[int | None]:
    """Those of the first pictures, by decoding them."""
    with open_container(path) as container:
        stream = alone(container, track.index)
        decoded = pictures(decoder_of(stream), readable(container, stream))
        return [frame.pts for frame in islice(decoded, count)]


def _are_true(path: Path, track: VideoTrack, known: Mapping[int, int]) -> bool:
    """Whether frames have the times of their packets."""
    first = _first_ticks(path, track, _COMPARED)
    return first == sorted(known)[: len(first)]


def _without_lost(
    path: Path, track: VideoTrack, durations: Mapping[int, int], key: int
) -> dict[int, int]:
    """Without what is shown before the first key and needs what came before the file begins."""
    leading = sum(tick < key for tick in durations)
    there = set(_first_ticks(path, track, leading + 1))
    return {tick: length for tick, length in durations.items() if tick >= key or tick in there}


def _timed(durations: Mapping[int, int], keys: Sequence[int], track: VideoTrack) -> Timeline:
    ticks = np.array(sorted(durations), np.int64)
    last = int(ticks[-1])
    usual = int(np.median(np.diff(ticks))) if len(ticks) > 1 else _ticks_of_one(track)
    end = last + (durations[last] or usual)
    return Timeline(ticks, end, track.time_base, np.array(keys, np.int64))


def _ticks_of_one(track: VideoTrack) -> int:
    return max(round(1 / ((track.rate or _USUAL_RATE) * track.time_base)), 1)


def _counted(count: int, track: VideoTrack) -> Timeline:
    base = 1 / (track.rate or _USUAL_RATE)
    first = round(track.start / base)
    ticks = np.arange(first, first + count, dtype=np.int64)
    return Timeline(ticks, first + count, base, ticks[:1], numbered=True)
