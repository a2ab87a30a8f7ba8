from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from srstudio.core.frame import Frame, quantise, to_float
from srstudio.core.regions import Region
from srstudio.jobs.events import (
    Failed,
    Finished,
    ModelFailed,
    PictureReady,
    Progressed,
    Stopped,
    TileReady,
)
from srstudio.jobs.specs import ViewportRequest, next_number
from srstudio.jobs.viewport import ViewportHandler
from srstudio_models import ModelFileError, ModelSpec, read_catalog

# The classes of conftest.py, which cannot be imported.
Bench: TypeAlias = Any
Running: TypeAlias = Any
Start = Callable[[Callable[..., None]], Running]
RNG = np.random.default_rng(11)
# With tiles of at most 256 pixels: 3 x 2.
FRAME = Frame(RNG.integers(0, 200, (400, 600, 3)).astype(np.uint8))
CORNER = Region(0, 0, 50, 50)


def request(*models: ModelSpec, **changes: Any) -> ViewportRequest:
    base = ViewportRequest("picture", FRAME, models, 2, CORNER, number=next_number())
    return replace(base, **changes)


def of(running: Running, kind: type[Any], number: int) -> list[Any]:
    return [e for e in running.events if isinstance(e, kind) and e.number == number]


def enlarged(frame: Frame, constant: float = 0.0) -> Any:
    pixels = to_float(frame.pixels).repeat(2, 0).repeat(2, 1) + np.float32(constant)
    return quantise(pixels, frame.bit_depth)


def test_all_visible_tiles_come_first_then_the_rest_then_the_end(
    bench: Bench, start: Start
) -> None:
    one, two = bench.model("one"), bench.model("two", 0.2)
    running, ask = start(ViewportHandler(make=bench.make)), request(one, two)
    running.lane.submit(ask)
    assert running.wait(ask.number) == Finished(ask.number)
    tiles = of(running, TileReady, ask.number)
    assert [tile.model for tile in tiles] == ["one", "two", *["one"] * 5, *["two"] * 5]
    assert all((tile.region.x, tile.region.y) == (0, 0) for tile in tiles[:2])
    ready = of(running, PictureReady, ask.number)
    assert [picture.model for picture in ready] == ["one", "two"]
    np.testing.assert_array_equal(ready[0].frame.pixels, enlarged(FRAME))
    np.testing.assert_array_equal(ready[1].frame.pixels, enlarged(FRAME, 0.2))
    assert ready[0].seconds > 0


def test_tiles_are_8_bit_parts_of_the_picture_with_memory_of_their_own(
    bench: Bench, start: Start
) -> None:
    frame = Frame(RNG.integers(0, 65536, (300, 100, 3)).astype(np.uint16))
    running, ask = start(ViewportHandler(make=bench.make)), request(bench.model("one"), frame=frame)
    running.lane.submit(ask)
    running.wait(ask.number)
    picture = np.zeros((600, 200, 3), np.uint8)
    for tile in of(running, TileReady, ask.number):
        assert tile.pixels.dtype == np.uint8
        assert tile.pixels.base is None
        picture[tile.region.slices] = tile.pixels
    [ready] = of(running, PictureReady, ask.number)
    assert ready.frame.pixels.dtype == np.uint16
    np.testing.assert_array_equal(picture, quantise(ready.frame.pixels, 8))


def test_a_newer_request_goes_on_where_the_older_one_stopped(bench: Bench, start: Start) -> None:
    model = bench.model("one")
    running = start(ViewportHandler(make=bench.make))
    first, second = request(model), request(model, visible=Region(550, 350, 50, 50))
    third_run = threading.Event()

    def before(_: str) -> None:
        if len(bench.runs) == 3:
            running.lane.submit(second)
            third_run.set()

    bench.before_run = before
    running.lane.submit(first)
    assert third_run.wait(60)
    assert running.wait(first.number) == Stopped(first.number)
    assert running.wait(second.number) == Finished(second.number)
    assert len(of(running, TileReady, first.number)) == 3
    later = of(running, TileReady, second.number)
    assert len(later) == 3
    assert (later[0].region.right, later[0].region.bottom) == (1200, 800)
    assert len(bench.runs) == 6
    [ready] = of(running, PictureReady, second.number)
    np.testing.assert_array_equal(ready.frame.pixels, enlarged(FRAME))


def test_cancel_is_acknowledged_during_a_tile_and_no_other_tile_begins(
    bench: Bench, start: Start
) -> None:
    computing, go = threading.Event(), threading.Event()

    def before(_: str) -> None:
        if len(bench.runs) == 2:
            computing.set()
            assert go.wait(60)

    bench.before_run = before
    running, ask = start(ViewportHandler(make=bench.make)), request(bench.model("one"))
    running.lane.submit(ask)
    assert computing.wait(60)
    began = time.monotonic()
    running.lane.cancel()
    assert time.monotonic() - began < 0.1
    assert running.terminal(ask.number) == []
    go.set()
    assert running.wait(ask.number) == Stopped(ask.number)
    assert len(bench.runs) == 2


def test_what_is_complete_is_told_at_once_without_computing(bench: Bench, start: Start) -> None:
    one, two = bench.model("one"), bench.model("two")
    running = start(ViewportHandler(make=bench.make))
    first, second = request(one), request(two, one)
    for ask in (first, second):
        running.lane.submit(ask)
        running.wait(ask.number)
    assert bench.runs.count("one") == 6
    events = [e for e in running.events if e.number == second.number]
    shown = [e for e in events if isinstance(e, PictureReady | TileReady)]
    assert isinstance(shown[0], PictureReady)
    assert shown[0].model == "one"
    assert len(of(running, PictureReady, second.number)) == 2


