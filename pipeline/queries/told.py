"""A composed question and what was found, in words: the sentence says back whom and when it was taken to mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from data.clock import clock
from data.meaning import ClipView
from data.meaning.question import NEVER, NONE
from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.measures import Found, amount_of, is_length
from pipeline.queries.objects import chosen
from pipeline.queries.times import moment_s
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


MOST_SPANS = 12


def told(query: q.Query, found: Found, view: ClipView) -> str:
    """One sentence."""
    return finished(Teller(view)._sentence(query, found))


def _kinds(names: list[str]) -> str:
    return "these kinds" if len(names) > 1 else "this kind"


def _no(who: q.Who) -> str:
    """Such as "nobody", "no car", "no car or truck"."""
    nobody = {("person",): "nobody", (THING,): "nothing"}
    return nobody.get((who.term, *who.also), f"no {' or '.join(map(one, (who.term, *who.also)))}")


class Teller:
    """Says parts of questions. view: the clip, which tells the bus from a bus, and when it came; None: in general."""

    def __init__(self, view: ClipView | None = None) -> None:
        self._view = view

    def _only(self, who: q.Who) -> bool:
        """Is there just one of these in the clip?"""
        return self._view is not None and bool(np.count_nonzero(chosen(who, self._view)) == 1)

    def who_words(self, who: q.Who, *, single: bool = False) -> str:
        """Such as "the second bus", "people who appear on the left", "the longest-staying car"; single: "a bus"."""
        but = f" other than {listed([many(term) for term in who.but])}" if who.but else ""
        kinds = (who.term, *who.also)
        if who.pick is not None:
            which = (
                f"{who.pick}-staying" if isinstance(who.pick, str) else "last" if who.pick == -1 else ordinal(who.pick)
            )
            leaves = {"leaves": " to leave", "returns": " to come back"}.get(who.order, "")
            return f"the {which} {' or '.join(map(one, kinds))}{but}{leaves}{self._clause(who, one_of=True)}"
        if single and self._only(who):
            return f"the {' or '.join(map(one, kinds))}{but}{self._clause(who, one_of=True)}"
        if single:
            return f"{' or '.join(map(a_thing, kinds))}{but}{self._clause(who, one_of=True)}"
        return f"{' and '.join(map(many, kinds))}{but}{self._clause(who)}"

    def _clause(self, who: q.Who, *, one_of: bool = False) -> str:
        if not who.tests:
            return ""
        return f" that {' and '.join(self.does(test, one_of=one_of) for test in who.tests)}"

    def does(self, test: q.Test, *, one_of: bool = False) -> str:
        """What they (one_of: it) do, to pass a test: "appear on the left between 0:10 and 0:20"."""
        s = "s" if one_of else ""
        is_ = "is" if one_of else "are"
        match test:
            case q.AllOf(tests):
                return " and ".join(self.does(each, one_of=one_of) for each in tests)
            case q.AnyOf(tests):
                if isinstance(tests[0], q.Comes) and isinstance(tests[-1], q.Returns):  # whatever comes or goes
                    return f"come{s} or go{'es' if one_of else ''}{self.stretch_words(tests[0].when)}"
                return " or ".join(self.does(each, one_of=one_of) for each in tests)
            case q.Not(q.Heads("moving")):
                return f"stay{s} still"
            case q.Not(q.Not(other)):
                return self.does(other, one_of=one_of)
            case q.Not(other):
                does = self.does(other)
                if does.startswith("are "):
                    return f"{is_} not {does.removeprefix('are ')}"
                return f"do{'es' if one_of else ''} not {does}"
            case q.Comes(when, side):
                return f"appear{s}{self._at_side(side)}{self.stretch_words(when)}"
            case q.Goes(when, side):
                return f"leave{s}{self._at_side(side)}{self.stretch_words(when)}"
            case q.Returns(when, gone):
                left = f"leave{s}{self.stretch_words(gone)} and " if gone is not None else ""
                return f"{left}come{s} back{self.stretch_words(when)}"
            case q.Heads("still"):
                return f"stay{s} still"
            case q.Heads("moving"):
                return f"move{s}"
            case q.Heads(word):
                return f"move{s} {_WAYS[word]}"
            case q.Stays(relation, q.Time(q.Number(who, "least", 1)), None) | q.Stays(
                relation, q.Stay(who, "one"), None
            ):
                than = {"more": "longer than", "fewer": "shorter than"}.get(
                    relation, f"{_LENGTHS[relation]} as long as"
                )
                return f"{is_} visible for {than} {self.who_words(who, single=True)}"
            case q.Stays(relation, length, upto):
                if upto is not None:
                    return f"{is_} visible for between {self.amount_words(length)} and {self.amount_words(upto)}"
                return f"{is_} visible for {_LENGTHS[relation]} {self.amount_words(length)}"
            case q.AwayFor(relation, length):
                return f"{is_} away for {_LENGTHS[relation]} {self.amount_words(length)}"
            case q.There(when, throughout):
                return f"{is_} visible{' all the time' if throughout else ''}{self.stretch_words(when)}"
            case q.With(who, when):
                return f"{is_} visible together with {self.who_words(who, single=True)}{self.stretch_words(when)}"
        raise TypeError(test)

    def _at_side(self, side: str | None) -> str:
        return "" if side is None else f" at the {side}" if side in ("top", "bottom") else f" on the {side}"

    def moment_words(self, moment: q.Moment) -> str:
        """Such as "0:12", "the start", "the second bus leaves"."""
        match moment:
            case q.At(seconds):
                return asked_time(seconds)
            case q.Edge(share):
                return "the start" if share == 0 else "the end" if share == 1 else "half-time"
            case q.Happens(who, "leaves", True) if who.pick is None and not self._only(who):
                return f"the first of the {self.who_words(who)} leaves"
            case q.Happens(who, change, _):
                verb = {"appears": "appears", "leaves": "leaves", "goes": "first goes", "returns": "comes back"}[change]
                if who.pick is None and change == "leaves" and not self._only(who):
                    verb = "leaves for the last time"
                if who.pick is None and change == "appears" and not self._only(who):
                    who = replace(who, pick=1)
                return f"{self.who_words(who, single=True)} {verb}"
            case q.Shifted(other, by_s):
                side = "before" if by_s < 0 else "after"
                return f"{length_words(abs(by_s))} {side} {self.moment_words(other)}"
            case q.Begins(condition, longest=True, over=over):
                return f"the longest time in which {self.so(condition)} {'ends' if over else 'begins'}"
            case q.Begins(condition, last, when):
                return f"{'the last time' if last else 'the first time'} {self.so(condition)}{self.stretch_words(when)}"
        raise TypeError(moment)

    def _point(self, moment: q.Moment) -> str:
        return self.moment_words(moment) if isinstance(moment, q.At | q.Edge) else f"when {self.moment_words(moment)}"

    def _timed(self, moment: q.Moment) -> str:
        """`moment_words`, and when that is: "the bus leaves (at 0:41)"."""
        at_s = moment_s(moment, self._view) if self._view is not None else None
        known = at_s is None or isinstance(moment, q.At | q.Edge)
        return self.moment_words(moment) + ("" if known else f" ({at_clock(at_s)})")

    def stretch_words(self, when: q.Stretch | None) -> str:
        """Such as " between 0:10 and 0:20", " after the bus leaves", " while a train is visible"; nothing for all."""
        match when:
            case None | q.Between(None, None):
                return ""
            case q.Between(None, q.Edge(0.5)):
                return " in the first half"
            case q.Between(q.Edge(0.5), None):
                return " in the second half"
            case q.Then(q.Shifted() as moment):
                return f" {self._timed(moment)}"
            case q.Then(moment):
                point = isinstance(moment, q.At | q.Edge)
                return f" at {self.moment_words(moment)}" if point else f" when {self._timed(moment)}"
            case q.Between(q.Shifted(moment, _) as start, end):
                if moment == end:
                    return f" in the {length_words(abs(start.by_s))} before {self.moment_words(end)}"
                return f" from {self.moment_words(start)} until {self.moment_words(end)}"
            case q.Between(None, end):
                return f" before {self._timed(end)}"
            case q.Between(start, None):
                return f" after {self._timed(start)}"
            case q.Between(start, end):
                if isinstance(start, q.At | q.Edge) and isinstance(end, q.At | q.Edge):
                    return f" between {self.moment_words(start)} and {self.moment_words(end)}"
                return f" after {self._timed(start)} and before {self._timed(end)}"
            case q.While(condition):
                return f" while {self.so(condition)}"
        raise TypeError(when)

    def so(self, condition: q.Condition) -> str:
        """Such as "a train is visible", "at least three people are visible at once", "no car is visible"."""
        if isinstance(condition, q.Away):
            return f"{self.who_words(condition.who, single=True)} is away"
        if isinstance(condition, q.Both):
            return f"{self.so(condition.a)} and {self.so(condition.b)}"
        if isinstance(condition, q.Outnumbers):
            return f"more {self.who_words(condition.who)} than {self.who_words(condition.others)} are visible"
        who, n = condition.who, condition.n
        if n == 0 or (condition.relation == "fewer" and n == 1):
            return f"{_no(who)}{self._clause(who, one_of=True)} is visible"
        if condition.relation == "least" and n == 1:
            return f"{self.who_words(who, single=True)} is visible"
        things = f"{one(who.term)}" if n == 1 else many(who.term)
        verb = "is" if n == 1 else "are"
        return f"{_RELATIONS[condition.relation]} {number(n)} {things}{self._clause(who)} {verb} visible at once"

    def amount_words(self, amount: q.Amount) -> str:
        """What an amount is of: "the visible time of the bus", "the number of people that move to the left"."""
        match amount:
            case q.Length(seconds):
                return length_words(seconds)
            case q.Count(who):
                return f"the number of {self.who_words(who)}"
            case q.Stay(who, "one"):
                return f"the visible time of {self.who_words(who, single=True)}"
            case q.Stay(who, "range"):
                return f"the difference between the longest and the shortest visible time of {self.who_words(who)}"
            case q.Stay(who, how):
                return f"the {how} visible time of {self.who_words(who)}"
            case q.Time(condition, when, "spells"):
                return f"the number of times in which {self.so(condition)}{self.stretch_words(when)}"
            case q.Time(condition, when, how):
                which = "" if how == "all" else f"{how} "
                return f"the {which}time in which {self.so(condition)}{self.stretch_words(when)}"
            case q.Waits(who, how):
                return f"the {how} time from when one of the {self.who_words(who)} appears to when the next does"
            case q.Absence(who, "one"):
                return f"the time for which {self.who_words(who, single=True)} is away"
            case q.Absence(who, how):
                return f"the {how} time for which one of the {self.who_words(who)} is away"
            case q.Apart(a, b):
                return f"the time from {self._point(a)} to {self._point(b)}"
            case q.Most(who, when, how):
                which = {"most": "largest", "fewest": "smallest", "mean": "mean"}[how]
                return f"the {which} number of {self.who_words(who)} visible at once{self.stretch_words(when)}"
            case q.Sum(parts):
                return " and ".join(self.amount_words(part) for part in parts)
            case q.Less(a, b):
                return f"the difference between {self.amount_words(a)} and {self.amount_words(b)}"
            case q.Share(part, of):
                return f"the share of {self.who_words(part)} among {self.who_words(of)}"
        raise TypeError(amount)

    def _value(self, amount: q.Amount, value: float) -> str:
        return length_words(value) if is_length(amount) else number(round(value))

    def _counted(self, who: q.Who, n: int) -> str:
        """ "Three bicycles appear after the bus leaves", "no bicycle appears …"."""
        but = self.who_words(q.Who(who.term, but=who.but)).removeprefix(many(who.term))
        tests = who.tests or (q.There(q.Between(None, None)),)
        if n == 0:
            return f"{_no(who)}{but} {' and '.join(self.does(test, one_of=True) for test in tests)}"
        name = " or ".join(map(one if n == 1 else many, (who.term, *who.also)))
        return f"{number(n)} {name}{but} {' and '.join(self.does(test, one_of=n == 1) for test in tests)}"

    def _sentence(self, query: q.Query, found: Found) -> str:
        value, more = found.value, found.more
        match query:
            case q.Count(who):
                return self._counted(who, value)
            case q.Exist(who):
                return f"{'Yes' if value else 'No'}, {self._counted(who, more['n'])}"
            case q.Every(who, test):
                return self._every(who, test, value, more)
            case q.Mostly(who, test):
                return f"{'Yes' if value else 'No'}, {self._some(who, test, more)}"
            case q.Share(part, of):
                counts = f"{number(more['n'])} of {number(more['of'])}"
                rest = q.Who(part.term, tests=part.tests[len(of.tests) :]) if part.term == of.term else None
                if rest is not None and rest.tests:
                    what = " and ".join(self.does(test) for test in rest.tests)
                    return f"{percent(value)} of the {self.who_words(of)} ({counts}) {what}"
                return f"{percent(value)} of the {self.who_words(of)} ({counts}) are {many(part.term)}"
            case q.Stay(who, "one"):
                return f"{self.who_words(who, single=True)} is visible for {length_words(value)}"
            case q.Time(condition, when, "spells"):
                stretches = "stretch" if value == 1 else "stretches"
                return f"{self.so(condition)}{self.stretch_words(when)} in {number(value)} separate {stretches} of time"
            case q.Apart(a, b):
                return f"from {self._point(a)} until {self.moment_words(b)} it is {length_words(value)}"
            case q.Time(condition, when, "all"):
                return f"{self.so(condition)}{self.stretch_words(when)} for {length_words(value)} in all"
            case q.Ratio(q.Time(condition, when, "all"), q.Length()):
                return f"{self.so(condition)}{self.stretch_words(when)} for {percent(value)} of the time"
            case q.When(moment):
                return self._when(moment, value)
            case q.Holds(condition, when, always):
                return self._holds(condition, when, always, value, more["spans"])
            case q.Spells(condition, when):
                spans = ", ".join(f"{clock(a)} to {clock(b)}" for a, b in more["spans"][:MOST_SPANS])
                if len(more["spans"]) > MOST_SPANS:
                    spans += f" and {len(more['spans']) - MOST_SPANS} more times"
                return f"{self.so(condition)}{self.stretch_words(when)}: {spans or NEVER}"
            case q.What(who):
                return f"{self.who_words(who, single=True)} is {NONE if value == NONE else a_thing(value)}"
            case q.Sooner(a, b):
                times = more["times"]
                return (
                    f"{'Yes' if value else 'No'}: {self.moment_words(a)} {at_clock(times[0])}, {self.moment_words(b)} "
                    f"{at_clock(times[1])}"
                )
            case q.Compare(q.Count(who), _, q.Length()):
                return f"{'Yes' if value else 'No'}, {self._counted(who, int(more['numbers'][0]))}"
            case q.Ratio(q.Time(condition, when, "all"), q.Time(q.Number(_, "least", 0), _, "all")):
                return f"{self.so(condition)} for {percent(value)} of the time{self.stretch_words(when)}"
            case q.Compare(q.Less(a, b), _, q.Length()):
                numbers = {"numbers": [amount_of(part, self._view) for part in (a, b)]}
                return f"{'Yes' if value else 'No'}: {self._two(a, b, numbers)}"
            case q.Compare(a, _, q.Length()) if is_length(a):
                return f"{'Yes' if value else 'No'}: {self.amount_words(a)} is {length_words(more['numbers'][0])}"
            case q.Compare(a, _, b):
                return f"{'Yes' if value else 'No'}: {self._two(a, b, more)}"
            case q.Less(a, b):
                return f"By {length_words(value) if is_length(a) else number(value)}: {self._two(a, b, more)}"
            case q.Ratio(a, b):
                return f"{mean_words(value)} times: {self._two(a, b, more)}"
            case q.Which() | q.Ranked():
                return self._which(query, found)
            case q.Where(who, moment):
                when = "when it appears" if moment is None else f"when {self.moment_words(moment)}"
                place = {"left": "on the left", "right": "on the right"}.get(value, "in the centre")
                who_is = self.who_words(who, single=True)
                return f"{who_is} is {place} of the picture {when}"
            case q.Alike(who, what) | q.Way(who, what, _):
                return self._way(query, who, what, found)
            case q.SameWay(a, b):
                pairs = zip((a, b), more["ways"], strict=True)
                each = (self._way(way, way.who, way.what, Found(word, "word")) for way, word in pairs)
                return f"{'Yes' if value else 'No'}: {' and '.join(each)}"
            case q.Kinds(q.Who(order="leaves")):
                return f"in the order in which the last of each kind is last seen: {listed(more['names']) or NONE}"
            case q.Kinds(q.Who(pick=int(pick)) as who):
                nth = "last" if pick == -1 else ordinal(pick)
                limits = "".join(self.stretch_words(test.when) for test in who.tests if isinstance(test, q.There))
                return f"the {nth} kind of thing to appear{limits} is {listed(more['names']) or NONE}"
            case q.Kinds(who, none):
                names, does = more["names"], " and ".join(self.does(test, one_of=True) for test in who.tests)
                if not names:
                    return f"of every kind something {does}" if none else f"nothing {does}"
                return f"{listed(names)}: {'nothing' if none else 'something'} of {_kinds(names)} {does}"
            case q.KindBy(amount):
                each = ", ".join(f"{name} {self._value(amount, worth)}" for name, worth in more["worth"])
                best, whose = more["best"], self.amount_words(amount)
                return f"{listed(best)}{' alike' if len(best) > 1 else ''}, by {whose} of each kind: {each}"
            case q.KindsOf(_, relation, n):
                names = more["names"]
                return f"{listed(names) if names else 'no kind'}: {_RELATIONS[relation]} {number(n)} of {_kinds(names)}"
            case q.Busiest(who, _, far, seen):
                does, (a, b) = "are visible" if seen else "appear", more["spans"]
                many_ = "most" if far == "most" else "fewest"
                return (
                    f"the {many_} {self.who_words(who)} {does} between {clock(a)} and {clock(b)} ({number(more['n'])})"
                )
            case q.Trend(who, a, b):
                verb = {"grow": "grows", "shrink": "shrinks", "same": "stays the same"}[value]
                numbers = more["numbers"]
                return (
                    f"the number of {self.who_words(who)} {verb}: {number(numbers[0])} at {self.moment_words(a)}, "
                    f"{number(numbers[1])} at {self.moment_words(b)}"
                )
        said = (
            length_words(value)
            if is_length(query)
            else mean_words(value)
            if isinstance(value, float)
            else number(value)
        )
        return f"{self.amount_words(query)} is {said}"

    def _two(self, a: q.Amount, b: q.Amount, more: dict[str, Any]) -> str:
        one_value, other_value = (self._value(one, value) for one, value in zip((a, b), more["numbers"], strict=True))
        return f"{self.amount_words(a)} is {one_value}, {self.amount_words(b)} {other_value}"

    def _every(self, who: q.Who, test: q.Test, value: bool, more: dict[str, Any]) -> str:
        yes = "Yes" if value else "No"
        if who.pick is not None:
            return f"{yes}, {self.who_words(who)} {self.does(test if value else q.Not(test), one_of=True)}"
        if value and more["of"] == 1:
            return f"{yes}, the only {one(who.term)} {self.does(test, one_of=True)}"
        if value:
            all_of = "both" if more["of"] == 2 else f"all {number(more['of'])}"
            return f"{yes}, {all_of} {self.who_words(who)} {self.does(test)}"
        return f"{yes}, {self._some(who, test, more)}"

    def _some(self, who: q.Who, test: q.Test, more: dict[str, Any]) -> str:
        n, whole = more["n"], more["of"]
        return f"{number(n)} of {number(whole)} {self.who_words(who)} {self.does(test, one_of=n == 1)}"

    def _when(self, moment: q.Moment, value: float | str) -> str:
        said = self.moment_words(moment)
        if isinstance(moment, q.Begins):
            said = f"{self.so(moment.condition)}{self.stretch_words(moment.when)}"
        if value == NEVER:
            return f"it never happens that {said}"
        if isinstance(moment, q.Begins):
            return f"{said} until {clock(value)}" if moment.last else f"{said} from {clock(value)} on"
        return f"{said} {at_clock(value)}"

    def _holds(self, condition: q.Condition, when: q.Stretch | None, always: bool, value: bool, spans: list) -> str:
        said = f"{self.so(condition)}{' all the time' if always else ''}{self.stretch_words(when)}"
        if not value:
            return f"No, it is never so that {said}" if not always else f"No, it is not so that {said}"
        first = f" (first at {clock(max(spans[0][0], 0.0))})" if spans and not always else ""
        return f"Yes, {said}{first}"

    def _which(self, query: q.Which | q.Ranked, found: Found) -> str:
        worth = found.more["worth"]
        moments = isinstance(query.options[0][1], q.Moment)
        amount = query.options[0][1]

        def said(value: float) -> str:
            return at_clock(value) if moments else self._value(amount, value)

        each = ", ".join(f"{name} {said(value)}" for name, value in worth)
        if isinstance(query, q.Ranked):
            return each
        if found.kind == "text":
            return f"both alike: {each}"
        by = ""
        if query.by and len(worth) > 1:
            by = f", by {said(abs(worth[0][1] - worth[1][1]))}"
        the = "the " if found.kind == "object" else ""
        return f"{the}{worth[0][0]}{by}: {each}"

    def _way(self, query: q.Alike | q.Way, who: q.Who, what: str, found: Found) -> str:
        tally = found.more.get("tally", {})
        each = ", ".join(f"{number(n)} {self._side(what, word)}" for word, n in tally.items())
        if isinstance(query, q.Alike):
            return f"{'Yes' if found.value else 'No'}: of the {self.who_words(who)}, {each}"
        if found.value == NONE:
            return f"there are no {self.who_words(who)}"
        if query.majority:
            return (
                f"most of the {self.who_words(who)} {self._verb(what, False)} {self._side(what, found.value)} ({each})"
            )
        return f"{self.who_words(who, single=True)} {self._verb(what, True)} {self._side(what, found.value)}"

    def _verb(self, what: str, one_of: bool) -> str:
        return {"direction": "move", "enters": "appear", "leaves": "leave"}[what] + "s" * one_of

    def _side(self, what: str, word: str) -> str:
        if what == "direction":
            return _WAYS.get(word, word)
        return self._at_side(word).strip()
