"""Programs about leaving: who goes first or last, how many have gone, which of two goes before the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.arrivals import RETURN_AFTER_S, any_or, classes_of
from data.meaning.choosing import EPS, evidence_of, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut, pieces_of
from data.meaning.question import NEVER, Question, Truth
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


def leavings(mask: np.ndarray, view: ClipView, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """Objects (positions) and times at which they go away in the stretch, by time: for good, or to come back later."""
    if not len(view.run_track):
        return np.zeros(0, np.int64), np.zeros(0)
    last = np.append(view.run_track[1:] != view.run_track[:-1], True)
    away = np.append(view.run_a[1:] - view.run_b[:-1] >= RETURN_AFTER_S - EPS, False)
    goes = np.where(last, has_left(view)[view.run_track], away) & mask[view.run_track]
    runs = positions(goes & (view.run_b >= cut.t0) & (view.run_b <= cut.t1))
    runs = runs[view.run_b[runs].argsort(kind="stable")]
    return view.run_track[runs], view.run_b[runs]


def leaver(first: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """The first or last to leave for good; where nothing does, of what goes and comes back. All that leave at the same
    time are right."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        mine = any_or(q.x, view)
        gone = leavers(mine, view, cut)
        if len(gone):
            times = view.end_s[gone]
            return classes_of(q, view, cut, gone[np.abs(times - times[0 if first else -1]) <= EPS])
        away, times = leavings(mine, view, cut)
        if not len(away):
            return classes_of(q, view, cut, away)
        at = times[0 if first else -1]
        names = view.names(away[np.abs(times - at) <= EPS])
        goes = mine[cut.track] & (np.abs(view.run_b[cut.run] - at) <= EPS)
        return truth_of(q, names[0], pieces_of(view, cut.track[goes], cut.a[goes], cut.b[goes]), names)

    return program


def count_left(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Different X that leave in the stretch for good; where none does, of those that go and come back."""
    gone = leavers(view.mask(q.x), view, cut)
    gone = gone if len(gone) else np.unique(leavings(view.mask(q.x), view, cut)[0])
    return truth_of(q, len(gone), evidence_of(gone, cut, view))


def leaves(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Does an X go away in the stretch, for good or to come back?"""
    gone, _ = leavings(picked(q, view), view, cut)
    return Truth(bool(len(gone)), [bool(len(gone))], evidence_of(gone, cut, view), "yes_no", any_sighting=len(gone) > 0)


def leaves_when(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Every time at which an X goes away is right; the value and the evidence are the first one's."""
    gone, times = leavings(picked(q, view), view, cut)
    if not len(gone):
        return truth_of(q, NEVER, [])
    return truth_of(q, float(times[0]), evidence_of(gone[times == times[0]], cut, view), times.tolist())


def count_leavings(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many times an X goes away in the stretch."""
    gone, times = leavings(picked(q, view), view, cut)
    return truth_of(q, len(times), evidence_of(gone, cut, view))


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
