"""Programs about leaving: who goes first or last, how many have gone, which of two goes before the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.arrivals import any_or, classes_of
from data.meaning.choosing import EPS, evidence_of, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut
from data.meaning.question import Question, Truth
from data.small_arrays import positions

STILL_THERE_S = 1.0
"""What is seen in the last second of the clip has not left: one missed sighting there is no leaving."""


def clip_ends(view: ClipView) -> float:
    """When the last look at the clip is over, seconds."""
    return float(view.edge_s[-1])


def has_left(view: ClipView) -> np.ndarray:
    """(K,) bool: which objects are gone when the clip ends."""
    return view.end_s < clip_ends(view) - STILL_THERE_S + EPS


def leavers(mask: np.ndarray, view: ClipView, cut: Cut) -> np.ndarray:
    """Objects (positions, by the time of leaving) that leave in the stretch. mask: (K,) bool."""
    gone = positions(mask & has_left(view) & (view.end_s >= cut.t0) & (view.end_s <= cut.t1))
    return gone[view.end_s[gone].argsort(kind="stable")]


def leaver(first: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """The first or last to leave; all that leave at the same time are right."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        gone = leavers(any_or(q.x, view), view, cut)
        at = view.end_s[gone[0 if first else -1]] if len(gone) else INF
        return classes_of(q, view, cut, gone[np.abs(view.end_s[gone] - at) <= EPS])

    return program


def count_left(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Different X that leave in the stretch."""
    gone = leavers(view.mask(q.x), view, cut)
    return truth_of(q, len(gone), evidence_of(gone, cut, view))


def order_leaves(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Has the last X gone before the last Y? What is still there never goes; an X without any Y goes first, no X does
    not. Evidence: those that are there last."""
    (x_s, x), (y_s, y) = (_last_to_leave(term, view, cut) for term in (q.x, q.y))
    value = x_s is not None and x_s < INF and (y_s is None or x_s < y_s)
    return truth_of(q, value, evidence_of(np.concatenate((x, y)), cut, view))


def _last_to_leave(term: str | None, view: ClipView, cut: Cut) -> tuple[float | None, np.ndarray]:
    """When the last of a term has gone (inf: it is still there when the stretch ends), and which objects that are."""
    mine = cut.of_term(term, view)
    if not len(mine.run):
        return None, np.zeros(0, np.int64)
    last = float(mine.b.max())
    stays = last > min(cut.t1, clip_ends(view)) - STILL_THERE_S + EPS
    return INF if stays else last, np.unique(mine.track[mine.b == last])
