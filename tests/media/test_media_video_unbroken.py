from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from tests.media.clips import numbered, numbers, times, write_clip

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media.video.opening import open_video
from srstudio.media.video.source import VideoSource
from srstudio.media.writing import write_picture

COUNT = 12
TICKS = [0, 1, 2, 5, 6, 7, 8, 12, 13, 14, 15, 20]
BASE = Fraction(1, 25)


def _damaged(path: Path, broken: Iterable[int], codec: str = "mjpeg") -> Path:
    """A clip of which some packets are nothing but zeros."""
    formats = {"mjpeg": "yuvj420p", "libx264": "yuv420p"}
    write_clip(path, TICKS, BASE, codec, formats[codec])
    with av.open(str(path)) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for position, size in (packets[number] for number in broken):
        assert position is not None
        data[position : position + size] = bytes(size)
    path.write_bytes(data)
    return path


def _pictures(folder: Path, broken: Iterable[int]) -> Path:
    for number in range(COUNT):
        write_picture(Frame(numbered(number)), folder / f"{number:02}.png")
    for number in broken:
        path = folder / f"{number:02}.png"
        path.write_bytes(path.read_bytes()[:60])
    return folder


def _assert_unbroken(source: VideoSource, expected: list[int]) -> None:
    """Any part of a clip has as many frames as it should, and those of the whole."""
    assert numbers(source.unbroken(0, COUNT)) == expected
    for start in range(COUNT):
        for stop in {start, start + 1, min(start + 4, COUNT), COUNT}:
            frames = list(source.unbroken(start, stop))
            assert numbers(frames) == expected[start:stop]
            assert times(frames) == [source.timeline.time(n) for n in range(start, stop)]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ([], list(range(12))),
        ([4], [0, 1, 2, 3, 3, 5, 6, 7, 8, 9, 10, 11]),
        ([0, 4, 5, 11], [1, 1, 2, 3, 3, 3, 6, 7, 8, 9, 10, 10]),
        ([0, 1, 2], [3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (range(2, 12), [0, 1] + [1] * 10),
    ],
)
def test_what_cannot_be_decoded_is_the_frame_before(
    tmp_path: Path, broken: list[int], expected: list[int]
) -> None:
    with open_video(_damaged(tmp_path / "clip.mov", broken)) as source:
        _assert_unbroken(source, expected)
        assert times(source.unbroken(0, COUNT)) == [tick * BASE for tick in TICKS]
        said = [each for each in source.warnings if "cannot be decoded" in each]
        sentence = "clip.mov has frames that cannot be decoded; the one before is shown again."
        assert said == [sentence] * bool(list(broken))


def test_pictures_that_cannot_be_read_too(tmp_path: Path) -> None:
    with open_video(_pictures(tmp_path / "folder", [5, 7])) as source:
        _assert_unbroken(source, [0, 1, 2, 3, 4, 4, 6, 6, 8, 9, 10, 11])


def test_frames_that_others_are_made_of(tmp_path: Path) -> None:
    with open_video(_damaged(tmp_path / "clip.mp4", [5, 8], "libx264")) as source:
        whole = list(source.unbroken(0, COUNT))
        assert times(whole) == [tick * BASE for tick in TICKS]
        for start in range(COUNT):
            for frame, expected in zip(source.unbroken(start, COUNT), whole[start:], strict=True):
                np.testing.assert_array_equal(frame.pixels, expected.pixels)


def test_a_clip_without_any_frame_that_can_be_decoded(tmp_path: Path) -> None:
    path = _damaged(tmp_path / "clip.mov", [])
    with open_video(path) as source:
        _damaged(path, range(COUNT))
        with pytest.raises(InputError, match=r"no frame of clip\.mov can be decoded"):
            list(source.unbroken(2, 4))


def test_recordings_that_were_joined_are_counted_from_the_first_frame_on(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", range(5), BASE, "mpeg2video", options={"bf": "0"})
    joined = tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() * 2)
    with open_video(joined) as looked:
        count = len(looked.timeline)
        expected = numbers(looked.unbroken(0, count))
    with open_video(joined) as fresh:
        assert numbers(fresh.unbroken(0, count)) == expected
    assert len(set(expected[count // 2 :])) >= 4
