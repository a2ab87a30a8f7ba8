"""How large `srstudio upscale` makes a picture: a whole factor, or any size."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from srstudio.cli.choice import Choice, choose
from srstudio.jobs.models import smallest_scale

Size = tuple[int, int]

_SIDES = re.compile(r"(\d*)x(\d*)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one picture becomes as large as it was asked for.

    Attributes:
        choice: The model.
        scale: Its factor.
        size: Width and height of the result.
        notes: What is worth saying about it.
    """

    choice: Choice
    scale: int
    size: Size
    notes: tuple[str, ...] = ()


class Planner(Protocol):
    """Makes the plan for a picture of a given size."""

    @property
    def model(self) -> str:
        """The model as far as it is known before the picture is."""

    @property
    def scale(self) -> int | None:
        """The factor; None where it depends on the picture."""

    def plan(self, size: Size) -> Plan:
        """How a picture of `size` (width, height) is enlarged."""


@dataclass(frozen=True, slots=True)
class ByFactor:
    """Every picture by one factor."""

    choice: Choice
    scale: int

    @property
    def model(self) -> str:
        """The id of the model."""
        return self.choice.spec.id

    def plan(self, size: Size) -> Plan:
        """The factor, whatever the picture."""
        return Plan(self.choice, self.scale, (size[0] * self.scale, size[1] * self.scale))


@dataclass(frozen=True, slots=True)
class Target:
    """A size as it is typed: sides in pixels, of which one may be left open, or a percentage."""

    width: int | None = None
    height: int | None = None
    percent: Fraction | None = None

    def size(self, width: int, height: int) -> Size:
        """What it means for a picture of `width x height`; its proportions fill what is open."""
        factor = self.percent and self.percent / 100
        if self.width is None or self.height is None:
            if factor is None:
                factor = Fraction(self.width or self.height or 1, width if self.width else height)
            return self.width or _sides(width * factor), self.height or _sides(height * factor)
        return self.width, self.height


@dataclass(frozen=True, slots=True)
class BySize:
    """Every picture to a size: by the smallest factor that reaches it, then resampled."""

    model: str
    target: Target
    scale: None = None

    def plan(self, size: Size) -> Plan:
        """The plan for one picture.

        Raises:
            UsageError: if the model has no factor that is large enough.
        """
        goal = self.target.size(*size)
        needed = max(-(-goal[0] // size[0]), -(-goal[1] // size[1]))
        if needed <= 1:
            note = "Not larger than the picture: only resampled, without the model."
            return Plan(choose("raw", 1), 1, goal, (note,))
        spec, factor = smallest_scale(self.model, needed)
        return Plan(Choice(self.model, spec), factor, goal, _stretched(size, goal))


def target_argument(text: str) -> Target:
    """An argument `1920x1080`, `1920x`, `x1080` or `250%`.

    Raises:
        argparse.ArgumentTypeError: if it is none of these, or zero.
    """
    percent, sides = _PERCENT.fullmatch(text), _SIDES.fullmatch(text.lower())
    if percent and Fraction(percent[1]):
        return Target(percent=Fraction(percent[1]))
    if sides and any(sides.groups()) and all(int(side) for side in sides.groups() if side):
        width, height = (int(side) if side else None for side in sides.groups())
        return Target(width, height)
    raise ArgumentTypeError(f"a size is like 1920x1080, 1920x, x1080 or 250%, not {text!r}")


def _sides(length: Fraction) -> int:
    return max(1, round(length))


def _stretched(size: Size, goal: Size) -> tuple[str, ...]:
    """What to say where the proportions change by more than rounding does."""
    across, down = Fraction(goal[0], size[0]), Fraction(goal[1], size[1])
    if abs(across - down) <= max(Fraction(1, size[0]), Fraction(1, size[1])):
        return ()
    return (f"Stretched: {float(across):.2f} times as wide, {float(down):.2f} times as high.",)
