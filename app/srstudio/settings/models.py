"""The models a person has installed beside those that ship: kept as our own weight files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from srstudio.core.errors import OutputError, UsageError
from srstudio.core.files import write_bytes
from srstudio.settings.model_names import ID, check_id, find, title_of, usual_id, variant_id
from srstudio_models import Catalog, ModelSpec
from srstudio_models.catalog import Row, catalog_with, installed
from srstudio_models.checkpoints.header import read_about

if TYPE_CHECKING:
    from torch import nn

ENVIRONMENT = "SRSTUDIO_MODELS"
SUFFIX = ".safetensors"


def models_folder() -> Path:
    """Where installed models lie: `$SRSTUDIO_MODELS`, else in the user's data folder."""
    override = os.environ.get(ENVIRONMENT)
    if override:
        return Path(override)
    return platformdirs.user_data_path("srstudio", appauthor=False) / "models"


def available_catalog(folder: Path | None = None) -> Catalog:
    """Every model there is to choose from: those that ship, and those installed in a folder.

    Files in the folder that are not ours are left out. Imports no torch and reads no weights.
    """
    return catalog_with(_rows(folder or models_folder()))


def install(
    path: Path, name: str | None = None, *, overwrite: bool = False, folder: Path | None = None
) -> ModelSpec:
    """Keep a weight file of any layout as a model that can be chosen.

    Args:
        path: The file; it is only read.
        name: Id of the model. By default it goes by the catalogue's convention, with the file's
            name as a variant where other weights have that id already.
        overwrite: Replace other weights that have the id.
        folder: Where models are kept; `models_folder()` if None.

    Returns:
        The model. Weights that are installed already are not written again.

    Raises:
        ModelFileError: if the file cannot be used.
        UsageError: if `name` is not an id, or that of another network.
        OutputError: if other weights have the id, or the file cannot be written.
    """
    from srstudio_models.loader import dump, read_model

    folder = folder or models_folder()
    catalog = available_catalog(folder)
    spec, module = read_model(path)
    if name is not None:
        check_id(name, spec, catalog)
    model_id = name or _free_id(spec, module, catalog)
    taken = _installed(catalog, model_id)
    if taken is not None and _same_weights(taken, module):
        return taken
    if taken is not None and not overwrite:
        advice = "choose another name, or allow overwriting"
        raise OutputError(f"other weights are installed as {model_id} already", advice)
    named = replace(spec, id=model_id, title=title_of(spec, model_id))
    write_bytes(_file(folder, model_id), dump(module, named), overwrite=True)
    return available_catalog(folder)[model_id]


def uninstall(model_id: str, folder: Path | None = None) -> None:
    """Remove an installed model; what ships under its id is there again.

    Raises:
        UsageError: if no such model was installed.
        OutputError: if its file cannot be removed.
    """
    path = _file(folder or models_folder(), model_id)
    if not ID.fullmatch(model_id) or not path.is_file():
        cause = f"{model_id} is not a model that was installed"
        raise UsageError(cause, "`srstudio models` lists them")
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"{path} cannot be removed: {error.strerror}") from error


def _file(folder: Path, model_id: str) -> Path:
    return folder / f"{model_id}{SUFFIX}"


def _rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        about = read_about(path)
        if about is not None:
            yield {**about, "id": path.stem, "file": str(path.resolve())}


def _installed(catalog: Catalog, model_id: str) -> ModelSpec | None:
    spec = find(catalog, model_id)
    return spec if spec is not None and installed(spec) else None


def _free_id(spec: ModelSpec, module: nn.Module, catalog: Catalog) -> str:
    """The usual id, or its variant where other weights have it."""
    model_id = usual_id(spec, catalog)
    taken = _installed(catalog, model_id)
    if taken is None or _same_weights(taken, module):
        return model_id
    return variant_id(model_id, spec)


def _same_weights(spec: ModelSpec, module: nn.Module) -> bool:
    """Whether the weights of an installed model are those of a network."""
    import torch

    from srstudio_models import ModelFileError
    from srstudio_models.loader import load

    try:
        there = load(spec.stages[-1].spec if spec.stages else spec).module.state_dict()
    except ModelFileError:
        return False
    own = module.state_dict()
    return there.keys() == own.keys() and all(torch.equal(own[k], there[k]) for k in own)
