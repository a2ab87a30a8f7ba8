from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from srstudio.core.regions import Region
from srstudio.engine.tiling import Tile, order, plan, split

sides = st.integers(1, 160)
multiples = st.sampled_from([1, 2, 3, 4, 8])


def covered(tiles: list[Tile], area: Region) -> np.ndarray:
    counts = np.zeros((area.bottom, area.right), int)
    for tile in tiles:
        assert not tile.core.empty
        counts[tile.core.slices] += 1
    return counts[area.slices]


@given(sides, sides, st.integers(3, 128), st.integers(0, 40), multiples)
@settings(deadline=None)
def test_cores_partition_and_padding_is_cut_to_the_picture(
    width: int, height: int, tile: int, overlap: int, multiple: int
) -> None:
    whole = Region.whole(width, height)
    tiles = plan((width, height), tile, overlap, multiple=multiple)
    assert (covered(tiles, whole) == 1).all()
    for each in tiles:
        assert max(each.core.width, each.core.height) < tile + multiple
        assert each.padded.grow(0, whole) == each.padded
        core, padded = each.core, each.padded
        assert core.x - padded.x >= min(overlap, core.x)
        assert core.y - padded.y >= min(overlap, core.y)
        assert padded.right - core.right >= min(overlap, width - core.right)
        assert padded.bottom - core.bottom >= min(overlap, height - core.bottom)
        assert padded.x % multiple == 0
        assert padded.y % multiple == 0
        assert padded.right % multiple == 0 or padded.right == width
        assert padded.bottom % multiple == 0 or padded.bottom == height


@given(sides, sides, st.integers(3, 64), st.integers(0, 20), multiples)
@settings(deadline=None)
def test_a_split_tile_is_the_same_tile_in_smaller_pieces(
    width: int, height: int, side: int, overlap: int, multiple: int
) -> None:
    for tile in plan((width, height), side, overlap, multiple=multiple)[:3]:
        parts = split(tile, overlap, multiple=multiple)
        assert (covered(parts, tile.core) == 1).all()
        again = {part.core: part.padded for part in parts}
        margin = -(-overlap // multiple) * multiple
        whole = Region.whole(width, height)
        assert all(padded == core.grow(margin, whole) for core, padded in again.items())
        if max(tile.core.width, tile.core.height) > multiple:
            assert len(parts) > 1
        else:
            assert parts == [tile]


@given(sides, sides, st.integers(8, 64), st.data())
@settings(deadline=None)
def test_visible_tiles_come_first_and_the_nearest_to_its_centre_foremost(
    width: int, height: int, side: int, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    visible = Region(x, y, data.draw(st.integers(1, 200)), data.draw(st.integers(1, 200)))
    visible = visible.intersect(Region.whole(width, height))
    tiles = plan((width, height), side, 4, visible)
    touching = [not tile.core.intersect(visible).empty for tile in tiles]
    assert touching[0]
    assert touching == sorted(touching, reverse=True)
    point = Region(visible.x + visible.width // 2, visible.y + visible.height // 2, 1, 1)
    assert not plan((width, height), side, 4, point)[0].core.intersect(point).empty


def test_tiles_of_a_picture_are_nearly_equal() -> None:
    tiles = plan((1920, 1080), 256, 9)
    assert {(tile.core.width, tile.core.height) for tile in tiles} == {(240, 216)}
    assert len(tiles) == 40


def test_an_empty_visible_region_still_orders_everything() -> None:
    tiles = plan((100, 100), 30, 0)
    assert sorted(tile.core for tile in order(tiles, Region(0, 0, 0, 0))) == sorted(
        tile.core for tile in tiles
    )