@pytest.mark.parametrize(
    "change",
    [{"picture": "other"}, {"precision": "fast"}, {"scale": 3}, {"device": "cpu"}],
    ids=str,
)
def test_another_picture_precision_scale_or_device_is_computed_anew(
    bench: Bench, start: Start, change: dict[str, Any]
) -> None:
    running = start(ViewportHandler(make=bench.make))
    model = bench.model("one")
    for ask in (request(model), request(model, **change)):
        running.lane.submit(ask)
        assert running.wait(ask.number) == Finished(ask.number)
    assert len(bench.runs) == 12
    [ready] = of(running, PictureReady, ask.number)
    assert ready.frame.width == 600 * ask.scale


def test_only_the_picture_at_hand_is_kept_and_memory_is_bounded(bench: Bench, start: Start) -> None:
    one, two = bench.model("one"), bench.model("two")
    running = start(ViewportHandler(memory=FRAME.pixels.nbytes * 4, make=bench.make))
    for ask in (request(one), request(two), request(one), request(one, picture="other")):
        running.lane.submit(ask)
        running.wait(ask.number)
    # One picture fits: `two` pushed `one` out, which had to be computed again.
    assert [bench.runs.count(name) for name in ("one", "two")] == [18, 6]


def test_one_models_failure_is_not_the_others(
    bench: Bench, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good, odd, wrong = (bench.model(name) for name in ("broken", "good", "odd", "wrong"))
    bench.modules["broken"] = ModelFileError("its file is damaged", "install it again")
    bench.modules["odd"] = ZeroDivisionError("a surprise")
    wrong = replace(wrong, descriptor=replace(wrong.descriptor, scales=(3, 4)))
    running, ask = start(ViewportHandler(make=bench.make)), request(broken, good, odd, wrong)
    running.lane.submit(ask)
    assert running.wait(ask.number) == Finished(ask.number)
    failed = {e.model: (e.cause, e.advice) for e in of(running, ModelFailed, ask.number)}
    assert failed.keys() == {"broken", "odd", "wrong"}
    assert failed["broken"] == ("its file is damaged", "install it again")
    assert "a surprise" in failed["odd"][0]
    assert "x3, x4, not x2" in failed["wrong"][0]
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert [e.model for e in of(running, PictureReady, ask.number)] == ["good"]


def test_progress_says_what_happens_how_far_it_is_and_how_fast(
    bench: Bench, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srstudio.jobs.reporting._INTERVAL", 0.0)
    running, ask = start(ViewportHandler(make=bench.make)), request(bench.model("one"))
    running.lane.submit(ask)
    running.wait(ask.number)
    told: list[Progressed] = of(running, Progressed, ask.number)
    assert [told[0].stage, told[1].stage] == ["Loading One", "One"]
    fractions = [each.fraction for each in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert told[-1].speed.endswith("Mpx/s")
    assert told[0].remaining is None
    assert told[-1].remaining == pytest.approx(0.0)


def test_the_engine_is_made_once_for_a_device_and_a_precision(bench: Bench, start: Start) -> None:
    model = bench.model("one")
    running = start(ViewportHandler(make=bench.make))
    for ask in (request(model), request(model), request(model, device="cpu"), request(model)):
        running.lane.submit(ask)
        running.wait(ask.number)
    assert bench.made == [("auto", "exact"), ("cpu", "exact"), ("auto", "exact")]
    assert bench.runs.count("one") == 12


@pytest.mark.parametrize("between", [{"device": "cpu"}, {"models": ()}], ids=str)
def test_tiles_that_were_dropped_with_their_device_or_model_are_told_again(
    bench: Bench, start: Start, between: dict[str, Any]
) -> None:
    model = bench.model("one")
    running = start(ViewportHandler(make=bench.make))
    bench.before_run = lambda _: running.lane.cancel()
    for ask in (request(model), request(model, **between)):
        running.lane.submit(ask)
        running.wait(ask.number)
    bench.before_run = lambda _: None
    last = request(model)
    running.lane.submit(last)
    running.wait(last.number)
    assert len(of(running, TileReady, last.number)) == 6


def test_an_unknown_device_fails_the_request_in_a_sentence(start: Start) -> None:
    running, ask = start(ViewportHandler()), request(device="cuda:99")
    running.lane.submit(ask)
    failed = running.wait(ask.number)
    assert isinstance(failed, Failed)
    assert "'cuda:99'" in failed.cause
    assert "cpu" in failed.advice


def test_the_real_engine_through_a_lane(start: Start) -> None:
    running = start(ViewportHandler())
    ask = request(read_catalog()["raw"], scale=1, device="cpu")
    running.lane.submit(ask)
    assert running.wait(ask.number) == Finished(ask.number)
    [ready] = of(running, PictureReady, ask.number)
    np.testing.assert_array_equal(ready.frame.pixels, FRAME.pixels)


def test_torch_is_imported_by_the_first_request_and_not_before() -> None:
    program = """
import os, sys
from srstudio.jobs import events, lanes, measuring, pictures, specs, viewport
import numpy as np
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.core.regions import Region
from srstudio_models import read_catalog
assert "torch" not in sys.modules
told = []
frame = Frame(np.zeros((4, 4, 3), np.uint8))
ask = specs.ViewportRequest("p", frame, (read_catalog()["raw"],), 2, Region(0, 0, 4, 4))
assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
viewport.ViewportHandler()(ask, told.append, Progress())
print(told[0].stage, "|", type(told[-1]).__name__, "torch" in sys.modules)
"""
    said = subprocess.check_output([sys.executable, "-c", program], text=True, cwd=Path.home())
    assert said.strip() == "Starting the engine | PictureReady True"
