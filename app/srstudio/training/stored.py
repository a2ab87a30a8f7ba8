"""LMDBs of pictures as BasicSR writes them: PNG files by key, and a list of them as text."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import lmdb

from srstudio.core.errors import InputError

_LINE = re.compile(r"(.+)\.\w+ \((\d+),(\d+),\d+\) \d+")
Sizes = Mapping[str, tuple[int, int]]


def is_lmdb(path: Path) -> bool:
    """Whether a path is that of an LMDB, by its name."""
    return path.suffix == ".lmdb"


def stored_pictures(path: Path, scales: Sequence[int]) -> tuple[Sizes, dict[int, Path]]:
    """The pictures of an LMDB, and the LMDBs beside it with their low resolution.

    Args:
        path: A folder `<name>.lmdb` with `data.mdb` and `meta_info.txt`.
        scales: Whose low resolution is wanted.

    Returns:
        Height and width by key, in the order of the list; and by scale the LMDB that goes by the
        name for it and holds pictures smaller by that factor, where there is one.

    Raises:
        InputError: if a list is missing or malformed, or a picture has no low resolution.
    """
    high = _listed(path)
    lows = {}
    for scale in scales:
        for name in _low_names(path.stem, scale):
            beside = path.with_name(f"{name}.lmdb")
            if beside != path and (beside / "data.mdb").is_file():
                low = _listed(beside)
                if _fits(path, high, beside, low, scale):
                    lows[scale] = beside
                    break
    return high, lows


def _low_names(stem: str, scale: int) -> list[str]:
    """What the low resolution of DIV2K, REDS and Vimeo-90K is called."""
    return [
        stem.replace("_HR", f"_LR_bicubic_X{scale}"),
        stem.replace("sharp", "sharp_bicubic"),
        re.sub("_GT.*", "_LR7frames", stem),
    ]


def _fits(path: Path, high: Sizes, beside: Path, low: Sizes, scale: int) -> bool:
    """Whether an LMDB is of that scale, as its first picture tells."""
    missing = next((key for key in high if key not in low), None)
    if missing is not None:
        raise InputError(f"{beside} lacks {missing}, which {path} has", "make both from one list")
    key, (height, width) = next(iter(high.items()))
    return low[key] == (height // scale, width // scale)


def _listed(path: Path) -> Sizes:
    names = path / "meta_info.txt"
    try:
        lines = names.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{names} cannot be read ({error.strerror})", "restore it") from None
    found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
    for line, match in zip(filter(str.strip, lines), found, strict=True):
        if match is None:
            raise InputError(
                f"{names} has the line {line!r}",
                "a line reads as in 000/00000000.png (720,1280,3) 1",
            )
    sizes = {match[1]: (int(match[2]), int(match[3])) for match in found if match}
    if not sizes:
        raise InputError(f"{names} lists no picture", "restore it")
    return sizes


class Environments:
    """The LMDBs that are being read, by any thread; one may be open only once in a process."""

    def __init__(self) -> None:
        self._open: dict[Path, lmdb.Environment] = {}
        self._lock = threading.Lock()

    def picture(self, path: Path, key: str) -> bytes:
        """The bytes of a picture.

        Raises:
            InputError: if it is not there, or the LMDB cannot be read.
        """
        try:
            with self._environment(path).begin() as transaction:
                data = transaction.get(key.encode())
        except lmdb.Error as error:
            raise InputError(f"{path} cannot be read ({error})", "get a fresh copy of it") from None
        if data is None:
            raise InputError(f"{path} has no picture {key}", "make it and its list anew")
        return bytes(data)

    def close(self) -> None:
        """Close them all."""
        for environment in self._open.values():
            environment.close()
        self._open.clear()

    def _environment(self, path: Path) -> lmdb.Environment:
        with self._lock:
            if path not in self._open:
                # Nobody writes here: no lock file is needed, nor may there be one.
                self._open[path] = lmdb.open(
                    str(path), readonly=True, create=False, lock=False, readahead=False
                )
            return self._open[path]
