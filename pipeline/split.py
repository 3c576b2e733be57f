"""Cut tracks where one object takes over another's identity, before linking puts the pieces together again.

Where two people cross, or a bus stops before a parked car, an online tracker may go on with the wrong one. This shows
in the look (or class), which changes at once, as far as strangers' looks differ in this clip. But looks also change
when somebody comes in feet first, or steps out of a shadow, so a cut is only a question to the linker: the two pieces
are one again unless one of them fits better to another piece.
"""

from __future__ import annotations

import numpy as np

from pipeline.look import Likeness, alikeness
from pipeline.tracklets import Sightings

WINDOW = 5
"""So many sightings before and after a cut are compared; at its ends a track may be cut after `SHORTEST`."""
SHORTEST = 3
SELF_SHARE = 0.5
"""Looks are those of strangers below this share of the way from strangers' mean likeness to that of selves."""
CLASS_SHARE = 0.8
"""A class that holds this share of the sightings before, and another of those after, speaks for a cut by itself."""
CLASS_GAIN = 0.6
"""What that is worth, as a share of the same way."""


def split_tracklets(
    seen: Sightings, owner: np.ndarray, group: np.ndarray, likeness: Likeness
) -> tuple[np.ndarray, np.ndarray]:
    """Cut every tracklet where it may change into another object.

    Returns owners (R,) int64, 0 … K'-1, -1 stays; and joints (J, 2): pieces that were one, the earlier one first.
    owner: (R,) int, 0 … K-1. group: (C,) group of each class.
    """
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.lexsort((seen.t_s[rows], owner[rows]))]
    if not len(rows):
        return owner, np.zeros((0, 2), np.int64)
    begin = np.flatnonzero(np.diff(owner[rows], prepend=-1))
    new = np.zeros(len(rows), bool)
    for lo, hi in zip(begin, [*begin[1:], len(rows)], strict=True):
        if hi - lo < 2 * SHORTEST:
            continue
        mine = rows[lo:hi]
        g = group[seen.class_id[mine[0]]]
        way = likeness.self_z[g] - likeness.stranger_z[g]
        for cut in _cuts(seen, mine, likeness.stranger_z[g], way):
            new[lo + cut] = True
    joint = np.flatnonzero(new)
    new[begin] = True
    piece = np.cumsum(new) - 1
    out = np.full(len(owner), -1, np.int64)
    out[rows] = piece
    return out, np.stack([piece[joint] - 1, piece[joint]], 1)


def _cuts(seen: Sightings, mine: np.ndarray, stranger_z: float, way: float) -> list[int]:
    """Where one track is cut: before these of its sightings, strongest change first, apart by `SHORTEST` or more."""
    number = len(mine)
    look = seen.appearance[mine].astype(np.float32)
    norm = np.linalg.norm(look, axis=1, keepdims=True)
    if not norm.any():
        return []
    at = np.arange(SHORTEST, number - SHORTEST + 1)
    before, after = np.maximum(at - WINDOW, 0), np.minimum(at + WINDOW, number)
    total = np.concatenate([np.zeros((1, look.shape[1]), np.float32), np.cumsum(look / np.maximum(norm, 1e-9), 0)])
    a, b = total[at] - total[before], total[after] - total[at]
    cosine = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-9)
    likeness = (alikeness(cosine) - stranger_z) / way  # 0: as strangers are, 1: as one object is
    likeness -= CLASS_GAIN * _class_changes(seen.class_id[mine], at, before, after)
    out: list[int] = []
    for k in np.argsort(likeness, kind="stable"):
        if likeness[k] >= SELF_SHARE:
            break
        if all(abs(int(at[k]) - other) >= max(SHORTEST, WINDOW // 2) for other in out):
            out.append(int(at[k]))
    return out


def _class_changes(class_id: np.ndarray, at: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(n,) bool: is nearly all before a cut of one class, and nearly all after it of another?"""
    kinds = np.unique(class_id)
    if len(kinds) == 1:
        return np.zeros(len(at), bool)
    total = np.concatenate([np.zeros((1, len(kinds))), np.cumsum(class_id[:, None] == kinds[None], 0)])
    a = (total[at] - total[before]) / (at - before)[:, None]
    b = (total[after] - total[at]) / (after - at)[:, None]
    return (a.argmax(1) != b.argmax(1)) & (a.max(1) >= CLASS_SHARE) & (b.max(1) >= CLASS_SHARE)
