"""Whom a composed question means, on a clip: `chosen(who, view)`. K objects, by first appearance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.meaning import ClipView
from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.choosing import EPS
from data.meaning.leaving import has_left
from data.meaning.limits import of_side
from data.meaning.parts import INF
from data.meaning.question import Side
from data.small_arrays import positions
from pipeline.queries import algebra as q

MANY = 50
"""So many spans are looked at all at once."""


def chosen(who: q.Who, view: ClipView) -> np.ndarray:
    """(K,) bool: the objects that are meant."""
    mask = view.mask(who.term).copy()
    for term in who.also:
        mask |= view.mask(term)
    for term in who.but:
        mask &= ~view.mask(term)
    for test in who.tests:
        mask &= passes(test, view)
    return mask if who.pick is None else _picked(who, mask, view)


def those_that_go(who: q.Who, view: ClipView) -> np.ndarray:
    """(K,) bool: the objects that are meant; where none of them leaves for good, those that go and come back (as
    `data.meaning.leaving.count_left`)."""
    mask = chosen(who, view)
    going = [test for test in who.tests if isinstance(test, q.Goes)]
    if mask.any() or len(going) != 1 or going[0].side is not None or who.pick is not None:
        return mask
    for_a_while = tuple(q.Returns(None, test.when) if test is going[0] else test for test in who.tests)
    return chosen(replace(who, tests=for_a_while), view)


def _picked(who: q.Who, mask: np.ndarray, view: ClipView) -> np.ndarray:
    out, pick = np.zeros(len(view), bool), who.pick
    found = positions(mask)
    if who.order == "leaves":
        found = positions(mask & has_left(view))
        found = found[np.argsort(view.end_s[found], kind="stable")]
    elif who.order == "returns":
        track, _ = comebacks(view)
        again = track[np.sort(np.unique(track, return_index=True)[1])]  # by their first comeback
        found = again[mask[again]]
    if isinstance(pick, int):
        n = pick - 1 if pick > 0 else len(found) + pick
        if 0 <= n < len(found):
            out[found[n]] = True
    elif len(found):
        seen = view.seen_s[found]
        best = seen.max() if pick == "longest" else seen.min()
        out[found[np.abs(seen - best) <= EPS]] = True
    return out


def passes(test: q.Test, view: ClipView) -> np.ndarray:
    """(K,) bool: which objects pass a test."""
    from pipeline.queries.measures import amount_of
    from pipeline.queries.times import inside, spans_of

    match test:
        case q.Not(other):
            return ~passes(other, view)
        case q.AllOf(tests):
            return np.logical_and.reduce([passes(each, view) for each in tests])
        case q.AnyOf(tests):
            return np.logical_or.reduce([passes(each, view) for each in tests])
        case q.Comes(when, side):
            out = np.ones(len(view), bool) if side is None else of_side(Side("enters_from", side), view, -INF, INF)
            return out if when is None else out & inside(view.start_s, when, view)
        case q.Goes(when, side):
            out = has_left(view) if side is None else of_side(Side("leaves_to", side), view, -INF, INF)
            return out if when is None else out & inside(view.end_s, when, view)
        case q.Returns(when, gone):
            track, gone_s, back_s = absences(view)
            so = np.ones(len(track), bool) if when is None else inside(back_s, when, view)
            so &= True if gone is None else inside(gone_s, gone, view)
            out = np.zeros(len(view), bool)
            out[track[so]] = True
            return out
        case q.Heads(word):
            return of_side(Side("direction", word), view, -INF, INF)
        case q.Stays(relation, length, upto):
            least = amount_of(length, view)
            if least is None:
                return np.zeros(len(view), bool)
            if upto is not None:
                most = amount_of(upto, view)
                return (view.seen_s >= least - EPS) & (view.seen_s <= (INF if most is None else most) + EPS)
            return holds(view.seen_s, relation, least)
        case q.AwayFor(relation, length):
            out = np.zeros(len(view), bool)
            track, gone_s, back_s = absences(view)
            out[track[holds(back_s - gone_s, relation, length.seconds)]] = True
            return out
        case q.There(when, throughout):
            spans = spans_of(when, view)
            out = np.zeros(len(view), bool)
            if throughout:
                return _all_through(spans, view)
            if len(spans) > MANY and all(a < b for a, b in spans):
                return np.bincount(view.run_track, _covered(spans, view.run_a, view.run_b) > EPS, len(view)) > 0
            apart = isinstance(when, q.While) or (isinstance(when, q.Between) and when.open)
            for a, b in spans:
                seen = ((view.run_a < b - EPS) if apart and a < b else (view.run_a <= b)) & (view.run_b > a)
                out[view.run_track[seen]] = True
            return out
        case q.With(who, when):
            others, out = chosen(who, view), np.zeros(len(view), bool)
            for a, b in spans_of(when, view):
                out |= _with(others, view, a, b)
            return out
    raise TypeError(test)


def holds(values: np.ndarray | float, relation: q.Relation, n: float) -> np.ndarray:
    """Which of some values are so related to `n`."""
    match relation:
        case "more":
            return values > n + EPS
        case "least":
            return values >= n - EPS
        case "exactly":
            return np.abs(values - n) <= EPS
        case "most":
            return values <= n + EPS
        case "fewer":
            return values < n - EPS
    raise ValueError(relation)


def absences(view: ClipView) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Objects (positions) that go and come back, when they go and when they are back, seconds; by object and time."""
    same = view.run_track[1:] == view.run_track[:-1]
    gone = positions(same & (view.run_a[1:] - view.run_b[:-1] >= RETURN_AFTER_S - EPS))
    return view.run_track[gone], view.run_b[gone], view.run_a[gone + 1]


