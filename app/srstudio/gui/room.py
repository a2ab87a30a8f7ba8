"""Whether the results of a picture fit into memory: said before anything is computed."""

from __future__ import annotations

import psutil

from srstudio.core.errors import UsageError

# Of a result: the stand-in or the finished picture as the screen shows it, BGRA with its halves.
_SHOWN_BYTES = 4 * 4 / 3


_CLIP_SHARE = 4  # a clip's computed frames may take one part in so many of what is free


def clip_budget() -> int:
    """Bytes that the computed frames of a clip may take."""
    return int(psutil.virtual_memory().available) // _CLIP_SHARE


def check_room(size: tuple[int, int], sources: int, bit_depth: int = 8) -> None:
    """Refuse what would not fit; room for two more is left for what is passing through.

    Args:
        size: Width and height of the results.
        sources: How many of them are to be shown at once.
        bit_depth: Of a channel.

    Raises:
        UsageError: if there is not enough free memory.
    """
    width, height = size
    needed = width * height * (sources + 2) * (_SHOWN_BYTES + 4 * bit_depth // 8)
    available = psutil.virtual_memory().available
    if needed > available:
        raise UsageError(
            f"there is not enough memory: {width} x {height} pixels need "
            f"{needed / 2**30:.1f} GiB, of which {available / 2**30:.1f} GiB are free",
            "choose a smaller scale, fewer models or a part of the picture",
        )
