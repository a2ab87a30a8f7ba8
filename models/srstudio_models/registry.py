"""Every network of SR Studio, listed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from srstudio_models.network import Network
from srstudio_models.networks import pictures, two_step, video


class Registry:
    """Networks by name; a name can be given only once."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks: dict[str, Network] = {}
        for network in networks:
            if network.name in self._networks:
                raise ValueError(f"the network {network.name!r} is registered twice")
            self._networks[network.name] = network

    def __iter__(self) -> Iterator[Network]:
        return iter(self._networks.values())

    def __contains__(self, name: object) -> bool:
        return name in self._networks

    def __getitem__(self, name: str) -> Network:
        """The network of that name.

        Raises:
            KeyError: naming the networks that exist.
        """
        try:
            return self._networks[name]
        except KeyError:
            known = ", ".join(self._networks)
            raise KeyError(f"there is no network {name!r}; there are {known}") from None


REGISTRY = Registry([*pictures.NETWORKS, *two_step.NETWORKS, *video.NETWORKS])
