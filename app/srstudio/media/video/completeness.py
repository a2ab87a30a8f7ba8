"""Whether a file is as long as its own structure says."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_MOVIE_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"moof", b"mfra", b"uuid")
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def missing_bytes(path: Path) -> int:
    """How many bytes at the end of an MP4, Matroska or AVI file are not there; 0 if none is known.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
        if head[4:8] in _MOVIE_BOXES:
            end = _boxes(file)[1]
        elif head[:4] == _EBML:
            end = _segment_end(file)
        else:
            end = int.from_bytes(head[4:8], "little") + 8 if head[:4] == b"RIFF" else 0
        return max(end - path.stat().st_size, 0)


def lacks_contents(path: Path) -> bool:
    """Whether a file of the MP4 family has no `moov` box, which most write last."""
    with path.open("rb") as file:
        kinds, _ = _boxes(file)
        return bool(kinds) and b"moov" not in kinds


def _boxes(file: BinaryIO) -> tuple[set[bytes], int]:
    """Kinds of the outermost boxes, and where the last one ends (ISO/IEC 14496-12, 4.2)."""
    kinds: set[bytes] = set()
    position = 0
    file.seek(0)
    while len(head := file.read(16)) >= 8 and head[4:8] in _MOVIE_BOXES:
        kinds.add(head[4:8])
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # up to the end of the file
            break
        position += int.from_bytes(head[8:], "big") if length == 1 else max(length, 8)
        file.seek(position)
    return kinds, position


def _segment_end(file: BinaryIO) -> int:
    """Where the segment of a Matroska file ends; 0 where it does not say (RFC 8794, 6.2)."""
    file.seek(len(_EBML))
    header, _ = _size(file)
    file.seek(header, 1)
    if file.read(4) != _SEGMENT:
        return 0
    length, is_known = _size(file)
    return file.tell() + length if is_known else 0


def _size(file: BinaryIO) -> tuple[int, bool]:
    """An element's data size, and whether it is known (RFC 8794, 4)."""
    first = file.read(1)
    width = 9 - first[0].bit_length() if first and first[0] else 1
    rest = first + file.read(width - 1)
    value = int.from_bytes(rest, "big") & ((1 << 7 * width) - 1)
    return value, value != (1 << 7 * width) - 1