def comebacks(view: ClipView) -> tuple[np.ndarray, np.ndarray]:
    """Objects (positions) that are seen again, and when, seconds, by time."""
    track, _, back_s = absences(view)
    order = np.argsort(back_s, kind="stable")
    return track[order], back_s[order]


def _all_through(spans: list[tuple[float, float]], view: ClipView) -> np.ndarray:
    """(K,) bool: visible from the first moment of the spans to the last, but for moments."""
    if not spans:
        return np.zeros(len(view), bool)
    begin_s, end_s = float(view.edge_s[0]), float(view.edge_s[-1])
    spans = [(max(a, begin_s), min(b, end_s)) for a, b in spans]
    out = np.ones(len(view), bool)
    for a, _ in (span for span in spans if span[0] == span[1]):  # moments
        out &= np.bincount(view.run_track, (view.run_a <= a) & (view.run_b > a), len(view)) > 0
    total_s = sum(max(0.0, b - a) for a, b in spans)
    seen_s = np.bincount(view.run_track, _covered(spans, view.run_a, view.run_b), len(view))
    return out & (seen_s >= total_s - (max(1.0, view.step_s) if total_s else 0.0))


def _covered(spans: list[tuple[float, float]], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How much of each interval [a, b) lies in spans, which are disjoint and sorted, seconds."""
    start, end = np.array(spans, np.float64).reshape(-1, 2).T
    before = np.concatenate(([0.0], np.cumsum(end - start)))

    def until(t: np.ndarray) -> np.ndarray:
        i = start.searchsorted(t, "right")
        last = np.maximum(i - 1, 0)
        return np.where(i > 0, before[last] + np.minimum(t, end[last]) - start[last], 0.0)

    return until(b) - until(a)


def _with(others: np.ndarray, view: ClipView, t0: float, t1: float) -> np.ndarray:
    """(K,) bool: visible at the same time as any of `others` but itself, from t0 to t1."""
    inside = (view.run_a <= t1) & (view.run_b > t0)
    track, begin, end = view.run_track[inside], view.run_a[inside].clip(t0), view.run_b[inside].clip(None, t1)
    if t0 == t1:  # a moment: all that are visible then
        there = np.bincount(track, minlength=len(view)) > 0
        return there & (np.count_nonzero(there & others) > (others & there))
    rival = others[track]
    begun = np.sort(begin[rival]).searchsorted(end, "left")
    ended = np.sort(end[rival]).searchsorted(begin, "right")
    meets = begun - ended - rival > 0  # one of those that meet a rival's run is itself
    return np.bincount(track, meets, len(view)) > 0
