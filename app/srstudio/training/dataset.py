"""Training pictures in memory, and the random patches cut from them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from srstudio.core.errors import InputError
from srstudio.core.frame import Pixels, quantise
from srstudio.core.progress import Progress
from srstudio.media.still import READ_SUFFIXES, read_picture
from srstudio.training.degradations import bicubic, crop_to_multiple
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.spec import Colour


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture in low and high resolution, `height x width x 3` RGB `uint8`."""

    low: Pixels
    high: Pixels


def find_pictures(folders: Iterable[Path]) -> list[Path]:
    """Every picture file below the folders, sorted.

    Raises:
        InputError: if a folder does not exist or there is no picture at all.
    """
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"there is no folder {folder}", "give a folder of pictures")
        for root, _, names in os.walk(folder):
            found += [Path(root, n) for n in names if Path(n).suffix.lower() in READ_SUFFIXES]
    if not found:
        raise InputError("the folder holds no picture", "give a folder of PNG, WebP or JPEG files")
    return sorted(found)


def read_pairs(paths: Sequence[Path], scale: int, progress: Progress) -> list[Pair]:
    """Read ground truths and make their low-resolution versions (MATLAB bicubic)."""
    pairs = []
    for number, path in enumerate(paths):
        progress.report(number / len(paths), "Reading pictures")
        high = crop_to_multiple(quantise(read_picture(path).pixels, 8), scale)
        pairs.append(Pair(bicubic(high, scale), np.ascontiguousarray(high)))
    return pairs


def to_tensor(patches: Sequence[Pixels], colour: Colour) -> Tensor:
    """Patches `height x width x 3` `uint8` to (N, C, H, W) in [0, 1], C = 1 for luma."""
    rgb = torch.from_numpy(np.stack(patches)).permute(0, 3, 1, 2).float() / 255.0
    return rgb_to_ycbcr(rgb)[:, :1] if colour == "luma" else rgb


class PatchSampler:
    """Random aligned patches; pictures are drawn in proportion to their area.

    Args:
        pairs: Pictures, each at least `patch` low-resolution pixels wide and high.
        scale: Factor between low and high.
        patch: Side of the low-resolution patch.
        colour: What the network sees.
        seed: Of the drawing; two samplers of one seed give the same patches.
    """

    def __init__(
        self, pairs: Sequence[Pair], scale: int, patch: int, colour: Colour, seed: int
    ) -> None:
        self._pairs = [p for p in pairs if min(p.low.shape[:2]) >= patch]
        if not self._pairs:
            raise InputError(
                f"no picture is {patch * scale} pixels wide and high", "choose a smaller patch"
            )
        self._scale, self._patch, self._colour = scale, patch, colour
        areas = np.array([p.low.shape[0] * p.low.shape[1] for p in self._pairs], dtype=np.float64)
        self._weights = areas / areas.sum()
        self._rng = np.random.default_rng(seed)

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """`count` patches: low (N, C, P, P) and high (N, C, scale * P, scale * P) in [0, 1]."""
        chosen = self._rng.choice(len(self._pairs), size=count, p=self._weights)
        cut = [self._cut(self._pairs[index]) for index in chosen]
        low, high = zip(*cut, strict=True)
        return to_tensor(low, self._colour), to_tensor(high, self._colour)

    def _cut(self, pair: Pair) -> tuple[Pixels, Pixels]:
        size, scale = self._patch, self._scale
        y = int(self._rng.integers(pair.low.shape[0] - size + 1))
        x = int(self._rng.integers(pair.low.shape[1] - size + 1))
        low = pair.low[y : y + size, x : x + size]
        high = pair.high[y * scale : (y + size) * scale, x * scale : (x + size) * scale]
        flip_y, flip_x, transpose = self._rng.integers(2, size=3)
        return _turned(low, flip_y, flip_x, transpose), _turned(high, flip_y, flip_x, transpose)


def _turned(pixels: Pixels, flip_y: int, flip_x: int, transpose: int) -> Pixels:
    """One of the eight symmetries of the square."""
    turned = pixels[:: 1 - 2 * flip_y, :: 1 - 2 * flip_x]
    return turned.swapaxes(0, 1) if transpose else turned
