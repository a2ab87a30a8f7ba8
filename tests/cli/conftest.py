"""Small pictures, and the program run here or in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from srstudio.__main__ import main
from srstudio.core.frame import Frame, Pixels
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.colour import SRGB
from srstudio.media.video.saving import save_video
from srstudio.media.video.segment import Recipe


def refuse_constants(name: str) -> None:
    """For `json.loads`: NaN and Infinity are not JSON."""
    raise AssertionError(f"{name} is not JSON")


@dataclass(frozen=True)
class Outcome:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output, which must be one strict JSON document."""
        return json.loads(self.out, parse_constant=refuse_constants)


Run = Callable[..., Outcome]
MakeClip = Callable[[str, Sequence[Pixels], int], Path]


@pytest.fixture
def here(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process."""

    def run(*words: object) -> Outcome:
        capfd.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Runs the program as a person does, in `tmp_path`."""

    def run(*words: object) -> Outcome:
        command = [sys.executable, "-m", "srstudio", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Writes a colourful picture below `tmp_path`."""

    def write(name: str, width: int = 12, height: int = 8) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(len(name)).integers(0, 256, (height, width, 3), np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    return write


@pytest.fixture
def clip(tmp_path: Path) -> MakeClip:
    """Writes a video without loss."""

    def write(name: str, frames: Sequence[Pixels], rate: int) -> Path:
        base = Fraction(1, rate)
        timed = (Frame(p, time=n * base, duration=base) for n, p in enumerate(frames))
        recipe = Recipe(Encoding("ffv1", chroma="rgb"), SRGB, base, Fraction(rate))
        save_video(timed, tmp_path / name, recipe)
        return tmp_path / name

    return write
