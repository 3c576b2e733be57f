"""What an object looks like, learned: a small convolutional network that puts views of one object near each other.

Shapes: N crops of C = 3 channels, 64 × 64 pixels whatever the shape of the box, A length of a look.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class _Block(nn.Module):
    """Two 3 × 3 convolutions with a way past them (He et al., arXiv 1512.03385); the first may halve the picture."""

    def __init__(self, width_in: int, width: int, stride: int):
        super().__init__()
        self.first = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        self.past = nn.Conv2d(width_in, width, 1, stride, bias=False) if stride > 1 or width_in != width else None

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(inner)) + (x if self.past is None else self.past(x)))


class LookReader(nn.Module):
    """Crops to unit vectors: the same object's are near each other, in whatever light, pose and partial view."""

    def __init__(self, width: int = 16, look: int = 64):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 5, 2, 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential(
            _Block(width, 2 * width, 2), _Block(2 * width, 4 * width, 2), _Block(4 * width, 8 * width, 2)
        )
        self.parts = nn.AdaptiveAvgPool2d((4, 2))
        """What is where from top to bottom tells people apart; sides change when they turn."""
        self.out = nn.Linear(8 * width * 8, look, bias=False)
        self.out_norm = nn.BatchNorm1d(look)

    def forward(self, crops_NCHW: Tensor) -> Tensor:
        """(N, 3, 64, 64) RGB, 0 to 1, to (N, A) float32 unit vectors."""
        x = F.relu(self.stem_norm(self.stem(2 * crops_NCHW - 1)))
        parts = self.parts(self.blocks(x)).flatten(1)
        return F.normalize(self.out_norm(self.out(parts)).float(), dim=1)
