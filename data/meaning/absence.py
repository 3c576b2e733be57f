"""Programs about not being there: how long away, how long none at all, how many visits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.choosing import EPS, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut, looked_at, union_of
from data.meaning.question import Question, Truth


def absences(seen: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Between sightings (disjoint, sorted), where that is long enough to be away."""
    gaps = [(b, a) for (_, b), (a, _) in pairwise(seen)]
    return [(b, a) for b, a in gaps if a - b >= RETURN_AFTER_S - EPS]


def away(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How long none of the X was visible between being there and coming back; 0 without a return.

    Only what lies in the stretch counts, also where it had gone before, or came back later.
    """
    whole = Cut.of(view, -INF, INF).only(picked(q, view))
    gaps = [(max(b, cut.t0), min(a, cut.t1)) for b, a in absences(union_of(whole, view))]
    total = sum((a - b for b, a in gaps if a > b), 0.0)
    return truth_of(q, float(total), cut.only(picked(q, view)).evidence(view))


def absent(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How long none of the X is visible in all. Evidence: the X, which are there for the rest."""
    low, high = looked_at(view, cut)
    mine = cut.of_term(q.x, view)
    seen = sum(b - a for a, b in union_of(mine, view))
    return truth_of(q, max(0.0, high - low - seen), mine.evidence(view))


def longest_absent(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The longest time at a stretch without any X, also before the first and after the last."""
    low, high = looked_at(view, cut)
    mine = cut.of_term(q.x, view)
    ends = [(low, low), *union_of(mine, view), (high, high)] if high > low else []
    return truth_of(q, max((a - b for (_, b), (a, _) in pairwise(ends)), default=0.0), mine.evidence(view))


def visits(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many times an X is there: each of them counts, and again when it returns."""
    mine = cut.only(picked(q, view))
    same = mine.track[1:] == mine.track[:-1]
    away_s = view.run_a[mine.run[1:]] - view.run_b[mine.run[:-1]]
    stays = int(np.count_nonzero(same & (away_s < RETURN_AFTER_S - EPS)))  # hidden for a moment, not away
    return truth_of(q, len(mine.run) - stays, mine.evidence(view))
