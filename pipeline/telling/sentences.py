"""An answer in one English sentence; a confidence in words. `pipeline.telling.refusals` words what can't be answered.

sentence(Question("count", x="car"), 3, evidence, class_names=names, duration_s=60.0)
# "Three cars appear, the first at 0:12."

What the value does not hold (when, which ones, how many of each) comes from the evidence, and is left out where the
evidence says nothing or contradicts the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from data.clock import clock
from data.meaning import LAST, NEVER, NONE, Event, Question
from data.vocabulary import THING, covered
from pipeline.answers import Evidence
from pipeline.telling import sentences_amounts, sentences_leaving, sentences_measures
from pipeline.telling.english import (
    SPELLED,
    a_thing,
    asked_time,
    at_clock,
    counted,
    finished,
    length_words,
    listed,
    many,
    no_thing,
    number,
    one,
    ordinal,
)
from pipeline.telling.refusals import refusal
from pipeline.telling.sentence_parts import (
    Asked,
    begin_of,
    comeback_of,
    from_the_start,
    objects_in,
    stay_of,
    to_the_end,
)
from pipeline.telling.sentences_sides import sided

__all__ = ["confidence_words", "refusal", "sentence", "without_yes_no"]

MOST_TIES = 3
"""How many others that appeared at the same time are named."""


def sentence(
    question: Question,
    value: Any,
    evidence: Sequence[Evidence],
    *,
    class_names: Sequence[str],
    duration_s: float,
    event_times: Mapping[Event, float | None] | None = None,
    only_one: Collection[str] = (),
    nth_of: Mapping[int, int] | None = None,
) -> str:
    """The answer `value` to `question` as a sentence; of "describe", the timeline as it is.

    value, evidence: as in `Answer`. class_names, duration_s: of the clip.
    event_times: when the question's events happen, seconds, None for one that never does; said where known.
    only_one: terms of which the clip has a single object: "the bus" instead of "the last bus".
    nth_of: of tracks in the evidence, which one of their class they are by first appearance, where there are several.
    Raises ValueError for a refusal or an unknown family (`refusal` words those).
    """
    if question.family not in _SENTENCES:
        raise ValueError(f"family {question.family!r} has no answer to word; use refusal() for refusals")
    pieces = tuple(sorted(evidence, key=lambda e: (e.start_s, e.end_s, e.track_id)))
    asked = Asked(
        question, pieces, tuple(class_names), duration_s, dict(event_times or {}), frozenset(only_one), nth_of or {}
    )
    write = _SENTENCES[question.family]
    if (never := _no_such_time(asked)) is not None and not evidence:
        return finished(f"{'no, ' * (value is False)}{never}")
    return finished(write(asked, value) if question.side is None else sided(asked, value, write))


def _no_such_time(asked: Asked) -> str | None:
    """Why the stretch that is asked about does not exist, where an event that limits it never happens."""
    for event in (asked.q.after, asked.q.before):
        if event is not None and event in asked.event_times and asked.event_times[event] is None:
            is_certain = isinstance(event.nth, int) and event.nth > 1
            who = f"there is no {ordinal(event.nth)} {one(event.thing)}" if is_certain else None
            return f"{who or f'{no_thing(event.thing)} is ever visible'}, so there is no such time"
    return None


def without_yes_no(text: str) -> str:
    """A sentence of `sentence` without the "yes" or "no" that it may begin with."""
    return finished(re.sub(r"^(?:Yes|No), ", "", text))


def confidence_words(confidence: float) -> str:
    """A calibrated chance of being right, 0-1: from 0.9 on "sure", 0.7 "fairly sure", 0.4 "unsure", below "a guess"."""
    for least, words in ((0.9, "sure"), (0.7, "fairly sure"), (0.4, "unsure")):
        if confidence >= least:
            return words
    return "a guess"


# ---------------------------------------------------------------------------------------------------- counts and yes/no


def _exists(asked: Asked, value: Any) -> str:
    if not value:
        return asked.invisible()
    seen = asked.of(asked.q.x)
    text = f"yes, {a_thing(asked.q.x)}{asked.which(asked.q.x, seen)} is visible {asked.limit}".rstrip()
    return text + asked.first(begin_of(seen))


def _count_at(asked: Asked, value: Any) -> str:
    n, at = int(value), asked.at(asked.q.t_s or 0.0)
    if n == 0:
        return asked.lead(f"{no_thing(asked.q.x)} is visible {at}")
    return asked.lead(f"{at}, {counted(n, asked.q.x)} {'is' if n == 1 else 'are'} visible")


def _count_from(word: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        n, x, seen = int(value), asked.q.x, asked.of(asked.q.x)
        new = word == "after"
        q = asked.q
        said_before = new and q.event is None and q.stretch is not None and q.stretch[0] == q.t_s
        where = "" if said_before else f" {word} {asked.reference()}"
        if n == 0:
            return asked.lead(f"{no_thing(x, new)} appears{where}")
        first = asked.first(begin_of(seen), "the first " * (n > 1))
        who = f"{number(n)} {'new ' * new}{one(x) if n == 1 else many(x)}" + asked.which(x, seen) * (n == 1)
        return asked.lead(f"{who} {'appears' if n == 1 else 'appear'}{where}{first}")

    return write


def _compare(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    nx, ny = objects_in(asked.of(x)), objects_in(asked.of(y))
    many_x, many_y = many(x), many(y)
    n_x, n_y = (number(n) if n else "none" for n in (nx, ny))
    known = bool(value) == (nx > ny)
    if value:
        more = f"{many_x} ({n_x}) than {many_y} ({n_y})" if known else f"{many_x} than {many_y}"
        return f"yes, there are more {more} {asked.limit}"
    if not known:
        return f"no, there are not more {many_x} than {many_y} {asked.limit}"
    if nx == ny == 0:
        return asked.never(f"no, neither {many_x} nor {many_y}", "are ever visible", "are visible")
    if nx == ny:
        return f"no, there are as many {many_x} as {many_y} ({n_x} of each) {asked.limit}"
    return f"no, there are fewer {many_x} ({n_x}) than {many_y} ({n_y}) {asked.limit}"


def _order(asked: Asked, value: Any) -> str:
    (x, y), (of_x, of_y) = (asked.q.x, asked.q.y), (asked.of(asked.q.x), asked.of(asked.q.y))
    first_x, first_y = (f"the {'' if t in asked.only_one else 'first '}{one(t)}" for t in (x, y))
    t_x, t_y = (of[0].start_s if of else None for of in (of_x, of_y))
    said = f"{'yes' if value else 'no'}, {asked.limit + ', ' if asked.limit else ''}"
    if value:
        if t_x is not None and t_y is None:
            return f"{said}{a_thing(x)} appears {at_clock(t_x)} and {no_thing(y)} ever does"
        if t_x is None or t_x >= t_y:
            return f"{said}{first_x} appears before {first_y}"
        return f"{said}{first_x} (at {clock(t_x)}) appears before {first_y} (at {clock(t_y)})"
    if not asked.pieces:
        return f"{said}neither {a_thing(x)} nor {a_thing(y)} appears"
    if t_x is None:
        return f"{said}{no_thing(x)} appears at all"
    if t_y is not None and t_x == t_y:
        return f"{said}{first_x} and {first_y} appear at the same time ({at_clock(t_x)})"
    if t_y is not None and t_y < t_x:
        return f"{said}{first_y} (at {clock(t_y)}) appears before {first_x} (at {clock(t_x)})"
    return f"{said}{first_x} does not appear before {first_y}"


def _pair(asked: Asked) -> str:
    """Such as "a dog and a bus", "two dogs", "a bus and another vehicle"."""
    x, y = asked.q.x, asked.q.y
    mine, others = (set(covered(term, asked.class_names)) for term in (x, y))
    if x == y:
        return f"two {many(x)}"
    if y != THING and x != THING and mine & others:
        return f"{a_thing(x)} and another {one(y)}"
    return f"{a_thing(x)} and {'something else' if y == THING else a_thing(y)}"


def _duration_together(asked: Asked, value: Any) -> str:
    if not value:
        return _together(asked, False)
    return asked.lead(f"{_pair(asked)} are visible at the same time for {length_words(float(value))} in all")


def _together(asked: Asked, value: Any) -> str:
    pair = _pair(asked)
    if not value:
        return f"{pair} are never visible at the same time {asked.limit}"
    return f"yes, {pair} are visible at the same time {asked.limit}".rstrip() + asked.first(begin_of(asked.pieces))


def _returns(asked: Asked, value: Any) -> str:
    if not value:
        if asked.q.nth is not None or asked.q.x in asked.only_one:
            return f"{asked.the()} never comes back {asked.limit}"
        return asked.never(no_thing(asked.q.x), "ever comes back", "comes back")
    back_s = None if asked.limit else comeback_of(asked.of(asked.q.x))  # a stretch cuts off the time before
    who = asked.the() if asked.q.nth is not None or asked.q.x in asked.only_one else a_thing(asked.q.x)
    return f"yes, {who} comes back {asked.limit}".rstrip() + asked.first(back_s)


# --------------------------------------------------------------------------------------------- things, times, durations


def _when(asked: Asked, name: str) -> str:
    """When the things of class `name` in the evidence come, and what came at the same time: ", at 0:12"."""
    mine = [e for e in asked.pieces if e.class_name == name]
    if not mine:
        return ""
    at_s = mine[0].start_s
    ties = list(dict.fromkeys(e.class_name for e in asked.pieces if e.start_s == at_s and e.class_name != name))
    named = [a_thing(tie) for tie in ties[:MOST_TIES]] + ["others"] * (len(ties) > MOST_TIES)
    return f", {at_clock(at_s)}" + (f", at the same time as {listed(named)}" if ties else "")


def _newcomer(asked: Asked, value: Any) -> str:
    nth = {"first": 1, "last": LAST}.get(asked.q.family, asked.q.nth)
    if value == NONE:
        limited = bool(asked.limit)
        nobody = asked.nobody(limited) if nth in (None, 1, LAST) else f"no {ordinal(nth)} {one(asked.q.x or THING)}"
        return asked.never(nobody, "ever appears", "appears")
    if value == asked.q.x and asked.pieces:  # of people, that it is a person says nothing
        new = "new " * bool(asked.limit)
        return asked.lead(f"the {ordinal(nth or 1)} {new}{one(value)} appears {at_clock(asked.pieces[0].start_s)}")
    which = f"the {ordinal(nth or 1)} {one(asked.q.x or THING)} to appear"
    return f"{which} {asked.limit} is {a_thing(value)}{_when(asked, value)}"


def _neighbour(word: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        where = f"{word} {asked.reference()}"
        if value == NONE:
            return asked.lead(f"{asked.nobody(word == 'after')} appears {where}")
        side = "first" if word == "after" else "last"
        return asked.lead(
            f"the {side} {one(asked.q.x or THING)} to appear {where} is {a_thing(value)}{_when(asked, value)}"
        )

    return write


def _stays(word: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        if value == NONE:
            return asked.never(asked.nobody(False), "is ever visible", "is visible")
        mine = [e for e in asked.pieces if e.class_name == value]
        who, length = a_thing(value), ""
        if mine:
            track, best_s = stay_of(mine, word)
            who = f"the {ordinal(asked.nth_of[track])} {one(value)}" if track in asked.nth_of else who
            begin = clock(next(e.start_s for e in asked.pieces if e.track_id == track))
            length = f": {length_words(best_s)}, {f'from {begin} on' if best_s >= 2 else f'at {begin}'}"
        return asked.lead(f"{who} is visible for the {word} time{length}")

    return write


def _when_appears(asked: Asked, value: Any) -> str:
    x, nth = asked.q.x, asked.q.nth
    if value == NEVER:
        if nth in (None, 1, LAST):
            return asked.never(no_thing(x, new=bool(asked.limit)), "ever appears", "appears")
        return asked.never(f"no {ordinal(nth)} {'new ' * bool(asked.limit)}{one(x)}", "ever appears", "appears")
    return asked.lead(f"{asked.the(new=True)}{asked.which(x, asked.of(x))} appears {at_clock(float(value))}")


def _when_leaves(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return asked.absent()
    q, at_s = asked.q, float(value)
    who = asked.the() if q.nth is not None or q.x in asked.only_one else a_thing(q.x)
    if q.nth == LAST:
        who = f"the last {one(q.x)} to appear"
    still = ", at the very end" if not asked.limit and at_s >= asked.duration_s - 0.01 else ""
    return asked.lead(f"{who}{asked.which(q.x, asked.of(q.x))} is last seen {at_clock(at_s)}{still}")


def _duration(asked: Asked, value: Any) -> str:
    if not value:
        return asked.invisible()
    share = asked.share_words(float(value)) if asked.q.nth is None else ""
    return asked.lead(f"{asked.some()} is visible for {length_words(float(value))} in all{share}")


def _returns_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return _returns(asked, False)
    who = asked.the() if asked.q.nth is not None or asked.q.x in asked.only_one else a_thing(asked.q.x)
    return asked.lead(f"{who} first comes back {at_clock(float(value))}")


# ----------------------------------------------------------------------------------------------------- places and lists

_MOVES = {"left": "moves to the left", "right": "moves to the right", "up": "moves up", "down": "moves down"}
_ENTERS = {side: f"comes into the picture from the {side}" for side in ("left", "right", "top", "bottom")}
_LEAVES = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom"}
_LEAVES = {side: f"leaves the picture {words}" for side, words in _LEAVES.items()}
_THERE = {side: f"is there from the start, nearest to the {side}" for side in _ENTERS}
_STILL_THERE = {side: f"is still there at the end, nearest to the {side}" for side in _ENTERS}
_PLACES = {"left": "is on the left", "right": "is on the right", "centre": "is in the centre"}


def _place(words: Mapping[str, str]) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        if value == NONE:
            return asked.absent()
        return asked.lead(f"{asked.the()}{asked.which(asked.q.x, asked.of(asked.q.x))} {words[str(value)]}")

    return write


def _enters_from(asked: Asked, value: Any) -> str:
    return _place(_THERE if from_the_start(asked.of(asked.q.x), asked.limit) else _ENTERS)(asked, value)


def _leaves_to(asked: Asked, value: Any) -> str:
    stays = to_the_end(asked.of(asked.q.x), asked.limit, asked.duration_s)
    return _place(_STILL_THERE if stays else _LEAVES)(asked, value)


def _where_at(asked: Asked, value: Any) -> str:
    some = asked.q.nth is None and asked.q.x not in asked.only_one
    if asked.q.t_s is None:
        if value == NONE:
            return asked.invisible()
        who = a_thing(asked.q.x) if some else asked.the()
        seen = asked.of(asked.q.x)
        when = f" at {clock((seen[0].start_s + seen[0].end_s) / 2)}" if seen else ""
        return f"{who} {_PLACES[str(value)]} of the picture{when}"
    at = asked_time(asked.q.t_s)
    if value == NONE:
        return f"{no_thing(asked.q.x)} is visible at {at}" if some else f"{asked.the()} is not visible at {at}"
    who = a_thing(asked.q.x) if some else asked.the()
    return f"at {at}, {who}{asked.which(asked.q.x, asked.of(asked.q.x))} {_PLACES[str(value)]} of the picture"


MOST_LISTED = 8
"""So many of one kind are told with their times."""


def _seen_from(asked: Asked, see: str) -> str:
    """Such as "are seen, from 0:05, 0:12 and 0:30 on"."""
    begins: dict[int, float] = {}
    for e in asked.pieces:
        begins.setdefault(e.track_id, e.start_s)
    times = [clock(t) for t in list(begins.values())[:MOST_LISTED]]
    more = f" ({len(begins) - MOST_LISTED} more later)" * (len(begins) > MOST_LISTED)
    return f"{'is' if len(begins) == 1 else 'are'} {see}, from {listed(times)} on{more}"


def _list(asked: Asked, value: Any) -> str:
    names = [SPELLED.get(name, (name,))[0] for name in value]
    if not names:
        return asked.never(asked.nobody(False), "ever appears", "is visible")
    see = "visible" if asked.limit else "seen"
    if len(names) == 1 and value[0] == asked.q.x and asked.pieces:  # "list everybody who comes by": one by one
        return asked.lead(f"{counted(objects_in(asked.pieces), value[0])} {_seen_from(asked, see)}")
    if len(names) == 1:
        return asked.lead(f"only one kind of thing is {see}: {names[0]}")
    return asked.lead(f"{number(len(names))} kinds of thing are {see}, in this order: {listed(names)}")


def _together_list(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if not value:
        return f"nothing else is {'ever ' * (not asked.limit)}visible at the same time as {a_thing(x)} {asked.limit}"
    named = []
    for name in value:
        n = objects_in([e for e in asked.pieces if e.class_name == name])
        named.append(many(name) if n > 1 else a_thing(name))  # not how many: they need not be there at once
    is_many = len(named) > 1 or not named[0].startswith(("a ", "an "))
    return asked.lead(f"{listed(named)} {'are' if is_many else 'is'} visible at the same time as {a_thing(x)}")


def _describe(asked: Asked, value: Any) -> str:
    return str(value) or "Nothing is seen."


_SENTENCES: dict[str, Callable[[Asked, Any], str]] = {
    **sentences_amounts.SENTENCES, **sentences_leaving.SENTENCES, **sentences_measures.SENTENCES,
    "exists": _exists, "count_at": _count_at,
    "count_before": _count_from("before"), "count_after": _count_from("after"),
    "compare": _compare, "first": _newcomer, "last": _newcomer, "nth": _newcomer, "when_appears": _when_appears,
    "when_leaves": _when_leaves, "next_after": _neighbour("after"), "previous_before": _neighbour("before"),
    "order": _order, "together": _together, "duration_together": _duration_together,
    "together_list": _together_list, "duration": _duration,
    "longest": _stays("longest"), "shortest": _stays("shortest"), "returns": _returns, "returns_when": _returns_when,
    "direction": _place(_MOVES | {"still": "stays still"}), "enters_from": _enters_from,
    "leaves_to": _leaves_to, "where_at": _where_at, "list": _list, "describe": _describe,
}  # fmt: skip
