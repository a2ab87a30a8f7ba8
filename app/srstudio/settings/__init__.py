"""What SR Studio remembers between two starts: typed, described, kept in one JSON file."""

from srstudio.settings.schema import Settings
from srstudio.settings.store import SettingsStore, settings_path

__all__ = ["Settings", "SettingsStore", "settings_path"]
