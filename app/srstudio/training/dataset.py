"""Training pictures and clips in memory, and the random patches cut from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from srstudio.core.errors import UsageError
from srstudio.core.frame import Pixels
from srstudio.training.degradations import BICUBIC, MARGIN, Degradation, degraded
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.spec import Colour


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames in low and high resolution; a picture is a clip of one frame.

    Attributes:
        low: By scale, `frames x height x width x 3` RGB `uint8`; empty where patches are
            degraded as they are cut.
        high: `frames x height x width x 3`; from the top left, `scale` times as large as `low`.
        name: Of the file or folder.
    """

    low: Mapping[int, Pixels]
    high: Pixels
    name: str = ""

    @property
    def area(self) -> int:
        """Pixels of all frames."""
        return int(np.prod(self.high.shape[:3]))

    def holds(self, scales: Sequence[int], patch: int, frames: int) -> bool:
        """Whether a patch of that side and length can be cut out at every scale."""
        return min(self.high.shape[1:3]) >= patch * max(scales) and len(self.high) >= frames


@dataclass(frozen=True, slots=True)
class Batch:
    """Patches of one scale: (N, C, h, w), or (N, T, C, h, w) for clips, in [0, 1]."""

    low: Tensor
    high: Tensor
    scale: int

    def to(self, device: torch.device) -> Batch:
        """The batch on a device, copied beside what that is doing."""
        low, high = (t.to(device, non_blocking=True) for t in (self.low, self.high))
        return Batch(low, high, self.scale)

    def pinned(self) -> Batch:
        """The batch in memory that a GPU reads by itself."""
        return Batch(self.low.pin_memory(), self.high.pin_memory(), self.scale)


@dataclass(frozen=True, slots=True)
class PatchForm:
    """What a batch looks like.

    Attributes:
        scales: One of them is drawn for each batch.
        patch: Side of the low-resolution patch.
        frames: Length of the clip.
        moving: Whether there is an axis of frames; else `frames` is 1.
        low_colour: Of the low resolution.
        high_colour: Of the ground truth.
        degradation: How low resolution is made; bicubic has been made beforehand.
        ends: Share of the clips that begin before the recording does, and are mirrored there, as
            the window around one of its first frames is.
    """

    scales: tuple[int, ...]
    patch: int
    frames: int = 1
    moving: bool = False
    low_colour: Colour = "rgb"
    high_colour: Colour = "rgb"
    degradation: Degradation = BICUBIC
    ends: float = 0.0


def to_tensor(clips: Sequence[Pixels], colour: Colour) -> Tensor:
    """Clips `T x height x width x 3` `uint8` to (N, T, C, H, W) in [0, 1], C = 1 for luma."""
    # Put in order while a value is a byte.
    planes = torch.from_numpy(np.stack(clips)).permute(0, 1, 4, 2, 3).contiguous()
    rgb = planes.float().div_(255.0)
    return rgb_to_ycbcr(rgb)[:, :, :1].contiguous() if colour == "luma" else rgb


