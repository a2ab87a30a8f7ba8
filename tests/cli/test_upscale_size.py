"""`srstudio upscale --size`: any size, by the smallest factor that reaches it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from srstudio.cli.sizes import BySize, target_argument
from srstudio.core.errors import UsageError

from .conftest import Run

Picture = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1920x1080", (1920, 1080)),
        ("1920X", (1920, 1440)),
        ("x1080", (1440, 1080)),
        ("250%", (1600, 1200)),
        ("12.5%", (80, 60)),
        ("0.01%", (1, 1)),
    ],
)
def test_what_a_size_means_for_a_picture(text: str, size: tuple[int, int]) -> None:
    assert target_argument(text).size(640, 480) == size


@pytest.mark.parametrize("text", ["", "x", "0x10", "10x0", "0%", "-5%", "big", "10", "1.5x2"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        target_argument(text)


@pytest.mark.parametrize(
    ("model", "text", "scale"),
    [
        ("fsrcnn", "11x8", 2),
        ("fsrcnn", "30x20", 3),
        ("fsrcnn", "41x", 6),  # x5 would be resampled twice
        ("fsrcnn-x4", "11x", 4),
        ("raw", "70x", 7),
    ],
)
def test_the_smallest_factor_that_reaches_the_size(model: str, text: str, scale: int) -> None:
    plan = BySize(model, target_argument(text)).plan((10, 7))
    assert plan.scale == scale
    assert scale in plan.choice.spec.scales


def test_a_size_that_no_factor_reaches_is_told() -> None:
    with pytest.raises(UsageError, match="fsrcnn-x2 does not reach x3"):
        BySize("fsrcnn-x2", target_argument("21x")).plan((10, 10))


def test_the_result_has_exactly_that_size(here: Run, picture: Picture, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("-m", "bicubic", "--size", "30x", "-o", out, "--json")
    outcome = here("upscale", picture("a.png", 12, 8), picture("bb.png", 40, 10), *words)
    assert outcome.code == 0
    first, second = outcome.document
    assert (first["scale"], first["width"], first["height"]) == (3, 30, 20)
    assert (second["width"], second["height"]) == (30, 8)
    assert "without the model" in second["notes"][0]
    with Image.open(out / "a.png") as image:
        assert image.size == (30, 20)


def test_it_is_the_super_resolved_picture_made_smaller(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    source = picture("a.png", 12, 8)
    sized, large = tmp_path / "sized.png", tmp_path / "large.png"
    here("upscale", source, "-m", "nearest", "--size", "18x12", "-o", sized)
    here("upscale", source, "-m", "nearest", "-s", 2, "-o", large)
    with Image.open(sized) as a, Image.open(large) as b:
        planes = [Image.fromarray(plane.astype(np.float32)) for plane in np.asarray(b).T]
        resized = [np.asarray(p.resize((12, 18), Image.Resampling.BICUBIC)) for p in planes]
        expected = np.clip(np.stack(resized), 0, 255).T
        apart = np.abs(np.asarray(a) - expected)[3:-3, 3:-3]
    assert apart.max() <= 0.51


def test_proportions_change_only_as_asked_for(here: Run, picture: Picture, tmp_path: Path) -> None:
    words = ("upscale", picture("a.png", 12, 8), "-m", "raw", "-o", tmp_path / "out", "--json")
    [plain] = here(*words, "--size", "24x16").document
    assert plain["notes"] == []
    [stretched] = here(*words, "--size", "24x24", "--overwrite").document
    assert "2.00 times as wide, 3.00 times as high" in stretched["notes"][0]


def test_a_size_and_a_factor_exclude_each_other(here: Run, picture: Picture) -> None:
    words = ("-m", "raw", "-s", 2, "--size", "20x", "-o", "x")
    assert here("upscale", picture("a.png"), *words).code == 2


def test_sixty_four_times_by_a_cascade(here: Run, picture: Picture, tmp_path: Path) -> None:
    target = tmp_path / "large.png"
    source = picture("a.png", 6, 5)
    assert here("upscale", source, "-m", "raw", "-s", 64, "-o", target).code == 0
    with Image.open(target) as image:
        assert image.size == (384, 320)
