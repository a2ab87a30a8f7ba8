"""Layouts of the early networks and of SRResNet.

Sources: the code of twtygqyy/pytorch-vdsr, of yjn870's and Lornatang's repositories, and of
pytorch/examples.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

import torch
from torch import Tensor

from srstudio_models.checkpoints.layout import (
    Layout,
    Options,
    Tensors,
    Unsupported,
    enlargement,
    matching,
    refused,
)

_GREY, _GREY_TOLERANCE = 0.5, 0.1


def _luma_only(weight: Tensor, name: str) -> None:
    if weight.shape[1] != 1:
        raise Unsupported(f"{name} for RGB, and the one here works on luma")


def _vdsr_options(first: str, between: str, outside: int) -> Callable[[Tensors], Options]:
    def read(tensors: Tensors) -> Options:
        _luma_only(tensors[f"{first}.weight"], "VDSR")
        return {
            "depth": len(matching(tensors, between)) + outside,
            "channels": tensors[f"{first}.weight"].shape[0],
            "bias": f"{first}.bias" in tensors,
        }

    return read


def _srcnn_options(tensors: Tensors) -> Options:
    _luma_only(tensors["conv1.weight"], "SRCNN")
    return {"middle": tensors["conv2.weight"].shape[-1]}


def _espcn_options(tensors: Tensors) -> Options:
    _luma_only(tensors["first_part.0.weight"], "ESPCN")
    return {"scale": isqrt(tensors["last_part.0.weight"].shape[0])}


def _fsrcnn_options(tensors: Tensors) -> Options:
    _luma_only(tensors["first_part.0.weight"], "FSRCNN")
    middle = [w for w in matching(tensors, "mid_part.{i}.weight") if w.ndim > 1]
    return {
        "scale": _fsrcnn_scale(tensors, len(middle)),
        "d": tensors["first_part.0.weight"].shape[0],
        "s": tensors["mid_part.0.weight"].shape[0],
        "m": len(middle) - 2,
    }


def _fsrcnn_scale(tensors: Tensors, middle: int) -> int:
    """The factor at which the transposed convolution keeps grey as it is; no shape tells it.

    Raises:
        Unsupported: if there is none.
    """
    features = torch.tensor([_GREY])
    layers = [("first_part", 0), *(("mid_part", 2 * i) for i in range(middle))]
    for part, i in layers:
        sums = tensors[f"{part}.{i}.weight"].float().sum((2, 3))
        features = sums @ features + tensors[f"{part}.{i}.bias"].float()
        slope = tensors[f"{part}.{i + 1}.weight"].float()
        features = torch.where(features > 0, features, slope * features)
    total = float(tensors["last_part.weight"].float().sum((1, 2, 3)) @ features)
    bias = float(tensors["last_part.bias"])
    errors = {scale: abs(total / scale**2 + bias - _GREY) for scale in (2, 3, 4)}
    scale = min(errors, key=errors.__getitem__)
    if errors[scale] > _GREY_TOLERANCE:
        raise Unsupported("an FSRCNN that turns grey into something else at x2, x3 and x4")
    return scale


def _srresnet_options(tensors: Tensors) -> Options:
    return {
        "scale": enlargement(tensors, "upsampling.{i}.upsample_block.0.weight"),
        "blocks": len(matching(tensors, "trunk.{i}.rcb.0.weight")),
        "channels": tensors["conv_block1.0.weight"].shape[0],
    }


def _with_biases(tensors: Tensors) -> Tensors:
    """Zero biases for the convolutions that have none."""
    added = {
        key.removesuffix("weight") + "bias": weight.new_zeros(weight.shape[0])
        for key, weight in tensors.items()
        if weight.ndim == 4
    }
    return {**added, **tensors}


LAYOUTS = [
    Layout(
        "Lornatang's SRResNet",
        ("conv_block1.0.weight", "trunk.0.rcb.0.weight"),
        ("srresnet",),
        _srresnet_options,
        (
            ("conv_block1", "head"),
            ("trunk.{b}.rcb", "body.{b}.body"),
            ("conv_block2.0", "body.{blocks}"),
            ("conv_block2.1", lambda blocks, **_: f"body.{blocks + 1}"),
            ("upsampling.{j}.upsample_block.{i}", lambda j, i, **_: f"tail.{3 * j + i}"),
            ("conv_block3", lambda scale, **_: f"tail.{3 * (scale // 2)}"),
        ),
        _with_biases,
    ),
    Layout(
        "twtygqyy's VDSR",
        ("input.weight", "residual_layer.0.conv.weight", "output.weight"),
        ("vdsr",),
        _vdsr_options("input", "residual_layer.{i}.conv.weight", outside=2),
        (
            ("input", "layers.0"),
            ("residual_layer.{i}.conv", lambda i, **_: f"layers.{2 * i + 2}"),
            ("output", lambda depth, **_: f"layers.{2 * depth - 2}"),
        ),
    ),
    Layout(
        "twtygqyy's early VDSR",
        ("features.0.weight", "features.2.weight"),
        ("vdsr",),
        _vdsr_options("features.0", "features.{i}.weight", outside=0),
        (("features", "layers"),),
    ),
    Layout(
        "yjn870's FSRCNN",
        ("first_part.0.weight", "mid_part.0.weight", "last_part.weight"),
        ("fsrcnn", "fsrcnn-s"),
        _fsrcnn_options,
        (
            ("first_part", "features.0"),
            ("mid_part.{i}", lambda i, **_: f"features.{1 + i // 2}.{i % 2}"),
            ("last_part", "enlarge"),
        ),
    ),
    Layout(
        "yjn870's ESPCN",
        ("first_part.0.weight", "first_part.2.weight", "last_part.0.weight"),
        ("espcn",),
        _espcn_options,
        (("first_part", "layers"), ("last_part.0", "layers.4")),
    ),
    Layout(
        "the ESPCN of PyTorch's examples",
        ("conv1.weight", "conv2.weight", "conv3.weight", "conv4.weight"),
        (),
        refused("the ESPCN of PyTorch's examples, which has a layer more than the published one"),
    ),
    Layout(
        "yjn870's SRCNN",
        ("conv1.weight", "conv2.weight", "conv3.weight"),
        ("srcnn", "srcnn-915"),
        _srcnn_options,
    ),
]
