"""SRCNN: Dong et al., "Image Super-Resolution Using Deep Convolutional Networks", TPAMI 2016.

Three convolutions on the bicubically enlarged luma: 9-1-5 has 8,129 parameters, 9-5-5 has 57,281.
One network serves every scale. The paper pads nothing; here, as in every port, zeros keep the size.
"""

from __future__ import annotations

from torch import Tensor, nn

from srstudio_models.layers.blocks import conv
from srstudio_models.layers.resize import imresize


class SRCNN(nn.Module):
    """SRCNN 9-`middle`-5.

    Args:
        middle: Side of the second kernel, 1 or 5.
    """

    def __init__(self, middle: int = 5) -> None:
        super().__init__()
        self.conv1 = conv(1, 64, 9)
        self.conv2 = conv(64, 32, middle)
        self.conv3 = conv(32, 1, 5)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor, scale: int) -> Tensor:
        """(N, 1, H, W) luma in [0, 1] to (N, 1, scale * H, scale * W), not clamped."""
        enlarged = imresize(x, scale)
        y: Tensor = self.conv3(self.relu(self.conv2(self.relu(self.conv1(enlarged)))))
        return y
