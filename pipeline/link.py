"""The offline pass over a whole clip: link broken tracks, drop flickers and doubles. This is where counts are won.

Every pair "tracklet a ends, tracklet b begins later" is scored by the log-likelihood ratio of two stories: *b is a,
seen again* against *a is gone and b is somebody new*. The ratio is a sum of evidence on

- time: how long the gap is, against the rate at which new objects turn up in this clip;
- place: from where a was going, or standing, to where b begins; a new object usually enters at the picture's edge;
- size and class;
- look: how alike the two are, in units that *the clip itself* sets: objects seen at the same time are different
  objects and show how alike strangers look here, two halves of one tracklet show how alike one object stays.

The best one-to-one set of links with positive scores is found by linear assignment (scipy), twice: merged tracks know
their direction and look better than pieces do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from pipeline.boxes import overlap
from pipeline.class_kinds import ClassKinds
from pipeline.detectors.habits import SURE_SCORE
from pipeline.look import Likeness, learn_likeness
from pipeline.records import to_tell_apart
from pipeline.repeats import find_period, lay_over
from pipeline.split import split_tracklets
from pipeline.tracklets import Sightings, Tracklets, describe_tracklets


@dataclass(frozen=True)
class LinkPolicy:
    """What the linker believes before it sees the clip. Values are fitted on simulated and real tracks (LOG.md).

    seen_again_inside / seen_again_border: chance that a track that ends inside / at the edge of the picture goes on.
    vehicle_again_border: the same of what passes by for good, as cars do. way_back: nothing turns up elsewhere sooner
    than the way there takes, so many times, at the speed that it went.
    gap_s, gap_share: the gap lengths, a mixture of exponentials (mean seconds, share); still_gap_share: for what
    stands still, and may be hidden or carried off for long.
    new_inside: density of beginnings inside the picture, relative to a uniform one, when a new object turns up.
    still_share, free_share: chance that a thing that stands still is found in its old place again (a bottle put back),
    and that anything turns up just anywhere (camera cut); after `back_anywhere_s` seconds of absence it does, as a new
    object would.
    unknown_speed, unknown_share: two single sightings tell no velocity; with this chance the thing moves, so
    many of its own lengths a second (standard deviation).
    min_gain: smallest log-likelihood ratio that makes a link.
    joint_gain: what it counts that two pieces came as one track.
    rounds: how often links are looked for.
    min_sightings, min_seen_s, min_top_score, min_sure (mean of its best sightings; of what is small and often seen): a
    track below any of these is a flicker, and is dropped.
    """

    seen_again_inside: float = 0.7
    seen_again_border: float = 0.35
    vehicle_again_border: float = 0.05
    way_back: float = 1.0
    gap_s: tuple[float, ...] = (1.0, 8.0, 120.0)
    gap_share: tuple[float, ...] = (0.7, 0.15, 0.15)
    still_gap_share: tuple[float, ...] = (0.3, 0.4, 0.3)
    new_inside: float = 0.35
    still_share: float = 0.6
    free_share: float = 0.05
    back_anywhere_s: float = 20.0
    unknown_speed: float = 6.0
    unknown_share: float = 0.6
    min_gain: float = 1.5
    joint_gain: float = 6.0
    rounds: int = 3
    min_sightings: int = 2
    min_seen_s: float = 0.55
    min_top_score: float = SURE_SCORE
    min_sure: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Linked:
    """owner: (R,) int32, the object of each row, 0 … K-1 in the order of first sight, -1 = dropped.

    links: number of links made; doubles, flickers: tracks dropped. period_s: after which the recording shows the same
    again, 0 where it does not (`pipeline.repeats`).
    """

    owner: np.ndarray
    links: int
    doubles: int
    flickers: int
    period_s: float = 0.0


def link_tracklets(
    seen: Sightings,
    *,
    class_names: tuple[str, ...],
    aspect: float,
    duration_s: float,
    policy: LinkPolicy | None = None,
    may_repeat: bool = True,
) -> Linked:
    """Give every sighting the object that it belongs to, looking at the whole clip at once.

    class_names: only tracklets of classes that are confused with each other are linked (`pipeline.class_kinds`).
    aspect: picture width / height. may_repeat: look for a period after which the recording shows the same again.
    """
    policy = policy or LinkPolicy()
    seen = replace(seen, appearance=to_tell_apart(seen.appearance))
    kinds = ClassKinds.of(class_names)
    frames, step_s = int(seen.frame.max(initial=-1)) + 1, _step_of(seen)
    period = find_period(seen, kinds.group, frames, step_s) if may_repeat else 0.0
    if not period:
        return _link_once(seen, kinds, aspect, duration_s, policy)
    made: list[Linked] = []

    def link_round(rows: np.ndarray) -> np.ndarray:
        part = Sightings(*(getattr(seen, name.name)[rows] for name in fields(Sightings)))
        made.append(_link_once(part, kinds, aspect, period * step_s, policy))
        return made[-1].owner

    owner = lay_over(seen, kinds.group, period, link_round)
    links, doubles, flickers = (sum(getattr(one, name) for one in made) for name in ("links", "doubles", "flickers"))
    return Linked(owner.astype(np.int32), links, doubles, flickers, period * step_s)


def _step_of(seen: Sightings) -> float:
    """Seconds between two frames, as far as sightings tell."""
    frame, first = np.unique(seen.frame, return_index=True)
    if len(frame) < 2:
        return 0.0
    return float(np.median(np.diff(seen.t_s[first]) / np.diff(frame)))


def _link_once(seen: Sightings, kinds: ClassKinds, aspect: float, duration_s: float, policy: LinkPolicy) -> Linked:
    """Link the tracklets of a clip, or of one round of it, that shows nothing twice."""
    group = kinds.group
    owner = _dense(seen.tracklet)
    owner, doubles = _drop_doubles(seen, owner, group)
    owner, joints = split_tracklets(seen, owner, group, learn_likeness(seen, owner, group))
    owner, links = _link_rounds(seen, owner, joints, kinds, aspect, duration_s, policy)
    links -= len(joints)
    owner, doubles, flickers = _drop_flickers(seen, owner, doubles, kinds, aspect, policy)
    owner, more = _link_rounds(seen, owner, joints[:0], kinds, aspect, duration_s, policy)
    return Linked(_by_first_sight(owner, seen), links=max(links + more, 0), doubles=doubles, flickers=flickers)


def _link_rounds(
    seen: Sightings,
    owner: np.ndarray,
    joints: np.ndarray,
    kinds: ClassKinds,
    aspect: float,
    duration_s: float,
    policy: LinkPolicy,
) -> tuple[np.ndarray, int]:
    """Owners after some rounds of links, and how many were made. joints: as in `best_links`."""
    links = 0
    for _ in range(policy.rounds if (owner >= 0).any() else 0):
        pieces = describe_tracklets(seen, owner, group=kinds.group, aspect=aspect)
        likeness = learn_likeness(seen, owner, kinds.group)
        first, second = best_links(pieces, likeness, kinds, duration_s, aspect, policy, joints)
        joints = joints[:0]
        if not len(first):
            break
        links += len(first)
        owner = _merge(owner, len(pieces), first, second)
    return owner, links


def _by_first_sight(owner: np.ndarray, seen: Sightings) -> np.ndarray:
    """(R,) int32 owners numbered in the order in which they are first seen."""
    kept = np.flatnonzero(owner >= 0)
    number = np.full(int(owner.max(initial=0)) + 1, -1, np.int32)
    _, first = np.unique(owner[kept], return_index=True)
    order = kept[first][np.lexsort((owner[kept][first], seen.t_s[kept][first]))]
    number[owner[order]] = np.arange(len(order))
    return np.where(owner >= 0, number[owner], -1).astype(np.int32)


def _drop_flickers(
    seen: Sightings, owner: np.ndarray, doubles: int, kinds: ClassKinds, aspect: float, policy: LinkPolicy
) -> tuple[np.ndarray, int, int]:
    """Owners without those that are too brief or unsure to be things (but for what is a thing's first or last moment),
    or only parts of others; how many doubles and flickers there were."""
    group = kinds.group
    pieces = describe_tracklets(seen, owner, group=group, aspect=aspect)
    steps = np.diff(np.unique(seen.t_s))
    step_s = float(np.median(steps)) if len(steps) else 0.0
    sparse = step_s == 0 or step_s >= policy.min_seen_s  # one look at a time: a second one may come too late
    real = (pieces.sightings >= (1 if sparse else policy.min_sightings)) & (pieces.top_score >= policy.min_top_score)
    small = (np.sqrt(pieces.home[:, 2] * pieces.home[:, 3]) < SMALL) & (pieces.sightings >= OFTEN)
    real &= pieces.sure >= np.where(small, policy.min_sure[1], policy.min_sure[0])
    real &= sparse | (pieces.sightings * step_s >= policy.min_seen_s)
    order = np.lexsort((np.arange(len(pieces)), pieces.t_s[:, 0]))
    partial = real & _parts_of_others(pieces, kinds.passive)
    doubles += int(partial.sum())
    real &= ~partial
    number = np.full(len(pieces) + 1, -1, np.int32)
    number[order[real[order]]] = np.arange(real.sum())
    ends = _ends_of_others(pieces, real)
    number[:-1][ends >= 0] = number[ends[ends >= 0]]
    return number[owner].astype(np.int64), doubles, int((~real & ~partial).sum())


SMALL, OFTEN = 0.04, 10
"""Picture heights of a small thing's side, at whose size no score is high: seen so often, it may be less sure."""
PART_IOU, STANDS = 0.4, 0.5
"""What somebody else must move, and nobody does, is a part of another such thing, seen by itself for moments (a bench
behind somebody's legs), if their usual boxes overlap so far, the other one is there all the while and comes thrice as
often."""


def _parts_of_others(pieces: Tracklets, passive: np.ndarray) -> np.ndarray:
    """(K,) bool: is a piece only a part of another thing of its class that stands there?"""
    out = np.zeros(len(pieces), bool)
    stands = np.flatnonzero(passive[pieces.class_id] & (pieces.still >= STANDS))
    for group in np.unique(pieces.class_id[stands]):
        mine = stands[pieces.class_id[stands] == group]
        often, t_s = pieces.sightings[mine], pieces.t_s[mine]
        for k in range(len(mine)):
            around = (3 * often[k] <= often) & (t_s[:, 0] <= t_s[k, 0]) & (t_s[:, 1] >= t_s[k, 1])
            around &= (np.abs(pieces.home[mine, :2] - pieces.home[mine[k], :2]) < pieces.home[mine, 2:]).all(1)
            if around.any():
                out[mine[k]] = (overlap(pieces.home[mine[[k]]], pieces.home[mine[around]]) >= PART_IOU).any()
    return out


END_S, END_SHARE = 0.5, 0.5
"""A flicker is an object's first or last moment if it lies so near to it in time, seconds, and in place, as a share of
their size (and of how far the object moves in between): cut by the picture's edge, it looks like a stranger."""


def _ends_of_others(pieces: Tracklets, real: np.ndarray) -> np.ndarray:
    """(K,) of pieces that are dropped as flickers: the object whose beginning or end they are, -1 none."""
    out = np.full(len(pieces), -1)
    kept = np.flatnonzero(real)
    for end, flicker_end in ((1, 0), (0, 1)):  # behind an object's end, before its beginning
        by_time = kept[np.argsort(pieces.t_s[kept, end], kind="stable")]
        times = pieces.t_s[by_time, end]
        for k in np.flatnonzero(~real & (out < 0)):
            at_s = pieces.t_s[k, flicker_end]
            low, high = (at_s - END_S, at_s) if end else (at_s, at_s + END_S)
            near = by_time[np.searchsorted(times, low) : np.searchsorted(times, high, side="right")]
            near = near[(pieces.group[near] == pieces.group[k]) & (pieces.t_s[near, end] != at_s)]
            if not len(near):
                continue
            apart = np.linalg.norm(pieces.centre[near, end] - pieces.centre[k, flicker_end], axis=1)
            extent = np.maximum(pieces.size[near, end].max(1), pieces.size[k, flicker_end].max())
            moved = np.linalg.norm(pieces.velocity[near, end], axis=1) * np.abs(pieces.t_s[near, end] - at_s)
            best = int(np.argmin(apart / (END_SHARE * extent + moved)))
            if apart[best] < END_SHARE * extent[best] + moved[best]:
                out[k] = near[best]
    return out


def best_links(
    pieces: Tracklets,
    likeness: Likeness,
    kinds: ClassKinds,
    duration_s: float,
    aspect: float,
    policy: LinkPolicy,
    joints: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The links with the highest total gain: (L,) tracklets that end, (L,) tracklets that go on for them.

    passive: (C,) bool, classes that are moved by somebody else. joints: (J, 2) pieces that came as one track.
    """
    rows, cols, gains = [], [], []
    one_track_with = np.full(len(pieces), -1)
    one_track_with[joints[:, 1]] = joints[:, 0]
    by_end, by_begin = np.argsort(pieces.t_s[:, 1]), np.argsort(pieces.t_s[:, 0])
    new_per_s = np.maximum(np.bincount(pieces.group), 2) / max(duration_s, 1.0)
    block = max(1, 2_000_000 // max(len(pieces), 1))
    for at in range(0, len(pieces), block):
        a = by_end[at : at + block]
        later = by_begin[np.searchsorted(pieces.t_s[by_begin, 0], pieces.t_s[a, 1].min(), side="right") :]
        gain = link_gain(pieces, a, later, likeness, kinds, new_per_s, aspect, policy)
        gain += policy.joint_gain * (one_track_with[later][None] == a[:, None])
        i, j = np.nonzero(gain > policy.min_gain)
        rows.append(a[i])
        cols.append(later[j])
        gains.append(gain[i, j])
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return _assign(np.concatenate(rows), np.concatenate(cols), np.concatenate(gains), len(pieces))


def link_gain(
    pieces: Tracklets,
    a: np.ndarray,
    b: np.ndarray,
    likeness: Likeness,
    kinds: ClassKinds,
    new_per_s: np.ndarray,
    aspect: float,
    policy: LinkPolicy,
) -> np.ndarray:
    """(len(a), len(b)) log-likelihood ratio of "b is a, seen again" against "b is new"; -inf where it cannot be.

    new_per_s: (G,) how many objects of each group turn up per second.
    """
    gap = pieces.t_s[b, 0][None] - pieces.t_s[a, 1][:, None]
    gain = np.full(gap.shape, -np.inf, np.float32)
    looks = likeness.gain(pieces, a, b)
    # nearly all pairs lie far apart in time and look unlike: no place makes up for that, so it is not looked at
    longest = max(policy.gap_s)
    hopeless = np.log(policy.seen_again_inside / longest) - gap / longest - np.log(new_per_s[pieces.group[b]])[None]
    possible = (gap > 0) & (pieces.group[a][:, None] == pieces.group[b][None])
    possible &= (gap < MOST_PLACE_GAIN_S) | (hopeless + looks > policy.min_gain - MOST_REST)
    i, j = np.nonzero(possible)
    if not len(i):
        return gain
    g, ai, bj = gap[i, j], a[i], b[j]
    still = _still_both(pieces, ai, bj, kinds.passive)
    gain[i, j] = (
        _time_gain(pieces, ai, bj, g, still, new_per_s, kinds.passes_by, policy)
        + _place_gain(pieces, ai, bj, g, still, aspect, policy)
        + _size_gain(pieces, ai, bj, g)
        + _class_gain(pieces, ai, bj)
        + looks[i, j]
    )
    return gain


MOST_PLACE_GAIN_S, MOST_REST = 20.0, 8.0
"""Pairs with shorter gaps are always looked at; of the others, those that place, size and class could still save."""


def _still_both(pieces: Tracklets, a: np.ndarray, b: np.ndarray, passive: np.ndarray) -> np.ndarray:
    """(n,) 0–1: do both stand still, so that place tells? What moves by itself must end and begin in its place."""
    stays = pieces.at_home[a, 1] & pieces.at_home[b, 0]
    return np.minimum(pieces.still[a], pieces.still[b]) ** 2 * (passive[pieces.class_id[a]] | stays)


def _time_gain(
    pieces: Tracklets,
    a: np.ndarray,
    b: np.ndarray,
    gap_s: np.ndarray,
    still: np.ndarray,
    new_per_s: np.ndarray,
    passes_by: np.ndarray,
    policy: LinkPolicy,
) -> np.ndarray:
    # what stood still and left over the edge was carried off, and may be put back: no sign of having gone for good
    left = pieces.at_border[a, 1] * (1 - still)
    border = np.where(passes_by[pieces.class_id[a]], policy.vehicle_again_border, policy.seen_again_border)
    again = policy.seen_again_inside + left * (border - policy.seen_again_inside)
    share = still[:, None] * np.array(policy.still_gap_share) + (1 - still[:, None]) * np.array(policy.gap_share)
    density = (share * np.exp(-gap_s[:, None] / np.array(policy.gap_s)) / np.array(policy.gap_s)).sum(1)
    return np.log(again * density + 1e-12) - np.log((1 - again) * new_per_s[pieces.group[b]])


def _place_gain(
    pieces: Tracklets,
    a: np.ndarray,
    b: np.ndarray,
    gap_s: np.ndarray,
    still: np.ndarray,
    aspect: float,
    policy: LinkPolicy,
) -> np.ndarray:
    """Log density of b's beginning given that it is a, against that of a new object's first place."""
    apart = pieces.centre[b, 0] - pieces.centre[a, 1]
    extent = np.maximum(pieces.size[a, 1].max(1), pieces.size[b, 0].max(1)) + 0.01
    known = pieces.moves[a, 1].astype(int) + pieces.moves[b, 0]
    velocity = (pieces.velocity[a, 1] + pieces.velocity[b, 0]) / np.maximum(known, 1)[:, None]
    speed = np.linalg.norm(velocity, axis=1)
    drift_s = np.minimum(gap_s, 3.0)  # nobody walks straight on for longer than this, unseen
    missed = np.linalg.norm(apart - velocity * drift_s[:, None], axis=1)
    moving_spread = extent * (0.12 + 0.25 * drift_s) + 0.35 * speed * drift_s
    moving_spread += 0.15 * (extent + speed) * (gap_s - drift_s)
    unknown = policy.unknown_share * (known == 0)
    anywhere_near = np.minimum(moving_spread + policy.unknown_speed * extent * drift_s, 1.0)
    home_apart = np.linalg.norm(pieces.home[b, :2] - pieces.home[a, :2], axis=1)
    home_extent = np.maximum(pieces.home[a, 2:].max(1), pieces.home[b, 2:].max(1))
    still = policy.still_share * still
    new = np.where(pieces.at_border[b, 0], 1.0, policy.new_inside) / aspect
    # to come back at another place takes at least the way there, at the speed that it went
    on_the_way_s = policy.way_back * np.linalg.norm(apart, axis=1) / np.maximum(speed, 1e-3)
    away_s = np.maximum(gap_s - np.where(speed > 0.1 * extent, on_the_way_s, 0.0), 0.0)
    free = policy.free_share + (0.8 - policy.free_share) * (1 - np.exp(-away_s / policy.back_anywhere_s))
    same = (1 - free) * (
        (1 - still)
        * ((1 - unknown) * _disc(missed, np.minimum(moving_spread, 1.0)) + unknown * _disc(missed, anywhere_near))
        + still * _disc(home_apart, 0.12 * home_extent)
    )
    return np.log(same + free * new) - np.log(new)


def _disc(distance: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Density of a round two-dimensional normal distribution."""
    return np.exp(-0.5 * (distance / spread) ** 2) / (2 * np.pi * spread**2)


def _size_gain(pieces: Tracklets, a: np.ndarray, b: np.ndarray, gap_s: np.ndarray) -> np.ndarray:
    ratio = np.log((pieces.size[b, 0] + 1e-3) / (pieces.size[a, 1] + 1e-3))
    cut = pieces.at_border[a, 1] | pieces.at_border[b, 0]  # a box cut off by the picture's edge has no size of its own
    spread = np.where(cut, 0.6, 0.15 + 0.1 * np.minimum(gap_s, 3.0))[:, None]
    same = 0.9 * np.exp(-0.5 * (ratio / spread) ** 2) / spread + 0.1 * np.exp(-0.5 * ratio**2)
    other = np.exp(-0.5 * (ratio / 0.7) ** 2) / 0.7
    return np.clip(np.log(same + 1e-9) - np.log(other + 1e-9), -4, 2).sum(1)


def _class_gain(pieces: Tracklets, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Detectors name one object differently in about one piece of twelve; strangers share a class by its frequency."""
    share = np.bincount(pieces.class_id, minlength=int(pieces.class_id.max()) + 1) / len(pieces)
    same = pieces.class_id[a] == pieces.class_id[b]
    in_group = np.bincount(pieces.group, minlength=int(pieces.group.max()) + 1) / len(pieces)
    chance = share[pieces.class_id[b]] / in_group[pieces.group[b]]
    return np.where(same, np.log(0.92) - np.log(chance), np.log(0.08) - np.log(chance))


def _assign(a: np.ndarray, b: np.ndarray, gain: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Best one-to-one links, solved apart for every connected part of the sparse graph."""
    if not len(a):
        return a, b
    _, part = connected_components(coo_matrix((np.ones(len(a)), (a, b + k)), shape=(2 * k, 2 * k)), directed=False)
    label = part[a]
    order = np.argsort(label, kind="stable")
    bounds = np.flatnonzero(np.diff(label[order], prepend=-1, append=-1))
    first, second = [], []
    for lo, hi in pairwise(bounds):
        edges = order[lo:hi]
        ai, bi = np.unique(a[edges]), np.unique(b[edges])
        cost = np.zeros((len(ai), len(bi)))
        cost[np.searchsorted(ai, a[edges]), np.searchsorted(bi, b[edges])] = -gain[edges]
        r, c = linear_sum_assignment(cost)
        made = cost[r, c] < 0
        first.append(ai[r[made]])
        second.append(bi[c[made]])
    return np.concatenate(first), np.concatenate(second)


def _merge(owner: np.ndarray, k: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Owners after linking: every chain of links becomes one owner."""
    _, chain = connected_components(coo_matrix((np.ones(len(first)), (first, second)), shape=(k, k)), directed=False)
    return np.where(owner >= 0, chain[owner], -1)


def _dense(ids: np.ndarray) -> np.ndarray:
    """Ids as 0 … K-1; negative ids stay -1."""
    known = np.unique(ids[ids >= 0])
    return np.where(ids >= 0, np.searchsorted(known, ids), -1).astype(np.int64)


def _drop_doubles(seen: Sightings, owner: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, int]:
    """Drop the weaker of two tracklets of one group that cover each other for most of the weaker one's life."""
    covered = np.zeros(int(owner.max(initial=-1)) + 1)
    length = np.bincount(owner[owner >= 0], minlength=len(covered))
    by_frame = np.split(np.arange(len(owner)), np.flatnonzero(np.diff(seen.frame)) + 1)
    for rows in by_frame:
        rows = rows[owner[rows] >= 0]
        if len(rows) < 2:
            continue
        same = group[seen.class_id[rows]][:, None] == group[seen.class_id[rows]][None]
        over = overlap(seen.boxes_xywhn[rows], seen.boxes_xywhn[rows]) * same
        rank = length[owner[rows]] + seen.score[rows] * 1e-3
        over[rank[:, None] >= rank[None]] = 0  # only the longer-lived one covers
        covered[owner[rows]] += over.max(1) > 0.7
    double = covered > 0.5 * np.maximum(length, 1)
    renumber = np.where(double, -1, np.cumsum(~double) - 1)
    return np.where(owner >= 0, renumber[owner], -1), int(double.sum())
