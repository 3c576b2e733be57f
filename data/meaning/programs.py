"""One program per family: `run(question, view)` → `Truth`. DESIGN.md, section 3; fine points stand at each program."""

from __future__ import annotations

from collections.abc import Callable

from data.meaning import arrivals, places, visible
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, stretch_of
from data.meaning.question import REFUSALS, REFUSED, Question, Truth

PROGRAMS: dict[str, Callable[[Question, ClipView, Cut], Truth]] = {
    "exists": visible.exists,
    "count": visible.count,
    "count_between": visible.count,
    "count_at": visible.count_at,
    "count_before": arrivals.count_from(later=False),
    "count_after": arrivals.count_from(later=True),
    "max_at_once": visible.max_at_once,
    "compare": visible.compare,
    "first": arrivals.newcomer,
    "last": arrivals.newcomer,
    "nth": arrivals.newcomer,
    "when_appears": arrivals.when_appears,
    "when_leaves": arrivals.when_leaves,
    "when_most": visible.when_most,
    "min_at_once": visible.min_at_once,
    "when_fewest": visible.when_fewest,
    "at_least": visible.at_least(visible.count),
    "at_least_at_once": visible.at_least(visible.max_at_once),
    "next_after": arrivals.neighbour(later=True),
    "previous_before": arrivals.neighbour(later=False),
    "order": arrivals.order,
    "together": visible.together,
    "together_list": visible.together_list,
    "duration": visible.duration,
    "longest": arrivals.stays(longest=True),
    "shortest": arrivals.stays(longest=False),
    "returns": arrivals.returns,
    "returns_when": arrivals.returns_when,
    "direction": places.direction,
    "enters_from": places.side(first=True),
    "leaves_to": places.side(first=False),
    "where_at": places.where_at,
    "list": visible.list_kinds,
    "describe": visible.describe,
}


def run(question: Question, view: ClipView) -> Truth:
    """The truth of `question` on the clip `view`. Raises KeyError for an unknown family."""
    if question.family in REFUSALS:
        return Truth(REFUSED, [REFUSED], [], "refusal")
    t0, t1 = stretch_of(question, view)
    return PROGRAMS[question.family](question, view, Cut.of(view, t0, t1))
