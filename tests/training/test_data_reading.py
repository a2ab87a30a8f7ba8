"""Data is decoded once, checked, and kept in memory or in a mapped file."""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import lmdb
import numpy as np
import pytest
import torch
from av.video.frame import VideoFrame
from PIL import Image
from skimage import data

from srstudio.core.errors import InputError, OutputError
from srstudio.core.frame import Pixels
from srstudio.core.progress import Cancelled, Progress, ProgressEvent
from srstudio.training import keeping
from srstudio.training.dataset import Clip
from srstudio.training.degradations import DEGRADATIONS, bicubic
from srstudio.training.keeping import PixelStore
from srstudio.training.material import Loader, form_of
from srstudio.training.reading import LONGEST, Reading, read_clips
from srstudio.training.sources import find_data, find_training
from srstudio.training.subject import subject_of

from .conftest import config, loaded, stripes


def save(pixels: Pixels, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def store_lmdb(path: Path, pictures: dict[str, Pixels]) -> None:
    """Write an LMDB of the form that BasicSR reads."""
    path.mkdir(parents=True)
    lines = []
    with lmdb.open(str(path), map_size=1 << 24) as environment, environment.begin(write=True) as t:
        for key, pixels in pictures.items():
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG")
            t.put(key.encode(), buffer.getvalue())
            lines.append(f"{key}.png ({pixels.shape[0]},{pixels.shape[1]},3) 1\n")
    (path / "meta_info.txt").write_text("".join(lines))


def film(path: Path, frames: list[Pixels]) -> None:
    """A video without loss but for its colour at half the resolution."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1", "g": "5"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            container.mux(stream.encode(VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode(None))


def test_pictures_are_read_at_every_scale(tmp_path: Path) -> None:
    save(stripes(1, 25), tmp_path / "a.png")
    (clip,) = loaded(tmp_path, (2, 3)).clips
    assert clip.name == "a.png"
    assert clip.high.shape == (1, 25, 25, 3)
    np.testing.assert_array_equal(clip.low[2][0], bicubic(stripes(1, 25)[:24, :24], 2))
    assert clip.low[3].shape == (1, 8, 8, 3)


def test_gray_alpha_palette_and_16_bit_become_8_bit_colour(tmp_path: Path) -> None:
    colour = stripes(2)
    colour[..., 0] //= 2
    gray = colour[..., 1]
    save(gray, tmp_path / "gray.png")
    save(np.dstack([colour, np.full(gray.shape, 77, np.uint8)]), tmp_path / "alpha.png")
    Image.fromarray(gray.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    Image.fromarray(colour).quantize(16).save(tmp_path / "palette.png")
    by_name = {clip.name: clip.high[0] for clip in loaded(tmp_path).clips}
    assert {frame.shape for frame in by_name.values()} == {(48, 48, 3)}
    assert {frame.dtype for frame in by_name.values()} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal(by_name["gray.png"], np.repeat(gray[..., None], 3, 2))
    np.testing.assert_array_equal(by_name["deep.png"], by_name["gray.png"])
    np.testing.assert_array_equal(by_name["alpha.png"], colour)
    np.testing.assert_array_equal(by_name["palette.png"], colour)


def test_low_resolution_that_is_given_is_taken(tmp_path: Path) -> None:
    high, low = tmp_path / "DIV2K_train_HR", tmp_path / "DIV2K_train_LR_bicubic/X2"
    save(stripes(1, 25), high / "1.png")
    save(np.full((13, 12, 3), 9, np.uint8), low / "1x2.png")  # one side was rounded up
    (clip,) = loaded(tmp_path, (2, 3)).clips
    np.testing.assert_array_equal(clip.low[2], np.full((1, 12, 12, 3), 9))
    np.testing.assert_array_equal(clip.low[3][0], bicubic(stripes(1, 25)[:24, :24], 3))
    for how in ({"degradation": DEGRADATIONS["photo"], "patches": False}, {"shrink": 2}):
        (clip,) = loaded(tmp_path, (2,), **how).clips
        assert not (clip.low[2] == 9).all()
    (clip,) = loaded(tmp_path, (2,), degradation=DEGRADATIONS["photo"]).clips
    assert clip.low == {}
    save(np.zeros((8, 8, 3), np.uint8), low / "1x2.png")
    expected = r"1x2\.png is 8x8, which is not .*1\.png of 25x25 at x2; .* should be 12x12"
    with pytest.raises(InputError, match=expected):
        loaded(tmp_path)
    (low / "1x2.png").unlink()
    with pytest.raises(InputError, match=r"nothing can be read: .*1x2\.png does not exist"):
        loaded(tmp_path)


def test_a_clip_and_its_low_resolution_have_as_many_frames_and_one_size(tmp_path: Path) -> None:
    for number in range(3):
        save(stripes(number), tmp_path / f"train_sharp/001/{number:08}.png")
    save(stripes(0, 24), tmp_path / "train_sharp_bicubic/X2/001/00000000.png")
    with pytest.raises(InputError, match=r"nothing can be read: .*00000001x2\.png does not exist"):
        loaded(tmp_path, moving=True)
    save(stripes(3, 25), tmp_path / "train_sharp/001/00000003.png")
    expected = (
        r"001/00000003\.png is 25x25, the first frame of its clip \(00000000\.png\) 48x48; put"
    )
    with pytest.raises(InputError, match=expected):
        loaded(tmp_path, (3,), moving=True)


def test_a_damaged_picture_is_named_and_left_out_or_refused(tmp_path: Path) -> None:
    for number in range(4):
        path = save(stripes(number), tmp_path / f"{number}.png")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    outcome = loaded(tmp_path)
    assert [clip.name for clip in outcome.clips] == ["0.png", "1.png", "2.png"]
    assert outcome.left_out == [f"{path} is cut short; get a complete copy of it."]
    with pytest.raises(InputError, match=r"3\.png is cut short"):
        loaded(tmp_path, strict=True)
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"nothing can be read: .*0\.png is empty"):
        loaded(tmp_path)


@pytest.mark.parametrize("scales", [(2,), (4,)])
def test_an_lmdb_gives_back_what_was_put_in(tmp_path: Path, scales: tuple[int, ...]) -> None:
    high = {f"00{c}/{f:08}": stripes(3 * c + f) for c in (1, 2) for f in range(3)}
    low = {key: np.full((12, 12, 3), 5, np.uint8) for key in high}
    store_lmdb(tmp_path / "train_sharp_with_val.lmdb", high)
    store_lmdb(tmp_path / "train_sharp_bicubic_with_val.lmdb", low)
    outcome = loaded(tmp_path / "train_sharp_with_val.lmdb", scales, moving=True)
    for clip, number in zip(outcome.clips, (1, 2), strict=True):
        expected = np.stack([high[f"00{number}/{f:08}"] for f in range(3)])
        np.testing.assert_array_equal(clip.high, expected)
        assert (clip.low[scales[0]] == 5).all() == (scales == (4,))
    path = str(tmp_path / "train_sharp_with_val.lmdb")
    with lmdb.open(path, map_size=1 << 24) as environment, environment.begin(write=True) as t:
        t.delete(b"001/00000001")
    outcome = loaded(tmp_path / "train_sharp_with_val.lmdb", scales, moving=True)
    assert [clip.name for clip in outcome.clips] == ["002"]
    assert "train_sharp_with_val.lmdb has no picture 001/00000001" in outcome.left_out[0]


def test_an_lmdb_that_is_none_is_named(tmp_path: Path) -> None:
    store_lmdb(tmp_path / "a.lmdb", {"x": stripes(1)})
    (tmp_path / "a.lmdb/data.mdb").write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match=r"a\.lmdb cannot be read"):
        loaded(tmp_path / "a.lmdb")


def test_a_video_is_taken_apart_at_its_cuts_and_made_smaller(tmp_path: Path) -> None:
    coffee: Pixels = data.coffee()  # type: ignore[no-untyped-call]
    astronaut: Pixels = data.astronaut()  # type: ignore[no-untyped-call]
    shots = [
        [coffee[100:228, 2 * t : 2 * t + 128] for t in range(5)],
        [astronaut[:128, t : t + 128] for t in range(7)],
    ]
    film(tmp_path / "film.mp4", [frame for shot in shots for frame in shot])
    outcome = loaded(tmp_path, (2,), moving=True)
    assert [clip.high.shape for clip in outcome.clips] == [(5, 128, 128, 3), (7, 128, 128, 3)]
    assert np.abs(outcome.clips[0].high.astype(int) - np.stack(shots[0])).mean() < 4
    halved = loaded(tmp_path, (2,), moving=True, shrink=2).clips
    assert [clip.high.shape for clip in halved] == [(5, 64, 64, 3), (7, 64, 64, 3)]
    squares = outcome.clips[0].high.reshape(5, 64, 2, 64, 2, 3)
    assert np.abs(halved[0].high - squares.mean(axis=(2, 4))).max() <= 0.75
    (sample,) = loaded(tmp_path, (2,), moving=True, sample=3).clips
    assert sample.high.shape[0] == 3
    expected = outcome.clips[1].high  # the middle of the film is in its second shot
    assert any(np.array_equal(sample.high, expected[t : t + 3]) for t in range(5))


def test_a_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    save(stripes(1), tmp_path / "a.png")
    (tmp_path / "b.mp4").write_bytes(b"no video" * 100)
    outcome = loaded(tmp_path)
    assert [clip.name for clip in outcome.clips] == ["a.png"]
    assert "b.mp4 is no video that can be read" in outcome.left_out[0]


def test_a_long_shot_is_kept_in_parts(tmp_path: Path) -> None:
    frame = Image.fromarray(stripes(0, 16))
    for number in range(LONGEST + 3):
        frame.save(tmp_path / f"{number:04}.png")
    assert [len(clip.high) for clip in loaded(tmp_path, moving=True).clips] == [LONGEST, 3]


def all_pixels(found: list[Clip]) -> Iterator[Pixels]:
    for clip in found:
        yield clip.high
        yield from clip.low.values()


@pytest.mark.parametrize("limit", [0, 9000])
def test_a_mapped_file_equals_memory(
    photos: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(keeping, "_SEGMENT", 20_000)  # several, some too short for the next
    before = sorted(photos.iterdir())
    memory, mapped = (loaded(photos, (2, 3), limit=n).clips for n in (1 << 30, limit))
    for one, other in zip(all_pixels(memory), all_pixels(mapped), strict=True):
        np.testing.assert_array_equal(one, other)
    assert any(not pixels.flags.writeable for pixels in all_pixels(mapped))
    assert sorted(photos.iterdir()) == before  # the file has no name


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> object:
        def write(_: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        return SimpleNamespace(write=write, seek=lambda _: 0, truncate=lambda _: 0)

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    monkeypatch.setattr(np, "memmap", lambda *_, shape, **__: np.empty(shape, np.uint8))
    store = PixelStore(tmp_path, limit=10)
    with pytest.raises(OutputError, match=r"did not fit in memory, and .*No space left on device"):
        store.put(np.zeros(100, np.uint8))


def test_reading_tells_how_far_it_is_and_can_be_cancelled(photos: Path) -> None:
    told: list[ProgressEvent] = []
    items = find_training(photos, (2,), moving=False).train
    progress = Progress(told.append)
    read_clips(items, Reading((2,)), PixelStore(photos, 1 << 30), progress)
    assert [event.fraction for event in told] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert told[-1].remaining is not None
    progress.cancel()
    with pytest.raises(Cancelled):
        read_clips(items, Reading((2,)), PixelStore(photos, 1 << 30), progress)


def test_validation_is_degraded_once_and_always_alike(photos: Path) -> None:
    how: dict[str, Any] = {"degradation": DEGRADATIONS["photo"], "patches": False, "sample": 1}
    one, same, other = (loaded(photos, seed=seed, **how).clips for seed in (1, 1, 2))
    np.testing.assert_array_equal(one[0].low[2], same[0].low[2])
    assert not np.array_equal(one[0].low[2], other[0].low[2])
    assert one[0].low[2].shape == (1, 24, 24, 3)


def test_what_is_left_out_is_noted_or_refused(photos: Path, tmp_path: Path) -> None:
    save(stripes(9, 12), photos / "small.png")
    for number in range(5):
        (photos / f"x{number}.png").write_bytes(b"nothing")
    settings = config()
    subject = subject_of(settings, torch.device("cpu"))
    files = find_data((photos,), None, (2,), moving=False)
    loader = Loader(settings, form_of(settings, subject), tmp_path)
    material = loader.load(files, Progress(), validate=True, own=True)
    assert (len(material.train[0]), len(material.valid)) == (5, 1)
    assert len(material.notes) == 6
    assert material.notes[1].startswith(f"left out: {photos / 'x0.png'} is not a picture")
    assert material.notes[4] == "left out: 2 more that cannot be read"
    assert material.notes[5] == (
        "1 of 5 have less than the 16x16 pixels of a patch and are left out, as small.png (12x12)"
    )
    assert loader.load(files, Progress(), validate=False, own=True).valid == []
    for path in photos.glob("x*"):
        path.unlink()
    files = find_data((photos,), None, (2,), moving=False)
    strict = config(strict="true")
    with pytest.raises(InputError, match=r"as small\.png \(12x12\); take them away"):
        Loader(strict, form_of(strict, subject), tmp_path).load(
            files, Progress(), validate=True, own=True
        )
