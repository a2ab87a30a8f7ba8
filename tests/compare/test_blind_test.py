"""Blind tests: fair questions, and answers that are judged as statistics say."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import binomtest, chisquare

from srstudio.compare.blind_outcome import (
    as_csv,
    correct,
    needed,
    pairs,
    share,
    strengths,
)
from srstudio.compare.blind_test import Answer, BlindTest, Choice, Trial, abx, preference

KEYS = ("raw", "delta", "5-parallel")


def answered(test: BlindTest, choices: list[Choice]) -> BlindTest:
    for choice in choices:
        test = test.answer(choice, 1.0)
    return test


def preferring(test: BlindTest, order: tuple[str, ...]) -> BlindTest:
    """All questions answered by somebody who likes what comes first in `order`."""
    for trial in test.trials:
        test = test.answer("a" if order.index(trial.a) < order.index(trial.b) else "b", 1.0)
    return test


class TestAbx:
    def test_x_is_one_of_the_two_and_which_is_drawn_each_time(self) -> None:
        test = abx("raw", "delta", 4000, random.Random(1))
        assert {(trial.a, trial.b) for trial in test.trials} in ({KEYS[:2]}, {KEYS[1::-1]})
        assert {trial.x for trial in test.trials} == {"raw", "delta"}
        # Independent: after either of them each comes as often.
        following = Counter(zip(test.trials, test.trials[1:], strict=False))
        assert chisquare(list(following.values())).pvalue > 1e-3

    def test_either_source_can_be_a(self) -> None:
        firsts = Counter(abx("raw", "delta", 1, random.Random(n)).trials[0].a for n in range(400))
        assert binomtest(firsts["raw"], 400).pvalue > 1e-3

    def test_answers_are_counted_as_right_or_wrong(self) -> None:
        trials = (Trial("p", "q", "p"), Trial("p", "q", "q"), Trial("p", "q", "q"))
        test = answered(BlindTest("abx", ("p", "q"), trials), ["a", "a", "b"])
        assert (correct(test).count, correct(test).of) == (2, 3)
        assert test.current is None

    def test_neither_is_no_answer(self) -> None:
        with pytest.raises(ValueError, match="answers nothing"):
            abx("p", "q", 2, random.Random(0)).answer("neither", 1.0)

    def test_nothing_is_answered_after_the_end(self) -> None:
        with pytest.raises(ValueError, match="answers nothing"):
            answered(abx("p", "q", 1, random.Random(0)), ["a", "a"])

    def test_the_last_answer_can_be_taken_back(self) -> None:
        test = answered(abx("p", "q", 3, random.Random(0)), ["a", "b"])
        assert test.take_back().answers == test.answers[:1]
        assert test.take_back().take_back().take_back().answers == ()

    @pytest.mark.parametrize(("trials", "right"), [(16, 12), (10, 9), (5, 5), (4, None)])
    def test_how_many_right_ones_are_needed(self, trials: int, right: int | None) -> None:
        # As in tables of the binomial distribution at 5 %.
        assert needed(trials) == right


class TestPreference:
    @given(st.integers(2, 6), st.integers(1, 9), st.integers(0, 10**6))
    def test_every_pair_comes_once_a_round_and_on_both_sides(
        self, count: int, rounds: int, seed: int
    ) -> None:
        keys = tuple("abcdef"[:count])
        test = preference(keys, rounds, random.Random(seed))
        each = list(combinations(keys, 2))
        size = len(each)
        for number in range(rounds):
            part = test.trials[number * size : (number + 1) * size]
            assert sorted(tuple(sorted((t.a, t.b))) for t in part) == each
        sides = Counter((trial.a, trial.b) for trial in test.trials)
        assert all(abs(sides[i, j] - sides[j, i]) == rounds % 2 for i, j in each)
        assert not any(trial.x for trial in test.trials)

    def test_the_order_is_not_always_the_same(self) -> None:
        orders = {preference(KEYS, 2, random.Random(seed)).trials for seed in range(20)}
        assert len(orders) > 15

    @pytest.mark.parametrize("keys", [("a",), ("a", "a"), tuple("abcdefg")])
    def test_other_numbers_of_sources_are_refused(self, keys: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="two to six"):
            preference(keys, 1, random.Random(0))

    def test_pairs_count_wins_and_ties_whatever_the_side(self) -> None:
        trials = tuple(Trial(*sides) for sides in ["pq", "qp", "qp", "pq", "pq"])
        given: list[Choice] = ["a", "b", "a", "neither", "a"]
        (pair,) = pairs(answered(BlindTest("preference", ("p", "q"), trials), given))
        assert (pair.first, pair.second) == ("p", "q")
        assert (pair.share.count, pair.share.of, pair.ties) == (3, 4, 1)

    def test_sides_do_not_matter_to_somebody_who_sees(self) -> None:
        test = preferring(preference(KEYS, 8, random.Random(3)), KEYS[::-1])
        for pair in pairs(test):
            assert (pair.share.count, pair.share.of) == (0, 8)
            assert pair.share.shown
        ranked = strengths(test)
        assert sorted(ranked, key=lambda key: -ranked[key]) == list(KEYS[::-1])

    def test_before_the_first_answer_nothing_is_claimed(self) -> None:
        test = preference(KEYS, 2, random.Random(0))
        assert all((p.share.chance, p.share.low, p.share.high) == (1, 0, 1) for p in pairs(test))
        assert strengths(test) == pytest.approx(dict.fromkeys(KEYS, 1 / 3))


class TestStatistics:
    @given(st.integers(1, 200), st.data())
    def test_chance_and_interval_equal_scipy(self, of: int, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, of))
        for one_sided in (True, False):
            found = share(count, of, one_sided)
            sides = "greater" if one_sided else "two-sided"
            reference = binomtest(count, of, 0.5, sides)
            interval = binomtest(count, of).proportion_ci(0.95, "wilson")
            assert found.chance == pytest.approx(reference.pvalue, rel=1e-9)
            assert (found.low, found.high) == pytest.approx((interval.low, interval.high))

    def test_two_sources_have_strengths_in_closed_form(self) -> None:
        trials = tuple(Trial("p", "q") for _ in range(10))
        given: list[Choice] = ["a", "a", "a", "a", "a", "a", "a", "b", "b", "neither"]
        found = strengths(answered(BlindTest("preference", ("p", "q"), trials), given))
        assert found == pytest.approx({"p": 8 / 11, "q": 3 / 11})

    @settings(max_examples=20)
    @given(st.integers(0, 10**6))
    def test_strengths_are_the_most_likely_ones(self, seed: int) -> None:
        rng = random.Random(seed)
        test = preference(KEYS, 6, rng)
        likely: list[Choice] = ["a", "a", "b", "neither"]
        test = answered(test, [rng.choice(likely) for _ in test.trials])
        won = np.full((3, 3), 0.5)
        for trial, answer in test.answered:
            i, j = KEYS.index(trial.a), KEYS.index(trial.b)
            won[i, j] += {"a": 1.0, "b": 0.0, "neither": 0.5}[answer.choice]
            won[j, i] += {"a": 0.0, "b": 1.0, "neither": 0.5}[answer.choice]

        def unlikely(logs: np.ndarray) -> float:
            logs = np.append(logs, 0.0)
            gap = logs[:, None] - logs[None, :]
            loss = won * np.logaddexp(0.0, -gap)
            return float(loss.sum() - np.trace(loss))

        logs = np.append(minimize(unlikely, np.zeros(2), tol=1e-12).x, 0.0)
        likeliest = np.exp(logs) / np.exp(logs).sum()
        assert list(strengths(test).values()) == pytest.approx(list(likeliest), abs=1e-4)


def test_a_table_of_the_answers() -> None:
    trials = (Trial("p", "q", "q"), Trial("p", "q", "q"), Trial("p", "q", "p"))
    test = BlindTest("abx", ("p", "q"), trials, (Answer("a", 2.0), Answer("b", 0.456)))
    table = as_csv(test, {"p": "Raw, bicubic", "q": "Delta"}, "city")
    assert list(csv.reader(io.StringIO(table.decode()))) == [
        ["picture", "test", "trial", "a", "b", "x", "answer", "correct", "seconds"],
        ["city", "abx", "1", "Raw, bicubic", "Delta", "Delta", "a", "false", "2.00"],
        ["city", "abx", "2", "Raw, bicubic", "Delta", "Delta", "b", "true", "0.46"],
    ]
