"""Second readings of shares, rates, gaps and stays: the part of `brute_force` for these."""

from __future__ import annotations

import itertools

from tests.data.brute_film import _seen
from tests.data.brute_leaving import _leavings, _picked, duration_at_least


def _long(film, k, low, high):
    return max(0.0, min(film.end[k], high) - max(film.begin[k], low))


def _any_s(film, who, frames, low, high):
    return sum(_long(film, k, low, high) for k in frames if any(w in film.shown[k] for w in who))


def _all_s(film, frames, low, high):
    return sum(_long(film, k, low, high) for k in frames)


def share(q, film, frames, low, high):
    whole = _all_s(film, frames, low, high)
    return [_any_s(film, _picked(q, film), frames, low, high) / whole if whole > 1e-9 else 0.0]


def share_absent(q, film, frames, low, high):
    return [1.0 - share(q, film, frames, low, high)[0]]


def share_at_least(q, film, frames, low, high):
    whole = _all_s(film, frames, low, high)
    return [duration_at_least(q, film, frames, low, high)[0] / whole if whole > 1e-9 else 0.0]


def share_of(q, film, frames, low, high):
    y = _seen(film, frames, film.meant(q.y))
    return [len([w for w in y if w in film.meant(q.x)]) / len(y) if y else 0.0]


def rate(q, film, frames, low, high):
    whole = _all_s(film, frames, low, high)
    return [len(_seen(film, frames, film.meant(q.x))) * (q.t_s or 60.0) / whole if whole > 1e-9 else 0.0]


def busiest(q, film, frames, low, high):
    unit, best, out = q.t_s or 60.0, 0, []
    low, high = max(low, film.begin[0]), min(high, film.end[-1])
    k = 0
    while k * unit < high - 1e-9:
        t0, t1 = max(k * unit, low), min((k + 1) * unit, high)
        k += 1
        if t1 <= t0:
            continue
        if q.family == "when_most_come":
            here = {w for w in film.meant(q.x) if t0 <= film.arrives(w) < t1}
        else:
            here = {
                w for j, shown in enumerate(film.shown) for w in shown
                if w in film.meant(q.x) and film.begin[j] < t1 and film.end[j] > t0
            }  # fmt: skip
        if len(here) > best:
            best, out = len(here), []
        if here and len(here) == best:
            out.append((t0, t1))
    return out or ["never"]


def _empty(film, who, frames, low, high):
    """Lengths of the times without any of them, in order: (s, is it between two sightings)."""
    out, now, seen = [], 0.0, False
    for k in frames:
        if any(w in film.shown[k] for w in who):
            if now > 0:
                out.append((now, seen))
            now, seen = 0.0, True
        else:
            now += _long(film, k, low, high)
    if now > 0:
        out.append((now, False))
    return [(length, inner) for length, inner in out if length >= 2.0 - 1e-9]


def gap(q, film, frames, low, high):
    found = [length for length, inner in _empty(film, film.meant(q.x), frames, low, high) if inner]
    if not found:
        return ["never"]
    return [{"longest_gap": max, "shortest_gap": min, "mean_gap": lambda v: sum(v) / len(v)}[q.family](found)]


def mean_interval(q, film, frames, low, high):
    times = sorted(film.arrives(w) for w in film.meant(q.x) if low <= film.arrives(w) <= high)
    gaps = [b - a for a, b in itertools.pairwise(times)]
    return [sum(gaps) / len(gaps)] if gaps else ["never"]


def count_empty(q, film, frames, low, high):
    return [len(_empty(film, film.meant(q.x), frames, low, high))]


def longest_visit(q, film, frames, low, high):
    best = 0.0
    for w in _picked(q, film):
        begin = end = None
        for k in frames:
            if w not in film.shown[k]:
                continue
            a, b = max(film.begin[k], low), min(film.end[k], high)
            if end is None or film.begin[k] - end >= 2.0 - 1e-9:
                begin = a
            end = b
            best = max(best, end - begin)
    return [best]


