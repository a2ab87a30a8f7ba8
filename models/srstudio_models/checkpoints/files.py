"""From a file to its tensors: safetensors or PyTorch's own format, never code."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from srstudio_models.spec import ModelFileError

AGAIN = "download or copy it again"
# What holds the weights inside of a training checkpoint, the preferred one first.
_WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "model")
# What a network is called inside of what was saved: by DataParallel, by mmagic, by both.
_PREFIXES = ("module.", "generator.", "module.")
_PICKLE, _ZIP = b"\x80", b"PK"


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor of a weight file on the CPU, under its key without wrappers and prefixes.

    Raises:
        ModelFileError: if there is no such file, or it is damaged, holds no weights, code, or
            values that are not finite.
    """
    head = _head(path)
    if head[8:9] == b"{":
        tensors = _named(_read_safetensors(path), path)
    elif head.startswith((_PICKLE, _ZIP)):
        tensors = _named(_read_pickle(path), path)
    else:
        raise _no_weights(path, head)
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            cause = f"{path.name} holds NaN or infinite weights in {key!r}"
            raise ModelFileError(cause, "choose an earlier or another file")
    return tensors


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(512)
    except FileNotFoundError:
        raise ModelFileError(f"there is no weight file {path}", "check its name") from None
    except OSError as error:
        cause = f"{path} cannot be read: {error.strerror}"
        raise ModelFileError(cause, "choose a file that you may read") from None


def _no_weights(path: Path, head: bytes) -> ModelFileError:
    """What to say of a file whose beginning is not that of a weight file."""
    if not head:
        return ModelFileError(f"{path.name} is empty", AGAIN)
    if head.lstrip().startswith(b"<"):
        page = "download the file itself, not the page that shows it"
        return ModelFileError(f"{path.name} is a web page, not weights", page)
    if head.startswith(b"version https://git-lfs"):
        pull = "fetch the weights with `git lfs pull`"
        return ModelFileError(f"{path.name} only says where Git LFS keeps the weights", pull)
    kinds = "choose a .safetensors, .pt or .pth file"
    return ModelFileError(f"{path.name} is not a weight file", kinds)


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load_file(str(path))
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from None


def _read_pickle(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old protocols and old storages still load
            with path.open("rb") as file:  # given a path, its suffix would count
                return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle can raise anything
        if re.search("Unsupported (global|class)|TorchScript", str(error)):
            raise _code(path, str(error)) from None
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> ModelFileError:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(". ")
    return ModelFileError(f"{path.name} is damaged, cut short or no weights ({reason})", AGAIN)


def _code(path: Path, reason: str) -> ModelFileError:
    found = re.search(r"GLOBAL ([\w.]+)", reason)
    what = f"a Python object ({found[1]})" if found else "a program"
    cause = f"{path.name} holds {what}, and SR Studio runs no code from a weight file"
    advice = "open it in the program that made it and save model.state_dict() with torch.save"
    return ModelFileError(cause, advice)


def _named(content: Any, path: Path) -> dict[str, Tensor]:
    while isinstance(content, Mapping):
        inner = (content[key] for key in _WRAPPERS if isinstance(content.get(key), Mapping))
        wrapped = next(inner, None)
        if wrapped is None:
            break
        content = wrapped
    items = content.items() if isinstance(content, Mapping) else ()
    tensors = {str(key): value.detach() for key, value in items if isinstance(value, Tensor)}
    if not tensors:
        raise ModelFileError(f"{path.name} holds no weights", "choose another file")
    for prefix in _PREFIXES:
        tensors = _inside(tensors, prefix)
    return tensors


def _inside(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What has a prefix, without it; everything if nothing has."""
    length = len(prefix)
    inner = {key[length:]: value for key, value in tensors.items() if key.startswith(prefix)}
    return inner or tensors
