"""A composed question and what was found, in words: the sentence says back whom and when it was taken to mean."""

from __future__ import annotations

from typing import Any

from data.clock import clock
from data.meaning.question import NEVER, NONE
from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.measures import Found, is_length
from pipeline.telling.english import (
    a_thing,
    asked_time,
    at_clock,
    finished,
    length_words,
    listed,
    many,
    mean_words,
    number,
    one,
    ordinal,
    percent,
)

_RELATIONS = {"more": "more than", "least": "at least", "exactly": "exactly", "most": "at most", "fewer": "fewer than"}
_LENGTHS = {**_RELATIONS, "fewer": "less than"}
_WAYS = {"left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards"}


def told(query: q.Query, found: Found) -> str:
    """One sentence."""
    return finished(_sentence(query, found))


# ------------------------------------------------------------------------------------------------------------------ who


def who_words(who: q.Who, *, single: bool = False) -> str:
    """Such as "the second bus", "people who appear on the left", "the longest-staying car"; single: "a bus"."""
    but = f" other than {listed([many(term) for term in who.but])}" if who.but else ""
    if who.pick is not None:
        which = f"{who.pick}-staying" if isinstance(who.pick, str) else "last" if who.pick == -1 else ordinal(who.pick)
        leaves = " to leave" if who.order == "leaves" else ""
        return f"the {which} {one(who.term)}{but}{leaves}{_clause(who, one_of=True)}"
    if single:
        return f"{a_thing(who.term)}{but}{_clause(who, one_of=True)}"
    return f"{many(who.term)}{but}{_clause(who)}"


def _clause(who: q.Who, *, one_of: bool = False) -> str:
    if not who.tests:
        return ""
    return f" that {' and '.join(does(test, one_of=one_of) for test in who.tests)}"


def does(test: q.Test, *, one_of: bool = False) -> str:
    """What they (one_of: it) do, to pass a test: "appear on the left between 0:10 and 0:20"."""
    s = "s" if one_of else ""
    is_ = "is" if one_of else "are"
    match test:
        case q.Not(q.Heads("moving")):
            return f"stay{s} still"
        case q.Not(other):
            return f"do{'es' if one_of else ''} not {does(other).replace('are ', 'be ', 1)}"
        case q.Comes(when, side):
            return f"appear{s}{_at_side(side)}{stretch_words(when)}"
        case q.Goes(when, side):
            return f"leave{s}{_at_side(side)}{stretch_words(when)}"
        case q.Returns(when):
            return f"come{s} back{stretch_words(when)}"
        case q.Heads("still"):
            return f"stay{s} still"
        case q.Heads("moving"):
            return f"move{s}"
        case q.Heads(word):
            return f"move{s} {_WAYS[word]}"
        case q.Stays(relation, length, upto):
            if upto is not None:
                return f"{is_} visible for {amount_words(length)} to {amount_words(upto)}"
            return f"{is_} visible for {_LENGTHS[relation]} {amount_words(length)}"
        case q.There(when, throughout):
            return f"{is_} visible{' all the time' if throughout else ''}{stretch_words(when)}"
        case q.With(who):
            return f"{is_} visible together with {who_words(who, single=True)}"
    raise TypeError(test)


def _at_side(side: str | None) -> str:
    return "" if side is None else f" at the {side}" if side in ("top", "bottom") else f" on the {side}"


# ----------------------------------------------------------------------------------------------------------------- when


def moment_words(moment: q.Moment) -> str:
    """Such as "0:12", "the start", "the second bus leaves"."""
    match moment:
        case q.At(seconds):
            return asked_time(seconds)
        case q.Edge(share):
            return "the start" if share == 0 else "the end" if share == 1 else "half-time"
        case q.Happens(who, change, _):
            verb = {"appears": "appears", "leaves": "leaves", "returns": "comes back"}[change]
            if who.pick is None and change == "leaves":
                return f"{who_words(who, single=True)} leaves for the last time"
            return f"{who_words(who, single=True)} {verb}"
        case q.Shifted(other, by_s):
            side = "before" if by_s < 0 else "after"
            return f"{length_words(abs(by_s))} {side} {moment_words(other)}"
        case q.Begins(condition, last, when):
            return f"{'the last time' if last else 'the first time'} {so(condition)}{stretch_words(when)}"
    raise TypeError(moment)


def stretch_words(when: q.Stretch | None) -> str:
    """Such as " between 0:10 and 0:20", " after the bus leaves", " while a train is visible"; nothing for all of it."""
    match when:
        case None | q.Between(None, None):
            return ""
        case q.Then(moment):
            point = isinstance(moment, q.At | q.Edge)
            return f" at {moment_words(moment)}" if point else f" when {moment_words(moment)}"
        case q.Between(q.Shifted(moment, _) as start, end):
            if moment == end:
                return f" in the {length_words(abs(start.by_s))} before {moment_words(end)}"
            return f" from {moment_words(start)} until {moment_words(end)}"
        case q.Between(None, end):
            return f" before {moment_words(end)}"
        case q.Between(start, None):
            return f" after {moment_words(start)}"
        case q.Between(start, end):
            if isinstance(start, q.At | q.Edge) and isinstance(end, q.At | q.Edge):
                return f" between {moment_words(start)} and {moment_words(end)}"
            return f" after {moment_words(start)} and before {moment_words(end)}"
        case q.While(condition):
            return f" while {so(condition)}"
    raise TypeError(when)


