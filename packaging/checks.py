"""Every check of the project, one after the other; `start.py test` prepares for it.

.venv/bin/python packaging/checks.py [OPTION...]    the options go to pytest
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from steps import say

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

# Freed memory is filled, so that whoever uses it afterwards fails at once and not now and then
# (glibc; nobody else minds).
ENVIRONMENT = {**os.environ, "MALLOC_PERTURB_": "165"}

Commands = Mapping[str, Sequence[str]]


def commands(pytest_options: Sequence[str]) -> Commands:
    """What each check runs, in order, by the name it is announced with."""
    lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"
    without_qt = ROOT / "packaging" / "domain_without_qt.py"
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check"],
        "lint": [PYTHON, "-m", "ruff", "check"],
        "types": [PYTHON, "-m", "mypy"],
        "import contracts": [PYTHON, str(lint_imports)],
        "tests": [PYTHON, "-m", "pytest", *pytest_options],
        "the domain's tests without PySide6": [PYTHON, str(without_qt)],
    }


def run(checks: Commands) -> list[str]:
    """Run every check, also after one has failed, and return the names of those that did."""
    failed = []
    for name, command in checks.items():
        say(f"\n== {name}: {' '.join(map(_short, command))}")
        start = time.monotonic()
        code = subprocess.call(command, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
        say(f"== {name}: {f'FAILED ({code})' if code else 'passed'}, {_seconds(start)}")
        if code:
            failed.append(name)
    return failed


def _short(word: str) -> str:
    """A word of a command without the path to this checkout."""
    return word.removeprefix(f"{ROOT}/")


def _seconds(start: float) -> str:
    return f"{time.monotonic() - start:.1f} s"


def main() -> None:
    """Run them all; the exit code says whether all passed."""
    start = time.monotonic()
    failed = run(commands(sys.argv[1:]))
    if failed:
        sys.exit(f"\nFailed after {_seconds(start)}: {', '.join(failed)}")
    say(f"\nAll checks passed after {_seconds(start)}")


if __name__ == "__main__":
    main()