class PatchSampler:
    """Random aligned patches; a set's clips are drawn in proportion to their area.

    A batch depends on nothing but the seed and its number, and each of its patches on nothing
    but those and its place: batches can be made ahead, by several threads, or in parts by several
    processes, and a resumed run goes on with the next number.

    Args:
        sets: Sets of clips, each of which gives the same share of the patches. Clips smaller
            than a patch are left out.
        form: What a batch looks like.
        seed: Of the drawing.

    Raises:
        UsageError: if no clip is large enough.
    """

    def __init__(self, sets: Sequence[Sequence[Clip]], form: PatchForm, seed: int) -> None:
        usable = [
            [clip for clip in clips if clip.holds(form.scales, form.patch, form.frames)]
            for clips in sets
        ]
        self._clips = [clip for clips in usable for clip in clips]
        if not self._clips:
            side = form.patch * max(form.scales)
            length = f", {form.frames} frames long" if form.frames > 1 else ""
            raise UsageError(
                f"nothing is {side} pixels wide and high{length}", "choose a smaller patch"
            )
        areas = [np.array([clip.area for clip in clips], np.float64) for clips in usable if clips]
        self._ends = np.cumsum(np.concatenate([a / a.sum() / len(areas) for a in areas]))
        self._form, self._seed = form, seed

    def batch(self, number: int, places: range) -> Batch:
        """The patches at some places of a batch.

        Args:
            number: Of the batch, from 0.
            places: In the batch, from 0.
        """
        scales = self._form.scales
        scale = scales[int(self._rng(number, -1).integers(len(scales)))]
        cut = [self._patch(self._rng(number, place), scale) for place in places]
        low = to_tensor([pair[0] for pair in cut], self._form.low_colour)
        high = to_tensor([pair[1] for pair in cut], self._form.high_colour)
        if self._form.moving:
            return Batch(low, high, scale)
        return Batch(low[:, 0], high[:, 0], scale)

    def _rng(self, number: int, place: int) -> np.random.Generator:
        # A zero at the end would not make another seed.
        return np.random.default_rng((self._seed, number, place + 2))

    def _patch(self, rng: np.random.Generator, scale: int) -> tuple[Pixels, Pixels]:
        found = int(np.searchsorted(self._ends, rng.random(), side="right"))
        clip = self._clips[min(found, len(self._clips) - 1)]
        size, length = self._form.patch, self._form.frames
        frames, height, width = len(clip.high), *(side // scale for side in clip.high.shape[1:3])
        begin = int(rng.integers(frames - length + 1))
        y, x = int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))
        symmetry = rng.integers(2, size=4)
        part, times = slice(begin, begin + length), self._times(rng)
        if self._form.degradation == BICUBIC:
            low = _square(clip.low[scale][part], y, x, size)[times]
            high = _square(clip.high[part], y * scale, x * scale, size * scale)[times]
            return _turned(low, *symmetry), _turned(high, *symmetry)
        around = MARGIN * scale
        cut = _square(clip.high[part], y * scale, x * scale, size * scale, around)[times]
        # Turned first: the traces of coding run as they do in a file.
        cut = np.ascontiguousarray(_turned(cut, *symmetry))
        low = degraded(cut, scale, self._form.degradation, rng)
        inner = slice(MARGIN, -MARGIN)
        return low[:, inner, inner], cut[:, around:-around, around:-around]

    def _times(self, rng: np.random.Generator) -> slice | NDArray[np.int64]:
        """Which frames of a cut clip are shown: all in order, or mirrored at their first."""
        length, ends = self._form.frames, self._form.ends
        if ends == 0.0 or rng.random() >= ends:
            return slice(None)
        mirrored: NDArray[np.int64] = np.abs(np.arange(length) - rng.integers(1, length // 2 + 1))
        return mirrored


def _square(frames: Pixels, y: int, x: int, side: int, margin: int = 0) -> Pixels:
    """A square of all frames with a margin around it, mirrored where the picture ends."""
    height, width = frames.shape[1:3]
    top, left = max(y - margin, 0), max(x - margin, 0)
    bottom, right = min(y + side + margin, height), min(x + side + margin, width)
    lacking = (
        (0, 0),
        (top - y + margin, y + side + margin - bottom),
        (left - x + margin, x + side + margin - right),
        (0, 0),
    )
    cut = frames[:, top:bottom, left:right]
    return np.pad(cut, lacking, "symmetric") if np.any(lacking) else cut


def _turned(pixels: Pixels, flip_y: int, flip_x: int, transpose: int, reverse: int) -> Pixels:
    """One of the eight symmetries of the square, and forwards or backwards in time."""
    turned = pixels[:: 1 - 2 * reverse, :: 1 - 2 * flip_y, :: 1 - 2 * flip_x]
    return turned.swapaxes(1, 2) if transpose else turned
