"""What becomes of work in other processes when the window is closed: one question for all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_GOES_ON = (
    "{} can go on without the window; the next one finds {} again. "
    "What is stopped is saved, and can be resumed."
)


class Lasting(Protocol):
    """Work that can outlive the window."""

    @property
    def still_going(self) -> Sequence[str]:
        """What was begun from this window and has not ended, as in `run 3 is still training`."""

    def stop_all(self, then: Callable[[], None]) -> None:
        """Let all of it save itself and end; call `then` as soon as it has been told."""


class Leaving:
    """Asks, where something is still going on, before the window is closed.

    Args:
        window: Closes once that is settled.
        parts: What may still be going on.
    """

    def __init__(self, window: QWidget, parts: Sequence[Lasting]) -> None:
        self._window, self._parts = window, parts
        self._settled = False

    def may_close(self) -> bool:
        """Whether the window can be closed; if not, a person is asked, and it closes then."""
        going = [sentence for part in self._parts for sentence in part.still_going]
        if self._settled or not going:
            return True
        LeavingDialog(going, self._leave, self._stop, self._window).show()
        return False

    def _stop(self) -> None:
        waiting = list(self._parts)

        def told() -> None:
            waiting.pop()
            if not waiting:
                self._leave()

        for part in self._parts:
            part.stop_all(told)

    def _leave(self) -> None:
        self._settled = True
        self._window.close()


class LeavingDialog(QMessageBox):
    """Asks whether work goes on without the window.

    Args:
        going: What is still going on, without a full stop.
        keep: Called if it is to go on.
        stop: Called if it is to save itself and end.
        parent: The window.
    """

    def __init__(
        self,
        going: Sequence[str],
        keep: Callable[[], None],
        stop: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Something is still going on")
        self.setIcon(QMessageBox.Icon.Question)
        self.setText(", and ".join(going) + ".")
        words = ("It", "it") if len(going) == 1 else ("They", "them")
        self.setInformativeText(_GOES_ON.format(*words))
        self.keep = self.addButton("Keep going", QMessageBox.ButtonRole.AcceptRole)
        self.stop = self.addButton("Stop and save", QMessageBox.ButtonRole.DestructiveRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.keep.clicked.connect(keep)
        self.stop.clicked.connect(stop)
