"""`srstudio compare` of clips: matched by time, measured frame by frame."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.jobs.exports import Engine

from srstudio.cli.lockstep import Lockstep, look_at
from srstudio.core.frame import Frame, Pixels
from srstudio.core.progress import Progress
from srstudio.engine import video
from srstudio.jobs.pictures import make_low_resolution
from srstudio.media.still import write_picture

from .conftest import MakeClip, Run


def pictures(count: int, width: int = 24, height: int = 20, seed: int = 0) -> list[Pixels]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (height, width, 3), np.uint8) for _ in range(count)]


def of_models(document: Any) -> list[dict[str, Any]]:
    return [frame for frame in document["frames"] if frame["source"] != "truth"]


def enlarged(pixels: Pixels, scale: int = 2) -> Pixels:
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def test_a_mean_is_what_evaluate_says(here: Run, tmp_path: Path) -> None:
    for number, pixels in enumerate(pictures(4, 32, 28)):
        low, truth = make_low_resolution(Frame(pixels), 2)
        write_picture(truth, tmp_path / f"set/walk/{number:03}.png")
        write_picture(low, tmp_path / f"low/{number:03}.png")
    folder = f"T={tmp_path / 'set'}"
    words = ("--models", "raw,nearest", "--json")
    [*expected] = here("evaluate", "--set", folder, "--as", "clips", "-s", 2, *words).document[
        "rows"
    ]
    document = here("compare", tmp_path / "low", tmp_path / "set/walk", *words).document
    assert len(expected) == 2
    for row, like in zip(document["rows"], expected, strict=True):
        assert [row[k] for k in ("mse", "psnr", "ssim")] == [
            like[k] for k in ("mse", "psnr", "ssim")
        ]
        psnrs = [f["psnr"] for f in document["frames"] if f["source"] == row["source"]]
        assert len(psnrs) == row["frames"] == 4
        assert row["psnr"] == pytest.approx(sum(psnrs) / 4, abs=1e-12)
        assert document["worst"][row["source"]][0] == int(np.argmin(psnrs))
    assert document["protocol"]["crop"] == 0


def test_the_frame_that_is_shown_at_that_time_is_the_ground_truth(
    here: Run, clip: MakeClip
) -> None:
    low = pictures(5)
    between = pictures(5, 48, 40, seed=1)
    truth = [each for pair in zip(map(enlarged, low), between, strict=True) for each in pair]
    clips = clip("low.mkv", low, 25), clip("truth.mkv", truth, 50)
    command = ("compare", *clips, "--models", "nearest", "--json")
    assert {f["psnr"] for f in of_models(here(*command).document)} == {"inf"}
    shifted = of_models(here(*command, "--shift", 1).document)
    assert all(frame["psnr"] < 20 for frame in shifted)


def test_a_part_and_its_csv(here: Run, clip: MakeClip, tmp_path: Path) -> None:
    low = clip("low.mkv", pictures(8), 25)
    truth = clip("truth.mkv", pictures(8, 48, 40, seed=1), 25)
    target = tmp_path / "out" / "frames.csv"
    part = ("--start", "0.12s", "--stop", "6", "--csv", target)
    command = ("compare", low, truth, "--models", "raw,nearest", *part)
    document = here(*command, "--json").document
    assert [f["source"] for f in document["frames"]] == ["raw"] * 3 + ["nearest"] * 3 + [
        "truth"
    ] * 3
    assert [f["frame"] for f in document["frames"]] == [3, 4, 5] * 3
    assert [f["time"] for f in document["frames"][:3]] == [0.12, 0.16, 0.2]
    with target.open() as file:
        rows = list(csv.DictReader(file))
    for row, frame in zip(rows, document["frames"], strict=True):
        assert row.keys() == frame.keys()
        assert (row["source"], row["psnr"]) == (frame["source"], str(frame["psnr"] or ""))
    again = here(*command)
    assert again.code == 1
    assert "exists already" in again.err


def test_what_has_no_ground_truth_is_left_out_and_told(here: Run, clip: MakeClip) -> None:
    low, truth = clip("low.mkv", pictures(8), 25), clip("t.mkv", pictures(6, 48, 40), 25)
    outcome = here("compare", low, truth, "--models", "nearest", "--json")
    assert [f["frame"] for f in of_models(outcome.document)] == list(range(6))
    assert "2 frames have no ground truth" in outcome.err
    outcome = here("compare", low, truth, "--models", "nearest", "--start", 6)
    assert outcome.code == 1
    assert "none of these frames has a ground truth" in outcome.err


def test_what_flickers_and_what_does_not(here: Run, clip: MakeClip) -> None:
    still = pictures(1, 48, 48)[0] // 2
    steady, flickering = [still] * 6, [still + 10 * (n % 2) for n in range(6)]
    truth = clip("truth.mkv", [enlarged(still)] * 6, 25)
    command = ("--models", "nearest", "--json")
    calm = here("compare", clip("a.mkv", steady, 25), truth, *command).document
    assert (calm["rows"][0]["warping"], calm["rows"][0]["flicker"]) == (0, 0)
    assert calm["frames"][0]["flicker"] is None, "nothing was before the first"
    uneasy = here("compare", clip("b.mkv", flickering, 25), truth, *command).document
    per_level = (65.481 + 128.553 + 24.966) / 255  # of Y
    assert uneasy["rows"][0]["flicker"] == pytest.approx(10 * per_level, rel=1e-6)
    assert uneasy["rows"][0]["warping"] == pytest.approx((10 * per_level) ** 2, rel=1e-6)
    assert uneasy["truth"]["warping"] == 0


def test_an_animation_against_a_folder(here: Run, tmp_path: Path) -> None:
    low = [np.full((20, 24, 3), 40 * n, np.uint8) for n in range(1, 4)]
    first, *others = map(Image.fromarray, low)
    first.save(tmp_path / "low.gif", save_all=True, append_images=others, duration=70)
    for number, pixels in enumerate(low):
        write_picture(Frame(enlarged(pixels)), tmp_path / f"truth/{number}.png")
    command = ("compare", tmp_path / "low.gif", tmp_path / "truth/%d.png", "--models", "nearest")
    assert here(*command, "--json").document["rows"][0]["mse"] == 0


def test_the_tables_say_what_a_mean_is(here: Run, clip: MakeClip) -> None:
    low, truth = clip("low.mkv", pictures(3), 25), clip("t.mkv", pictures(3, 48, 40), 25)
    outcome = here("compare", low, truth, "--models", "raw")
    assert outcome.code == 0
    words = " ".join(outcome.out.split())
    for phrase in ("3 frames", "the mean of the frames' PSNRs", "Worst frames by PSNR", "Flicker"):
        assert phrase in words


@pytest.mark.parametrize(
    "words",
    [("--out", "x.png"), ("--start", "9"), ("--start", "soon"), ("--start", 2, "--stop", 2)],
)
def test_what_makes_no_sense_is_refused(
    here: Run, clip: MakeClip, words: tuple[object, ...]
) -> None:
    low, truth = clip("low.mkv", pictures(3), 25), clip("t.mkv", pictures(3, 48, 40), 25)
    assert here("compare", low, truth, "--models", "nearest", *words).code == 2


def test_recurrent_models_share_what_is_free(
    clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, given = Engine("recurrent"), list[int]()

    def length(_: int, __: int, memory: int) -> int:
        given.append(memory)
        return 1

    monkeypatch.setattr(video, "segment_length", length)
    monkeypatch.setattr(video, "free_memory", lambda _: 1000)
    monkeypatch.setattr(video, "free_main_memory", lambda: 1200)
    choices: Any = [SimpleNamespace(spec=engine.spec)] * 2
    footage = look_at(clip("in.mkv", pictures(4), 25), None, 2)
    shown = list(Lockstep(engine.make(), footage, range(4), choices).frames(Progress()))
    assert [len(each.made) for each in shown] == [2] * 4
    assert given == [250, 250]
