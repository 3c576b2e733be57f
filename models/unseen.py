"""How long something was there before it was found, after it was last found, and whether it was there in between.

A detector finds things late, loses them early, and misses them for a while: half in the picture, behind something,
small. How long depends on how sure it was at that end, how near the picture's edge and how fast the thing moves there.

Shapes: M ends of runs (unbroken stretches of sightings of one track), Q gaps between two runs of one track, E features
of an end, D hidden width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

MOST_S = 6.0
"""No end is put off by more, seconds."""


class UnseenReader(nn.Module):
    """`forward`: seconds per end. `gaps`: log-odds per gap of having been there."""

    def __init__(self, features: int, *, width: int = 64):
        super().__init__()
        self.ends_in = nn.Sequential(nn.Linear(features, width), nn.GELU(), nn.Linear(width, width), nn.GELU())
        self.seconds = nn.Linear(width, 1)
        self.gap = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, ends_ME: Tensor) -> Tensor:
        """(M,) seconds, 0 to `MOST_S`."""
        return self.told(self.ends_in(ends_ME))

    def told(self, states_MD: Tensor) -> Tensor:
        """(M,) seconds, from `ends_in`."""
        return MOST_S * torch.sigmoid(self.seconds(states_MD)[..., 0].float() - 3.0)

    def gaps(self, going_QD: Tensor, coming_QD: Tensor) -> Tensor:
        """(Q,) log-odds, from `ends_in` of the end before the gap and of the one behind it."""
        return self.gap(torch.cat([going_QD, coming_QD], dim=-1))[..., 0].float()
