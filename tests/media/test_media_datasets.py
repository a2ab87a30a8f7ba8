"""Test sets as users have them on disk: what is recognised, and which files belong together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from srstudio.core.errors import InputError
from srstudio.media.datasets import DataSet, find_set

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes empty files below a folder; only their names matter."""

    def files(*names: str) -> Path:
        for name in names:
            path = tmp_path / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "set"

    return files


def pairs(found: DataSet, folder: Path) -> dict[str, str | None]:
    """Ground truth and low-resolution file of every shot, relative to the folder of the set."""

    def name(path: Path | None) -> str | None:
        return None if path is None else path.relative_to(folder).as_posix()

    shots = [shot for item in found.items for shot in item.shots]
    return {shot.truth.relative_to(folder).as_posix(): name(shot.low) for shot in shots}


@pytest.mark.parametrize(
    ("truth", "low", "layout"),
    [
        ("HR/a b.png", "LR_bicubic/X4/a bx4.png", "benchmark"),
        ("HR/a.png", "LR_bicubic/X4/a.bmp", "benchmark"),
        ("GTmod12/a.png", "LRbicx4/a.png", "BasicSR"),
        ("image_SRF_4/img_001_SRF_4_HR.png", "image_SRF_4/img_001_SRF_4_LR.png", "SelfExSR"),
        ("img_001_SRF_4_HR.png", "img_001_SRF_4_LR.png", "SelfExSR"),
        ("DIV2K_valid_HR/0801.png", "DIV2K_valid_LR_bicubic/X4/0801x4.png", "DIV2K"),
        ("Flickr2K_HR/000001.png", "Flickr2K_LR_bicubic/X4/000001x4.png", "Flickr2K_HR"),
    ],
)
def test_layouts_of_pictures(truth: str, low: str, layout: str, make: Make) -> None:
    folder = make(truth, low)
    found = find_set(folder, 4)
    assert layout in found.layout
    assert found.kind == "pictures"
    assert pairs(found, folder) == {truth: low}


def test_a_scale_that_the_set_does_not_bring_is_to_be_made(make: Make) -> None:
    folder = make("HR/a.png", "LR_bicubic/X4/ax4.png")
    found = find_set(folder, 3)
    assert found.low is None
    assert pairs(found, folder) == {"HR/a.png": None}


def test_a_missing_low_resolution_file_is_not_silently_made(make: Make) -> None:
    folder = make("HR/a.png", "HR/b.png", "LR_bicubic/X2/ax2.png")
    assert pairs(find_set(folder, 2), folder)["HR/b.png"] == "LR_bicubic/X2/bx2.png"


def test_the_folder_of_the_ground_truths_knows_what_lies_beside_it(make: Make) -> None:
    folder = make(
        "HR/01.png", "HR/02.png", "LR_bicubic/X2/01x2.png", "DIV2K_valid_HR/0801.png",
        "DIV2K_valid_LR_bicubic/X2/0801x2.png",
    )  # fmt: skip
    assert find_set(folder / "HR", 2).low == folder / "LR_bicubic" / "X2"
    assert find_set(folder / "DIV2K_valid_HR", 2).channel == "RGB"


def test_of_div2k_the_validation_pictures_are_meant(make: Make) -> None:
    folder = make(
        *(f"DIV2K_train_HR/{n:04}.png" for n in (1, 800, 801, 900)),
        *(f"DIV2K_train_LR_bicubic/X2/{n:04}x2.png" for n in (1, 800, 801, 900)),
    )
    found = find_set(folder, 2)
    assert [item.name for item in found.items] == ["0801.png", "0900.png"]
    assert "0801-0900" in found.layout
    make("DIV2K_valid_HR/0850.png")
    assert [item.name for item in find_set(folder, 2).items] == ["0850.png"]
    train = find_set(folder / "DIV2K_train_HR", 2, only=["0001", "08*"])
    assert [item.name for item in train.items] == ["0001.png", "0800.png", "0801.png"]


@pytest.mark.parametrize("between", ["X4/", ""])
def test_of_reds_the_four_clips_of_reds4_are_meant(between: str, make: Make) -> None:
    clips = ("000", "001", "011", "015", "020", "240")
    folder = make(
        *(f"train_sharp/{clip}/{n:08}.png" for clip in clips for n in range(3)),
        *(f"train_sharp_bicubic/{between}{clip}/{n:08}.png" for clip in clips for n in range(3)),
    )
    found = find_set(folder, 4)
    assert (found.kind, found.channel) == ("clips", "RGB")
    assert "REDS4" in found.layout
    assert [item.name for item in found.items] == ["000", "011", "015", "020"]
    last = found.items[-1].shots[-1]
    assert last.low == folder / f"train_sharp_bicubic/{between}020/00000002.png"
    official = find_set(folder, 4, only=["24?"])
    assert [item.name for item in official.items] == ["240"]


