"""Colours of videos against the closed forms of BT.601, BT.709 and BT.2020."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.clips import FFMPEG

from srstudio.media.video.chroma import enlarged
from srstudio.media.video.colour import SRGB, Colour, Matrix, guessed, stored_as, tagged
from srstudio.media.video.probe import probe
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.to_rgb import to_frame

Floats = NDArray[np.float64]
WEIGHTS: dict[Matrix, tuple[float, float]] = {
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}
CODES = {"bt601": 6, "bt709": 1, "bt2020": 9}
BARS = (
    np.array([[r, g, b] for level in (1.0, 0.75) for r in (0, 1) for g in (0, 1) for b in (0, 1)])
    * np.repeat([1.0, 0.75], 8)[:, None]
)


def _codes(rgb: Floats, matrix: Matrix, bits: int, *, full: bool) -> NDArray[np.uint16]:
    """Y'CbCr of R'G'B' in [0, 1], as BT.601 and BT.709 write it down, rounded."""
    red, blue = WEIGHTS[matrix]
    luma = red * rgb[..., 0] + (1 - red - blue) * rgb[..., 1] + blue * rgb[..., 2]
    cb = (rgb[..., 2] - luma) / (2 - 2 * blue)
    cr = (rgb[..., 0] - luma) / (2 - 2 * red)
    if full:
        top = 2**bits - 1
        exact = [luma * top, cb * top + 2 ** (bits - 1), cr * top + 2 ** (bits - 1)]
    else:
        unit = 2 ** (bits - 8)
        exact = [(219 * luma + 16) * unit, (224 * cb + 128) * unit, (224 * cr + 128) * unit]
    return np.clip(np.rint(exact), 0, 2**bits - 1).astype(np.uint16)


def _rgb(codes: Floats, matrix: Matrix, bits: int, *, full: bool) -> Floats:
    """The same the other way round, solved for R', G' and B' by hand."""
    red, blue = WEIGHTS[matrix]
    unit, top, middle = 2 ** (bits - 8), 2**bits - 1, 2 ** (bits - 1)
    luma = codes[0] / top if full else (codes[0] / unit - 16) / 219
    cb, cr = ((codes[1:] - middle) / top) if full else (codes[1:] - middle) / (224 * unit)
    r, b = luma + (2 - 2 * red) * cr, luma + (2 - 2 * blue) * cb
    g = (luma - red * r - blue * b) / (1 - red - blue)
    return np.asarray(np.clip(np.stack([r, g, b], axis=-1), 0, 1), np.float64)


