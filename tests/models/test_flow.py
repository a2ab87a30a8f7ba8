"""Warping by whole pixels, and optical flow where it has a closed form."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.archs.spynet import SPyNet
from srstudio_models.layers.flow import warp


def constant_flow(right: float, down: float, height: int, width: int) -> Tensor:
    return torch.tensor((right, down)).view(1, 2, 1, 1).expand(1, 2, height, width)


def test_warping_by_whole_pixels_shifts() -> None:
    """Each pixel reads 2 to its right and 1 above."""
    x = torch.rand(1, 3, 5, 7)
    expected = torch.zeros_like(x)
    expected[..., 1:, :-2] = x[..., :-1, 2:]
    flow = constant_flow(2, -1, 5, 7)
    torch.testing.assert_close(warp(x, flow), expected, rtol=0, atol=1e-5)


def test_the_border_is_repeated_where_asked() -> None:
    x = torch.rand(1, 3, 5, 7)
    expected = F.pad(x, (0, 2, 1, 0), mode="replicate")[..., :5, 2:]
    flow = constant_flow(2, -1, 5, 7)
    torch.testing.assert_close(warp(x, flow, "border"), expected, rtol=0, atol=1e-5)


def test_warping_reads_between_pixels() -> None:
    """A ramp is what bilinear interpolation reproduces."""
    rows, columns = torch.meshgrid(torch.arange(9.0), torch.arange(8.0), indexing="ij")
    ramp = (3 * rows + 5 * columns)[None, None]
    flow = torch.rand(1, 2, 9, 8) - 0.5
    expected = ramp + 3 * flow[:, 1] + 5 * flow[:, 0]
    inside = (..., slice(1, -1), slice(1, -1))
    torch.testing.assert_close(warp(ramp, flow)[inside], expected[inside], rtol=0, atol=1e-4)


def test_a_picture_of_one_pixel_has_an_outside_too() -> None:
    x = torch.ones(1, 1, 1, 1)
    assert warp(x, constant_flow(0.25, 0, 1, 1)).item() == pytest.approx(0.75)
    assert warp(x, constant_flow(0, 2, 1, 1)).item() == 0


def test_half_precision_keeps_positions_exact() -> None:
    """Position 1,279 lies between two numbers of float16's grid."""
    x = torch.arange(1280.0).div(2048).view(1, 1, 1, -1).half()
    moved = warp(x, constant_flow(-3, 0, 1, 1280))
    assert moved.dtype == torch.float16
    assert torch.equal(moved[..., 3:], x[..., :-3])


def test_warping_has_gradients() -> None:
    x = torch.rand(1, 2, 4, 5).double().requires_grad_()
    flow = torch.randn(1, 2, 4, 5).double().requires_grad_()
    assert torch.autograd.gradcheck(warp, (x, flow))


@pytest.mark.parametrize("size", [(1, 1), (5, 40), (33, 64), (48, 72)])
def test_pictures_of_any_size_have_a_flow(size: tuple[int, int]) -> None:
    with torch.no_grad():
        flow = SPyNet(channels=4)(torch.full((2, 3, *size), 0.4), torch.full((2, 3, *size), 0.6))
    assert flow.shape == (2, 2, *size)
    assert torch.isfinite(flow).all()


@pytest.mark.parametrize(("height", "width"), [(64, 96), (48, 40), (7, 32)])
def test_flow_doubles_from_level_to_level_and_is_in_pixels_of_the_input(
    height: int, width: int
) -> None:
    """Six levels that each say (1, -2): 63 times that, on sides that are multiples of 32."""
    network = SPyNet(channels=4)
    for parameter in network.parameters():
        nn.init.zeros_(parameter)
    for level in range(6):
        bias = network.get_parameter(f"basic_module.{level}.basic_module.8.bias")
        bias.data = torch.tensor((1.0, -2.0))
    x = torch.rand(1, 3, height, width)
    grid = [-(-side // 32) * 32 for side in (height, width)]
    expected = constant_flow(63 * width / grid[1], -126 * height / grid[0], height, width)
    with torch.no_grad():
        torch.testing.assert_close(network(x, x), expected)


def test_the_flow_of_half_precision_networks_stays_in_float32() -> None:
    network = SPyNet(channels=4).bfloat16()
    x = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        flow = network(x.bfloat16(), x.flip(-1).bfloat16())
        exact = network.float()(x, x.flip(-1))
    assert flow.dtype == torch.float32
    torch.testing.assert_close(flow, exact, rtol=0.05, atol=0.05 * exact.abs().max().item())
