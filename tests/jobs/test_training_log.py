from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from tests.jobs.runs import lines, write_log

from srstudio.jobs.training_log import Curves, LogReader, as_csv, smoothed


def test_every_read_takes_in_what_was_added(tmp_path: Path) -> None:
    reader = LogReader(tmp_path / "log.jsonl")
    assert not reader.read()
    path = write_log(tmp_path, lines([1, 2]))
    assert reader.read()
    assert not reader.read()
    with path.open("a") as log:
        log.write(json.dumps(lines([3])[0]) + "\n")
    assert reader.read()
    curves = reader.curves()
    assert curves.steps.tolist() == [1, 2, 3]
    assert curves.loss.tolist() == [1.0, 0.5, 1 / 3]
    assert curves.skipped.tolist() == [3, 3, 3]


def test_a_torn_line_waits_for_its_end_and_nonsense_is_left_out(tmp_path: Path) -> None:
    path = write_log(tmp_path, lines([1]))
    line = json.dumps(lines([2])[0]) + "\n"
    with path.open("a") as log:
        log.write("no json\n[1]\n" + '{"loss": 1}\n' + line[:20])
    reader = LogReader(path)
    reader.read()
    assert reader.curves().steps.tolist() == [1]
    with path.open("a") as log:
        log.write(line[20:])
    reader.read()
    assert reader.curves().steps.tolist() == [1, 2]


def test_a_log_that_was_cut_back_is_read_anew(tmp_path: Path) -> None:
    reader = LogReader(write_log(tmp_path, lines([1, 2, 3])))
    reader.read()
    short = tmp_path / "short"
    write_log(short, lines([1])).replace(tmp_path / "log.jsonl")
    assert reader.read()
    assert reader.curves().steps.tolist() == [1]
    (tmp_path / "log.jsonl").unlink()
    assert reader.read()
    assert reader.curves().steps.size == 0


def test_validations_events_and_what_is_no_number(tmp_path: Path) -> None:
    log = [
        *lines([1, 2], every=2),
        {"iteration": 2, "event": "paused"},
        {"iteration": 3, "loss": None, "lr": 1},
        {"iteration": 4, "psnr": None, "ssim": 0.5},
    ]
    reader = LogReader(write_log(tmp_path, log))
    reader.read()
    curves = reader.curves()
    assert curves.paused
    assert curves.best == 32.0
    assert curves.step == 4
    assert np.isnan(curves.loss[-1])
    assert curves.validated.tolist() == [2, 4]
    assert not Curves(events=((1, "paused"), (1, "resumed"))).paused
    assert Curves().best is None


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 1000])
@pytest.mark.parametrize("weight", [0.0, 0.5, 0.97])
def test_smoothing_is_the_running_mean_step_by_step(length: int, weight: float) -> None:
    values = np.random.default_rng(length).normal(size=length)
    values[3::7] = np.nan
    expected, mean, total = [], 0.0, 0.0
    for value in values:
        known = not np.isnan(value)
        mean = weight * mean + (1 - weight) * (value if known else 0.0)
        total = weight * total + (1 - weight) * known
        expected.append(mean / total if total else np.nan)
    np.testing.assert_allclose(smoothed(values, weight), expected, rtol=1e-9)


def test_a_constant_stays_as_it_is() -> None:
    np.testing.assert_allclose(smoothed(np.full(200, 3.0), 0.9), 3.0)


def test_the_table_has_a_row_for_each_step_of_each_run(tmp_path: Path) -> None:
    reader = LogReader(write_log(tmp_path, lines([1, 2], every=2)))
    reader.read()
    text = as_csv({"run 1": reader.curves(), "a, b": reader.curves()}).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["run"], row["iteration"]) for row in rows] == [
        ("run 1", "1"),
        ("run 1", "2"),
        ("a, b", "1"),
        ("a, b", "2"),
    ]
    assert float(rows[1]["loss"]) == 0.5
    assert [row["psnr"] for row in rows] == ["", "32", "", "32"]
