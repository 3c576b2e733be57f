"""What simulated things look like: appearance vectors with the spread that real street video has.

A look is made as `pipeline.appearance` makes one: per third of the box and per channel (lightness, a, b) a histogram,
here one or two bumps, square-rooted. Measured on real video (LOG.md): one person at more than a second's distance has
cosine 0.96 (median), different people at one time 0.80; cars 0.85 and 0.78.
"""

from __future__ import annotations

import numpy as np

from pipeline.appearance import BINS, THIRDS
from pipeline.records import APPEARANCE_DIM

_BIN = np.concatenate([(np.arange(n) + 0.5) / n for n in BINS])
_CHANNEL = np.repeat(np.arange(len(BINS)), BINS)
_PART = np.repeat(np.arange(THIRDS * len(BINS)), BINS * THIRDS)


def draw_looks(rng: np.random.Generator, group: np.ndarray, variety: float = 1.0) -> np.ndarray:
    """(N, A) float32 unit vectors, no entry negative. group: (N,) things of one group look alike in part.

    variety: how far things of one group differ; 1 as people on a street do.
    """
    n = len(group)
    groups = int(group.max(initial=0)) + 1
    # lightness anywhere, colours near grey
    spread = np.array([0.26, 0.11, 0.11]) * variety
    scene = rng.normal((0.45, 0.5, 0.52), (0.12, 0.04, 0.05))
    middle = scene + rng.normal(0, (0.08, 0.04, 0.04), (groups, THIRDS, 3))
    centre = middle[group] + rng.normal(0, 1, (n, THIRDS, 3)) * spread
    width = np.array([0.105, 0.055, 0.055]) * np.exp(rng.normal(0, 0.3 * variety, (n, THIRDS, 3)))
    return _histograms(centre, width, rng.random((n, THIRDS, 3)) * 0.25 + 0.01)


def _histograms(centre: np.ndarray, width: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Unit vectors of bumps. centre, width, floor (share of background in the box): (N, THIRDS, 3)."""
    scaled = (_BIN - centre[..., _CHANNEL]) / width[..., _CHANNEL]
    bump = np.exp(-0.5 * scaled * scaled)
    bump += floor[..., _CHANNEL] * np.exp(-0.5 * ((_BIN - 0.5) / 0.22) ** 2)
    total = np.add.reduceat(bump, np.cumsum((0, *BINS[:-1])), axis=-1)
    share = np.sqrt(bump / total[..., _CHANNEL])
    return (share.reshape(len(centre), APPEARANCE_DIM) / np.sqrt(THIRDS * 3)).astype(np.float32)


def vary_looks(rng: np.random.Generator, look: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """(N, A) the looks seen again in other light, pose and surroundings; amount: (N,) 0 = unchanged, 0.3 = usual."""
    n = len(look)
    part = rng.standard_normal((n, THIRDS * 3), np.float32).take(_PART, axis=1)
    return change_looks(look, amount, rng.standard_normal((n, APPEARANCE_DIM), np.float32) + 0.4 * part)


def change_looks(look: np.ndarray, amount: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(N, A) looks changed in a given way. change: (N, A) about standard normal."""
    amount = amount[:, None].astype(np.float32)
    seen = look * np.exp(amount * change) + 0.10 * amount * np.abs(change[::-1])
    return (seen / np.linalg.norm(seen, axis=1, keepdims=True)).astype(np.float32, copy=False)
