"""Previous: the 2D network and then the 3D network that came before Delta and 5-parallel.

Known from a table of slides alone: not a single CNN, no multiple stacks, no recurrence, output
range free, 10,577 parameters in 2D and 63,129 in 3D. The layers are ours: a plain chain for each,
on the coarse grid of `layers.window`. The 2D network refines every frame by itself, the 3D network
the middle one of the five that come out; each adds to what it is given, and starts by adding
nothing.

| 2D | parameters | 3D | parameters |
|---|---|---|---|
| 3x3, 16-30 | 4,350 | 3x3x3, 16-32, of five frames to three | 13,856 |
| 3x3, 30-15 | 4,065 | 3x3x3, 32-34, of three frames to one | 29,410 |
| 3x3, 15-16, no bias | 2,160 | 3x3, 34-44 | 13,508 |
| two PReLUs of one slope | 2 | 3x3, 44-16 | 6,352 |
| | | three PReLUs of one slope | 3 |
| sum | 10,577 | sum | 63,129 |
"""

from __future__ import annotations

from torch import Tensor, nn

from srstudio_models.layers.recurrent import Conv3d
from srstudio_models.layers.window import (
    GRAY,
    PHASES,
    against_middle,
    correction_layer,
    from_grid,
    he_conv,
    middle_of,
    to_grid,
)


class _OneFrame(nn.Module):
    """Drops the axis of the frames, of which the 3D convolutions have left one."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, C, H, W) to (N, C, H, W)."""
        return x.squeeze(1)


class Previous(nn.Module):
    """Previous: `network_2d` (10,577 parameters), then `network_3d` (63,129)."""

    def __init__(self) -> None:
        super().__init__()
        self.network_2d = nn.Sequential(
            he_conv(PHASES, 30),
            nn.PReLU(),
            he_conv(30, 15),
            nn.PReLU(),
            correction_layer(15, bias=False),
        )
        self.network_3d = nn.Sequential(
            Conv3d(PHASES, 32),
            nn.PReLU(),
            Conv3d(32, 34),
            _OneFrame(),
            nn.PReLU(),
            he_conv(34, 44),
            nn.PReLU(),
            correction_layer(44),
        )

    def forward(self, frames: Tensor) -> Tensor:
        """(N, 5, 1, H, W) luma in [0, 1], any size, to the middle frame refined, (N, 1, H, W)."""
        grid = to_grid(frames)
        each = grid.flatten(0, 1) - GRAY
        refined = grid + self.network_2d(each).view_as(grid)
        middle = middle_of(refined) + self.network_3d(against_middle(refined))
        return from_grid(middle, middle_of(frames))
