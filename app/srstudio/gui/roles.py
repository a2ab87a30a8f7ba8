"""Which of the pictures given is the low-resolution one, and which the ground truth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.gui.document import Opened
from srstudio.jobs.clip_footage import Footage, Reel, footage
from srstudio.jobs.matching import match
from srstudio.jobs.pictures import make_low_resolution, match_truth, scale_between
from srstudio.media.video.colour import Matrix


@dataclass(frozen=True, slots=True)
class Given:
    """A picture that was dropped, opened or pasted.

    Attributes:
        name: Stem of the file.
        path: The file; None if it was pasted.
        frame: The picture as it was read; the first frame of a video.
        reel: The video; None for a picture.
    """

    name: str
    path: Path | None
    frame: Frame
    reel: Reel | None = None

    def recoloured(self, matrix: Matrix | None, full_range: bool | None) -> Given:
        """A video of luma and chroma with other colours; anything else as it is."""
        said = None if self.reel is None else self.reel.clip.video.colour
        if self.reel is None or said is None or said.matrix == "rgb":
            return self
        extent = said.full_range if full_range is None else full_range
        colour = said.with_matrix(matrix or said.matrix, full_range=extent)
        colour = said if matrix is None and full_range is None else colour
        return replace(self, reel=replace(self.reel, colour=colour))


@dataclass(frozen=True, slots=True)
class Roles:
    """Who plays what; with no low-resolution picture, one is made from the ground truth.

    Attributes:
        low: The low-resolution picture or video.
        truth: The ground truth, a video as well if `low` is one.
        shift: Frames by which the ground truth of a video is late.
    """

    low: Given | None
    truth: Given | None = None
    shift: int = 0

    def __post_init__(self) -> None:
        if self.low is None and self.truth is None:
            raise ValueError("at least one picture has a role")

    @property
    def shown(self) -> Given:
        """The picture that titles and file names speak of."""
        given = self.low or self.truth
        assert given is not None
        return given

    @property
    def is_clip(self) -> bool:
        """Whether a video is shown."""
        return self.shown.reel is not None

    def recoloured(self, matrix: Matrix | None, full_range: bool | None) -> Roles:
        """The videos with their numbers taken for something else; None: as the file says."""
        low, truth = (
            None if given is None else given.recoloured(matrix, full_range)
            for given in (self.low, self.truth)
        )
        return replace(self, low=low, truth=truth)

    def footage(self, scale: int, key: str) -> Footage:
        """The video at a scale, with the ground truth if that fits.

        Raises:
            InputError: if the two cannot belong together.
        """
        low, truth = (None if given is None else given.reel for given in (self.low, self.truth))
        fits = self.low is None or scale_of(self, scale) == scale
        return footage(key, low, truth if fits else None, scale, self.shift)


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
        _check_kinds(low, truth)
        return Roles(low, truth)
    fresh = given[0]
    low_now = current.low if current is not None else None
    if low_now is None or scale_between(low_now.frame, fresh.frame) not in likely:
        return Roles(fresh)
    return Roles(low_now, fresh) if _belong(low_now, fresh) else Roles(fresh)


def assign_truth(current: Roles | None, truth: Given, scales: Collection[int]) -> Roles:
    """The picture as the ground truth of what is open.

    Raises:
        InputError: if nothing is open, or it does not fit.
    """
    if current is None or current.low is None:
        return Roles(None, truth)
    if scale_between(current.low.frame, truth.frame) not in scales:
        raise _no_pair(current.low, truth, scales)
    _check_kinds(current.low, truth)
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


def opened_frame(
    roles: Roles, given: Footage, number: int, low: Frame, truth: Frame | None
) -> Opened:
    """A frame of a video as the window's picture.

    Args:
        roles: Say whose name it bears.
        given: The video at a scale.
        number: Of the frame.
        low: The frame, in low resolution.
        truth: Its ground truth, if there is one.
    """
    shown, key = roles.shown, f"{given.key}-{number}"
    made = given.low is None
    remark = _remark(given.shown)
    return Opened(key, shown.name, shown.path, low, given.scale, truth, made, number, remark)


def _remark(reel: Reel) -> str:
    """What the numbers of a video are taken for; nothing where they are colours themselves."""
    colour = reel.colour or reel.clip.video.colour
    return "" if colour.matrix == "rgb" else str(colour)


def _belong(low: Given, truth: Given) -> bool:
    """Whether what was given alone can be the ground truth of what is open."""
    if low.reel is None or truth.reel is None:
        return low.reel is None and truth.reel is None
    try:
        match(low.reel.timeline, truth.reel.timeline)
    except InputError:
        return False
    return True


def _check_kinds(low: Given, truth: Given) -> None:
    if (low.reel is None) != (truth.reel is None):
        video, picture = (low, truth) if low.reel else (truth, low)
        raise InputError(
            f"{picture.name} is a picture and {video.name} a video: one cannot be the ground "
            "truth of the other",
            "choose two pictures, or two videos of the same length",
        )


def _no_pair(low: Given, truth: Given, scales: Collection[int]) -> InputError:
    factors = ", ".join(map(str, sorted(scales)))
    sizes = (f"{g.name} ({g.frame.width}x{g.frame.height})" for g in (low, truth))
    return InputError(
        f"{' and '.join(sizes)} do not belong together",
        f"the ground truth is {factors} times as large as the picture",
    )
