"""What the answers of a blind test say: counts, chance, confidence, strengths.

Probabilities are exact binomial ones, intervals Wilson's at 95 % (JASA 22, 1927), and strengths
those of Bradley and Terry (Biometrika 39, 1952), found by Hunter's iteration (Annals of Statistics
32, 2004).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

from srstudio.compare.blind_test import BlindTest
from srstudio.core.tables import csv_text

SURE = 0.05  # what comes about by chance more rarely is taken for shown
_Z = NormalDist().inv_cdf(0.975)
_ENOUGH, _STEPS = 1e-10, 10_000
_COLUMNS = ("picture", "test", "trial", "a", "b", "x", "answer", "correct", "seconds")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, against one half.

    Attributes:
        count: How often.
        of: Out of how many; ties are not counted.
        chance: Probability of a count at least as far from what chance gives: above it only for
            ABX, where fewer would show nothing, on either side for a preference. 1 if `of` is 0.
        low: Of the 95 % interval of the share, 0 to 1.
        high: Of the same.
    """

    count: int
    of: int
    chance: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether chance is an unlikely reason."""
        return self.chance < SURE


@dataclass(frozen=True, slots=True)
class Pair:
    """How two sources did against each other.

    Attributes:
        first: Key of the source that is counted.
        second: Of the other.
        share: How often `first` looked better.
        ties: How often neither did.
    """

    first: str
    second: str
    share: Share
    ties: int


def share(count: int, of: int, one_sided: bool) -> Share:
    """A count judged against one half, each time independently."""
    far = range(count, of + 1) if one_sided else _as_far(count, of)
    chance = sum(math.comb(of, number) for number in far) / 2**of
    return Share(count, of, chance, *_wilson(count, of))


def _as_far(count: int, of: int) -> list[int]:
    """The counts that are at least as far from the middle."""
    return [number for number in range(of + 1) if abs(2 * number - of) >= abs(2 * count - of)]


def _wilson(count: int, of: int) -> tuple[float, float]:
    if of == 0:
        return 0.0, 1.0
    square, mean = _Z**2 / of, count / of
    middle = (mean + square / 2) / (1 + square)
    reach = _Z / (1 + square) * math.sqrt(mean * (1 - mean) / of + square / (4 * of))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def needed(trials: int) -> int | None:
    """How many right answers out of `trials` show that it was not chance; None: none do."""
    rights = (n for n in range(trials + 1) if share(n, trials, one_sided=True).shown)
    return next(rights, None)


def correct(test: BlindTest) -> Share:
    """How often X was told, of the questions answered so far."""
    told = [answer.choice == trial.correct for trial, answer in test.answered]
    return share(sum(told), len(told), one_sided=True)


def pairs(test: BlindTest) -> list[Pair]:
    """Every pair of sources of a preference test."""
    wins, ties = _wins(test), _ties(test)
    return [
        Pair(
            one,
            two,
            share(wins[one, two], wins[one, two] + wins[two, one], one_sided=False),
            ties[one, two],
        )
        for one, two in combinations(test.sources, 2)
    ]


def strengths(test: BlindTest) -> dict[str, float]:
    """How good each source is: i looks better than j with probability s_i / (s_i + s_j).

    A tie counts as half a win for each. Half a win each way is added to every pair, so that a
    source that always won is strong but not infinitely.

    Returns:
        By key, adding up to 1, in the order of the sources.
    """
    keys, wins, ties = test.sources, _wins(test), _ties(test)
    won = {(i, j): wins[i, j] + 0.5 * ties[i, j] + 0.5 for i in keys for j in keys if i != j}
    now = dict.fromkeys(keys, 1.0 / len(keys))
    for _ in range(_STEPS):
        new = {i: _stronger(i, now, won) for i in keys}
        total = sum(new.values())
        new = {key: value / total for key, value in new.items()}
        moved = max(abs(new[key] - now[key]) for key in keys)
        now = new
        if moved < _ENOUGH:
            break
    return now


def _stronger(i: str, now: Mapping[str, float], won: Mapping[tuple[str, str], float]) -> float:
    others = [j for j in now if j != i]
    met = sum((won[i, j] + won[j, i]) / (now[i] + now[j]) for j in others)
    return sum(won[i, j] for j in others) / met


def as_csv(test: BlindTest, titles: Mapping[str, str], picture: str) -> bytes:
    """A line for each answer, UTF-8: what was A, B and X, what was said and how fast.

    Args:
        test: Need not be at its end.
        titles: Of the sources by key.
        picture: Name of what was looked at.
    """
    rows = []
    for number, (trial, answer) in enumerate(test.answered, start=1):
        names = (titles[key] if key else "" for key in (trial.a, trial.b, trial.x))
        right = "" if trial.correct is None else str(answer.choice == trial.correct).lower()
        said = (answer.choice, right, f"{answer.seconds:.2f}")
        rows.append((picture, test.kind, number, *names, *said))
    return csv_text(_COLUMNS, rows).encode()


def _wins(test: BlindTest) -> dict[tuple[str, str], int]:
    """How often the first of two sources looked better than the second."""
    wins = dict.fromkeys(_ordered(test.sources), 0)
    for trial, answer in test.answered:
        if answer.choice == "a":
            wins[trial.a, trial.b] += 1
        elif answer.choice == "b":
            wins[trial.b, trial.a] += 1
    return wins


def _ties(test: BlindTest) -> dict[tuple[str, str], int]:
    """How often neither of two sources looked better; the same either way round."""
    ties = dict.fromkeys(_ordered(test.sources), 0)
    for trial, answer in test.answered:
        if answer.choice == "neither":
            ties[trial.a, trial.b] += 1
            ties[trial.b, trial.a] += 1
    return ties


def _ordered(keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(i, j) for i in keys for j in keys if i != j]
