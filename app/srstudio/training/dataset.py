"""Training pictures and clips in memory, and the random patches cut from them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Pixels, crop_to_multiple, quantise
from srstudio.core.progress import Progress
from srstudio.media.still import READ_SUFFIXES, read_picture
from srstudio.training.degradations import bicubic
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.spec import Colour

Files = tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames in low and high resolution; a picture is a clip of one frame.

    Attributes:
        low: By scale, `frames x height x width x 3` RGB `uint8`.
        high: `frames x height x width x 3`; from the top left, `scale` times as large as `low`.
    """

    low: Mapping[int, Pixels]
    high: Pixels

    @property
    def area(self) -> int:
        """Pixels of all frames."""
        return int(np.prod(self.high.shape[:3]))

    def holds(self, scales: Sequence[int], patch: int, frames: int) -> bool:
        """Whether a patch of that side and length can be cut out at every scale."""
        sides = [min(self.low[scale].shape[1:3]) for scale in scales]
        return min(sides) >= patch and len(self.high) >= frames


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
    """

    scales: tuple[int, ...]
    patch: int
    frames: int = 1
    moving: bool = False
    low_colour: Colour = "rgb"
    high_colour: Colour = "rgb"


def find_clips(folder: Path, moving: bool) -> list[Files]:
    """Every picture below the folder, sorted; for clips, those of a folder belong together.

    Raises:
        UsageError: if the folder does not exist or holds no picture.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "give a folder of pictures")
    files = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    found = sorted(file for file in files if file.suffix.lower() in READ_SUFFIXES)
    if not found:
        raise UsageError(f"{folder} holds no picture", "give a folder of PNG, WebP or JPEG files")
    if moving:
        return [tuple(frames) for _, frames in groupby(found, key=lambda file: file.parent)]
    return [(file,) for file in found]


def hold_out(sets: Sequence[Sequence[Files]]) -> tuple[list[list[Files]], list[Files]]:
    """Keep every twentieth item of each set, at least one and at most ten, for validation.

    Returns:
        The sets without them, and them.

    Raises:
        UsageError: if a set has only one item.
    """
    rest: list[list[Files]] = []
    held: list[Files] = []
    for items in sets:
        if len(items) < 2:
            raise UsageError(
                f"{items[0][0].parent} holds only one picture or clip, none to validate on",
                "add some, or name others with --val",
            )
        count = min(max(len(items) // 20, 1), 10)
        chosen = items[:: len(items) // count][:count]
        rest.append([item for item in items if item not in chosen])
        held += chosen
    return rest, held


def read_clips(items: Sequence[Files], scales: Sequence[int], progress: Progress) -> list[Clip]:
    """Read ground truths and make their low-resolution versions (MATLAB bicubic).

    Raises:
        InputError: if a file cannot be read, or the frames of a clip differ in size.
    """
    clips = []
    for number, files in enumerate(items):
        progress.report(number / len(items), "Reading pictures")
        high = _read_frames(files)
        clips.append(Clip({scale: shrunk(high, scale) for scale in scales}, high))
    return clips


def shrunk(high: Pixels, scale: int) -> Pixels:
    """Every frame, cropped to a multiple of the scale, in low resolution."""
    return np.stack([bicubic(crop_to_multiple(frame, scale), scale) for frame in high])


def _read_frames(files: Files) -> Pixels:
    frames = [quantise(read_picture(file).pixels, 8) for file in files]
    for file, frame in zip(files, frames, strict=True):
        if frame.shape != frames[0].shape:
            sizes = [f"{f.shape[1]}x{f.shape[0]}" for f in (frame, frames[0])]
            raise InputError(
                f"{file} is {sizes[0]}, the first frame of its clip {sizes[1]}",
                "put each clip in a folder of its own",
            )
    return np.stack(frames)


def to_tensor(clips: Sequence[Pixels], colour: Colour) -> Tensor:
    """Clips `T x height x width x 3` `uint8` to (N, T, C, H, W) in [0, 1], C = 1 for luma."""
    rgb = torch.from_numpy(np.stack(clips)).permute(0, 1, 4, 2, 3).float() / 255.0
    return rgb_to_ycbcr(rgb)[:, :, :1].contiguous() if colour == "luma" else rgb.contiguous()


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
        frames, height, width = clip.low[scale].shape[:3]
        begin = int(rng.integers(frames - length + 1))
        y, x = int(rng.integers(height - size + 1)), int(rng.integers(width - size + 1))
        symmetry = rng.integers(2, size=4)
        pair = [(clip.low[scale], 1), (clip.high, scale)]
        low, high = (
            _turned(
                frames[
                    begin : begin + length,
                    y * factor : (y + size) * factor,
                    x * factor : (x + size) * factor,
                ],
                *symmetry,
            )
            for frames, factor in pair
        )
        return low, high


def _turned(pixels: Pixels, flip_y: int, flip_x: int, transpose: int, reverse: int) -> Pixels:
    """One of the eight symmetries of the square, and forwards or backwards in time."""
    turned = pixels[:: 1 - 2 * reverse, :: 1 - 2 * flip_y, :: 1 - 2 * flip_x]
    return turned.swapaxes(1, 2) if transpose else turned
