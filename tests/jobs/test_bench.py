"""The benchmark of videos: what is timed against what."""

from __future__ import annotations

from pathlib import Path

from srstudio.engine.bench import REFERENCE
from srstudio.engine.device import choose
from srstudio.jobs.bench import export_benchmark
from srstudio.media.video.bench import reading_benchmark
from srstudio.media.video.reader import VideoReader
from srstudio_models import read_catalog


def test_an_export_against_the_bare_loop(tmp_path: Path) -> None:
    specs = [read_catalog().find("fsrcnn", 2)]
    rows = export_benchmark(specs, choose("cpu"), tmp_path, 1, ((32, 24), 3))
    assert [row.case for row in rows] == ["export fsrcnn-x2 32x24, 3 frames"] * 2
    assert [row.way for row in rows] == [REFERENCE, "export"]
    assert rows[0].ratio == 1.0
    with VideoReader(tmp_path / "result.mp4") as result:
        assert (len(result.timeline), result.clip.video.size) == (3, (64, 48))


def test_reading_seeking_and_joining(tmp_path: Path) -> None:
    rows = reading_benchmark(tmp_path, 1, (64, 48), 9)
    ways: dict[str, list[str]] = {}
    for row in rows:
        ways.setdefault(row.case.split()[0], []).append(row.way)
        assert row.ratio > 0
    assert ways == {
        "reading": ["av decoding", "av to RGB", "srstudio"],
        "seeking": ["av seeking", "srstudio"],
        "joining": ["encoding", "srstudio"],
    }
    with VideoReader(tmp_path / "joined.mp4") as joined:
        assert len(joined.timeline) == 9
