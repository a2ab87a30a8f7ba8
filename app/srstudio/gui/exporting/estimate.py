"""How large an export will be: some frames are enlarged and encoded to see."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

import cv2

from srstudio.core.frame import Frame
from srstudio.gui.exporting.draft import Draft
from srstudio.jobs.export import SEGMENT
from srstudio.media.still import SaveOptions, write_picture
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.containers import open_container
from srstudio.media.video.gif import save_gif
from srstudio.media.video.saving import recipe_for
from srstudio.media.video.segment import encode_segment

_LOOKED_AT = 6  # frames
_ENOUGH = 2_000_000  # pixels; of larger frames a smaller copy is measured
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))

__all__ = ["Estimate", "bytes_text", "estimate", "free_bytes"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an export needs, in bytes.

    Attributes:
        size: Of the result, about.
        free: On the disk that it goes to; None where nobody knows.
    """

    size: int
    free: int | None

    @property
    def fits(self) -> bool:
        """Whether there is room; the parts and the whole lie side by side for a moment."""
        return self.free is None or 2 * self.size <= self.free

    def __str__(self) -> str:
        free = "" if self.free is None else f"; {bytes_text(self.free)} are free"
        return f"About {bytes_text(self.size)}{free}"


def estimate(draft: Draft) -> Estimate:
    """Encode some frames from the middle of the part; slow for large ones.

    Raises:
        InputError, OutputError, UsageError: as reading and encoding do.
    """
    with tempfile.TemporaryDirectory(prefix="srstudio-") as folder:
        size = _measured(draft, _sample(draft), Path(folder))
    shrunk = draft.size[0] * draft.size[1] / prod(_sample_size(draft))
    return Estimate(round(size * shrunk), free_bytes(Path(draft.path)))


def free_bytes(path: Path) -> int | None:
    """Room on the disk where a file is to go."""
    place = path.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return None


def bytes_text(size: int) -> str:
    """`1.3 GB`, `42 MB`."""
    unit, name = next(((n, name) for n, name in _UNITS if size >= n), (1, "bytes"))
    amount = size / unit
    return f"{amount:.1f} {name}" if amount < 10 and unit > 1 else f"{amount:.0f} {name}"


def _sample(draft: Draft) -> list[Frame]:
    """Some frames from the middle, quickly enlarged."""
    middle = (draft.first + draft.last + 1) // 2
    begin = max(draft.first, middle - _LOOKED_AT // 2)
    with draft.facts.given.open() as video:
        frames = list(video.frames(begin, min(begin + _LOOKED_AT, draft.last + 1)))
    return [_enlarged(frame, _sample_size(draft)) for frame in frames]


def _sample_size(draft: Draft) -> tuple[int, int]:
    """That of the result, or a smaller one of its form."""
    width, height = draft.size
    shrink = min(1.0, (_ENOUGH / (width * height)) ** 0.5)
    return max(round(width * shrink), 1), max(round(height * shrink), 1)


def _enlarged(frame: Frame, size: tuple[int, int]) -> Frame:
    pixels = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_CUBIC)
    return replace(frame, pixels=pixels, alpha=None)


def _measured(draft: Draft, frames: Sequence[Frame], folder: Path) -> int:
    """Bytes of the whole, by those of some frames."""
    count = len(frames)
    if not count:
        return 0
    if draft.output.codec is not None:
        first, others = _encoded(draft, frames, folder)
        return first * -(-draft.frames // SEGMENT) + others * draft.frames
    if draft.output.numbered:
        path = folder / f"picture{draft.output.suffixes[0]}"
        write_picture(replace(frames[0], time=None, duration=None), path, _options(draft))
        return path.stat().st_size * draft.frames
    save_gif(frames, folder / "sample.gif")
    return (folder / "sample.gif").stat().st_size * draft.frames // count


def _quick_preset(draft: Draft) -> str | None:
    """That of the draft, or the usual one where that is quicker and makes files much as large."""
    codec = draft.output.codec
    if codec is None or codec.scale is None or draft.preset not in codec.presets:
        return draft.preset or None
    return min(draft.preset, codec.preset, key=codec.presets.index)


def _options(draft: Draft) -> SaveOptions:
    bits = draft.bits or draft.facts.clip.video.bits
    return SaveOptions(bit_depth=16 if bits > 8 else 8)


def _encoded(draft: Draft, frames: Sequence[Frame], folder: Path) -> tuple[int, int]:
    """Bytes of a key frame, and of a frame between them where there are such."""
    output = draft.output
    encoding = Encoding(output.key, draft.quality, _quick_preset(draft), draft.bits or None)
    with draft.facts.given.open() as video:
        recipe = recipe_for(video, encoding, frames[0].size, draft.facts.given.colour)
    path = encode_segment(frames, folder / "part", recipe).path
    with open_container(path) as container:
        packets = [p for p in container.demux(container.streams.video[0]) if p.size]
    keys = [p.size for p in packets if p.is_keyframe]
    others = [p.size for p in packets if not p.is_keyframe]
    if not others:
        return 0, sum(keys) // len(keys)
    return keys[0], sum(others) // len(others)
