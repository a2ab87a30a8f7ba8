from __future__ import annotations

import ctypes
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from srstudio.core.errors import UsageError
from srstudio.engine import device as devices
from srstudio.engine.device import Device, choose, list_devices, native_bf16


def pretend_cuda(monkeypatch: pytest.MonkeyPatch, *memory: int) -> None:
    cards = [SimpleNamespace(name=f"Card {i}", total_memory=m) for i, m in enumerate(memory)]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(cards))
    monkeypatch.setattr(torch.cuda, "get_device_properties", cards.__getitem__)


def test_the_cpu_is_always_there_and_last_with_a_readable_name() -> None:
    cpu = list_devices()[-1]
    assert cpu.id == "cpu"
    assert cpu.name.startswith("CPU - ")
    assert "core" in cpu.name
    assert cpu.memory > 1 << 28


def test_auto_takes_the_card_with_the_most_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_cuda(monkeypatch, 8 << 30, 24 << 30)
    assert choose("auto") == Device("cuda:1", "Card 1 (24 GiB)", "cuda", 24 << 30)
    assert choose("cuda").id == "cuda:1"
    assert choose("cuda:0").id == "cuda:0"
    assert choose("cpu").kind == "cpu"


def test_auto_prefers_apples_gpu_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_cuda(monkeypatch)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose().name == "Apple GPU"


def test_an_unknown_device_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_cuda(monkeypatch, 8 << 30)
    with pytest.raises(UsageError) as caught:
        choose("cuda:7")
    assert "'cuda:7'" in caught.value.cause
    assert "cuda:0 (Card 0 (8 GiB))" in caught.value.advice
    assert "cpu (" in caught.value.advice


@pytest.mark.parametrize(
    ("flags", "native"),
    [({}, False), ({"avx512_bf16": True}, True), ({"amx_bf16": True}, True)],
)
def test_bfloat16_is_native_where_the_cpu_says_so(
    monkeypatch: pytest.MonkeyPatch, flags: dict[str, bool], native: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: flags)
    assert native_bf16(choose("cpu")) is native
    assert not native_bf16(Device("mps", "Apple GPU", "mps", 0))


@pytest.mark.skipif(
    not (devices.tune_allocator() and hasattr(ctypes.CDLL(None), "mallinfo2")),
    reason="needs glibc 2.33 or newer",
)
def test_big_blocks_come_from_the_heap_once_the_allocator_is_tuned() -> None:
    """Counts mappings: untuned, each big block in a thread is one of its own."""
    program = """
import ctypes, sys, threading
from srstudio.engine.device import tune_allocator
if sys.argv[1] == "tuned":
    tune_allocator()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
class Info(ctypes.Structure):
    _fields_ = [(n, ctypes.c_size_t) for n in "arena ordblks smblks hblks hblkhd a b c d e".split()]
libc.mallinfo2.restype = Info
counts = []
def work():
    before = libc.mallinfo2().hblks
    kept = [libc.malloc(100 << 20) for _ in range(3)]
    counts.append(libc.mallinfo2().hblks - before)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(counts[0])
"""
    mapped = [
        int(subprocess.check_output([sys.executable, "-c", program, mode], text=True))
        for mode in ("plain", "tuned")
    ]
    assert mapped == [3, 0]
