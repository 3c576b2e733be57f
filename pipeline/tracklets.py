"""Tracklets: what the linker knows about each unbroken piece of a track, as flat arrays.

Positions are in *picture heights* (x times the picture's proportion), so that distances are the same in x and y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.boxes import at_edge

MOTION_WINDOW_S = 1.0
"""End velocities are fitted over this much of a tracklet's beginning and end, seconds."""
BORDER = 0.02
"""A box that comes this near to the picture's edge (share of the picture) touches it."""


@dataclass(frozen=True)
class Sightings:
    """All detections of a clip that got an online identity, as flat arrays sorted by frame. R rows.

    frame: (R,) int64; t_s: (R,) float64; boxes_xywhn: (R, 4) float32; class_id, tracklet: (R,) int32;
    score: (R,) float32; appearance: (R, A) float32 or int8, any scale (used as directions).
    """

    frame: np.ndarray
    t_s: np.ndarray
    boxes_xywhn: np.ndarray
    class_id: np.ndarray
    tracklet: np.ndarray
    score: np.ndarray
    appearance: np.ndarray


@dataclass(frozen=True)
class Tracklets:
    """K tracklets. Ends are indexed 0 = beginning, 1 = end.

    t_s: (K, 2) seconds. centre: (K, 2 ends, 2) picture heights. velocity: (K, 2, 2) picture heights per second, 0 where
    `moves` (K, 2) bool is False: one sighting tells no velocity.
    size: (K, 2 ends, 2) width and height, picture heights. at_border: (K, 2) bool.
    home: (K, 4) median centre and size, picture heights. still: (K,) share of the sightings within a quarter of the
    object's own extent of `home`: 1 for a parked car or a bottle on a table.
    group, class_id: (K,) int32. sightings: (K,) int64. score: (K,) mean; top_score: (K,) highest;
    sure: (K,) mean of the `BEST` highest.
    look: (K, 3, A) float32 unit vectors: mean appearance of the beginning, the end, and the whole.
    """

    t_s: np.ndarray
    centre: np.ndarray
    velocity: np.ndarray
    moves: np.ndarray
    size: np.ndarray
    at_border: np.ndarray
    home: np.ndarray
    still: np.ndarray
    at_home: np.ndarray
    group: np.ndarray
    class_id: np.ndarray
    sightings: np.ndarray
    score: np.ndarray
    top_score: np.ndarray
    sure: np.ndarray
    look: np.ndarray

    def __len__(self) -> int:
        return len(self.group)


BEST = 5
"""So many of its sightings tell how surely a thing is one: a single one is high by chance where there are many."""


