"""English sentences about leaving, being away and coming again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from data.clock import clock
from data.meaning import NEVER, NONE
from data.meaning.absence import absences
from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.leaving import STILL_THERE_S
from data.meaning.parts import merged
from data.vocabulary import THING
from pipeline.answers import Evidence
from pipeline.telling.english import a_thing, at_clock, counted, length_words, listed, no_thing, one
from pipeline.telling.sentence_parts import Asked, begin_of, objects_in

MOST_SPANS = 4
"""So many times are written out."""


def last_sights(pieces: Sequence[Evidence]) -> dict[int, float]:
    """When each track is last seen, seconds."""
    out: dict[int, float] = {}
    for e in pieces:
        out[e.track_id] = max(e.end_s, out.get(e.track_id, e.end_s))
    return out


def in_sight(pieces: Sequence[Evidence]) -> list[tuple[float, float]]:
    """When at least one of them is in sight: disjoint, sorted."""
    return merged((e.start_s, e.end_s) for e in pieces)


def spans_words(spans: Sequence[tuple[float, float]]) -> str:
    """Such as "0:10–0:20, 0:30–0:40 and 2 more"."""
    shown = [f"{clock(a)}–{clock(b)}" for a, b in spans[:MOST_SPANS]]
    return listed([*shown, f"{len(spans) - MOST_SPANS} more"] if len(spans) > MOST_SPANS else shown)


def _leaver(word: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        if value == NONE:
            return asked.never(asked.nobody(False), "ever leaves", "leaves")
        last = last_sights([e for e in asked.pieces if e.class_name == value])
        if last and value == asked.q.x:  # of people, that it is a person says nothing
            return asked.lead(f"the {word} {one(value)} to leave does so {at_clock(max(last.values()))}")
        when = f", {at_clock(max(last.values()))}" if last else ""
        return asked.lead(f"the {word} {one(asked.q.x or THING)} to leave is {a_thing(value)}{when}")

    return write


def _first_goings(pieces: Sequence[Evidence]) -> dict[int, float]:
    """When each object first goes away: before a break of two seconds, or for good."""
    out: dict[int, float] = {}
    for track in {piece.track_id for piece in pieces}:
        mine = sorted((piece.start_s, piece.end_s) for piece in pieces if piece.track_id == track)
        breaks = [one[1] for one, following in pairwise(mine) if following[0] - one[1] >= RETURN_AFTER_S]
        out[track] = breaks[0] if breaks else mine[-1][1]
    return out


def _count_left(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        return asked.never(no_thing(x), "ever leaves", "leaves")
    seen = asked.of(x)
    last = sorted(_first_goings(seen).values())
    first = f", {'the first ' * (n > 1)}{at_clock(last[0])}" if len(last) == n else ""
    who = counted(n, x) + asked.which(x, seen) * (n == 1)
    return asked.lead(f"{who} {'leaves' if n == 1 else 'leave'}{first}")


def _order_leaves(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    said = f"{'yes' if value else 'no'}, {asked.limit + ', ' if asked.limit else ''}"
    ends = [max(last_sights(asked.of(term)).values(), default=None) for term in (x, y)]
    last = [f"the {'' if term in asked.only_one else 'last '}{one(term)}" for term in (x, y)]
    line = min(asked.duration_s, asked.q.stretch[1] if asked.q.stretch else asked.duration_s) - STILL_THERE_S
    stays = [end is not None and end > line + 1e-6 for end in ends]
    if value:
        if ends[1] is None:
            return f"{said}{last[0]} leaves and {no_thing(y)} is ever there"
        if stays[1]:
            return f"{said}{last[0]} leaves and {a_thing(y)} is still there at the end"
        if None in ends or ends[0] >= ends[1]:
            return f"{said}{last[0]} leaves before {last[1]}"
        return f"{said}{last[0]} (last seen {at_clock(ends[0])}) leaves before {last[1]} ({at_clock(ends[1])})"
    if ends[0] is None:
        return f"{said}{no_thing(x)} is ever there"
    if stays[0]:
        return f"{said}{a_thing(x)} is still there at the end"
    if ends[1] is not None and ends[1] < ends[0]:
        return f"{said}{last[1]} (last seen {at_clock(ends[1])}) leaves before {last[0]} ({at_clock(ends[0])})"
    if ends[1] is not None and ends[1] == ends[0]:
        return f"{said}{last[0]} and {last[1]} leave at the same time ({at_clock(ends[0])})"
    return f"{said}{last[0]} does not leave before {last[1]}"


def _away(asked: Asked, value: Any) -> str:
    seen = asked.of(asked.q.x)
    who = asked.the() if asked.q.nth is not None or asked.q.x in asked.only_one else a_thing(asked.q.x)
    if not seen and not value:
        return asked.absent()
    if not value:
        return asked.lead(f"{who} never leaves and comes back")
    gaps = absences(in_sight(seen))
    known = abs(sum(b - a for a, b in gaps) - float(value)) < 0.05
    when = f" ({spans_words(gaps)})" if known else ""
    return asked.lead(f"{who} is away for {length_words(float(value))}{' in all' * (len(gaps) > 1)}{when}")


def _absent(asked: Asked, value: Any) -> str:
    seen = asked.of(asked.q.x)
    if float(value) < 0.05:
        return asked.lead(f"{a_thing(asked.q.x)} is visible all the time")
    whole = "" if seen else ": that is all the time"
    length = length_words(float(value)) + f" in all{asked.share_words(float(value))}" * bool(seen)
    return asked.lead(f"{no_thing(asked.q.x)} is visible for {length}{whole}")


def _visits(asked: Asked, value: Any) -> str:
    n, x, seen = int(value), asked.q.x, asked.of(asked.q.x)
    if n == 0:
        return asked.absent()
    objects = objects_in(seen)
    who = asked.the() if asked.q.nth is not None or (objects == 1 and x in asked.only_one) else a_thing(x)
    times = often(n)
    if objects > 1:
        different = f"{counted(objects, x)}, {'once each' if objects == n else 'some of them more than once'}"
        return asked.lead(f"{a_thing(x)} is there {times} ({different})")
    begins = visits_of(seen)
    when = f": {spans_words(begins)}" if len(begins) == n else ""
    return asked.lead(f"{who} is there {times}{when}")


def _leaves(asked: Asked, value: Any) -> str:
    sure = asked.q.nth is not None or asked.q.x in asked.only_one
    if not value:
        if sure:
            return f"no, {asked.lead(f'{asked.the()} does not leave')}"
        return f"no, {asked.never(no_thing(asked.q.x), 'ever leaves', 'leaves')}"
    who = asked.the() if sure else a_thing(asked.q.x)
    first_s = min(e.end_s for e in asked.pieces) if asked.pieces else None
    return f"yes, {asked.lead(f'{who} leaves')}" + asked.first(first_s)


def _leaves_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return _leaves(asked, False).removeprefix("no, ")
    sure = asked.q.nth is not None or asked.q.x in asked.only_one
    return asked.lead(f"{asked.the() if sure else a_thing(asked.q.x)} first goes away {at_clock(float(value))}")


def _count_leavings(asked: Asked, value: Any) -> str:
    n = int(value)
    if n == 0:
        return _leaves(asked, False).removeprefix("no, ")
    sure = asked.q.nth is not None or asked.q.x in asked.only_one
    return asked.lead(f"{asked.the() if sure else a_thing(asked.q.x)} goes away {often(n)}")


def _longest_absent(asked: Asked, value: Any) -> str:
    if float(value) < 0.05:
        return asked.lead(f"{a_thing(asked.q.x)} is visible all the time")
    return asked.lead(f"the longest time in which {no_thing(asked.q.x)} is visible lasts {length_words(float(value))}")


def _time_between(asked: Asked, value: Any) -> str:
    one_event, other = asked.event(asked.q.event), asked.event(asked.q.other)
    if value == NEVER:
        return f"there is no time between the two: {one_event} and {other}"
    return f"{length_words(float(value))} lie between these two: {one_event} and {other}"


def _happens_before(asked: Asked, value: Any) -> str:
    one_event, other = asked.event(asked.q.event), asked.event(asked.q.other)
    if value:
        return f"yes, {one_event} before {other}"
    times = [asked.event_times.get(event) for event in (asked.q.event, asked.q.other)]
    if None not in times and times[0] > times[1]:
        return f"no, {other} before {one_event}"
    return f"no, not so: {one_event} and {other}"


def _the_or_a(asked: Asked) -> str:
    sure = asked.q.nth is not None or asked.q.x in asked.only_one
    return asked.the() if sure else a_thing(asked.q.x)


def _stands(asked: Asked, value: Any) -> str:
    if not value:
        return asked.lead(f"{_the_or_a(asked)} does not stand still")
    when = f" ({spans_words(in_sight(asked.pieces))})"
    return asked.lead(f"{_the_or_a(asked)} stands still for {length_words(float(value))} in all{when}")


def _stops(asked: Asked, value: Any) -> str:
    if not value:
        return f"no, {asked.lead(f'{_the_or_a(asked)} does not come to a stand')}"
    return f"yes, {asked.lead(f'{_the_or_a(asked)} comes to a stand')}" + asked.first(begin_of(asked.pieces))


def _stops_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return _stops(asked, False).removeprefix("no, ")
    return asked.lead(f"{_the_or_a(asked)} first comes to a stand {at_clock(float(value))}")


def often(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _count_returns(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    sure = asked.q.nth is not None or x in asked.only_one
    if n == 0:
        return f"{asked.the()} never comes back" if sure else asked.never(no_thing(x), "ever comes back", "comes back")
    return asked.lead(f"{asked.the() if sure else a_thing(x)} comes back {often(n)}")


def visits_of(seen: Sequence[Evidence]) -> list[tuple[float, float]]:
    """When one object is there, without the moments in which it is hidden."""
    spans = in_sight(seen)
    gaps = set(absences(spans))
    out: list[tuple[float, float]] = []
    for a, b in spans:
        if out and (out[-1][1], a) not in gaps:
            out[-1] = out[-1][0], b
        else:
            out.append((a, b))
    return out


SENTENCES: Mapping[str, Callable[[Asked, Any], str]] = {
    "first_leaves": _leaver("first"), "last_leaves": _leaver("last"), "count_left": _count_left,
    "order_leaves": _order_leaves, "away": _away, "absent": _absent, "visits": _visits,
    "count_returns": _count_returns, "leaves": _leaves, "leaves_when": _leaves_when,
    "count_leavings": _count_leavings, "longest_absent": _longest_absent, "time_between": _time_between,
    "happens_before": _happens_before, "stands": _stands, "stops": _stops, "stops_when": _stops_when,
}  # fmt: skip
