"""Virtual environments that see the installed packages except some; made in a second."""

from __future__ import annotations

import sysconfig
import venv
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

PYTHON = Path("Scripts/python.exe" if sysconfig.get_platform().startswith("win") else "bin/python")


def make(folder: Path, *, without: Iterable[str], source_roots: Iterable[Path] = ()) -> Path:
    """Make an environment whose packages are those of this one, without copying them.

    Args:
        folder: Where; must not exist yet.
        without: File name patterns of what is left out of the packages.
        source_roots: Further folders to import from.

    Returns:
        Its interpreter.
    """
    venv.create(folder, symlinks=True)
    packages = folder / "shared-packages"
    _link_packages(packages, list(without))
    (own,) = folder.glob("[Ll]ib/**/site-packages")
    paths = [packages, *source_roots]
    (own / "shared.pth").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return folder / PYTHON


def _link_packages(target: Path, without: list[str]) -> None:
    target.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not any(fnmatch(entry.name.lower(), pattern) for pattern in without):
            (target / entry.name).symlink_to(entry)
