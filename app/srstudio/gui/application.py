"""The application around the window: Qt, logging, what happens to errors nobody foresaw."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import cast

import platformdirs
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from srstudio.core.errors import OutputError, StudioError
from srstudio.gui.studio import Studio
from srstudio.gui.theme import ThemeManager
from srstudio.settings import Settings, SettingsStore
from srstudio_models import read_catalog
from srstudio_resources import sample as sample_files

# Another thread's Python holds up the window at most this long (the default is 5 ms).
_SWITCH_SECONDS = 0.001
_LOG_BYTES = 500_000
_POLL_MS = 50
_GRAB_SECONDS = 600
_log = logging.getLogger(__name__)


class _Reporter(QObject):
    """Brings errors that nobody caught to the window, from any thread."""

    happened = Signal(str)

    def report(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log an error and tell of it."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.critical("unforeseen error", exc_info=(kind, error or kind(), trace))
        said = str(error).partition("\n")[0] or kind.__name__
        self.happened.emit(f"Something unforeseen went wrong ({said}); the log has the details.")


def run(files: Sequence[Path], sample: bool = False) -> int:
    """Open the window, on files or on the bundled sample; returns when it is closed."""
    application = _application()
    _log_to_file()
    store = SettingsStore()
    settings = store.load()
    with _studio(application, settings, store) as studio:
        studio.start()
        if store.backup is not None:
            keys = ", ".join(store.reset)
            studio.tell(f"Settings that could not be read were reset ({keys}); see {store.backup}.")
        studio.open(sample_files() if sample else files)
        return application.exec()


def grab_window(files: Sequence[Path], out: Path) -> Path:
    """A picture of the window once everything about the files is computed; needs no display.

    Args:
        files: A picture, or a low-resolution picture and its ground truth.
        out: The PNG to be written; one that exists is replaced.

    Raises:
        StudioError: if something went wrong in the window, or the picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    settings = Settings()
    settings.window.theme = "dark"
    with _studio(_application(), settings, None) as studio:
        errors: list[StudioError] = []
        studio.workshop.failed.connect(errors.append)
        studio.start()
        studio.open(files)
        _wait(lambda: bool(errors) or studio.workshop.idle)
        if errors:
            raise errors[0]
        if not studio.window.grab().save(str(out), "PNG"):
            raise OutputError(f"{out} cannot be written", "choose another folder")
    return out


def _application() -> QApplication:
    sys.setswitchinterval(_SWITCH_SECONDS)
    existing = QApplication.instance()
    if existing is not None:
        return cast(QApplication, existing)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("SR Studio")
    application.setDesktopFileName("srstudio")
    return application


@contextmanager
def _studio(
    application: QApplication, settings: Settings, store: SettingsStore | None
) -> Iterator[Studio]:
    """A window, taken down in order however it ends."""
    theme = ThemeManager(application)
    theme.follow(settings.window.theme)
    studio = Studio(theme, read_catalog(), settings, store)
    reporter = _Reporter()
    reporter.happened.connect(studio.tell)
    hooks = sys.excepthook, threading.excepthook
    sys.excepthook = reporter.report
    threading.excepthook = lambda args: reporter.report(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    try:
        yield studio
    finally:
        studio.close()
        sys.excepthook, threading.excepthook = hooks
        studio.window.deleteLater()


def _wait(done: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer(interval=_POLL_MS)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    QTimer.singleShot(_GRAB_SECONDS * 1000, loop, loop.quit)
    timer.start()
    loop.exec()
    timer.stop()


def _log_to_file() -> None:
    folder = platformdirs.user_log_path("srstudio", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / "srstudio.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[handler],
    )
