"""The answer to a composed question: worked out in every world of a clip's memory, said, and as sure as they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.meaning import LAST, Question
from data.vocabulary import THING
from pipeline.answers import Answer, Doubts
from pipeline.clip_memory import ClipMemory
from pipeline.comparing.confidence import same_value
from pipeline.confidence import about_question
from pipeline.given_tracks import is_given
from pipeline.queries import algebra as q
from pipeline.queries.measures import Found, found
from pipeline.queries.told import told
from pipeline.telling.shown import evidence_of

READ = 0.97
"""How surely a composed question is read: of 300 of strangers that the grammar takes, 294 were understood (LOG.md)."""
_LIKE = {"number": "count_between", "duration": "duration", "time": "when_appears", "object": "longest",
         "word": "direction", "list": "list", "text": "when_each"}  # fmt: skip
"""The family whose calibration fits a kind of value; "compare" fits all others."""

Sure = Callable[[Question, Doubts, int], float]


def composed_answer(text: str, query: q.Query, memory: ClipMemory, sure: Sure, read: float = READ) -> Answer | None:
    """None where the question cannot be put to this clip. sure: how sure an answer is (`Answerer.confidence`). read:
    how surely the question was read."""
    first = found(query, memory.view(0))
    if first is None:
        return None
    values: dict[int, Any] = {0: first.value}
    for world in memory.distinct:
        if world not in values:
            other = found(query, memory.view(world))
            values[world] = None if other is None else other.value
    agreement = sum(same_value(values[world], first.value) for world in memory.distinct) / len(memory.distinct)
    evidence = tuple(evidence_of(_distinct(first), memory.view(0)))
    like = Question(_LIKE.get(first.kind, "compare"), x=terms_of(query)[0])
    sight = (1.0, 1.0) if is_given(memory.index) else (memory.sharpness, memory.wholeness)
    doubts = Doubts(read, agreement, memory.clarity, *sight, about_question(like, memory, evidence))
    said = told(query, first, memory.view(0))
    return Answer(
        question=text,
        text=said,
        kind=first.kind,
        value=first.value,
        confidence=sure(like, doubts, len(evidence)),
        evidence=evidence,
        understood=like,
        doubts=doubts,
        composed=True,
    )


def _distinct(one: Found) -> list:
    return list(dict.fromkeys(one.evidence))


def terms_of(query: Any) -> list[str]:
    """The things that a question names, in their order; everything where it names none."""
    whom = (part for part in q.parts_of(query) if isinstance(part, q.Who))
    return list(dict.fromkeys(term for who in whom for term in (who.term, *who.also))) or [THING]


_OF_ONE = frozenset(("direction", "enters_from", "leaves_to", "where_at", "returns", "returns_when"))
"""Families that are asked of one object, the first if none is named."""
_LIMITED = (q.Count, q.Exist, q.Every, q.Share, q.Kinds, q.Compare, q.Stay, q.Time, q.Holds, q.Way, q.Most, q.What)
"""Questions in which what happens is a limit, and not what is asked for."""


def says_more(query: q.Query, question: Question) -> bool:
    """Does a query hold what happens, or who comes back, is away or beside others, that a question of a family leaves
    out? Then the same answer would be given for another reason."""
    parts = list(q.parts_of(query))
    happens = isinstance(query, _LIMITED) and any(isinstance(part, q.Happens) for part in parts)
    tested = any(isinstance(part, q.Returns | q.AwayFor | q.With) for part in parts)
    tested |= any(isinstance(part, q.Number) and part.n == 0 for part in parts) and question.family == "together"
    parts_told = isinstance(query, q.KindBy | q.KindsOf) or query == q.Compare(
        getattr(query, "a", None), "exactly", q.Length(0.0)
    )
    if any((isinstance(part, q.Who) and (part.but or part.also)) or isinstance(part, q.Outnumbers) for part in parts):
        return True  # it says what is left out, or both kinds
    orders = any(isinstance(part, q.Who) and part.order != "appears" for part in parts)
    if parts_told or (orders and question.family not in ("first_leaves", "last_leaves", "leaves_when")):
        return True
    if question.family == "order_leaves" and any(isinstance(p, q.Happens) and p.change == "appears" for p in parts):
        return True  # one leaves before the other comes
    if isinstance(query, q.Holds) and query.always:
        return True
    picks = {part.pick for part in parts if isinstance(part, q.Who) and isinstance(part.pick, int)}
    if question.family in _OF_ONE and picks and picks.isdisjoint({question.nth, -1 if question.nth == LAST else None}):
        return True  # of another one
    if question.family == "order" and any(isinstance(part, q.Happens) and part.change == "leaves" for part in parts):
        return True  # one comes after the other has left
    limits = [part for part in parts if isinstance(part, q.Comes | q.Goes) and part.when is not None]
    if question.family == "compare" and isinstance(query, q.Compare | q.Less) and limits:
        return True  # more of those that come then, not of those that are there
    happens &= not question.events and not question.family.startswith("order")
    return happens or (tested and question.family in ("count", "count_left", "exists", "together"))


def is_plain(query: q.Query) -> bool:
    """Is it what a family of questions asks, so that the question reader's answer counts?"""
    match query:
        case q.Count(who) if who == q.Who(who.term, (q.Goes(),)):
            return True
        case q.Count(who) | q.Exist(who) | q.Stay(who, "one") | q.What(who):
            return _is_bare(who)
        case q.When(q.Happens(who, "appears" | "leaves" | "returns", _)):
            return _is_bare(who) and who.pick is None
    return False


def _is_bare(who: q.Who) -> bool:
    return not (who.tests or who.but or who.also or isinstance(who.pick, str)) and who.order == "appears"
