"""`srstudio compare` and `srstudio evaluate`: tables, documents, published numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from srstudio_resources import sample

from .conftest import Run

Picture = Callable[..., Path]
PROTOCOL_KEYS = {"channel", "crop", "window", "range"}
ROW_KEYS = {"set", "item", "mse", "psnr", "ssim"}


def test_compare_in_a_process_prints_one_document(process: Run) -> None:
    low, truth = sample()
    outcome = process("compare", low, truth, "--models", "raw,nearest", "--json")
    assert outcome.code == 0
    document = outcome.document
    assert document["protocol"].keys() >= PROTOCOL_KEYS
    assert (document["protocol"]["channel"], document["protocol"]["crop"]) == ("Y", 2)
    assert document["scale"] == 2
    assert [row["source"] for row in document["rows"]] == ["raw", "nearest"]
    assert all(row.keys() >= ROW_KEYS for row in document["rows"])
    assert document["rows"][0]["psnr"] > document["rows"][1]["psnr"]


def test_rgb_equals_an_independent_measurement(here: Run, picture: Picture, tmp_path: Path) -> None:
    low, truth = picture("low.png", 20, 16), picture("truth.png", 40, 32)
    made = tmp_path / "made.png"
    here("upscale", low, "-m", "bicubic", "-s", 2, "-o", made)
    outcome = here("compare", low, truth, "--models", "bicubic", "--protocol", "rgb", "--json")
    [row] = outcome.document["rows"]
    with Image.open(made) as a, Image.open(truth) as b:
        expected = peak_signal_noise_ratio(np.asarray(a), np.asarray(b))  # type: ignore[no-untyped-call]
    assert row["psnr"] == pytest.approx(expected, abs=1e-9)


def test_identical_pictures_are_infinitely_good_in_strict_json(here: Run, picture: Picture) -> None:
    path = picture("a.png", 20, 20)
    [row] = here("compare", path, path, "--models", "raw", "--json").document["rows"]
    assert (row["mse"], row["psnr"], row["ssim"]) == (0.0, "inf", 1.0)


def test_an_ssim_that_does_not_exist_is_null(here: Run, picture: Picture) -> None:
    path = picture("a.png", 9, 9)
    [row] = here("compare", path, path, "--models", "raw", "--json").document["rows"]
    assert row["ssim"] is None


def test_the_table_says_the_convention_and_fits(here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = here("compare", *sample(), "--models", "raw,nearest,lanczos")
    assert "Y, crop 2 px, SSIM 11x11 Gaussian" in outcome.out
    for word in ("Raw", "Nearest", "Lanczos", "MSE", "SSIM", "PSNR"):
        assert word in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_the_comparison_picture_shows_every_source(here: Run, tmp_path: Path) -> None:
    target = tmp_path / "sheet.png"
    command = ("compare", *sample(), "--models", "raw,nearest", "--out", target)
    assert here(*command).code == 0
    with Image.open(sample()[1]) as image:
        truth = np.asarray(image.convert("RGB"))
    with Image.open(target) as image:
        sheet = np.asarray(image)
    width = truth.shape[1]
    shown = sheet[:, -width - 40 :]
    assert any(
        (shown[y : y + 1, x : x + width] == truth[-1:]).all()
        for y in range(sheet.shape[0])
        for x in range(shown.shape[1] - width + 1)
    ), "the ground truth is the last panel, pixel by pixel"
    assert sheet.shape[1] > 3 * width
    again = here(*command)
    assert again.code == 1
    assert "exists already" in again.err


def test_sizes_that_do_not_belong_together(here: Run, picture: Picture) -> None:
    outcome = here("compare", picture("a.png", 10, 10), picture("b.png", 25, 31))
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1


def test_evaluate_makes_what_a_set_does_not_bring(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    picture("set/a.png", 41, 33)
    picture("set/bb.png", 30, 30)
    words = ("--set", f"mine={tmp_path / 'set'}", "--models", "raw,nearest", "--scale", 2)
    document = here("evaluate", *words, "--json").document
    assert [(r["model"], r["item"]) for r in document["rows"]] == [
        ("raw", "a.png"),
        ("nearest", "a.png"),
        ("raw", "bb.png"),
        ("nearest", "bb.png"),
    ]
    raw = [row["psnr"] for row in document["rows"] if row["model"] == "raw"]
    mean = next(mean for mean in document["means"] if mean["model"] == "raw")
    assert mean["psnr"] == pytest.approx(np.mean(raw))
    assert (mean["set"], mean["pictures"]) == ("mine", 2)


def test_evaluate_goes_on_after_a_bad_picture(here: Run, picture: Picture, tmp_path: Path) -> None:
    picture("set/HR/a.png", 40, 40)
    (tmp_path / "set" / "HR" / "b.png").write_text("no picture")
    words = ("--set", f"s={tmp_path / 'set'}", "--models", "raw", "--scale", 2, "--json")
    outcome = here("evaluate", *words)
    assert outcome.code == 1
    assert "b.png" in outcome.err
    assert [row["item"] for row in outcome.document["rows"]] == ["a.png"]


@pytest.mark.parametrize("words", [["--set", "nowhere"], ["--set", "a=/gone"], []])
def test_evaluate_needs_a_set(words: list[str], here: Run) -> None:
    assert here("evaluate", *words, "--models", "raw", "--scale", 2).code == 2


@pytest.mark.data
@pytest.mark.parametrize(("scale", "published"), [(2, 33.68), (3, 30.41), (4, 28.43)])
def test_bicubic_on_set5_is_as_published(
    scale: int, published: float, here: Run, shared_data: Path
) -> None:
    words = ("--set", f"Set5={shared_data / 'test' / 'Set5'}", "--models", "raw")
    [mean] = here("evaluate", *words, "--scale", scale, "--json").document["means"]
    assert mean["psnr"] == pytest.approx(published, abs=0.01)
