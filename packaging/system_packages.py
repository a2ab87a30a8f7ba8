"""Debian's packages: which one holds a library or program, and how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable

from steps import SetupError, run_quietly, step

# The libraries that each of Qt's platform plugins needs, and the packages that hold them. Measured
# by adding packages one by one to a minimal Debian until the plugins load. What these need in turn
# arrives as dependencies of their packages.
LIBRARIES = {
    "offscreen": {
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libX11.so.6": "libx11-6",
        "libdbus-1.so.3": "libdbus-1-3",
        "libfontconfig.so.1": "libfontconfig1",
        "libfreetype.so.6": "libfreetype6",
        "libglib-2.0.so.0": "libglib2.0-0",
        "libgthread-2.0.so.0": "libglib2.0-0",
        "libxkbcommon.so.0": "libxkbcommon0",
    },
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxcb.so.1": "libxcb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
    },
}

PACKAGE_OF = {name: package for held in LIBRARIES.values() for name, package in held.items()}
X_SERVER = "xvfb"

# Releases with 64-bit time renamed it.
NEWER_NAME = {"libglib2.0-0": "libglib2.0-0t64"}


class MissingPackagesError(SetupError):
    """System packages are missing and may not, or could not, be installed from here.

    Args:
        packages: Their names.
    """

    def __init__(self, packages: Iterable[str]) -> None:
        self.packages = list(packages)
        super().__init__(
            "The system lacks what SR Studio stands on. Run this line, then start again:\n"
            f"    {install_line(self.packages)}"
        )


def can_install() -> bool:
    """Whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Iterable[str]) -> None:
    """Install packages; needs `can_install`.

    Raises:
        SetupError: with apt's last lines.
    """
    names = list(packages)
    with step(f"Installing system packages (usually under a minute): {' '.join(names)}"):
        run_quietly("apt-get", "update", DEBIAN_FRONTEND="noninteractive")
        run_quietly(*_install_command(map(name_here, names)), DEBIAN_FRONTEND="noninteractive")


def install_line(packages: Iterable[str]) -> str:
    """The one line that a person runs to get the packages."""
    return " ".join(["sudo", *_install_command(map(name_here, packages))])


def _install_command(names: Iterable[str]) -> list[str]:
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted(set(names))]


def name_here(package: str) -> str:
    """What this release calls a package."""
    newer = NEWER_NAME.get(package)
    return newer if newer and _is_known(newer) else package


def _is_known(package: str) -> bool:
    """Whether the package lists of this machine have a package of that name."""
    if shutil.which("apt-cache") is None:
        return False
    command = ["apt-cache", "show", package]
    return not subprocess.run(command, capture_output=True, check=False).returncode
