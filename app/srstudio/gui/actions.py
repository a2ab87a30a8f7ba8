"""Every verb of the window in one table: it feeds the menus, the tool bar and the F1 page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours


@dataclass(frozen=True, slots=True)
class Verb:
    """Something the user can do.

    Attributes:
        name: Its name in code.
        text: What the menu says; an ellipsis where a dialog follows.
        keys: Shortcuts, the first is the one that is shown.
        icon: File name of its icon, without suffix.
        tip: A sentence for the tool tip; empty: the text.
        checkable: Whether it is a state that is on or off.
        in_view: The keys work only while the focus is in the view.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    in_view: bool = False


SEPARATOR = "-"
VERBS = (
    Verb("comparison", "&Comparison", ("F2",), "side_by_side", "Compare pictures", True),
    Verb("training", "&Training", ("F3",), "training", "Train networks", True),
    Verb("exports", "Export &queue", ("F4",), "queue", "Videos that are being exported", True),
    Verb(
        "blind",
        "B&lind test",
        ("F7",),
        "blind",
        "Find out whether a difference is really seen, without names",
        True,
    ),
    Verb("open", "&Open...", ("Ctrl+O",), "open", "Open a low-resolution picture or video"),
    Verb(
        "open_truth",
        "Open &ground truth...",
        ("Ctrl+G",),
        "truth",
        "Open the picture or video that the results are measured against",
    ),
    Verb("paste", "&Paste picture", ("Ctrl+V",), "paste", "Open the picture on the clipboard"),
    Verb("sample", "&Sample picture", (), "picture", "Open the picture that comes with SR Studio"),
    Verb("sample_clip", "Sample vi&deo", (), "", "Open the clip that comes with SR Studio"),
    Verb(
        "save",
        "&Save result...",
        ("Ctrl+S",),
        "save",
        "Save what is shown as a picture",
    ),
    Verb(
        "export_video",
        "Export &video...",
        ("Ctrl+E",),
        "export",
        "Save the whole video as a model makes it",
    ),
    Verb("install", "&Install model...", (), "", "Install weight files: .pt, .pth, .safetensors"),
    Verb("cancel", "Sto&p computing", ("Esc",), "cancel", "Stop what is being computed"),
    Verb(
        "resume", "&Go on computing", ("F5",), "working", "Compute what was stopped or has failed"
    ),
    Verb("quit", "&Quit", ("Ctrl+Q",), "exit"),
    Verb("fit", "&Fit to the window", ("Ctrl+0",), "fit", "Show the whole picture"),
    Verb(
        "zoom_100", "&100 %", ("Ctrl+1",), "actual", "One pixel of the result on one of the screen"
    ),
    Verb("zoom_200", "&200 %", ("Ctrl+2",)),
    Verb("zoom_in", "Zoom &in", ("Ctrl++", "Ctrl+=")),
    Verb("zoom_out", "Zoom &out", ("Ctrl+-",)),
    Verb(
        "side_by_side",
        "Side &by side",
        ("S",),
        "side_by_side",
        "Panes beside each other, instead of the slider",
        checkable=True,
    ),
    Verb("swap", "S&wap the sides", ("X",), "swap", "Exchange what is left and right"),
    Verb("next", "&Next source in place", ("Tab",), in_view=True),
    Verb("previous", "&Previous source in place", ("Shift+Tab",), in_view=True),
    Verb("panel", "Keyboard to the ne&xt panel", ("F6",)),
    Verb(
        "overlay",
        "Next &map: off, absolute, signed, SSIM",
        ("D",),
        "difference",
        "Show where the source differs from the ground truth: next kind of map",
    ),
    Verb(
        "nearest",
        "N&earest at and above 100 %",
        ("N",),
        "nearest",
        "Show pixels as squares at and above 100 %, instead of smoothly",
        checkable=True,
    ),
    Verb("blink", "&Blink between the sources", ("B",), "blink", "Show one after the other", True),
    Verb("follow", "Slider &follows the mouse", ("T",), "", "", True),
    Verb("labels", "&Hide labels and legend", ("H",), "", "", True),
    Verb(
        "magnify",
        "Ma&gnifier",
        ("M",),
        "magnify",
        "Every source much enlarged at the mouse; Ctrl+wheel: how much",
        True,
    ),
    Verb("hold", "Hold the magnifier h&ere", ("F",), "", "", True),
    Verb("play", "&Play; again: twice as fast", ("L",), "play"),
    Verb("pause", "P&ause", ("K",), "pause"),
    Verb("play_back", "Play &backwards; again: twice as fast", ("J",)),
    Verb("frame_on", "Frame &on", (".",), "step_forward"),
    Verb("frame_back", "Frame bac&k", (",",), "step_back"),
    Verb("minute_on", "&Minute on", ("PgDown",)),
    Verb("minute_back", "Mi&nute back", ("PgUp",)),
    Verb("to_start", "To the &start", ("Home",), "to_start"),
    Verb("to_end", "To the &end", ("End",), "to_end"),
    Verb("mark_in", "&In point here", ("I",)),
    Verb("mark_out", "O&ut point here", ("O",)),
    Verb("clear_marks", "&Clear in and out point", ("Shift+I", "Shift+O")),
    Verb("loop", "&Repeat", ("R",), "loop", "Begin again at the end", True),
    Verb("truth_later", "Ground &truth a frame later", (">",)),
    Verb("truth_earlier", "&Ground truth a frame earlier", ("<",)),
    Verb("truth_much_later", "Ground truth ten frames &later", ("Ctrl+>",)),
    Verb("truth_much_earlier", "Ground truth ten frames earlie&r", ("Ctrl+<",)),
    Verb("fullscreen", "F&ull screen", ("F11",), "fullscreen", "", True),
    Verb("palette", "&Find a command...", ("Ctrl+Shift+P",), "find"),
    Verb("shortcuts", "&Keyboard and mouse", ("F1", "?"), "keyboard"),
    Verb("about", "&About SR Studio", (), "info"),
)
MENUS: Mapping[str, tuple[str, ...]] = {
    "&File": (
        "open",
        "open_truth",
        "paste",
        "sample",
        "sample_clip",
        "recent",
        "-",
        "save",
        "export_video",
        "-",
        "install",
        "-",
        "quit",
    ),
    "&View": (
        *("comparison", "training", "exports", "blind", "-"),
        *("fit", "zoom_100", "zoom_200", "zoom_in", "zoom_out", "-"),
        *("side_by_side", "swap", "next", "previous", "blink", "follow", "-"),
        *("overlay", "nearest", "magnify", "hold", "labels", "-"),
        *("theme", "panels", "panel", "fullscreen"),
    ),
    "&Play": (
        *("play", "pause", "play_back", "loop", "-"),
        *("frame_on", "frame_back", "minute_on", "minute_back", "to_start", "to_end", "-"),
        *("mark_in", "mark_out", "clear_marks", "-"),
        *("truth_later", "truth_earlier", "truth_much_later", "truth_much_earlier", "-"),
        "colours",
    ),
    "&Compute": ("cancel", "resume"),
    "&Help": ("palette", "shortcuts", "about"),
}
# What makes no sense while the pictures are not on the screen.
OF_THE_PICTURES = (
    *("fit", "zoom_100", "zoom_200", "zoom_in", "zoom_out", "side_by_side", "swap", "next"),
    *("previous", "blink", "follow", "overlay", "nearest", "labels", "panel"),
    *("magnify", "hold"),
)
OF_CLIPS = (
    *("play", "pause", "play_back", "loop", "frame_on", "frame_back", "minute_on"),
    *("minute_back", "to_start", "to_end", "mark_in", "mark_out", "clear_marks"),
    *("truth_later", "truth_earlier", "truth_much_later", "truth_much_earlier"),
)
PAGES = ("comparison", "training", "exports", "blind")
TOOL_BAR = (
    *("open", "open_truth", "save", "export_video", "-", "scale", "device", "precision", "-"),
    *("side_by_side", "swap", "blink", "-", "fit", "zoom_100", "-", "overlay", "nearest"),
    "magnify",
)
# What has no action of its own, for the F1 page.
GESTURES = (
    ("1 ... 9", "Show that source in place; held: only while the key is down"),
    ("Wheel", "Zoom at the cursor"),
    ("Ctrl+wheel", "Stronger or weaker lenses, while the magnifier is on"),
    ("Drag, middle drag, Space+drag", "Move the picture"),
    ("Space", "Play a video, or stand still"),
    ("Left, Right", "In a video a second back, on; with Shift ten; else move the picture"),
    ("Right click on a pane", "Choose what it shows; add or remove a pane"),
    ("Drag the handle", "Move the slider; double-click it: turn it"),
    ("Double-click", "Fit, and 100 %"),
    ("Shift+drag", "A rectangle to be measured; Shift+click takes it away"),
    ("Drop a picture or a video", "Open it; a matching larger one becomes the ground truth"),
    ("Drop a weight file", "Install it as a model"),
    ("Right click on a model", "Its self-ensemble; or install its weights"),
    ("Drag an export", "Its place in the queue; Delete takes it out"),
    ("Drop a video on the queue", "Export it"),
    ("Ctrl+click on a run", "Compare it with the runs that are selected"),
    ("A, B, N", "In a blind test, the answer; Backspace: the last one again"),
    ("Wheel, drag on a curve", "Zoom and move along the steps; double-click: all of them"),
    ("Click on a curve of a video", "Show that frame; or click on one of the worst"),
    ("Drag the dashed line", "Which row is shown over time; double-click: row or column"),
    ("Drag on the timeline", "Go through the video; drag the ends: what is looped"),
)


