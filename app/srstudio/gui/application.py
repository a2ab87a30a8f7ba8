"""The application around the window: Qt, logging, what happens to errors nobody foresaw."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import cast

import platformdirs
from PySide6.QtCore import (
    QBuffer,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from srstudio.core.errors import StudioError
from srstudio.core.files import write_bytes
from srstudio.gui.studio import Studio
from srstudio.gui.theme import ThemeManager
from srstudio.settings import Settings, SettingsStore
from srstudio.settings.models import available_catalog
from srstudio_models import Catalog
from srstudio_resources import sample as sample_files

_LOG_BYTES = 500_000
_POLL_MS = 50
_INTERRUPT_MS = 300
_GRAB_SECONDS = 600
_log = logging.getLogger(__name__)


class _Reporter(QObject):
    """Brings errors that nobody caught to the window, from any thread."""

    happened = Signal(str)

    def report(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log an error and tell of it."""
        _log.critical("unforeseen error", exc_info=(kind, error or kind(), trace))
        said = str(error).partition("\n")[0] or kind.__name__
        self.happened.emit(f"Something unforeseen went wrong ({said}); the log has the details.")

    def report_thread(self, args: threading.ExceptHookArgs) -> None:
        """The same for an error that ended a thread."""
        self.report(args.exc_type, args.exc_value, args.exc_traceback)


def run(files: Sequence[Path], sample: bool = False) -> int:
    """Open the window, on files or on the bundled sample; returns when it is closed."""
    _log_to_file()
    store = SettingsStore()
    with studio(store.load(), store, available_catalog()) as opened:
        opened.start()
        if store.reset:
            keys, backup = ", ".join(store.reset), store.backup
            opened.tell(f"Settings that could not be read were reset ({keys}); see {backup}.")
        opened.open(sample_files() if sample else files)
        with interruptible():
            return QApplication.exec()


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
    with _without_platform_notes(), studio(settings, None, available_catalog()) as opened:
        errors: list[StudioError] = []
        opened.workshop.failed.connect(errors.append)
        opened.start()
        opened.open(files)
        wait(lambda: bool(errors) or opened.workshop.idle, _GRAB_SECONDS)
        if errors:
            raise errors[0]
        _save(opened, out)
    return out


@contextmanager
def studio(settings: Settings, store: SettingsStore | None, catalog: Catalog) -> Iterator[Studio]:
    """A window that is not shown yet, taken down in order however it ends."""
    theme = ThemeManager(_application())
    theme.follow(settings.window.theme)
    made = Studio(theme, catalog, settings, store)
    reporter = _Reporter()
    reporter.happened.connect(made.tell)
    hooks = sys.excepthook, threading.excepthook
    sys.excepthook = reporter.report
    threading.excepthook = reporter.report_thread
    try:
        yield made
    finally:
        made.close()
        sys.excepthook, threading.excepthook = hooks
        made.window.deleteLater()


def wait(done: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until something is done.

    Raises:
        StudioError: if that takes longer than allowed.
    """
    loop, timer = QEventLoop(), QTimer(interval=_POLL_MS)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start()
    QTimer.singleShot(round(seconds * 1000), loop, loop.quit)
    loop.exec()
    timer.stop()
    if not done():
        raise StudioError(f"The window was not ready after {seconds:g} seconds", "try again")


@contextmanager
def _without_platform_notes() -> Iterator[None]:
    """Without a display, Qt notes several times that nobody can be told the window's size."""

    def handle(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if "propagateSizeHints" not in message:
            print(message, file=sys.stderr)

    before = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl+C in the terminal closes the window: Python looks for it only when it runs."""
    before = signal.signal(signal.SIGINT, lambda *_: QApplication.quit())
    timer = QTimer(interval=_INTERRUPT_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        signal.signal(signal.SIGINT, before)


def _application() -> QApplication:
    existing = QApplication.instance()
    if existing is not None:
        return cast(QApplication, existing)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("SR Studio")
    application.setDesktopFileName("srstudio")
    return application


def _save(opened: Studio, out: Path) -> None:
    buffer = QBuffer()
    opened.window.grab().save(buffer, "PNG")
    write_bytes(out, bytes(buffer.data().data()), overwrite=True)


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
