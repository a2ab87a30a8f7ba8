"""Layouts of the networks for videos: the authors' own, BasicSR's and mmagic's.

BasicSR's names are ours. mmagic wraps every convolution that has an activation once more, so
that `.conv` follows its name, and counts SPyNet's without the activations between.
"""

from __future__ import annotations

from collections.abc import Callable

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


def _recurrent_options(trunk: str, flow: str) -> Callable[[Tensors], Options]:
    def read(tensors: Tensors) -> Options:
        return {
            "channels": tensors[f"{trunk}.main.0.weight"].shape[0],
            "blocks": len(matching(tensors, f"{trunk}.main.2.{{i}}.conv1.weight")),
            "flow_channels": tensors[f"spynet.basic_module.0.basic_module.0.{flow}"].shape[0],
        }

    return read


def _with_window(
    recurrent: Callable[[Tensors], Options], offsets: str, fusion: str
) -> Callable[[Tensors], Options]:
    """IconVSR is BasicVSR with a part of EDVR."""

    def read(tensors: Tensors) -> Options:
        return {**recurrent(tensors), **_window_options(tensors, offsets, fusion)}

    return read


def _window_options(tensors: Tensors, offsets: str, fusion: str) -> Options:
    channels, inputs = tensors[fusion].shape[:2]
    # A 3x3 deformable convolution has two offsets and a mask for each tap of a group.
    return {"frames": inputs // channels, "groups": tensors[offsets].shape[0] // 27}


def _edvr_options(offsets: str, fusion: str) -> Callable[[Tensors], Options]:
    def read(tensors: Tensors) -> Options:
        attention = "fusion.weight" not in tensors
        return {
            "channels": tensors["conv_first.weight"].shape[0],
            "blocks": len(matching(tensors, "reconstruction.{i}.conv1.weight")),
            "attention": attention,
            **_window_options(tensors, offsets, fusion if attention else "fusion.weight"),
        }

    return read


def _edvr(prefix: str = "") -> tuple[Rule, ...]:
    """From mmagic's names of EDVR to ours, after what it is called in the whole."""
    rules: tuple[Rule, ...] = (
        ("feat_l{i}_conv{j}.conv", "conv_l{i}_{j}"),
        ("pcd_alignment.offset_conv{i}.l{j}.conv", "pcd_align.offset_conv{i}.l{j}"),
        ("pcd_alignment.feat_conv.l{j}.conv", "pcd_align.feat_conv.l{j}"),
        ("pcd_alignment.cas_offset_conv{i}.conv", "pcd_align.cas_offset_conv{i}"),
        ("pcd_alignment", "pcd_align"),
        ("fusion.feat_fusion.conv", "fusion.feat_fusion"),
        ("fusion.spatial_attn{i}.conv", "fusion.spatial_attn{i}"),
        ("fusion.spatial_attn_l{i}.conv", "fusion.spatial_attn_l{i}"),
        ("fusion.spatial_attn_add{i}.conv", "fusion.spatial_attn_add{i}"),
    )
    return tuple((prefix + theirs, f"{prefix}{ours}") for theirs, ours in rules)


_OFFSETS, _MM_OFFSETS = (
    f"{name}.cas_dcnpack.conv_offset.weight" for name in ("pcd_align", "pcd_alignment")
)
_FUSION, _MM_FUSION = "fusion.feat_fusion.weight", "fusion.feat_fusion.conv.weight"
_ENLARGING: tuple[Rule, ...] = (("upsample{i}.upsample_conv", "upconv{i}"),)
_MM_RECURRENT: tuple[Rule, ...] = (
    *_spynet("spynet.", "spynet."),
    ("backward_resblocks", "backward_trunk"),
    ("forward_resblocks", "forward_trunk"),
    *_ENLARGING,
)
_MEANS: tuple[Rule, ...] = (("spynet.mean", None), ("spynet.std", None))
_BASICVSR, _EDVR_NETWORKS = ("basicvsr", "basicvsr-small"), ("edvr-m", "edvr-l")
_recurrent = _recurrent_options("backward_trunk", "weight")
_mm_recurrent = _recurrent_options("backward_resblocks", "conv.weight")

LAYOUTS = [
    Layout(
        "VSR-Transformer",
        ("transformer.layers.0.0.fn.norm.weight", "pos_embedding.penc.inv_freq"),
        ("vsrt", "vsrt-7", "vsrt-small"),
        _vsrt_options,
        (*_spynet("spynet.spynet.", "spynet."), ("pos_embedding", None)),
    ),
    Layout(
        "BasicSR's IconVSR",
        ("backward_trunk.main.0.weight", "backward_fusion.weight"),
        ("iconvsr",),
        _with_window(_recurrent, f"edvr.{_OFFSETS}", f"edvr.{_FUSION}"),
        _MEANS,
    ),
    Layout(
        "BasicSR's BasicVSR",
        ("backward_trunk.main.0.weight", "fusion.weight"),
        _BASICVSR,
        _recurrent,
        _MEANS,
    ),
    Layout(
        "mmagic's IconVSR",
        ("backward_resblocks.main.0.weight", "backward_fusion.weight"),
        ("iconvsr",),
        _with_window(_mm_recurrent, f"edvr.{_MM_OFFSETS}", f"edvr.{_MM_FUSION}"),
        (*_MM_RECURRENT, *_edvr("edvr.")),
    ),
    Layout(
        "mmagic's BasicVSR",
        ("backward_resblocks.main.0.weight", "fusion.weight"),
        _BASICVSR,
        _mm_recurrent,
        _MM_RECURRENT,
    ),
    Layout(
        "BasicSR's EDVR",
        ("pcd_align.cas_dcnpack.weight", "reconstruction.0.conv1.weight"),
        _EDVR_NETWORKS,
        _edvr_options(_OFFSETS, _FUSION),
    ),
    Layout(
        "mmagic's EDVR",
        ("pcd_alignment.cas_dcnpack.weight", "reconstruction.0.conv1.weight"),
        _EDVR_NETWORKS,
        _edvr_options(_MM_OFFSETS, _MM_FUSION),
        (*_edvr(), *_ENLARGING),
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