def so(condition: q.Condition) -> str:
    """Such as "a train is visible", "at least three people are visible at once", "no car is visible"."""
    if isinstance(condition, q.Both):
        return f"{so(condition.a)} and {so(condition.b)}"
    who, n = condition.who, condition.n
    if n == 0 or (condition.relation == "fewer" and n == 1):
        nobody = {"person": "nobody", THING: "nothing"}.get(who.term, f"no {one(who.term)}")
        return f"{nobody}{_clause(who, one_of=True)} is visible"
    if condition.relation == "least" and n == 1:
        return f"{who_words(who, single=True)} is visible"
    things = f"{one(who.term)}" if n == 1 else many(who.term)
    verb = "is" if n == 1 else "are"
    return f"{_RELATIONS[condition.relation]} {number(n)} {things}{_clause(who)} {verb} visible at once"


# -------------------------------------------------------------------------------------------------------------- amounts


def amount_words(amount: q.Amount) -> str:
    """What an amount is of: "the visible time of the bus", "the number of people that move to the left"."""
    match amount:
        case q.Length(seconds):
            return length_words(seconds)
        case q.Count(who):
            return f"the number of {who_words(who)}"
        case q.Stay(who, "one"):
            return f"the visible time of {who_words(who, single=True)}"
        case q.Stay(who, "range"):
            return f"the difference between the longest and the shortest visible time of {who_words(who)}"
        case q.Stay(who, how):
            return f"the {how} visible time of {who_words(who)}"
        case q.Time(condition, when, "spells"):
            return f"the number of times in which {so(condition)}{stretch_words(when)}"
        case q.Time(condition, when, how):
            which = "" if how == "all" else f"{how} "
            return f"the {which}time in which {so(condition)}{stretch_words(when)}"
        case q.Waits(who, how):
            return f"the {how} time from one of the {who_words(who)} to the next"
        case q.Apart(a, b):
            return f"the time from when {moment_words(a)} to when {moment_words(b)}"
        case q.Most(who, when, how):
            which = {"most": "largest", "fewest": "smallest", "mean": "mean"}[how]
            return f"the {which} number of {who_words(who)} visible at once{stretch_words(when)}"
        case q.Sum(parts):
            return " and ".join(amount_words(part) for part in parts)
        case q.Share(part, of):
            return f"the share of {who_words(part)} among {who_words(of)}"
    raise TypeError(amount)


def _value(amount: q.Amount, value: float) -> str:
    return length_words(value) if is_length(amount) else number(round(value))


# ------------------------------------------------------------------------------------------------------------ sentences


def _counted(who: q.Who, n: int) -> str:
    """ "Three bicycles appear after the bus leaves", "no bicycle appears …"."""
    bare = q.Who(who.term, but=who.but)
    but = who_words(bare).removeprefix(many(who.term))
    tests = who.tests or (q.There(q.Between(None, None)),)
    if n == 0:
        nobody = {"person": "nobody", THING: "nothing"}.get(who.term, f"no {one(who.term)}")
        return f"{nobody}{but} {' and '.join(does(test, one_of=True) for test in tests)}"
    name = one(who.term) if n == 1 else many(who.term)
    return f"{number(n)} {name}{but} {' and '.join(does(test, one_of=n == 1) for test in tests)}"


