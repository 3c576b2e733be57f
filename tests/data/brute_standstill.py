"""Standing still, by plain loops (of `tests.data.brute_force`)."""

from __future__ import annotations

import math


def _spans(film, w):
    """When an object stands still, as the design says it."""
    frames = [k for k in range(len(film.shown)) if w in film.shown[k]]
    quiet = []
    for k in frames:
        low = high = k
        while low - 1 in frames and film.begin[low - 1] >= film.begin[k] - 0.5 - 1e-9:
            low -= 1
        while high + 1 in frames and film.begin[high + 1] <= film.begin[k] + 0.5 + 1e-9:
            high += 1
        seconds = film.begin[high] - film.begin[low]
        if seconds < 0.5 - 1e-9:
            continue
        x0, y0, _, h0 = film.shown[low][w]
        x1, y1, _, h1 = film.shown[high][w]
        side = max(film.shown[k][w][2], film.shown[k][w][3] * film.tall)
        moved = math.hypot(x1 - x0, (y1 - y0) * film.tall)
        if moved < 0.15 * side * seconds and abs(h1 / h0 - 1) < 0.1 * seconds + 1e-9:
            quiet.append(k)
    spans = []
    for k in quiet:
        if spans and film.begin[k] - spans[-1][1] <= 0.6 + 1e-9:
            spans[-1][1] = film.end[k]
        else:
            spans.append([film.begin[k], film.end[k]])
    return [span for span in spans if span[1] - span[0] >= 1.5 - 1e-9]


def _meant(q, film):
    who = film.meant(q.x)
    if q.nth is None:
        return who
    return who[-1:] if q.nth == "last" else who[q.nth - 1 : q.nth]


def stands(q, film, frames, low, high):
    return [sum(max(0.0, min(b, high) - max(a, low)) for w in _meant(q, film) for a, b in _spans(film, w))]


def _stop_times(q, film, low, high):
    times = []
    for w in _meant(q, film):
        spans = _spans(film, w)
        for number, (a, _) in enumerate(spans):
            here = film.begin.index(a)
            if number == 0:
                there = film.first[w]
            else:
                there = max(
                    k for k in range(len(film.shown)) if w in film.shown[k] and film.end[k] <= spans[number - 1][1]
                )
            x0, y0, wide0, _ = film.shown[there][w]
            x1, y1, wide, high_ = film.shown[here][w]
            across = abs(x1 - x0)
            if number == 0 and not 0.01 <= x0 - wide0 / 2 <= x0 + wide0 / 2 <= 0.99:  # came in over a border
                across = max(abs(x1 - wide / 2 - x0 + wide0 / 2), abs(x1 + wide / 2 - x0 - wide0 / 2))
            moved = math.hypot(across, (y1 - y0) * film.tall)
            if moved > 0.5 * max(wide, high_ * film.tall) and low <= a <= high:
                times.append(a)
    return sorted(set(times))


def stops(q, film, frames, low, high):
    return [bool(_stop_times(q, film, low, high))]


def stops_when(q, film, frames, low, high):
    return _stop_times(q, film, low, high) or ["never"]


FAMILIES = {"stands": stands, "stops": stops, "stops_when": stops_when}
