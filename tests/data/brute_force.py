"""A second reading of DESIGN.md, section 3: plain loops over frames, slow and obvious, to check `data.meaning` against.

`answer(question, index)` → (kind of result, everything that is right). Written from the design's words, not from
`data/meaning/programs.py`; it shares nothing with it but the typed question and the vocabulary's `kinds_above`.
"""

from __future__ import annotations

from collections import defaultdict

from data.meaning import Question
from pipeline.object_index import ObjectIndex
from tests.data import brute_leaving, brute_measures, brute_standstill
from tests.data.brute_film import Film, _gone, _returns, _seen, count, max_at_once, min_at_once

__all__ = ["Film", "answer"]


def answer(q: Question, index: ObjectIndex) -> list:
    """Everything that is right; see the ends of the functions for the forms. One element where only one thing is."""
    film = Film(index)
    limits = film.limits(q)
    if limits is None:
        frames, low, high = [], 1.0, 0.0
    else:
        low, high = limits
        frames = [k for k in range(len(film.begin)) if film.begin[k] <= high and film.end[k] > low]
    if q.side is not None and q.side.how == "inside":
        _look_only_inside(film, q.side.word)
    elif q.side is not None:
        if q.side.how == "stands":
            own = film.by_arrival if q.x is None else film.meant(q.x)
            others = [w for w in own if w not in _standing(q.side.word, film, own)]
        else:
            others = [w for w in film.by_arrival if not _of_side(q.side, film, w, low, high)]
        film = Film(index)
        for here in film.shown:
            for w in others:
                here.pop(w, None)
        for w in others:
            del film.first[w], film.last[w]
        film.by_arrival = [w for w in film.by_arrival if w not in others]
    return _FAMILIES[q.family](q, film, frames, low, high)


def _look_only_inside(film, part):
    film.first, film.last = {}, {}
    for k, here in enumerate(film.shown):
        for w, (x, y, _, _) in list(here.items()):
            third = {"left": x < 1 / 3, "right": x >= 2 / 3, "centre": 1 / 3 <= x < 2 / 3, "top": y < 1 / 3,
                     "bottom": y >= 2 / 3, "left half": x < 0.5, "right half": x >= 0.5, "top half": y < 0.5,
                     "bottom half": y >= 0.5}  # fmt: skip
            if third[part]:
                film.first.setdefault(w, k)
                film.last[w] = k
            else:
                del here[w]
    film.by_arrival = sorted(film.first, key=lambda w: (film.first[w], w))


