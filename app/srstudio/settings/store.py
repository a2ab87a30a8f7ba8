"""The settings file: read with forgiveness, written so that it is always whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import platformdirs
from msgspec.structs import FieldInfo, fields

from srstudio.core.errors import OutputError
from srstudio.core.files import write_bytes
from srstudio.settings.schema import Settings

ENVIRONMENT = "SRSTUDIO_SETTINGS"
S = TypeVar("S", bound=msgspec.Struct)


def settings_path() -> Path:
    """The settings file: `$SRSTUDIO_SETTINGS`, else in the user's configuration folder."""
    override = os.environ.get(ENVIRONMENT)
    if override:
        return Path(override)
    return platformdirs.user_config_path("srstudio", appauthor=False) / "settings.json"


@dataclass(slots=True)
class SettingsStore:
    """Reads and writes the settings file.

    Attributes:
        path: The file.
        reset: After `load`, the keys that were unusable and got their defaults.
        backup: After `load`, where the unusable file was kept; None if it was fine.
    """

    path: Path = field(default_factory=settings_path)
    reset: tuple[str, ...] = ()
    backup: Path | None = None

    def load(self) -> Settings:
        """The settings of the file, with defaults for whatever is missing or unusable.

        A file with anything unusable in it is copied to `<name>.bad` first.
        """
        self.reset, self.backup = (), None
        try:
            text = self.path.read_bytes()
        except OSError:
            return Settings()
        settings, bad = _salvage(Settings, _parse(text))
        if bad:
            self.reset = tuple(bad)
            self.backup = self._keep(text)
        return settings

    def save(self, settings: Settings) -> None:
        """Write the file in one step: readers see the old one or the new one.

        Raises:
            OutputError: if the file cannot be written; the old one is untouched.
        """
        text = msgspec.json.format(msgspec.json.encode(settings), indent=2)
        write_bytes(self.path, text + b"\n", overwrite=True)

    def _keep(self, text: bytes) -> Path | None:
        copy = self.path.with_name(self.path.name + ".bad")
        try:
            write_bytes(copy, text, overwrite=True)
        except OutputError:
            return None
        return copy


def _parse(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def _salvage(kind: type[S], raw: Any, where: str = "") -> tuple[S, list[str]]:
    """A struct from whatever of `raw` is usable, and the names of the keys that were not."""
    if not isinstance(raw, dict):
        return kind(), [where.rstrip(".") or "the whole file"]
    values: dict[str, Any] = {}
    bad: list[str] = []
    for info, value in _given(kind, raw):
        if isinstance(info.type, type) and issubclass(info.type, msgspec.Struct):
            values[info.name], inner = _salvage(info.type, value, f"{where}{info.name}.")
            bad += inner
            continue
        try:
            values[info.name] = msgspec.convert(value, info.type)
        except msgspec.ValidationError:
            bad.append(where + info.name)
    return kind(**values), bad


def _given(kind: type[msgspec.Struct], raw: dict[str, Any]) -> Iterator[tuple[FieldInfo, Any]]:
    return ((info, raw[info.name]) for info in fields(kind) if info.name in raw)
