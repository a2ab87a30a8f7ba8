from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from PySide6.QtCore import Qt
from tests.gui.conftest import QuickEngine, Wait

from srstudio.core.errors import UsageError
from srstudio.gui.document import Stage
from srstudio.gui.room import check_room
from srstudio.gui.studio import Studio


def leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    memory = SimpleNamespace(available=free)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def test_more_sources_and_deeper_ones_need_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    leave(monkeypatch, 100 << 20)
    size = (1024, 1024)
    check_room(size, 8)
    with pytest.raises(UsageError, match=r"1024 x 1024 .* 0\.1 GiB"):
        check_room(size, 9)
    with pytest.raises(UsageError, match="smaller scale"):
        check_room(size, 8, 16)


def test_too_large_a_scale_is_refused_before_anything_is_computed(
    studio: Studio,
    engine: QuickEngine,
    low: Path,
    until_idle: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio.open([low])
    until_idle()
    asked = len(engine.requests)
    leave(monkeypatch, 64 << 20)
    studio.document.choose_scale(64)
    until_idle()
    assert "2560 x 1920" in studio.window.strip.text
    assert "choose a smaller scale" in studio.window.strip.text
    assert studio.document.scale == 2
    assert studio.engine_bar.scale.currentData() == 2
    assert len(engine.requests) == asked
    assert studio.view.viewport.content == (80, 60)


def test_a_model_that_finds_no_room_is_not_computed(
    studio: Studio,
    engine: QuickEngine,
    low: Path,
    until_idle: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio.open([low])
    until_idle()
    asked = len(engine.requests)
    leave(monkeypatch, 1000)
    studio.document.show_models(["nearest"])
    assert studio.document.state("nearest").stage is Stage.FAILED
    assert "GiB are free" in studio.window.strip.text
    assert len(engine.requests) == asked
    monkeypatch.undo()
    studio.actions["resume"].trigger()
    until_idle()
    assert "nearest" in studio.document.results


def test_far_scales_stand_below_a_line(studio: Studio) -> None:
    box = studio.engine_bar.scale
    items = [box.itemData(row) for row in range(box.count())]
    assert items == [2, 3, 4, None, 6, 8, 12, 16, 24, 32, 48, 64]
    role = Qt.ItemDataRole.AccessibleDescriptionRole
    assert box.itemData(3, role) == "separator"
