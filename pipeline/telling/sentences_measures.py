"""English sentences about shares, rates, breaks and stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.clock import clock
from data.meaning import LAST, NEVER, Event
from data.meaning.absence import absences
from data.meaning.each import NONE_OF_THEM
from data.meaning.shares import UNIT_S
from data.vocabulary import THING
from pipeline.answers import Evidence
from pipeline.telling.english import (
    a_thing,
    counted,
    length_words,
    listed,
    many,
    mean_words,
    no_thing,
    number,
    one,
    ordinal,
    percent,
)
from pipeline.telling.sentence_parts import Asked, begin_of, objects_in
from pipeline.telling.sentences_leaving import in_sight, often, spans_words

MOST_TIMES = 12
"""So many times are written out."""
MOST_BLOCKS = 24
UNITS = {1.0: "second", 60.0: "minute", 3600.0: "hour", 86400.0: "day"}


def unit_words(unit_s: float | None) -> str:
    """Such as "minute", "30 seconds"."""
    unit_s = unit_s or UNIT_S
    return UNITS.get(unit_s) or length_words(unit_s)


def seen_s(pieces: Sequence[Evidence]) -> float:
    """Seconds in which at least one of them is in sight."""
    return sum(b - a for a, b in in_sight(pieces))


def pieces_of(asked: Asked, event: Event, other: Event) -> list[Evidence] | None:
    """The evidence of the objects that an event is of, where two things are compared; None where that is not plain."""
    mine = asked.of(event.thing)
    if event.nth is None:
        return list(mine) if other.thing != event.thing else None
    first = {}
    for e in mine:
        first.setdefault(e.track_id, e.start_s)
    ids = sorted(first, key=lambda track: (first[track], track))
    if other.thing != event.thing:
        return list(mine) if len(ids) == 1 else None
    if len(ids) != 2 or None in (event.nth, other.nth):
        return None
    rank = [float("inf") if one.nth == LAST else one.nth for one in (event, other)]
    return [e for e in mine if e.track_id == ids[int(rank[0] > rank[1])]]


def _any(term: str) -> str:
    return "anything" if term == THING else "anybody" if term == "person" else a_thing(term)


def _share(asked: Asked, value: Any) -> str:
    if not value:
        return asked.absent()
    return asked.lead(f"{asked.some()} is visible for {percent(float(value))} of the time")


def _share_absent(asked: Asked, value: Any) -> str:
    if not value:
        return asked.lead(f"{asked.some()} is visible all the time")
    if asked.q.nth is not None:
        return asked.lead(f"{asked.the()} is out of sight for {percent(float(value))} of the time")
    return asked.lead(f"{no_thing(asked.q.x)} is visible for {percent(float(value))} of the time")


def _share_at_least(asked: Asked, value: Any) -> str:
    n, x = int(asked.q.nth or 1), asked.q.x
    if not value:
        return asked.lead(f"at no time are at least {counted(n, x)} visible")
    return asked.lead(f"at least {counted(n, x)} are visible for {percent(float(value))} of the time")


def _share_of(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    n, whole = objects_in(asked.of(x)), objects_in(asked.of(y))
    if not whole and not value:
        return asked.never(no_thing(y), "is ever visible", "is visible")
    known = whole and abs(n / whole - float(value)) < 1e-6
    counts = f" ({number(n)} of {number(whole)})" if known else ""
    return asked.lead(f"{percent(float(value))} of the {many(y)} are {many(x)}{counts}")


def _rate(asked: Asked, value: Any) -> str:
    n, x = objects_in(asked.of(asked.q.x)), asked.q.x
    if not value:
        return asked.invisible()
    return asked.lead(
        f"{mean_words(float(value))} {many(x)} are seen per {unit_words(asked.q.t_s)} ({number(n)} in all)"
    )


def _busiest(verb: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        n, x = objects_in(asked.of(asked.q.x)), asked.q.x
        if value == NEVER:
            return asked.invisible()
        begin_s = float(value)
        end_s = min(begin_s + (asked.q.t_s or UNIT_S), asked.duration_s)
        how_many = f" ({number(n)} of them)" if n else ""
        between = f"between {clock(begin_s)} and {clock(end_s)}"
        return asked.lead(f"the most {many(x)} {verb} {between}{how_many}")

    return write


def _gap(how: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        x, seen = asked.q.x, asked.of(asked.q.x)
        if value == NEVER:
            return asked.lead(f"there is no break of two seconds or more without {_any(x)} between two sightings")
        gaps = absences(in_sight(seen))
        length = length_words(float(value))
        if how == "mean":
            breaks = f" ({counted_breaks(len(gaps))})" if gaps else ""
            return asked.lead(f"a break without {_any(x)} lasts {length} on average{breaks}")
        fits = [gap for gap in gaps if abs(gap[1] - gap[0] - float(value)) < 0.05]
        when = f" ({spans_words(fits[:1])})" if fits else ""
        return asked.lead(f"the {how} break without {_any(x)} lasts {length}{when}")

    return write


def _mean_interval(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if value == NEVER:
        return asked.lead(f"there are no two {many(x)} that appear one after the other")
    n = objects_in(asked.of(x))
    what = f"from one {one(x)} that appears to the next"
    return asked.lead(f"{what} it takes {length_words(float(value))} on average ({counted(n, x)})")


def counted_breaks(n: int) -> str:
    return f"{number(n)} break{'s' * (n != 1)}"


def _count_empty(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if not n:
        return asked.lead(f"there is no time of two seconds or more without {_any(x)}")
    return asked.lead(f"{often(n)}, {no_thing(x)} is visible (for two seconds or more)")


def _longest_visit(asked: Asked, value: Any) -> str:
    if not value:
        return asked.absent()
    seen = asked.pieces
    when = f" ({clock(seen[0].start_s)}–{clock(max(e.end_s for e in seen))})" if seen else ""
    return asked.lead(f"the longest unbroken stay of {asked.some()} lasts {length_words(float(value))}{when}")


def _lasts(asked: Asked, value: Any) -> str:
    said = "yes" if value else "no"
    seen = asked.pieces
    if not seen:
        return f"{said}, {asked.absent()}"
    return f"{said}, {asked.lead(f'{asked.some()} is visible for {length_words(seen_s(seen))} in all')}"


def of_event(event: Event) -> str:
    """Whose an event is: "the second person", "the cars together"."""
    return f"the {many(event.thing)} together" if event.nth is None else f"the {ordinal(event.nth)} {one(event.thing)}"


def named(asked: Asked, event: Event) -> str:
    """Such as "the second person", "the car", "the cars together"."""
    if event.thing in asked.only_one and event.nth in (None, 1, LAST):
        return f"the {one(event.thing)}"
    return of_event(event)


def _stays_longer(asked: Asked, value: Any) -> str:
    q = asked.q
    names = [named(asked, event) for event in (q.event, q.other)]
    for event, name in zip((q.event, q.other), names, strict=True):
        if event in asked.event_times and asked.event_times[event] is None:
            none = no_thing(event.thing) if event.nth is None else name.replace("the ", "no ", 1)
            return f"{'yes' if value else 'no'}, {none} is ever visible"
    found = [pieces_of(asked, event, other) for event, other in ((q.event, q.other), (q.other, q.event))]
    times = None if None in found else [seen_s(pieces) for pieces in found]
    verbs = ["are" if event.nth is None and name.endswith("together") else "is"
             for event, name in zip((q.event, q.other), names, strict=True)]  # fmt: skip
    if times is None or (times[0] > times[1]) != bool(value):
        return f"{'yes' if value else 'no'}, {asked.lead(f'{names[0]} {verbs[0]} {_not(value)}visible for longer')}"
    said = [f"{name} ({length_words(seconds)})" for name, seconds in zip(names, times, strict=True)]
    if value:
        return f"yes, {asked.lead(f'{said[0]} {verbs[0]} visible for longer than {said[1]}')}"
    if abs(times[0] - times[1]) < 0.05:
        return f"no, {asked.lead(f'{said[0]} and {said[1]} are visible for as long')}"
    return f"no, {asked.lead(f'{said[1]} {verbs[1]} visible for longer than {said[0]}')}"


def _not(value: Any) -> str:
    return "" if value else "not "


def _each(verbs: tuple[str, str], negative: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        x, times = asked.q.x, str(value).split(", ")
        if value == NONE_OF_THEM:
            return asked.never(no_thing(x), f"ever {negative}", negative)
        shown = times if len(times) <= MOST_TIMES else [*times[:MOST_TIMES], f"{len(times) - MOST_TIMES} more times"]
        n = objects_in(asked.of(x))
        who = counted(n, x) if n == len(times) or verbs[0] == "leave" else many(x)
        return asked.lead(f"{who} {verbs[n == 1]}: at {listed(shown)}")

    return write


def _stays_each(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if value == NONE_OF_THEM:
        return asked.absent()
    said = str(value).split(", ")
    seen = {}
    for e in asked.of(x):
        seen.setdefault(e.track_id, []).append(e)
    lengths = {f"{clock(of[0].start_s)}–{clock(max(e.end_s for e in of))}": seen_s(of) for of in seen.values()}
    told = [f"{span} ({length_words(lengths[span])})" if span in lengths else span for span in said]
    more = [f"{len(told) - MOST_TIMES} more"] * (len(told) > MOST_TIMES)
    return asked.lead(f"{counted(len(said), x)}: {listed([*told[:MOST_TIMES], *more])}")


def _numbers(what: Callable[[Asked], str], entry: str, more: str) -> Callable[[Asked, Any], str]:
    """A row of numbers. entry: of a number and its time."""

    def write(asked: Asked, value: Any) -> str:
        if value == NONE_OF_THEM:
            return asked.invisible()
        said = [part.rsplit(" ", 1) for part in str(value).split(", ")]
        told = [entry.format(number(int(n)) if int(n) else "none", when) for when, n in said]
        rest = [f"{len(told) - MOST_BLOCKS} {more}"] * (len(told) > MOST_BLOCKS)
        return asked.lead(f"{what(asked)}: {listed([*told[:MOST_BLOCKS], *rest])}")

    return write


def _appears(asked: Asked, value: Any) -> str:
    x, seen = asked.q.x, asked.of(asked.q.x)
    if not value:
        return f"no, {asked.never(no_thing(x, bool(asked.limit)), 'ever appears', 'appears')}"
    who = f"a new {one(x)}" if asked.limit else a_thing(x)
    return f"yes, {asked.lead(f'{who}{asked.which(x, seen)} appears{asked.first(begin_of(seen))}')}"


SENTENCES: Mapping[str, Callable[[Asked, Any], str]] = {
    "share": _share, "share_absent": _share_absent, "share_of": _share_of, "rate": _rate,
    "when_most_come": _busiest("appear"), "when_most_seen": _busiest("are seen"), "longest_gap": _gap("longest"),
    "shortest_gap": _gap("shortest"), "mean_gap": _gap("mean"),
    "mean_interval": _mean_interval, "count_empty": _count_empty,
    "longest_visit": _longest_visit, "lasts_longer": _lasts, "lasts_shorter": _lasts, "stays_longer": _stays_longer,
    "share_at_least": _share_at_least, "stays_each": _stays_each, "stays_ranked": _stays_each,
    "appears": _appears,
    "count_each": _numbers(lambda a: f"{many(a.q.x)} that appear per {unit_words(a.q.t_s)}", "{} in {}", "more"),
    "counts_change": _numbers(lambda a: f"{many(a.q.x)} in sight", "{} from {} on", "more changes"),
    "when_each": _each(("appear", "appears"), "appears"), "when_each_leaves": _each(("leave", "leaves"), "leaves"),
}  # fmt: skip
