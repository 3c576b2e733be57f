"""Pieces of the programs: what is visible in a stretch, counts over time, unions, events.

The rule of visibility: a run [a, b) belongs to the closed stretch [t0, t1] when a <= t1 and t0 < b.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from data.meaning.clip_view import ClipView
from data.meaning.question import LAST, Event, Evidence, Question
from data.small_arrays import changes

INF = float("inf")
MOST_CUTS = 200
"""Kept per clip, so that long lists of questions about long clips stay small."""


class Cut(NamedTuple):
    """The runs that lie in a stretch. run: (W,) positions in the view; a, b: (W,) seconds, cut; track: (W,)."""

    t0: float
    t1: float
    run: np.ndarray
    track: np.ndarray
    a: np.ndarray
    b: np.ndarray

    @staticmethod
    def of(view: ClipView, t0: float, t1: float) -> Cut:
        """The runs of `view` in [t0, t1]. Cached, as is `of_term`; don't write into them."""
        found = view.cuts.get((t0, t1))
        if found is None:
            if len(view.cuts) >= MOST_CUTS:
                view.cuts.clear()
            found = view.cuts[t0, t1] = Cut._of(view, t0, t1)
        return found

    @staticmethod
    def _of(view: ClipView, t0: float, t1: float) -> Cut:
        if t0 == -INF and t1 == INF:
            return Cut(t0, t1, np.arange(len(view.run_a)), view.run_track, view.run_a, view.run_b)
        run = ((view.run_a <= t1) & (view.run_b > t0)).nonzero()[0] if t0 <= t1 else np.zeros(0, np.int64)
        a, b = np.maximum(view.run_a[run], t0), np.minimum(view.run_b[run], t1)
        return Cut(t0, t1, run, view.run_track[run], a, b)

    def of_term(self, term: str, view: ClipView) -> Cut:
        """`only` for the objects that a term means; of cuts that `of` made."""
        found = view.cuts.get((self.t0, self.t1, term))
        if found is None:
            found = view.cuts[self.t0, self.t1, term] = self.only(view.mask(term))
        return found

    def only(self, tracks: np.ndarray) -> Cut:
        """The runs of some objects. tracks: (K,) bool."""
        keep = tracks[self.track]
        return Cut(self.t0, self.t1, self.run[keep], self.track[keep], self.a[keep], self.b[keep])

    def visible(self, view: ClipView) -> np.ndarray:
        """(K,) bool: objects with a run here."""
        out = np.zeros(len(view), bool)
        out[self.track] = True
        return out

    def evidence(self, view: ClipView) -> list[Evidence]:
        """One piece per run."""
        return pieces_of(view, self.track, self.a, self.b)


def pieces_of(view: ClipView, track: np.ndarray, a: np.ndarray, b: np.ndarray) -> list[Evidence]:
    """Evidence by columns: positions of the objects, from, to."""
    who = track.tolist()
    ids, names = view.labels
    return list(map(Evidence, map(ids.__getitem__, who), map(names.__getitem__, who), a.tolist(), b.tolist()))


def event_time(event: Event, view: ClipView) -> float | None:
    """When an event happens, seconds; None if it never does (no such object)."""
    found = view.mask(event.thing).nonzero()[0]
    if event.change == "appears":
        if event.nth == LAST:
            return float(view.start_s[found[-1]]) if len(found) else None
        n = event.nth or 1
        return float(view.start_s[found[n - 1]]) if len(found) >= n else None
    if event.nth is None or event.nth == LAST:
        return float(view.end_s[found].max()) if len(found) else None
    return float(view.end_s[found[event.nth - 1]]) if len(found) >= event.nth else None


def stretch_of(question: Question, view: ClipView) -> tuple[float, float]:
    """(t0, t1) of a question; the whole clip is (-inf, inf), a limit by an event that never happens is (inf, -inf)."""
    t0, t1 = question.stretch or (-INF, INF)
    if question.after is not None:
        time = event_time(question.after, view)
        t0 = INF if time is None else max(t0, time)
    if question.before is not None:
        time = event_time(question.before, view)
        t1 = -INF if time is None else min(t1, time)
    return (t0, t1) if t0 <= t1 else (INF, -INF)


