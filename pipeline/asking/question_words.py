"""A typed question as plain English: how a question was understood, to be read back to the person who asked.

question_words(Question("count_between", x="bus", stretch=(30.0, 70.0)), 300.0)
# "how many buses are visible between 0:30 and 1:10"
"""

from __future__ import annotations

from data.meaning import LAST, Event, Question
from data.vocabulary import THING
from pipeline.telling.english import a_thing, asked_time, length_words, many, one, ordinal
from pipeline.telling.sentences_measures import of_event, unit_words
from pipeline.telling.sentences_sides import side_words

_ASKS = {
    "exists": "is {a_x} visible",
    "count": "how many {xs} appear",
    "count_between": "how many {xs} are visible",
    "count_at": "how many {xs} are visible at {t}",
    "count_before": "how many {xs} appear before {reference}",
    "count_after": "how many {xs} appear after {reference}",
    "max_at_once": "how many {xs} are visible at once, at most",
    "compare": "are there more {xs} than {ys}",
    "first": "{which} appears first",
    "last": "{which} appears last",
    "nth": "what is the {nth} {x} to appear",
    "when_appears": "when does {the_x} appear",
    "when_leaves": "when is {the_x} last seen",
    "when_most": "when are the most {xs} visible",
    "min_at_once": "how many {xs} are visible at once, at least",
    "when_fewest": "when are the fewest {xs} visible",
    "at_least": "do at least {n} {xs} appear",
    "at_least_at_once": "are at least {n} {xs} visible at once",
    "first_leaves": "{which} leaves first",
    "last_leaves": "{which} leaves last",
    "count_left": "how many {xs} leave",
    "order_leaves": "does {a_x} leave before {a_y}",
    "away": "how long is {the_x} away before it comes back",
    "absent": "how long is no {x} visible",
    "visits": "how many times is {the_x} there",
    "exactly": "do exactly {n} {xs} appear",
    "exactly_at_once": "are exactly {n} {xs} visible at one time",
    "at_most": "do at most {n} {xs} appear",
    "at_most_at_once": "are at most {n} {xs} visible at once",
    "when_number": "when are exactly {n} {xs} visible",
    "when_at_least": "when are at least {n} {xs} visible",
    "leaves": "does {the_x} leave",
    "leaves_when": "when does {the_x} go away",
    "count_leavings": "how many times does {the_x} go away",
    "longest_absent": "how long is the longest time without {a_x}",
    "time_between": "how long is it between these two: {reference} and {other}",
    "happens_before": "is this so: {reference} before {other}",
    "count_returns": "how many times does {the_x} come back",
    "duration_at_least": "how long are at least {n} {xs} visible",
    "stands": "how long does {the_x} stand still",
    "stops": "does {the_x} come to a stand",
    "stops_when": "when does {the_x} first come to a stand",
    "duration_exactly": "how long are exactly {n} {xs} visible",
    "duration_together": "how long are {a_x} and {a_y} visible at the same time",
    "always": "are at least {n} {xs} visible all the time",
    "ever_at_most": "are ever {n} {xs} or fewer visible",
    "mean_at_once": "how many {xs} are visible on average",
    "mean_stay": "how long is {a_x} visible on average",
    "share": "for what share of the time is {the_x} visible",
    "share_absent": "for what share of the time is {the_x} not visible",
    "share_at_least": "for what share of the time are at least {n} {xs} visible",
    "share_of": "what share of the {ys} are {xs}",
    "rate": "how many {xs} are seen per {unit}",
    "when_most_come": "in which {unit} do the most {xs} appear",
    "when_most_seen": "in which {unit} are the most {xs} seen",
    "longest_gap": "how long is the longest break without {a_x}",
    "shortest_gap": "how long is the shortest break without {a_x}",
    "mean_gap": "how long is a break without {a_x} on average",
    "mean_interval": "how long is it on average from one {x} that appears to the next",
    "count_empty": "how many times is there no {x}",
    "longest_visit": "how long is the longest unbroken stay of {the_x}",
    "lasts_longer": "is {the_x} visible for longer than {length}",
    "lasts_shorter": "is {the_x} visible for less than {length}",
    "stays_each": "from when to when is each {x} seen",
    "stays_ranked": "for how long is each {x} seen, the longest first",
    "count_each": "how many {xs} appear in each {unit}",
    "counts_change": "how does the number of {xs} change",
    "appears": "does {a_x} appear",
    "when_at_most": "when are at most {n} {xs} visible",
    "stays_longer": "is {one_of_two} visible for longer than {other_of_two}",
    "when_each": "when does each {x} appear",
    "when_each_leaves": "when does each {x} leave",
    "next_after": "{which} appears next after {reference}",
    "previous_before": "{which} appears last before {reference}",
    "order": "does {a_x} appear before {a_y}",
    "together": "are {a_x} and {a_y} visible at the same time",
    "together_list": "what is visible at the same time as {a_x}",
    "duration": "how long is {a_x} visible",
    "longest": "{which} is visible for the longest time",
    "shortest": "{which} is visible for the shortest time",
    "returns": "does {the_x} come back",
    "returns_when": "when does {the_x} come back",
    "direction": "which way does {the_x} move",
    "enters_from": "from which side does {the_x} come",
    "leaves_to": "on which side does {the_x} leave",
    "where_at": "where is {the_x} at {t}",
    "list": "which kinds of {x} are seen",
    "describe": "what happens",
}


def question_words(question: Question, duration_s: float) -> str:
    """A question in English without a question mark. Raises KeyError for a refusal's family."""
    q = question
    x, y = q.x or THING, q.y or THING
    words = _ASKS[q.family].format(
        x=one(x),
        n=1 if q.nth is None else q.nth,
        a_x=a_thing(x),
        xs=many(x),
        the_x=the_words(x, q.nth),
        which="what" if q.x is None else f"which {one(x)}",
        a_y=a_thing(y),
        ys=many(y),
        t=asked_time(q.t_s or 0.0),
        nth=ordinal(q.nth or 1),
        unit=unit_words(q.t_s),
        length=length_words(q.t_s or 0.0),
        one_of_two=of_event(q.event) if q.event is not None else "one",
        other_of_two=of_event(q.other) if q.other is not None else "the other",
        other=_event(q.other) if q.other is not None else "",
        reference=_event(q.event) if q.event is not None else asked_time(q.t_s or 0.0),
    )
    if q.nth == 1:
        words = words.replace(f"1 {many(x)}", f"one {one(x)}").replace(" are exactly one ", " is exactly one ")
    if q.side is not None:
        words += f", of those that {side_words(q.side, many=True)},"
    limits = [_stretch(*q.stretch, duration_s)] if q.stretch is not None else []
    limits += [f"{word} {_event(event)}" for word, event in (("after", q.after), ("before", q.before)) if event]
    return " ".join([words, " and ".join(limit for limit in limits if limit)]).strip().rstrip(",")


def the_words(term: str, nth: int | str | None) -> str:
    """Such as "the second car", "any car" where no particular one is meant."""
    return f"the {ordinal(nth)} {one(term)}" if nth else a_thing(term)


def _event(event: Event) -> str:
    nth = event.nth or (1 if event.change == "appears" else LAST)
    return f"the {ordinal(nth)} {one(event.thing)} {event.change}"


def _stretch(t0: float, t1: float, duration_s: float) -> str:
    if t0 == t1:
        return f"at {asked_time(t0)}"
    if t1 >= duration_s:
        return f"after {asked_time(t0)}" if t0 > 0 else ""
    return f"before {asked_time(t1)}" if t0 <= 0 else f"between {asked_time(t0)} and {asked_time(t1)}"
