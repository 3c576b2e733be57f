"""Programs about how long certain things stay: unbroken stays, longer than so long, longer than another."""

from __future__ import annotations

from collections.abc import Callable
from operator import gt, lt

import numpy as np

from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.choosing import EPS, evidence_of, nth_of, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, pieces_of, union_of
from data.meaning.question import Event, Question, Truth
from data.small_arrays import positions


def longest_visit(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The longest time that one X stays without being away; hidden for a moment it is still there.

    0 where there is none. Evidence: the X during that stay.
    """
    mine = cut.only(picked(q, view))
    if not len(mine.run):
        return truth_of(q, 0.0, [])
    order = np.lexsort((mine.a, mine.track))
    track, a, b = mine.track[order], mine.a[order], mine.b[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (track[1:] != track[:-1]) | (a[1:] - b[:-1] >= RETURN_AFTER_S - EPS)
    visit = begins.cumsum() - 1
    first, last = a[begins], b[np.append(begins[1:], True)]
    best = int(np.argmax(last - first))
    of_best = visit == best
    return truth_of(q, float(last[best] - first[best]), pieces_of(view, track[of_best], a[of_best], b[of_best]))


def lasts(is_so: Callable[[float, float], bool]) -> Callable[[Question, ClipView, Cut], Truth]:
    """Is the X (any of them, or the n-th) visible for longer (gt), or shorter (lt), than `t_s` seconds in all?"""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        mine = cut.only(picked(q, view))
        seen_s = sum(b - a for a, b in union_of(mine, view))
        right = bool(len(mine.run)) and is_so(seen_s, q.t_s or 0.0)
        return Truth(right, [right], mine.evidence(view), "yes_no")

    return program


lasts_longer, lasts_shorter = lasts(gt), lasts(lt)


def stays_longer(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Is one thing visible for longer in all than another? `event` and `other` name them: the n-th of a term by first
    appearance, or all of a term together. What is not there stays for no time."""
    one, two = (_meant(event, view) if event else np.zeros(0, np.int64) for event in (q.event, q.other))
    times = [sum(b - a for a, b in union_of(_cut_of(who, view, cut), view)) for who in (one, two)]
    right = times[0] > times[1] + EPS
    return Truth(right, [right], evidence_of(np.union1d(one, two), cut, view), "yes_no")


def _meant(event: Event, view: ClipView) -> np.ndarray:
    """Positions of the objects that an event is of."""
    found = positions(view.mask(event.thing))
    return found if event.nth is None else nth_of(found, event.nth)


def _cut_of(who: np.ndarray, view: ClipView, cut: Cut) -> Cut:
    mask = np.zeros(len(view), bool)
    mask[who] = True
    return cut.only(mask)
