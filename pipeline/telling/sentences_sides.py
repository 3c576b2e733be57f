"""English sentences about the things of one side: "four cars come in from the left"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from data.meaning import LAST, NEVER, Side
from data.vocabulary import THING
from pipeline.telling.english import a_thing, at_clock, counted, length_words, no_thing, one, ordinal
from pipeline.telling.sentence_parts import Asked, begin_of, part_words, standing_words
from pipeline.telling.sentences_leaving import last_sights

_VERBS = {"enters_from": ("comes in", "come in"), "leaves_to": ("goes out", "go out"), "direction": ("moves", "move")}
_STANDS = {"left": "left", "right": "right", "centre": "middle"}
_COUNTED = frozenset(("count", "count_between", "count_left"))


def side_words(side: Side, *, many: bool = False) -> str:
    """Such as "comes in from the left", "go out at the top", "moves up", "are on the left of the picture"."""
    if side.how == "inside":
        return f"{'are' if many else 'is'} {part_words(side.word)}"
    if side.how == "stands":
        return f"{'stand' if many else 'stands'} {standing_words(side.word)}"
    if side.how == "stays":
        how, seconds = side.word.split()
        return f"{'stay' if many else 'stays'} {how} than {length_words(float(seconds))}"
    verb = _VERBS[side.how][many]
    if side.how == "enters_from":
        return f"{verb} from the {side.word}"
    if side.how == "leaves_to":
        return f"{verb} {'on' if side.word in ('left', 'right') else 'at'} the {side.word}"
    if side.word == "moving":
        return verb
    if side.word == "still":
        return f"{'stand' if many else 'stands'} still"
    return f"{verb} {side.word if side.word in ('up', 'down') else f'to the {side.word}'}"


def _with_the_one(said: str, asked: Asked) -> str:
    """ "counting only the bottle on the left, a bottle is away" → "the left bottle is away"."""
    thing = one(asked.q.x or THING)
    only = rf"counting only the {re.escape(thing)} {standing_words(asked.q.side.word)}, "
    pattern = rf"{only}(?:an?|the(?: first| last)?) {re.escape(thing)}\b"
    the_one = f"the {_STANDS[asked.q.side.word]} {thing}"
    said = re.sub(pattern, the_one, said)
    said = re.sub(rf"{only}(?P<begins>.*?)\bno {re.escape(thing)} is\b", rf"\g<begins>{the_one} is not", said)
    said = re.sub(
        rf"\bno {re.escape(thing)} is\b(?P<goes_on>.*?), {only.removesuffix(', ')}",
        rf"{the_one} is not\g<goes_on>",
        said,
    )
    behind = rf"(?:\ban?|\bthe(?: first| last)?) {re.escape(thing)}\b(?P<does>.*?),? {only.removesuffix(', ')}"
    return re.sub(behind, rf"{the_one}\g<does>", said)


def sided(asked: Asked, value: Any, otherwise: Callable[[Asked, Any], str]) -> str:
    """The answer to a question of one side. otherwise: words it for any other question."""
    if asked.q.side.how in ("inside", "stands", "stays"):  # which of them is a limit, as a stretch is
        said = otherwise(asked, value)
        return _with_the_one(said, asked) if asked.q.side.how == "stands" else said
    q, seen = asked.q, asked.of(asked.q.x or THING)
    says = side_words(q.side)
    goes = q.side.how == "leaves_to"
    first_s = min(last_sights(seen).values(), default=None) if goes else begin_of(seen)
    if q.family == "exists":
        if not value:
            return asked.lead(f"{no_thing(q.x)} {says}")
        return f"yes, {asked.lead(f'{a_thing(q.x)}{asked.which(q.x, seen)} {says}{asked.first(first_s)}')}"
    if q.family in _COUNTED:
        n = int(value)
        if n == 0:
            return asked.lead(f"{no_thing(q.x)} {says}")
        first = asked.first(first_s, "the first " * (n > 1))
        who = counted(n, q.x) + asked.which(q.x, seen) * (n == 1)
        return asked.lead(f"{who} {side_words(q.side, many=n > 1)}{first}")
    if q.family in ("when_appears", "when_leaves"):
        nth = q.nth or (LAST if q.family == "when_leaves" else 1)
        if value == NEVER:
            nobody = no_thing(q.x) if nth in (1, LAST) else f"no {ordinal(nth)} {one(q.x)}"
            return asked.lead(f"{nobody} {says}")
        does = "is last seen" if q.family == "when_leaves" else "appears"
        return asked.lead(f"the {ordinal(nth)} {one(q.x)} that {says} {does} {at_clock(float(value))}")
    return f"of what {says}: {otherwise(asked, value)}"
