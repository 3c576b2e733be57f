"""One program per family: `run(question, view)` → `Truth`. DESIGN.md, section 3; fine points stand at each program."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt

from data.meaning import (
    absence,
    amounts,
    arrivals,
    each,
    gaps,
    leaving,
    places,
    shares,
    standstill,
    stays,
    two_events,
    visible,
)
from data.meaning.clip_view import ClipView
from data.meaning.limits import limited_to
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
    "at_least": amounts.compared(visible.count, ge),
    "at_least_at_once": amounts.compared(visible.max_at_once, ge),
    "exactly": amounts.compared(visible.count, eq),
    "exactly_at_once": amounts.exactly_at_once,
    "at_most": amounts.compared(visible.count, le),
    "at_most_at_once": amounts.compared(visible.max_at_once, le),
    "when_number": amounts.when_number,
    "when_at_least": amounts.when_at_least,
    "when_at_most": amounts.when_at_most,
    "always": amounts.always,
    "ever_at_most": amounts.ever_at_most,
    "duration_at_least": amounts.duration_at_least,
    "duration_exactly": amounts.duration_exactly,
    "duration_together": visible.duration_together,
    "count_returns": arrivals.count_returns,
    "mean_at_once": amounts.mean_at_once,
    "mean_stay": amounts.mean_stay,
    "first_leaves": leaving.leaver(first=True),
    "last_leaves": leaving.leaver(first=False),
    "count_left": leaving.count_left,
    "order_leaves": leaving.order_leaves,
    "leaves": leaving.leaves,
    "leaves_when": leaving.leaves_when,
    "count_leavings": leaving.count_leavings,
    "longest_absent": absence.longest_absent,
    "time_between": two_events.time_between,
    "happens_before": two_events.happens_before,
    "away": absence.away,
    "absent": absence.absent,
    "visits": absence.visits,
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
    "share": shares.share(absent=False),
    "share_absent": shares.share(absent=True),
    "share_at_least": shares.share_at_least,
    "share_of": shares.share_of,
    "rate": shares.rate,
    "when_most_come": shares.busiest(arriving=True),
    "when_most_seen": shares.busiest(arriving=False),
    "longest_gap": gaps.gap(max),
    "shortest_gap": gaps.gap(min),
    "mean_gap": gaps.gap(gaps.mean),
    "mean_interval": gaps.mean_interval,
    "count_empty": gaps.count_empty,
    "longest_visit": stays.longest_visit,
    "lasts_longer": stays.lasts(gt),
    "lasts_shorter": stays.lasts(lt),
    "stays_longer": stays.stays_longer,
    "when_each": each.when_each,
    "when_each_leaves": each.when_each_leaves,
    "stays_each": each.stays_each(ranked=False),
    "stays_ranked": each.stays_each(ranked=True),
    "count_each": each.count_each,
    "counts_change": each.counts_change,
    "appears": arrivals.appears,
    "stands": standstill.stands,
    "stops": standstill.stops,
    "stops_when": standstill.stops_when,
}


def run(question: Question, view: ClipView) -> Truth:
    """The truth of `question` on the clip `view`. Raises KeyError for an unknown family.

    A question of a side is about the clip as if only the things of that side were there.
    """
    if question.family in REFUSALS:
        return Truth(REFUSED, [REFUSED], [], "refusal")
    t0, t1 = stretch_of(question, view)
    if question.side is not None:  # what limits the question in time may be of any side
        view = limited_to(question, view, t0, t1)
    return PROGRAMS[question.family](question, view, Cut.of(view, t0, t1))
