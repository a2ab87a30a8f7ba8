"""Networks that refine what another (step 1) has super-resolved: those of the 2D3D slides."""

from __future__ import annotations

from srstudio_models.network import Network

NETWORKS: list[Network] = []
