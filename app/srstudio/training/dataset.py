"""Training pictures in memory, and the random patches cut from them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from srstudio.core.errors import InputError
from srstudio.core.frame import Pixels, crop_to_multiple, quantise
from srstudio.core.progress import Progress
from srstudio.media.still import READ_SUFFIXES, read_picture
from srstudio.training.degradations import bicubic
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.spec import Colour


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture in low and high resolution, `height x width x 3` RGB `uint8`."""

    low: Pixels
    high: Pixels


def find_pictures(folder: Path) -> list[Path]:
    """Every picture file below the folder, sorted.

    Raises:
        InputError: if the folder does not exist or holds no picture.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", "give a folder of pictures")
    files = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    found = sorted(file for file in files if file.suffix.lower() in READ_SUFFIXES)
    if not found:
        raise InputError(f"{folder} holds no picture", "give a folder of PNG, WebP or JPEG files")
    return found


def hold_out(sets: Sequence[Sequence[Path]]) -> tuple[list[list[Path]], list[Path]]:
    """Keep every twentieth picture of each set, at least one and at most ten, for validation.

    Returns:
        The sets without them, and them.

    Raises:
        InputError: if a set has only one picture.
    """
    rest: list[list[Path]] = []
    held: list[Path] = []
    for paths in sets:
        if len(paths) < 2:
            raise InputError(
                f"{paths[0].parent} holds only one picture, none to validate on",
                "add pictures, or name others with --val",
            )
        count = min(max(len(paths) // 20, 1), 10)
        chosen = paths[:: len(paths) // count][:count]
        rest.append([path for path in paths if path not in chosen])
        held += chosen
    return rest, held


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


def _area_shares(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    areas = np.array([pair.low.shape[0] * pair.low.shape[1] for pair in pairs], dtype=np.float64)
    return areas / areas.sum() if len(pairs) else areas


class PatchSampler:
    """Random aligned patches; a set's pictures are drawn in proportion to their area.

    Args:
        sets: Sets of pictures, each of which gives the same share of the patches. Pictures
            smaller than a patch are left out.
        scale: Factor between low and high.
        patch: Side of the low-resolution patch.
        colour: What the network sees.
        seed: Of the drawing; two samplers of one seed give the same patches.
    """

    def __init__(
        self, sets: Sequence[Sequence[Pair]], scale: int, patch: int, colour: Colour, seed: int
    ) -> None:
        usable = [[p for p in pairs if min(p.low.shape[:2]) >= patch] for pairs in sets]
        self._pairs = [pair for pairs in usable for pair in pairs]
        if not self._pairs:
            raise InputError(
                f"no picture is {patch * scale} pixels wide and high", "choose a smaller patch"
            )
        self._scale, self._patch, self._colour = scale, patch, colour
        weights = np.concatenate([_area_shares(pairs) for pairs in usable])
        self._weights = weights / weights.sum()
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
