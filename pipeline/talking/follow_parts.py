"""A question with another thing, or another time, in the place of its own: `with_thing`, `with_time`."""

from __future__ import annotations

from dataclasses import replace

from data.meaning import LAST, Question
from pipeline.asking.mentions import TimeMention

COUNTS = ("count", "count_between", "count_at", "count_before", "count_after")
INSTEAD = {
    "first": "when_appears",
    "last": "when_appears",
    "nth": "when_appears",
    "longest": "duration",
    "shortest": "duration",
}
"""What a question without a thing becomes when a thing is put to it; else "exists"."""


def with_thing(q: Question, term: str) -> Question:
    """The same question about another thing."""
    if q.x is not None:
        return replace(q, x=term, y=q.x if q.y == term else q.y)
    if q.event is not None:
        return replace(q, event=q.event._replace(thing=term))
    family = INSTEAD.get(q.family, "exists")
    return Question(family, x=term, nth=LAST if q.family == "last" else None, stretch=q.stretch, after=q.after,
                    before=q.before)  # fmt: skip


def with_time(q: Question, time: TimeMention, duration_s: float) -> Question | None:
    """The same question about another time; None where it makes no sense."""
    t0, t1 = time.t0, time.t1
    q = replace(q, after=None, before=None)
    if not time.is_stretch:
        if q.family in ("count_at", "where_at"):
            return replace(q, t_s=t0)
        if q.family in ("count_before", "count_after", "next_after", "previous_before"):
            return replace(q, t_s=t0, event=None)
        if q.family in COUNTS:
            return Question("count_at", x=q.x, t_s=t0)
        return replace(q, stretch=(t0, t0))
    if q.family == "where_at":
        return None
    ends, begins = t1 >= duration_s, t0 <= 0
    if q.family in ("count_before", "count_after") and (ends or begins):
        return Question("count_after" if ends else "count_before", x=q.x, t_s=t0 if ends else t1)
    if q.family in ("next_after", "previous_before"):
        if not (ends or begins):
            return Question("first" if q.family == "next_after" else "last", stretch=(t0, t1))
        return Question("next_after" if ends else "previous_before", t_s=t0 if ends else t1)
    if q.family in COUNTS:
        return Question("count_between", x=q.x, stretch=(t0, t1))
    return replace(q, stretch=(t0, t1))
