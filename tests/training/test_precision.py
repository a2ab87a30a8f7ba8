from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from srstudio.training.dataset import Batch, PatchForm, PatchSampler
from srstudio.training.guard import LossGuard
from srstudio.training.learner import Learner
from srstudio.training.parallel import Alone
from srstudio.training.precision import Half, Precision, choose_half
from srstudio.training.recipes import recipe
from srstudio.training.subject import subject_of
from srstudio_models.loader import build

from .conftest import clips

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def losses(half: Half | None, steps: int = 60) -> list[float]:
    torch.manual_seed(0)
    settings = recipe(
        "edsr", ["options.blocks=1", "options.channels=8", "lr=2e-3", "batch=4", "patch=8"]
    )
    subject = subject_of(settings, CPU)
    learner = Learner(settings, subject, build(subject.spec), CPU, half)
    sampler = PatchSampler([clips()], PatchForm((2,), 8), seed=1)
    guard, alone = LossGuard(0.0), Alone()
    return [
        learner.step(sampler.batch(n, range(4)), n, 1.0, guard, alone, 0).loss for n in range(steps)
    ]


@pytest.mark.parametrize("half", ["bfloat16", "float16"])
def test_mixed_precision_learns_as_float32_does(half: Half) -> None:
    mixed, exact = losses(half), losses(None)
    assert exact[-1] < 0.5 * exact[0]
    assert mixed[-1] < 0.5 * mixed[0]
    means = [sum(values[-20:]) / 20 for values in (mixed, exact)]
    assert means[0] == pytest.approx(means[1], rel=0.1)


def test_weights_are_channels_last_in_half_precision_alone() -> None:
    for half, expected in (("bfloat16", True), (None, False)):
        module = Precision(CPU, half).laid_out(nn.Conv2d(8, 8, 3))  # type: ignore[arg-type]
        (weight, _) = module.parameters()
        assert weight.is_contiguous(memory_format=torch.channels_last) is expected


def stepped(gradient: Tensor, clip: float = 0.0) -> tuple[Precision, Tensor]:
    """A step with float16's scaler on a gradient that is given before it is scaled."""
    precision = Precision(CPU, "float16")
    weight = torch.ones(2, requires_grad=True)
    precision.backward((weight * gradient).sum())
    precision.step(torch.optim.SGD([weight], lr=1.0), clip)
    return precision, weight.detach()


def test_an_infinite_gradient_is_left_out_counted_and_halves_the_scale() -> None:
    precision, weight = stepped(torch.tensor([1.0, 1e38]))
    assert torch.equal(weight, torch.ones(2))
    assert precision.scale == 2.0**15
    counts = precision.take_counts()
    assert (counts.overflow, counts.underflow) == (1, 0)
    assert precision.take_counts().overflow == 0


def test_a_vanished_gradient_is_counted() -> None:
    precision, weight = stepped(torch.zeros(2))
    assert torch.equal(weight, torch.ones(2))
    assert precision.take_counts().underflow == 1


def test_the_norm_that_is_clipped_is_that_of_the_unscaled_gradient() -> None:
    _, weight = stepped(torch.tensor([3.0, 4.0]), clip=1.0)
    torch.testing.assert_close(weight, torch.tensor([1 - 0.6, 1 - 0.8]))
    _, free = stepped(torch.tensor([3.0, 4.0]))
    torch.testing.assert_close(free, torch.tensor([-2.0, -3.0]))


def test_scale_and_counts_survive_a_checkpoint() -> None:
    precision, _ = stepped(torch.tensor([1.0, 1e38]))
    again = Precision(CPU, "float16")
    again.restore(precision.state())
    assert again.scale == 2.0**15
    assert again.take_counts().overflow == 1


@pytest.mark.parametrize(
    ("mode", "device", "fast", "safe", "expected"),
    [
        ("auto", CPU, True, True, "bfloat16"),
        ("auto", CPU, False, True, None),
        ("auto", CPU, True, False, None),
        ("on", CPU, False, False, "bfloat16"),
        ("off", CPU, True, True, None),
        ("auto", CUDA, False, True, "float16"),
        ("off", CUDA, False, True, None),
    ],
)
def test_half_precision_is_used_where_it_is_fast_and_allowed(
    mode: str, device: torch.device, fast: bool, safe: bool, expected: Half | None
) -> None:
    assert choose_half(mode, device, fast_cpu=fast, safe=safe) == expected  # type: ignore[arg-type]


def test_a_batch_stays_what_it_is_on_its_device() -> None:
    batch = Batch(torch.zeros(1), torch.ones(1), 3).to(CPU)
    assert (batch.low.item(), batch.high.item(), batch.scale) == (0.0, 1.0, 3)
