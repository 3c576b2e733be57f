"""Programs about not being there: how long away, how long none at all, how many visits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.choosing import EPS, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut, looked_at, seen_s, union_of
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
    return truth_of(q, max(0.0, high - low - seen_s(mine, view)), mine.evidence(view))


def longest_absent(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The longest time at a stretch without any X, also before the first and after the last."""
    mine = cut.of_term(q.x, view)
    seen = seen_with_ends(mine, view)
    return truth_of(q, max((a - b for (_, b), (a, _) in pairwise(seen)), default=0.0), mine.evidence(view))


def seen_with_ends(cut: Cut, view: ClipView) -> list[tuple[float, float]]:
    """When at least one of the cut's runs is visible, between the two ends of the time that was looked at; empty where
    there was no look."""
    low, high = looked_at(view, cut)
    return [(low, low), *union_of(cut, view), (high, high)] if high > low else []


def visits(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many times an X is there: each of them counts, and again when it returns."""
    mine = cut.only(picked(q, view))
    return truth_of(q, int(np.count_nonzero(begins_visit(mine))), mine.evidence(view))


def begins_visit(cut: Cut) -> np.ndarray:
    """(W,) bool: which runs, by object and time, begin a visit: the object was not only hidden for a moment."""
    out = np.ones(len(cut.run), bool)
    out[1:] = (cut.track[1:] != cut.track[:-1]) | (cut.a[1:] - cut.b[:-1] >= RETURN_AFTER_S - EPS)
    return out
