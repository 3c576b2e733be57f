"""A recording that shows the same over and over: find its period, and lay its rounds over each other.

A looped clip, a demonstration on a screen, a camera that somebody feeds with old pictures: what comes again in the same
place at the same moment of every round, all over the picture and looking the same, is the same thing, however often it
passes. No link over time could say so of cars that look alike.

Frames of such a recording are told apart by *round* and *phase*, the frame's place in its round.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment

from data.clock import clock
from pipeline.boxes import overlap
from pipeline.tracklets import Sightings

LEAST_PERIOD_S, LEAST_STEP_S = 8.0, 2.0
"""What comes again sooner is no recording but a swing, or bottles on a belt, at equal distances: it is looked for from
`LEAST_STEP_S` on, to be told apart."""
SAME_IOU, SAME_LOOK, LOOK_SHARE = 0.5, 0.94, 0.35
"""Two sightings are of one thing in one place from this overlap on. Their looks must be alike for this share of the way
from what different things of one picture are to what one thing is from frame to frame, or this alike (mean cosine)."""
LEAST_ALIKE, LEAST_GAIN, LEAST_PROOFS = 0.75, 0.6, 30.0
"""Of the boxes of two frames a period apart, this share must be the same; of those that are not the same in frames a
little more or less apart, this share must be; and so many boxes must speak for it."""
LOOSELY = 0.7
"""So much of that is enough for a part of a period that is known: between two frames, fast things are elsewhere."""
PROBES, FRAMES, CANDIDATES, GRID = 1200, 200, 12, 24
EVERYWHERE = 0.2
"""A box that is there in this share of all frames, such as a parked car's, tells nothing about a period."""
FOUND_AGAIN = 0.5
"""From three rounds on, what is found in a smaller share of those that show its phase is no object."""
LEAST_SHARED, NEAR_IOU = 0.3, 0.3
"""Two objects of different rounds are one if they share this part of the shorter life, with boxes that overlap so far:
between two frames of one round, fast things are half a box further on."""


