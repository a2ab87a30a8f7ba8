from __future__ import annotations

import time

import pytest

from srstudio.core.bench import BenchRow, compare_ways, interleaved, timings
from srstudio.metrics.bench import full_hd_pair, metrics_benchmark, skimage_ssim
from srstudio.metrics.functional import ssim_map


def test_ways_take_turns_after_a_round_of_warming_up() -> None:
    calls: list[str] = []
    times = timings({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3)

    assert "".join(calls) == "ab" * 4
    assert {way: len(rounds) for way, rounds in times.items()} == {"a": 3, "b": 3}


def test_medians_are_in_milliseconds() -> None:
    medians = interleaved({"nap": lambda: time.sleep(0.02), "nothing": lambda: None}, 3)
    assert medians["nap"] >= 20
    assert medians["nothing"] < medians["nap"]


def test_ratio_is_the_references_time_over_this_one() -> None:
    slow, fast = compare_ways(
        "case", {"slow": lambda: time.sleep(0.02), "fast": lambda: time.sleep(0.001)}, "slow", 3
    )
    assert slow == BenchRow("case", "slow", slow.median_ms, 1.0, "slow")
    assert fast.ratio == slow.median_ms / fast.median_ms
    assert fast.ratio > 1


@pytest.mark.slow
def test_every_case_is_timed_against_scikit_image() -> None:
    rows = metrics_benchmark(1)
    cases = {row.case for row in rows}

    assert len(rows) == 2 * len(cases) == 6
    assert {row.reference for row in rows} == {"scikit-image"}
    assert {row.way for row in rows} == {"scikit-image", "srstudio"}


@pytest.mark.slow
def test_the_full_hd_map_is_five_times_as_fast_as_scikit_images() -> None:
    a, b = full_hd_pair()
    times = timings(
        {"theirs": lambda: skimage_ssim(a, b, full=True), "ours": lambda: ssim_map(a, b)}, 7
    )
    assert min(times["theirs"]) / min(times["ours"]) >= 5
