"""Networks that super-resolve a clip: recurrent ones, aligned windows, the VSR-Transformer."""

from __future__ import annotations

from srstudio_models.network import Network

NETWORKS: list[Network] = []
