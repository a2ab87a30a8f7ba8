"""`srstudio upscale`: files, folders, bad inputs, names and formats."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .conftest import Run

Picture = Callable[..., Path]
RESULT_KEYS = {
    "input",
    "output",
    "model",
    "scale",
    "width",
    "height",
    "seconds",
    "notes",
    "error",
}


def test_a_folder_with_bad_files_in_a_process(
    process: Run, picture: Picture, tmp_path: Path
) -> None:
    picture("in/a.png")
    picture("in/deep/b.JPG")
    (tmp_path / "in" / "broken.png").write_text("no picture")
    (tmp_path / "in" / "empty.png").touch()
    (tmp_path / "in" / "notes.txt").write_text("not asked for")
    outcome = process("upscale", "in", "-m", "bicubic", "-s", 2, "-o", "out", "--json")
    assert outcome.code == 1
    results = {Path(result["input"]).name: result for result in outcome.document}
    assert all(result.keys() == RESULT_KEYS for result in results.values())
    assert list(results) == ["a.png", "broken.png", "empty.png", "b.JPG"]
    assert (results["a.png"]["width"], results["a.png"]["height"]) == (24, 16)
    assert results["a.png"]["error"] is None
    told = [line for line in outcome.err.splitlines() if line.startswith("srstudio: ")]
    assert [results[name]["error"] for name in ("broken.png", "empty.png")] == [
        line.removeprefix("srstudio: ") for line in told
    ]
    assert all(str(Path("in", name)) in outcome.err for name in ("broken.png", "empty.png"))
    assert "Traceback" not in outcome.err
    written = sorted(p.relative_to(tmp_path) for p in (tmp_path / "out").rglob("*.*"))
    assert written == [Path("out/a.png"), Path("out/deep/b.JPG")]
    with Image.open(tmp_path / "out" / "deep" / "b.JPG") as image:
        assert (image.format, image.size) == ("JPEG", (24, 16))


def test_the_identity_is_exact(here: Run, picture: Picture, tmp_path: Path) -> None:
    source, target = picture("a.png"), tmp_path / "b.tif"
    assert here("upscale", source, "-m", "raw", "-s", 1, "-o", target).code == 0
    with Image.open(source) as a, Image.open(target) as b:
        assert b.format == "TIFF"
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_what_cannot_be_written_is_refused_before_the_work(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from srstudio.engine.upscaler import Upscaler

    def work(*_: object) -> None:
        raise AssertionError("worked in vain")

    monkeypatch.setattr(Upscaler, "upscale", work)
    source = tmp_path / "clear.png"
    Image.fromarray(np.zeros((8, 12, 4), np.uint8)).save(source)
    outcome = here("upscale", source, "-m", "raw", "-s", 2, "-o", tmp_path / "large.jpg")
    assert outcome.code == 1
    assert "cannot be a JPEG: the picture has transparency; choose PNG" in outcome.err
    wide = tmp_path / "wide.webp"
    Image.fromarray(np.zeros((1, 9000, 3), np.uint8)).save(wide, lossless=True)
    outcome = here("upscale", wide, "-m", "raw", "-s", 2, "-o", tmp_path / "out")
    assert "wide.webp would be 18000x2, and WebP ends at 16383 pixels a side" in outcome.err


def test_nothing_is_replaced_unless_told(here: Run, picture: Picture, tmp_path: Path) -> None:
    source, target = picture("a.png"), tmp_path / "out" / "a.png"
    target.parent.mkdir()
    target.write_bytes(b"precious")
    command = ("upscale", source, "-m", "raw", "-s", 2, "-o", target.parent)
    outcome = here(*command)
    assert outcome.code == 1
    assert "exists already" in outcome.err
    assert target.read_bytes() == b"precious"
    assert here(*command, "--overwrite").code == 0
    with Image.open(target) as image:
        assert image.size == (24, 16)


def test_an_input_is_never_replaced(here: Run, picture: Picture) -> None:
    source = picture("a.png")
    before = source.read_bytes()
    outcome = here("upscale", source, "-m", "raw", "-s", 2, "-o", source.parent, "--overwrite")
    assert outcome.code == 1
    assert "itself" in outcome.err
    assert source.read_bytes() == before


def test_two_inputs_of_one_name(here: Run, picture: Picture, tmp_path: Path) -> None:
    one, two = picture("one/a.png", 12), picture("two/a.png", 20)
    outcome = here("upscale", one, two, "-m", "raw", "-s", 2, "-o", tmp_path / "out", "--json")
    assert outcome.code == 1
    first, second = outcome.document
    assert first["error"] is None
    assert str(one) in second["error"]
    assert second["output"] is None
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.width == 24


def test_bmp_becomes_png_and_says_so(here: Run, picture: Picture, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcome = here("upscale", picture("a.bmp"), "-m", "raw", "-s", 2, "-o", out, "--json")
    [result] = outcome.document
    assert Path(result["output"]) == out / "a.png"
    assert "PNG" in result["notes"][0]


def test_template_and_depth(here: Run, picture: Picture, tmp_path: Path) -> None:
    template = "{stem}_{model}_{scale}x_{width}"
    words = ("-m", "lanczos", "-s", "x3", "-o", tmp_path, "--template", template)
    assert here("upscale", picture("a.png"), *words, "--bit-depth", 16).code == 0
    data = (tmp_path / "a_lanczos_3x_36.png").read_bytes()
    assert data[24] == 16  # bit depth of the IHDR chunk


def test_quality_makes_files_smaller(here: Run, picture: Picture, tmp_path: Path) -> None:
    sizes = []
    for quality in ("20", "95"):
        target = tmp_path / f"{quality}.webp"
        words = ("-m", "raw", "-s", 4, "-o", target, "--quality", quality)
        assert here("upscale", picture("a.png", 40, 40), *words).code == 0
        sizes.append(target.stat().st_size)
    assert sizes[0] < sizes[1]


def test_the_results_of_an_earlier_run_are_not_inputs(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    picture("in/a.png")
    command = ("upscale", tmp_path / "in", "-m", "raw", "-s", 2, "-o", tmp_path / "in" / "out")
    assert here(*command).code == 0
    outcome = here(*command, "--overwrite", "--json")
    assert len(outcome.document) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_name_that_is_no_text_is_fine(
    json: list[str], here: Run, picture: Picture, tmp_path: Path
) -> None:
    name = os.fsdecode(b"\xff [b].png")
    picture("a.png").rename(tmp_path / name)
    words = ("-m", "raw", "-s", 2, "-o", tmp_path / "out", *json)
    outcome = here("upscale", tmp_path / name, *words)
    assert outcome.code == 0
    assert (tmp_path / "out" / name).is_file()
    assert "\\udcff [b].png" in outcome.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-m", "esrgan9", "-s", "2", "-o", "x"], "there is no model"),
        (["-m", "raw", "-o", "x"], "needs a scale"),
        (["-m", "raw", "-s", "two", "-o", "x"], "whole number"),
        (["-m", "raw", "-s", "2"], "required"),
        (["-m", "raw", "-s", "2", "-o", "x", "--device", "cuda:77"], "there is no device"),
        (["-m", "raw", "-s", "2", "-o", "x.gif"], "neither"),
        (["-m", "raw", "-s", "2", "-o", "x", "--template", "{what}"], "{what}"),
        (["-m", "raw", "-s", "2", "-o", "x.jpg", "--bit-depth", "16"], "8 bits"),
        (["-m", "raw", "-s", "2", "-o", "x", "--quality", "101"], "between 1 and 100"),
    ],
)
def test_wrong_usage(words: list[str], told: str, here: Run, picture: Picture) -> None:
    outcome = here("upscale", picture("a.png"), *words)
    assert outcome.code == 2
    assert outcome.out == ""
    assert told in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_keeps_finished_files_and_leaves_nothing_half_done(
    picture: Picture, tmp_path: Path
) -> None:
    picture("in/a.png")
    picture("in/b.png", 700, 700)
    # Many seconds of work, so that there is something to stop however late the signal comes.
    words = ["upscale", "in", "-m", "edsr-baseline", "-s", "2", "-o", "out"]
    command = [sys.executable, "-m", "srstudio", *words]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        while "b.png" not in running.stderr.readline():
            assert running.poll() is None
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        code = running.wait(60)
    assert code == 130
    assert rest == "srstudio: Cancelled.\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]
