from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from srstudio.core.frame import Frame
from srstudio.core.progress import Cancelled, Progress
from srstudio.core.regions import Region
from srstudio.jobs.events import Event, Failed, Finished, MapReady, Measured
from srstudio.jobs.measuring import MeasureHandler
from srstudio.jobs.specs import MapRequest, MeasureRequest
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure, picture_map

Start = Callable[[Callable[..., None]], Any]
RGB = Protocol("RGB", 0)
RNG = np.random.default_rng(2)
TRUTH = Frame(RNG.integers(0, 256, (40, 50, 3)).astype(np.uint8))
OTHER = Frame(RNG.integers(0, 256, (40, 50, 3)).astype(np.uint8))


def test_every_source_is_measured_in_order_whole_and_in_the_region(start: Start) -> None:
    region = Region(5, 6, 20, 21)
    running = start(MeasureHandler())
    sources = (("truth", TRUTH), ("other", OTHER))
    running.lane.submit(MeasureRequest(sources, TRUTH, RGB, region, 1))
    assert running.wait(1) == Finished(1)
    assert running.events[:2] == [
        Measured(1, "truth", measure(TRUTH, TRUTH, RGB, region)),
        Measured(1, "other", measure(OTHER, TRUTH, RGB, region)),
    ]
    assert running.events[0].measurement.psnr == float("inf")


def test_measuring_can_be_cancelled_between_sources() -> None:
    progress, told = Progress(), list[Event]()

    def emit(event: Event) -> None:
        told.append(event)
        progress.cancel()

    request = MeasureRequest((("a", TRUTH), ("b", OTHER)), TRUTH, RGB)
    with pytest.raises(Cancelled):
        MeasureHandler()(request, emit, progress)
    assert len(told) == 1


@pytest.mark.parametrize("kind", ["ssim", "absolute", "signed"])
def test_maps(start: Start, kind: Any) -> None:
    running = start(MeasureHandler())
    running.lane.submit(MapRequest("other", OTHER, TRUTH, kind, RGB, 3))
    assert running.wait(3) == Finished(3)
    [ready] = [event for event in running.events if isinstance(event, MapReady)]
    assert (ready.source, ready.kind) == ("other", kind)
    assert ready.values.dtype == np.float32
    np.testing.assert_array_equal(ready.values, picture_map(OTHER, TRUTH, kind, "RGB"))


def test_pictures_of_different_sizes_fail_in_a_sentence(start: Start) -> None:
    running = start(MeasureHandler())
    small = Frame(np.zeros((4, 4, 3), np.uint8))
    running.lane.submit(MeasureRequest((("small", small),), TRUTH, RGB, None, 4))
    failed = running.wait(4)
    assert isinstance(failed, Failed)
    assert "4x4" in failed.cause
