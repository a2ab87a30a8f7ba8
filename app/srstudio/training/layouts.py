"""Which part of a known data set is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from srstudio.core.errors import InputError
from srstudio.media.layouts import Layout, recognise


def training_layouts(folder: Path, scale: int) -> list[Layout]:
    """Where the training part of a folder's data set lies; an unknown folder holds it itself.

    DIV2K gives its training half, Vimeo-90K what `sep_trainlist.txt` names. REDS gives its
    training half and, where its validation half is beside that and not in it, that as a second.

    Args:
        folder: Of a data set, of its ground truths, or any other.
        scale: Whose low resolution is wanted.

    Raises:
        InputError: if the list of a Vimeo-90K is missing.
    """
    part = next((path for path in sorted(folder.glob("*_train_HR")) if path.is_dir()), folder)
    known = _sub_images(part, scale) or recognise(part, scale)
    if known is None:
        return [Layout("folder", folder)]
    if known.measured:
        return [_listed(known)]
    beside = folder / "val_sharp"
    regrouped = (known.truth / "240").is_dir() or not beside.is_dir()
    rest = None if regrouped else recognise(beside, scale)
    return [known, rest] if "REDS4" in known.parts and rest else [known]


def official_validation(layout: Layout) -> Path | None:
    """The folder that a set's makers keep for validation beside a training folder, if there."""
    high = layout.truth.name.removesuffix("_sub")
    beside = layout.truth.with_name(high.replace("_train_HR", "_valid_HR"))
    return beside if high.endswith("_train_HR") and beside.is_dir() else None


def _sub_images(folder: Path, scale: int) -> Layout | None:
    """`DIV2K_train_HR_sub` and `DIV2K_train_LR_bicubic/X4_sub`, as BasicSR cuts them."""
    highs = [folder] if folder.name.endswith("_HR_sub") else sorted(folder.glob("*_HR_sub"))
    high = next((path for path in highs if path.is_dir()), None)
    if high is None:
        return None
    stem = high.name.removesuffix("_HR_sub")
    low = high.parent / f"{stem}_LR_bicubic" / f"X{scale}_sub"
    return Layout(f"sub-images ({high.name})", high, low if low.is_dir() else None, clips=False)


def _listed(vimeo: Layout) -> Layout:
    names = vimeo.truth.parent / "sep_trainlist.txt"
    if not names.is_file():
        raise InputError(
            f"{names} is missing, which says what of Vimeo-90K is trained on",
            "put it there, as it comes with the data set",
        )
    listed = tuple(names.read_text(encoding="utf-8").split())
    return replace(vimeo, name="Vimeo-90K (sep_trainlist.txt)", listed=listed, measured=())
