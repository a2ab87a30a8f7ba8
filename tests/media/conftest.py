"""Colour profiles made of bytes, so that what they mean is known from their numbers."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

# Columns: the XYZ of the red, green and blue primaries of Display P3, adapted to D50.
P3_TO_XYZ = np.array(
    [
        [0.515102, 0.291965, 0.157153],
        [0.241182, 0.692236, 0.066582],
        [-0.001050, 0.041882, 0.784378],
    ]
)
D50 = (0.9642, 1.0, 0.8249)


def _fixed(values: tuple[float, ...] | NDArray[np.float64]) -> bytes:
    return b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)


def _xyz(values: tuple[float, ...] | NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def _description(text: bytes) -> bytes:
    body = b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0"
    body += bytes(12 + 67)
    return body + bytes(-len(body) % 4)


def icc(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile of version 2 (ICC.1:2001-04, clause 6)."""
    tags = {b"desc": _description(b"test"), b"wtpt": _xyz(D50), **tags}
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    date = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    header = struct.pack(">I", offset + len(body)) + bytes(4) + b"\x02\x10\0\0" + kind + space
    header += connection + date + b"acsp" + bytes(28) + _fixed(D50)
    return header.ljust(128, b"\0") + table + body


@pytest.fixture(scope="session")
def p3_profile() -> bytes:
    """The primaries of Display P3 with a gamma of 1.8."""
    columns = {name: _xyz(P3_TO_XYZ[:, i]) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(1.8))
    return icc(b"mntr", b"RGB ", b"XYZ ", {**columns, **curves})


@pytest.fixture(scope="session")
def gray_profile() -> bytes:
    """A gray scale with a gamma of 1.8."""
    return icc(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(1.8)})


@pytest.fixture(scope="session")
def cmyk_profile() -> bytes:
    """A press whose every ink is gray: lightness 100 less 10, 20, 30 and 40 for C, M, Y and K."""
    inks = np.stack(np.meshgrid(*[[0, 1]] * 4, indexing="ij"), axis=-1).reshape(16, 4)
    lightness = 100 - inks @ np.array([10, 20, 30, 40])
    lab = np.stack([np.round(lightness * 2.55), np.full(16, 128), np.full(16, 128)], axis=1)
    identity = np.arange(256, dtype=np.uint8)
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + _fixed(np.eye(3).ravel())
    lut += np.tile(identity, 4).tobytes() + lab.astype(np.uint8).tobytes()
    lut += np.tile(identity, 3).tobytes()
    return icc(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut, b"A2B1": lut})