def _filled(codes: NDArray[np.uint16], name: str) -> av.VideoFrame:
    """A frame of that format whose planes hold the codes, chroma on its own grid."""
    _, height, width = codes.shape
    frame = av.VideoFrame(width, height, name)
    for plane, values in zip(frame.planes, codes, strict=True):
        rows, columns = height // plane.height, width // plane.width
        dtype = np.uint8 if plane.line_size < 2 * plane.width else np.dtype("<u2")
        line = np.zeros((plane.height, plane.line_size // np.dtype(dtype).itemsize), dtype)
        line[:, : plane.width] = values[::rows, ::columns]
        plane.update(line.tobytes())
    return frame


@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("name", "bits"),
    [("yuv444p", 8), ("yuv420p", 8), ("yuv422p10le", 10), ("yuv444p12le", 12), ("yuv420p16le", 16)],
)
def test_colour_bars_decode_to_the_nearest_level(
    matrix: Matrix, name: str, bits: int, full: bool
) -> None:
    bars = np.repeat(np.repeat(BARS[None], 16, axis=1), 96, axis=0)  # more rows than a strip
    codes = _codes(bars, matrix, bits, full=full)
    colour = Colour(matrix, full_range=full, primaries=1, transfer=1)
    frame = to_frame(_filled(codes, name), colour)
    top = 255 if bits == 8 else 65535
    assert frame.pixels.dtype == (np.uint8 if bits == 8 else np.uint16)
    exact = _rgb(codes.astype(float), matrix, bits, full=full) * top
    inside = np.arange(bars.shape[1]) % 16
    flat = (inside >= 2) & (inside < 14)  # away from where chroma changes
    error = np.abs(frame.pixels - exact)[:, flat]
    assert error.max() <= 0.51


def test_chroma_lies_on_even_columns_and_between_rows() -> None:
    column = 4.0 * np.arange(16, dtype=np.float32)
    plane = np.broadcast_to(column, (16, 16)).copy()
    across = _mean(*enlarged(plane, 2, 1))[8]
    down = _mean(*enlarged(np.ascontiguousarray(plane.T), 1, 2))[:, 8]
    centred = _mean(*enlarged(plane, 2, 1, "centre"))[8]
    positions = np.arange(32)
    np.testing.assert_array_equal(across[:30], 2.0 * positions[:30])
    np.testing.assert_array_equal(down[1:31], 2.0 * (positions[1:31] - 0.5))
    np.testing.assert_array_equal(centred[1:31], 2.0 * (positions[1:31] - 0.5))


def _mean(plane: NDArray[np.float32], gain: int) -> Floats:
    return plane / np.float64(gain)


def test_strips_leave_no_seam() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(16, 235, (3, 150, 34)).astype(np.uint16)
    frame = _filled(codes, "yuv420p")
    colour = guessed((34, 150))
    whole = to_frame(frame, colour).pixels
    luma = codes[0].astype(np.float32)
    chroma = [_mean(*enlarged(plane[::2, ::2].astype(np.float32), 2, 2)) for plane in codes[1:]]
    exact = _rgb(np.stack([luma, *chroma]).astype(float), "bt601", 8, full=False) * 255
    assert np.abs(whole - exact).max() <= 0.51


@pytest.mark.parametrize(
    "name", ["rgb24", "bgra", "rgb48be", "gbrp10le", "gray", "gray12le", "pal8", "ya8", "nv12",
             "p010le", "yuyv422", "yuv410p", "yuv420p10be", "yuvj422p", "gbrapf32le"]
)  # fmt: skip
def test_every_kind_of_pixel_format_can_be_shown(name: str) -> None:
    source = av.VideoFrame.from_ndarray(np.full((46, 70, 3), 255, np.uint8), format="rgb24")
    if name == "pal8":
        palette = np.tile(np.array([[255, 255, 255, 255]], np.uint8), (256, 1))
        white = av.VideoFrame.from_ndarray((np.zeros((46, 70), np.uint8), palette), format="pal8")  # type: ignore[arg-type]
    else:
        white = source.reformat(format=name)
    full = name.startswith(("yuvj", "gray", "ya"))
    frame = to_frame(white, replace(guessed((70, 46)), full_range=full))
    assert frame.size == (70, 46)
    assert frame.gray == name.startswith("gray")
    assert frame.pixels.min() >= 0.98 * np.iinfo(frame.pixels.dtype).max


@pytest.mark.parametrize(
    ("suffix", "name", "options"),
    [
        (".mov", "yuva444p10le", ["-c:v", "prores_ks", "-profile:v", "4444"]),
        (".webm", "yuva420p", ["-c:v", "libvpx-vp9"]),
    ],
)
def test_alpha_travels_beside(tmp_path: Path, suffix: str, name: str, options: list[str]) -> None:
    path = tmp_path / f"alpha{suffix}"
    picture = f"color=red@0.5:s=64x48:d=0.2,format={name}"
    subprocess.run(
        [FFMPEG, "-v", "error", "-f", "lavfi", "-i", picture, *options, path], check=True
    )
    with VideoReader(path) as reader:
        assert reader.clip.video.has_alpha
        for number in (4, 0, 2):
            alpha = reader.frame(number).alpha
            assert alpha is not None
            assert np.abs(alpha / np.iinfo(alpha.dtype).max - 0.5).max() < 0.01


def test_what_is_not_tagged_is_assumed_by_size() -> None:
    hd, pal, ntsc = guessed((1280, 720)), guessed((720, 576)), guessed((720, 480))
    assert (hd.matrix, pal.matrix, ntsc.matrix) == ("bt709", "bt601", "bt601")
    assert (hd.primaries, pal.primaries, ntsc.primaries) == (1, 5, 6)
    assert hd.assumed == {"matrix", "range", "primaries", "transfer"}
    assert str(hd) == "BT.709 (assumed), limited range (assumed)"
    assert tagged((64, 48), 9, 2, 9, 16) == Colour("bt2020", True, 9, 16)
    assert tagged((64, 48), 2, 1, 2, 2).assumed == {"matrix", "primaries", "transfer"}
    assert tagged((64, 48), 0, 0, 2, 2, is_rgb=True).matrix == "rgb"


def test_rgb_is_stored_by_the_matrix_of_its_size() -> None:
    stored = stored_as(SRGB, (1920, 1080))
    assert (stored.matrix, stored.full_range, stored.transfer) == ("bt709", False, 13)
    assert stored_as(SRGB, (320, 240)).matrix == "bt601"
    assert stored_as(tagged((64, 48), 9, 2, 9, 16), (4096, 2160)).matrix == "bt2020"


@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full", [False, True])
def test_tags_of_a_file_decide_and_can_be_overridden(
    tmp_path: Path, matrix: Matrix, full: bool
) -> None:
    path = tmp_path / "tagged.mkv"
    bars = np.repeat(np.repeat(BARS[None], 8, axis=1), 32, axis=0)
    codes = _codes(bars, matrix, 8, full=full)
    _write_tagged(path, _filled(codes, "yuv444p"), CODES[matrix], 2 if full else 1)
    video = probe(path).video
    assert (video.colour.matrix, video.colour.full_range) == (matrix, full)
    assert video.colour.assumed == {"primaries", "transfer"}
    exact = _rgb(codes.astype(float), matrix, 8, full=full) * 255
    with VideoReader(path) as reader:
        assert np.abs(reader.frame(0).pixels - exact).max() <= 0.51
    other = video.colour.with_matrix("bt709", full_range=not full)
    exact = _rgb(codes.astype(float), "bt709", 8, full=not full) * 255
    with VideoReader(path, other) as reader:
        assert np.abs(reader.frame(0).pixels - exact).max() <= 0.51


def _write_tagged(path: Path, frame: av.VideoFrame, matrix: int, extent: int) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = frame.width, frame.height
        stream.pix_fmt = frame.format.name
        stream.codec_context.colorspace = matrix
        stream.codec_context.color_range = extent
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        frame.colorspace, frame.color_range = matrix, extent
        output.mux([*stream.encode(frame), *stream.encode(None)])
