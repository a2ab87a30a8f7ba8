"""Run the tests of everything but the window where PySide6 is not installed.

.venv/bin/python packaging/domain_without_qt.py [OPTION...]    the options go to pytest
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import isolated

ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = [ROOT / name for name in ("app", "models", "resources")]
QT = ["pyside6*", "shiboken6*", "pyqtgraph*", "pytestqt", "pytest_qt*"]
PROBE = "import importlib.util as u, sys; sys.exit(u.find_spec('PySide6') is not None)"


def main() -> None:
    """Make the environment, prove that it has no PySide6, run the quick tests in it."""
    with tempfile.TemporaryDirectory() as folder:
        python = isolated.make(Path(folder) / "venv", without=QT, source_roots=SOURCE_ROOTS)
        if subprocess.call([python, "-c", PROBE]):
            sys.exit("PySide6 can be imported: this environment proves nothing.")
        sys.exit(subprocess.call([python, *_pytest(sys.argv[1:])], cwd=ROOT))


def _pytest(options: list[str]) -> list[str]:
    chosen = ["tests", "--ignore=tests/gui", "-m", "not slow and not data and not gui"]
    return ["-m", "pytest", *chosen, *options]


if __name__ == "__main__":
    main()
