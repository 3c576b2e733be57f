"""When a composed question is about, on a clip: moments as seconds, stretches as spans (from, to) in seconds."""

from __future__ import annotations

import numpy as np

from data.meaning import ClipView
from data.meaning.choosing import EPS
from data.meaning.leaving import has_left
from data.meaning.parts import INF, Cut, change_points, counts_at, looked_at
from data.meaning.parts import holds as holding
from pipeline.queries import algebra as q
from pipeline.queries.objects import absences, chosen, comebacks, holds

Spans = list[tuple[float, float]]


def moment_s(moment: q.Moment, view: ClipView) -> float | None:
    """Seconds; None where it never comes."""
    match moment:
        case q.At(seconds):
            return seconds
        case q.Edge(share):
            begin_s, end_s = float(view.edge_s[0]), float(view.edge_s[-1])
            # the last look, not the moment after it
            return begin_s + share * (end_s - begin_s) if share < 1 else float(view.edge_s[-2])
        case q.Shifted(other, by_s):
            at_s = moment_s(other, view)
            return None if at_s is None else at_s + by_s
        case q.Begins(condition, last, when, longest, over):
            spans = when_holds(condition, view, when)
            if longest and spans:
                return max(spans, key=lambda span: span[1] - span[0])[int(over)]
            return None if not spans else spans[-1][1] if last else spans[0][0]
        case q.Happens(who, change, other_end):
            mask = chosen(who, view)
            if change == "returns":
                track, back_s = comebacks(view)
                times = back_s[mask[track]]
                return float(times[-1 if other_end else 0]) if len(times) else None
            if change == "goes":
                track, gone_s, _ = absences(view)
                times = np.concatenate([gone_s[mask[track]], view.end_s[mask & has_left(view)]])
                return float(times.min()) if len(times) else None
            times = view.start_s[mask] if change == "appears" else view.end_s[mask]
            if not len(times):
                return None
            first = (change == "appears") != other_end
            return float(times.min() if first else times.max())
    raise TypeError(moment)


def spans_of(when: q.Stretch | None, view: ClipView) -> Spans:
    """Disjoint, sorted; a moment is a span without length; none where what it names never happens."""
    match when:
        case None:
            return [(-INF, INF)]
        case q.Then(moment):
            at_s = moment_s(moment, view)
            return [] if at_s is None else [(at_s, at_s)]
        case q.Between(start, end):
            a = -INF if start is None else moment_s(start, view)
            b = INF if end is None else moment_s(end, view)
            return [] if a is None or b is None or a > b else [(a, b)]
        case q.While(condition):
            return when_holds(condition, view, None)
    raise TypeError(when)


def inside(times: np.ndarray, when: q.Stretch, view: ClipView) -> np.ndarray:
    """Which of some times lie in a stretch; without its ends where it is an open one ("after the bus": not with it).
    A moment: within a step of it."""
    out = np.zeros(len(times), bool)
    apart = isinstance(when, q.Between) and when.open
    for a, b in spans_of(when, view):
        if isinstance(when, q.Then):
            near_s = max(1.0, view.step_s) if isinstance(when.moment, q.At) else view.step_s  # said to the second
            out |= np.abs(times - a) <= near_s + EPS
        elif apart:
            out |= (times > a + EPS) & (times < b - EPS)
        elif isinstance(when, q.While):
            out |= (times >= a - EPS) & (times < b - EPS)
        else:
            out |= (times >= a - EPS) & (times <= b + EPS)
    return out


def when_holds(condition: q.Condition, view: ClipView, when: q.Stretch | None) -> Spans:
    """When a condition holds, in a stretch."""
    if isinstance(condition, q.Away):
        return _within(away(chosen(condition.who, view), view), spans_of(when, view))
    if isinstance(condition, q.Both):
        return _shared(when_holds(condition.a, view, when), when_holds(condition.b, view, when))
    if isinstance(condition, q.Outnumbers):
        return _outnumbering(condition, view, when)
    mask, out = chosen(condition.who, view), []
    for t0, t1 in spans_of(when, view):
        cut = Cut.of(view, t0, t1).only(mask)
        a, b = looked_at(view, cut)
        if t0 == t1 and a <= t0 <= b:  # a moment
            number = int(counts_at(np.array([t0]), cut, view)[0])
            out += [(t0, t0)] * bool(holds(np.array([number]), condition.relation, condition.n)[0])
        if a >= b:
            continue
        points = change_points(cut, view)
        points = np.unique(np.append(points[(points > a) & (points < b)], a))
        flags = holds(counts_at(points, cut, view), condition.relation, condition.n)
        out += holding(points, flags, b)
    return [(float(a), float(b)) for a, b in out]


def _outnumbering(condition: q.Outnumbers, view: ClipView, when: q.Stretch | None) -> Spans:
    many, few = chosen(condition.who, view), chosen(condition.others, view)
    out: Spans = []
    for t0, t1 in spans_of(when, view):
        both = Cut.of(view, t0, t1)
        a, b = looked_at(view, both)
        if a >= b:
            continue
        points = change_points(both.only(many | few), view)
        points = np.unique(np.append(points[(points > a) & (points < b)], a))
        flags = counts_at(points, both.only(many), view) > counts_at(points, both.only(few), view)
        out += [(float(c), float(d)) for c, d in holding(points, flags, b)]
    return out


def away(mask: np.ndarray, view: ClipView) -> Spans:
    """When one of some objects has left and is to come back, each absence by itself, by its beginning."""
    track, gone_s, back_s = absences(view)
    return sorted(zip(gone_s[mask[track]].tolist(), back_s[mask[track]].tolist(), strict=True))


def _within(spans: Spans, limits: Spans) -> Spans:
    """Spans that may overlap, as disjoint ones, cut to others."""
    out: Spans = []
    for a, b in spans:
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return _shared(out, limits)


def _shared(one: Spans, other: Spans) -> Spans:
    """When two sets of spans overlap; both sorted and disjoint."""
    out, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        a, b = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if a < b:
            out.append((a, b))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return out


def those_in(condition: q.Condition, view: ClipView) -> np.ndarray:
    """(K,) bool: the objects that a condition is about."""
    if isinstance(condition, q.Away):
        return chosen(condition.who, view)
    if isinstance(condition, q.Both):
        return those_in(condition.a, view) | those_in(condition.b, view)
    if isinstance(condition, q.Outnumbers):
        return chosen(condition.who, view) | chosen(condition.others, view)
    return chosen(condition.who, view)
