"""What a blind test can be made of, and what was asked for."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from srstudio.compare.blind_outcome import needed
from srstudio.compare.blind_test import FEWEST, MOST, BlindTest, Kind, abx, preference
from srstudio.core.frame import Frame


@dataclass(frozen=True, slots=True)
class Material:
    """What is at hand.

    Attributes:
        name: Of the picture.
        titles: Of every source that has its picture, by key.
        frames: The pictures of these, all of one size.
        truth: Key of the ground truth; empty if there is none.
    """

    name: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    frames: Mapping[str, Frame] = field(default_factory=dict)
    truth: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A blind test as it was asked for.

    Attributes:
        kind: What is asked.
        sources: Keys of what is compared.
        count: Questions of ABX, else rounds, in each of which every pair is shown.
        original: Whether the ground truth is shown between A and B.
    """

    kind: Kind
    sources: tuple[str, ...]
    count: int
    original: bool = False

    @property
    def questions(self) -> int:
        """How many there will be."""
        pairs = len(self.sources) * (len(self.sources) - 1) // 2
        return self.count if self.kind == "abx" else self.count * pairs

    @property
    def problem(self) -> str:
        """Why it cannot begin; empty if it can."""
        ticked = len(self.sources)
        if self.kind == "abx" and ticked != 2:
            return f"Tick two sources; {_ticked(ticked)}."
        if not FEWEST <= ticked <= MOST:
            return f"Tick {FEWEST} to {MOST} sources; {_ticked(ticked)}."
        return ""

    @property
    def outlook(self) -> str:
        """What there is to be expected of it."""
        if self.kind == "preference":
            return f"{self.questions} questions: each pair {self.count} times."
        right = needed(self.count)
        if right is None:
            return "Too few to tell anything from chance: ask five times or more."
        return f"{right} right answers of {self.count} would hardly be chance (p < 0.05)."

    def test(self, rng: random.Random) -> BlindTest:
        """The questions."""
        if self.kind == "abx":
            first, second = self.sources
            return abx(first, second, self.count, rng)
        return preference(self.sources, self.count, rng)


def likely_order(titles: Sequence[str], truth: str, kind: Kind) -> tuple[str, ...]:
    """The sources to begin with: what the models made, not the ground truth.

    Args:
        titles: Keys of what is at hand.
        truth: Key of the ground truth; empty if there is none.
        kind: What is asked: of ABX the last two, else as many as can be.
    """
    made = [key for key in titles if key != truth]
    chosen = made if len(made) > 1 else list(titles)
    return tuple(chosen[-2:] if kind == "abx" else chosen[:MOST])


def _ticked(count: int) -> str:
    return f"{count or 'none'} {'are' if count > 1 else 'is'} ticked"
