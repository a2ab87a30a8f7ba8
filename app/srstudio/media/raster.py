"""What a decoder hands on and an encoder receives: samples as a file stores them."""

from __future__ import annotations

from dataclasses import dataclass

from srstudio.core.frame import Pixels

MAX_PIXELS = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The samples of a picture file with what travels beside them.

    Attributes:
        samples: `height x width x channels`: gray, gray and alpha, RGB, or RGB and alpha;
            `uint8`, `uint16` or `float32`; alpha not premultiplied.
        icc_profile: The colour profile as it is stored.
        exif: The EXIF block, with or without its `Exif` prefix.
        dpi: Pixels per inch, across and down.
        xmp: The XMP packet.
    """

    samples: Pixels
    icc_profile: bytes | None = None
    exif: bytes | None = None
    dpi: tuple[float, float] | None = None
    xmp: bytes | None = None


class UnreadableError(ValueError):
    """Why a picture cannot be decoded.

    Args:
        cause: Continues a sentence that begins with the name of the file.
        advice: What the person can do about it.
    """

    def __init__(self, cause: str, advice: str) -> None:
        super().__init__(cause, advice)
        self.cause = cause
        self.advice = advice


def check_size(width: int, height: int) -> None:
    """Refuse what a file merely declares, before any memory is taken for it.

    Raises:
        UnreadableError: if there is no pixel, or more than `MAX_PIXELS`.
    """
    if width < 1 or height < 1:
        raise UnreadableError(f"declares a size of {width}x{height}", "it holds no picture")
    if width * height > MAX_PIXELS:
        raise UnreadableError(
            f"declares {width}x{height} pixels, more than the {MAX_PIXELS // 10**6} megapixels "
            "that SR Studio opens",
            "cut it into smaller pictures first",
        )
