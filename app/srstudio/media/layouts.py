"""The folder layouts that test sets are handed around in: where they keep what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Stems = Callable[[str, int], tuple[str, ...]]

VALIDATION = {"validation 0801-0900": tuple(f"{number:04}" for number in range(801, 901))}
REDS_PARTS = {
    "REDS4": ("000", "011", "015", "020"),
    "official validation 240-269": tuple(f"{number:03}" for number in range(240, 270)),
}


def _as_published(stem: str, scale: int) -> tuple[str, ...]:
    return f"{stem}x{scale}", stem


def _as_selfexsr(stem: str, scale: int) -> tuple[str, ...]:
    return (f"{stem.removesuffix('_HR')}_LR",)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a set keeps what.

    Attributes:
        name: What people call the layout.
        truth: Folder of the ground truths.
        low: Folder of the low-resolution pictures; None where the set brings none.
        channel: What the published numbers of such a set are measured on.
        clips: Whether it is a set of clips; None where the files have to tell.
        parts: Parts that are measured by themselves, by what they are called; the first that is
            there is meant.
        listed: The clips that the set's own list names; empty for all.
        measured: Stems of the only frames of a clip that are measured; empty for all.
        pattern: Of the names of the ground truths.
        low_stems: What a low-resolution file may be called, for the stem of its ground truth.
    """

    name: str
    truth: Path
    low: Path | None = None
    channel: Literal["Y", "RGB"] = "Y"
    clips: bool | None = None
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    pattern: str = "*"
    low_stems: Stems = _as_published


def recognise(folder: Path, scale: int) -> Layout | None:
    """The layout of a folder, by what lies in it; None where it is none of the known ones."""
    found = (recogniser(folder, scale) for recogniser in _RECOGNISERS)
    return next((layout for layout in found if layout is not None), None)


def _benchmark(folder: Path, scale: int) -> Layout | None:
    """`HR` and `LR_bicubic/X4`, as the benchmarks come with EDSR."""
    high = folder if folder.name == "HR" else _first(folder, "HR")
    if high is None:
        return None
    low = _first(high.parent, f"LR_bicubic/X{scale}")
    return Layout("benchmark (HR, LR_bicubic)", high, low)


def _basicsr(folder: Path, scale: int) -> Layout | None:
    """`GTmod12` and `LRbicx4`, as BasicSR prepares the benchmarks."""
    high = next((path for path in sorted(folder.glob("GTmod*")) if path.is_dir()), None)
    low = _first(folder, f"LRbicx{scale}")
    return Layout("BasicSR (GTmod, LRbic)", high, low) if high else None


def _selfexsr(folder: Path, scale: int) -> Layout | None:
    """`image_SRF_4/img_001_SRF_4_HR.png` and `..._LR.png`, as SelfExSR publishes them."""
    here = _first(folder, f"image_SRF_{scale}") or folder
    if not any(here.glob(f"*_SRF_{scale}_HR.*")):
        return None
    name, pattern = f"SelfExSR (image_SRF_{scale})", f"*_SRF_{scale}_HR"
    return Layout(name, here, here, clips=False, pattern=pattern, low_stems=_as_selfexsr)


def _div2k(folder: Path, scale: int) -> Layout | None:
    """`DIV2K_valid_HR` and `DIV2K_valid_LR_bicubic/X4`; the same of `train`, Flickr2K, ..."""
    highs = [folder] if folder.name.endswith("_HR") else sorted(folder.glob("*_HR"))
    high = next((path for path in reversed(highs) if path.is_dir()), None)  # valid before train
    if high is None:
        return None
    stem = high.name.removesuffix("_HR")
    lows = f"{stem}_LR_bicubic/X{scale}", f"{stem}_LR_bicubic_X{scale}"
    low = _first(high.parent, *lows, f"{stem}_train_LR_bicubic/X{scale}")  # the last: Flickr2K
    return Layout(f"DIV2K ({high.name})", high, low, "RGB", clips=False, parts=VALIDATION)


def _reds(folder: Path, scale: int) -> Layout | None:
    """`train_sharp` or `val_sharp`, and `..._bicubic` beside it, with `X4` in between or not."""
    names = "train_sharp", "val_sharp"
    high = folder if folder.name in names else _first(folder, *names)
    if high is None:
        return None
    lows = [f"{high.name}_bicubic/X{scale}", f"X{scale}"]
    if scale == 4:  # the only scale that REDS comes with
        lows.append(f"{high.name}_bicubic")
    low = _first(high.parent, *lows)
    parts = REDS_PARTS if high.name == "train_sharp" else {}
    return Layout(f"REDS ({high.name})", high, low, "RGB", clips=True, parts=parts)


def _reds4(folder: Path, scale: int) -> Layout | None:
    """`GT` and `sharp_bicubic`, as BasicSR prepares REDS4."""
    high, low = _first(folder, "GT"), _first(folder, "sharp_bicubic")
    if high is None or low is None:
        return None
    return Layout("REDS (GT, sharp_bicubic)", high, low, "RGB", clips=True)


def _vid4(folder: Path, scale: int) -> Layout | None:
    """`GT` and `BIx4`, with a folder for each clip. `BDx4` is another task: blurred first."""
    high, low = _first(folder, "GT"), _first(folder, f"BIx{scale}")
    return Layout("Vid4 (GT, BI)", high, low) if high else None


def _vimeo(folder: Path, scale: int) -> Layout | None:
    """`sequences/00001/0001/im1.png` and `sep_testlist.txt`; only the middle frame is measured."""
    inner = _first(folder, "vimeo_septuplet") or folder
    high = _first(inner, "sequences")
    if high is None:
        return None
    low = _first(inner.parent, f"{inner.name}_matlabLRx{scale}/sequences")
    names = inner / "sep_testlist.txt"
    listed = tuple(names.read_text(encoding="utf-8").split()) if names.is_file() else ()
    name = "Vimeo-90K (im4 of sep_testlist.txt)" if listed else "Vimeo-90K (im4)"
    return Layout(name, high, low, clips=True, listed=listed, measured=("im4",))


_RECOGNISERS = (_benchmark, _basicsr, _selfexsr, _div2k, _reds, _reds4, _vid4, _vimeo)


def _first(folder: Path, *names: str) -> Path | None:
    """The first of the folders below `folder` that there is."""
    return next((folder / name for name in names if (folder / name).is_dir()), None)
