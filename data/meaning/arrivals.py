"""Programs about coming and going: first, last, n-th, next, previous, order, when, longest, returns.

An answer that does not exist is `NEVER` (times), `NONE` (objects), 0 or False.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.choosing import EPS, evidence_of, nth_of, picked, reference_time, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, newcomers
from data.meaning.question import LAST, NEVER, NONE, Question, Truth
from data.small_arrays import positions

RETURN_AFTER_S = 2.0
"""An object returns when it is visible again after at least this long."""


def count_from(later: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """Newcomers strictly before or after the reference; with a stretch, those that first appear in it."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        at = reference_time(q, view)
        new = newcomers(view.mask(q.x), view, cut.t0, cut.t1)
        if at is None:
            new = new[:0]
        else:
            new = new[view.start_s[new] > at] if later else new[view.start_s[new] < at]
        return truth_of(q, len(new), evidence_of(new, cut, view))

    return program


def appears(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Does an X first appear in the stretch?"""
    new = newcomers(view.mask(q.x), view, cut.t0, cut.t1)
    return truth_of(q, bool(len(new)), evidence_of(new, cut, view))


def order(q: Question, view: ClipView, cut: Cut) -> Truth:
    """First appearances in the stretch; an X without any Y counts as before it, no X as not before."""
    x = newcomers(view.mask(q.x), view, cut.t0, cut.t1)[:1]
    y = newcomers(view.mask(q.y), view, cut.t0, cut.t1)[:1]
    value = bool(len(x)) and (not len(y) or bool(view.start_s[x[0]] < view.start_s[y[0]]))
    return truth_of(q, value, evidence_of(np.concatenate((x, y)), cut, view))


def classes_of(q: Question, view: ClipView, cut: Cut, tracks: np.ndarray) -> Truth:
    """Truth of an object question; `tracks` are all right (ties)."""
    if not len(tracks):
        return truth_of(q, NONE, [])
    names = view.names(tracks)
    return truth_of(q, names[0], evidence_of(tracks, cut, view), names)


def any_or(term: str | None, view: ClipView) -> np.ndarray:
    """(K,) bool: everything, or only what a term means ("which animal came first?")."""
    return np.ones(len(view), bool) if term is None else view.mask(term)


def newcomer(q: Question, view: ClipView, cut: Cut) -> Truth:
    """first, last, nth: who first appears in the stretch; all that appear at the same time as the n-th are right."""
    new = newcomers(any_or(q.x, view), view, cut.t0, cut.t1)
    nth = {"first": 1, "last": LAST}.get(q.family, q.nth)
    one = nth_of(new, nth)
    return classes_of(q, view, cut, new[view.start_s[new] == view.start_s[one[0]]] if len(one) else new[:0])


def neighbour(later: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """The newcomer closest after or before the reference, strictly; the event's own thing is no exception."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        at = reference_time(q, view)
        new = newcomers(any_or(q.x, view), view, cut.t0, cut.t1)
        if at is None:
            return classes_of(q, view, cut, new[:0])
        starts = view.start_s[new]
        side = starts > at if later else starts < at
        new, starts = new[side], starts[side]
        return classes_of(q, view, cut, new[starts == (starts[0] if later else starts[-1])] if len(new) else new)

    return program


def stays(longest: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """By visible time in the stretch, of single objects."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        seen = positions(cut.visible(view) & any_or(q.x, view))
        if not len(seen):
            return classes_of(q, view, cut, seen)
        time = np.bincount(cut.track, cut.b - cut.a, len(view))[seen]
        best = time.max() if longest else time.min()
        return classes_of(q, view, cut, seen[np.abs(time - best) <= EPS])

    return program


def when_appears(q: Question, view: ClipView, cut: Cut) -> Truth:
    one = nth_of(newcomers(view.mask(q.x), view, cut.t0, cut.t1), q.nth)
    if not len(one):
        return truth_of(q, NEVER, [])
    return truth_of(q, float(view.start_s[one[0]]), evidence_of(one, cut, view))


def when_leaves(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The last time that any X (or the n-th) is visible in the stretch."""
    cut = cut.only(picked(q, view))
    if not len(cut.run):
        return truth_of(q, NEVER, [])
    last = cut.b.max()
    return truth_of(q, float(last), evidence_of(cut.track[cut.b == last], cut, view))


def returns(q: Question, view: ClipView, cut: Cut) -> Truth:
    tracks, _ = _comebacks(q, view, cut)
    value = bool(len(tracks))
    return Truth(value, [value], evidence_of(tracks, cut, view), "yes_no", any_sighting=value)


def returns_when(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Every return is right; the value and the evidence are the first one's."""
    tracks, times = _comebacks(q, view, cut)
    if not len(tracks):
        return truth_of(q, NEVER, [])
    return truth_of(q, float(times[0]), evidence_of(tracks[times == times[0]], cut, view), times.tolist())


def count_returns(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many times an X comes back in the stretch."""
    tracks, times = _comebacks(q, view, cut)
    return truth_of(q, len(times), evidence_of(tracks, cut, view))


def _comebacks(q: Question, view: ClipView, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    """Objects (positions) that come back in the stretch, and when, sorted by time."""
    same = view.run_track[1:] == view.run_track[:-1]
    away = view.run_a[1:] - view.run_b[:-1] >= RETURN_AFTER_S - EPS
    back = positions(same & away & (view.run_a[1:] >= cut.t0) & (view.run_a[1:] <= cut.t1)) + 1
    back = back[picked(q, view)[view.run_track[back]]]
    back = back[np.argsort(view.run_a[back], kind="stable")]
    return view.run_track[back], view.run_a[back]