def newcomers(mask: np.ndarray, view: ClipView, t0: float, t1: float) -> np.ndarray:
    """Objects (positions, in order) that first appear in [t0, t1]."""
    if t0 > -INF:
        mask = mask & (view.start_s >= t0)
    if t1 < INF:
        mask = mask & (view.start_s <= t1)
    return mask.nonzero()[0]


def counts_at(points: np.ndarray, cut: Cut, view: ClipView) -> np.ndarray:
    """(P,) how many of the cut's runs are visible at each point in time."""
    a, b = view.run_a[cut.run], view.run_b[cut.run]
    a.sort()
    b.sort()
    return a.searchsorted(points, "right") - b.searchsorted(points, "right")


def change_points(cut: Cut, view: ClipView) -> np.ndarray:
    """(P,) sorted: times in the stretch at which something begins or ends to be visible, and the stretch's start."""
    start = (cut.t0,) if cut.t0 > -INF else ()
    points = np.concatenate((view.run_a[cut.run], view.run_b[cut.run], start))
    if start or cut.t1 < INF:
        points = points[(points >= cut.t0) & (points <= cut.t1)]
    points.sort()
    return points[changes(points)]


def looked_at(view: ClipView, cut: Cut) -> tuple[float, float]:
    """(from, to) of the stretch in which the clip was looked at, seconds; to <= from: none."""
    return max(cut.t0, float(view.edge_s[0])), min(cut.t1, float(view.edge_s[-1]))


def counts_over(view: ClipView, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """(P,) times at which the number of the cut's objects in sight changes, from the first look at the clip (or the
    stretch) on, and (P,) the number from then on. Empty where there was no look."""
    t0, t1 = looked_at(view, cut)
    if t0 >= t1:
        return np.zeros(0), np.zeros(0, np.int64)
    points = change_points(cut, view)
    points = np.unique(np.append(points[(points > t0) & (points < t1)], t0))
    return points, counts_at(points, cut, view)


def holds(points: np.ndarray, flags: np.ndarray, t1: float) -> list[tuple[float, float]]:
    """Maximal intervals [p, q) on which a condition holds. flags: (P,) bool, valid from each point to the next."""
    if not len(points):
        return []
    padded = np.zeros(len(flags) + 2, bool)
    padded[1:-1] = flags
    change = (padded[1:] != padded[:-1]).nonzero()[0].tolist()  # begins and ends in turn
    bounds = points.tolist()
    bounds.append(max(bounds[-1], t1) if t1 < INF else bounds[-1])
    return [(bounds[i], bounds[j]) for i, j in zip(change[::2], change[1::2], strict=True)]


def union_of(cut: Cut, view: ClipView) -> list[tuple[float, float]]:
    """When at least one of the cut's runs is visible: disjoint (a, b), sorted."""
    points = change_points(cut, view)
    return holds(points, counts_at(points, cut, view) > 0, cut.t1)


def seen_s(cut: Cut, view: ClipView) -> float:
    """Seconds in which at least one of the cut's runs is visible."""
    return float(sum(b - a for a, b in union_of(cut, view)))


def merged(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The union of intervals: disjoint, sorted; those that touch are one."""
    out: list[tuple[float, float]] = []
    for a, b in sorted(intervals):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def within(cut: Cut, spans: list[tuple[float, float]]) -> Cut:
    """The parts of the runs that lie in `spans` (disjoint, sorted). One piece per run and span."""
    if not spans:
        none = np.zeros(0, np.int64)
        return Cut(cut.t0, cut.t1, none, none, np.zeros(0), np.zeros(0))
    low, high = np.array(spans).T
    a, b = np.maximum(cut.a[:, None], low), np.minimum(cut.b[:, None], high)
    touching = (cut.b[:, None] > low) & (cut.a[:, None] < high)
    same = (cut.a[:, None] == low) & (low == high)  # a moment
    i, j = np.nonzero(touching | same)
    return Cut(cut.t0, cut.t1, cut.run[i], cut.track[i], a[i, j], b[i, j])
