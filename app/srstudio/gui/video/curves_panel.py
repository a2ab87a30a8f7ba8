"""PSNR, SSIM and steadiness of every source along a clip, with means and worst frames.

Tie: `CurvesPanel(player, measuring, background)` in a dock whose `visibilityChanged` goes to
`set_seen` (a dock behind another one of its tabs is not hidden); `recolour` with the theme,
`set_note` with the sentence of the convention, `close` before the window goes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH
from srstudio.gui.plotting.exporting import ask_where, saver, write_picture, write_table
from srstudio.gui.theme import Colours
from srstudio.gui.video.curve_measuring import CurveMeasuring
from srstudio.gui.video.curves_head import CurvesHead
from srstudio.gui.video.player import Player
from srstudio.gui.video.series import KINDS, Series
from srstudio.gui.video.turning_split import TurningSplit
from srstudio.gui.video.worst_list import WorstList
from srstudio.jobs.curves import FrameFigures

if TYPE_CHECKING:
    from srstudio.gui.video.curve_plots import CurvePlots

_REFRESH_MS, _MOVE_MS = 200, 100
_CURVES = 6  # colours of the theme
_NO_COLOUR = "#808080"  # as long as there is no theme
_NO_CLIP = "Open a clip, and its figures are drawn here frame by frame."
_NO_TRUTH = "All but the warping error needs the ground truth: open or drop it."


def _import_plots() -> None:
    """Import what draws plots, which takes a while."""
    import srstudio.gui.video.curve_plots  # noqa: F401 - for its effect


class CurvesPanel(QWidget):
    """Plots, and the list of means and worst frames.

    Args:
        player: Has the clip; a click in the panel moves it.
        measuring: Gives the figures.
        background: Imports and saves.

    Attributes:
        plots: The plots; None until they are shown for the first time.

    Signals:
        told: A sentence for the window.
        failed: A `StudioError`.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, player: Player, measuring: CurveMeasuring, background: Background) -> None:
        super().__init__()
        self._player, self._measuring, self._background = player, measuring, background
        self._series, self._colours, self._convention = Series(1), Colours(), ""
        self.plots: CurvePlots | None = None
        self._keys: tuple[str, ...] = ()
        self._importing = self._closed = False
        self.head, self.worst, self.note = CurvesHead(), WorstList(), QLabel()
        self._refresh_later = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._move_later = QTimer(self, interval=_MOVE_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self._start_again()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        if self.plots is not None:
            self.plots.recolour(colours)
        self._list_sources()

    def set_note(self, convention: str) -> None:
        """The convention of the figures, in a sentence; empty where there is none."""
        self._convention = convention
        self._write_note()

    def set_seen(self, seen: bool) -> None:
        """Whether it is on the screen: then it measures, and has plots."""
        if self._closed:
            return
        self._measuring.set_wanted(seen)
        if seen and self.plots is None and not self._importing:
            self._importing = True
            self._background.submit(_import_plots, lambda _: self._add_plots(), self.failed.emit)

    def close(self) -> bool:
        """Measure no more, and take the plots down."""
        self._closed = True
        self._refresh_later.stop()
        self._move_later.stop()
        self._measuring.close()
        if self.plots is not None:
            self.plots.close()
            self.plots = None
        return super().close()

    # -- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self._place = QStackedWidget()
        self._waiting = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._waiting.setProperty("role", "muted")
        self._place.addWidget(self._waiting)
        split = TurningSplit()
        split.addWidget(self._place)
        split.addWidget(self.worst)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.head)
        layout.addWidget(split, 1)
        layout.addWidget(self.note)

    def _connect(self) -> None:
        player, measuring = self._player, self._measuring
        player.moved.connect(self._move)
        measuring.started_again.connect(self._start_again)
        measuring.measured.connect(self._add)
        measuring.forgot.connect(self._forget)
        player.kept_changed.connect(self._look_at_sources)
        self.worst.chosen.connect(player.seek)
        self.head.changed.connect(self._list_sources)
        self.head.whole_asked.connect(measuring.set_whole)
        self.head.export_asked.connect(self._export)
        self._refresh_later.timeout.connect(self._refresh)
        self._move_later.timeout.connect(self._show_number)
        measuring.set_whole(self.head.whole.isChecked())

    def _add_plots(self) -> None:
        from srstudio.gui.video.curve_plots import CurvePlots

        if self._closed:
            return
        self.plots = CurvePlots()
        self.plots.sought.connect(self._player.seek)
        self._place.addWidget(self.plots)
        if self._colours:
            self.plots.recolour(self._colours)
        self._show_figures()

    # -- what is shown --------------------------------------------------------------------

    def _start_again(self) -> None:
        """Another clip, or figures by another convention."""
        player = self._player
        self._series = Series(max(1, player.count))
        self.head.set_has_truth(player.has_truth or player.clip is None)
        self.head.setEnabled(player.clip is not None)
        self._list_sources()

    def _list_sources(self) -> None:
        """Show the sources that the player has now."""
        player = self._player
        self._keys = player.keys
        titles = {key: player.title(key) for key in self._rows}
        self.worst.set_sources(titles, list(self._pens().values()))
        self._show_figures()

    @property
    def _rows(self) -> tuple[str, ...]:
        """All sources, and the ground truth where its own motion is shown beside theirs."""
        moves = self._player.has_truth and "warping" in self.head.figures
        return (*self._keys, TRUTH) if moves else self._keys

    def _pens(self) -> dict[str, QColor]:
        """The colour of each source."""
        names = {key: f"curve_{place % _CURVES + 1}" for place, key in enumerate(self._keys)}
        names |= dict.fromkeys(self._rows[len(self._keys) :], "muted")
        return {key: QColor(self._colours.get(name, _NO_COLOUR)) for key, name in names.items()}

    def _show_figures(self) -> None:
        """Have the plots and columns that are chosen."""
        self.worst.set_shown(self.head.figures)
        if self.plots is not None:
            self.plots.set_shown(self.head.figures)
            self.plots.set_number(self._player.number)
        self._refresh()

    def _look_at_sources(self) -> None:
        """Other models may have been chosen."""
        if self._player.keys != self._keys:
            self._list_sources()

    def _forget(self, key: str) -> None:
        self._series.forget(key)
        self._refresh()

    def _add(self, key: str, figures: FrameFigures) -> None:
        self._series.add(key, figures)
        if not self._refresh_later.isActive():
            self._refresh_later.start()

    def _move(self, _number: int) -> None:
        """Follow the play head, more slowly than frames may come."""
        if not self._move_later.isActive():
            self._move_later.start()

    def _show_number(self) -> None:
        if self.plots is not None:
            self.plots.set_number(self._player.number)

    def _refresh(self) -> None:
        """Draw and write what is known by now."""
        there = self._player.clip is not None and self.plots is not None
        self._place.setCurrentIndex(1 if there else 0)
        self.worst.setVisible(self._player.clip is not None)
        self._waiting.setText(_NO_CLIP if self._player.clip is None else "Preparing the plots")
        if there and self.plots is not None:
            self.plots.show_series(self._series, self._pens())
        self.worst.show_series(self._series, self.head.worst_by)
        self._write_note()

    def _write_note(self) -> None:
        """The convention, and how much of the clip is measured; or what is lacking."""
        player, figure = self._player, self.head.worst_by
        self.note.setVisible(player.clip is not None)
        known = max((self._series.measured(key, figure) for key in player.keys), default=0)
        measured = f"{known:,} of {player.count:,} frames measured"
        said = [measured, self._convention if player.has_truth else _NO_TRUTH]
        kinds = (KINDS[shown] for shown in self.head.figures)
        said += [f"{kind.title}: {kind.meaning}" for kind in kinds if kind.meaning]
        self.note.setText(" · ".join(said))

    # -- files ----------------------------------------------------------------------------

    def _export(self, kind: str) -> None:
        clip = self._player.clip
        if clip is None or self.plots is None:
            return
        if kind == "csv":
            known = self._measuring.curves.copy()
            write = partial(write_table, lambda: known.csv().encode())
        else:
            write = partial(write_picture, self.plots.grab().toImage())
        save = saver(self._background, write, self.told, self.failed)
        ask_where(self, kind, f"{clip.path.stem} figures", save)
