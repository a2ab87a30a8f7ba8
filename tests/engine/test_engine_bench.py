from __future__ import annotations

from srstudio.engine.bench import REFERENCE, inference_benchmark
from srstudio.engine.device import choose
from srstudio_models import read_catalog


def test_each_case_has_every_way_against_the_bare_loop() -> None:
    specs = [read_catalog()["bicubic"], read_catalog().find("fsrcnn+", 6)]
    rows = inference_benchmark(specs, choose("cpu"), ((24, 16),), repeats=1)
    assert [row.case for row in rows] == ["bicubic 24x16"] * 4 + ["fsrcnn-x6+ 24x16"] * 4
    rows = rows[:4]
    assert [row.way for row in rows] == [REFERENCE, "engine whole", "engine tiled", "engine fast"]
    assert {row.reference for row in rows} == {REFERENCE}
    assert rows[0].ratio == 1.0
    assert all(row.ratio == rows[0].median_ms / row.median_ms for row in rows)
