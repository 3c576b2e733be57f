"""How much two looks tell about being one object, in units that the clip itself sets.

z = -log(1.02 - cosine) spreads the similarities out. Strangers (seen at the same time) and selves (the halves of one
tracklet) each give a distribution of z; the gain is the log-ratio of two normal densities of common width, linear
in z, bounded on both sides. With few examples the prior, fitted on real street video (LOG.md), decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.tracklets import Sightings, Tracklets

PRIOR_SELF, PRIOR_STRANGER, PRIOR_SPREAD = 2.85, 1.85, 0.45
"""Mean z of one object seen twice, of two different objects, and their common standard deviation."""
PRIOR_WEIGHT, MOST_EXAMPLES = 10.0, 60.0
"""The prior counts as much as so many examples of each kind; a clip's own examples count as so many at most."""
CHANGE_OVER_A_GAP = 0.15
"""An object looks a little less like itself after a gap than within one unbroken piece: light, pose, distance."""
SELF_S, SAMPLES, PARTNERS = 1.5, 40, 8
MOST_GAIN, MOST_LOSS = 12.0, -6.0
"""Only a look that is the same to the pixel gains so much: footage that runs in a loop, a thing that nobody touched."""


def alikeness(cosine: np.ndarray) -> np.ndarray:
    """z: 1.1 at cosine 0.7, 1.5 at 0.8, 2.1 at 0.9, 2.7 at 0.95, 3.5 at 0.99."""
    return -np.log(1.02 - np.clip(cosine, -1, 1))


@dataclass(frozen=True)
class Likeness:
    """Per group of classes: mean z of selves and of strangers, and the common spread. Each (G,)."""

    self_z: np.ndarray
    stranger_z: np.ndarray
    spread: np.ndarray

    def gain(self, pieces: Tracklets, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """(len(a), len(b)) log-likelihood ratio from the looks of all pairs; 0 where a look is unknown."""
        near = pieces.look[a, 1] @ pieces.look[b, 0].T
        z = alikeness(np.maximum(near, pieces.look[a, 2] @ pieces.look[b, 2].T))
        g = pieces.group[a]
        middle = (self.self_z[g] + self.stranger_z[g]) / 2
        slope = (self.self_z[g] - self.stranger_z[g]) / self.spread[g] ** 2
        gain = np.clip(slope[:, None] * (z - middle[:, None]), MOST_LOSS, MOST_GAIN)
        known_a, known_b = (np.abs(pieces.look[k, 2]).max(1, initial=0) > 0 for k in (a, b))
        return gain * (known_a[:, None] & known_b[None])


def learn_likeness(seen: Sightings, owner: np.ndarray, group: np.ndarray) -> Likeness:
    """Measure how alike selves and strangers look in this clip, per group of classes.

    Looks are means over many sightings, as in the links that they will judge. Selves are the two halves of an owner
    that lived for `SELF_S` or more; strangers are two owners that are visible in one frame.
    """
    groups = int(group.max(initial=0)) + 1
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.lexsort((seen.t_s[rows], owner[rows]))]
    lives = _lives(owner, rows)
    halves, whole, of_group, span = _mean_looks(seen, rows, lives, group)
    long = (span[:, 1] - span[:, 0] >= SELF_S) & (np.diff(lives, axis=1)[:, 0] >= 6)
    selves = (alikeness(_cosine(halves[long, 0], halves[long, 1])), of_group[long])
    pairs = _together(span, of_group)
    strangers = (alikeness(_cosine(whole[pairs[:, 0]], whole[pairs[:, 1]])), of_group[pairs[:, 0]])
    mean_z, variance = [], np.full(groups, PRIOR_SPREAD**2 * 2 * PRIOR_WEIGHT)
    total = np.full(groups, 2 * PRIOR_WEIGHT)
    for (z, g), prior in ((selves, PRIOR_SELF), (strangers, PRIOR_STRANGER)):
        weight = min(1.0, MOST_EXAMPLES / max(len(z), 1))
        count = np.bincount(g, minlength=groups) * weight
        mean = (np.bincount(g, z, groups) * weight + prior * PRIOR_WEIGHT) / (count + PRIOR_WEIGHT)
        variance += np.bincount(g, (z - mean[g]) ** 2, groups) * weight
        total += count
        mean_z.append(mean)
    self_z, stranger_z = mean_z
    self_z = np.maximum(self_z - CHANGE_OVER_A_GAP, stranger_z + 0.05)
    return Likeness(self_z=self_z, stranger_z=stranger_z, spread=np.sqrt(variance / total))


def _lives(owner: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(K, 2) begin and end of each owner within `rows`, which are sorted by owner."""
    begin = np.flatnonzero(np.diff(owner[rows], prepend=-1))
    return np.stack([begin, np.append(begin[1:], len(rows))], 1) if len(rows) else np.zeros((0, 2), np.int64)


def _mean_looks(
    seen: Sightings, rows: np.ndarray, lives: np.ndarray, group: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each owner: looks of its halves (K, 2, A) and of the whole (K, A), group (K,), first and last time (K, 2).

    From at most `SAMPLES` sightings each, evenly spread, so that hours cost no more than minutes.
    """
    halves = np.zeros((len(lives), 2, seen.appearance.shape[1]), np.float32)
    of_group, span = np.zeros(len(lives), np.int64), np.zeros((len(lives), 2))
    for k, (lo, hi) in enumerate(lives):
        mine = rows[np.unique(np.linspace(lo, hi - 1, min(SAMPLES, hi - lo)).astype(int))]
        look = seen.appearance[mine].astype(np.float32)
        middle = max(1, len(mine) // 2)
        halves[k] = look[:middle].mean(0), look[-middle:].mean(0)
        of_group[k] = group[seen.class_id[mine[middle - 1]]]
        span[k] = seen.t_s[rows[lo]], seen.t_s[rows[hi - 1]]
    return halves, halves.mean(1), of_group, span


def _together(span: np.ndarray, of_group: np.ndarray) -> np.ndarray:
    """(P, 2) owners of one group whose times overlap; each is paired with at most `PARTNERS` that begin after it."""
    order = np.argsort(span[:, 0], kind="stable")
    pairs = []
    for step in range(1, PARTNERS + 1):
        a, b = order[:-step], order[step:]
        ok = (of_group[a] == of_group[b]) & (span[b, 0] < span[a, 1])
        pairs.append(np.stack([a[ok], b[ok]], 1))
    return np.concatenate(pairs)


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.einsum("nd,nd->n", a, b) / np.maximum(norm, 1e-9)
