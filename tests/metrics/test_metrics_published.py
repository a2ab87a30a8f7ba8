"""The published numbers of bicubic upscaling on the benchmarks: the check of the whole protocol."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from srstudio.core.frame import Frame
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import mean_measurements, measure
from srstudio_models.layers.resize import imresize

PUBLISHED = {
    ("Set5", 2): 33.68,
    ("Set5", 3): 30.41,
    ("Set5", 4): 28.43,
    ("Set14", 2): 30.23,
    ("Set14", 3): 27.54,
    ("Set14", 4): 26.00,
}


def load(path: Path) -> Frame:
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert stored is not None
    if stored.ndim == 2:
        return Frame(np.repeat(stored[..., np.newaxis], 3, axis=2), gray=True)
    return Frame(np.ascontiguousarray(stored[..., ::-1]))


def resized(frame: Frame, scale: float, levels: int | None = None) -> Frame:
    planes = torch.from_numpy(frame.pixels).permute(2, 0, 1)[None].double() / 255
    result = imresize(planes, scale, levels=levels)[0].permute(1, 2, 0)
    return frame.with_pixels(result.float().numpy())


def cropped(frame: Frame, scale: int) -> Frame:
    height, width = frame.height // scale * scale, frame.width // scale * scale
    return frame.with_pixels(np.ascontiguousarray(frame.pixels[:height, :width]))


@pytest.mark.data
@pytest.mark.parametrize(("name", "scale"), PUBLISHED)
def test_bicubic_gives_the_published_psnr(shared_data: Path, name: str, scale: int) -> None:
    folder = shared_data / "test" / name
    rows = []
    for path in sorted((folder / "HR").glob("*.png")):
        truth = cropped(load(path), scale)
        small = load(folder / "LR_bicubic" / f"X{scale}" / f"{path.stem}x{scale}.png")
        rows.append(measure(resized(small, scale), truth, Protocol.paper(scale)))

    assert len(rows) == (5 if name == "Set5" else 14)
    assert mean_measurements(rows).psnr == pytest.approx(PUBLISHED[name, scale], abs=0.01)


@pytest.mark.data
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_low_resolution_made_here_gives_it_too(shared_data: Path, scale: int) -> None:
    rows = []
    for path in sorted((shared_data / "test" / "Set5" / "HR").glob("*.png")):
        truth = cropped(load(path), scale)
        small = resized(truth, 1 / scale, levels=255).quantised(8)
        rows.append(measure(resized(small, scale), truth, Protocol.paper(scale)))

    assert mean_measurements(rows).psnr == pytest.approx(PUBLISHED["Set5", scale], abs=0.01)
