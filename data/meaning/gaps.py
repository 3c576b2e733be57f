"""Programs about the breaks between sightings: the shortest and longest, the mean one, how many."""

from __future__ import annotations

from collections.abc import Callable

from data.meaning.absence import absences, seen_with_ends
from data.meaning.choosing import evidence_of, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, newcomers, union_of
from data.meaning.question import NEVER, Question, Truth


def gap(pick: Callable[[list[float]], float]) -> Callable[[Question, ClipView, Cut], Truth]:
    """Of the times between one X and the next in which none is visible, 2 s or longer, the one that `pick` chooses;
    never where there is none. Evidence: the X."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        mine = cut.of_term(q.x, view)
        lengths = [a - b for b, a in absences(union_of(mine, view))]
        return truth_of(q, pick(lengths) if lengths else NEVER, mine.evidence(view))

    return program


def mean_interval(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The mean time from one X that first appears to the next; never where there are no two. Evidence: those X."""
    new = newcomers(view.mask(q.x), view, cut.t0, cut.t1)
    times = view.start_s[new]
    value = float(times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else NEVER
    return truth_of(q, value, evidence_of(new, cut, view))


def mean(lengths: list[float]) -> float:
    return sum(lengths) / len(lengths)


def count_empty(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many times there is no X for 2 s or longer, also before the first and after the last one."""
    mine = cut.of_term(q.x, view)
    return truth_of(q, len(absences(seen_with_ends(mine, view))), mine.evidence(view))
