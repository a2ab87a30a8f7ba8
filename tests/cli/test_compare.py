"""`srstudio compare`: the table, the document, the picture."""

from __future__ import annotations

import csv
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


def test_channel_and_crop_are_chosen_by_themselves(here: Run) -> None:
    words = ("compare", *sample(), "--models", "raw", "--json")
    protocol = here(*words, "--channel", "rgb", "--crop", "scale").document["protocol"]
    assert (protocol["channel"], protocol["crop"]) == ("RGB", 2)
    protocol = here(*words, "--protocol", "rgb", "--channel", "y").document["protocol"]
    assert (protocol["channel"], protocol["crop"]) == ("Y", 0)
    protocol = here(*words, "--crop", 7).document["protocol"]
    assert (protocol["channel"], protocol["crop"]) == ("Y", 7)
    assert here(*words, "--crop", "-1").code == 2


def test_csv_of_pictures_has_one_line_for_each_source(here: Run, tmp_path: Path) -> None:
    target = tmp_path / "figures.csv"
    words = ("--models", "raw,nearest", "--csv", target, "--json")
    rows = here("compare", *sample(), *words).document["rows"]
    with target.open() as file:
        lines = list(csv.DictReader(file))
    assert [(each["source"], each["frame"]) for each in lines] == [("raw", "0"), ("nearest", "0")]
    assert [float(each["psnr"]) for each in lines] == [row["psnr"] for row in rows]


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