def _best_mean(score: np.ndarray, who: np.ndarray, begin: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """(K,) mean of the highest scores of each owner, at most `BEST`. Rows come sorted by owner."""
    order = np.lexsort((-score, who))
    rank = np.arange(len(score)) - begin[who]
    best = order[rank < BEST]
    number = np.minimum(stop - begin, BEST)
    return np.bincount(who[best], score[best], len(begin)) / np.maximum(number, 1)


def describe_tracklets(seen: Sightings, owner: np.ndarray, *, group: np.ndarray, aspect: float) -> Tracklets:
    """Summarise the sightings of each owner.

    owner: (R,) int, 0 … K-1, the tracklet (or chain of tracklets) that each row belongs to; -1 rows are left out.
    group: (C,) group of each class (`pipeline.class_kinds`). aspect: picture width / height.
    """
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.lexsort((seen.t_s[rows], owner[rows]))]
    who = owner[rows]
    k = int(who.max()) + 1 if len(who) else 0
    begin = np.searchsorted(who, np.arange(k))
    stop = np.searchsorted(who, np.arange(k), side="right")
    t = seen.t_s[rows]
    box = seen.boxes_xywhn[rows].astype(np.float64)
    scale = np.array([aspect, 1.0])
    centre, size = box[:, :2] * scale, box[:, 2:] * scale
    touches = at_edge(box, BORDER)

    ends = [_end_rows(t, begin, stop, last=last) for last in (False, True)]
    edge_t = t[np.stack([begin, stop - 1])] if k else np.zeros((2, 0))
    fits = [_fit_lines(t, centre, who, near, at) for near, at in zip(ends, edge_t, strict=True)]
    classes = np.zeros((k, len(group)))
    np.add.at(classes, (who, seen.class_id[rows]), seen.score[rows])
    class_id = classes.argmax(1).astype(np.int32)
    edge = np.stack([begin, stop - 1], 1)
    home = np.array([np.median(np.hstack([centre[a:z], size[a:z]]), 0) for a, z in zip(begin, stop, strict=True)])
    home = home.reshape(k, 4)
    near_home = np.linalg.norm(centre - home[who, :2], axis=1) < 0.25 * home[who, 2:].max(1)
    top = np.zeros(k)
    np.maximum.at(top, who, seen.score[rows])
    return Tracklets(
        t_s=t[edge],
        centre=np.stack([fits[0][0], fits[1][0]], 1),
        velocity=np.stack([fits[0][1], fits[1][1]], 1),
        moves=np.stack([np.bincount(who[near], minlength=k) > 1 for near in ends], 1),
        size=np.stack([_mean_by(size, who, near, k) for near in ends], 1),
        at_border=touches[edge],
        home=home,
        still=np.bincount(who, near_home, k) / np.maximum(stop - begin, 1),
        at_home=near_home[edge],
        group=group[class_id],
        class_id=class_id,
        sightings=stop - begin,
        score=np.bincount(who, seen.score[rows], k) / np.maximum(stop - begin, 1),
        top_score=top,
        sure=_best_mean(seen.score[rows], who, begin, stop),
        look=np.stack([_mean_look(seen.appearance, rows, who, near, k) for near in (*ends, None)], 1),
    )


def _end_rows(t: np.ndarray, begin: np.ndarray, stop: np.ndarray, *, last: bool) -> np.ndarray:
    """(R,) bool: rows within `MOTION_WINDOW_S` of their tracklet's beginning or end."""
    length = stop - begin
    edge = np.repeat(t[stop - 1] if last else t[begin], length) if len(begin) else np.zeros(0)
    return np.abs(t - edge) <= MOTION_WINDOW_S


def _mean_by(values: np.ndarray, who: np.ndarray, near: np.ndarray | None, k: int) -> np.ndarray:
    """(K, D): mean of the rows of each owner."""
    if near is not None:
        values, who = values[near], who[near]
    total = np.zeros((k, values.shape[1]))
    np.add.at(total, who, values)
    return total / np.maximum(np.bincount(who, minlength=k), 1)[:, None]


def _fit_lines(
    t: np.ndarray, centre: np.ndarray, who: np.ndarray, near: np.ndarray, at_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Straight lines through the centres near one end: position at the times `at_s` (K, 2) and velocity (K, 2).

    Least squares, the velocity shrunk towards 0 as if every sighting had a time error of 0.1 s.
    """
    k = len(at_s)
    t, centre, who = t[near], centre[near], who[near]
    mean_t, mean_c = _mean_by(t[:, None], who, None, k)[:, 0], _mean_by(centre, who, None, k)
    dt, dc = t - mean_t[who], centre - mean_c[who]
    spread = np.bincount(who, dt**2, k)
    count = np.bincount(who, minlength=k)
    slope = np.stack([np.bincount(who, dt * dc[:, axis], k) for axis in (0, 1)], 1)
    velocity = slope / (spread + 0.01 * np.maximum(count, 1))[:, None]
    return mean_c + velocity * (at_s - mean_t)[:, None], velocity


def _mean_look(
    appearance: np.ndarray, rows: np.ndarray, who: np.ndarray, near: np.ndarray | None, k: int
) -> np.ndarray:
    """(K, A): mean appearance of each owner as a unit vector; read block by block, the clip may be hours long."""
    if near is not None:
        rows, who = rows[near], who[near]
    total = np.zeros((k, appearance.shape[1]), np.float32)
    for at in range(0, len(rows), _BLOCK):
        part = slice(at, at + _BLOCK)
        members, start = np.unique(who[part], return_index=True)
        total[members] += np.add.reduceat(appearance[rows[part]].astype(np.float32), start)
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)


_BLOCK = 100_000
