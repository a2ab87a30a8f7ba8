from __future__ import annotations

import math

import pytest
import torch

from srstudio.core.errors import UsageError
from srstudio.training.losses import charbonnier, loss_of
from srstudio.training.recipes import recipe
from srstudio.training.schedules import Plateau, Schedule, schedule_of


def schedule(**changes: object) -> Schedule:
    settings = {"iterations": 1000, "lr_end": 0.1, **changes}
    return schedule_of(recipe("fsrcnn", [f"{key}={value}" for key, value in settings.items()]))


def test_cosine_has_its_closed_form() -> None:
    factor = schedule(schedule="cosine")
    for step in (0, 250, 500, 999):
        expected = 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * step / 1000))
        assert factor(step) == pytest.approx(expected)


def test_step_halves_every_so_often() -> None:
    factor = schedule(schedule="step", decay_every=300)
    assert [factor(s) for s in (0, 299, 300, 600, 999)] == [1.0, 1.0, 0.5, 0.25, 0.125]


def test_restarts_begin_at_their_weights_and_end_low() -> None:
    factor = schedule(schedule="restarts", restarts="400,600", restart_weights="1,0.5")
    assert factor(0) == 1.0
    assert factor(200) == pytest.approx(0.1 + 0.9 * 0.5)
    assert factor(399) == pytest.approx(0.1, abs=1e-3)
    assert factor(400) == 0.5
    assert factor(700) == pytest.approx(0.5 * 0.55)
    assert factor(5000) == pytest.approx(0.05)
    with pytest.raises(UsageError, match="2 restarts and 1 restart_weights"):
        schedule(schedule="restarts", restarts="400,600", restart_weights="1")


def test_one_cycle_rises_to_the_rate_and_falls() -> None:
    factor = schedule(schedule="one-cycle")
    values = [factor(step) for step in range(1000)]
    assert values[0] == pytest.approx(1 / 25)
    assert max(range(1000), key=lambda step: values[step]) == pytest.approx(300, abs=1)
    assert max(values) == pytest.approx(1.0)
    assert values[-1] == pytest.approx(0.1, abs=1e-3)


def test_warm_up_goes_before_any_schedule() -> None:
    factor = schedule(schedule="cosine", warmup=10)
    assert [factor(s) for s in (0, 4, 9)] == pytest.approx([0.1, 0.5, 1.0])
    assert factor(10) == 1.0
    assert factor(10 + 495) == pytest.approx(0.55)


def test_plateau_falls_after_its_patience() -> None:
    plateau = Plateau(patience=2, decay=0.5)
    assert [plateau.validated(v) for v in (30.0, 31.0, 30.9, 31.0, 30.0, 32.0, 31.0, 31.5)] == [
        False, False, False, True, False, False, False, True,
    ]  # fmt: skip
    assert plateau.factor == 0.25


def test_charbonnier_has_its_closed_form_and_a_gradient_at_zero_in_any_precision() -> None:
    a, b = torch.zeros(4), torch.full((4,), 0.3)
    assert charbonnier(a, b).item() == pytest.approx(math.sqrt(0.09 + 1e-6))
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        same = torch.zeros(4, requires_grad=True, dtype=dtype)
        loss = charbonnier(same, torch.zeros(4, dtype=dtype), epsilon=1e-6)
        (gradient,) = torch.autograd.grad(loss, same)
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize(("name", "expected"), [("l1", 0.3), ("mse", 0.09), ("charbonnier", 0.3)])
def test_losses_are_means(name: str, expected: float) -> None:
    loss = loss_of(recipe("edsr", [f"loss={name}", "charbonnier_eps=1e-6"]))
    assert loss(torch.zeros(2, 3), torch.full((2, 3), 0.3)).item() == pytest.approx(expected)
