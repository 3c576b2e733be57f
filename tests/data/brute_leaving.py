"""Second readings of leaving, being away, exact numbers and means: the part of `brute_force` for these."""

from __future__ import annotations

import itertools

from tests.data.brute_film import _gone, _returns, _seen, count, max_at_once, min_at_once


def _leavers(q, film, low, high):
    meant = film.by_arrival if q.x is None else film.meant(q.x)
    return [w for w in meant if _gone(film, w) and low <= film.goes(w) <= high]


def _leavings(film, who, low, high):
    """(time, object) of every time that one is out of sight for 2 s or longer, or for good."""
    out = []
    for w in who:
        there = [k for k, here in enumerate(film.shown) if w in here]
        for k, after in itertools.pairwise(there):
            if film.begin[after] - film.end[k] >= 2.0 - 1e-9 and after > k + 1:
                out.append((film.end[k], w))
        if there and _gone(film, w):
            out.append((film.end[there[-1]], w))
    return sorted(pair for pair in out if low <= pair[0] <= high)


def _goings(q, film, low, high):
    finally_gone = [(film.goes(w), w) for w in _leavers(q, film, low, high)]
    return finally_gone or _leavings(film, film.by_arrival if q.x is None else film.meant(q.x), low, high)


def leaver(q, film, frames, low, high):
    gone = _goings(q, film, low, high)
    if not gone:
        return ["none"]
    at = (min if q.family == "first_leaves" else max)(t for t, _ in gone)
    return sorted({film.name[w] for t, w in gone if t == at})


def count_left(q, film, frames, low, high):
    return [len({w for _, w in _goings(q, film, low, high)})]


def leaves(q, film, frames, low, high):
    return [bool(_leavings(film, _picked(q, film), low, high))]


def leaves_when(q, film, frames, low, high):
    return [t for t, _ in _leavings(film, _picked(q, film), low, high)] or ["never"]


def count_leavings(q, film, frames, low, high):
    return [len(_leavings(film, _picked(q, film), low, high))]


def longest_absent(q, film, frames, low, high):
    who, best, now = film.meant(q.x), 0.0, 0.0
    for k in frames:
        now = 0.0 if any(w in film.shown[k] for w in who) else now + min(film.end[k], high) - max(film.begin[k], low)
        best = max(best, now)
    return [best]


def time_between(q, film, frames, low, high):
    one, two = film.happens(q.event), film.happens(q.other)
    return ["never"] if one is None or two is None else [abs(two - one)]


def happens_before(q, film, frames, low, high):
    one, two = film.happens(q.event), film.happens(q.other)
    return [one is not None and (two is None or one < two)]


def order_leaves(q, film, frames, low, high):
    def last_sight(term):
        who, at = film.meant(term), None
        for k in frames:
            if any(w in film.shown[k] for w in who):
                at = min(film.end[k], high)
        if at is None:
            return None
        return 1e18 if at > min(film.end[-1], high) - 1.0 + 1e-9 else at

    x, y = last_sight(q.x), last_sight(q.y)
    return [x is not None and x < 1e18 and (y is None or x < y)]


def _picked(q, film):
    who = film.meant(q.x)
    if q.nth is None:
        return who
    return who[-1:] if q.nth == "last" else who[q.nth - 1 : q.nth]


def away(q, film, frames, low, high):
    """Frames without any of them, between frames with one, in groups of 2 s or longer."""
    who, total = _picked(q, film), 0.0
    there = [any(w in here for w in who) for here in film.shown]
    for k in range(len(there)):
        if not there[k] or k + 1 >= len(there) or there[k + 1] or not any(there[k + 1 :]):
            continue
        back = next(j for j in range(k + 1, len(there)) if there[j])
        if film.begin[back] - film.end[k] >= 2.0 - 1e-9:
            for j in range(k + 1, back):
                total += max(0.0, min(film.end[j], high) - max(film.begin[j], low))
    return [total]


def absent(q, film, frames, low, high):
    who, total = film.meant(q.x), 0.0
    for k in frames:
        if not any(w in film.shown[k] for w in who):
            total += min(film.end[k], high) - max(film.begin[k], low)
    return [total]


