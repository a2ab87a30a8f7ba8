"""How a picture is cut into overlapping tiles; knows no framework."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from srstudio.core.regions import Region


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of the input.

    Attributes:
        core: The part whose output is kept; the cores of a plan partition the picture.
        padded: What the network is given: the core and its surroundings.
    """

    core: Region
    padded: Region

    def output(self, scale: int) -> tuple[Region, Region]:
        """Where the core lies in the whole result, and in the network's output for this tile."""
        core, padded = self.core.scaled(scale), self.padded.scaled(scale)
        return core, core.moved(-padded.x, -padded.y)


def plan(
    size: tuple[int, int],
    tile: int,
    overlap: int,
    visible: Region | None = None,
    *,
    multiple: int = 1,
) -> list[Tile]:
    """Tiles for a picture, in the order in which they should be computed.

    Every padded region begins at a multiple of `multiple`, and ends at one or at the border of
    the picture, so a network that works on blocks sees the same blocks in a tile as in the whole.

    Args:
        size: Width and height of the picture, each at least 1.
        tile: Longest side of a core; rounded up to `multiple`.
        overlap: Pixels around a core that the network sees too, cut to the picture; rounded up
            to `multiple`. At least the receptive radius where tiled must equal whole.
        visible: Tiles that touch this region come first, the nearest to its centre foremost.
        multiple: The network's size multiple.

    Returns:
        At least one tile; cores are of nearly equal size and not empty.
    """
    whole = Region.whole(*size)
    return order(_cut(whole, tile, overlap, whole, multiple), visible or whole)


def squares(size: tuple[int, int], side: int, margin: int) -> list[Tile]:
    """Tiles for a network that takes squares of one side only, spread evenly over a picture.

    Args:
        size: Width and height of the picture, each at least 1.
        side: Of every padded region, but for a picture that is smaller.
        margin: Pixels of a square that are not used, except at the border of the picture; less
            than half of `side`.
    """
    return [
        Tile(Region(x, y, width, height), Region(left, top, min(side, size[0]), min(side, size[1])))
        for y, height, top in _places(size[1], side, margin)
        for x, width, left in _places(size[0], side, margin)
    ]


def split(tile: Tile, overlap: int, *, multiple: int = 1) -> list[Tile]:
    """Two to four smaller tiles with the same core altogether; the same one if it cannot be cut.

    Args:
        tile: A tile that was too big.
        overlap: The overlap that the tile was planned with.
        multiple: The network's size multiple.
    """
    side = ceil(max(tile.core.width, tile.core.height) / 2)
    # Growing within the old padded region is growing within the picture: same overlap.
    return _cut(tile.core, side, overlap, tile.padded, multiple)


def order(tiles: Iterable[Tile], visible: Region) -> list[Tile]:
    """Tiles that touch `visible` first, each group from its centre outwards."""

    def rank(tile: Tile) -> tuple[bool, int]:
        core = tile.core
        dx = 2 * core.x + core.width - 2 * visible.x - visible.width
        dy = 2 * core.y + core.height - 2 * visible.y - visible.height
        return core.intersect(visible).empty, dx * dx + dy * dy

    return sorted(tiles, key=rank)


def round_up(value: int, multiple: int) -> int:
    """The smallest multiple that is not below `value`."""
    return ceil(value / multiple) * multiple


def _cut(area: Region, side: int, overlap: int, bounds: Region, multiple: int) -> list[Tile]:
    margin = round_up(overlap, multiple)
    cores = (
        Region(x, y, width, height)
        for y, height in _spans(area.y, area.bottom, side, multiple)
        for x, width in _spans(area.x, area.right, side, multiple)
    )
    return [Tile(core, core.grow(margin, bounds)) for core in cores]


def _spans(start: int, stop: int, side: int, multiple: int) -> list[tuple[int, int]]:
    """Start and length of nearly equal pieces of an axis, none longer than `side` rounded up."""
    length = stop - start
    pieces = ceil(length / round_up(side, multiple))
    step = round_up(ceil(length / pieces), multiple)
    return [(at, min(step, stop - at)) for at in range(start, stop, step)]


def _places(length: int, side: int, margin: int) -> list[tuple[int, int, int]]:
    """Start and length of each core along an axis, and where its square starts."""
    room = max(length - side, 0)
    count = 1 + ceil(room / (side - 2 * margin))
    starts = [i * room // max(count - 1, 1) for i in range(count)]
    # Two squares meet in the middle of what they share.
    bounds = [0, *((a + b + side) // 2 for a, b in pairwise(starts)), length]
    return [(a, b - a, start) for (a, b), start in zip(pairwise(bounds), starts, strict=True)]
