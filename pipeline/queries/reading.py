"""From the words of a composed question to its `algebra`, by the grammar: `read_query(text, …)`.

What every rule of `grammar.lark` means stands in a method of its name. A question is read as a function of the stretch
that stands in front of it ("in the first minute, …") and of those that it is about ("of the people who …, how many").
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lark import Transformer
from lark.exceptions import LarkError, VisitError

from pipeline.queries import algebra as q
from pipeline.queries.ask_kinds import AskKinds
from pipeline.queries.ask_times import AskTimes
from pipeline.queries.ask_which import AskWhich
from pipeline.queries.asks import Asks
from pipeline.queries.meanings import NEXT, Unfit, none_of, settled, takes_verb
from pipeline.queries.parsing import parse
from pipeline.queries.tidy import tidied
from pipeline.queries.whens import STRETCH_RULES, Whens
from pipeline.queries.whom import Whom
from pipeline.queries.words import Word, tokens_of

_LOG = logging.getLogger(__name__)


def read_query(text: str, class_names: Sequence[str], duration_s: float) -> q.Query | None:
    """The composed question of a text; None where it is none, or holds words that have no place in one."""
    return _read(text, tuple(class_names), duration_s)


MOST_WORDS = 60
"""Longer texts take the parser too long, and are no one question."""


@lru_cache(2000)
def _read(text: str, class_names: tuple[str, ...], duration_s: float) -> q.Query | None:
    try:
        words = tokens_of(text, class_names, duration_s)
    except (ValueError, OverflowError):  # digits that are no number
        return None
    if words is None or len(words) > MOST_WORDS:
        return None
    words = tidied(words)
    try:
        reading = Reading(duration_s)
        query = settled(reading.transform(parse(words)))
        sums = any(isinstance(part, q.Who) and part.also for part in q.parts_of(query))
        if sums and isinstance(query, q.Compare | q.Less) and _AT_ONCE.search(text.replace("together", "")):
            return None  # more than both at once
        compared = any(isinstance(part, q.Outnumbers) for part in q.parts_of(query))
        more = any(word.kind == "MORE" for word in words) and not compared
        if isinstance(query, q.Exist | q.Every | q.Holds) and more:
            return None  # "did more people go left?": more than whom?
        if isinstance(query, q.Holds) and _is_so_many(query.condition) and not _AT_ONCE.search(text):
            if query.when is not None:
                return None
            limit = query.condition  # "is there only one cart", "more than five overall": in all, not at once
            query = q.Compare(q.Count(limit.who), limit.relation, q.Length(float(limit.n)))
        if isinstance(query, q.Exist) and _is_denied(words) and not _SOME.search(text):
            query = _of_none(query)
        if isinstance(query, q.Count) and any(_is_just_then(part) for part in q.parts_of(query)):
            return None
        query = _ever_outnumbers(query) if _EVER_MORE.search(text) else query
        good = _is_whole(query) and says_all(query, words) and keeps_all(query, reading.made) and said_counts(query)
        return query if good else None
    except VisitError as error:
        if not isinstance(error.orig_exc, Unfit | OverflowError):  # a rule that is wrong must not end an answer
            _LOG.exception("the grammar failed on %r: it goes the usual way", text)
        return None
    except (LarkError, Unfit, OverflowError):
        return None


_AT_ONCE = re.compile(
    r"\b(?:ever|at once|together|simultaneous\w*|concurrent\w*|side by side|at any|at some|same (?:time|moment)"
    r"|at (?:a|one) (?:time|moment)|alone|by (?:itself|himself|herself|themselves)|on (?:its|his|her|their) own)\b",
    re.I,
)


_EVER_MORE = re.compile(r"\bever\b.*\boutnumber", re.I)


def _ever_outnumbers(query: q.Query) -> q.Query | None:
    """More of some than of others at one moment, instead of in all."""
    match query:
        case q.Compare(q.Count(who), "more", q.Count(others)) if not (who.tests or others.tests):
            return q.Holds(q.Outnumbers(who, others))
        case q.Compare(q.Count(who), "more", q.Count(others)) if who.tests == others.tests and len(who.tests) == 1:
            if isinstance(there := who.tests[0], q.There) and not there.throughout:
                whom = (replace(one, tests=()) for one in (who, others))
                return q.Holds(q.Outnumbers(*whom), there.when)
        case q.Holds():
            return query
    return None


_SOME = re.compile(r"\b(?:any|some)\b", re.I)


def _is_just_then(part: Any) -> bool:
    """Is it to leave at a time that is said? How many do so is how many have gone by then, too."""
    return isinstance(part, q.Goes) and isinstance(part.when, q.Then) and isinstance(part.when.moment, q.At)


def _is_denied(words: Sequence[Word]) -> bool:
    """Is something said of none of several: "cars never go left", "the cars do not go left"?"""
    told = words[0].kind == "TRUE"
    pairs = pairwise(words)
    return any(a.kind == "CLASS" and b.kind == "NOT" and ((a.many and told) or b.value == "never") for a, b in pairs)


def _of_none(query: q.Exist) -> q.Query:
    """That there is one that does not, as that there is none that does."""
    does = tuple(test.test if isinstance(test, q.Not) else test for test in query.who.tests)
    return none_of(replace(query.who, tests=does))


def _is_so_many(condition: q.Condition) -> bool:
    """Is it a condition of a number, of which there may also be so many in all?"""
    return isinstance(condition, q.Number) and (condition.n > 1 or (condition.n == 1 and condition.relation != "least"))


def keeps_all(query: q.Query, made: Sequence[q.Stretch]) -> bool:
    """Is every moment and condition of the stretches that were read in the query?"""
    found = [part for part in q.parts_of(query) if isinstance(part, q.Moment | q.Condition)]

    def is_kept(part: Any) -> bool:
        if takes_verb(part):
            return any(isinstance(one, q.Happens) and one.who.term == part.who.term for one in found)
        return part is None or part in found or settled(part) in found or part == q.Edge(1.0)

    limits = [end for one in made for end in ((one.start, one.end) if isinstance(one, q.Between) else ())]
    limits += [one.moment for one in made if isinstance(one, q.Then)]
    return all(map(is_kept, [*limits, *(one.condition for one in made if isinstance(one, q.While))]))


def said_counts(query: Any, inside: bool = False) -> bool:
    """Does every number of things that was said count? "Did two cars come?" asks for more than one."""
    if isinstance(query, q.Who):
        return not (inside and (query.said or 0) > 1)
    if isinstance(query, q.Number) and query.who.said == query.n:
        return True
    inside = inside or isinstance(query, q.Exist | q.Every | q.Happens | q.With | q.Number)
    inside = inside or (isinstance(query, q.Stay) and query.how == "one")
    if is_dataclass(query):
        return all(said_counts(getattr(query, one.name), inside) for one in fields(query))
    return all(said_counts(each, inside) for each in query) if isinstance(query, tuple | list) else True


_ENDS = frozenset(("SIDE", "LEFT", "DIRW"))
_TIMES, _SIDES = frozenset(("CLOCK", "LENGTH")), frozenset(("SIDE", "DIRW", "DIRADJ"))


def says_all(query: q.Query, words: Sequence[Word]) -> bool:
    """Is every thing, time and side of the words in the query? What a rule forgets must not be passed over."""
    terms, times, sides = set(), 0, 0
    for part in q.parts_of(query):
        if isinstance(part, q.Who):
            terms.update((part.term, *part.also, *part.but))
        times += isinstance(part, q.At | q.Length | q.Shifted | q.Busiest)
        sides += isinstance(part, q.Heads) or (isinstance(part, q.Comes | q.Goes) and part.side is not None)
    return (
        all(word.value in terms for word in words if word.kind == "CLASS")
        and times >= sum(word.kind in _TIMES for word in words)
        and (
            sides >= sum(word.kind in _SIDES for word in words) - _across(words)
            or isinstance(query, q.Way | q.Alike | q.SameWay | q.Where)
        )
    )


def _across(words: Sequence[Word]) -> int:
    """How many times a way is said by two sides: "from left to right"."""
    kinds = [word.kind for word in words]
    return sum(kinds[k - 3] == "FROM" and kinds[k - 1] == "TO" for k in range(3, len(kinds)) if kinds[k] in _ENDS)


def _is_whole(query: Any) -> bool:
    """Is it known of everybody who is named whom that means?"""
    if isinstance(query, q.Who) and (not query.term or query.said == NEXT):
        return False
    if isinstance(query, q.Happens) and query.change == "same":
        return False
    if is_dataclass(query):
        return all(_is_whole(getattr(query, one.name)) for one in fields(query))
    return all(map(_is_whole, query)) if isinstance(query, tuple | list) else True


class Reading(Asks, AskTimes, AskWhich, AskKinds, Whom, Whens, Transformer):
    """What a tree of the grammar means; one method per rule."""

    def __init__(self, duration_s: float) -> None:
        super().__init__()
        self.duration_s = duration_s
        self.made: list[q.Stretch] = []


def _kept(rule: Any) -> Any:
    """A rule of stretches that notes what it makes."""

    def noted(self: Reading, parts: list) -> q.Stretch:
        made = rule(self, parts)
        if made not in self.made:
            self.made.append(made)
        return made

    return noted


for _name in STRETCH_RULES:
    setattr(Reading, _name, _kept(getattr(Whens, _name)))
setattr(Reading, "with", Reading.with_)  # a rule's name that is a word of Python
