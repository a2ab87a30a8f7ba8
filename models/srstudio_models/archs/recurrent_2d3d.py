"""Delta and 5-parallel: recurrent 2D3D networks that refine super-resolved frames.

Known from a table of slides alone, which gives their properties and their numbers of parameters;
the layers are ours. Step 1, a network for single pictures, has super-resolved each frame; these
refine the luma of the middle one of five.

| property of the table | where it is |
|---|---|
| a single CNN | one module, trained from end to end |
| multiple 2D layer stacks | `stacks`, side by side: Delta has three, for the frames before the \
middle, the middle and those after it; 5-parallel has five, one a frame position |
| recurrent 2D part | `recurrent_2d`: a state goes forward through the frames |
| recurrent 3D part | `recurrent_3d`: one 3D convolution, on its own output, from five frames \
to three to one |
| range of the output controlled | `FiveParallel` alone: `within_range` |

Everything happens on the coarse grid of `layers.window`: at the full size it would cost 16 times
as much. A stack is given what motion is read off: the difference of its frame to the middle one,
enlarged (without which training finds motion several times later), and the middle one. Between
the stacks and the end of the recurrence, every parameter works for several frames; so that part
is narrow, and most parameters are in the residual blocks after it, which run once. The last layer
starts at zero: a fresh network gives back the middle frame.

Parameters, a slope a channel in each PReLU, a bias a channel everywhere:

| | Delta | 5-parallel |
|---|---|---|
| stacks of neighbours: 32-22-16, 32-20-24 | 2 x 9,564 | 4 x 10,144 |
| stack of the middle: 16-31-16, 16-41-24 | 9,006 | 14,866 |
| recurrent 2D: 16, 24 channels | 2,336 | 5,232 |
| recurrent 3D | 6,944 | 15,600 |
| 3x3 and PReLU: 16-32, 24-48 | 4,672 | 10,464 |
| residual blocks: 2 of 32, 4 of 48 | 36,992 | 166,272 |
| 3x3 to 16 phases | 4,624 | 6,928 |
| sum | 83,702 | 259,938 |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from srstudio_models.layers.recurrent import Recurrent2d, Recurrent3d
from srstudio_models.layers.video import residual_blocks
from srstudio_models.layers.window import (
    PHASES,
    against_middle,
    correction_layer,
    from_grid,
    he_conv,
    middle_of,
    to_grid,
)

_NO_ROOM = 1e-4


def _stack(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(he_conv(inputs, hidden), nn.PReLU(hidden), he_conv(hidden, outputs))


def within_range(x: Tensor, correction: Tensor) -> Tensor:
    """Add a correction that bends as it comes near black or white and never goes beyond.

    With the room r that is left in its direction, a correction c becomes r c / sqrt(r^2 + c^2):
    c itself where it is small against r, r at most, and its gradient is never zero. (A sigmoid
    could not give back the frame it is given, and a clamp stops learning where it acts.)

    Args:
        x: Frame; clamped to [0, 1].
        correction: The same shape; any number.

    Returns:
        The same shape, in [0, 1].
    """
    x = x.clamp(0.0, 1.0)
    room = torch.where(correction > 0.0, 1.0 - x, x)
    return x + room * (correction / torch.hypot(correction, room + _NO_ROOM))


class Recurrent2D3D(nn.Module):
    """What Delta and 5-parallel have in common.

    Args:
        stack_of: Which stack each frame goes through; the middle one has a stack to itself.
        hidden: Channels within a stack of neighbours.
        middle_hidden: Channels within the stack of the middle frame.
        state: Channels of the stacks' outputs and of the recurrent parts.
        channels: Of the residual blocks.
        blocks: Number of residual blocks.
    """

    def __init__(
        self,
        stack_of: Sequence[int],
        hidden: int,
        middle_hidden: int,
        state: int,
        channels: int,
        blocks: int,
    ) -> None:
        super().__init__()
        self.stack_of = tuple(stack_of)
        self.stacks = nn.ModuleList(
            _stack(PHASES, middle_hidden, state)
            if stack == self.stack_of[len(self.stack_of) // 2]
            else _stack(2 * PHASES, hidden, state)
            for stack in sorted(set(self.stack_of))
        )
        self.recurrent_2d = Recurrent2d(state)
        self.recurrent_3d = Recurrent3d(state)
        self.tail = nn.Sequential(
            he_conv(state, channels),
            nn.PReLU(channels),
            residual_blocks(blocks, channels),
            correction_layer(channels),
        )

    def forward(self, frames: Tensor) -> Tensor:
        """(N, 5, 1, H, W) luma in [0, 1], any size, to the middle frame refined, (N, 1, H, W)."""
        states = self.recurrent_2d(self._features(to_grid(frames)))
        middle = middle_of(frames)
        return self.corrected(middle, from_grid(self.tail(self.recurrent_3d(states)), middle))

    def _features(self, grid: Tensor) -> Iterator[Tensor]:
        """(N, 5, 16, H, W) to (N, state, H, W) of each frame."""
        seen = against_middle(grid).unbind(dim=1)
        middle = seen[len(seen) // 2]
        for frame, stack in zip(seen, self.stack_of, strict=True):
            x = middle if frame is middle else torch.cat((frame, middle), dim=1)
            yield self.stacks[stack](x)

    def corrected(self, middle: Tensor, correction: Tensor) -> Tensor:
        """The frame that comes out, from that of step 1 and what it lacks, both (N, 1, H, W)."""
        return middle + correction


class Delta(Recurrent2D3D):
    """Delta: three stacks, output range free; 83,702 parameters."""

    def __init__(
        self,
        hidden: int = 22,
        middle_hidden: int = 31,
        state: int = 16,
        channels: int = 32,
        blocks: int = 2,
    ) -> None:
        super().__init__((0, 0, 1, 2, 2), hidden, middle_hidden, state, channels, blocks)


class FiveParallel(Recurrent2D3D):
    """5-parallel: a stack for each of the five frames, output in [0, 1]; 259,938 parameters."""

    def __init__(
        self,
        hidden: int = 20,
        middle_hidden: int = 41,
        state: int = 24,
        channels: int = 48,
        blocks: int = 4,
    ) -> None:
        super().__init__(range(5), hidden, middle_hidden, state, channels, blocks)

    def corrected(self, middle: Tensor, correction: Tensor) -> Tensor:
        """The same, within [0, 1]."""
        return within_range(middle, correction)
