"""Deformable convolution against a loop over pixels, an ordinary convolution, and differences."""

from __future__ import annotations

import math
from copy import deepcopy
from itertools import product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from srstudio_models.layers.deform import DeformConv, deform_conv


def read(picture: Tensor, y: float, x: float) -> Tensor:
    """The channels of (C, H, W) between four pixels; those outside are 0."""
    total = torch.zeros_like(picture[:, 0, 0])
    for row, column in product(
        (math.floor(y), math.floor(y) + 1), (math.floor(x), math.floor(x) + 1)
    ):
        if 0 <= row < picture.shape[1] and 0 <= column < picture.shape[2]:
            total += (1 - abs(y - row)) * (1 - abs(x - column)) * picture[:, row, column]
    return total


def slow(x: Tensor, offset: Tensor, mask: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The definition for one picture, pixel by pixel; torchvision's layout of offsets."""
    groups = mask.shape[0] // 9
    result = bias[:, None, None].repeat(1, *x.shape[1:])
    for group, tap in product(range(groups), range(9)):
        part = slice(group * len(x) // groups, (group + 1) * len(x) // groups)
        place = 9 * group + tap
        for row, column in product(range(x.shape[1]), range(x.shape[2])):
            y_read = row + tap // 3 - 1 + float(offset[2 * place, row, column])
            x_read = column + tap % 3 - 1 + float(offset[2 * place + 1, row, column])
            value = mask[place, row, column] * read(x[part], y_read, x_read)
            result[:, row, column] += weight[:, part, tap // 3, tap % 3] @ value
    return result


def test_equals_a_loop_over_pixels() -> None:
    groups, height, width = 2, 4, 5
    x = torch.rand(2, 4, height, width).double()
    # Three pixels to each side: many reads fall outside, some between inside and outside.
    offset = 3 * torch.randn(2, groups * 18, height, width).double()
    mask = torch.rand(2, groups * 9, height, width).double()
    weight, bias = torch.randn(6, 4, 3, 3).double(), torch.randn(6).double()
    expected = [slow(*one, weight, bias) for one in zip(x, offset, mask, strict=True)]
    torch.testing.assert_close(deform_conv(x, offset, mask, weight, bias), torch.stack(expected))


def test_without_offsets_and_with_masks_of_one_is_a_convolution() -> None:
    x, weight, bias = torch.rand(2, 8, 6, 7), torch.randn(4, 8, 5, 5), torch.randn(4)
    offset, mask = torch.zeros(2, 2 * 4 * 25, 6, 7), torch.ones(2, 4 * 25, 6, 7)
    expected = F.conv2d(x, weight, bias, padding=2)
    actual = deform_conv(x, offset, mask, weight, bias)
    torch.testing.assert_close(actual, expected, rtol=1e-4, atol=1e-4)


def test_starts_as_half_a_convolution() -> None:
    layer, x = DeformConv(8, 4), torch.rand(2, 8, 6, 7)
    nn.init.normal_(layer.bias)
    expected = F.conv2d(x, layer.weight / 2, layer.bias, padding=1)
    torch.testing.assert_close(layer(x, torch.rand_like(x)), expected, rtol=1e-4, atol=1e-4)


def test_a_picture_of_one_pixel_fades_with_distance() -> None:
    offset = torch.zeros(1, 18, 1, 1)
    offset[0, 8:10, 0, 0] = torch.tensor((0.25, -0.5))  # of the middle tap
    y = deform_conv(
        torch.ones(1, 1, 1, 1),
        offset,
        torch.ones(1, 9, 1, 1),
        torch.ones(1, 1, 3, 3),
        torch.zeros(1),
    )
    torch.testing.assert_close(y.flatten(), torch.tensor([0.75 * 0.5]))


def test_gradients() -> None:
    layer = DeformConv(2, 1).double()
    nn.init.normal_(layer.conv_offset.weight, std=0.3)
    x, steer = (torch.rand(1, 2, 3, 4).double().requires_grad_() for _ in range(2))
    assert torch.autograd.gradcheck(layer, (x, steer))
    layer(x, steer).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in layer.parameters())


def test_half_precision_rounds_what_goes_in_and_out_and_nothing_between() -> None:
    x, offset = torch.rand(1, 4, 5, 300).half(), torch.full((1, 36, 5, 300), 0.3).half()
    mask, weight, bias = (
        torch.rand(1, 18, 5, 300).half(),
        torch.randn(4, 4, 3, 3).half(),
        torch.zeros(4).half(),
    )
    given = (x, offset, mask, weight, bias)
    exact = deform_conv(*(tensor.float() for tensor in given))
    assert torch.equal(deform_conv(*given), exact.half())


def test_autocast_leaves_it_in_float32() -> None:
    x, layer = torch.rand(1, 4, 5, 6), DeformConv(4, 2)
    expected = deepcopy(layer)(x, x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        # Zero offsets and their masks are exact in bfloat16.
        assert torch.equal(layer(x, x), expected)


class Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Remembers how many values the largest tensor made has."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.values = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.values = max(self.values, result.numel())
        return result


def test_holds_one_row_of_the_kernel_at_a_time() -> None:
    x, layer, largest = torch.rand(1, 16, 32, 32), DeformConv(16, 1), Largest()
    with torch.no_grad(), largest:
        layer(x, x)
    assert largest.values == 3 * x.numel()