def visits(q, film, frames, low, high):
    number = 0
    for w in _picked(q, film):
        before = None
        for k in frames:
            if w in film.shown[k]:
                number += before is None or film.begin[k] - film.end[before] >= 2.0 - 1e-9
                before = k
    return [number]


def exactly(q, film, frames, low, high):
    return [count(q, film, frames, low, high)[0] == q.nth]


def at_most(number):
    def run(q, film, frames, low, high):
        return [max(number(q, film, frames, low, high)) <= int(q.nth)]

    return run


def when_number(q, film, frames, low, high):
    who, out = film.meant(q.x), []
    for k in frames:
        n = len([w for w in film.shown[k] if w in who])
        if min(film.end[k], high) - max(film.begin[k], low) <= 1e-9:
            continue
        if n == q.nth or (n > q.nth and q.family == "when_at_least") or (n < q.nth and q.family == "when_at_most"):
            out.append((max(film.begin[k], low), min(film.end[k], high)))
    return out or ["never"]


def exactly_at_once(q, film, frames, low, high):
    return [when_number(q, film, frames, low, high) != ["never"]]


def always(q, film, frames, low, high):
    return [min_at_once(q, film, frames, low, high)[0] >= q.nth]


def ever_at_most(q, film, frames, low, high):
    looks = [k for k in frames if min(film.end[k], high) - max(film.begin[k], low) > 1e-9]
    return [bool(looks) and min_at_once(q, film, frames, low, high)[0] <= q.nth]


def duration_at_least(q, film, frames, low, high):
    who, total = film.meant(q.x), 0.0
    for k in frames:
        if len([w for w in film.shown[k] if w in who]) >= q.nth:
            total += min(film.end[k], high) - max(film.begin[k], low)
    return [total]


def duration_exactly(q, film, frames, low, high):
    who, total = film.meant(q.x), 0.0
    for k in frames:
        if len([w for w in film.shown[k] if w in who]) == q.nth:
            total += min(film.end[k], high) - max(film.begin[k], low)
    return [total]


def duration_together(q, film, frames, low, high):
    xs, ys, total = film.meant(q.x), film.meant(q.y), 0.0
    for k in frames:
        if any(w != v and w in xs and v in ys for w in film.shown[k] for v in film.shown[k]):
            total += min(film.end[k], high) - max(film.begin[k], low)
    return [total]


def count_returns(q, film, frames, low, high):
    return [len(_returns(q, film, low, high))]


def mean_at_once(q, film, frames, low, high):
    who, weight, total = film.meant(q.x), 0.0, 0.0
    for k in frames:
        long = min(film.end[k], high) - max(film.begin[k], low)
        weight, total = weight + long, total + long * len([w for w in film.shown[k] if w in who])
    return [total / weight if weight > 1e-9 else 0.0]


def mean_stay(q, film, frames, low, high):
    who, total = _seen(film, frames, film.meant(q.x)), 0.0
    for k in frames:
        total += (min(film.end[k], high) - max(film.begin[k], low)) * len([w for w in film.shown[k] if w in who])
    return [total / len(who) if who else 0.0]


FAMILIES = {
    "first_leaves": leaver, "last_leaves": leaver, "count_left": count_left, "order_leaves": order_leaves,
    "away": away, "absent": absent, "visits": visits, "exactly": exactly, "exactly_at_once": exactly_at_once,
    "at_most": at_most(count), "at_most_at_once": at_most(max_at_once), "when_number": when_number,
    "when_at_least": when_number, "when_at_most": when_number, "mean_at_once": mean_at_once, "mean_stay": mean_stay,
    "always": always, "ever_at_most": ever_at_most, "duration_at_least": duration_at_least,
    "duration_exactly": duration_exactly, "duration_together": duration_together,
    "count_returns": count_returns, "leaves": leaves, "leaves_when": leaves_when, "count_leavings": count_leavings,
    "longest_absent": longest_absent, "time_between": time_between, "happens_before": happens_before,
}  # fmt: skip
