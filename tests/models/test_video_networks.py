"""BasicVSR, IconVSR and EDVR: against closed forms, and by the keys of their official weights."""

from __future__ import annotations

import math
import re
import weakref
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.archs.basicvsr import BasicVSR, IconVSR
from srstudio_models.archs.edvr import EDVR, PCDAlignment, TSAFusion

_BLOCK = r"\d+\.conv[12]\.P"
_SPYNET = {r"spynet\.basic_module\.[0-5]\.basic_module\.[02468]\.P": 60}
_END = {r"upconv[12]\.P|conv_hr\.P|conv_last\.P": 8}
_WINDOW = {
    r"conv_first\.P": 2,
    rf"feature_extraction\.{_BLOCK}": 5 * 4,
    r"conv_l[23]_[12]\.P": 8,
    r"pcd_align\.offset_conv[12]\.l[123]\.P": 12,
    r"pcd_align\.offset_conv3\.l[12]\.P": 4,
    r"pcd_align\.dcn_pack\.l[123]\.(conv_offset\.)?P": 12,
    r"pcd_align\.feat_conv\.l[12]\.P": 4,
    r"pcd_align\.cas_offset_conv[12]\.P": 4,
    r"pcd_align\.cas_dcnpack\.(conv_offset\.)?P": 4,
    r"fusion\.temporal_attn[12]\.P": 4,
    r"fusion\.spatial_attn([1-5]|_l[123]|_add[12])\.P": 20,
    r"fusion\.feat_fusion\.P": 2,
}
_TRUNKS = {
    r"(backward|forward)_trunk\.main\.0\.P": 4,
    rf"(backward|forward)_trunk\.main\.2\.{_BLOCK}": 2 * 30 * 4,
}
# How BasicSR names the weights, P for `weight` or `bias`, and how many it has of each.
KEYS: list[tuple[type[nn.Module], dict[str, int]]] = [
    (BasicVSR, {**_SPYNET, **_END, **_TRUNKS, r"fusion\.P": 2}),
    (
        IconVSR,
        {
            **_SPYNET,
            **_END,
            **_TRUNKS,
            r"(backward|forward)_fusion\.P": 4,
            **{rf"edvr\.{pattern}": count for pattern, count in _WINDOW.items()},
        },
    ),
    (EDVR, {**_END, **_WINDOW, rf"reconstruction\.{_BLOCK}": 10 * 4}),
]
SHAPES: list[tuple[type[nn.Module], dict[str, tuple[int, ...]]]] = [
    (BasicVSR, {"backward_trunk.main.0": (64, 67, 3, 3), "fusion": (64, 128, 1, 1)}),
    (IconVSR, {"forward_trunk.main.0": (64, 131, 3, 3), "forward_fusion": (64, 128, 3, 3)}),
    (EDVR, {"pcd_align.dcn_pack.l1.conv_offset": (216, 64, 3, 3)}),
]


@pytest.mark.parametrize(("network", "patterns"), KEYS)
def test_the_keys_are_those_of_the_official_weights(
    network: type[nn.Module], patterns: dict[str, int]
) -> None:
    with torch.device("meta"):
        keys = list(network().state_dict())
    found = {
        pattern: sum(bool(re.fullmatch(pattern.replace("P", "(weight|bias)"), k)) for k in keys)
        for pattern in patterns
    }
    assert found == patterns
    assert len(keys) == sum(patterns.values())


@pytest.mark.parametrize(("network", "shapes"), SHAPES)
def test_the_shapes_are_those_of_the_official_weights(
    network: type[nn.Module], shapes: dict[str, tuple[int, ...]]
) -> None:
    with torch.device("meta"):
        state = network().state_dict()
    assert {key: tuple(state[f"{key}.weight"].shape) for key in shapes} == shapes


def small(network: type[nn.Module], **options: int) -> nn.Module:
    """A small one with every weight drawn: those that start at zero would hide what they do."""
    if network is not EDVR:
        options["flow_channels"] = 4
    if network is not BasicVSR:
        options["groups"] = 2
    module = network(channels=8, blocks=1, **options)
    for parameter in module.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.05)
    return module.eval()


def amplify(module: nn.Module, clip: Tensor) -> None:
    """Scale the last layer until what the network adds deviates by a tenth."""
    last = module.get_submodule("conv_last")
    added: list[Tensor] = []
    with last.register_forward_hook(lambda *args: added.append(args[-1])):
        module(clip)
    for parameter in last.parameters():
        parameter.mul_(0.1 / torch.stack(added).std())


def enlarged(frames: Tensor) -> Tensor:
    return F.interpolate(frames, scale_factor=4, mode="bilinear", align_corners=False)


@pytest.mark.parametrize("network", [BasicVSR, IconVSR, EDVR])
@pytest.mark.parametrize("autocast", [False, True])
def test_bfloat16_is_50_db_from_float32(network: type[nn.Module], autocast: bool) -> None:
    """With details as strong as real ones; what rounding the frames alone costs is 55 dB."""
    module, clip = small(network), torch.rand(1, 5, 3, 8, 12)
    with torch.no_grad():
        amplify(module, clip)
        exact = module(clip)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            half = module(clip) if autocast else module.bfloat16()(clip.bfloat16())
    assert not torch.equal(half, exact)
    assert -10 * math.log10((half - exact).square().mean()) > 50


class TestRecurrent:
    @pytest.mark.parametrize("network", [BasicVSR, IconVSR])
    @pytest.mark.parametrize(
        ("frames", "size"), [(1, (3, 9)), (2, (6, 5)), (3, (1, 2)), (7, (8, 9))]
    )
    def test_clips_of_any_length_and_size(
        self, network: type[nn.Module], frames: int, size: tuple[int, int]
    ) -> None:
        with torch.no_grad():
            y = small(network)(torch.rand(2, frames, 3, *size))
        assert y.shape == (2, frames, 3, 4 * size[0], 4 * size[1])
        assert torch.isfinite(y).all()

    @pytest.mark.parametrize("network", [BasicVSR, IconVSR])
    def test_nothing_learned_is_bilinear(self, network: type[nn.Module]) -> None:
        module = small(network)
        for name, parameter in module.named_parameters():
            if not name.startswith("spynet"):
                nn.init.zeros_(parameter)
        clip = torch.rand(2, 3, 3, 8, 12)
        with torch.no_grad():
            torch.testing.assert_close(module(clip)[1], enlarged(clip[1]))

    @pytest.mark.parametrize("network", [BasicVSR, IconVSR])
    def test_clips_of_a_batch_do_not_mix(self, network: type[nn.Module]) -> None:
        module, clips = small(network), torch.rand(2, 3, 3, 8, 8)
        with torch.no_grad():
            alone = torch.cat([module(clip[None]) for clip in clips])
            torch.testing.assert_close(module(clips), alone, rtol=0, atol=1e-5)

    @pytest.mark.parametrize("network", [BasicVSR, IconVSR])
    def test_every_frame_sees_every_other(self, network: type[nn.Module]) -> None:
        module = small(network)
        clip = torch.rand(1, 4, 3, 8, 8, requires_grad=True)
        for frame in module(clip).unbind(dim=1):
            (gradient,) = torch.autograd.grad(frame.sum(), clip, retain_graph=True)
            assert (gradient.abs().sum(dim=(0, 2, 3, 4)) > 0).all()

    def test_a_reversed_clip_comes_out_reversed_where_both_directions_are_alike(self) -> None:
        module = BasicVSR(channels=8, blocks=2, flow_channels=4).eval()
        module.forward_trunk = deepcopy(module.backward_trunk)
        weight = module.fusion.weight.data
        weight[:, 8:] = weight[:, :8]
        clip = torch.rand(1, 5, 3, 9, 7)
        with torch.no_grad():
            forth, back = module(clip), module(clip.flip(1)).flip(1)
            torch.testing.assert_close(forth, back)
            nn.init.zeros_(module.get_parameter("forward_trunk.main.0.weight"))
            assert not torch.allclose(module(clip), module(clip.flip(1)).flip(1))

    def test_features_arrive_where_the_flow_takes_them(self) -> None:
        """Where a trunk only hands on what comes to it, the flow moves the first frame's mark."""
        module = BasicVSR(channels=8, blocks=1, flow_channels=4)
        for parameter in module.parameters():
            nn.init.zeros_(parameter)
        first = module.get_parameter("forward_trunk.main.0.weight").data
        for channel in range(8):
            first[channel, channel + 3, 1, 1] = 1  # the state
        first[0, 0, 1, 1] = 1  # and red, added to the first channel
        # Every level says 1 / 63 to the left and doubles what the one before has said.
        for level in range(6):
            module.get_parameter(f"spynet.basic_module.{level}.basic_module.8.bias").data[0] = (
                -1 / 63
            )
        clip = torch.zeros(1, 3, 3, 32, 32)
        clip[0, 0, 0, 10, 10] = 1
        seen: list[Tensor] = []
        module.forward_trunk.register_forward_hook(lambda *args: seen.append(args[-1][0, 0]))
        with torch.no_grad():
            module(clip)
        for steps, features in enumerate(seen):
            expected = torch.zeros(32, 32)
            expected[10, 10 + steps] = 1
            torch.testing.assert_close(features, expected, rtol=0, atol=1e-4)

    def test_features_are_drawn_from_the_frame_before_to_the_present_one(self) -> None:
        module = small(BasicVSR)
        pairs: list[tuple[int, ...]] = []
        module.get_submodule("spynet").register_forward_pre_hook(
            lambda _, pair: pairs.append(tuple(round(100 * x.mean().item()) for x in pair))
        )
        with torch.no_grad():
            module(torch.arange(4).view(1, 4, 1, 1, 1).expand(1, 4, 3, 8, 8) / 100)
        assert pairs == [(2, 3), (1, 2), (0, 1), (1, 0), (2, 1), (3, 2)]

    @pytest.mark.parametrize("network", [BasicVSR, IconVSR])
    def test_features_are_kept_once_a_frame_and_freed_when_used(
        self, network: type[nn.Module]
    ) -> None:
        module, frames = small(network), 6
        kept: list[weakref.ref[Tensor]] = []
        alive: list[int] = []
        for trunk in ("backward_trunk", "forward_trunk"):
            module.get_submodule(trunk).register_forward_hook(
                lambda *args: kept.append(weakref.ref(args[-1]))
            )
        module.get_submodule("conv_last").register_forward_hook(
            lambda *_: alive.append(sum(ref() is not None for ref in kept))
        )
        with torch.no_grad():
            module(torch.rand(1, frames, 3, 8, 8))
        # The backward features that are still to be used, and the present forward ones.
        assert alive == [frames - k for k in range(frames)]


class TestJoined:
    """The order of joined channels is that of the official weights.

    Seen on a single frame, whose features before and after are 0.
    """

    FRAME = torch.rand(1, 1, 3, 8, 8, generator=torch.Generator().manual_seed(3))
    NOTHING = torch.zeros(1, 8, 8, 8)

    def inputs_and_outputs(self, module: nn.Module) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """What each part was given and gave."""
        given, made = {}, {}

        def record(name: str, x: Tensor, y: Tensor) -> None:
            given[name], made[name] = x, y.clone()

        for name, part in module.named_children():
            part.register_forward_hook(
                lambda _, inputs, output, name=name: record(name, inputs[0], output)
            )
        with torch.no_grad():
            module(self.FRAME)
        return given, made

    def test_basicvsr(self) -> None:
        given, made = self.inputs_and_outputs(small(BasicVSR))
        first = torch.cat((self.FRAME[:, 0], self.NOTHING), dim=1)
        fused = torch.cat((made["backward_trunk"], made["forward_trunk"]), dim=1)
        assert torch.equal(given["backward_trunk"], first)
        assert torch.equal(given["forward_trunk"], first)
        assert torch.equal(given["fusion"], fused)

    def test_iconvsr(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module, key = small(IconVSR), torch.rand(1, 8, 8, 8)
        monkeypatch.setattr(module.edvr, "fuse", lambda _: key)
        given, made = self.inputs_and_outputs(module)
        refreshed = torch.cat((self.NOTHING, key), dim=1)
        assert torch.equal(given["backward_fusion"], refreshed)
        assert torch.equal(given["forward_fusion"], refreshed)
        back = (self.FRAME[:, 0], made["backward_fusion"])
        forth = (self.FRAME[:, 0], made["backward_trunk"], made["forward_fusion"])
        assert torch.equal(given["backward_trunk"], torch.cat(back, dim=1))
        assert torch.equal(given["forward_trunk"], torch.cat(forth, dim=1))


class TestKeyframes:
    """Which frames IconVSR looks at around its keyframes."""

    @staticmethod
    def windows(frames: int, window: int, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
        module = small(IconVSR, frames=window)
        seen: list[list[int]] = []

        def fuse(x: Tensor) -> Tensor:
            seen.append([round(value) for value in (100 * x[0, :, 0, 0, 0]).tolist()])
            return x.new_zeros(1, 8, *x.shape[-2:])

        monkeypatch.setattr(module.edvr, "fuse", fuse)
        clip = torch.arange(frames).view(1, -1, 1, 1, 1).expand(1, -1, 3, 4, 4) / 100
        with torch.no_grad():
            module(clip)
        return seen

    def test_every_fifth_and_the_last(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.windows(9, 5, monkeypatch) == [
            [4, 3, 0, 1, 2],
            [3, 4, 5, 6, 7],
            [6, 7, 8, 5, 4],
        ]

    def test_seven_frames(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.windows(8, 7, monkeypatch) == [
            [6, 5, 4, 0, 1, 2, 3],
            [2, 3, 4, 5, 6, 7, 3],
            [4, 5, 6, 7, 3, 2, 1],
        ]

    @pytest.mark.parametrize("frames", [1, 2, 3, 4])
    def test_short_clips_use_the_frames_there_are(
        self, frames: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        windows = self.windows(frames, 5, monkeypatch)
        assert [window[2] for window in windows] == sorted({0, frames - 1})
        assert {i for window in windows for i in window} <= set(range(frames))


class TestEDVR:
    @pytest.mark.parametrize("size", [(1, 1), (2, 7), (9, 4), (13, 6)])
    def test_any_size(self, size: tuple[int, int]) -> None:
        with torch.no_grad():
            y = small(EDVR, frames=3)(torch.rand(2, 3, 3, *size))
        assert y.shape == (2, 3, 4 * size[0], 4 * size[1])

    def test_nothing_learned_is_the_middle_frame_bilinearly(self) -> None:
        module = small(EDVR)
        for parameter in module.parameters():
            nn.init.zeros_(parameter)
        window = torch.rand(2, 5, 3, 8, 12)
        with torch.no_grad():
            torch.testing.assert_close(module(window), enlarged(window[:, 2]))

    def test_every_frame_of_the_window_counts(self) -> None:
        window = torch.rand(1, 5, 3, 8, 8, requires_grad=True)
        small(EDVR)(window).sum().backward()
        assert window.grad is not None
        assert (window.grad.abs().sum(dim=(0, 2, 3, 4)) > 0).all()

    def test_without_attention_it_fuses_by_a_1x1_convolution(self) -> None:
        module = EDVR(channels=8, blocks=1, groups=2, attention=False)
        state = module.state_dict()
        assert state["fusion.weight"].shape == (8, 40, 1, 1)
        assert module(torch.rand(1, 5, 3, 4, 4)).shape == (1, 3, 16, 16)

    def test_alignment_with_nothing_to_align_is_the_frame_itself(self) -> None:
        """Kernels that pass on (twice, since a mask starts at one half) and the finest level."""
        align = PCDAlignment(channels=4, groups=2)
        for name in ("dcn_pack.l1", "dcn_pack.l2", "dcn_pack.l3", "cas_dcnpack"):
            pass_on(align.get_parameter(f"{name}.weight"), 2.0)
        for name in ("feat_conv.l1", "feat_conv.l2"):
            pass_on(align.get_parameter(f"{name}.weight"), 1.0)
            nn.init.zeros_(align.get_parameter(f"{name}.bias"))
        neighbour, middle = ([torch.rand(1, 4, s, s) for s in (2, 4, 8)] for _ in range(2))
        with torch.no_grad():
            torch.testing.assert_close(align(neighbour, middle), neighbour[-1])

    def test_offsets_double_from_level_to_level(self) -> None:
        """A pixel of one level is two of the next: layers that only hand on the coarser offsets."""
        align = PCDAlignment(channels=4, groups=2)
        for parameter in align.parameters():
            nn.init.zeros_(parameter)
        nn.init.ones_(align.get_parameter("offset_conv2.l3.bias"))
        for level in ("l2", "l1"):
            pass_on(align.get_parameter(f"offset_conv2.{level}.weight"), 1.0, skipped=4)
            pass_on(align.get_parameter(f"offset_conv3.{level}.weight"), 1.0)
        steers: list[Tensor] = []
        for level in ("l3", "l2", "l1"):
            align.get_submodule(f"dcn_pack.{level}").register_forward_pre_hook(
                lambda _, inputs: steers.append(inputs[1])
            )
        pyramid = [torch.rand(1, 4, side, side) for side in (2, 4, 8)]
        with torch.no_grad():
            align(pyramid, pyramid)
        for steer, expected in zip(steers, (1.0, 2.0, 4.0), strict=True):
            torch.testing.assert_close(steer, torch.full_like(steer, expected))

    def test_attention_without_weights_halves_every_frame(self) -> None:
        """Correlations of 0 are weights of one half; twice the spatial sigmoid of 0 is 1."""
        fusion = TSAFusion(channels=4, frames=3)
        for name, parameter in fusion.named_parameters():
            if not name.startswith("feat_fusion"):
                nn.init.zeros_(parameter)
        aligned = torch.rand(2, 12, 8, 8)
        with torch.no_grad():
            expected = F.leaky_relu(fusion.feat_fusion(aligned / 2), 0.1)
            torch.testing.assert_close(fusion(aligned), expected)


def pass_on(weight: Tensor, factor: float, skipped: int = 0) -> None:
    """Make a convolution hand on `factor` times its first input channels, or later ones."""
    nn.init.zeros_(weight)
    for channel in range(weight.shape[0]):
        weight.data[channel, channel + skipped, 1, 1] = factor
