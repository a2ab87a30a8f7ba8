"""What the numbers of a video mean: matrix, range, primaries and transfer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Matrix = Literal["rgb", "fcc", "bt601", "smpte240m", "bt709", "bt2020"]

# Weights of red and blue in luma: Rec. ITU-T H.273, table 4.
LUMA: Mapping[Matrix, tuple[float, float]] = {
    "fcc": (0.30, 0.11),
    "bt601": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}

# Code points of H.273, which FFmpeg uses as they are.
_MATRICES: Mapping[int, Matrix] = {
    0: "rgb",
    1: "bt709",
    4: "fcc",
    5: "bt601",
    6: "bt601",
    7: "smpte240m",
    9: "bt2020",
}
_MATRIX_CODES: Mapping[Matrix, int] = {
    "rgb": 0,
    "bt709": 1,
    "fcc": 4,
    "bt601": 6,
    "smpte240m": 7,
    "bt2020": 9,
}
PRIMARIES = {
    1: "BT.709",
    4: "BT.470 M",
    5: "BT.601 625",
    6: "BT.601 525",
    7: "SMPTE 240M",
    8: "film",
    9: "BT.2020",
    10: "XYZ",
    11: "DCI-P3",
    12: "Display P3",
    22: "EBU 3213",
}
TRANSFERS = {
    1: "BT.709",
    4: "gamma 2.2",
    5: "gamma 2.8",
    6: "BT.601",
    7: "SMPTE 240M",
    8: "linear",
    11: "xvYCC",
    13: "sRGB",
    14: "BT.2020",
    15: "BT.2020",
    16: "PQ",
    17: "DCI",
    18: "HLG",
}
_BT709, _UNKNOWN, _BT601_625, _BT601_525, _SRGB = 1, 2, 5, 6, 13


@dataclass(frozen=True, slots=True)
class Colour:
    """How a video's numbers stand for colours.

    Attributes:
        matrix: Between RGB and luma with chroma differences.
        full_range: 0 to 255 for 8 bits; else luma is 16 to 235 and chroma 16 to 240.
        primaries: Code point of H.273, table 2.
        transfer: Code point of H.273, table 3.
        assumed: What the file does not say of these: "matrix", "range", "primaries", "transfer".
    """

    matrix: Matrix
    full_range: bool
    primaries: int
    transfer: int
    assumed: frozenset[str] = frozenset()

    @property
    def matrix_code(self) -> int:
        """The matrix as the code point of H.273, table 4."""
        return _MATRIX_CODES[self.matrix]

    @property
    def range_code(self) -> int:
        """The range in FFmpeg's count: 1 is limited, 2 is full."""
        return 2 if self.full_range else 1

    def with_matrix(self, matrix: Matrix, *, full_range: bool) -> Colour:
        """The same colours by another matrix and range, which are said and no longer assumed."""
        said = self.assumed - {"matrix", "range"}
        return replace(self, matrix=matrix, full_range=full_range, assumed=said)

    def __str__(self) -> str:
        """For a person, as in "BT.709 (assumed), limited range"."""
        names = {"rgb": "RGB", "fcc": "FCC", "smpte240m": "SMPTE 240M"}
        matrix = names.get(self.matrix) or f"BT.{self.matrix[2:]}"
        extent = "full range" if self.full_range else "limited range"
        marks = [" (assumed)" if part in self.assumed else "" for part in ("matrix", "range")]
        return f"{matrix}{marks[0]}, {extent}{marks[1]}"


SRGB = Colour("rgb", full_range=True, primaries=_BT709, transfer=_SRGB)


def guessed(size: tuple[int, int]) -> Colour:
    """What a picture of that many pixels most likely is if nothing is said.

    BT.709 from HD on (as wide as 1280 or higher than 576), else BT.601 with the primaries of the
    line system that has such a height; limited range.
    """
    width, height = size
    if width >= 1280 or height > 576:
        return _all_assumed("bt709", _BT709, _BT709)
    primaries = _BT601_625 if height in (288, 576) else _BT601_525
    return _all_assumed("bt601", primaries, _BT601_525)


def _all_assumed(matrix: Matrix, primaries: int, transfer: int) -> Colour:
    every = frozenset({"matrix", "range", "primaries", "transfer"})
    return Colour(matrix, full_range=False, primaries=primaries, transfer=transfer, assumed=every)


def tagged(
    size: tuple[int, int],
    matrix: int,
    extent: int,
    primaries: int,
    transfer: int,
    *,
    is_rgb: bool = False,
    is_full: bool = False,
) -> Colour:
    """The colour that a file's tags describe; what they do not say is guessed.

    Args:
        size: Coded width and height.
        matrix: Code point; RGB, unknown and unsupported ones are guessed.
        extent: FFmpeg's range: 0 unknown, 1 limited, 2 full.
        primaries: Code point.
        transfer: Code point.
        is_rgb: Whether the samples are RGB, whatever the matrix says.
        is_full: Whether the pixel format is by itself of full range (`yuvj420p`, gray).
    """
    guess = SRGB if is_rgb else guessed(size)
    known = _MATRICES.get(matrix, "rgb")
    said = {
        "matrix": known != "rgb" or is_rgb,
        "range": extent in (1, 2) or is_full or is_rgb,
        "primaries": primaries in PRIMARIES,
        "transfer": transfer in TRANSFERS,
    }
    return Colour(
        guess.matrix if is_rgb or known == "rgb" else known,
        full_range=is_rgb or extent == 2 or (is_full and extent != 1),
        primaries=primaries if said["primaries"] else guess.primaries,
        transfer=transfer if said["transfer"] else guess.transfer,
        assumed=frozenset(part for part, is_said in said.items() if not is_said),
    )


def stored_as(colour: Colour, size: tuple[int, int]) -> Colour:
    """The colour that a video of `size` with luma and chroma is best written in.

    RGB gets the matrix of its size; all else stays what it is, in limited range.
    """
    matrix = guessed(size).matrix if colour.matrix == "rgb" else colour.matrix
    return replace(colour.with_matrix(matrix, full_range=False), assumed=frozenset())
