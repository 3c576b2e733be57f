"""What a composed question asks, worked out on a clip: `found(query, view)`, and amounts as numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data.meaning import ClipView
from data.meaning import Evidence as Interval
from data.meaning.choosing import EPS
from data.meaning.parts import INF, Cut, change_points, counts_at, looked_at, pieces_of
from data.meaning.places import nearest_sides, net_motion, third_of
from data.meaning.question import NEVER, NONE
from data.small_arrays import positions
from data.vocabulary import covered
from pipeline.queries import algebra as q
from pipeline.queries.objects import chosen, holds, passes, those_that_go
from pipeline.queries.times import Spans, away, moment_s, spans_of, those_in, when_holds


@dataclass(frozen=True)
class Found:
    """value, kind: as in an `Answer`. evidence: what it rests on. more: what the sentence also says: numbers and
    times by name."""

    value: Any
    kind: str
    evidence: list[Interval] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


LENGTHS = (q.Stay, q.Time, q.Waits, q.Absence, q.Apart, q.Length)


def is_length(amount: q.Amount) -> bool:
    """Is it a length of time (not a number)?"""
    if isinstance(amount, q.Sum):
        return is_length(amount.parts[0])
    if isinstance(amount, q.Time):
        return amount.how != "spells"
    return isinstance(amount, LENGTHS)


def amount_of(amount: q.Amount, view: ClipView) -> float | None:
    """The number, or seconds; None where there is none (of nobody's stay)."""
    match amount:
        case q.Length(seconds):
            return seconds
        case q.Count(who):
            return float(np.count_nonzero(chosen(who, view)))
        case q.Stay(who, how):
            return _stay(view.seen_s[chosen(who, view)], how)
        case q.Time(condition, when, how):
            lengths = [b - a for a, b in when_holds(condition, view, when)]
            match how:
                case "spells":
                    return float(len(lengths))
                case "all":
                    return float(sum(lengths))
                case "mean":
                    return float(np.mean(lengths)) if lengths else None
                case "longest":
                    return float(max(lengths, default=0.0))
                case "shortest":
                    return float(min(lengths)) if lengths else None
        case q.Waits(who, how):
            waits = np.diff(np.sort(view.start_s[chosen(who, view)]))
            return _stay(waits, how)
        case q.Absence(who, how):
            return _stay(np.array([b - a for a, b in away(chosen(who, view), view)]), how)
        case q.Apart(a, b):
            times = moment_s(a, view), moment_s(b, view)
            return None if None in times else abs(times[1] - times[0])
        case q.Most(who, when, how):
            return _at_once(who, when, how, view)
        case q.Sum(parts):
            each = [amount_of(part, view) for part in parts]
            return None if None in each else float(sum(each))
        case q.Less(a, b):
            each = [amount_of(part, view) for part in (a, b)]
            return None if None in each else each[0] - each[1]
        case q.Share(part, of):
            whole = chosen(of, view)
            if not whole.any():
                return None
            return float(np.count_nonzero(chosen(part, view) & whole) / np.count_nonzero(whole))
    raise TypeError(amount)


def _stay(lengths: np.ndarray, how: str) -> float | None:
    if not len(lengths):
        return None
    match how:
        case "one":
            return float(lengths[0])
        case "mean":
            return float(lengths.mean())
        case "median":
            return float(np.median(lengths))
        case "longest":
            return float(lengths.max())
        case "shortest":
            return float(lengths.min())
        case "total":
            return float(lengths.sum())
        case "range":
            return float(lengths.max() - lengths.min())
    raise ValueError(how)


def _at_once(who: q.Who, when: q.Stretch | None, how: str, view: ClipView) -> float | None:
    mask, numbers, lengths = chosen(who, view), [], []
    for t0, t1 in spans_of(when, view):
        cut = Cut.of(view, t0, t1).only(mask)
        a, b = looked_at(view, cut)
        if a > b:
            continue
        points = change_points(cut, view)
        points = np.unique(np.append(points[(points > a) & (points < b)], a))
        numbers += counts_at(points, cut, view).tolist()
        lengths += np.diff(np.append(points, b)).tolist()
    if not numbers:
        return None
    if how == "mean":
        return float(np.average(numbers, weights=lengths)) if sum(lengths) > 0 else float(numbers[0])
    return float(max(numbers) if how == "most" else min(numbers))


def found(query: q.Query, view: ClipView) -> Found | None:
    """The answer; None where the question cannot be put to this clip (the median of nothing)."""
    match query:
        case q.Count(who):
            mask = those_that_go(who, view)
            return Found(int(mask.sum()), "number", seen(mask, view, when_of(who)))
        case q.Exist(who):
            mask = those_that_go(who, view)
            return Found(bool(mask.any()), "yes_no", seen(mask, view, when_of(who)), {"n": int(mask.sum())})
        case q.Every(who, test):
            mask = chosen(who, view)
            good = mask & passes(test, view)
            if not mask.any():
                return None
            more = {"n": int(good.sum()), "of": int(mask.sum())}
            return Found(bool((good == mask).all()), "yes_no", seen(mask, view), more)
        case q.Mostly(who, test):
            mask = chosen(who, view)
            good = mask & passes(test, view)
            more = {"n": int(good.sum()), "of": int(mask.sum())}
            return Found(bool(2 * good.sum() > mask.sum()), "yes_no", seen(good, view), more) if mask.any() else None
        case q.Alike(who, what):
            return _alike(who, what, view)
        case q.Way(who, what, majority):
            return _way(who, what, majority, view)
        case q.SameWay(a, b, opposite):
            return _same_way(a, b, opposite, view)
        case q.Where(who, moment):
            return _where(who, moment, view)
        case q.Holds(condition, when, always):
            return _holds(condition, when, always, view)
        case q.When(moment):
            at_s = moment_s(moment, view)
            return Found(NEVER if at_s is None else at_s, "time", _at_moment(moment, at_s, view))
        case q.Sooner(a, b):
            times = moment_s(a, view), moment_s(b, view)
            if None in times:
                return None
            pieces = [*_at_moment(a, times[0], view), *_at_moment(b, times[1], view)]
            return Found(bool(times[0] < times[1] - EPS), "yes_no", pieces, {"times": times})
        case q.Spells(condition, when):
            spans = when_holds(condition, view, when)
            pieces = _in_spans(those_in(condition, view), spans, view)
            return Found(spans[0][0] if spans else NEVER, "time", pieces, {"spans": spans})
        case q.What(who):
            mask = chosen(who, view)
            names = view.names(positions(mask)[:1])
            return Found(names[0] if names else NONE, "object", seen(mask, view))
        case q.Which() | q.Ranked():
            return _which(query, view)
        case q.Compare(a, relation, b):
            numbers = amount_of(a, view), amount_of(b, view)
            if None in numbers:
                return None
            so = bool(holds(numbers[0], relation, numbers[1]))
            return Found(so, "yes_no", [*resting(a, view), *resting(b, view)], {"numbers": numbers})
        case q.Less(a, b) | q.Ratio(a, b):
            numbers = amount_of(a, view), amount_of(b, view)
            if None in numbers or (isinstance(query, q.Ratio) and not numbers[1]):
                return None
            off = numbers[0] / numbers[1] if isinstance(query, q.Ratio) else abs(numbers[0] - numbers[1])
            long = is_length(a) and isinstance(query, q.Less)
            value = off if long or isinstance(query, q.Ratio) else round(off)
            pieces = [*resting(a, view), *resting(b, view)]
            return Found(value, "duration" if long else "number", pieces, {"numbers": numbers})
        case q.Busiest():
            return _busiest(query, view)
        case q.Kinds() | q.KindBy() | q.KindsOf():
            from pipeline.queries.kinds import kinds_found

            return kinds_found(query, view)
        case q.Trend(who, a, b):
            return _trend(who, a, b, view)
        case q.Share(part, of):
            whole = chosen(of, view)
            if not whole.any():
                return None
            n, number = int((chosen(part, view) & whole).sum()), int(whole.sum())
            return Found(n / number, "number", resting(query, view), {"n": n, "of": number})
    value = amount_of(query, view)
    if value is None:
        return None
    if is_length(query):
        return Found(value, "duration", resting(query, view))
    whole = isinstance(query, q.Count | q.Time) or (isinstance(query, q.Most) and query.how != "mean")
    whole = whole or (isinstance(query, q.Sum) and isinstance(query.parts[0], q.Count))
    return Found(round(value) if whole else value, "number", resting(query, view))


# ---------------------------------------------------------------------------------------------------------- what it is


def ways(mask: np.ndarray, what: str, view: ClipView) -> list[list[str]]:
    """Of each object, all words that are right for the way it goes, or its side."""
    out = []
    for k in positions(mask).tolist():
        if what == "direction":
            out.append(net_motion(view, k))
        else:
            row = int(view.row_ptr[k]) if what == "enters" else int(view.row_ptr[k + 1]) - 1
            out.append(nearest_sides(view.boxes_xywhn[row], view.aspect))
    return out


def _tally(mask: np.ndarray, what: str, view: ClipView) -> dict[str, int]:
    """How many go each way, most first."""
    tally: dict[str, int] = {}
    for words in ways(mask, what, view):
        tally[words[0]] = tally.get(words[0], 0) + 1
    return dict(sorted(tally.items(), key=lambda pair: -pair[1]))


def _alike(who: q.Who, what: str, view: ClipView) -> Found | None:
    mask = chosen(who, view)
    if not mask.any():
        return None
    words = ways(mask, what, view)
    same = bool(set(words[0]).intersection(*words[1:]))
    return Found(same, "yes_no", seen(mask, view), {"tally": _tally(mask, what, view)})


def _way(who: q.Who, what: str, majority: bool, view: ClipView) -> Found:
    mask = chosen(who, view)
    tally = _tally(mask, what, view)
    if not tally:
        return Found(NONE, "word")
    if not majority:
        first = ways(mask, what, view)[0][0]
        return Found(first, "word", seen(_first(mask), view))
    return Found(next(iter(tally)), "word", seen(mask, view), {"tally": tally})


_OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up", "top": "bottom", "bottom": "top"}


def _same_way(a: q.Way, b: q.Way, opposite: bool, view: ClipView) -> Found | None:
    masks = [_first(chosen(way.who, view)) for way in (a, b)]
    if not all(mask.any() for mask in masks):
        return None
    one, other = (ways(mask, way.what, view)[0] for mask, way in zip(masks, (a, b), strict=True))
    wanted = [_OPPOSITE.get(word) for word in one] if opposite else one
    right = bool(set(wanted) & set(other))
    return Found(right, "yes_no", seen(masks[0] | masks[1], view), {"ways": (one[0], other[0])})


def _first(mask: np.ndarray) -> np.ndarray:
    out = np.zeros_like(mask)
    out[positions(mask)[:1]] = True
    return out


def _holds(condition: q.Condition, when: q.Stretch | None, always: bool, view: ClipView) -> Found:
    spans = when_holds(condition, view, when)
    mask = those_in(condition, view)
    if not always:
        return Found(bool(spans), "yes_no", _in_spans(mask, spans, view), {"spans": spans})
    total = sum(min(b, view.edge_s[-1]) - max(a, view.edge_s[0]) for a, b in spans_of(when, view))
    so = sum(b - a for a, b in spans) >= total - EPS
    return Found(bool(so), "yes_no", _in_spans(mask, spans, view), {"spans": spans})


def _which(query: q.Which | q.Ranked, view: ClipView) -> Found | None:
    worth: list[tuple[str, float]] = []
    pieces: list[Interval] = []
    for name, one in query.options:
        value = moment_s(one, view) if isinstance(one, q.Moment) else amount_of(one, view)
        pieces += _at_moment(one, value, view) if isinstance(one, q.Moment) else resting(one, view)
        if value is not None:
            worth.append((name, value))
    if not worth or (len(worth) < 2 and isinstance(query, q.Which) and not isinstance(query.options[0][1], q.Moment)):
        return None
    worth.sort(key=lambda pair: pair[1] if query.far == "fewest" else -pair[1])
    more = {"worth": worth}
    if isinstance(query, q.Ranked):
        return Found([name for name, _ in worth], "list", pieces, more)
    if len(worth) > 1 and abs(worth[0][1] - worth[1][1]) <= EPS:
        return Found("equal", "text", pieces, more)
    kind = "object" if covered(worth[0][0], view.class_names) else "word"
    return Found(worth[0][0], kind, pieces, more)


MOST_BLOCKS = 10_000


def _busiest(query: q.Busiest, view: ClipView) -> Found | None:
    mask, begin_s, end_s = chosen(query.who, view), float(view.edge_s[0]), float(view.edge_s[-1])
    length_s = max(query.length_s, 1e-3)
    blocks = int(np.ceil((end_s - begin_s) / length_s - 0.1))  # a last one that is hardly begun does not count
    if not 2 <= blocks <= MOST_BLOCKS or not mask.any():
        return None
    spans = [(begin_s + k * query.length_s, begin_s + (k + 1) * query.length_s) for k in range(blocks)]
    if query.seen:
        numbers = [
            np.unique(view.run_track[mask[view.run_track] & (view.run_a < b) & (view.run_b > a)]).size for a, b in spans
        ]
    else:
        numbers = [int((mask & (view.start_s >= a - EPS) & (view.start_s < b - EPS)).sum()) for a, b in spans]
    best = int(np.argmax(numbers) if query.far == "most" else np.argmin(numbers))
    more = {"spans": spans[best], "n": numbers[best]}
    return Found(spans[best][0], "time", _in_spans(mask, [spans[best]], view), more)


def _trend(who: q.Who, a: q.Moment, b: q.Moment, view: ClipView) -> Found | None:
    numbers = []
    for moment in (a, b):
        at_s = moment_s(moment, view)
        if at_s is None:
            return None
        numbers.append(int(passes(q.There(q.Then(q.At(at_s))), view)[chosen(who, view)].sum()))
    word = "grow" if numbers[1] > numbers[0] else "shrink" if numbers[1] < numbers[0] else "same"
    both = [(moment_s(a, view), moment_s(b, view))]
    return Found(word, "word", _in_spans(chosen(who, view), both, view), {"numbers": numbers})


# ------------------------------------------------------------------------------------------------------------ evidence


def seen(mask: np.ndarray, view: ClipView, when: q.Stretch | None = None) -> list[Interval]:
    """When some objects are visible: in a stretch, if one is asked about."""
    return _in_spans(mask, [(-INF, INF)] if when is None else spans_of(when, view), view)


def _in_spans(mask: np.ndarray, spans: Spans, view: ClipView) -> list[Interval]:
    out: list[Interval] = []
    runs = positions(mask[view.run_track])
    for t0, t1 in spans:
        mine = runs[(view.run_a[runs] <= t1) & (view.run_b[runs] > t0)]
        a, b = np.maximum(view.run_a[mine], t0), np.minimum(view.run_b[mine], t1)
        out += pieces_of(view, view.run_track[mine], a, b)
    return out


def when_of(who: q.Who) -> q.Stretch | None:
    """The stretch in which somebody is to be visible; None where none is named, or several."""
    there = [test.when for test in who.tests if isinstance(test, q.There)]
    return there[0] if len(there) == 1 and not isinstance(there[0], q.Then) else None


def _where(who: q.Who, moment: q.Moment | None, view: ClipView) -> Found | None:
    """Of one; None where there are several, or it is not visible then."""
    found = positions(chosen(who, view))
    if len(found) != 1:
        return None
    track = int(found[0])
    at_s = float(view.start_s[track]) if moment is None else moment_s(moment, view)
    rows = slice(int(view.row_ptr[track]), int(view.row_ptr[track + 1]))
    times = view.edge_s[view.row_frame[rows]]
    k = -1 if at_s is None else int(np.searchsorted(times, at_s + EPS, side="right")) - 1
    if k < 0 or at_s > view.end_s[track] + view.step_s:
        return None
    word = third_of(float(view.boxes_xywhn[rows.start + k, 0]))
    mask = np.zeros(len(view), bool)
    mask[track] = True
    return Found(word, "word", _in_spans(mask, [(at_s, at_s + view.step_s)], view), {"at_s": at_s})


def resting(amount: q.Amount, view: ClipView) -> list[Interval]:
    """What an amount rests on."""
    match amount:
        case q.Count(who):
            return seen(chosen(who, view), view, when_of(who))
        case q.Stay(who, how):
            mask = chosen(who, view)
            if how in ("longest", "shortest", "one"):
                k = positions(mask)
                order = np.argsort(view.seen_s[k], kind="stable")
                one = k[:1] if how == "one" else k[order[-1:]] if how == "longest" else k[order[:1]]
                mask = np.zeros_like(mask)
                mask[one] = True
            return seen(mask, view)
        case q.Time(condition, when, how):
            spans = when_holds(condition, view, when)
            if how in ("longest", "shortest") and spans:
                spans = [(max if how == "longest" else min)(spans, key=lambda span: span[1] - span[0])]
            return _in_spans(those_in(condition, view), spans, view)
        case q.Waits(who, _) | q.Absence(who, _):
            return seen(chosen(who, view), view)
        case q.Apart(a, b):
            return [piece for one in (a, b) for piece in _at_moment(one, moment_s(one, view), view)]
        case q.Most(who, when, _):
            return seen(chosen(who, view), view, when)
        case q.Sum(parts):
            return [piece for part in parts for piece in resting(part, view)]
        case q.Share(part, of):
            return seen(chosen(part, view) & chosen(of, view), view)
    return []


def _at_moment(moment: q.Moment, at_s: float | None, view: ClipView) -> list[Interval]:
    """What happens at a moment: the object whose moment it is."""
    if at_s is None:
        return []
    match moment:
        case q.Happens(who, change, _):
            mask = chosen(who, view)
            if change == "returns":
                return _in_spans(mask, [(at_s, at_s + view.step_s)], view)
            if change == "goes":
                return _in_spans(mask, [(at_s - view.step_s, at_s)], view)
            times = view.start_s if change == "appears" else view.end_s
            return seen(mask & (np.abs(times - at_s) <= EPS), view)
        case q.Shifted(other, _):
            return _at_moment(other, moment_s(other, view), view)
        case q.Begins(condition):
            return _in_spans(those_in(condition, view), [(at_s, at_s + view.step_s)], view)
    return []
