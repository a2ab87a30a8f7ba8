"""Whether there is a display on which a window could open, found out without Qt.

Qt ends the whole process where it finds none, so this is asked first.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_NEEDS_NONE = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})


def display_answers() -> bool:
    """Whether a window can open: always off Linux, else a Wayland or X server must answer."""
    if sys.platform != "linux":
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    return platform in _NEEDS_NONE or _wayland_answers() or _x_answers()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), str(name)).is_socket()


def _x_answers() -> bool:
    """Connect as Qt would, with the same library: it knows display names and cookies."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused
