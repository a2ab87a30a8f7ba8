"""What comes of an export: every frame, time, sound and colour of the source."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.jobs.exports import done, hidden
from tests.media.clips import (
    HEIGHT,
    WIDTH,
    numbered,
    numbers,
    packet_hashes,
    picture_hashes,
    run_ffmpeg,
    times,
    write_clip,
    write_film,
)

from srstudio.core.errors import InputError, UsageError
from srstudio.jobs.export_status import State
from srstudio.media.still import read_picture
from srstudio.media.video.opening import open_video
from srstudio.media.video.probe import probe

BASE = Fraction(1, 90000)
UNEVEN = [0, 1501, 3003, 9000, 9001, 20000, 20017, 40000, 43000, 50000, 50003]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film"))


def _frames(path: Path) -> list[np.ndarray]:
    with open_video(path) as video:
        return [frame.pixels for frame in video.frames()]


def _times(path: Path) -> list[Fraction]:
    with open_video(path) as video:
        return times(video.frames())


def test_variable_frame_rate_stays_as_it_is(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mp4", UNEVEN, BASE)
    report = done(source, tmp_path / "out.mp4", codec="h264", scale=2)
    assert (report.state, report.fraction) == (State.FINISHED, 1.0)
    assert (report.frames, report.total, report.size) == (11, 11, (2 * WIDTH, 2 * HEIGHT))
    with open_video(tmp_path / "out.mp4") as video:
        assert numbers(video.frames()) == list(range(11))
        assert times(video.frames()) == [tick * BASE for tick in UNEVEN]
        with open_video(source) as original:
            assert video.timeline.stop == original.timeline.stop
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("bits", [8, 10])
def test_the_identity_keeps_every_value(tmp_path: Path, bits: int) -> None:
    name = "yuv420p" if bits == 8 else "yuv420p10le"
    source = write_clip(tmp_path / "in.mkv", range(9), pixel_format=name)
    done(source, tmp_path / "out.mkv")
    for one, other in zip(_frames(source), _frames(tmp_path / "out.mkv"), strict=True):
        np.testing.assert_array_equal(one, other)
    assert _times(source) == _times(tmp_path / "out.mkv")


@pytest.mark.parametrize(
    ("matrix", "extent"),
    [("bt709", "tv"), ("bt709", "pc"), ("smpte170m", "tv"), ("smpte170m", "pc")],
)
def test_colour_bars_go_through(tmp_path: Path, matrix: str, extent: str) -> None:
    source = tmp_path / "bars.mkv"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "smptebars=size=96x64:rate=25", "-frames:v", "3"),
        *("-vf", f"scale=out_color_matrix={matrix}:out_range={extent}", "-pix_fmt", "yuv444p"),
        *("-colorspace", matrix, "-color_range", extent, "-color_primaries", matrix),
        *("-color_trc", matrix, "-c:v", "ffv1", source),
    )
    assert probe(source).video.colour.full_range == (extent == "pc")
    done(source, tmp_path / "exact.mkv")
    done(source, tmp_path / "good.mp4", codec="h264", quality=2, chroma="444")
    for one, exact, good in zip(
        *map(_frames, (source, tmp_path / "exact.mkv", tmp_path / "good.mp4")), strict=True
    ):
        np.testing.assert_array_equal(one, exact)
        assert np.abs(one.astype(float) - good).mean() <= 1
    colour, said = probe(tmp_path / "good.mp4").video.colour, probe(source).video.colour
    assert (colour.matrix, colour.primaries, colour.transfer) == (
        said.matrix,
        said.primaries,
        said.transfer,
    )


def test_colours_that_are_tagged_wrongly_are_read_as_said(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", range(2))
    with open_video(source) as video:
        right = video.clip.video.colour.with_matrix("bt709", full_range=True)
    done(source, tmp_path / "out.mkv", matrix="bt709", full_range=True)
    with open_video(source, colour=right) as video:
        for frame, written in zip(video.frames(), _frames(tmp_path / "out.mkv"), strict=True):
            np.testing.assert_array_equal(frame.pixels, written)


def test_everything_else_of_a_film_goes_along(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"
    assert done(film, out, codec="h264").notes == ()
    for index in (1, 2, 3):
        assert packet_hashes(out, index) == packet_hashes(film, index)
    assert [track.kind for track in probe(out).others] == [
        track.kind for track in probe(film).others
    ]
    assert probe(out).chapters == probe(film).chapters


def test_sound_and_subtitles_may_stay_behind(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"
    done(film, out, audio=False)
    assert {track.kind for track in probe(out).others} == {"subtitle", "attachment"}
    done(film, out, audio=True, subtitles=False, overwrite=True)
    assert [track.kind for track in probe(out).others] == ["audio", "audio", "attachment"]


def test_a_part_begins_at_zero_with_its_sound(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.mkv"
    report = done(film, out, start=10, stop=20)
    assert report.frames == 10
    with open_video(out) as video:
        assert numbers(video.frames()) == list(range(10, 20))
        assert times(video.frames()) == [Fraction(n, 25) for n in range(10)]
        assert abs(video.timeline.stop - Fraction(10, 25)) <= Fraction(1, 1000)
    whole, part = packet_hashes(film, 1), packet_hashes(out, 1)
    assert 0 < len(part) < len(whole)
    assert "".join(part) in "".join(whole)


def test_a_turned_clip_stands_upright(tmp_path: Path) -> None:
    flat = write_clip(tmp_path / "flat.mp4", range(5))
    turned = tmp_path / "turned.mp4"
    run_ffmpeg("-display_rotation", "90", "-i", flat, "-c", "copy", turned)
    assert done(turned, tmp_path / "out.mkv").size == (HEIGHT, WIDTH)
    for one, other in zip(_frames(flat), _frames(tmp_path / "out.mkv"), strict=True):
        np.testing.assert_array_equal(np.rot90(one), other)


def test_a_size_is_reached_with_the_proportions_that_were_meant(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", range(3))
    report = done(source, tmp_path / "wide.mp4", codec="h264", scale=None, size=(161, 81))
    assert report.size == (161, 81)
    assert report.notes == ("H.264 stores 162 x 82 pixels; the edge is repeated there.",)
    report = done(source, tmp_path / "square.mp4", codec="h264", scale=None, size=(80, 80))
    assert "players show it in the proportions of the source" in report.notes[0]
    video = probe(tmp_path / "square.mp4").video
    assert video.size == (80, 80)
    assert video.sample_aspect == Fraction(WIDTH, HEIGHT)


def test_a_size_is_rounded_once(tmp_path: Path) -> None:
    from srstudio.engine.resampling import to_size

    source = write_clip(tmp_path / "in.mkv", range(3))
    done(source, tmp_path / "out.mkv", scale=1, size=(40, 20))
    with open_video(source) as video:
        for frame, written in zip(video.frames(), _frames(tmp_path / "out.mkv"), strict=True):
            expected = to_size(frame.quantised(16), (40, 20)).quantised(8)
            np.testing.assert_array_equal(expected.pixels, written)


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "prores"])
def test_one_frame(tmp_path: Path, codec: str) -> None:
    source = write_clip(tmp_path / "in.mkv", range(1))
    suffix = ".mov" if codec == "prores" else ".mp4"
    assert done(source, tmp_path / f"out{suffix}", codec=codec).frames == 1
    with open_video(tmp_path / f"out{suffix}") as video:
        assert len(list(video.frames())) == 1


def test_a_truncated_clip_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mkv", range(40), options={"g": "5"})
    source = tmp_path / "cut.mkv"
    source.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    report = done(source, tmp_path / "out.mkv")
    assert report.state is State.FINISHED
    assert any("cut short" in note for note in report.notes)
    with open_video(tmp_path / "out.mkv") as video:
        shown = numbers(video.frames())
    assert shown == list(range(len(shown)))
    assert 10 < len(shown) == report.frames < 40


@pytest.mark.parametrize("what", ["no video", "no frames", "no file"])
def test_what_has_no_pictures_is_told_and_leaves_nothing(tmp_path: Path, what: str) -> None:
    source = tmp_path / "in.mp4"
    if what == "no video":
        run_ffmpeg("-f", "lavfi", "-i", "sine=440:d=0.1", source)
    elif what == "no frames":
        write_clip(source, [])
    with pytest.raises(InputError):
        done(source, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
    assert hidden(tmp_path) == []


def test_a_gif_comes_of_it(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", [0, 2, 4, 8, 10, 20], Fraction(1, 50))
    assert done(source, tmp_path / "out.gif", start=1).frames == 5
    with open_video(tmp_path / "out.gif") as video:
        assert numbers(video.frames()) == [1, 2, 3, 4, 5]
        assert times(video.frames()) == [Fraction(n, 50) for n in (0, 2, 6, 8, 18)]
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_an_animated_picture_is_a_clip_too(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"in.{suffix}"
    pictures = [Image.fromarray(numbered(number)) for number in range(5)]
    lasting = [40, 40, 120, 40, 200]  # ms
    pictures[0].save(source, save_all=True, append_images=pictures[1:], duration=lasting)
    for name in ("out.mkv", "out.gif"):
        assert done(source, tmp_path / name).frames == 5
        with open_video(tmp_path / name) as video:
            assert numbers(video.frames()) == list(range(5))
            assert times(video.frames()) == [Fraction(n, 25) for n in (0, 1, 2, 5, 6)]


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_numbered_pictures_come_of_it_and_become_a_clip_again(tmp_path: Path, suffix: str) -> None:
    source = write_clip(tmp_path / "in.mkv", range(7), pixel_format="yuv420p10le")
    done(source, tmp_path / f"out/shot_%03d.{suffix}")
    files = sorted((tmp_path / "out").glob("*"))
    assert [file.name for file in files] == [f"shot_{n:03d}.{suffix}" for n in range(1, 8)]
    for pixels, file in zip(_frames(source), files, strict=True):
        np.testing.assert_array_equal(pixels, read_picture(file).pixels)
    done(tmp_path / "out", tmp_path / "again.mkv", rate="24000/1001", start=2)
    with open_video(tmp_path / "again.mkv") as video:
        assert numbers(video.frames()) == [2, 3, 4, 5, 6]
        assert abs(video.timeline.time(4) - 4 * Fraction(1001, 24000)) < Fraction(1, 1000)


def test_sound_that_cannot_be_held_is_told(film: Path, tmp_path: Path) -> None:
    [note] = done(film, tmp_path / "out.gif", stop=3).notes
    assert note == "Sound and subtitles are left out; a GIF cannot hold them."


def test_the_same_export_gives_the_same_packets(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", range(10))
    for name in ("one.mp4", "two.mp4"):
        done(source, tmp_path / name, codec="h264", scale=2)
    assert packet_hashes(tmp_path / "one.mp4", 0) == packet_hashes(tmp_path / "two.mp4", 0)
    assert len(picture_hashes(tmp_path / "one.mp4")) == 10


@pytest.mark.parametrize(
    "others",
    [
        {"scale": None},
        {"rate": "much"},
        {"rate": "1/100000"},
        {"rate": "1e400"},
        {"start": 5, "stop": 5},
        {"start": 99},
        {"segment": 0},
    ],
)
def test_settings_that_make_no_sense(tmp_path: Path, others: dict[str, Any]) -> None:
    source = write_clip(tmp_path / "in.mkv", range(6))
    with pytest.raises(UsageError):
        done(source, tmp_path / "out.mkv", **others)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mkv"]
