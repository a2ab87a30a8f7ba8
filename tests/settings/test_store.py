from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.core.errors import OutputError
from srstudio.settings import Settings, SettingsStore, settings_path
from srstudio.settings.schema import (
    EngineSettings,
    SaveSettings,
    ViewSettings,
    WindowSettings,
)
from srstudio.settings.store import ENVIRONMENT

text = st.text(max_size=30)
any_settings = st.builds(
    Settings,
    engine=st.builds(
        EngineSettings,
        models=st.lists(text),
        scale=st.integers(1, 64),
        device=text,
        precision=st.sampled_from(["exact", "fast"]),
    ),
    view=st.builds(
        ViewSettings,
        layout=st.sampled_from(["slider", "side_by_side"]),
        overlay=st.sampled_from(["off", "absolute", "signed", "ssim"]),
        opacity=st.floats(0, 1),
        nearest=st.booleans(),
        protocol=st.sampled_from(["paper", "rgb"]),
    ),
    save=st.builds(
        SaveSettings,
        format=st.sampled_from(["png", "jpeg", "webp", "tiff"]),
        depth=st.sampled_from([0, 8, 16]),
        quality=st.integers(1, 100),
        lossless=st.booleans(),
        template=st.text(min_size=1, max_size=30),
        folder=text,
    ),
    window=st.builds(
        WindowSettings,
        theme=st.sampled_from(["system", "dark", "light"]),
        geometry=text,
        state=text,
        recent=st.lists(text, max_size=10),
    ),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SettingsStore:
    return SettingsStore(tmp_path_factory.mktemp("settings") / "deep" / "settings.json")


@given(any_settings)
def test_every_setting_survives_a_restart(store: SettingsStore, settings: Settings) -> None:
    store.save(settings)
    assert store.load() == settings
    assert store.reset == ()
    assert store.backup is None


def _leaves() -> list[tuple[str, str]]:
    whole = msgspec.to_builtins(Settings())
    return [(group, key) for group, keys in whole.items() for key in keys]


@given(settings=any_settings, leaf=st.sampled_from(_leaves()))
def test_one_bad_key_resets_itself_only(
    store: SettingsStore, settings: Settings, leaf: tuple[str, str]
) -> None:
    group, key = leaf
    content = msgspec.to_builtins(settings)
    content[group][key] = {"not": "of this type"}
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_text(json.dumps(content))
    loaded = store.load()
    expected = msgspec.to_builtins(settings)
    expected[group][key] = msgspec.to_builtins(Settings())[group][key]
    assert msgspec.to_builtins(loaded) == expected
    assert store.reset == (f"{group}.{key}",)
    assert store.backup is not None
    assert json.loads(store.backup.read_text()) == content


@given(json_values)
def test_any_json_gives_usable_settings(store: SettingsStore, content: Any) -> None:
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_text(json.dumps({"engine": content, "view": {"opacity": content}}))
    loaded = store.load()
    assert msgspec.convert(msgspec.to_builtins(loaded), Settings) == loaded


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", b"[]", b"null", b'"text"'])
def test_an_unreadable_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    store.path.write_bytes(content)
    assert store.load() == Settings()
    assert store.backup == tmp_path / "settings.json.bad"
    assert store.backup.read_bytes() == content


def test_out_of_range_values_are_reset(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    store.path.write_text('{"view": {"opacity": 7}, "engine": {"scale": 0, "device": "cpu"}}')
    loaded = store.load()
    assert (loaded.view.opacity, loaded.engine.scale) == (0.75, 2)
    assert loaded.engine.device == "cpu"
    assert set(store.reset) == {"view.opacity", "engine.scale"}


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "none" / "settings.json")
    assert store.load() == Settings()
    assert store.backup is None


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    store.save(Settings())
    before = store.path.read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="disk is full"):
        store.save(Settings(engine=EngineSettings(scale=4)))
    assert store.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [store.path]


def test_the_environment_moves_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "mine.json"))
    assert settings_path() == tmp_path / "mine.json"
    monkeypatch.delenv(ENVIRONMENT)
    assert settings_path().name == "settings.json"
    assert "srstudio" in str(settings_path())


def test_recent_files_are_newest_first_without_repeats() -> None:
    settings = Settings()
    for name in [*map(str, range(12)), "5"]:
        settings.remember_file(name)
    assert settings.window.recent == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]
