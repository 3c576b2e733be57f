"""How much two looks tell about being one object, in units that the clip itself sets.

z = -log(1.02 - cosine) spreads the similarities out. Strangers (seen at the same time) and selves (two far halves of
one tracklet) each give a distribution of z; the gain is the log-ratio of two normal densities of common width, linear
in z, bounded on both sides. With few examples the prior, fitted on real street video (LOG.md), decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.tracklets import Sightings, Tracklets

PRIOR_SELF, PRIOR_STRANGER, PRIOR_SPREAD = 2.55, 1.55, 0.55
"""Mean z of one object seen twice, of two different objects, and their common standard deviation."""
PRIOR_WEIGHT = 20.0
"""The prior counts as much as this many examples of each kind."""
MOST_GAIN, MOST_LOSS = 5.0, -6.0


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
        """(len(a),) log-likelihood ratio from the looks of the pairs a[i] → b[i]; 0 where a look is unknown."""
        near = np.einsum("nd,nd->n", pieces.look[a, 1], pieces.look[b, 0])
        whole = np.einsum("nd,nd->n", pieces.look[a, 2], pieces.look[b, 2])
        z = alikeness(np.maximum(near, whole))
        g = pieces.group[a]
        middle = (self.self_z[g] + self.stranger_z[g]) / 2
        gain = (self.self_z[g] - self.stranger_z[g]) / self.spread[g] ** 2 * (z - middle)
        known = (np.abs(pieces.look[a, 2]).max(1) > 0) & (np.abs(pieces.look[b, 2]).max(1) > 0)
        return np.where(known, np.clip(gain, MOST_LOSS, MOST_GAIN), 0.0)


def learn_likeness(seen: Sightings, owner: np.ndarray, group: np.ndarray, *, most: int = 4000) -> Likeness:
    """Measure how alike selves and strangers look in this clip, per group of classes.

    Strangers are sightings of different owners in one frame; selves are the first and the last third of an owner that
    lived for 2 s or more. At most `most` pairs of each kind are looked at, evenly spread over the clip.
    """
    groups = int(group.max(initial=0)) + 1
    rows = np.flatnonzero(owner >= 0)
    strangers = _stranger_pairs(seen, owner, group, rows, most)
    selves = _self_pairs(seen, owner, rows, most)
    mean_z, spread = [], np.full(groups, PRIOR_SPREAD**2 * 2 * PRIOR_WEIGHT)
    total = np.full(groups, 2 * PRIOR_WEIGHT)
    for pairs, prior in ((selves, PRIOR_SELF), (strangers, PRIOR_STRANGER)):
        z = alikeness(_cosine(seen.appearance[pairs[:, 0]], seen.appearance[pairs[:, 1]]))
        g = group[seen.class_id[pairs[:, 0]]]
        weight = 1.0 / max(1.0, len(z) / 400)  # pairs of one clip are far from independent
        count = np.bincount(g, minlength=groups) * weight + PRIOR_WEIGHT
        mean = (np.bincount(g, z, groups) * weight + prior * PRIOR_WEIGHT) / count
        spread += np.bincount(g, (z - mean[g]) ** 2, groups) * weight
        total += np.bincount(g, minlength=groups) * weight
        mean_z.append(mean)
    self_z, stranger_z = mean_z
    return Likeness(self_z=np.maximum(self_z, stranger_z + 0.05), stranger_z=stranger_z, spread=np.sqrt(spread / total))


def _stranger_pairs(
    seen: Sightings, owner: np.ndarray, group: np.ndarray, rows: np.ndarray, most: int
) -> np.ndarray:
    """(P, 2) rows of one frame and one group with different owners."""
    g = group[seen.class_id[rows]]
    rows = rows[np.lexsort((g, seen.frame[rows]))]
    g = group[seen.class_id[rows]]
    pairs = []
    for step in (1, 2, 3):
        i = np.arange(len(rows) - step)
        ok = (seen.frame[rows[i]] == seen.frame[rows[i + step]]) & (g[i] == g[i + step])
        pairs.append(np.stack([rows[i[ok]], rows[i[ok] + step]], 1))
    found = np.concatenate(pairs) if pairs else np.zeros((0, 2), np.int64)
    found = found[owner[found[:, 0]] != owner[found[:, 1]]]
    return _spread_out(found, most)


def _self_pairs(seen: Sightings, owner: np.ndarray, rows: np.ndarray, most: int) -> np.ndarray:
    """(P, 2) rows of one owner, the second two thirds of its life after the first."""
    rows = rows[np.lexsort((seen.t_s[rows], owner[rows]))]
    if not len(rows):
        return np.zeros((0, 2), np.int64)
    start = np.flatnonzero(np.diff(owner[rows], prepend=-1))
    length = np.diff(np.append(start, len(rows)))
    at = np.arange(len(rows)) - np.repeat(start, length)
    far = np.repeat(2 * length // 3, length)
    ok = at + far < np.repeat(length, length)
    i = np.flatnonzero(ok)
    pairs = np.stack([rows[i], rows[i + far[i]]], 1)
    return _spread_out(pairs[seen.t_s[pairs[:, 1]] - seen.t_s[pairs[:, 0]] >= 1.3], most)


def _spread_out(pairs: np.ndarray, most: int) -> np.ndarray:
    return pairs if len(pairs) <= most else pairs[np.linspace(0, len(pairs) - 1, most).astype(int)]


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a.astype(np.float32), b.astype(np.float32)
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.einsum("nd,nd->n", a, b) / np.maximum(norm, 1e-9)
