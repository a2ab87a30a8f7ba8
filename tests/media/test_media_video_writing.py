from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from tests.media.clips import (
    FFMPEG,
    HEIGHT,
    WIDTH,
    numbered,
    numbers,
    packet_hashes,
    picture_hashes,
    times,
    write_clip,
    write_film,
)

from srstudio.core.errors import InputError, OutputError, UsageError
from srstudio.core.frame import Frame
from srstudio.media.video.codecs import Encoding, codecs, encoder_options, pixel_format
from srstudio.media.video.colour import SRGB, stored_as, tagged
from srstudio.media.video.copied import Source
from srstudio.media.video.gif import save_gif
from srstudio.media.video.joining import join
from srstudio.media.video.numbering import save_pictures
from srstudio.media.video.opening import open_video
from srstudio.media.video.parts import decoding_times
from srstudio.media.video.probe import probe
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.saving import recipe_for, save_video
from srstudio.media.video.segment import Recipe, Segment, encode_segment

BASE = Fraction(1, 90000)
H264, FFV1 = Encoding("h264"), Encoding("ffv1")


def _recipe(encoding: Encoding, base: Fraction = BASE, size: tuple[int, int] = (64, 32)) -> Recipe:
    return Recipe(encoding, stored_as(SRGB, size), base)


def _frames(ticks: Sequence[int], base: Fraction = BASE, first: int = 0) -> Iterator[Frame]:
    for number, tick in enumerate(ticks, first):
        yield Frame(numbered(number), time=tick * base)


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, arguments)], check=True)


@pytest.mark.parametrize("codec", [codec.name for codec in codecs()])
def test_every_codec_writes_every_container_and_format(tmp_path: Path, codec: str) -> None:
    chosen = next(each for each in codecs() if each.name == codec)
    quick = chosen.presets[0] if chosen.presets else None
    ticks = [0, 3003, 6000, 10000, 13000]  # not evenly
    for number, (bits, chroma) in enumerate(chosen.formats):
        suffix = chosen.containers[number % len(chosen.containers)]
        path = tmp_path / f"{codec}{number}{suffix}"
        encoding = Encoding(codec, preset=quick, bits=bits, chroma=chroma)
        size = (WIDTH, HEIGHT) if codec != "av1" else (2 * WIDTH, 2 * HEIGHT)
        scale = size[0] // WIDTH
        frames = (
            replace(frame, pixels=np.kron(frame.pixels, np.ones((scale, scale, 1), np.uint8)))
            for frame in _frames(ticks)
        )
        assert save_video(frames, path, _recipe(encoding)) == []
        with VideoReader(path) as reader:
            assert numbers(reader.frames()) == list(range(5))
            assert reader.clip.video.bits == bits
            tick = max(reader.clip.video.time_base, BASE)
            for time, expected in zip(times(reader.frames()), ticks, strict=True):
                assert abs(time - expected * BASE) <= tick / 2


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_variable_frame_rate_is_kept_to_the_tick(tmp_path: Path, suffix: str) -> None:
    ticks = [0, 1501, 3003, 9000, 9001, 20000, 20017, 40000]
    path = tmp_path / f"vfr{suffix}"
    save_video(_frames(ticks), path, _recipe(H264))
    with VideoReader(path) as reader:
        assert times(reader.frames()) == [tick * BASE for tick in ticks]
        assert reader.timeline.is_variable


