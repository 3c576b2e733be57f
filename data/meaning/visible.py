"""Programs about what is visible: exists, counts, most at once, compare, together, duration, lists, describe."""

from __future__ import annotations

from data.meaning.choosing import evidence_of, picked, runs_at, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import (
    Cut,
    change_points,
    counts_at,
    counts_over,
    holds,
    looked_at,
    merged,
    seen_s,
    union_of,
    within,
)
from data.meaning.question import NEVER, Evidence, Question, Truth
from data.meaning.timeline import timeline


def exists(q: Question, view: ClipView, cut: Cut) -> Truth:
    evidence = cut.of_term(q.x, view).evidence(view)
    return Truth(bool(evidence), [bool(evidence)], evidence, "yes_no", any_sighting=bool(evidence))


def count(q: Question, view: ClipView, cut: Cut) -> Truth:
    cut = cut.of_term(q.x, view)
    return truth_of(q, int(cut.visible(view).sum()), cut.evidence(view))


def count_at(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Evidence: the whole runs that hold the moment."""
    now = runs_at(view, q.t_s, view.mask(q.x))
    return truth_of(q, int(now.visible(view).sum()), now.evidence(view))


def max_at_once(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Evidence: the objects in sight at the first moment of the maximum."""
    cut = cut.of_term(q.x, view)
    most, moments = peak(view, cut)
    return truth_of(q, most, _seen_at_peak(view, cut, moments))


def when_most(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Every moment of the maximum is right."""
    cut = cut.of_term(q.x, view)
    most, moments = peak(view, cut)
    if not most:
        return truth_of(q, NEVER, [])
    return truth_of(q, moments[0][0], _seen_at_peak(view, cut, moments), list(moments))


def peak(view: ClipView, cut: Cut) -> tuple[int, list[tuple[float, float]]]:
    """The largest count, and when it holds."""
    points = change_points(cut, view)
    counts = counts_at(points, cut, view)
    most = int(counts.max(initial=0))
    return most, holds(points, counts == most, cut.t1) if most else []


def _seen_at_peak(view: ClipView, cut: Cut, moments: list[tuple[float, float]]) -> list[Evidence]:
    if not moments:
        return []
    return seen_at(view, cut, moments[0][0])


def seen_at(view: ClipView, cut: Cut, t_s: float) -> list[Evidence]:
    """Evidence of the objects of a cut that are in sight at a moment."""
    now = cut.track[(view.run_a[cut.run] <= t_s) & (t_s < view.run_b[cut.run])]
    return evidence_of(now, cut, view)


def min_at_once(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The smallest number in sight at one moment of the clip, or of the stretch; often 0."""
    fewest, moments = _trough(view, cut.of_term(q.x, view))
    return truth_of(q, fewest, _seen_at_peak(view, cut.of_term(q.x, view), moments))


def when_fewest(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Every moment of the minimum is right; the longest one is given."""
    cut = cut.of_term(q.x, view)
    _, moments = _trough(view, cut)
    if not moments:
        return truth_of(q, NEVER, [])
    longest = max(moments, key=lambda span: span[1] - span[0])
    return truth_of(q, longest[0], _seen_at_peak(view, cut, [longest]), list(moments))


def _trough(view: ClipView, cut: Cut) -> tuple[int, list[tuple[float, float]]]:
    """The smallest count between the first and the last look at the clip, and when it holds."""
    points, counts = counts_over(view, cut)
    if not len(points):
        return 0, []
    fewest = int(counts.min())
    return fewest, holds(points, counts == fewest, looked_at(view, cut)[1])


def compare(q: Question, view: ClipView, cut: Cut) -> Truth:
    x, y = view.mask(q.x), view.mask(q.y)
    seen = cut.visible(view)
    value = int((seen & x).sum()) > int((seen & y).sum())
    return truth_of(q, value, cut.only(x | y).evidence(view))


def _both_visible(q: Question, view: ClipView, cut: Cut) -> tuple[Cut, list[tuple[float, float]]]:
    """The X and the Y, and when two different of them are visible, also where the terms overlap."""
    both = cut.only(view.mask(q.x) | view.mask(q.y))
    points = change_points(both, view)
    counts = [counts_at(points, cut.of_term(term, view), view) for term in (q.x, q.y)]
    flags = (counts[0] > 0) & (counts[1] > 0) & (counts_at(points, both, view) > 1)
    return both, holds(points, flags, cut.t1)


def together(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Two different objects, also where the terms overlap. Evidence: both, while both are visible."""
    both, spans = _both_visible(q, view, cut)
    evidence = within(both, spans).evidence(view)
    return Truth(bool(spans), [bool(spans)], evidence, "yes_no", any_sighting=bool(spans))


def duration_together(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Total time in which an X and a Y are visible at once. Evidence: both, meanwhile."""
    both, spans = _both_visible(q, view, cut)
    low, high = looked_at(view, cut)
    total = sum(max(0.0, min(b, high) - max(a, low)) for a, b in spans)
    return truth_of(q, float(total), within(both, spans).evidence(view))


def duration(q: Question, view: ClipView, cut: Cut) -> Truth:
    cut = cut.only(picked(q, view))
    return truth_of(q, seen_s(cut, view), cut.evidence(view))


def list_kinds(q: Question, view: ClipView, cut: Cut) -> Truth:
    """By first sight in the stretch: kinds that are in sight when it begins are all first."""
    cut = cut if q.x is None else cut.of_term(q.x, view)
    groups = _kinds_by_time(view, cut)
    return truth_of(q, [name for group in groups for name in group], cut.evidence(view), groups)


def _kinds_by_time(view: ClipView, cut: Cut) -> list[list[str]]:
    order = cut.a.argsort(kind="stable")
    groups: list[list[str]] = []
    seen: set[int] = set()
    at = None
    for time, c in zip(cut.a[order].tolist(), view.class_id[cut.track[order]].tolist(), strict=True):
        if c not in seen:
            seen.add(c)
            if time != at:
                groups.append([])
                at = time
            groups[-1].append(view.class_names[c])
    return groups


def together_list(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Other kinds of things, in any order. Evidence: they and the X while both are visible."""
    x = view.mask(q.x)
    mine, others = cut.of_term(q.x, view), cut.only(~x)
    shared = within(others, union_of(mine, view))
    groups = _kinds_by_time(view, shared)
    value = [name for group in groups for name in group]
    times = merged(zip(shared.a.tolist(), shared.b.tolist(), strict=True))
    evidence = shared.evidence(view) + within(mine, times).evidence(view)
    return truth_of(q, value, evidence, [value])


def describe(q: Question, view: ClipView, cut: Cut) -> Truth:
    """A timeline: who comes and goes, in order. Right is a text that names every kind that is seen."""
    groups = _kinds_by_time(view, cut)
    names = [name for group in groups for name in group]
    return truth_of(q, timeline(view, cut), cut.evidence(view), names)
