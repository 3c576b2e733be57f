"""Programs about parts and rates: shares of the time and of the things, so many a minute, the busiest minute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.amounts import duration_at_least
from data.meaning.choosing import evidence_of, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, looked_at, newcomers, seen_s
from data.meaning.question import NEVER, Evidence, Question, Truth

SHARE_TOLERANCE = 0.03
"""A share, 0 to 1, is right within this."""
RATE_TOLERANCE = 0.1
"""A rate is right within this, or this share of it."""
UNIT_S = 60.0
"""Seconds that a rate or a busiest stretch is of where the question names none."""


def share(absent: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """The share of the time, 0 to 1, in which an X (or the n-th) is visible, or none is."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        low, high = looked_at(view, cut)
        mine = cut.only(picked(q, view))
        seen = seen_s(mine, view) / (high - low) if high > low else 0.0
        return _near(q, max(0.0, 1.0 - seen) if absent else min(seen, 1.0), mine.evidence(view), SHARE_TOLERANCE)

    return program


def share_at_least(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The share of the time, 0 to 1, with so many X, or more, in sight at once. Evidence: the X while that is so."""
    low, high = looked_at(view, cut)
    there = duration_at_least(q, view, cut)
    value = float(there.value) / (high - low) if high > low else 0.0
    return _near(q, value, there.evidence, SHARE_TOLERANCE)


def share_of(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Of the different Y that are visible, the share, 0 to 1, that are X; 0 where there is no Y. Evidence: the Y."""
    of_y, of_x = cut.of_term(q.y, view), cut.of_term(q.x, view)
    all_y = of_y.visible(view)
    both = all_y & of_x.visible(view)
    value = float(both.sum()) / float(all_y.sum()) if all_y.any() else 0.0
    return _near(q, value, of_y.evidence(view), SHARE_TOLERANCE)


def rate(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many different X are seen per `t_s` seconds of the time that was looked at. Evidence: the X."""
    low, high = looked_at(view, cut)
    mine = cut.of_term(q.x, view)
    unit_s = q.t_s or UNIT_S
    value = float(mine.visible(view).sum()) * unit_s / (high - low) if high > low else 0.0
    return _near(q, value, mine.evidence(view), max(RATE_TOLERANCE, RATE_TOLERANCE * value))


def _near(q: Question, value: float, evidence: list[Evidence], slack: float) -> Truth:
    """A number that is right within `slack`."""
    return truth_of(q, value, evidence, [(value - slack, value + slack)])


def blocks(low: float, high: float, unit_s: float) -> range:
    """Numbers of the blocks of `unit_s` seconds, counted from the clip's start, that reach into [low, high)."""
    return range(int(low // unit_s), int(np.ceil(high / unit_s - 1e-9)))


def busiest(arriving: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """When the stretch begins, of those of `t_s` seconds counted from the clip's start, in which the most different X
    arrive, or are visible; every moment of one with as many is right. Evidence: those X."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        low, high = looked_at(view, cut)
        unit_s = q.t_s or UNIT_S
        mask = view.mask(q.x)
        if high <= low:
            return truth_of(q, NEVER, [])
        bins = [k * unit_s for k in blocks(low, high, unit_s)]
        found = [_in_bin(mask, view, cut, max(at, low), min(at + unit_s, high), arriving) for at in bins]
        most = max(map(len, found), default=0)
        if not most:
            return truth_of(q, NEVER, [])
        ties = [k for k, who in enumerate(found) if len(who) == most]
        spans = [(max(bins[k], low), min(bins[k] + unit_s, high)) for k in ties]
        here = Cut.of(view, *spans[0])
        return truth_of(q, spans[0][0], evidence_of(found[ties[0]], here, view), spans)

    return program


def _in_bin(mask: np.ndarray, view: ClipView, cut: Cut, t0: float, t1: float, arriving: bool) -> np.ndarray:
    """Positions of the X that arrive, or are visible, in [t0, t1)."""
    if arriving:
        new = newcomers(mask, view, t0, t1)
        return new[view.start_s[new] < t1]
    runs = mask[view.run_track] & (view.run_a < t1) & (view.run_b > t0)
    return np.unique(view.run_track[runs])
