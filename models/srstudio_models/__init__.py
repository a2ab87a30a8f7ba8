"""Networks, registry, catalogue and trained weights of SR Studio.

Importing this package (spec, registry, catalogue) does not import torch; building or loading
a network does.
"""

from srstudio_models.catalog import Catalog, read_catalog
from srstudio_models.network import Network
from srstudio_models.registry import REGISTRY, Registry
from srstudio_models.spec import ModelFileError, ModelSpec

__all__ = [
    "REGISTRY",
    "Catalog",
    "ModelFileError",
    "ModelSpec",
    "Network",
    "Registry",
    "read_catalog",
]
