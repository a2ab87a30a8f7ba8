"""A blind test: which pictures are set against each other, unnamed, and what was answered.

Two kinds. ABX asks whether a difference is seen at all: A and B are different sources, X is one of
them, and the question is which (Clark, Journal of the AES 30(5), 1982). A preference test asks
which of two looks better, for every pair of the sources. Immutable, and free of Qt.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, Self, get_args

Kind = Literal["abx", "preference"]
Choice = Literal["a", "b", "neither"]

FEWEST, MOST = 2, 6  # sources of a preference test


@dataclass(frozen=True, slots=True)
class Trial:
    """One question.

    Attributes:
        a: Key of the source that is shown as A.
        b: Of the one that is shown as B.
        x: Of the one that is shown as X, either `a` or `b`; empty where nothing is hidden.
    """

    a: str
    b: str
    x: str = ""

    @property
    def correct(self) -> Choice | None:
        """What X is; None where no answer is wrong."""
        if not self.x:
            return None
        return "a" if self.x == self.a else "b"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, and after how many seconds."""

    choice: Choice
    seconds: float


@dataclass(frozen=True, slots=True)
class BlindTest:
    """Questions in their order, and the answers so far; every answer makes a new one.

    Attributes:
        kind: What is asked.
        sources: Keys of what is compared.
        trials: All questions.
        answers: To the first of them.
    """

    kind: Kind
    sources: tuple[str, ...]
    trials: tuple[Trial, ...]
    answers: tuple[Answer, ...] = ()

    @property
    def current(self) -> Trial | None:
        """The question that is to be answered; None at the end."""
        place = len(self.answers)
        return self.trials[place] if place < len(self.trials) else None

    @property
    def answered(self) -> Sequence[tuple[Trial, Answer]]:
        """The questions that have an answer, with it."""
        return list(zip(self.trials, self.answers, strict=False))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be answered: of ABX, one of the two; else also that neither is better."""
        return ("a", "b") if self.kind == "abx" else get_args(Choice)

    def answer(self, choice: Choice, seconds: float) -> Self:
        """The test with the current question answered.

        Args:
            choice: One of `choices`.
            seconds: Since the pictures were shown.

        Raises:
            ValueError: if there is no question, or that is no answer to it.
        """
        if self.current is None or choice not in self.choices:
            raise ValueError(f"{choice} answers nothing here")
        return replace(self, answers=(*self.answers, Answer(choice, seconds)))

    def take_back(self) -> Self:
        """The test without the last answer. That spoils nothing: no answer was judged yet."""
        return replace(self, answers=self.answers[:-1])


def abx(first: str, second: str, trials: int, rng: random.Random) -> BlindTest:
    """A test of whether two sources can be told apart.

    Which is A is drawn once, what X is for each question by itself: were there as many of each,
    the last could be reckoned from the others, and answers by chance would not be binomial.

    Args:
        first: Key of a source.
        second: Of another.
        trials: How often to ask.
        rng: Draws.
    """
    _require(first != second and trials > 0, "two sources, and something to ask")
    a, b = rng.sample((first, second), 2)
    asked = tuple(Trial(a, b, rng.choice((a, b))) for _ in range(trials))
    return BlindTest("abx", (first, second), asked)


def preference(sources: Sequence[str], rounds: int, rng: random.Random) -> BlindTest:
    """A test of which sources look better, by every pair of them.

    In each round every pair comes once, in any order. A source is A as often as B against another
    one, but for one time where the rounds are odd.

    Args:
        sources: Two keys to six.
        rounds: How often each pair is shown.
        rng: Draws.
    """
    keys = tuple(sources)
    _require(FEWEST <= len(set(keys)) == len(keys) <= MOST and rounds > 0, "two to six sources")
    sides = {pair: _sides(rounds, rng) for pair in combinations(keys, 2)}
    asked: list[Trial] = []
    for number in range(rounds):
        trials = [Trial(*pair[:: turn[number]]) for pair, turn in sides.items()]
        asked += rng.sample(trials, len(trials))
    return BlindTest("preference", keys, tuple(asked))


def _sides(rounds: int, rng: random.Random) -> list[int]:
    """For each round 1 or -1, whether a pair is turned: both as often, in any order."""
    first = rng.choice((1, -1))
    return rng.sample([first * (-1) ** number for number in range(rounds)], rounds)


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)
