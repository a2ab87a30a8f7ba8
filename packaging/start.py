"""Set SR Studio up, as far as it is not yet, and open it.

    python3 packaging/start.py [FILE...]           open SR Studio (on its sample without a FILE)
    python3 packaging/start.py test [OPTION...]    run every check; the options go to pytest

The set-up makes the folder `.venv`, installs the pinned packages into it and looks for the system
libraries that Qt needs. Where nothing has changed since the last start it does nothing.
"""

import sys


def main() -> None:
    """Refuse an interpreter that is too old in one sentence, else go on."""
    if sys.version_info < (3, 11):  # noqa: UP036 - people start this with whatever they have
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"SR Studio needs Python 3.11 or newer, and {sys.executable} is Python {found}. "
            f"Install a newer one and start with it: python3.11 {sys.argv[0]}"
        )
    # Imported after the check: an older Python could not even read it.
    import launcher

    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
    else:
        launcher.launch(sys.argv[1:])


if __name__ == "__main__":
    main()
