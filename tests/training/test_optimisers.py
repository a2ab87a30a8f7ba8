from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from srstudio.training.average import WeightAverage
from srstudio.training.optimisers import freeze, optimiser_of, parameter_groups, set_rates
from srstudio.training.recipes import recipe
from srstudio.training.soap import SOAP
from srstudio_models.archs.spynet import SPyNet


def badly_conditioned() -> tuple[Tensor, Tensor]:
    """Least squares on inputs that are mostly their mean, like the pixels of a picture."""
    generator = torch.Generator().manual_seed(0)
    inputs = 1.0 + 0.2 * torch.randn(256, 25, generator=generator)
    return inputs, inputs @ torch.randn(25, 4, generator=generator)


def descended(optimiser_class: Any, steps: int = 300, **options: Any) -> tuple[float, Tensor]:
    inputs, targets = badly_conditioned()
    weights = torch.zeros(4, 25, requires_grad=True)
    optimiser = optimiser_class([weights], lr=5e-2, **options)
    loss = torch.tensor(0.0)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 5e-2 * (1 - step / steps)
        loss = ((inputs @ weights.T - targets) ** 2).mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return loss.item(), weights.detach()


def test_soap_solves_a_badly_conditioned_problem_that_adam_does_not() -> None:
    assert descended(SOAP)[0] < 0.01 * descended(torch.optim.Adam)[0]


def test_soap_leaves_long_sides_alone_and_is_adam_where_both_are_long() -> None:
    betas = (0.9, 0.95)
    _, adam = descended(torch.optim.Adam, 40, betas=betas)
    # The first step of SOAP only measures: Adam is that one step ahead of it.
    _, soap = descended(SOAP, 40, betas=betas, limit=2)
    assert torch.nn.functional.cosine_similarity(adam.flatten(), soap.flatten(), dim=0) > 0.999
    weights = torch.zeros(8, 30, requires_grad=True)
    weights.grad = torch.randn(8, 30)
    optimiser = SOAP([weights], limit=16)
    optimiser.step()
    optimiser.step()
    state = optimiser.state[weights]
    assert state["rows_basis"].shape == (8, 8)
    assert "columns_basis" not in state
    assert weights.abs().sum() > 0


@pytest.mark.parametrize("size", [0.0, 1e-25, 1e-8, 1e8])
def test_soap_takes_gradients_of_any_size(size: float) -> None:
    weights = torch.zeros(4, 200, requires_grad=True)
    optimiser = SOAP([weights], lr=0.1, eps=1e-30, refresh=2)
    for _ in range(6):
        weights.grad = size * torch.randn(4, 200)
        optimiser.step()
    assert torch.isfinite(weights).all()
    basis = optimiser.state[weights]["columns_basis"]
    torch.testing.assert_close(basis.T @ basis, torch.eye(200), atol=1e-4, rtol=0)


class FlowingAndEnlarging(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.flow = SPyNet()
        self.conv = nn.Conv2d(3, 3, 3)
        self.enlarge = nn.ConvTranspose2d(3, 3, 4)
        self.fixed = nn.Linear(2, 2).requires_grad_(requires_grad=False)


def test_flow_and_enlargement_learn_at_rates_of_their_own_and_the_flow_later() -> None:
    module = FlowingAndEnlarging()
    settings = recipe("basicvsr", ["lr=1e-2", "lr_flow=0.125", "lr_enlarge=0.1", "freeze_flow=5"])
    groups = parameter_groups(module, settings)
    counts = [sum(p.numel() for p in group["params"]) for group in groups]
    parts = (module.conv, module.enlarge, module.flow)
    assert counts == [sum(p.numel() for p in part.parameters()) for part in parts]
    optimiser = optimiser_of(module, settings)
    set_rates(optimiser, 0.5)
    assert [group["lr"] for group in optimiser.param_groups] == [5e-3, 5e-4, 6.25e-4]
    learning = []
    for step in (0, 4, 5):
        freeze(optimiser, step)
        learning.append([p.requires_grad for p in (module.conv.weight, *module.flow.parameters())])
    assert [flags[0] for flags in learning] == [True, True, True]
    assert [any(flags[1:]) for flags in learning] == [False, False, True]


def test_the_average_follows_weights_and_statistics() -> None:
    module = nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
    average = WeightAverage(module, decay=0.9)
    before = [value.clone() for value in average.module.state_dict().values()]
    for value in module.state_dict().values():
        value.fill_(10.0)
    average.update(steps=1000)
    after = average.module.state_dict()
    for old, (key, new) in zip(before, after.items(), strict=True):
        if new.is_floating_point():
            torch.testing.assert_close(new, 0.9 * old + 0.1 * 10.0, msg=key)


def test_without_an_average_the_network_itself_is_kept() -> None:
    module = nn.Conv2d(1, 1, 1)
    assert WeightAverage(module, decay=0.0).module is module
