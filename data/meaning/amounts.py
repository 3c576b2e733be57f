"""Programs about an amount: at least, exactly, at most N; when that is so; means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.choosing import truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, counts_over, holds, looked_at, within
from data.meaning.question import NEVER, Question, Truth
from data.meaning.visible import max_at_once, min_at_once, seen_at, when_fewest

Program = Callable[[Question, ClipView, Cut], Truth]

MEAN_TOLERANCE = 0.1
"""A mean number is right within this, or this share of it."""


def _wanted(q: Question) -> int:
    return 1 if q.nth is None else int(q.nth)


def compared(number: Program, is_so: Callable[[int, int], bool]) -> Program:
    """Is a number as large as asked (ge: "more than two people", 3), no larger (le: "fewer than three", 2), or just
    that (eq), with that number's evidence?"""

    def run(q: Question, view: ClipView, cut: Cut) -> Truth:
        found = number(q, view, cut)
        right = is_so(found.value, _wanted(q))
        return Truth(right, [right], found.evidence, "yes_no")

    return run


def exactly_at_once(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Is there a moment with just so many X? Evidence: those of the longest such time; if there is none, the most."""
    when = when_number(q, view, cut)
    right = when.value != NEVER
    return Truth(right, [right], when.evidence if right else max_at_once(q, view, cut).evidence, "yes_no")


def when_number(q: Question, view: ClipView, cut: Cut) -> Truth:
    """When exactly so many X are visible; every such moment is right, the longest time is given."""
    return _when(q, view, cut, lambda counts: counts == _wanted(q))


def when_at_least(q: Question, view: ClipView, cut: Cut) -> Truth:
    """When so many X, or more, are visible; every such moment is right, the longest time is given."""
    return _when(q, view, cut, lambda counts: counts >= _wanted(q))


def when_at_most(q: Question, view: ClipView, cut: Cut) -> Truth:
    """When so many X, or fewer, are visible; every such moment is right, the longest time is given."""
    return _when(q, view, cut, lambda counts: counts <= _wanted(q))


def _when(q: Question, view: ClipView, cut: Cut, wanted: Callable[[np.ndarray], np.ndarray]) -> Truth:
    cut = cut.of_term(q.x, view)
    points, counts = counts_over(view, cut)
    moments = holds(points, wanted(counts), looked_at(view, cut)[1]) if len(points) else []
    if not moments:
        return truth_of(q, NEVER, [])
    longest = max(moments, key=lambda span: span[1] - span[0])
    return truth_of(q, longest[0], seen_at(view, cut, longest[0]), list(moments))


def always(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Are so many X, or more, visible at every moment? Evidence: the X."""
    right = min_at_once(q, view, cut).value >= _wanted(q)
    return Truth(right, [right], cut.of_term(q.x, view).evidence(view), "yes_no")


def ever_at_most(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Is there a moment with so many X, or fewer? Evidence: those in sight when they are fewest."""
    few = when_fewest(q, view, cut)
    right = few.value != NEVER and min_at_once(q, view, cut).value <= _wanted(q)
    return Truth(right, [right], few.evidence, "yes_no")


def _duration(q: Question, view: ClipView, cut: Cut, wanted: Callable[[np.ndarray], np.ndarray]) -> Truth:
    cut = cut.of_term(q.x, view)
    points, counts = counts_over(view, cut)
    spans = holds(points, wanted(counts), looked_at(view, cut)[1]) if len(points) else []
    return truth_of(q, float(sum(b - a for a, b in spans)), within(cut, spans).evidence(view))


def duration_at_least(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Total time with so many X, or more, in sight at once. Evidence: the X while that is so."""
    return _duration(q, view, cut, lambda counts: counts >= _wanted(q))


def duration_exactly(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Total time with just so many X in sight. Evidence: the X while that is so."""
    return _duration(q, view, cut, lambda counts: counts == _wanted(q))


def mean_at_once(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The mean number of X in sight, over the time that was looked at."""
    low, high = looked_at(view, cut)
    mine = cut.of_term(q.x, view)
    mean = float((mine.b - mine.a).sum()) / (high - low) if high > low else 0.0
    slack = max(MEAN_TOLERANCE, MEAN_TOLERANCE * mean)
    return truth_of(q, mean, mine.evidence(view), [(mean - slack, mean + slack)])


def mean_stay(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The mean visible time of one X in the stretch; 0 where there is none."""
    mine = cut.of_term(q.x, view)
    number = int(mine.visible(view).sum())
    return truth_of(q, float((mine.b - mine.a).sum()) / number if number else 0.0, mine.evidence(view))