def _standing(word, film, own):
    """The left one, the right one, the one between; those in one place are one."""
    middle = {}
    for w in own:
        boxes = [here[w] for here in film.shown if w in here]
        middle[w] = sum(b[0] for b in boxes) / len(boxes), sum(b[2] for b in boxes) / len(boxes)
    places = []
    for w in sorted(own, key=lambda w: middle[w][0]):
        first = places[-1][0] if places else None
        if places and middle[w][0] - middle[first][0] <= 0.5 * max(middle[w][1], middle[first][1]):
            places[-1].append(w)
        else:
            places.append([w])
    if not places:
        return []
    return places[{"left": 0, "right": -1, "centre": len(places) // 2}[word]]


def _of_side(side, film, w, low, high):
    if side.how == "stays":
        how, length = side.word.split()
        seen = sum(film.end[k] - film.begin[k] for k, here in enumerate(film.shown) if w in here)
        return seen > float(length) + 1e-9 if how == "longer" else seen < float(length) - 1e-9
    boxes = [here[w] for here in film.shown if w in here]
    if side.how == "direction":
        if side.word in ("still", "moving"):
            x, y = boxes[0][0], boxes[0][1]
            away = any(abs(b[0] - x) >= 0.1 or abs(b[1] - y) * film.tall >= 0.1 for b in boxes)
            return ("still" in _way(boxes, film) and not away) == (side.word == "still")
        return side.word in _way(boxes, film)
    if side.how == "enters_from" and (film.first[w] == 0 or not low <= film.arrives(w) <= high):
        return False
    if side.how == "leaves_to" and not (_gone(film, w) and low <= film.goes(w) <= high):
        return False
    return side.word in _nearest(boxes[0] if side.how == "enters_from" else boxes[-1], film)


def exists(q, film, frames, low, high):
    return [len(_seen(film, frames, film.meant(q.x))) > 0]


def count_at(q, film, frames, low, high):
    for k in range(len(film.begin)):
        if film.begin[k] <= q.t_s < film.end[k]:
            return [sum(w in film.meant(q.x) for w in film.shown[k])]
    return [0]


def _ref(q, film):
    return film.happens(q.event) if q.event is not None else q.t_s


def count_before(q, film, frames, low, high):
    at, came = _ref(q, film), _came(film, low, high, q.x)
    return [0 if at is None else sum(w in film.meant(q.x) and film.arrives(w) < at for w in came)]


def count_after(q, film, frames, low, high):
    at, came = _ref(q, film), _came(film, low, high, q.x)
    return [0 if at is None else sum(w in film.meant(q.x) and film.arrives(w) > at for w in came)]


def when_most(q, film, frames, low, high):
    """(from, to) of every frame of the maximum, cut."""
    most = max_at_once(q, film, frames, low, high)[0]
    if most == 0:
        return ["never"]
    who = film.meant(q.x)
    best = [k for k in frames if len([w for w in film.shown[k] if w in who]) == most]
    return [(max(film.begin[k], low), min(film.end[k], high)) for k in best]


def at_least(number):
    def run(q, film, frames, low, high):
        return [max(number(q, film, frames, low, high)) >= int(q.nth or 1)]

    return run


def when_fewest(q, film, frames, low, high):
    who, fewest = film.meant(q.x), min_at_once(q, film, frames, low, high)[0]
    lasting = [k for k in frames if min(film.end[k], high) - max(film.begin[k], low) > 1e-9]
    best = [k for k in lasting if len([w for w in film.shown[k] if w in who]) == fewest]
    return [(max(film.begin[k], low), min(film.end[k], high)) for k in best] or ["never"]


def compare(q, film, frames, low, high):
    return [len(_seen(film, frames, film.meant(q.x))) > len(_seen(film, frames, film.meant(q.y)))]


def _came(film, low, high, term=None):
    meant = film.by_arrival if term is None else film.meant(term)
    return [w for w in film.by_arrival if w in meant and low <= film.arrives(w) <= high]


def newcomer(q, film, frames, low, high):
    came = _came(film, low, high, q.x)
    n = {"first": 1, "last": len(came)}.get(q.family, q.nth)
    if n == "last":
        n = len(came)
    if not came or n > len(came):
        return ["none"]
    at = film.arrives(came[n - 1])
    return sorted({film.name[w] for w in came if film.arrives(w) == at})


def when_appears(q, film, frames, low, high):
    came = [w for w in film.meant(q.x) if low <= film.arrives(w) <= high]
    n = 1 if q.nth is None else len(came) if q.nth == "last" else q.nth
    return [film.arrives(came[n - 1])] if came and n <= len(came) else ["never"]


def when_leaves(q, film, frames, low, high):
    who = film.meant(q.x)
    if q.nth is not None:
        who = who[-1:] if q.nth == "last" else who[q.nth - 1 : q.nth]
    last = "never"
    for k in frames:
        if any(w in film.shown[k] for w in who):
            last = min(film.end[k], high)
    return [last]


def neighbour(q, film, frames, low, high):
    at, came = _ref(q, film), _came(film, low, high, q.x)
    if at is None:
        return ["none"]
    if q.family == "next_after":
        times = [film.arrives(w) for w in came if film.arrives(w) > at]
        best = min(times, default=None)
    else:
        times = [film.arrives(w) for w in came if film.arrives(w) < at]
        best = max(times, default=None)
    return ["none"] if best is None else sorted({film.name[w] for w in came if film.arrives(w) == best})


def order(q, film, frames, low, high):
    x = [film.arrives(w) for w in film.meant(q.x) if low <= film.arrives(w) <= high]
    y = [film.arrives(w) for w in film.meant(q.y) if low <= film.arrives(w) <= high]
    if not x:
        return [False]
    return [not y or min(x) < min(y)]


def together(q, film, frames, low, high):
    xs, ys = film.meant(q.x), film.meant(q.y)
    for k in frames:
        for w in film.shown[k]:
            for v in film.shown[k]:
                if w != v and w in xs and v in ys:
                    return [True]
    return [False]


def together_list(q, film, frames, low, high):
    xs, out = film.meant(q.x), set()
    for k in frames:
        if any(w in xs for w in film.shown[k]) and min(film.end[k], high) > max(film.begin[k], low):
            out |= {film.name[w] for w in film.shown[k] if w not in xs}
    return [sorted(out)]


def duration(q, film, frames, low, high):
    xs, total = film.meant(q.x), 0.0
    if q.nth is not None:
        xs = xs[-1:] if q.nth == "last" else xs[q.nth - 1 : q.nth]
    for k in frames:
        if any(w in xs for w in film.shown[k]):
            total += min(film.end[k], high) - max(film.begin[k], low)
    return [total]


def stays(q, film, frames, low, high):
    time = defaultdict(float)
    meant = None if q.x is None else film.meant(q.x)
    for k in frames:
        for w in [w for w in film.shown[k] if meant is None or w in meant]:
            time[w] += min(film.end[k], high) - max(film.begin[k], low)
    if not time:
        return ["none"]
    best = max(time.values()) if q.family == "longest" else min(time.values())
    return sorted({film.name[w] for w in time if abs(time[w] - best) < 1e-6})


def returns(q, film, frames, low, high):
    return [bool(_returns(q, film, low, high))]


def returns_when(q, film, frames, low, high):
    return _returns(q, film, low, high) or ["never"]


def _the_one(q, film, frames):
    seen = [w for w in film.meant(q.x) if any(w in film.shown[k] for k in frames)]
    n = 1 if q.nth is None else len(seen) if q.nth == "last" else q.nth
    return seen[n - 1] if seen and n <= len(seen) else None


def direction(q, film, frames, low, high):
    w = _the_one(q, film, frames)
    if w is None:
        return ["none"]
    boxes = [film.shown[k][w] for k in frames if w in film.shown[k]]
    return _way(boxes, film)


def _way(boxes, film):
    across = boxes[-1][0] - boxes[0][0]
    down = (boxes[-1][1] - boxes[0][1]) * film.tall
    if abs(across) < 0.05 and abs(down) < 0.05:
        return ["still"]
    words = {"right": across, "left": -across, "down": down, "up": -down}
    return sorted(word for word, far in words.items() if far >= max(words.values()) - 1e-9)


def sides(q, film, frames, low, high):
    w = _the_one(q, film, frames)
    if w is None:
        return ["none"]
    boxes = [film.shown[k][w] for k in frames if w in film.shown[k]]
    return _nearest(boxes[0] if q.family == "enters_from" else boxes[-1], film)


def _nearest(box, film):
    x, y, wide, high_ = box
    far = {
        "left": x - wide / 2, "top": (y - high_ / 2) * film.tall, "right": 1 - (x + wide / 2),
        "bottom": (1 - (y + high_ / 2)) * film.tall,
    }  # fmt: skip
    return sorted(side for side in far if far[side] <= min(far.values()) + 1e-3)


def _middle_of_longest(film, xs, q, frames):
    seen = [w for w in xs if any(w in film.shown[k] for k in frames)]
    one = seen[-1:] if q.nth == "last" else seen[(q.nth or 1) - 1 : (q.nth or 1)]
    best = (0.0, -1.0)
    for w in one:
        begin = None
        for k in range(len(film.begin) + 1):
            there = k < len(film.begin) and w in film.shown[k]
            if there and begin is None:
                begin = k
            if not there and begin is not None:
                a, b = film.begin[begin], film.end[k - 1]
                best = (b - a, (a + b) / 2) if b - a > best[0] + 1e-9 else best
                begin = None
    return best[1]


def where_at(q, film, frames, low, high):
    who = film.meant(q.x)
    if q.nth is not None:
        who = who[-1:] if q.nth == "last" else who[q.nth - 1 : q.nth]
    t_s = q.t_s if q.t_s is not None else _middle_of_longest(film, list(film.meant(q.x)), q, frames)
    for k in range(len(film.begin)):
        if film.begin[k] <= t_s < film.end[k]:
            for w in who:
                if w in film.shown[k]:
                    x = film.shown[k][w][0]
                    return ["left" if x < 1 / 3 else "right" if x > 2 / 3 else "centre"]
    return ["none"]


def list_kinds(q, film, frames, low, high):
    """One sorted group of kinds for each time at which new kinds come into sight."""
    groups, known = [], set()
    meant = None if q.x is None else film.meant(q.x)
    for k in frames:
        new = {film.name[w] for w in film.shown[k] if meant is None or w in meant} - known
        known |= new
        if new:
            groups.append(sorted(new))
    return groups


def describe(q, film, frames, low, high):
    return sorted({film.name[w] for k in frames for w in film.shown[k]})


_FAMILIES = {
    "exists": exists, "count": count, "count_between": count, "count_at": count_at, "count_before": count_before,
    "count_after": count_after, "max_at_once": max_at_once, "compare": compare, "first": newcomer, "last": newcomer,
    "nth": newcomer, "when_appears": when_appears, "when_leaves": when_leaves, "when_most": when_most,
    "min_at_once": min_at_once, "when_fewest": when_fewest,
    "at_least": at_least(count), "at_least_at_once": at_least(max_at_once),
    "next_after": neighbour, "previous_before": neighbour, "order": order, "together": together,
    "together_list": together_list, "duration": duration, "longest": stays, "shortest": stays, "returns": returns,
    "returns_when": returns_when, "direction": direction, "enters_from": sides, "leaves_to": sides,
    "where_at": where_at, "list": list_kinds, "describe": describe,
    **brute_leaving.FAMILIES,
    **brute_measures.FAMILIES,
    **brute_standstill.FAMILIES,
}  # fmt: skip
