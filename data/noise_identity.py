"""How identities go wrong: broken after gaps, swapped where two cross, merged by a wrong link.

P pieces (unbroken identities), R rows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.noise_settings import NoiseSettings
from data.noise_sights import Sights
from data.overlaps import common_area, frame_offsets, frame_pairs
from data.small_arrays import changes, positions, steps

FAR_S = 45.0
"""Absences of this length and more are mended only by the look."""
STILL_BREAKS = 0.15
"""Chance of a new identity for what stands still, relative to what moves."""
CROSSING_IOU = 0.35
LINKED_WITHIN_S = 60.0
LOOKED_AT = 40
"""A wrong link goes to the best of this many candidates."""


def break_identities(
    sights: Sights, t_s: np.ndarray, step_s: float, rng: np.random.Generator, settings: NoiseSettings
) -> Sights:
    """Pieces as the tracker and the linker leave them: a new one after some gaps, and now and then without any."""
    rows = len(sights.piece)
    if not rows:
        return sights
    t = t_s[sights.frame]
    new = changes(sights.piece)
    gap_s = np.zeros(rows)
    gap_s[1:] = np.maximum(steps(t) - step_s, 0.0)  # below 0 only where another object begins
    near = settings.break_at_gap * (1 - np.exp(-gap_s / settings.break_after_s))
    far = (settings.break_far - settings.break_at_gap) * (1 - np.exp(-gap_s / FAR_S))
    # what has not moved is found again in its place
    moved = np.zeros(rows)
    moved[1:] = np.abs(steps(sights.box[:, :2]) / sights.box[1:, 2:]).max(1)
    stands = np.clip(moved / 0.4, STILL_BREAKS, 1.0)
    without_gap = settings.breaks_per_min / 60 * step_s * np.clip(moved / (0.3 * step_s), STILL_BREAKS, 1.0)
    chance = np.where(gap_s > 0.5 * step_s, (near + np.maximum(far, 0)) * stands, without_gap)
    breaks = rng.random(rows) < chance
    return replace(sights, piece=np.cumsum(new | breaks) - 1)


def merge_identities(
    sights: Sights,
    identity: np.ndarray,
    t_s: np.ndarray,
    group: np.ndarray,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> np.ndarray:
    """(P,) identity of each piece after wrong links: some pieces go on for another object that was gone by then."""
    pieces = len(identity)
    chosen = positions(rng.random(pieces) < settings.merge)
    if not len(chosen):
        return identity
    frame, stop = np.full(pieces, len(t_s)), np.full(pieces, -1)
    np.minimum.at(frame, sights.piece, sights.frame)
    np.maximum.at(stop, sights.piece, sights.frame)
    order = np.lexsort((sights.frame, sights.piece))
    begin_row = order[np.searchsorted(sights.piece[order], np.arange(pieces))]
    stop_row = order[np.searchsorted(sights.piece[order], np.arange(pieces), side="right") - 1]
    begin_s, stop_s = t_s[frame.clip(max=len(t_s) - 1)], t_s[stop]
    kind = group[sights.class_id[begin_row]]
    by_end = stop_s.argsort(kind="stable")
    identity = identity.copy()
    taken = np.zeros(pieces, bool)
    for b in chosen[np.argsort(begin_s[chosen], kind="stable")]:
        upto = int(np.searchsorted(stop_s[by_end], begin_s[b]))
        a = by_end[max(0, upto - 4 * LOOKED_AT) : upto]
        a = a[(kind[a] == kind[b]) & ~taken[a] & (begin_s[b] - stop_s[a] < LINKED_WITHIN_S)][-LOOKED_AT:]
        if not len(a):
            continue
        last, new = sights.box[stop_row[a]], sights.box[begin_row[b]]
        apart = np.hypot(*(last[:, :2] - new[:2]).T) / (0.1 + new[2:].max())
        shape = np.abs(np.log(last[:, 2:] / new[2:])).sum(1)
        cost = apart + shape + (begin_s[b] - stop_s[a]) / 15 + rng.exponential(0.5, len(a))
        best = int(cost.argmin())
        if cost[best] < 5.0:
            identity[b] = identity[a[best]]
            taken[a[best]] = True
    return identity


def swap_identities(
    sights: Sights,
    owner: np.ndarray,
    frames: int,
    group: np.ndarray,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> np.ndarray:
    """(R,) identity of each row after two that crossed have changed theirs, from the crossing to the end."""
    if settings.swap <= 0 or len(owner) < 2:
        return owner
    order = sights.frame.argsort(kind="stable")
    x, y, w, h = sights.box[order].T
    xyxy = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    piece, frame = sights.piece[order], sights.frame[order]
    kind = group[sights.class_id[order]]
    pieces = sights.pieces()
    keys, at = [], []
    for i, j in frame_pairs(frame_offsets(frame, frames)):
        alike = (kind[i] == kind[j]) & (np.abs(x[i] - x[j]) * 2 < w[i] + w[j])
        i, j = i[alike], j[alike]
        common = common_area(xyxy, i, j)
        crossing = common > CROSSING_IOU * (w[i] * h[i] + w[j] * h[j] - common)
        i, j = i[crossing], j[crossing]
        keys.append(np.minimum(piece[i], piece[j]) * pieces + np.maximum(piece[i], piece[j]))
        at.append(frame[i])
    if not keys:
        return owner
    pair, first = np.unique(np.concatenate(keys), return_index=True)
    at_frame = np.concatenate(at)[first]
    chosen = positions(rng.random(len(pair)) < settings.swap)
    owner = owner.copy()
    by_piece = np.argsort(sights.piece * frames + sights.frame) if len(chosen) else order
    start = np.searchsorted(sights.piece[by_piece], np.arange(pieces + 1))
    for k in chosen[np.argsort(at_frame[chosen], kind="stable")]:
        after = []
        for p in divmod(int(pair[k]), pieces):
            rows = by_piece[start[p] : start[p + 1]]
            after.append(rows[sights.frame[rows] > at_frame[k]])
        if len(after[0]) and len(after[1]):
            a, b = owner[after[0][0]], owner[after[1][0]]
            owner[after[0]], owner[after[1]] = b, a
    return owner
