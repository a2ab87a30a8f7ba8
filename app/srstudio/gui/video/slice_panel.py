"""A row or a column of every visible source over time, from the frames that are kept.

Tie: `SlicePanel(player, view, slicing)` in a dock whose `visibilityChanged` goes to `set_seen`
(a dock behind another one of its tabs is not hidden); `close` before the window goes.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from srstudio.compare.slice_line import SliceLine
from srstudio.gui.video.player import Player
from srstudio.gui.video.slice_view import Slice, SliceView, slice_image
from srstudio.gui.video.slicing import Slicing
from srstudio.gui.viewer.comparison_view import ComparisonView

_REFRESH_MS = 150
_NO_CLIP = "Open a clip, and a line of it is shown over time."
_NO_LINES = "The line is drawn over time as frames are computed."
_HELP = "Drag the dashed line in the pictures; double-click it: row or column."


class SlicePanel(QWidget):
    """The slices, and where the line is.

    Args:
        player: Has the clip; a click in the panel moves it.
        view: Has the line.
        slicing: Has the lines.
    """

    def __init__(self, player: Player, view: ComparisonView, slicing: Slicing) -> None:
        super().__init__()
        self._player, self._view, self._slicing = player, view, slicing
        self.way, self.at, self.slices = QComboBox(), QSpinBox(), SliceView()
        self._help = QLabel(_HELP)
        self._seen = self._closed = False
        self._refresh_later = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self._show_line(view.slice_line)

    def set_seen(self, seen: bool) -> None:
        """Whether it is on the screen: then there is a line in the view."""
        if self._closed:
            return
        self._seen = seen
        self._slicing.set_on(seen)
        self._refresh_soon()

    def close(self) -> bool:
        """Cut nothing any more."""
        self._closed = True
        self._refresh_later.stop()
        self._slicing.close()
        return super().close()

    def _lay_out(self) -> None:
        self.way.addItems(["Row", "Column"])
        self.way.setAccessibleName("Row or column")
        self.at.setAccessibleName("Place of the line")
        self.at.setToolTip("Which row or column of the picture, from 0")
        self.at.setKeyboardTracking(False)
        self._help.setProperty("role", "muted")
        self._help.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.way)
        head.addWidget(self.at)
        head.addWidget(self._help, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.slices, 1)

    def _connect(self) -> None:
        self._player.moved.connect(self.slices.set_number)
        self._player.opened_changed.connect(self._refresh)
        self._slicing.changed.connect(self._refresh_soon)
        self._view.slice_changed.connect(self._show_line)
        self._view.comparison_changed.connect(lambda _: self._refresh_soon())
        self._refresh_later.timeout.connect(self._refresh)
        self.slices.sought.connect(self._player.seek)
        self.way.activated.connect(self._turn)
        self.at.valueChanged.connect(self._move)

    def _refresh_soon(self) -> None:
        if self._seen and not self._refresh_later.isActive():
            self._refresh_later.start()

    def _refresh(self) -> None:
        """Draw the lines that there are."""
        slicing, span = self._slicing, self._slicing.span
        slices = [
            Slice(self._player.title(key), slice_image(slicing.lines(key), span))
            for key in slicing.keys
        ]
        empty = _NO_CLIP if self._player.clip is None else _NO_LINES
        self.slices.show_slices(slices, span, empty)
        self.slices.set_number(self._player.number)

    def _show_line(self, line: SliceLine | None) -> None:
        for part in (self.way, self.at):
            part.setEnabled(line is not None)
        if line is not None:
            self.at.blockSignals(True)
            self.at.setMaximum(line.across - 1)
            self.at.setValue(line.at)
            self.at.blockSignals(False)
            self.way.setCurrentIndex(int(line.upright))

    def _turn(self, row: int) -> None:
        line = self._view.slice_line
        if line is not None and line.upright != bool(row):
            self._view.set_slice(line.turned())

    def _move(self, at: int) -> None:
        line = self._view.slice_line
        if line is not None:
            self._view.set_slice(line.moved(at))
