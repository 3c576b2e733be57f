"""Programs about how long certain things stay: unbroken stays, longer than so long, longer than another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.absence import begins_visit
from data.meaning.choosing import EPS, evidence_of, nth_of, picked, runs_of, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, pieces_of, seen_s
from data.meaning.question import Event, Question, Truth
from data.small_arrays import positions


def longest_visit(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The longest time that one X stays without being away; hidden for a moment it is still there.

    0 where there is none. Evidence: the X during that stay.
    """
    mine = cut.only(picked(q, view))
    if not len(mine.run):
        return truth_of(q, 0.0, [])
    begins = begins_visit(mine)
    first, last = mine.a[begins], mine.b[np.append(begins[1:], True)]
    best = int(np.argmax(last - first))
    here = begins.cumsum() - 1 == best
    return truth_of(q, float(last[best] - first[best]), pieces_of(view, mine.track[here], mine.a[here], mine.b[here]))


def lasts(is_so: Callable[[float, float], bool]) -> Callable[[Question, ClipView, Cut], Truth]:
    """Is the X (any of them, or the n-th) visible for longer (gt), or shorter (lt), than `t_s` seconds in all?"""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        mine = cut.only(picked(q, view))
        right = bool(len(mine.run)) and is_so(seen_s(mine, view), q.t_s or 0.0)
        return Truth(right, [right], mine.evidence(view), "yes_no")

    return program


def stays_longer(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Is one thing visible for longer in all than another? `event` and `other` name them: the n-th of a term by first
    appearance, or all of a term together. What is not there stays for no time."""
    one, two = (_meant(event, view) if event else np.zeros(0, np.int64) for event in (q.event, q.other))
    times = [seen_s(runs_of(who, cut, view), view) for who in (one, two)]
    right = times[0] > times[1] + EPS
    return Truth(right, [right], evidence_of(np.union1d(one, two), cut, view), "yes_no")


def _meant(event: Event, view: ClipView) -> np.ndarray:
    """Positions of the objects that an event is of."""
    found = positions(view.mask(event.thing))
    return found if event.nth is None else nth_of(found, event.nth)
