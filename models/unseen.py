"""How long something was there before it was found, after it was last found, and whether it was there in between.

A detector finds things late, loses them early, and misses them for a while: half in the picture, behind something,
small. How long depends on how sure it was at that end, how near the picture's edge and how fast the thing moves there.

Shapes: V runs (unbroken stretches of sightings of one track) with 2 ends each, Q gaps between two runs of one track, E
features of an end, D hidden width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

MOST_S = 6.0
"""No end is put off by more, seconds."""


class UnseenReader(nn.Module):
    """Reads all ends of the runs of some clips at once; two ends with a gap between them tell of the gap."""

    def __init__(self, features: int, *, width: int = 64):
        super().__init__()
        self.ends_in = nn.Sequential(nn.Linear(features, width), nn.GELU(), nn.Linear(width, width), nn.GELU())
        self.seconds = nn.Linear(width, 1)
        self.gap = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, ends_V2E: Tensor, gaps_Q: Tensor) -> tuple[Tensor, Tensor]:
        """(V, 2) seconds beyond each end, 0 to `MOST_S`; (Q,) log-odds of having been there in each gap. gaps_Q: runs
        before a gap; the run behind it is the next one."""
        states_V2D = self.ends_in(ends_V2E)
        seconds_V2 = MOST_S * torch.sigmoid(self.seconds(states_V2D)[..., 0].float() - 3.0)
        sides_Q2D = torch.cat([states_V2D[gaps_Q, 1], states_V2D[gaps_Q + 1, 0]], dim=-1)
        return seconds_V2, self.gap(sides_Q2D)[..., 0].float()
