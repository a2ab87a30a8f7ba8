"""Layouts of the EDSR family, as EDSR-PyTorch, BasicSR and mmagic write them."""

from __future__ import annotations

from collections.abc import Callable

import torch

from srstudio_models.archs.edsr import DIV2K_MEAN
from srstudio_models.checkpoints.layout import (
    Layout,
    Options,
    Rule,
    Tensors,
    Unsupported,
    enlargement,
    matching,
    refused,
)

_WIDE = 256
_RANGE = 255.0


def _edsr_options(head: str, block: str, enlarging: str) -> Callable[[Tensors], Options]:
    def read(tensors: Tensors) -> Options:
        channels = tensors[head].shape[0]
        return {
            "scale": enlargement(tensors, enlarging),
            "blocks": len(matching(tensors, block)),
            "channels": channels,
            # No file says by what the residuals are scaled; the published wide networks need it.
            "factor": 0.1 if channels >= _WIDE else 1.0,
        }

    return read


def _mdsr_options(tensors: Tensors) -> Options:
    blocks = len(matching(tensors, "body.{i}.body.0.weight"))
    return {"blocks": blocks, "channels": tensors["head.0.weight"].shape[0]}


def _unit_range(tensors: Tensors, values: float = _RANGE) -> Tensors:
    """Weights for values up to `values`, for values up to 1.

    A network of convolutions and ReLUs gives s y for s x where its biases are multiplied by s.
    """
    return {key: t / values if key.endswith(".bias") else t for key, t in tensors.items()}


def _without_mean_shift(tensors: Tensors) -> Tensors:
    """EDSR-PyTorch keeps the mean that it subtracts as a convolution, times its range of values.

    Raises:
        Unsupported: if it is not the mean of DIV2K, which our networks subtract.
    """
    if "sub_mean.bias" not in tensors:
        return _unit_range(tensors)
    mean, shift = torch.tensor(DIV2K_MEAN), -tensors["sub_mean.bias"].float()
    values = float(shift.sum() / mean.sum())
    scaling = tensors["sub_mean.weight"].flatten(1).float()
    if not (torch.allclose(shift, mean * values, rtol=1e-3) and scaling.equal(torch.eye(3))):
        raise Unsupported("a network that normalises its input otherwise than by DIV2K's mean")
    return _unit_range(tensors, values)


_EDSR = ("edsr-baseline", "edsr")
_MEANS: tuple[Rule, ...] = (("sub_mean", None), ("add_mean", None))
_BASIC_EDSR: tuple[Rule, ...] = (
    ("conv_first", "head"),
    ("body.{i}.conv1", "body.{i}.body.0"),
    ("body.{i}.conv2", "body.{i}.body.2"),
    ("conv_after_body", "body.{blocks}"),
    ("conv_last", "tail.1"),
)
_BASIC_BLOCK = ("conv_first.weight", "body.0.conv1.weight")

LAYOUTS = [
    Layout(
        "EDSR-PyTorch's MDSR",
        ("head.0.weight", "pre_process.0.0.body.0.weight"),
        ("mdsr-baseline", "mdsr"),
        _mdsr_options,
        (
            *_MEANS,
            ("head.0", "head"),
            ("tail.0", "tail"),
            *((f"pre_process.{i}", f"before.{i + 2}") for i in range(3)),
            *((f"upsample.{i}", f"after.{i + 2}") for i in range(3)),
        ),
        _without_mean_shift,
    ),
    Layout(
        "EDSR-PyTorch's EDSR",
        ("head.0.weight", "body.0.body.0.weight", "tail.0.0.weight"),
        _EDSR,
        _edsr_options("head.0.weight", "body.{i}.body.0.weight", "tail.0.{i}.weight"),
        (*_MEANS, ("head.0", "head")),
        _without_mean_shift,
    ),
    Layout(
        "EDSR-PyTorch's VDSR",
        ("sub_mean.bias", "body.0.0.weight"),
        (),
        refused("EDSR-PyTorch's VDSR for RGB, and the one here works on luma"),
    ),
    Layout(
        "mmagic's EDSR",
        (*_BASIC_BLOCK, "conv_after_body.weight", "upsample.0.upsample_conv.weight"),
        _EDSR,
        _edsr_options(
            "conv_first.weight", "body.{i}.conv1.weight", "upsample.{i}.upsample_conv.weight"
        ),
        (*_BASIC_EDSR, ("upsample.{i}.upsample_conv", lambda i, **_: f"tail.0.{2 * i}")),
    ),
    Layout(
        "BasicSR's EDSR",
        (*_BASIC_BLOCK, "conv_after_body.weight"),
        _EDSR,
        _edsr_options("conv_first.weight", "body.{i}.conv1.weight", "upsample.{i}.weight"),
        (*_BASIC_EDSR, ("upsample", "tail.0")),
        _unit_range,
    ),
    Layout(
        "BasicSR's MSRResNet",
        (*_BASIC_BLOCK, "upconv1.weight"),
        (),
        refused("BasicSR's MSRResNet, which is not among the networks here"),
    ),
]
