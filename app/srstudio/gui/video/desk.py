"""Everything about playing in the window: the bar, the verbs, the menu of colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from srstudio.gui.actions import OF_CLIPS, Actions
from srstudio.gui.menus import add_choice
from srstudio.gui.opening import Opener, Ready
from srstudio.gui.roles import Roles
from srstudio.gui.theme import Colours
from srstudio.gui.video.analysis import ClipAnalysis
from srstudio.gui.video.player import Player
from srstudio.gui.video.timeline_bar import TimelineBar
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.media.video.colour import Matrix
from srstudio.metrics.protocol import Protocol

_MATRICES: tuple[tuple[str, Matrix | None], ...] = (
    ("As the file says", None),
    ("BT.601", "bt601"),
    ("BT.709", "bt709"),
    ("BT.2020", "bt2020"),
)
_RANGES: tuple[tuple[str, bool | None], ...] = (
    ("Range as the file says", None),
    ("Limited range", False),
    ("Full range", True),
)
_MINUTE = 60


class VideoDesk(QObject):
    """Ties the player to what people see and press.

    Args:
        player: Plays.
        opener: Opens the clip anew where it is to be read differently.
        view: Gets the keys that play.
        convention: By which frames are measured.

    Attributes:
        bar: The bar below the pictures.
        colours: A menu: what the numbers of the clip are taken for.
        analysis: Curves and slices.
    """

    clip_open = Signal(bool)

    def __init__(
        self,
        player: Player,
        opener: Opener,
        view: ComparisonView,
        convention: Callable[[], Protocol],
    ) -> None:
        super().__init__()
        self._player, self._opener, self._view = player, opener, view
        self.bar = TimelineBar()
        self.bar.hide()
        self.analysis = ClipAnalysis(player, view, convention)
        self.colours = self._colour_menu()
        self._on_screen = True
        self._connect()

    def _connect(self) -> None:
        player, bar = self._player, self.bar
        bar.sought.connect(player.seek)
        bar.stepped.connect(player.step)
        bar.marks_chosen.connect(player.set_marks)
        bar.play_toggled.connect(player.toggle)
        bar.rate_asked.connect(player.play)
        bar.loop_toggled.connect(player.set_looped)
        player.opened_changed.connect(self._change_clip)
        player.moved.connect(bar.set_number)
        player.state_changed.connect(self._show_state)
        player.kept_changed.connect(self._show_kept)

    def slots(self) -> dict[str, Callable[..., object]]:
        """What each verb of playing does, by its name."""
        player = self._player
        return {
            "play_back": lambda: player.shuttle(-1),
            "pause": player.pause,
            "play": lambda: player.shuttle(1),
            "frame_back": lambda: player.step(-1),
            "frame_on": lambda: player.step(1),
            "minute_back": lambda: player.skip(-_MINUTE),
            "minute_on": lambda: player.skip(_MINUTE),
            "to_start": lambda: player.seek(0),
            "to_end": lambda: player.seek(player.count - 1),
            "mark_in": player.mark_in,
            "mark_out": player.mark_out,
            "clear_marks": lambda: player.set_marks(None),
            "loop": player.set_looped,
            "truth_earlier": lambda: self.shift_truth(-1),
            "truth_later": lambda: self.shift_truth(1),
            "truth_much_earlier": lambda: self.shift_truth(-10),
            "truth_much_later": lambda: self.shift_truth(10),
        }

    def show(self, ready: Ready) -> None:
        """A picture, or a frame of a clip, is opened."""
        if ready.footage is None or ready.opened.number is None:
            self._player.close()
        else:
            self._player.open(ready.footage, ready.roles, ready.opened.number)

    def set_on_screen(self, on_screen: bool) -> None:
        """Whether the pictures are on the screen; nothing plays elsewhere."""
        self._on_screen = on_screen
        if not on_screen:
            self._player.pause()

    def enable(self, actions: Actions) -> None:
        """Let the verbs of playing do something, or nothing."""
        there = self._player.clip is not None
        actions.enable(OF_CLIPS, there and self._on_screen)
        actions["loop"].setChecked(self._player.looped)
        self.colours.setEnabled(there)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.bar.recolour(colours)
        self.analysis.recolour(colours)

    def shift_truth(self, frames: int) -> None:
        """Show the ground truth some frames later, or earlier."""
        if self._player.has_truth:
            self._opener.change_roles(lambda roles: replace(roles, shift=roles.shift + frames))

    def _change_clip(self) -> None:
        player = self._player
        self._view.transport = None if player.clip is None else player
        self.bar.set_timeline(player.timeline)
        self.bar.set_marks(player.marks)
        self.bar.set_number(player.number)
        self.bar.setVisible(player.clip is not None)
        self._show_kept()
        self.clip_open.emit(player.clip is not None)

    def _show_state(self) -> None:
        player, bar = self._player, self.bar
        bar.set_state(player.playing, player.rate, player.waiting, player.measured_fps)
        bar.set_marks(player.marks)
        bar.set_looped(player.looped)

    def _show_kept(self) -> None:
        player = self._player
        self.bar.set_titles({key: player.title(key) for key in player.keys})
        self.bar.set_kept({key: player.kept(key) for key in player.keys})

    def _colour_menu(self) -> QMenu:
        menu = QMenu("&Colours of the video")
        self._matrix = add_choice(menu, _MATRICES, None, lambda _: self._recolour())
        menu.addSeparator()
        self._range = add_choice(menu, _RANGES, None, lambda _: self._recolour())
        return menu

    def _recolour(self) -> None:
        matrix, full = self._matrix.checkedAction().data(), self._range.checkedAction().data()

        def change(roles: Roles) -> Roles:
            return roles.recoloured(matrix, full)

        self._opener.change_roles(change)
