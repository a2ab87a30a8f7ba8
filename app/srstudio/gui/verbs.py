"""What the user can do: one small method a verb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from srstudio.gui.dialogs.pages import AboutPage, ShortcutsPage
from srstudio.gui.dialogs.palette import CommandPalette, commands_in
from srstudio.gui.dialogs.save import SaveDialog
from srstudio.gui.exporting.facts import Given
from srstudio.gui.installing import WEIGHT_SUFFIXES
from srstudio.gui.lineup import family
from srstudio.media.still import READ_SUFFIXES
from srstudio.media.video.suffixes import ANIMATION_SUFFIXES, VIDEO_SUFFIXES
from srstudio_resources import sample, sample_clip

if TYPE_CHECKING:
    from srstudio.gui.studio import Studio

_OPENED = (*sorted(READ_SUFFIXES), *VIDEO_SUFFIXES, *ANIMATION_SUFFIXES)
_PICTURES = "Pictures and videos (" + " ".join(f"*{suffix}" for suffix in _OPENED) + ")"
# Networks for clips are at their best there, and those of this factor have weights.
_CLIP_SCALE, _FOR_CLIPS = 4, ("raw", "delta", "5-parallel")
_WEIGHTS = "Weights (" + " ".join(f"*{suffix}" for suffix in WEIGHT_SUFFIXES) + ")"
_ALL = "All files (*)"


class Verbs:
    """The verbs of `actions.VERBS` that are not the view's own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def slots(self) -> dict[str, Callable[..., object]]:
        """What each action does, by the name of its verb."""
        view, studio = self._studio.view, self._studio
        return {
            "comparison": lambda _: studio.show_page("comparison"),
            "training": lambda _: studio.show_page("training"),
            "exports": lambda _: studio.show_page("exports"),
            "blind": lambda _: studio.show_page("blind"),
            "open": self.open,
            "open_truth": self.open_truth,
            "paste": view.paste_from_clipboard,
            "sample": self.sample,
            "sample_clip": self.sample_clip,
            "save": self.save,
            "export_video": self.export_video,
            "install": self.install,
            "cancel": studio.workshop.stop_computing,
            "resume": studio.workshop.resume_computing,
            "quit": lambda: studio.window.close(),
            "fit": view.fit,
            "zoom_100": lambda: view.zoom_to(1.0),
            "zoom_200": lambda: view.zoom_to(2.0),
            "zoom_in": view.zoom_in,
            "zoom_out": view.zoom_out,
            "side_by_side": lambda on: studio.binding.set_side_by_side(on),
            "panel": studio.window.focus_next_panel,
            "swap": view.swap,
            "next": view.next_source,
            "previous": lambda: view.next_source(-1),
            "overlay": view.cycle_overlay,
            "nearest": lambda on: studio.binding.set_nearest(on),
            "blink": view.set_blinking,
            "magnify": view.set_magnifying,
            "hold": view.set_holding,
            "follow": lambda on: studio.binding.set_follow(on),
            "labels": lambda on: studio.binding.set_hidden_labels(on),
            "fullscreen": lambda on: studio.window.set_full_screen(on),
            "palette": self.find_command,
            "shortcuts": lambda: ShortcutsPage(studio.window).show(),
            "about": lambda: AboutPage(studio.window).show(),
            **studio.video.slots(),
        }

    def open(self) -> None:
        """Ask for a picture or a video, or for one and its ground truth."""
        dialog = self._file_dialog("Open a picture or a video; with its ground truth, if you like")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._studio.open([*map(Path, names)]))
        dialog.show()

    def open_truth(self) -> None:
        """Ask for the ground truth."""
        dialog = self._file_dialog("Open the ground truth")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        open_truth = self._studio.workshop.opener.open_truth
        dialog.fileSelected.connect(lambda name: open_truth(Path(name)))
        dialog.show()

    def sample(self) -> None:
        """Open the bundled sample."""
        self._studio.open(sample())

    def sample_clip(self) -> None:
        """Open the bundled clip as a ground truth, with what networks for clips make of it."""
        document = self._studio.document
        document.choose_scale(_CLIP_SCALE)
        document.show_models(_FOR_CLIPS)
        self._studio.workshop.opener.open_files([sample_clip()], made=True)

    def install(self, title: str = "") -> None:
        """Ask for weight files, for a model of that title or whatever they are."""
        wanted = f"Install weights for {title}" if title else "Install models"
        dialog = self._file_dialog(wanted, _WEIGHTS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        install = self._studio.workshop.installer.install
        dialog.filesSelected.connect(lambda names: install([*map(Path, names)]))
        dialog.show()

    def save(self) -> None:
        """Ask how to save what is shown."""
        studio = self._studio
        studio.workshop.player.pause()
        dialog = SaveDialog(studio.document, studio.settings.save, studio.window)
        dialog.choose(self.shown_source())
        dialog.accepted_saving.connect(studio.workshop.saver.save)
        dialog.show()

    def export_video(self) -> None:
        """Ask how to export the video that is open."""
        player = self._studio.workshop.player
        if player.footage is not None:
            reel = player.footage.shown
            rate = reel.clip.video.rate if reel.is_numbered else None
            given = Given(reel.path, reel.colour, rate)
            self._studio.exports.ask(given, self.shown_model(), player.marks)

    def find_command(self) -> None:
        """Offer everything that the menus have, to be found by a few letters."""
        window = self._studio.window
        CommandPalette([*commands_in(window.menus)], window).show()

    def shown_model(self) -> str:
        """The model in place, else the last of those in the panes, without its scale."""
        comparison, document = self._studio.view.comparison, self._studio.document
        shown = [spec for spec in document.models if spec.id in comparison.visible]
        return family(shown[-1]) if shown else ""

    def shown_source(self) -> str:
        """The source in place, else the last model's of those in the panes."""
        comparison, document = self._studio.view.comparison, self._studio.document
        done = [key for key in comparison.visible if key in document.results]
        return done[-1] if done else ""

    def _file_dialog(self, title: str, kinds: str = _PICTURES) -> QFileDialog:
        """A dialog beside the window, which goes on working."""
        recent = self._studio.settings.window.recent
        folder = str(Path(recent[0]).parent) if recent else ""
        dialog = QFileDialog(self._studio.window, title, folder, f"{kinds};;{_ALL}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog
