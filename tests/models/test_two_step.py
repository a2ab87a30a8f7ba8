"""The networks of the 2D3D slides: every property of their table, read off what they do."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models import REGISTRY, ModelSpec
from srstudio_models.archs.flow_2d3d import Flow2D3D
from srstudio_models.archs.previous import Previous
from srstudio_models.archs.recurrent_2d3d import Delta, FiveParallel, within_range
from srstudio_models.chains import two_step
from srstudio_models.layers.recurrent import Conv3d, Recurrent2d, Recurrent3d
from srstudio_models.layers.window import against_middle, from_grid, to_grid
from srstudio_models.loader import count_parameters

SMALL = {"hidden": 5, "middle_hidden": 3, "state": 4, "channels": 6, "blocks": 1}
NAMES = ("previous", "delta", "5-parallel", "flow-2d3d")
RECURRENT = (Delta, FiveParallel)


def small(name: str) -> nn.Module:
    """Fresh, but for layers that start at zero and hide what lies before them."""
    options = {"previous": {}, "flow-2d3d": {**SMALL, "flow_channels": 4}}.get(name, SMALL)
    module = REGISTRY[name].build(**options).eval()
    for parameter in module.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    return module


def calls_of(part: nn.Module, module: nn.Module, window: Tensor) -> list[tuple[Tensor, Tensor]]:
    """What a part of a network is given and gives while the network runs."""
    calls: list[tuple[Tensor, Tensor]] = []
    handle = part.register_forward_hook(lambda _, given, y: calls.append((given[0], y)))
    with torch.no_grad():
        module(window)
    handle.remove()
    return calls


def seen_frames(y: Tensor, window: Tensor) -> list[bool]:
    """Which frames of the window an output depends on."""
    (gradient,) = torch.autograd.grad(y.sum(), window, retain_graph=True)
    return (gradient.abs().sum(dim=(0, 2, 3, 4)) > 0).tolist()


class TestParameters:
    def test_previous_in_its_two_parts(self) -> None:
        module = Previous()
        assert count_parameters(module.network_2d) == 10_577
        assert count_parameters(module.network_3d) == 63_129
        assert count_parameters(module) == 73_706

    @pytest.mark.parametrize(
        ("network", "count"), [(Delta, 83_702), (FiveParallel, 259_938), (Flow2D3D, 1_700_238)]
    )
    def test_the_total_of_the_table(self, network: type[nn.Module], count: int) -> None:
        assert count_parameters(network()) == count


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    @pytest.mark.parametrize("size", [(1, 1), (3, 8), (6, 5)])
    def test_any_size(self, name: str, size: tuple[int, int]) -> None:
        with torch.no_grad():
            y = small(name)(torch.rand(2, 5, 1, *size))
        assert y.shape == (2, 1, *size)
        assert torch.isfinite(y).all()

    def test_a_fresh_network_gives_back_the_middle_frame(self, name: str) -> None:
        window = torch.rand(2, 5, 1, 10, 7)
        window[:, :, :, 0], window[:, :, :, 1] = 0.0, 1.0
        with torch.no_grad():
            y = REGISTRY[name].build()(window)
        torch.testing.assert_close(y, window[:, 2])

    def test_every_frame_counts(self, name: str) -> None:
        window = torch.rand(1, 5, 1, 8, 8, requires_grad=True)
        assert seen_frames(small(name)(window), window) == [True] * 5

    def test_windows_of_a_batch_do_not_mix(self, name: str) -> None:
        module, windows = small(name), torch.rand(2, 5, 1, 8, 8)
        with torch.no_grad():
            alone = torch.cat([module(window[None]) for window in windows])
            torch.testing.assert_close(module(windows), alone, rtol=0, atol=1e-5)

    def test_only_5_parallel_and_what_ends_in_it_control_the_range(self, name: str) -> None:
        module = small(name)
        for parameter in module.parameters():
            parameter.data *= 10
        with torch.no_grad():
            y = module(torch.rand(4, 5, 1, 16, 16))
        bounded = y.min() >= 0 and y.max() <= 1
        assert bounded == (name in ("5-parallel", "flow-2d3d"))

    def test_two_steps_take_low_resolution_frames_of_any_size(self, name: str) -> None:
        describe = REGISTRY["fsrcnn"].describe
        first = ModelSpec("a", "fsrcnn", "A", describe(scale=4), {"scale": 4}, parameters=100)
        second = ModelSpec("b", name, "B", REGISTRY[name].describe(), parameters=10)
        whole = two_step(first, second)
        assert (whole.scales, whole.parameters) == ((4,), 10)
        assert (whole.descriptor.frames, whole.descriptor.window) == ("sliding", 5)
        assert whole.descriptor.size_multiple == 1


class TestPrevious:
    def test_two_networks_without_recurrence_or_stacks_side_by_side(self) -> None:
        """Two chains of layers, each of which runs once a window."""
        module = Previous()
        assert [name for name, _ in module.named_children()] == ["network_2d", "network_3d"]
        for chain in (module.network_2d, module.network_3d):
            assert isinstance(chain, nn.Sequential)
            for layer in chain:
                assert len(calls_of(layer, module, torch.rand(1, 5, 1, 8, 8))) == 1

    def test_2d_frame_by_frame_then_3d(self) -> None:
        module = small("previous")
        assert isinstance(module, Previous)
        window = torch.rand(1, 5, 1, 8, 8)
        ((frames, refined),) = calls_of(module.network_2d, module, window)
        ((volume, _),) = calls_of(module.network_3d, module, window)
        refined_window = to_grid(window) + refined[None]
        torch.testing.assert_close(volume, against_middle(refined_window))
        with torch.no_grad():
            torch.testing.assert_close(module.network_2d(frames[1:2]), refined[1:2])


@pytest.mark.parametrize("network", RECURRENT)
class TestTable:
    """`Is it a single CNN?` and so on; of Delta and 5-parallel."""

    def test_stacks_side_by_side(self, network: type[Delta | FiveParallel]) -> None:
        """Delta: the two frames before, the middle, the two after; 5-parallel: one a position."""
        module, window = network(**SMALL), torch.rand(1, 5, 1, 8, 8)
        runs = [len(calls_of(stack, module, window)) for stack in module.stacks]
        assert runs == ([2, 1, 2] if network is Delta else [1] * 5)

    def test_a_stack_sees_its_frame_and_the_middle_one(
        self, network: type[Delta | FiveParallel]
    ) -> None:
        module = network(**SMALL)
        window = torch.rand(1, 5, 1, 8, 8, requires_grad=True)
        for index, features in enumerate(module._features(to_grid(window))):
            assert seen_frames(features, window) == [frame in (index, 2) for frame in range(5)]

    def test_recurrent_2d_part(self, network: type[Delta | FiveParallel]) -> None:
        """One convolution takes the state from each frame to the next: four times."""
        module = network(**SMALL)
        calls = calls_of(module.recurrent_2d.carry, module, torch.rand(1, 5, 1, 8, 8))
        assert len(calls) == 4
        assert all(given.shape == y.shape for given, y in calls)

    def test_recurrent_3d_part(self, network: type[Delta | FiveParallel]) -> None:
        """One 3D convolution sees its own output again."""
        module = network(**SMALL)
        recurrent = module.recurrent_3d
        calls = calls_of(recurrent.conv, module, torch.rand(1, 5, 1, 8, 8))
        assert [y.shape[1] for _, y in calls] == [3, 1]
        slope = recurrent.activation.weight.view(-1, 1, 1)
        first = calls[0][1]
        torch.testing.assert_close(calls[1][0], torch.where(first > 0, first, slope * first))

    def test_what_went_before_arrives_through_the_state(
        self, network: type[Delta | FiveParallel]
    ) -> None:
        module = network(**SMALL)
        window = torch.rand(1, 5, 1, 8, 8, requires_grad=True)
        states = module.recurrent_2d(module._features(to_grid(window)))
        for index, state in enumerate(states.unbind(dim=1)):
            past = [frame <= index or frame == 2 for frame in range(5)]
            assert seen_frames(state, window) == past
        nn.init.zeros_(module.recurrent_2d.carry.weight)
        states = module.recurrent_2d(module._features(to_grid(window)))
        assert seen_frames(states[:, 4], window) == [False, False, True, False, True]


class TestRange:
    def test_never_left_and_never_out_of_reach(self) -> None:
        x = torch.rand(1000)
        for correction in (1e30, 3.0, -3.0, -1e30):
            y = within_range(x, torch.full_like(x, correction))
            assert (y >= 0).all()
            assert (y <= 1).all()
        torch.testing.assert_close(within_range(x, torch.full_like(x, 1e9)), torch.ones_like(x))
        torch.testing.assert_close(within_range(x, torch.full_like(x, -1e9)), torch.zeros_like(x))

    def test_small_corrections_arrive_as_they_are(self) -> None:
        x = torch.linspace(0.2, 0.8, 100)
        for correction in (0.01, -0.01):
            y = within_range(x, torch.full_like(x, correction))
            torch.testing.assert_close(y - x, torch.full_like(x, correction), rtol=5e-3, atol=0)

    def test_nothing_to_correct_changes_nothing_also_at_the_ends(self) -> None:
        x = torch.tensor([0.0, 0.3, 1.0])
        assert torch.equal(within_range(x, torch.zeros(3)), x)

    def test_the_gradient_never_vanishes_inside(self) -> None:
        x = torch.tensor([0.05, 0.5, 0.95])
        for value in (0.0, 0.5, -0.5, 20.0, -20.0):
            correction = torch.full((3,), value, requires_grad=True)
            (gradient,) = torch.autograd.grad(within_range(x, correction).sum(), correction)
            assert (gradient > 0).all()

    def test_gradient_at_the_ends_is_finite(self) -> None:
        x = torch.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
        correction = torch.tensor([0.0, 0.0, -1.0, 1.0], requires_grad=True)
        within_range(x, correction).sum().backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        assert correction.grad is not None
        assert torch.isfinite(x.grad).all()
        assert torch.isfinite(correction.grad).all()


class TestFlow:
    def test_aligns_a_moved_picture(self) -> None:
        """Every level says so much that they add up to one pixel of the reduced frames."""
        module = Flow2D3D(flow_channels=4, **SMALL).eval()
        for level in module.spynet.basic_module:
            level.basic_module[-1].bias.data[0] = 1 / 63  # type: ignore[index,union-attr]
        window = torch.rand(1, 5, 1, 128, 128)
        with torch.no_grad():
            aligned = module.aligned(window)
        assert torch.equal(aligned[:, 2], window[:, 2])
        for index in (0, 1, 3, 4):
            torch.testing.assert_close(
                aligned[:, index, ..., :-4], window[:, index, ..., 4:], rtol=0, atol=1e-3
            )

    def test_without_weights_nothing_moves(self) -> None:
        window = torch.rand(1, 5, 1, 9, 7)
        with torch.no_grad():
            aligned = Flow2D3D(flow_channels=4, **SMALL).aligned(window)
        torch.testing.assert_close(aligned, window)

    def test_the_flow_can_be_learned(self) -> None:
        module = small("flow-2d3d")
        assert isinstance(module, Flow2D3D)
        named = module.spynet.named_parameters()
        biases = [bias for name, bias in named if name.endswith("basic_module.8.bias")]
        assert len(biases) == 6
        y = module(torch.rand(1, 5, 1, 32, 32))
        assert all(gradient.any() for gradient in torch.autograd.grad(y.sum(), biases))


class TestLayers:
    def test_conv3d_is_pytorchs(self) -> None:
        layer, x = Conv3d(3, 2).double(), torch.rand(2, 5, 3, 4, 6).double()
        nn.init.normal_(layer.three_frames.bias)  # type: ignore[arg-type]
        weight = layer.three_frames.weight.view(2, 3, 3, 3, 3).transpose(1, 2)
        expected = F.conv3d(
            x.transpose(1, 2), weight, layer.three_frames.bias, padding=(0, 1, 1)
        ).transpose(1, 2)
        torch.testing.assert_close(layer(x), expected)

    def test_recurrent_2d_by_hand(self) -> None:
        """A convolution that halves, slopes of -1 (the absolute value): 3, |1.5 - 2|, ..."""
        layer = Recurrent2d(1)
        layer.carry.weight.data.zero_()
        layer.carry.weight.data[0, 0, 1, 1] = 0.5
        layer.activation.weight.data.fill_(-1.0)
        frames = torch.tensor([3.0, -2.0, 1.0]).view(3, 1, 1, 1, 1)
        with torch.no_grad():
            assert layer(frames).flatten().tolist() == [3.0, 0.5, 1.25]

    def test_recurrent_3d_by_hand(self) -> None:
        """Sums of three, of which nothing is cut off: the binomials 1 2 3 2 1."""
        layer = Recurrent3d(1)
        layer.conv.three_frames.weight.data.zero_()
        layer.conv.three_frames.weight.data[0, :, 1, 1] = 1.0
        with torch.no_grad():
            for index, expected in enumerate((1.0, 2.0, 3.0, 2.0, 1.0)):
                volume = torch.zeros(1, 5, 1, 1, 1)
                volume[0, index] = 1.0
                assert layer(volume).item() == expected

    @pytest.mark.parametrize("size", [(1, 1), (4, 8), (9, 6)])
    def test_the_grid_loses_nothing(self, size: tuple[int, int]) -> None:
        frames = torch.rand(2, 3, 1, *size)
        grid = to_grid(frames)
        assert grid.shape == (2, 3, 16, -(-size[0] // 4), -(-size[1] // 4))
        assert torch.equal(from_grid(grid[:, 1], frames), frames[:, 1])

    def test_frames_against_the_middle_one(self) -> None:
        frames = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1, 1)
        expected = torch.tensor([0.6, -0.1, -0.6])
        torch.testing.assert_close(against_middle(frames).flatten(), expected)

    def test_the_edge_is_repeated(self) -> None:
        assert torch.equal(
            to_grid(torch.full((1, 1, 1, 3, 5), 0.3)), torch.full((1, 1, 16, 1, 2), 0.3)
        )
