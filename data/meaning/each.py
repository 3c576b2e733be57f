"""Programs that tell all of a kind with their times: when each appears or leaves, how long each stays, how many there
are from minute to minute. Their values are texts: entries "0:06, 0:22", in the order that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.clock import clock
from data.meaning.choosing import EPS, evidence_of, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.leaving import leavings
from data.meaning.parts import Cut, counts_over, looked_at, newcomers
from data.meaning.question import Evidence, Question, Truth
from data.meaning.shares import UNIT_S, blocks

NONE_OF_THEM = "never"
MOST_BLOCKS = 10_000
CHANGE_S = 1.0
"""A number of things that holds for less long is a flicker."""


def when_each(q: Question, view: ClipView, cut: Cut) -> Truth:
    """When every X first appears: "0:06, 0:22"; "never" where none does. Evidence: those X."""
    new = newcomers(view.mask(q.x), view, cut.t0, cut.t1)
    return _told(q, list(map(clock, view.start_s[new].tolist())), evidence_of(new, cut, view))


def when_each_leaves(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Every time at which an X goes away, for good or to come back; "never" where none does. Evidence: those X."""
    gone, times = leavings(view.mask(q.x), view, cut)
    return _told(q, list(map(clock, times.tolist())), evidence_of(gone, cut, view))


def stays_each(ranked: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """From when to when every X is seen: "0:06–0:19, 0:22–0:45", by arrival, or those that are visible for longest
    first. Evidence: the X."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        mine = cut.of_term(q.x, view)
        spans = _spans(mine)
        if ranked:
            spans.sort(key=lambda span: -span[2])
        return _told(q, [f"{clock(a)}–{clock(b)}" for a, b, _ in spans], mine.evidence(view))

    return program


def _spans(mine: Cut) -> list[tuple[float, float, float]]:
    """(first, last, visible seconds) of every object of a cut, by arrival."""
    out: dict[int, tuple[float, float, float]] = {}
    for track, a, b in zip(mine.track.tolist(), mine.a.tolist(), mine.b.tolist(), strict=True):
        low, high, seen = out.get(track, (a, b, 0.0))
        out[track] = min(a, low), max(b, high), seen + b - a
    return [out[track] for track in sorted(out, key=lambda track: (out[track][0], track))]


def count_each(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many X first appear in every `t_s` seconds, counted from the clip's start: "0:00–1:00 3, 1:00–2:00 1".

    What is there from the start appears in the first. Evidence: those X.
    """
    low, high = looked_at(view, cut)
    unit_s = q.t_s or UNIT_S
    new = newcomers(view.mask(q.x), view, cut.t0, cut.t1)
    if high <= low or (high - low) / unit_s > MOST_BLOCKS:
        return _told(q, [], [])
    of = blocks(low, high, unit_s)
    number = np.bincount((view.start_s[new] // unit_s).astype(int) - of.start, minlength=len(of))
    said = [
        f"{clock(k * unit_s)}–{clock(min((k + 1) * unit_s, float(view.edge_s[-1])))} {n}"
        for k, n in zip(of, number.tolist(), strict=False)
    ]
    return _told(q, said, evidence_of(new, cut, view))


def counts_change(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How many X are visible from when on: "0:00 3, 0:07 2". What lasts less than a second is no change. Evidence: the
    X."""
    mine = cut.of_term(q.x, view)
    points, counts = counts_over(view, mine)
    ends = [*points[1:].tolist(), looked_at(view, cut)[1]]
    spans = list(zip(points.tolist(), ends, counts.tolist(), strict=True)) if len(points) else []
    curve: list[tuple[float, int]] = []
    for a, b, n in _joined(spans):
        if b - a < CHANGE_S - EPS and curve:
            continue  # it goes on as before
        if not curve or curve[-1][1] != n:
            curve.append((a, n))
    return _told(q, [f"{clock(t)} {n}" for t, n in curve], mine.evidence(view))


def _joined(spans: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """Neighbours with one number as one span."""
    out: list[tuple[float, float, int]] = []
    for a, b, n in spans:
        if out and out[-1][2] == n:
            out[-1] = (out[-1][0], b, n)
        else:
            out.append((a, b, n))
    return out


def _told(q: Question, said: list[str], evidence: list[Evidence]) -> Truth:
    said = said or [NONE_OF_THEM]
    return truth_of(q, ", ".join(said), evidence, list(dict.fromkeys(said)))
