"""`srstudio evaluate`: what is measured, said, written, and taken from an earlier run."""

from __future__ import annotations

import csv
import io
import json
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from srstudio.cli.choice import Choice, choose
from srstudio.cli.judging import Clip, Judge, make_upscaler
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.metrics.protocol import Protocol
from srstudio.training.degradations import PLAIN, Shrinking, bicubic
from srstudio_models import ModelFileError, ModelSpec, read_catalog

from .conftest import MakeClip, Run

Picture = Callable[..., Path]
CITY = 25.154  # the first three frames, computed with Pillow and scikit-image


@pytest.fixture
def two_pictures(picture: Picture, tmp_path: Path) -> Path:
    """A set of two ground truths."""
    picture("set/a.png", 41, 33)
    picture("set/bb.png", 30, 30)
    return tmp_path / "set"


def words(folder: Path, models: str = "raw", name: str = "s") -> tuple[object, ...]:
    return "evaluate", "--set", f"{name}={folder}", "--models", models, "--scale", 2


def test_what_a_set_does_not_bring_is_made(here: Run, two_pictures: Path) -> None:
    document = here(*words(two_pictures, "raw,nearest", "mine"), "--json").document
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
    assert document["sets"][0]["low"] is None


def test_a_person_is_told_each_picture_the_means_and_the_convention(
    here: Run, two_pictures: Path
) -> None:
    outcome = here(*words(two_pictures, "raw,nearest"))
    lines = outcome.out.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["s a.png raw", "s a.png nearest"]
    assert "s: ground truths alone; 2 pictures; MATLAB bicubic; Y, crop 2 px" in outcome.err
    assert "mean of 2" in outcome.out
    assert "Y, crop 2 px, SSIM 11x11 Gaussian" in outcome.out