def lasts(q, film, frames, low, high):
    who = _picked(q, film)
    there = _any_s(film, who, frames, low, high)
    if not _seen(film, frames, who):
        return [False]
    return [there > q.t_s if q.family == "lasts_longer" else there < q.t_s]


def stays_longer(q, film, frames, low, high):
    def stay(event):
        who = film.meant(event.thing)
        if event.nth is not None:
            who = who[-1:] if event.nth == "last" else who[event.nth - 1 : event.nth]
        return _any_s(film, who, frames, low, high)

    return [stay(q.event) > stay(q.other) + 1e-9]


def _clock(t):
    seconds = int(t + 0.5 + 1e-6)
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def when_each(q, film, frames, low, high):
    times = [film.arrives(w) for w in film.meant(q.x) if low <= film.arrives(w) <= high]
    return [", ".join(map(_clock, sorted(times))) or "never"]


def when_each_leaves(q, film, frames, low, high):
    return [", ".join(_clock(t) for t, _ in _leavings(film, film.meant(q.x), low, high)) or "never"]


def stays_each(q, film, frames, low, high):
    spans = []
    seen = _seen(film, frames, film.meant(q.x))
    for w in [w for w in film.by_arrival if w in seen]:
        there = [k for k in frames if w in film.shown[k]]
        a, b = max(film.begin[there[0]], low), min(film.end[there[-1]], high)
        spans.append((a, b, sum(_long(film, k, low, high) for k in there)))
    spans.sort(key=lambda span: span[0])
    if q.family == "stays_ranked":
        spans.sort(key=lambda span: -round(span[2], 9))
    return [", ".join(f"{_clock(a)}–{_clock(b)}" for a, b, _ in spans) or "never"]


def count_each(q, film, frames, low, high):
    unit, end, out, k = q.t_s, film.end[-1], [], 0
    low, high = max(low, film.begin[0]), min(high, end)
    while k * unit < high - 1e-9 and low < high:
        t0, t1 = k * unit, min((k + 1) * unit, end)
        k += 1
        if (k * unit) <= low:
            continue
        new = [w for w in film.meant(q.x) if t0 <= film.arrives(w) < t0 + unit and low <= film.arrives(w) <= high]
        out.append(f"{_clock(t0)}–{_clock(t1)} {len(new)}")
    return [", ".join(out) or "never"]


def counts_change(q, film, frames, low, high):
    pieces = []  # [begin, length, number] while the number stays the same
    for k in frames:
        n = len([w for w in film.shown[k] if w in film.meant(q.x)])
        if _long(film, k, low, high) <= 1e-9:
            continue
        if pieces and pieces[-1][2] == n:
            pieces[-1][1] += _long(film, k, low, high)
        else:
            pieces.append([max(film.begin[k], low), _long(film, k, low, high), n])
    out, before = [], None
    for number, (begin, length, n) in enumerate(pieces):
        if number and length < 1.0 - 1e-9:
            continue
        if n != before:
            out.append(f"{_clock(begin)} {n}")
            before = n
    return [", ".join(out) or "never"]


def appears(q, film, frames, low, high):
    return [any(low <= film.arrives(w) <= high for w in film.meant(q.x))]


FAMILIES = {
    "share": share, "share_absent": share_absent, "share_of": share_of,
    "share_at_least": share_at_least, "rate": rate, "when_most_come": busiest,
    "when_most_seen": busiest, "longest_gap": gap, "shortest_gap": gap, "mean_gap": gap,
    "mean_interval": mean_interval, "count_empty": count_empty,
    "longest_visit": longest_visit, "lasts_longer": lasts, "lasts_shorter": lasts, "stays_longer": stays_longer,
    "when_each": when_each, "when_each_leaves": when_each_leaves, "stays_each": stays_each, "stays_ranked": stays_each,
    "count_each": count_each, "counts_change": counts_change, "appears": appears,
}  # fmt: skip
