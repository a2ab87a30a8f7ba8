"""Processes that learn together: each computes its share of one batch.

The gradients are averaged after the backward pass in one message, as DistributedDataParallel
does in several during it. In return any part of a network may be without a gradient in a step
(the other scales of MDSR, a frozen optical flow), which DistributedDataParallel has to be told
and may not change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

import torch
import torch.distributed as dist
from torch import Tensor

_TIMEOUT = timedelta(hours=2)  # while process 0 validates, or pauses, the others wait


class Group(Protocol):
    """The processes of a run, seen from one of them."""

    @property
    def rank(self) -> int:
        """Number of this process; 0 logs, validates and saves."""

    @property
    def size(self) -> int:
        """How many processes there are."""

    def agree(self, loss: float, message: int) -> tuple[float, int]:
        """The mean of all losses, and the message of process 0."""

    def average(self, gradients: Sequence[Tensor]) -> None:
        """Put the mean over all processes in place of each tensor."""

    def share(self, value: Any) -> Any:
        """What process 0 has."""


class Alone:
    """A run of one process."""

    rank, size = 0, 1

    def agree(self, loss: float, message: int) -> tuple[float, int]:
        """Its own."""
        return loss, message

    def average(self, gradients: Sequence[Tensor]) -> None:
        """Nothing to do."""

    def share(self, value: Any) -> Any:
        """Its own."""
        return value


class Together:
    """The processes of `torch.distributed`, which has been initialised."""

    def __init__(self) -> None:
        self.rank, self.size = dist.get_rank(), dist.get_world_size()

    def agree(self, loss: float, message: int) -> tuple[float, int]:
        """One message of two numbers through main memory, so that no device waits for it."""
        told = torch.tensor(
            [loss / self.size, message if self.rank == 0 else 0], dtype=torch.double
        )
        dist.all_reduce(told)
        return float(told[0]), int(told[1])

    def average(self, gradients: Sequence[Tensor]) -> None:
        """All gradients in one message; every process has the same ones."""
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        parts = torch.split(flat, [gradient.numel() for gradient in gradients])
        torch._foreach_copy_(
            list(gradients),
            [part.view(g.shape) for part, g in zip(parts, gradients, strict=True)],
        )

    def share(self, value: Any) -> Any:
        """The value of process 0, pickled."""
        box = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]


@contextmanager
def joined(device: str, rank: int = 0, size: int = 1, store: str = "") -> Iterator[Group]:
    """The group that this process belongs to, for as long as the context lasts.

    Args:
        device: Of this process.
        rank: Of this process, where `size` says how many there are.
        size: Processes on this machine; with 1, what `torchrun` has set up counts.
        store: A file by which the processes find each other, where `torchrun` is not used.
    """
    if size == 1 and not launched():
        yield Alone()
        return
    if size > 1:
        address = {"init_method": f"file://{store}", "rank": rank, "world_size": size}
    else:
        address = {"init_method": "env://"}
    backend = "cpu:gloo,cuda:nccl" if device.startswith("cuda") else "gloo"
    dist.init_process_group(backend, timeout=_TIMEOUT, **address)  # type: ignore[arg-type]
    try:
        yield Together()
    finally:
        dist.destroy_process_group()


def launched() -> bool:
    """Whether `torchrun` has started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def local_rank() -> int:
    """Number of this process on its machine, as `torchrun` says."""
    return int(os.environ.get("LOCAL_RANK", "0"))


def own_device(device: str, rank: int) -> str:
    """The device of a process: each has a GPU of its own, all share the CPU."""
    return f"cuda:{rank}" if device.startswith("cuda") else device
