"""Brings PyTorch in without holding up the other threads more than it must."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

import srstudio.engine  # noqa: F401 - sets up what torch reads when it is loaded


def import_torch() -> None:
    """Import torch, for the first time perhaps, in a thread beside the window's."""
    if "torch" not in sys.modules:
        _load_library()
    import torch  # noqa: F401 - for its effect


def _load_library() -> None:
    """Load torch's libraries before Python does.

    Python's import holds the interpreter's lock while the linker reads some hundred megabytes,
    and the window stands still meanwhile; a foreign call does not. The import then finds them
    loaded. Where this fails, the import does it all and says what is wrong.
    """
    spec = importlib.util.find_spec("torch")
    if os.name != "posix" or spec is None or spec.origin is None:
        return
    suffix = "dylib" if sys.platform == "darwin" else "so"
    library = Path(spec.origin).parent / "lib" / f"libtorch_python.{suffix}"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(library), os.RTLD_NOW | os.RTLD_LOCAL)
