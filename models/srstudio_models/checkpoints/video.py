"""Layouts of the networks for videos: the authors' own, BasicSR's and mmagic's.

BasicSR's names are ours. mmagic wraps every convolution that has an activation once more, so
that `.conv` follows its name, and counts SPyNet's without the activations between.
"""

from __future__ import annotations

from srstudio_models.checkpoints.layout import Layout, Options, Rule, Tensors, matching


def _spynet(theirs: str = "", ours: str = "") -> tuple[Rule, ...]:
    """From mmagic's names of SPyNet to ours, each after what it is called in the whole."""
    return (
        (
            f"{theirs}basic_module.{{level}}.basic_module.{{j}}.conv",
            lambda level, j, **_: f"{ours}basic_module.{level}.basic_module.{2 * j}",
        ),
        (f"{theirs}mean", None),
        (f"{theirs}std", None),
    )


def _vsrt_options(tensors: Tensors) -> Options:
    # The number of frames leaves a trace in the encoding of positions alone: one frequency up to
    # six of them, then two. Five and seven were published.
    waves = tensors["pos_embedding.penc.inv_freq"].shape[0]
    layer = "transformer.layers.0.1.fn.fn.backward_resblocks.main.2.{i}.conv1.weight"
    flow = "spynet.spynet.basic_module.0.basic_module.0.conv.weight"
    return {
        "frames": 5 if waves == 1 else 7,
        "depth": len(matching(tensors, "transformer.layers.{i}.0.fn.norm.weight")),
        "channels": tensors["conv_first.weight"].shape[0],
        "side": tensors["transformer.layers.0.0.fn.norm.weight"].shape[-1],
        "extraction": len(matching(tensors, "feature_extraction.{i}.conv1.weight")),
        "blocks": len(matching(tensors, layer)),
        "reconstruction": len(matching(tensors, "reconstruction.{i}.conv1.weight")),
        "flow_channels": tensors[flow].shape[0],
    }


LAYOUTS = [
    Layout(
        "VSR-Transformer",
        ("transformer.layers.0.0.fn.norm.weight", "pos_embedding.penc.inv_freq"),
        ("vsrt", "vsrt-7", "vsrt-small"),
        _vsrt_options,
        (*_spynet("spynet.spynet.", "spynet."), ("pos_embedding", None)),
    ),
    Layout(
        "mmagic's SPyNet",
        ("basic_module.0.basic_module.0.conv.weight",),
        (),
        lambda _: {},
        _spynet(),
    ),
    Layout("SPyNet", ("basic_module.0.basic_module.0.weight",), (), lambda _: {}),
]
