"""Where networks can run, by names a person recognises."""

from __future__ import annotations

import ctypes
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import psutil
import torch

from srstudio.core.errors import UsageError

Kind = Literal["cuda", "mps", "cpu"]

# Parameters of glibc's mallopt, from malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


@dataclass(frozen=True, slots=True)
class Device:
    """Something that runs networks.

    Attributes:
        id: What PyTorch and the command line call it: `cuda:0`, `mps`, `cpu`.
        name: What a person reads.
        kind: The family.
        memory: Bytes in all.
    """

    id: str
    name: str
    kind: Kind
    memory: int


def list_devices() -> tuple[Device, ...]:
    """The devices of this machine, the best first."""
    cuda = sorted(_cuda_devices(), key=lambda device: -device.memory)
    return *cuda, *_mps_devices(), _cpu_device()


def choose(id: str = "auto") -> Device:
    """The device of that id; `auto` is the largest CUDA device, else MPS, else the CPU.

    Raises:
        UsageError: if there is no such device; it names those that exist.
    """
    devices = list_devices()
    if id == "auto":
        return devices[0]
    for device in devices:
        if id in (device.id, device.kind):
            return device
    known = ", ".join(f"{device.id} ({device.name})" for device in devices)
    raise UsageError(f"there is no device {id!r} here", f"choose auto or one of {known}")


def free_memory(device: Device) -> int:
    """Bytes that can still be allocated on the device."""
    if device.kind == "cuda":
        return int(torch.cuda.mem_get_info(device.id)[0])
    return free_main_memory()


def free_main_memory() -> int:
    """Bytes of main memory that can still be allocated."""
    return int(psutil.virtual_memory().available)


def native_bf16(device: Device) -> bool:
    """Whether a CPU computes in bfloat16 natively; emulated it is up to seven times slower."""
    if device.kind != "cpu":
        return False
    if not hasattr(torch.cpu, "get_capabilities"):  # before PyTorch 2.10
        return False
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


@cache
def tune_allocator() -> bool:
    """Keep glibc from returning every large activation to the system; before torch allocates.

    By default each big tensor is mapped, zeroed page by page and unmapped again, which costs
    half as much time as the convolutions do. One arena, since only the main one grows without
    bound: without it the setting has no effect in threads.

    Returns:
        Whether the settings took effect (Linux with glibc).
    """
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, 1 << 30), (_M_TRIM_THRESHOLD, 2**31 - 1))
    results = [mallopt(parameter, value) for parameter, value in settings]
    return all(result == 1 for result in results)


def return_memory(device: Device) -> None:
    """Give memory that is allocated but not in use back to the system."""
    if device.kind == "cuda":
        torch.cuda.empty_cache()
    elif device.kind == "mps":
        torch.mps.empty_cache()
    elif tune_allocator():
        ctypes.CDLL(None).malloc_trim(0)


def _cuda_devices() -> list[Device]:
    found = []
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        memory = int(properties.total_memory)
        name = f"{properties.name} ({memory / 2**30:.0f} GiB)"
        found.append(Device(f"cuda:{index}", name, "cuda", memory))
    return found


def _mps_devices() -> list[Device]:
    if not torch.backends.mps.is_available():
        return []
    return [Device("mps", "Apple GPU", "mps", int(psutil.virtual_memory().total))]


def _cpu_device() -> Device:
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    name = f"CPU - {_cpu_name()} ({cores} core{'s' if cores > 1 else ''})"
    return Device("cpu", name, "cpu", int(psutil.virtual_memory().total))


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
