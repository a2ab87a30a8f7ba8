"""The project's `.venv`: made, filled with the pinned packages, and left alone while it fits."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import system_packages
from steps import run_quietly, step

PROBE = """
import sys
from importlib.metadata import version
version("pip")
sys.exit(sys.version_info < (3, 11))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """The virtual environment of a checkout.

    Attributes:
        root: The folder that holds `pyproject.toml`.
    """

    root: Path

    @property
    def folder(self) -> Path:
        """The virtual environment itself."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def constraints(self) -> Path:
        """The pinned version of every package."""
        return self.root / "packaging" / "constraints.txt"

    @property
    def _stamp(self) -> Path:
        return self.folder / "srstudio-installed.json"

    def is_ready(self, extras: Iterable[str]) -> bool:
        """Whether the last finished installation still fits what the project asks for."""
        try:
            stamp = json.loads(self._stamp.read_text(encoding="utf-8"))
            return stamp["inputs"] == self._inputs() and set(extras) <= set(stamp["extras"])
        except (OSError, ValueError, KeyError, TypeError):
            return False  # no stamp, or not one of ours: install

    def remember(self, extras: Iterable[str]) -> None:
        """Leave the stamp of a finished installation."""
        stamp = {"inputs": self._inputs(), "extras": sorted(extras)}
        half = self._stamp.with_suffix(".part")
        half.write_text(json.dumps(stamp), encoding="utf-8")
        half.replace(self._stamp)

    def forget(self) -> None:
        """Remove the stamp: from here on the installation counts as unfinished."""
        self._stamp.unlink(missing_ok=True)

    def _inputs(self) -> str:
        """Digest of everything that the installed packages depend on.

        Raises:
            OSError: if one of the files, or the interpreter, is not there.
        """
        files = [self.constraints, self.root / "pyproject.toml", self.folder / "pyvenv.cfg"]
        # pyvenv.cfg names the version of Python, the real path what it has become by an upgrade
        # of the system; the editable installation points to the root.
        places = f"{self.python.resolve(strict=True)}\n{self.root}".encode()
        return hashlib.sha256(b"\0".join([places, *(f.read_bytes() for f in files)])).hexdigest()

    def is_usable(self) -> bool:
        """Whether pip can install into it: false where it is missing, half made or too old."""
        command = [str(self.python), "-c", PROBE]
        try:
            return not subprocess.run(command, capture_output=True, check=False).returncode
        except OSError:
            return False

    def half_installed(self) -> list[Path]:
        """Records of packages whose files an interrupted pip has not all written.

        pip takes such a package for an installed one. It writes INSTALLER after all other files.
        """
        records = self.folder.glob("[Ll]ib/**/site-packages/*.dist-info")
        return [record for record in records if not (record / "INSTALLER").exists()]


def prepare(root: Path, extras: Iterable[str]) -> Environment:
    """The environment with SR Studio and the given extras installed, by doing what is left to do.

    Raises:
        SetupError: if that is not possible.
    """
    environment = Environment(root)
    if not environment.is_ready(extras):
        environment.forget()
        for record in environment.half_installed():
            shutil.rmtree(record)
        if not environment.is_usable():
            make(environment.folder)
        install(environment, extras)
        environment.remember(extras)
    return environment


def has_ensurepip() -> bool:
    """Whether venv can put pip into an environment; Debian packages that part separately."""
    importlib.invalidate_caches()
    return find_spec("ensurepip") is not None


def make(folder: Path) -> None:
    """Make an empty virtual environment with pip, in place of a broken one.

    Raises:
        MissingPackagesError: if there is no way to get pip into it.
    """
    package = "python{}.{}-venv".format(*sys.version_info)
    if not has_ensurepip() and system_packages.can_install():
        system_packages.install([package])
    if not has_ensurepip() and not find_spec("pip"):
        raise system_packages.MissingPackagesError([package])
    with step("Making the Python environment .venv (usually 5 to 20 seconds)"):
        _make_with_pip(folder)


def _make_with_pip(folder: Path) -> None:
    venv = (sys.executable, "-m", "venv", "--clear")
    if has_ensurepip():
        run_quietly(*venv, folder)
    else:
        run_quietly(*venv, "--without-pip", folder)
        python = Environment(folder.parent).python
        run_quietly(sys.executable, "-m", "pip", "--python", python, "install", "pip")


def install(environment: Environment, extras: Iterable[str]) -> None:
    """Install SR Studio, editable, with its dependencies at the pinned versions.

    Raises:
        SetupError: with pip's last lines.
    """
    target = str(environment.root) + (f"[{','.join(extras)}]" if extras else "")
    constraints = str(environment.constraints)
    pip = [str(environment.python), "-m", "pip", "install", "--constraint", constraints]
    # The build tools come first, pinned like the rest: pip's isolated builds ignore constraints.
    with step("Installing the build tools (usually a few seconds)"):
        run_quietly(*pip, "hatchling", "editables")
    with step("Installing PyTorch, Qt and the rest, about 1 GB (usually 1 to 5 minutes)"):
        run_quietly(*pip, "--no-build-isolation", "--editable", target)
