"""The system libraries that Qt needs and a fresh machine lacks, found by asking the loader."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import system_packages
from steps import SetupError
from system_packages import LIBRARIES, PACKAGE_OF, X_SERVER, MissingPackagesError

# A library of a package just installed can lack others, which the loader names only then.
ROUNDS = 3


def require(venv: Path, variables: Mapping[str, str], *, testing: bool) -> None:
    """Make sure that Qt can open a window, installing what is missing where that is allowed.

    Args:
        venv: The virtual environment that holds PySide6.
        variables: The environment variables, which tell of the display.
        testing: Whether tests are to run: these open windows on a display of their own.

    Raises:
        SetupError: with what to do, where something is missing all the same.
    """
    if sys.platform != "linux":
        return  # only Linux leaves these libraries to the user
    packages = _missing_packages(venv, variables, testing=testing)
    for _ in range(ROUNDS):
        if not (packages and system_packages.can_install()):
            break
        system_packages.install(packages)
        packages = _missing_packages(venv, variables, testing=testing)
    if packages:
        raise MissingPackagesError(packages)


def _missing_packages(venv: Path, variables: Mapping[str, str], *, testing: bool) -> list[str]:
    files = qt_files(venv, platforms(variables, testing=testing))
    missing = [soname for file in files for soname in missing_sonames(_ldd(file))]
    return packages_for(missing) + _missing_x_server(testing=testing)


def expected_packages(variables: Mapping[str, str], *, testing: bool) -> list[str]:
    """The packages that Qt will turn out to lack, asked before it is there to be examined."""
    libraries = [LIBRARIES[name] for name in platforms(variables, testing=testing)]
    missing = {package for held in libraries for name, package in held.items() if not _loads(name)}
    return sorted(missing) + _missing_x_server(testing=testing)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _missing_x_server(*, testing: bool) -> list[str]:
    return [X_SERVER] if testing and shutil.which("Xvfb") is None else []


def platforms(variables: Mapping[str, str], *, testing: bool) -> list[str]:
    """The platform plugins that will be used: `offscreen`, and one for each kind of display."""
    chosen = ["offscreen"]
    if testing or variables.get("DISPLAY"):
        chosen.append("xcb")
    if variables.get("WAYLAND_DISPLAY"):
        chosen.append("wayland")
    return chosen


def qt_files(venv: Path, names: Iterable[str]) -> list[Path]:
    """Qt's modules and platform plugins inside a virtual environment.

    Raises:
        SetupError: if one is not there.
    """
    plugins = [f"Qt/plugins/platforms/libq{name}.so" for name in names]
    files = []
    for inside in ["QtWidgets.abi3.so", *plugins]:
        found = next(venv.glob(f"lib/python3*/site-packages/PySide6/{inside}"), None)
        if found is None:
            raise SetupError(f"PySide6 has no {inside}. Remove the folder {venv} and start again.")
        files.append(found)
    return files


def _ldd(file: Path) -> str:
    command = ["ldd", str(file)]
    plain = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=plain).stdout


def missing_sonames(ldd_output: str) -> list[str]:
    """The libraries that the loader did not find, from what `ldd` prints for one file."""
    lines = ldd_output.splitlines()
    return [line.split(" => ")[0].strip() for line in lines if line.endswith("=> not found")]


def packages_for(sonames: Iterable[str]) -> list[str]:
    """Debian's packages that hold the given libraries, each once.

    Raises:
        SetupError: if nobody knows the package, or the system is not one of Debian's family.
    """
    missing = sorted(set(sonames))
    unknown = [name for name in missing if name not in PACKAGE_OF]
    if missing and shutil.which("apt-get") is None:
        unknown = missing
    if unknown:
        raise SetupError(
            f"Qt lacks {', '.join(unknown)}. Install the packages of your system that hold "
            "them, then start again."
        )
    return sorted({PACKAGE_OF[name] for name in missing})
