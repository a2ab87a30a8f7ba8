"""BT.601 luma and chroma against published values."""

from __future__ import annotations

import torch

from srstudio_models.layers.color import rgb_to_ycbcr, ycbcr_to_rgb


def colour(r: float, g: float, b: float) -> torch.Tensor:
    return torch.tensor([r, g, b], dtype=torch.float64).view(1, 3, 1, 1)


def levels(x: torch.Tensor) -> list[float]:
    return [round(v, 3) for v in (x.flatten() * 255).tolist()]


def test_black_white_and_red_have_the_values_of_the_standard() -> None:
    assert levels(rgb_to_ycbcr(colour(0, 0, 0))) == [16, 128, 128]
    assert levels(rgb_to_ycbcr(colour(1, 1, 1))) == [235, 128, 128]
    assert levels(rgb_to_ycbcr(colour(1, 0, 0))) == [81.481, 90.203, 240]


def test_there_and_back_is_the_identity() -> None:
    x = torch.rand(2, 3, 5, 7, dtype=torch.float64)
    torch.testing.assert_close(ycbcr_to_rgb(rgb_to_ycbcr(x)), x)