class Actions:
    """The verbs as actions of a window.

    Args:
        owner: The window; shortcuts work wherever the focus is in it.
        view: The view, which alone has the keys that move the focus elsewhere.
        slots: What each verb does: called with nothing, or with the state if it is checkable.
    """

    def __init__(
        self, owner: QObject, view: QWidget, slots: Mapping[str, Callable[..., object]]
    ) -> None:
        self._actions = {verb.name: _action(owner, verb) for verb in VERBS}
        view.addActions([self._actions[verb.name] for verb in VERBS if verb.in_view])
        for name, slot in slots.items():
            action = self._actions[name]
            if action.isCheckable():
                action.triggered.connect(slot)
            else:
                action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def enable(self, names: Iterable[str], on: bool) -> None:
        """Let these do something, or nothing."""
        for name in names:
            self._actions[name].setEnabled(on)

    def recolour(self, colours: Colours) -> None:
        """Draw the icons in the theme's colour of text."""
        draw_icons(self._actions.values(), colours)

    def fill(
        self, bar: QMenu | QToolBar, names: tuple[str, ...], others: Mapping[str, object]
    ) -> None:
        """Add actions by name, a line for `-`, and from `others` submenus and widgets."""
        for name in names:
            other = others.get(name)
            if name == SEPARATOR:
                bar.addSeparator()
            elif name in self._actions:
                bar.addAction(self._actions[name])
            elif isinstance(bar, QMenu) and isinstance(other, QMenu):
                bar.addMenu(other)
            elif isinstance(bar, QToolBar) and other is not None:
                bar.addWidget(other)  # type: ignore[arg-type]


def make_action(owner: QObject, name: str) -> QAction:
    """One of the verbs for another page, without what it does and without an icon."""
    return _action(owner, _verb(name))


def draw_icons(actions: Iterable[QAction], colours: Colours) -> None:
    """Draw the icons of verbs in the theme's colour of text."""
    for action in actions:
        verb = _verb(action.objectName())
        if verb.icon:
            action.setIcon(icon(verb.icon, colours["text"]))


def plain(text: str) -> str:
    """A verb or the title of a menu without the marks of keys and the dots of what asks more."""
    return text.replace("&", "").rstrip(".")


def _verb(name: str) -> Verb:
    return next(verb for verb in VERBS if verb.name == name)


def _action(owner: QObject, verb: Verb) -> QAction:
    action = QAction(verb.text, owner)
    action.setObjectName(verb.name)
    action.setCheckable(verb.checkable)
    action.setShortcuts([QKeySequence(keys) for keys in verb.keys])
    plain = verb.tip or verb.text.replace("&", "")
    action.setToolTip(f"{plain}  ({verb.keys[0]})" if verb.keys else plain)
    if verb.in_view:
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    return action