def test_of_reds_without_them_the_official_validation_is_meant(make: Make) -> None:
    regrouped = make("train_sharp/001/00000000.png", "train_sharp/240/00000000.png")
    assert [item.name for item in find_set(regrouped, 4).items] == ["240"]


def test_all_of_val_sharp_is_meant(make: Make) -> None:
    names = ("000", "001", "011")
    folder = make(*(f"val_sharp/{clip}/{n:08}.png" for clip in names for n in range(2)))
    for named in (folder, folder / "val_sharp"):
        assert tuple(item.name for item in find_set(named, 4).items) == names


def test_reds4_as_basicsr_prepares_it(make: Make) -> None:
    folder = make("GT/000/0.png", "GT/000/1.png", "sharp_bicubic/000/0.png")
    assert find_set(folder, 4).channel == "RGB"


def test_vid4_in_both_forms(make: Make, tmp_path: Path) -> None:
    clips = [f"{clip}/{n:03}.png" for clip in ("calendar", "city") for n in range(3)]
    folder = make(*(f"{top}/{name}" for top in ("GT", "BIx4", "BDx4") for name in clips))
    found = find_set(folder, 4)
    assert (found.kind, found.channel, found.low) == ("clips", "Y", folder / "BIx4")
    assert [(item.name, len(item.shots)) for item in found.items] == [("calendar", 3), ("city", 3)]
    blurred = find_set(folder / "GT", 4, low=folder / "BDx4")
    assert blurred.items[1].shots[2].low == folder / "BDx4" / "city" / "002.png"
    plain = find_set(folder / "GT", 4)
    assert (plain.kind, plain.low) == ("clips", None)
    assert plain.items[0].name == "calendar"


def test_of_vimeo_the_middle_frames_of_the_test_list_are_measured(make: Make) -> None:
    frames = [f"{clip}/im{n}.png" for clip in ("00001/0001", "00001/0002") for n in range(1, 8)]
    folder = make(*(f"vimeo_septuplet/sequences/{name}" for name in frames))
    make(*(f"vimeo_septuplet_matlabLRx4/sequences/{name}" for name in frames))
    (folder / "vimeo_septuplet" / "sep_testlist.txt").write_text("00001/0002\n\n")
    for named in (folder, folder / "vimeo_septuplet"):
        [clip] = find_set(named, 4).items
        assert clip.name == "00001/0002"
        assert [shot.measured for shot in clip.shots] == [n == 4 for n in range(1, 8)]
        assert all(shot.low and "matlabLRx4" in shot.low.parts[-5] for shot in clip.shots)


def test_frames_are_in_the_order_of_their_numbers(make: Make) -> None:
    folder = make(*(f"clip/im{n}.png" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)))
    [clip] = find_set(folder, 2).items
    assert [shot.truth.stem for shot in clip.shots] == [f"im{n}" for n in range(1, 11)]


def numbered(folder: Path, sizes: list[tuple[int, int]], word: str = "") -> Path:
    folder.mkdir()
    for number, size in enumerate(sizes):
        Image.new("RGB", size).save(folder / f"{word}{number:02}.png")
    return folder


def test_a_single_folder_is_a_clip_if_its_frames_are_of_one_size(tmp_path: Path) -> None:
    clip = find_set(numbered(tmp_path / "clip", [(8, 6)] * 3), 2)
    assert clip.kind == "clips"
    assert [(item.name, len(item.shots)) for item in clip.items] == [("clip", 3)]
    photos = find_set(numbered(tmp_path / "photos", [(8, 6), (6, 8), (8, 6)]), 2)
    assert photos.kind == "pictures"
    named = find_set(numbered(tmp_path / "named", [(8, 6)] * 3, "kodim"), 2)
    assert named.kind == "pictures"
    assert find_set(tmp_path / "clip", 2, kind="pictures").kind == "pictures"


def test_a_tree_of_photographs_is_no_clip(make: Make) -> None:
    folder = make("a.png", "holiday/IMG_1.png", "holiday/IMG_2.png", "b/c.png", ".hidden/d.png")
    found = find_set(folder, 2)
    assert found.kind == "pictures"
    assert [item.name for item in found.items] == [
        "a.png",
        "b/c.png",
        "holiday/IMG_1.png",
        "holiday/IMG_2.png",
    ]


def test_a_folder_of_several_sets_is_refused(make: Make) -> None:
    folder = make("Set5/HR/a.png", "Set14/HR/a.png")
    with pytest.raises(InputError, match=r"several sets .*Set14, Set5"):
        find_set(folder, 2)


def test_nothing_to_measure_is_told(make: Make) -> None:
    folder = make("HR/notes.txt")
    with pytest.raises(InputError, match="nothing to be measured"):
        find_set(folder, 2)
    make("HR/a.png")
    with pytest.raises(InputError, match="fits none of its names"):
        find_set(folder, 2, only=["z*"])