def _sentence(query: q.Query, found: Found) -> str:
    value, more = found.value, found.more
    match query:
        case q.Count(who):
            return _counted(who, value)
        case q.Exist(who):
            return f"{'Yes' if value else 'No'}, {_counted(who, more['n'])}"
        case q.Every(who, test):
            return _every(who, test, value, more)
        case q.Share(part, of):
            rest = q.Who(part.term, tests=part.tests[len(of.tests) :]) if part.term == of.term else None
            if rest is not None and rest.tests:
                what = " and ".join(does(test) for test in rest.tests)
                return f"{percent(value)} of the {who_words(of)} {what}"
            return f"{percent(value)} of the {who_words(of)} are {many(part.term)}"
        case q.Stay(who, "one"):
            return f"{who_words(who, single=True)} is visible for {length_words(value)}"
        case q.Time(condition, when, "all"):
            return f"{so(condition)}{stretch_words(when)} for {length_words(value)} in all"
        case q.Ratio(q.Time(condition, when, "all"), q.Length()):
            return f"{so(condition)}{stretch_words(when)} for {percent(value)} of the time"
        case q.When(moment):
            return _when(moment, value)
        case q.Holds(condition, when, always):
            return _holds(condition, when, always, value, more["spans"])
        case q.Spells(condition, when):
            spans = ", ".join(f"{clock(a)} to {clock(b)}" for a, b in more["spans"])
            return f"{so(condition)}{stretch_words(when)}: {spans or NEVER}"
        case q.What(who):
            return f"{who_words(who, single=True)} is {NONE if value == NONE else a_thing(value)}"
        case q.Sooner(a, b):
            times = more["times"]
            return (
                f"{'Yes' if value else 'No'}: {moment_words(a)} {at_clock(times[0])}, {moment_words(b)} "
                f"{at_clock(times[1])}"
            )
        case q.Compare(a, _, b):
            numbers = more["numbers"]
            return (
                f"{'Yes' if value else 'No'}: {amount_words(a)} is {_value(a, numbers[0])}, {amount_words(b)} "
                f"{_value(b, numbers[1])}"
            )
        case q.Less(a, b):
            said = length_words(value) if is_length(a) else number(value)
            numbers = more["numbers"]
            return f"By {said}: {amount_words(a)} is {_value(a, numbers[0])}, {amount_words(b)} {_value(b, numbers[1])}"
        case q.Ratio(a, b):
            numbers = more["numbers"]
            return (
                f"{mean_words(value)} times: {amount_words(a)} is {_value(a, numbers[0])}, {amount_words(b)} "
                f"{_value(b, numbers[1])}"
            )
        case q.Which() | q.Ranked():
            return _which(query, found)
        case q.Alike(who, what) | q.Way(who, what, _):
            return _way(query, who, what, found)
        case q.Trend(who, a, b):
            verb = {"grow": "grows", "shrink": "shrinks", "same": "stays the same"}[value]
            numbers = more["numbers"]
            return (
                f"the number of {who_words(who)} {verb}: {number(numbers[0])} at {moment_words(a)}, "
                f"{number(numbers[1])} at {moment_words(b)}"
            )
    said = length_words(value) if is_length(query) else mean_words(value) if isinstance(value, float) else number(value)
    return f"{amount_words(query)} is {said}"


def _every(who: q.Who, test: q.Test, value: bool, more: dict[str, Any]) -> str:
    yes = "Yes" if value else "No"
    if who.pick is not None:
        return f"{yes}, {who_words(who)} {does(test, one_of=True) if value else does(q.Not(test), one_of=True)}"
    if value and more["of"] == 1:
        return f"{yes}, the only {one(who.term)} {does(test, one_of=True)}"
    if value:
        return f"{yes}, all {number(more['of'])} {who_words(who)} {does(test)}"
    return f"{yes}, {number(more['n'])} of {number(more['of'])} {who_words(who)} {does(test, one_of=more['n'] == 1)}"


def _when(moment: q.Moment, value: float | str) -> str:
    said = moment_words(moment)
    if isinstance(moment, q.Begins):
        said = f"{so(moment.condition)}{stretch_words(moment.when)}"
    if value == NEVER:
        return f"it never happens that {said}"
    if isinstance(moment, q.Begins):
        return f"{said} until {clock(value)}" if moment.last else f"{said} from {clock(value)} on"
    return f"{said} {at_clock(value)}"


def _holds(condition: q.Condition, when: q.Stretch | None, always: bool, value: bool, spans: list) -> str:
    said = f"{so(condition)}{' all the time' if always else ''}{stretch_words(when)}"
    if not value:
        return f"No, it is never so that {said}" if not always else f"No, it is not so that {said}"
    first = f" (first at {clock(max(spans[0][0], 0.0))})" if spans and not always else ""
    return f"Yes, {said}{first}"


def _which(query: q.Which | q.Ranked, found: Found) -> str:
    worth = found.more["worth"]
    moments = isinstance(query.options[0][1], q.Moment)
    amount = query.options[0][1]

    def said(value: float) -> str:
        return at_clock(value) if moments else _value(amount, value)

    each = ", ".join(f"{name} {said(value)}" for name, value in worth)
    if isinstance(query, q.Ranked):
        return each
    if found.kind == "text":
        return f"both alike: {each}"
    by = ""
    if query.by and len(worth) > 1:
        by = f", by {said(abs(worth[0][1] - worth[1][1]))}"
    return f"the {worth[0][0]}{by}: {each}"


def _way(query: q.Alike | q.Way, who: q.Who, what: str, found: Found) -> str:
    tally = found.more.get("tally", {})
    each = ", ".join(f"{number(n)} {_side(what, word)}" for word, n in tally.items())
    if isinstance(query, q.Alike):
        return f"{'Yes' if found.value else 'No'}: of the {who_words(who)}, {each}"
    if found.value == NONE:
        return f"there are no {who_words(who)}"
    if query.majority:
        return f"most of the {who_words(who)} {_verb(what, False)} {_side(what, found.value)} ({each})"
    return f"{who_words(who, single=True)} {_verb(what, True)} {_side(what, found.value)}"


def _verb(what: str, one_of: bool) -> str:
    return {"direction": "move", "enters": "appear", "leaves": "leave"}[what] + "s" * one_of


def _side(what: str, word: str) -> str:
    if what == "direction":
        return _WAYS.get(word, word)
    return _at_side(word).strip()
