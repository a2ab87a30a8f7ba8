from __future__ import annotations

import random
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.media.clips import FFMPEG, HEIGHT, WIDTH, number_of, numbers, times, write_clip

from srstudio.core.errors import InputError
from srstudio.media.video.probe import probe
from srstudio.media.video.reader import VideoReader

LONG_GOP = {"g": "60", "bf": "4", "x264-params": "b-pyramid=normal:scenecut=0:open-gop=1"}
COUNT = 150
X265 = {"x265-params": "log-level=none:bframes=4:open-gop=1:keyint=20:pools=none"}


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def long_gop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "long.mp4"
    return write_clip(path, range(COUNT), options=LONG_GOP)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi", ".mov", ".h264", ".flv"])
def test_seeking_is_exact_in_every_container(long_gop: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"clip{suffix}"
    offset = ["-output_ts_offset", "7.3"] if suffix in (".ts", ".mkv") else []
    _ffmpeg("-i", long_gop, "-c", "copy", *offset, path)
    wanted = random.Random(suffix).sample(range(COUNT), 12)
    with VideoReader(path) as reader:
        assert len(reader.timeline) == COUNT
        assert [number_of(reader.frame(number).pixels) for number in wanted] == wanted
        following = [*range(57, 64), 62, 61, 149, 0]
        assert [number_of(reader.frame(number).pixels) for number in following] == following


@pytest.mark.parametrize(
    ("codec", "options", "suffix"),
    [
        ("libx265", X265, ".mp4"),
        ("libx265", X265, ".ts"),
        ("libvpx-vp9", {"auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"}, ".webm"),
        ("mpeg2video", {"bf": "2", "g": "12"}, ".mpg"),
        ("mpeg4", {"bf": "2", "g": "12"}, ".avi"),
    ],
)
def test_seeking_is_exact_with_every_codec(
    tmp_path: Path, codec: str, options: dict[str, str], suffix: str
) -> None:
    path = write_clip(tmp_path / f"clip{suffix}", range(60), codec=codec, options=options)
    with VideoReader(path) as reader:
        for number in random.Random(codec).sample(range(60), 10):
            frame = reader.frame(number)
            assert number_of(frame.pixels) == number
            assert frame.time == reader.timeline.time(number)
        assert numbers(reader.frames(13, 31)) == list(range(13, 31))


def test_a_recording_that_begins_in_the_middle(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.ts", range(COUNT), options=LONG_GOP).read_bytes()
    path = tmp_path / "recording.ts"
    path.write_bytes(whole[len(whole) // 188 // 4 * 188 :])
    with VideoReader(path) as reader:
        in_order = numbers(reader.frames())
        assert in_order == list(range(in_order[0], COUNT))
        assert in_order[0] > 30
        assert len(reader.timeline) == len(in_order)
        sample = random.Random(0).sample(range(len(in_order)), 8)
        assert [number_of(reader.frame(n).pixels) for n in sample] == [in_order[n] for n in sample]


def test_all_frames_come_in_order_with_their_times(long_gop: Path) -> None:
    with VideoReader(long_gop) as reader:
        frames = list(reader.frames())
    assert numbers(frames) == list(range(COUNT))
    assert times(frames) == [Fraction(n, 25) for n in range(COUNT)]
    assert {frame.duration for frame in frames} == {Fraction(1, 25)}
    assert not reader.warnings


def test_variable_frame_rate_keeps_every_time(tmp_path: Path) -> None:
    ticks = list(np.cumsum([0, *random.Random(1).choices([33, 40, 17, 100], k=79)]))
    path = write_clip(tmp_path / "vfr.mkv", [int(t) for t in ticks], Fraction(1, 1000))
    with VideoReader(path) as reader:
        assert reader.clip.video.is_variable
        assert reader.timeline.is_variable
        assert times(reader.frames()) == [Fraction(int(t), 1000) for t in ticks]
        for number in (0, 7, 31, 79):
            time = reader.timeline.time(number)
            assert reader.timeline.index(time) == number
            assert reader.timeline.index(time + reader.timeline.duration(number) / 2) == number
            assert number_of(reader.frame_at(time).pixels) == number


def test_frames_before_the_edit_list_are_not_shown(long_gop: Path, tmp_path: Path) -> None:
    path = tmp_path / "edited.mp4"
    _ffmpeg("-ss", "1", "-i", long_gop, "-c", "copy", path)  # keeps all from the last key on
    with VideoReader(path) as reader:
        assert numbers(reader.frames()) == list(range(25, COUNT))
        assert len(reader.timeline) == COUNT - 25
        assert numbers([reader.frame(n) for n in (60, 3, 0, 124)]) == [85, 28, 25, 149]


def test_times_between_frames_and_outside(long_gop: Path) -> None:
    with VideoReader(long_gop) as reader:
        timeline = reader.timeline
    assert timeline.index(Fraction(-100)) == 0
    assert timeline.index(Fraction(100)) == COUNT - 1
    assert timeline.index(timeline.time(6) - Fraction(1, 10**9)) == 5
    assert timeline.first_from(timeline.time(5)) == 5
    assert timeline.first_from(timeline.time(5) + Fraction(1, 10**9)) == 6
    assert timeline.first_from(Fraction(100)) == COUNT


def test_rounded_times_of_a_constant_rate_are_not_called_variable(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "ntsc.mkv", range(48), Fraction(1001, 30000))
    with VideoReader(path) as reader:
        assert not reader.clip.video.is_variable
        assert not reader.timeline.is_variable
        assert float(reader.timeline.rate) == pytest.approx(30000 / 1001, rel=1e-3)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_rotated_pictures_stand_upright(long_gop: Path, tmp_path: Path, angle: int) -> None:
    path = tmp_path / "turned.mp4"
    _ffmpeg("-display_rotation", str(angle), "-i", long_gop, "-c", "copy", "-t", "0.4", path)
    raw = tmp_path / "upright.raw"  # FFmpeg's own program turns them by itself
    _ffmpeg("-i", path, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", raw)
    with VideoReader(path) as reader:
        frame = reader.frame(0)
        assert frame.size == reader.clip.video.size
        assert frame.size == ((HEIGHT, WIDTH) if angle != 180 else (WIDTH, HEIGHT))
    expected = np.fromfile(raw, np.uint8).reshape(frame.pixels.shape)
    assert np.abs(frame.pixels.astype(int) - expected).max() <= 3


def test_ten_bits_become_sixteen(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "ten.mkv", range(6), codec="ffv1", pixel_format="yuv420p10le")
    with VideoReader(path) as reader:
        assert reader.clip.video.bits == 10
        frames = list(reader.frames())
    assert frames[0].pixels.dtype == np.uint16
    assert numbers(frames) == list(range(6))


def test_one_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "one.mp4", [0])
    with VideoReader(path) as reader:
        assert len(reader.timeline) == 1
        assert reader.timeline.stop == Fraction(1, 25)
        assert numbers(reader.frames()) == [0]
        assert number_of(reader.frame(-1).pixels) == 0


def test_a_file_is_known_by_its_content(long_gop: Path, tmp_path: Path) -> None:
    path = tmp_path / "video.txt"
    path.write_bytes(long_gop.read_bytes())
    assert probe(path).video.codec == "h264"


def test_a_truncated_file_gives_what_it_has_and_says_so_once(
    long_gop: Path, tmp_path: Path
) -> None:
    for suffix in (".mkv", ".mp4"):
        whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
        _ffmpeg("-i", long_gop, "-c", "copy", "-movflags", "+faststart", whole)
        data = whole.read_bytes()
        cut.write_bytes(data[: len(data) * 2 // 3])
        with VideoReader(cut) as reader:
            shown = numbers(reader.frames())
            list(reader.frames())
        assert 20 < len(shown) < COUNT
        assert shown == sorted(set(shown))
        assert len(reader.warnings) == 1
        assert "cut short" in reader.warnings[0]


def test_damage_in_the_middle_is_stepped_over(long_gop: Path, tmp_path: Path) -> None:
    data = bytearray(long_gop.read_bytes())
    middle = data.index(b"mdat") + 4 + (len(data) - data.index(b"mdat")) // 3
    data[middle : middle + 400] = bytes(400)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    with VideoReader(path) as reader:
        shown = list(reader.frames())
    assert len(shown) > COUNT // 2
    assert number_of(shown[-1].pixels) == COUNT - 1
    assert len(reader.warnings) == 1


def _content(name: str) -> bytes:
    return {"empty": b"", "zeros": bytes(4000), "text": b"no video at all\n" * 50}[name]


@pytest.mark.parametrize(
    ("name", "cause"),
    [("empty", "zero bytes"), ("zeros", "no video"), ("text", "text, not a video")],
)
def test_what_is_no_video_is_told_in_a_sentence(tmp_path: Path, name: str, cause: str) -> None:
    path = tmp_path / f"{name}.txt"
    path.write_bytes(_content(name))
    with pytest.raises(InputError, match=cause):
        VideoReader(path)


def test_an_mp4_without_its_contents_is_called_cut_short(long_gop: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(long_gop.read_bytes()[:3000])
    with pytest.raises(InputError, match="cut short"):
        probe(path)


def test_no_frames_no_video_no_file(tmp_path: Path) -> None:
    nothing = write_clip(tmp_path / "nothing.avi", [])
    with pytest.raises(InputError, match="holds no picture"):
        probe(nothing)
    sound = tmp_path / "sound.wav"
    _ffmpeg("-f", "lavfi", "-i", "sine=d=0.2", sound)
    with pytest.raises(InputError, match="no video stream"):
        probe(sound)
    with pytest.raises(InputError, match="does not exist"):
        probe(tmp_path / "missing.mp4")
    with pytest.raises(InputError, match="is a folder"):
        probe(tmp_path)


def test_closing_gives_the_file_back(long_gop: Path) -> None:
    def is_open() -> bool:
        return str(long_gop) in [file.path for file in psutil.Process().open_files()]

    reader = VideoReader(long_gop)
    reader.frame(3)
    frames = reader.frames()
    next(frames)
    assert is_open()
    frames.close()  # type: ignore[attr-defined]
    reader.close()
    assert not is_open()
