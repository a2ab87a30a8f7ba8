"""What is found in folders of every known layout, in LMDBs and in videos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from srstudio.core.errors import InputError, UsageError
from srstudio.training.sources import ClipFiles, find_data, find_training, hold_out


def picture(path: Path, size: tuple[int, int] = (16, 16)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(path)


def clip(folder: Path, frames: int = 2, pattern: str = "{:08d}.png") -> None:
    for number in range(frames):
        picture(folder / pattern.format(number))


def lmdb_of(path: Path, sizes: dict[str, tuple[int, int]]) -> None:
    """An LMDB by its list alone, which is all that finding looks at."""
    path.mkdir(parents=True)
    (path / "data.mdb").write_bytes(b"")
    lines = (f"{key}.png ({height},{width},3) 1\n" for key, (height, width) in sizes.items())
    (path / "meta_info.txt").write_text("".join(lines))


def names(items: list[ClipFiles]) -> list[str]:
    return [item.name for item in items]


def test_pictures_below_a_folder_each_are_an_item(tmp_path: Path) -> None:
    for name in ("b.png", "a.PNG", "inner/c.jpg", ".hidden/d.png"):
        picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    found = find_training(tmp_path, (2,), moving=False)
    assert names(found.train) == ["a.PNG", "b.png", "inner/c.jpg"]
    assert found.train[0] == ClipFiles("a.PNG", (tmp_path / "a.PNG",), {})
    assert found.valid == []


def test_the_frames_of_a_folder_and_a_video_are_clips(tmp_path: Path) -> None:
    clip(tmp_path / "walk", 12, "{}.png")
    (tmp_path / "film.MP4").write_bytes(b"")
    walk, film = find_training(tmp_path, (2,), moving=True).train
    assert [path.name for path in walk.high][:3] == ["0.png", "1.png", "2.png"]  # not 0, 1, 10
    assert film == ClipFiles("film.MP4", (tmp_path / "film.MP4",))
    assert find_training(tmp_path / "film.MP4", (2,), moving=False).train == [film]
    middle = walk.middle(3)
    assert [path.name for path in middle.high] == ["4.png", "5.png", "6.png"]
    assert film.middle(3) == film


def test_div2k_learns_from_its_training_half_and_validates_on_the_other(tmp_path: Path) -> None:
    for number in range(1, 5):
        picture(tmp_path / f"DIV2K_train_HR/{number:04}.png")
        for scale in (2, 3):
            low = tmp_path / f"DIV2K_train_LR_bicubic/X{scale}/{number:04}x{scale}.png"
            picture(low)
    for number in range(801, 813):
        picture(tmp_path / f"DIV2K_valid_HR/{number:04}.png")
    found = find_training(tmp_path, (2, 3, 4), moving=False)
    assert found.layout == "DIV2K (DIV2K_train_HR)"
    assert names(found.train) == ["0001.png", "0002.png", "0003.png", "0004.png"]
    assert {s: f[0].name for s, f in found.train[0].low.items()} == {
        2: "0001x2.png",
        3: "0001x3.png",
    }
    assert names(found.valid) == [f"{number:04}.png" for number in range(801, 811)]
    same = find_training(tmp_path / "DIV2K_train_HR", (2, 3, 4), moving=False)
    assert same == found
    with pytest.raises(UsageError, match="is a set of pictures, and the network learns from clips"):
        find_training(tmp_path, (2,), moving=True)


def test_sub_images_have_names_of_their_own_and_stay_together(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        for part in (1, 2):
            name = f"{number:04}_s{part:03}.png"
            picture(tmp_path / "DIV2K_train_HR_sub" / name)
            picture(tmp_path / "DIV2K_train_LR_bicubic/X4_sub" / name)
    found = find_training(tmp_path / "DIV2K_train_HR_sub", (4,), moving=False)
    assert found.layout == "sub-images (DIV2K_train_HR_sub)"
    assert {item.low[4][0].name for item in found.train} == set(names(found.train))
    rest, held = hold_out(found.train)
    assert names(held) == ["0001_s001.png"]
    assert names(rest) == [f"000{n}_s00{p}.png" for n in (2, 3) for p in (1, 2)]


def test_reds_is_regrouped_and_reds4_is_kept_apart(tmp_path: Path) -> None:
    for number in (0, 1, 11, 239):
        clip(tmp_path / f"train_sharp/{number:03}")
        clip(tmp_path / f"train_sharp_bicubic/X4/{number:03}")
    for number in (0, 29):
        clip(tmp_path / f"val_sharp/{number:03}")
        clip(tmp_path / f"val_sharp_bicubic/X4/{number:03}")
    found = find_training(tmp_path, (4,), moving=True)
    assert names(found.train) == ["001", "239", "240", "269"]
    assert names(found.valid) == ["000", "011"]
    last = found.train[-1]
    assert last.high[0] == tmp_path / "val_sharp/029/00000000.png"
    assert last.low[4][1] == tmp_path / "val_sharp_bicubic/X4/029/00000001.png"
    data = find_data((tmp_path,), None, (4,), moving=True)
    assert (data.train, data.valid) == ([found.train], found.valid)
    assert data.notes == [
        "REDS (train_sharp): 4 clips to learn from, 2 clips held out to validate on (000, 011)"
    ]
    other = find_data((tmp_path,), tmp_path / "val_sharp", (4,), moving=True)
    assert names(other.train[0]) == ["001", "239", "240", "269"]
    assert names(other.valid) == ["000", "029"]
    clip(tmp_path / "train_sharp/240")  # regrouped on the disk: the validation half is in there
    assert names(find_training(tmp_path, (4,), moving=True).train) == ["001", "239", "240"]


def test_vimeo_learns_from_its_list(tmp_path: Path) -> None:
    for name in ("00001/0001", "00001/0002", "00002/0007"):
        clip(tmp_path / "vimeo_septuplet/sequences" / name, 7, "im{}.png")
    (tmp_path / "vimeo_septuplet/sep_testlist.txt").write_text("00001/0002\n")
    with pytest.raises(InputError, match=r"sep_trainlist\.txt is missing"):
        find_training(tmp_path, (4,), moving=True)
    (tmp_path / "vimeo_septuplet/sep_trainlist.txt").write_text("00001/0001\n00002/0007\n\n")
    found = find_training(tmp_path, (4,), moving=True)
    assert names(found.train) == ["00001/0001", "00002/0007"]
    assert len(found.train[0].high) == 7


def test_an_lmdb_is_found_with_its_low_resolution(tmp_path: Path) -> None:
    keys = [f"{clip:03}/{frame:08}" for clip in (0, 7, 250) for frame in range(3)]
    lmdb_of(tmp_path / "train_sharp_with_val.lmdb", dict.fromkeys(keys, (32, 48)))
    lmdb_of(tmp_path / "train_sharp_bicubic_with_val.lmdb", dict.fromkeys(keys, (8, 12)))
    found = find_training(tmp_path / "train_sharp_with_val.lmdb", (2, 4), moving=True)
    assert names(found.train) == ["007", "250"]
    assert names(found.valid) == ["000"]
    low = tmp_path / "train_sharp_bicubic_with_val.lmdb"
    assert found.train[0].low == {4: tuple(low / f"007/{frame:08}" for frame in range(3))}


@pytest.mark.parametrize(
    ("high", "low"),
    [
        ("DIV2K_train_HR_sub", "DIV2K_train_LR_bicubic_X4_sub"),
        ("vimeo90k_train_GT_all", "vimeo90k_train_LR7frames"),
    ],
)
def test_low_resolution_goes_by_the_names_of_basicsr(tmp_path: Path, high: str, low: str) -> None:
    lmdb_of(tmp_path / f"{high}.lmdb", {"a": (32, 48), "b": (32, 48)})
    lmdb_of(tmp_path / f"{low}.lmdb", {"a": (8, 12), "b": (8, 12)})
    found = find_training(tmp_path / f"{high}.lmdb", (4,), moving=False)
    assert found.train[1] == ClipFiles(
        "b", (tmp_path / f"{high}.lmdb/b",), {4: (tmp_path / f"{low}.lmdb/b",)}
    )


def test_what_is_wrong_with_an_lmdb_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "train_sharp.lmdb"
    lmdb_of(path, {"0/a": (8, 8), "0/b": (8, 8)})
    lmdb_of(tmp_path / "train_sharp_bicubic.lmdb", {"0/a": (2, 2)})
    with pytest.raises(InputError, match=r"train_sharp_bicubic\.lmdb lacks 0/b, which "):
        find_training(path, (4,), moving=True)
    (path / "meta_info.txt").write_text("0/a.png 8x8\n")
    with pytest.raises(InputError, match=r"meta_info\.txt has the line '0/a\.png 8x8'"):
        find_training(path, (4,), moving=True)
    (path / "meta_info.txt").unlink()
    with pytest.raises(InputError, match=r"meta_info\.txt cannot be read \(No such file"):
        find_training(path, (4,), moving=True)


@pytest.mark.parametrize(("pictures", "held"), [(2, 1), (19, 1), (45, 2), (399, 10)])
def test_some_pictures_of_a_set_are_held_out(pictures: int, held: int) -> None:
    items = [ClipFiles(f"{n}.png", (Path(f"{n}.png"),)) for n in range(pictures)]
    rest, valid = hold_out(items)
    assert len(valid) == held
    assert sorted(names([*rest, *valid])) == sorted(names(items))
    with pytest.raises(UsageError, match="only one picture"):
        hold_out(items[:1])


def test_every_set_gives_its_share_to_validate_on(tmp_path: Path) -> None:
    for name in ("one/1.png", "one/2.png", "two/1.png", "two/2.png"):
        picture(tmp_path / name)
    data = find_data((tmp_path / "one", tmp_path / "two"), None, (2,), moving=False)
    assert [names(part) for part in data.train] == [["2.png"], ["2.png"]]
    assert [item.high[0] for item in data.valid] == [
        tmp_path / "one/1.png",
        tmp_path / "two/1.png",
    ]
    assert data.notes[0] == (
        "folder: 1 picture to learn from, 1 picture held out to validate on (1.png)"
    )


def test_what_cannot_be_found_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*gone; give a folder"):
        find_training(tmp_path / "gone", (2,), moving=False)
    with pytest.raises(UsageError, match="holds no picture"):
        find_training(tmp_path, (2,), moving=False)
    clip(tmp_path / "sets/train_sharp/000")
    with pytest.raises(InputError, match="holds nothing but REDS4"):
        find_training(tmp_path / "sets", (2,), moving=True)
    picture(tmp_path / "all/DIV2K/DIV2K_train_HR/0001.png")
    with pytest.raises(InputError, match=r"holds several sets \(DIV2K\); name one of them"):
        find_training(tmp_path / "all", (2,), moving=False)


def test_frames_count_as_one_clip_for_a_network_of_pictures_too(tmp_path: Path) -> None:
    """Else neighbours of what is learnt from would be validated on."""
    for number in (1, 2):
        clip(tmp_path / f"train_sharp/{number:03}", 5)
    found = find_training(tmp_path, (2,), moving=False)
    assert [len(item.high) for item in found.train] == [5, 5]
