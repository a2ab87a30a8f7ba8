"""Which of the pictures given is the low-resolution one, and which the ground truth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.gui.document import Opened
from srstudio.jobs.pictures import make_low_resolution, match_truth, scale_between


@dataclass(frozen=True, slots=True)
class Given:
    """A picture that was dropped, opened or pasted.

    Attributes:
        name: Stem of the file.
        path: The file; None if it was pasted.
        frame: The picture as it was read.
    """

    name: str
    path: Path | None
    frame: Frame


@dataclass(frozen=True, slots=True)
class Roles:
    """Who plays what; with no low-resolution picture, one is made from the ground truth."""

    low: Given | None
    truth: Given | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.truth is None:
            raise ValueError("at least one picture has a role")

    @property
    def shown(self) -> Given:
        """The picture that titles and file names speak of."""
        given = self.low or self.truth
        assert given is not None
        return given


def assign(
    current: Roles | None,
    given: Sequence[Given],
    scales: Collection[int],
    likely: Collection[int],
) -> Roles:
    """Roles for pictures that were given without saying what they are.

    Two at once are a picture and its ground truth, the larger one by one of `scales`. A single
    one is the ground truth of what is open if it is larger by one of the `likely` factors (by
    12 or 16, many an unrelated picture is), else it is opened itself.

    Raises:
        InputError: if two do not belong together, or there are more.
    """
    if len(given) > 2:
        raise InputError(
            f"{len(given)} pictures were given at once", "give one, or one and its ground truth"
        )
    if len(given) == 2:
        low, truth = sorted(given, key=lambda each: each.frame.width * each.frame.height)
        if scale_between(low.frame, truth.frame) not in scales:
            raise _no_pair(low, truth, scales)
        return Roles(low, truth)
    fresh = given[0]
    low_now = current.low if current is not None else None
    if low_now is not None and scale_between(low_now.frame, fresh.frame) in likely:
        return Roles(low_now, fresh)
    return Roles(fresh)


def assign_truth(current: Roles | None, truth: Given, scales: Collection[int]) -> Roles:
    """The picture as the ground truth of what is open.

    Raises:
        InputError: if nothing is open, or it does not fit.
    """
    if current is None or current.low is None:
        return Roles(None, truth)
    if scale_between(current.low.frame, truth.frame) not in scales:
        raise _no_pair(current.low, truth, scales)
    return Roles(current.low, truth)


def scale_of(roles: Roles, chosen: int) -> int:
    """The factor between the two pictures; the chosen one where there is only one."""
    if roles.low is None or roles.truth is None:
        return chosen
    return scale_between(roles.low.frame, roles.truth.frame) or chosen


def prepare(roles: Roles, scale: int, key: str) -> Opened:
    """The pictures as they are used at this scale; slow for large ones.

    A ground truth that does not fit at this scale is left out, until another scale is chosen.

    Raises:
        UsageError: if a picture is too small to be made smaller.
    """
    shown = roles.shown
    if roles.low is None:
        low, truth = make_low_resolution(shown.frame, scale)
        return Opened(key, shown.name, shown.path, low, scale, truth, made=True)
    low = roles.low.frame
    if roles.truth is None or scale_of(roles, scale) != scale:
        return Opened(key, shown.name, shown.path, low, scale)
    return Opened(key, shown.name, shown.path, low, scale, match_truth(low, roles.truth.frame)[0])


def _no_pair(low: Given, truth: Given, scales: Collection[int]) -> InputError:
    factors = ", ".join(map(str, sorted(scales)))
    sizes = (f"{g.name} ({g.frame.width}x{g.frame.height})" for g in (low, truth))
    return InputError(
        f"{' and '.join(sizes)} do not belong together",
        f"the ground truth is {factors} times as large as the picture",
    )