def test_a_bad_picture_is_told_once_and_the_rest_goes_on(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    picture("set/HR/a.png", 40, 40)
    (tmp_path / "set" / "HR" / "b.png").write_text("no picture")
    outcome = here(*words(tmp_path / "set", "raw,nearest"), "--json")
    assert outcome.code == 1
    assert outcome.err.count("srstudio: ") == 1
    assert "b.png" in outcome.err
    assert [row["item"] for row in outcome.document["rows"]] == ["a.png", "a.png"]
    shown = here(*words(tmp_path / "set")).out
    assert "raw, s: the mean is over 1 of 2" in shown


def test_a_low_resolution_picture_of_another_size_is_named(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    picture("set/HR/a.png", 40, 40)
    picture("set/HR/b.png", 40, 40)
    picture("set/LR_bicubic/X2/ax2.png", 20, 20)
    picture("set/LR_bicubic/X2/bx2.png", 13, 20)
    outcome = here(*words(tmp_path / "set"))
    assert outcome.code == 1
    [told] = [line for line in outcome.err.splitlines() if line.startswith("srstudio: ")]
    assert "bx2.png has 13x20 pixels" in told
    assert str(Path("HR", "b.png")) in told


def test_a_model_without_weights_is_told_once_and_the_others_go_on(
    here: Run, two_pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Judge.judge_clip

    def judge_clip(self: Judge, choice: Choice, clip: Clip, progress: Progress) -> Any:
        if choice.name == "fsrcnn":
            raise ModelFileError("the weights of FSRCNN x2 are missing", "install them")
        return original(self, choice, clip, progress)

    monkeypatch.setattr(Judge, "judge_clip", judge_clip)
    outcome = here(*words(two_pictures, "fsrcnn,raw"), "--json")
    assert outcome.code == 1
    assert outcome.err.count("fsrcnn: the weights of FSRCNN x2 are missing") == 1
    assert [row["model"] for row in outcome.document["rows"]] == ["raw", "raw"]


@pytest.mark.parametrize("named", [["--set", "nowhere"], ["--set", "a=/gone"], []])
def test_a_set_is_needed(named: list[str], here: Run) -> None:
    assert here("evaluate", *named, "--models", "raw", "--scale", 2).code == 2


def test_two_sets_of_one_name_are_refused(here: Run, two_pictures: Path) -> None:
    outcome = here(*words(two_pictures), "--set", f"s={two_pictures}")
    assert outcome.code == 2
    assert "same name" in outcome.err


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Two clips, of three and of two frames, with their low-resolution frames."""
    random = np.random.default_rng(3)
    for name in ("x/000.png", "x/001.png", "x/002.png", "y/000.png", "y/001.png"):
        high = Image.fromarray(random.integers(0, 256, (20, 24, 3), np.uint8))
        for folder, image in (("GT", high), ("BIx2", high.reduce(2))):
            path = tmp_path / "set" / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
    return tmp_path / "set"


def test_clips_are_averaged_first_and_not_cropped(here: Run, clips: Path) -> None:
    outcome = here(*words(clips, "nearest"), "--protocol", "rgb", "--json")
    x, y = outcome.document["rows"]
    expected = []
    for path in sorted((clips / "BIx2" / "x").iterdir()):
        with Image.open(path) as low, Image.open(clips / "GT" / "x" / path.name) as high:
            large = low.resize(high.size, Image.Resampling.NEAREST)
            numbers = np.asarray(high), np.asarray(large)
        expected.append(peak_signal_noise_ratio(*numbers))  # type: ignore[no-untyped-call]
    assert (x["item"], y["item"]) == ("x", "y")
    assert x["psnr"] == pytest.approx(np.mean(expected))
    [mean] = outcome.document["means"]
    assert mean["psnr"] == pytest.approx((x["psnr"] + y["psnr"]) / 2)
    published = here(*words(clips, "nearest"), "--json").document["protocol"]
    assert (published["channel"], published["crop"]) == ("Y", 0)


def test_frames_of_a_clip_are_read_as_they_are_needed() -> None:
    read: list[weakref.ref[Any]] = []
    most = 0

    def frames(count: int) -> Iterator[tuple[Frame, Frame | None]]:
        nonlocal most
        for number in range(count):
            low, truth = (Frame(np.zeros((n, n, 3), np.uint8)) for n in (8, 16))
            read.append(weakref.ref(truth.pixels))
            most = max(most, sum(each() is not None for each in read))
            yield low, truth if number % 2 else None
            del low, truth

    judge = Judge(make_upscaler("cpu"), Protocol.rgb(), 2)
    row = judge.judge_clip(choose("raw", 2), Clip("s", "c", frames(50), 50), Progress())
    assert len(read) == 50
    assert most <= 4
    assert row.measured.mse == 0.0


def test_a_video_is_a_set_of_one_clip(here: Run, clip: MakeClip, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    frames = [random.integers(0, 256, (31, 40, 3), np.uint8) for _ in range(4)]
    for number, pixels in enumerate(frames):
        path = tmp_path / "frames" / f"{number:03}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
    video = here(*words(clip("walk.mkv", frames, 25), "raw,nearest"), "--json").document
    alike = here(*words(tmp_path / "frames", "raw,nearest"), "--as", "clips", "--json").document
    assert [row["item"] for row in video["rows"]] == ["walk.mkv"] * 2
    assert [(r["mse"], r["psnr"], r["ssim"]) for r in video["rows"]] == [
        (r["mse"], r["psnr"], r["ssim"]) for r in alike["rows"]
    ]
    assert (video["sets"][0]["layout"], video["sets"][0]["kind"]) == ("video", "clips")


def test_frames_of_a_video_are_pictures_on_demand(
    here: Run, clip: MakeClip, tmp_path: Path
) -> None:
    random = np.random.default_rng(6)
    frames = [random.integers(0, 256, (32, 40, 3), np.uint8) for _ in range(3)]
    Image.fromarray(frames[2]).save(tmp_path / "alone.png")
    pictures = ("--as", "pictures", "--json")
    walk = words(clip("walk.mkv", frames, 25))
    [row] = here(*walk, *pictures, "--only", "*_00002").document["rows"]
    [alone] = here(*words(tmp_path), *pictures).document["rows"]
    assert (row["item"], row["mse"], row["ssim"]) == ("walk_00002", alone["mse"], alone["ssim"])
    outcome = here(*walk, "--only", "run*")
    assert outcome.code == 1
    assert "run* fits none of its names, such as walk.mkv" in outcome.err


def test_the_table_of_the_slides_for_the_bundled_clip(here: Run) -> None:
    outcome = here("evaluate", "--set", "sample", "--models", "raw,delta,5-parallel", "-s", 4)
    lines = [line.split() for line in outcome.out.splitlines() if "│" in line or "┃" in line]
    assert [word for word in lines[0] if word.isalpha()] == ["MSE", "SSIM", "PSNR"]
    numbers = [[float(word) for word in line if "." in word] for line in lines[1:]]
    raw, delta, parallel = numbers
    for mse, ssim, psnr in (delta, parallel):
        assert mse < raw[0]
        assert ssim > raw[1] + 0.01
        assert psnr > raw[2] + 1.0


def test_a_file_that_is_no_video_is_told(here: Run, tmp_path: Path) -> None:
    (tmp_path / "walk.mp4").write_bytes(b"no video at all")
    outcome = here(*words(tmp_path / "walk.mp4"))
    assert outcome.code == 1
    assert "walk.mp4" in outcome.err


def test_low_resolution_pictures_are_degraded_on_demand(here: Run, clips: Path) -> None:
    """Also where the set brings its own; the numbers are those of OpenCV and Pillow."""
    command = (*words(clips / "GT" / "y", "nearest"), "--as", "pictures", "--protocol", "rgb")
    degraded = here(*command, "--degrade", "blur=0.8,jpeg=50", "--json").document
    expected = []
    for path in sorted((clips / "GT" / "y").iterdir()):
        with Image.open(path) as high:
            truth = np.asarray(high)
        blurred = cv2.GaussianBlur(truth, (0, 0), 1.6, borderType=cv2.BORDER_REFLECT)
        coded = io.BytesIO()
        Image.fromarray(bicubic(blurred, 2)).save(coded, "jpeg", quality=50, subsampling=2)
        with Image.open(coded) as low:
            large = np.asarray(low.resize((24, 20), Image.Resampling.NEAREST))
        expected.append(peak_signal_noise_ratio(truth, large))  # type: ignore[no-untyped-call]
    assert [row["psnr"] for row in degraded["rows"]] == pytest.approx(expected, abs=0.05)
    assert degraded["sets"][0]["degradation"] == "blur 0.8 px, MATLAB bicubic, JPEG quality 50"
    plain = here(*command, "--json").document
    assert plain["sets"][0]["degradation"] == "MATLAB bicubic"
    assert [row["psnr"] for row in plain["rows"]] != [row["psnr"] for row in degraded["rows"]]


def test_what_a_set_brings_is_not_taken_where_it_is_to_be_degraded(here: Run, clips: Path) -> None:
    document = here(*words(clips), "--degrade", "jpeg=30", "--json").document
    assert document["sets"][0]["low"] is None
    named = Path(f"{clips / 'GT'},{clips / 'BIx2'}")
    assert here(*words(named), "--degrade", "jpeg=30").code == 2


@pytest.mark.parametrize("asked", ["noise=3", "blur=much", "jpeg=0", "jpeg=50.5", "blur=-1", ""])
def test_a_degradation_that_makes_no_sense_is_refused(asked: str, here: Run, clips: Path) -> None:
    assert here(*words(clips), "--degrade", asked).code == 2


def test_only_some_are_measured_where_that_is_asked_for(here: Run, clips: Path) -> None:
    outcome = here(*words(clips), "--only", "y,z*", "--json")
    assert [row["item"] for row in outcome.document["rows"]] == ["y"]
    as_pictures = here(*words(clips / "GT" / "y"), "--as", "pictures", "--json").document
    assert [row["item"] for row in as_pictures["rows"]] == ["000.png", "001.png"]


def test_low_resolution_pictures_from_a_folder_of_ones_own(here: Run, clips: Path) -> None:
    both = here(*words(clips), "--json").document
    named = here(*words(Path(f"{clips / 'GT'},{clips / 'BIx2'}")), "--json").document
    assert [row["psnr"] for row in named["rows"]] == [row["psnr"] for row in both["rows"]]


def test_tables_are_written_in_four_formats_and_not_replaced(
    here: Run, two_pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tables"
    command = (*words(two_pictures, "raw,nearest"), "--out", out)
    shown = here(*command, "--json").document
    assert json.loads((out / "evaluation.json").read_text())["means"] == shown["means"]
    with (out / "evaluation.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["kind"] for line in lines] == ["item"] * 4 + ["mean"] * 2
    assert float(lines[-1]["psnr"]) == shown["means"][1]["psnr"]
    raw = next(mean for mean in shown["means"] if mean["model"] == "raw")
    figures = f"{raw['mse']:.4f}", f"{raw['ssim']:.4f}", f"{raw['psnr']:.4f}"
    assert f"| Raw | {' | '.join(figures)} |" in (out / "evaluation.md").read_text()
    assert f"Raw & {' & '.join(figures)} \\\\" in (out / "evaluation.tex").read_text()
    again = here(*command)
    assert again.code == 1
    assert "exists already" in again.err
    assert again.out == "", "refused before the work"
    assert here(*command, "--overwrite").code == 0


def test_the_form_of_the_papers(here: Run, two_pictures: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "t.md", tmp_path / "t.tex"
    sets = ("--set", f"a_b={two_pictures}")
    command = (*words(two_pictures, "raw,nearest"), *sets, "--form", "papers")
    outcome = here(*command, "--out", file, other, "--json")
    cells = [f"{m['psnr']:.2f}/{m['ssim']:.4f}" for m in outcome.document["means"][:2]]
    row = " | ".join(cell.replace("/0.", "/.") for cell in cells)
    lines = file.read_text().splitlines()
    assert "| Set | Scale | Raw | Nearest |" in lines
    assert f"| s | x2 | {row} |" in lines
    assert f"| a_b | x2 | {row} |" in lines
    assert f"a\\_b & x2 & {row.replace(' | ', ' & ')} \\\\" in other.read_text()


def test_an_unknown_kind_of_table_is_wrong_usage(here: Run, two_pictures: Path) -> None:
    assert here(*words(two_pictures), "--out", "table.xls").code == 2


def journal_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_second_run_goes_on_where_the_first_ended(
    here: Run, two_pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal.jsonl"
    whole = here(*words(two_pictures, "raw,nearest"), "--resume", journal, "--json").document
    lines = journal.read_text().splitlines(keepends=True)
    assert len(lines) == 4
    journal.write_text("".join(lines[:2]) + lines[2][:70])  # as a killed run leaves it
    done: list[str] = []
    original = Judge.judge_clip

    def judge_clip(self: Judge, choice: Choice, clip: Clip, progress: Progress) -> Any:
        done.append(f"{choice.name} {clip.item}")
        return original(self, choice, clip, progress)

    monkeypatch.setattr(Judge, "judge_clip", judge_clip)
    command = (*words(two_pictures, "raw,nearest"), "--resume", journal, "--json")
    resumed = here(*command).document
    assert done == ["raw bb.png", "nearest bb.png"]
    timeless = [{**row, "seconds": 0} for row in resumed["rows"]]
    assert timeless == [{**row, "seconds": 0} for row in whole["rows"]]
    done.clear()
    assert here(*command).document == resumed
    assert done == []
    here(*command, "--crop", "none")
    assert len(done) == 4, "another convention is another result"


def test_infinity_and_a_missing_ssim_survive_the_journal(
    here: Run, picture: Picture, tmp_path: Path
) -> None:
    path = picture("set/a.png", 9, 9)
    with Image.open(path) as image:
        Image.new("RGB", image.size, (9, 9, 9)).save(path)
    command = (*words(tmp_path / "set"), "--resume", tmp_path / "j", "--json")
    for _ in range(2):
        [row] = here(*command).document["rows"]
        assert (row["psnr"], row["ssim"]) == ("inf", None)


def test_a_file_that_is_no_journal_is_left_alone(
    here: Run, two_pictures: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("precious")
    outcome = here(*words(two_pictures), "--resume", notes)
    assert outcome.code == 2
    assert "no journal" in outcome.err
    assert notes.read_text() == "precious"


def test_weights_that_changed_are_measured_again(tmp_path: Path) -> None:
    from srstudio.cli.journal import Journal
    from srstudio.cli.measured import Row
    from srstudio.cli.testsets import Named, TestSet
    from srstudio.media.datasets import DataSet, Item
    from srstudio.metrics.report import Measurement

    protocol = Protocol.paper(2)
    item = Item("a.png", ())
    data = DataSet("some", "pictures", "Y", None, (item,))
    here = TestSet(Named("s", tmp_path), data, protocol, PLAIN)
    choice = choose("fsrcnn", 2)
    retrained = Choice(choice.name, replace(choice.spec, sha256="0" * 64))
    row = Row(choice, "s", "a.png", Measurement(1.0, 2.0, 0.5, protocol), 0.1, ("slow",))
    Journal(tmp_path / "j", 2, "exact").add(row, here, item)
    journal = Journal(tmp_path / "j", 2, "exact")
    assert journal.find(choice, here, item) == row
    assert journal.find(retrained, here, item) is None
    blurred = replace(here, how=Shrinking(blur=0.5))
    assert journal.find(choice, blurred, item) is None
    assert Journal(tmp_path / "j", 3, "exact").find(choice, here, item) is None
    assert Journal(tmp_path / "j", 2, "fast").find(choice, here, item) is None


@pytest.mark.data
@pytest.mark.parametrize(("scale", "published"), [(2, 33.68), (3, 30.41), (4, 28.43)])
def test_bicubic_on_set5_is_as_published(
    scale: int, published: float, here: Run, shared_data: Path
) -> None:
    folder = shared_data / "test" / "Set5"
    command = ("evaluate", "--set", f"Set5={folder}", "--models", "raw", "--scale", scale)
    [mean] = here(*command, "--json").document["means"]
    assert mean["psnr"] == pytest.approx(published, abs=0.01)


@pytest.mark.data
def test_the_first_frames_of_a_benchmark_clip(here: Run, shared_data: Path, tmp_path: Path) -> None:
    for number in range(3):
        frame = shared_data / "video" / "Vid4" / "city" / f"{number:08}.png"
        (tmp_path / "city").mkdir(exist_ok=True)
        (tmp_path / "city" / frame.name).symlink_to(frame)
    command = ("evaluate", "--set", f"Vid4={tmp_path}", "--models", "raw", "--scale", 4)
    [row] = here(*command, "--json").document["rows"]
    assert row["item"] == "city"
    assert row["psnr"] == pytest.approx(CITY, abs=0.002)


SMALL = [
    spec
    for spec in read_catalog()
    if spec.quality and not spec.stages and spec.parameters < 100_000
]


@pytest.mark.data
@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.id)
def test_the_stated_quality_of_small_networks_is_that_of_this_command(
    spec: ModelSpec, here: Run, shared_data: Path
) -> None:
    for stated in spec.quality:
        if stated.dataset not in ("Set5", "Set14"):
            continue
        folder = f"{stated.dataset}={shared_data / 'test' / stated.dataset}"
        command = ("evaluate", "--set", folder, "--models", spec.id, "--scale", stated.scale)
        [mean] = here(*command, "--json").document["means"]
        assert mean["psnr"] == pytest.approx(stated.psnr, abs=0.01)
        assert mean["ssim"] == pytest.approx(stated.ssim, abs=0.0002)