def test_ffv1_gives_back_every_value(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for dtype in (np.uint8, np.uint16):
        top = np.iinfo(dtype).max
        pixels = rng.integers(0, top, (3, 34, 50, 3), dtype, endpoint=True)
        alpha = rng.integers(0, top, (3, 34, 50), dtype, endpoint=True)
        encoding = Encoding("ffv1", bits=8 if dtype == np.uint8 else 16)
        for opacity in (None, alpha):
            path = tmp_path / f"{top}{opacity is None}.mkv"
            frames = [
                Frame(pixels[n], None if opacity is None else opacity[n], time=Fraction(n, 25))
                for n in range(3)
            ]
            save_video(frames, path, _recipe(encoding, Fraction(1, 1000)))
            with VideoReader(path) as reader:
                for frame, original in zip(reader.frames(), frames, strict=True):
                    np.testing.assert_array_equal(frame.pixels, original.pixels)
                    if opacity is not None:
                        assert frame.alpha is not None
                        np.testing.assert_array_equal(frame.alpha, original.alpha)


BARS = np.repeat(
    [[level * ((n >> bit) & 1) for bit in range(3)] for level in (255, 191) for n in range(8)],
    16,
    axis=0,
).astype(np.uint8)  # fmt: skip


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize(("matrix", "code"), [("bt601", 6), ("bt709", 1), ("bt2020", 9)])
def test_colour_bars_come_back_and_the_tags_are_true(
    tmp_path: Path, matrix: str, code: int, bits: int
) -> None:
    path = tmp_path / "bars.mp4"
    bars = np.repeat(BARS[None], 64, axis=0)
    colour = tagged((256, 64), code, 1, 9 if code == 9 else 1, 14 if code == 9 else 1)
    recipe = Recipe(Encoding("h264", 4, bits=bits), colour, Fraction(1, 25))
    save_video([Frame(bars, time=Fraction(n, 25)) for n in range(3)], path, recipe)
    video = probe(path).video
    assert video.colour == colour
    assert video.colour.matrix == matrix
    raw = tmp_path / "bars.raw"  # FFmpeg's own program goes by the tags, too
    accurate = "scale=sws_flags=bilinear+accurate_rnd+full_chroma_int"
    _ffmpeg("-i", path, "-vf", accurate, "-pix_fmt", "rgb24", "-f", "rawvideo", raw)
    judged = np.fromfile(raw, np.uint8).reshape(-1, 64, 256, 3).astype(int)
    with VideoReader(path) as reader:
        for number, frame in enumerate(reader.frames()):
            shown = frame.pixels.astype(float) / (1 if bits == 8 else 257)
            inside = np.arange(256) % 16
            flat = (inside >= 3) & (inside < 13)
            assert np.abs(shown - bars)[:, flat].mean() <= 1
            assert np.abs(shown - bars)[:, flat].max() <= 4
            assert np.abs(judged[number] - bars)[:, flat].mean() <= 1.2


def test_joined_segments_equal_the_unbroken_file(tmp_path: Path) -> None:
    ticks = [0, 3600, 7200, 10000, 14400, 18000, 21600, 21700, 28800, 40000]
    for encoding, suffix in ((FFV1, ".mkv"), (Encoding("prores"), ".mov")):
        recipe = _recipe(encoding)
        cuts = [0, 4, 5, 10]
        parts = [
            encode_segment(
                _frames(ticks[begin:end], first=begin), tmp_path / f"{begin}.segment", recipe
            )
            for begin, end in pairwise(cuts)
        ]
        joined, unbroken = tmp_path / f"joined{suffix}", tmp_path / f"unbroken{suffix}"
        join(parts, joined, recipe)
        save_video(_frames(ticks), unbroken, recipe)
        assert picture_hashes(joined) == picture_hashes(unbroken)
        with VideoReader(joined) as one, VideoReader(unbroken) as other:
            assert times(one.frames()) == times(other.frames())
            assert one.timeline.stop == other.timeline.stop


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_segments_with_b_frames_join_in_order(tmp_path: Path, codec: str) -> None:
    recipe = _recipe(Encoding(codec, preset="fast"), Fraction(1, 25))
    parts = [
        encode_segment(
            _frames(range(begin, begin + 23), recipe.base, begin),
            tmp_path / f"{begin}.part",
            recipe,
        )
        for begin in (0, 23, 46)
    ]
    for suffix in (".mp4", ".mkv"):
        path = tmp_path / f"joined{suffix}"
        join(parts, path, recipe)
        assert picture_hashes(path) == [
            each for part in parts for each in picture_hashes(part.path)
        ]
        with VideoReader(path) as reader:
            assert numbers(reader.frames()) == list(range(69))
            assert times(reader.frames()) == [Fraction(n, 25) for n in range(69)]
            assert numbers([reader.frame(n) for n in (50, 22, 23, 3)]) == [50, 22, 23, 3]


def test_decoding_times_precede_presentation() -> None:
    shown = np.array([0, 40, 20, 10, 30, 80, 60, 50, 70], np.int64) * 7
    decoded = decoding_times(shown)
    assert (decoded <= shown).all()
    assert (np.diff(decoded) > 0).all()
    np.testing.assert_array_equal(decoding_times(np.arange(5)), np.arange(5))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film"))


def _copy(film: Path, path: Path, start: int = 0, stop: int = 25) -> list[str]:
    with VideoReader(film) as reader:
        recipe = recipe_for(reader, H264, (WIDTH, HEIGHT))
        whole = (start, stop) == (0, 25)
        timeline = reader.timeline
        end = timeline.stop if stop == 25 else timeline.time(stop)
        source = Source(reader.clip) if whole else Source(reader.clip, timeline.time(start), end)
        return save_video(reader.frames(start, stop), path, recipe, source)


def _stamps(path: Path, index: int) -> list[Fraction]:
    with av.open(str(path)) as container:
        packets = container.demux(container.streams[index])
        return [p.pts * p.time_base for p in packets if p.size and p.pts is not None]


def test_sound_subtitles_chapters_files_and_names_are_kept(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.mkv"
    assert _copy(film, path) == []
    old, new = probe(film), probe(path)
    assert [(t.kind, t.codec, t.language, t.title) for t in new.others] == [
        (t.kind, t.codec, t.language, t.title) for t in old.others
    ]
    assert new.chapters == old.chapters
    assert new.metadata["title"] == "A film"
    for index in (1, 2, 3):
        assert packet_hashes(path, index) == packet_hashes(film, index)
        assert _stamps(path, index) == _stamps(film, index)
    assert _stamps(path, 0) == _stamps(film, 0)
    assert new.duration is not None
    assert old.duration is not None
    assert abs(new.duration - old.duration) <= Fraction(1, 25)
    with av.open(str(path)) as one, av.open(str(film)) as other:
        assert one.streams.attachments[0].data == other.streams.attachments[0].data
        for new_stream, old_stream in zip(one.streams, other.streams, strict=True):
            assert new_stream.disposition == old_stream.disposition


def test_mp4_keeps_the_offset_of_sound_and_says_what_it_cannot_hold(
    film: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.mp4"
    assert _copy(film, path) == [
        "Left out, as MP4 cannot hold it: subtitle (subrip).",
        "Left out, as MP4 cannot hold it: attachment (text.srt).",
    ]
    for index in (1, 2):
        assert packet_hashes(path, index) == packet_hashes(film, index)
    first = [_stamps(name, index)[0] for index in (0, 1) for name in (path, film)]
    assert abs((first[2] - first[0]) - (first[3] - first[1])) < Fraction(1, 100)
    with VideoReader(path) as reader:
        assert numbers(reader.frames()) == list(range(25))
        assert times(reader.frames()) == [Fraction(n, 25) for n in range(25)]
        assert [chapter.title for chapter in reader.clip.chapters] == ["One", "Two"]
        assert reader.timeline.stop == 1


def test_what_quicktime_would_refuse_when_it_is_begun_is_left_out(
    film: Path, tmp_path: Path
) -> None:
    assert _copy(film, tmp_path / "copy.mov") == [
        "Left out, as QuickTime cannot hold it: audio (opus, fra).",
        "Left out, as QuickTime cannot hold it: subtitle (subrip).",
        "Left out, as QuickTime cannot hold it: attachment (text.srt).",
    ]
    assert packet_hashes(tmp_path / "copy.mov", 1) == packet_hashes(film, 1)


def test_a_part_has_the_sound_of_that_part(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "part.mkv"
    assert _copy(film, path, 10, 20) == []
    with VideoReader(path) as reader:
        assert numbers(reader.frames()) == list(range(10, 20))
        assert times(reader.frames()) == [Fraction(n, 25) for n in range(10)]
        titles = [(float(c.start), float(c.end), c.title) for c in reader.clip.chapters]
        assert titles == [(0.0, 0.4, "Two")]
    begin, end = Fraction(10, 25), Fraction(20, 25)
    for index in (1, 2):
        inside = [time - begin for time in _stamps(film, index) if begin <= time < end]
        assert _stamps(path, index) == inside
    assert _stamps(path, 3) == [0, Fraction(1, 5)]  # the first is on already


def test_a_late_start_becomes_zero_and_offsets_stay(film: Path, tmp_path: Path) -> None:
    late, path = tmp_path / "late.ts", tmp_path / "copy.mkv"
    _ffmpeg(
        "-i", film, "-map", "0:v", "-map", "0:a:0", "-c", "copy", "-output_ts_offset", "9", late
    )
    with VideoReader(late) as reader:
        recipe = recipe_for(reader, H264, (WIDTH, HEIGHT))
        assert save_video(reader.frames(), path, recipe, Source(reader.clip)) == []
    assert abs(_stamps(path, 0)[0]) < Fraction(1, 25)
    old, new = _stamps(late, 1)[0] - min(_stamps(late, 0)), _stamps(path, 1)[0]
    assert abs(new - min(_stamps(path, 0)) - old) < Fraction(1, 500)


def test_recordings_one_behind_the_other(film: Path, tmp_path: Path) -> None:
    one, both, path = (tmp_path / name for name in ("one.ts", "both.ts", "copy.mp4"))
    _ffmpeg("-i", film, "-map", "0:v", "-map", "0:a:0", "-c", "copy", one)
    both.write_bytes(one.read_bytes() * 2)  # its times begin anew in the middle
    with VideoReader(both) as reader:
        assert len(reader.timeline) == 50
        recipe = recipe_for(reader, H264, (WIDTH, HEIGHT))
        notes = save_video(reader.frames(), path, recipe, Source(reader.clip))
        assert numbers([reader.frame(n) for n in (30, 2, 49)]) == [5, 2, 24]
    assert notes == ["Sound or subtitles whose times go back were left out."]
    with VideoReader(path) as reader:
        assert numbers(reader.frames()) == [*range(25), *range(25)]
        assert [time - reader.timeline.start for time in times(reader.frames())] == [
            Fraction(n, 25) for n in range(50)
        ]


def test_a_segment_is_the_same_each_time(tmp_path: Path) -> None:
    for codec in ("h264", "h265", "av1"):
        recipe = _recipe(Encoding(codec), Fraction(1, 25))
        frames = [
            Frame(np.kron(numbered(n), np.ones((2, 2, 1), np.uint8)), time=Fraction(n, 25))
            for n in range(12)
        ]
        twice = [encode_segment(frames, tmp_path / f"{codec}{n}", recipe).path for n in range(2)]
        assert packet_hashes(twice[0], 0) == packet_hashes(twice[1], 0)


def test_a_cover_goes_along(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "video.mp4", range(5))
    picture, film = tmp_path / "cover.png", tmp_path / "film.mp4"
    _ffmpeg("-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v", "1", picture)
    maps = ["-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic"]
    _ffmpeg("-i", video, "-i", picture, *maps, film)
    for suffix in (".mp4", ".mkv"):
        path = tmp_path / f"copy{suffix}"
        with VideoReader(film) as reader:
            recipe = recipe_for(reader, H264, (WIDTH, HEIGHT))
            save_video(reader.frames(), path, recipe, Source(reader.clip))
        clip = probe(path)
        assert [(track.kind, track.codec) for track in clip.others] == [("cover", "png")]
        assert packet_hashes(path, clip.others[0].index) == packet_hashes(film, 1)


def test_pixels_that_are_not_square_and_odd_sizes(tmp_path: Path) -> None:
    recipe = replace(_recipe(H264), sample_aspect=Fraction(4, 3))
    for suffix in (".mp4", ".mkv"):
        path = tmp_path / f"wide{suffix}"
        save_video([Frame(np.zeros((31, 63, 3), np.uint8), time=Fraction(0))], path, recipe)
        assert probe(path).video.sample_aspect == Fraction(4, 3)
        assert probe(path).video.size == (64, 32)


def test_names_that_are_taken_and_requests_that_make_no_sense(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"precious")
    frames = [Frame(numbered(0), time=Fraction(0))]
    with pytest.raises(OutputError, match="exists already"):
        save_video(frames, path, _recipe(H264))
    assert path.read_bytes() == b"precious"
    save_video(frames, path, _recipe(H264), overwrite=True)
    assert probe(path).video.frames == 1
    with pytest.raises(UsageError, match="cannot hold FFV1"):
        save_video(frames, tmp_path / "clip2.mp4", _recipe(FFV1))
    with pytest.raises(UsageError, match="out of range"):
        encoder_options(Encoding("h264", quality=99))
    with pytest.raises(UsageError, match="no preset"):
        encoder_options(Encoding("h264", preset="warp"))
    with pytest.raises(UsageError, match="AV1 cannot be written with chroma 444"):
        pixel_format(Encoding("av1", chroma="444"))
    with pytest.raises(UsageError, match="is not known"):
        pixel_format(Encoding("cinepak"))
    assert [each.name for each in tmp_path.iterdir()] == ["clip.mp4"]


def test_frames_that_do_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    small = Frame(np.zeros((16, 16, 3), np.uint8), time=Fraction(1, 25))
    with pytest.raises(InputError, match="there are no frames"):
        save_video([], path, _recipe(H264))
    with pytest.raises(InputError, match="one size"):
        save_video([*_frames([0]), small], path, _recipe(H264))
    with pytest.raises(InputError, match="not later"):
        save_video(_frames([0, 3600, 3600]), path, _recipe(H264))
    assert list(tmp_path.iterdir()) == []


def test_segments_that_do_not_fit(tmp_path: Path) -> None:
    recipe = _recipe(H264, Fraction(1, 25))
    one = encode_segment(_frames(range(5), recipe.base), tmp_path / "1", recipe)
    other = replace(recipe, encoding=Encoding("h264", 40, "slow"))
    two = encode_segment(_frames(range(5, 9), recipe.base), tmp_path / "2", other)
    with pytest.raises(InputError, match="other settings"):
        join([one, two], tmp_path / "a.mp4", recipe)
    with pytest.raises(InputError, match="begins before"):
        join([one, one], tmp_path / "a.mp4", recipe)
    with pytest.raises(InputError, match="instead of 6"):
        join([Segment(one.path, 0, 6, 6)], tmp_path / "a.mp4", recipe)
    assert not (tmp_path / "a.mp4").exists()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (128, 128, 3)).astype(np.uint8)
    frames = (Frame(noise, time=Fraction(n, 25)) for n in range(30))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            save_video(frames, tmp_path / "clip.mkv", _recipe(FFV1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le"])
def test_a_video_stored_without_loss_is_the_same_video(tmp_path: Path, name: str) -> None:
    ticks = [0, 40, 80, 200, 233]
    clip = write_clip(tmp_path / "clip.mkv", ticks, Fraction(1, 1000), pixel_format=name)
    path = tmp_path / "same.mkv"
    with VideoReader(clip) as reader:
        recipe = recipe_for(reader, FFV1, reader.clip.video.size)
        save_video(reader.frames(), path, recipe, Source(reader.clip))
        with VideoReader(path) as same:
            assert same.clip.video.bits == (8 if name == "yuv420p" else 16)
            for one, other in zip(reader.frames(), same.frames(), strict=True):
                np.testing.assert_array_equal(one.pixels, other.pixels)
                assert one.time == other.time
            assert same.timeline.stop == reader.timeline.stop


def test_gif_keeps_the_times_it_can(tmp_path: Path) -> None:
    path = tmp_path / "clip.gif"
    ticks = [0, 3600, 12600, 12700, 15300]
    frames = [replace(frame, duration=Fraction(1, 4)) for frame in _frames(ticks)]
    assert save_gif(frames, path) == 4  # two fall on one hundredth of a second
    with open_video(path) as source:
        assert numbers(source.frames()) == [0, 1, 3, 4]
        assert times(source.frames()) == [Fraction(t, 100) for t in (0, 4, 14, 17)]
        assert source.timeline.duration(3) == Fraction(1, 4)
        np.testing.assert_array_equal(source.frame(0).pixels, numbered(0))
    with pytest.raises(OutputError, match="exists already"):
        save_gif(frames, path)
    with pytest.raises(InputError, match="no frames"):
        save_gif([], tmp_path / "none.gif")
    assert [each.name for each in tmp_path.iterdir()] == ["clip.gif"]


def test_numbered_pictures_go_out_and_come_in(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frames = [
        Frame(rng.integers(0, 65535, (9, 7, 3), np.uint16), time=Fraction(n, 25)) for n in range(3)
    ]
    for pattern, first in (
        (tmp_path / "shot", "00001.png"),
        (tmp_path / "t" / "x_%d.tif", "x_1.tif"),
    ):
        names = [path.name for path in save_pictures(frames, pattern)]
        assert names[0] == first
        with open_video(pattern) as source:
            for frame, original in zip(source.frames(), frames, strict=True):
                np.testing.assert_array_equal(frame.pixels, original.pixels)
                assert frame.time == original.time
    with pytest.raises(UsageError, match="one name for many"):
        next(save_pictures(frames, tmp_path / "x.png"))