def find_period(seen: Sightings, group: np.ndarray, frames: int, step_s: float) -> float:
    """After how many frames, and parts of one, the recording shows the same again; 0 where it does not.

    frames: of the whole clip. group: (C,) group of each class. step_s: between two frames.
    """
    least = max(2, round(LEAST_STEP_S / max(step_s, 1e-6)))
    if frames < 2 * least or len(seen.frame) < LEAST_PROOFS:
        return 0.0
    shown = _Shown(seen, group[seen.class_id], frames, least)
    strength = shown.votes() / np.maximum(frames - np.arange(frames), least)
    peaks = np.argsort(-strength)[:CANDIDATES]
    lags = [lag for lag in sorted(peaks.tolist()) if strength[lag] > 0 and shown.repeats_after(lag)]
    if not lags:
        return 0.0
    # neighbours of the true lag match nearly as well: the best of the first ones
    period = float(max((lag for lag in lags if lag <= lags[0] + 2), key=shown.alike_after))
    for rounds in range(int(period) // least, 1, -1):  # several rounds may fit the frames better than one does
        if shown.repeats_after(round(period / rounds), LOOSELY):
            period /= rounds
            break
    if period * step_s < LEAST_PERIOD_S:
        return 0.0
    rounds = 2
    while rounds * period <= frames - least:  # the more rounds, the more exactly they tell
        near = [round(rounds * period) + k for k in (0, -1, 1)]
        period = max(near, key=shown.alike_after) / rounds
        rounds *= 2
    return period


def repeats_told(period_s: float) -> str:
    """What people are told of a recording that repeats itself."""
    every = f"{period_s:.1f} seconds" if period_s < 60 else clock(period_s)
    return f"the recording shows the same again every {every}: what comes again in its place counts once"


class _Shown:
    """A clip's sightings by frame, compared with those some frames later."""

    def __init__(self, seen: Sightings, of_group: np.ndarray, frames: int, least: int) -> None:
        self._seen, self._group, self._frames, self._least = seen, of_group, frames, least
        self._begin = np.searchsorted(seen.frame, np.arange(frames + 1))
        self._rng = np.random.Generator(np.random.PCG64(len(seen.frame)))
        self._compared = cache(self._compare)  # of this clip alone: its sightings are let go with it

    def votes(self) -> np.ndarray:
        """(F,) how often a sighting comes again after so many frames, from a sample of what is not always there."""
        seen, votes = self._seen, np.zeros(self._frames)
        cell = np.clip((seen.boxes_xywhn[:, :2] * GRID).astype(np.int64), 0, GRID - 1) @ (GRID, 1)
        order = np.argsort(cell, kind="stable")
        begin = np.searchsorted(cell[order], np.arange(GRID**2 + 1))
        for probe in self._rng.permutation(len(seen.frame))[:PROBES]:
            rows = order[begin[cell[probe]] : begin[cell[probe] + 1]]
            apart = np.abs(seen.frame[rows] - seen.frame[probe])
            rows = rows[(self._group[rows] == self._group[probe]) & (apart >= self._least)]
            rows = rows[overlap(seen.boxes_xywhn[[probe]], seen.boxes_xywhn[rows])[0] >= SAME_IOU]
            lags = np.unique(np.abs(seen.frame[rows] - seen.frame[probe]))
            if len(lags) and len(np.unique(seen.frame[rows])) < EVERYWHERE * self._frames:
                votes[lags] += 1 / len(lags)
        return votes

    def repeats_after(self, lag: int, strictly: float = 1.0) -> bool:
        """Is what is seen `lag` frames later the same, far more than a little earlier or later?"""
        if lag < self._least or self._frames - lag < self._least:
            return False
        share = self.alike_after(lag)
        if share < LEAST_ALIKE * strictly:
            return False
        beside = [other for k in (1, 2, 3) for other in (lag - k * self._least, lag + k * self._least)]
        beside = [self.alike_after(other) for other in beside if 0 < other < self._frames - self._least // 2]
        usual = float(np.median(beside)) if beside else 1.0
        _, look, number = self._compared(lag)
        proved = (share - usual) * number >= LEAST_PROOFS and share - usual >= LEAST_GAIN * strictly * (1 - usual)
        return proved and look >= self._least_look

    def alike_after(self, lag: int) -> float:
        """Share of the boxes that are there again `lag` frames later, from `FRAMES` frames at most."""
        return self._compared(lag)[0]

    def _compare(self, lag: int) -> tuple[float, float, float]:
        """(share that is there again, mean cosine of looks, boxes compared); 1 for the cosine where none is known."""
        last = self._frames - lag
        same = number = 0.0
        looks: list[np.ndarray] = []
        for k in np.unique(np.linspace(0, last - 1, min(FRAMES, last)).astype(int)) if last > 0 else ():
            a, b = self._rows(k), self._rows(k + lag)
            number += len(a) + len(b)
            if len(a) and len(b):
                over = overlap(self._seen.boxes_xywhn[a], self._seen.boxes_xywhn[b])
                over *= self._group[a][:, None] == self._group[b][None]
                i, j = linear_sum_assignment(-over)
                hit = over[i, j] >= SAME_IOU
                same += 2 * hit.sum()
                looks.append(self._cosine(a[i[hit]], b[j[hit]]))
        cosine = np.concatenate(looks) if looks else np.zeros(0)
        return same / max(number, 1), float(cosine.mean()) if len(cosine) else 1.0, number / 2

    @cached_property
    def _least_look(self) -> float:
        """Mean cosine from which looks are those of the same things; `SAME_LOOK` where too little is known."""
        others: list[float] = []
        selves: list[float] = []
        for k in self._rng.permutation(self._frames - 1)[:FRAMES]:
            a, b = self._rows(k), self._rows(k + 1)
            track_a, track_b = self._seen.tracklet[a], self._seen.tracklet[b]
            i, j = np.nonzero(track_a[:, None] == track_b[None])
            selves += self._cosine(a[i], b[j]).tolist()
            strangers = (track_a[:, None] != track_a[None]) & (self._group[a][:, None] == self._group[a][None])
            i, j = np.nonzero(strangers)
            others += self._cosine(a[i], a[j]).tolist()
        if min(len(selves), len(others)) < LEAST_PROOFS:
            return SAME_LOOK
        other, own = float(np.mean(others)), float(np.mean(selves))
        return min(SAME_LOOK, other + LOOK_SHARE * max(own - other, 0.0))

    def _rows(self, frame: int) -> np.ndarray:
        return np.arange(self._begin[frame], self._begin[frame + 1])

    def _cosine(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Cosines of the looks of pairs of rows, those left out of which one is unknown."""
        one, other = (self._seen.appearance[rows].astype(np.float32) for rows in (a, b))
        norm = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        known = norm > 0
        return (one[known] * other[known]).sum(1) / norm[known]


def lay_over(
    seen: Sightings, group: np.ndarray, period: float, link_round: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """(R,) objects, 0 … K-1 in the order of first sight, -1 none: those of each round, laid over those before it.

    period: frames of a round. link_round: gives the rows of one round their objects, from 0 on, -1 none.
    """
    owner = np.full(len(seen.frame), -1, np.int64)
    rounds = (seen.frame / period + 1e-9).astype(np.int64)
    phase = seen.frame - rounds * period
    shown = _Rounds(seen, group[seen.class_id], phase)
    for number in np.unique(rounds):
        rows = np.flatnonzero(rounds == number)
        mine = link_round(rows)
        rows, mine = rows[mine >= 0], mine[mine >= 0]
        if len(rows):
            owner[rows] = shown.numbers(rows, mine)[mine]
            shown.add(rows, owner[rows])
    return _kept(seen, owner, rounds, phase, period)


class _Rounds:
    """What the rounds so far have shown: for every phase, objects and one sighting of each."""

    def __init__(self, seen: Sightings, of_group: np.ndarray, phase: np.ndarray) -> None:
        self._seen, self._group, self._phase = seen, of_group, phase
        self._at: dict[int, dict[int, int]] = {}
        self._life = np.zeros(0, np.int64)

    def add(self, rows: np.ndarray, owner: np.ndarray) -> None:
        """Sightings with their objects; the first of an object in a phase stands for it."""
        for row, mine in zip(rows.tolist(), owner.tolist(), strict=True):
            self._at.setdefault(round(self._phase[row]), {}).setdefault(mine, row)
        life = np.bincount(owner, minlength=len(self._life))
        self._life = np.maximum(np.pad(self._life, (0, len(life) - len(self._life))), life)

    def numbers(self, rows: np.ndarray, mine: np.ndarray) -> np.ndarray:
        """(K,) which known or new object each of a round's objects is. mine: (n,) objects of `rows`, 0 … K-1."""
        shared, length = self._shared(rows, mine), np.bincount(mine)
        out = np.full(len(length), -1)
        for k, j in zip(*linear_sum_assignment(-shared), strict=True):
            if shared[k, j] >= LEAST_SHARED * max(min(length[k], self._life[j]), 1):
                out[k] = j
        frames = [set(self._seen.frame[rows[mine == k]].tolist()) for k in range(len(length))]
        for k in np.flatnonzero(out < 0) if len(self._life) else ():  # a piece of one that was whole before
            j = int(shared[k].argmax())
            others = [frames[other] for other in np.flatnonzero(out == j)]
            if shared[k, j] >= 0.5 * length[k] and not any(frames[k] & other for other in others):
                out[k] = j
        new = np.flatnonzero(out < 0)
        out[new] = len(self._life) + np.arange(len(new))
        return out

    def _shared(self, rows: np.ndarray, mine: np.ndarray) -> np.ndarray:
        """(K, M) sightings of a round's objects in the places of known ones, the better of two counting more."""
        shared = np.zeros((int(mine.max()) + 1, len(self._life)))
        cut = np.flatnonzero(np.diff(self._seen.frame[rows])) + 1
        for part, who in zip(np.split(rows, cut), np.split(mine, cut), strict=True):
            phase, best = self._phase[part[0]], {}
            for near in {int(phase), int(np.ceil(phase))}:
                for other, row in self._at.get(near, {}).items():
                    over = overlap(self._seen.boxes_xywhn[part], self._seen.boxes_xywhn[[row]])[:, 0]
                    over = over * (self._group[part] == self._group[row])
                    best[other] = np.maximum(best.get(other, 0.0), over)
            for other, over in best.items():
                np.add.at(shared[:, other], who, (over >= NEAR_IOU) * (0.5 + 0.5 * over))
        return shared


def _kept(seen: Sightings, owner: np.ndarray, rounds: np.ndarray, phase: np.ndarray, period: float) -> np.ndarray:
    """Owners in the order of first sight, without those that most rounds that show their phase do not have."""
    has = np.flatnonzero(owner >= 0)
    if not len(has):
        return owner
    number, most = int(owner.max()) + 1, int(rounds.max()) + 1
    first_phase = np.full(number, period)
    np.minimum.at(first_phase, owner[has], phase[has])
    found = np.bincount(np.unique(owner[has] * most + rounds[has]) // most, minlength=number)
    shown = ((int(seen.frame.max()) - first_phase) // period + 1).astype(int)
    real = (shown < 3) | (found >= FOUND_AGAIN * shown)
    first = np.full(number, len(seen.frame))
    np.minimum.at(first, owner[has], has)
    order = np.argsort(first, kind="stable")
    order = order[real[order]]
    out = np.full(number + 1, -1)
    out[order] = np.arange(len(order))
    return out[owner]
