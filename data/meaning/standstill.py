"""Programs about standing still: whether something stops, when, and for how long it stands.

A thing stands still where, over the half second before and behind, its box's centre moves by less than `SLOW` of its
larger side a second, and its height changes by less than `STEADY`; for `LEAST_S` at least, pauses of `PAUSE_S` aside.

Shapes: R rows of a view, K objects.
"""

from __future__ import annotations

import numpy as np

from data.meaning.choosing import EPS, picked, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, pieces_of
from data.meaning.question import NEVER, Question, Truth
from data.small_arrays import positions, steps

WINDOW_S = 0.5
SLOW, STEADY = 0.15, 0.1
LEAST_S, PAUSE_S = 1.5, 0.6
AWAY = 0.5
"""What has moved by less than this share of its larger side since then stood on, hidden for a moment perhaps."""
BORDER = 0.01
"""A box so near to the left or right border, picture widths, is of what is not yet in the picture as a whole."""

Span = tuple[float, float]


def stands(q: Question, view: ClipView, cut: Cut) -> Truth:
    """How long the X (any of them together, or the n-th) stand still in all. Evidence: they, meanwhile."""
    found = _standing(picked(q, view), view, cut)
    total = sum(b - a for _, spans in found for a, b in spans)
    return truth_of(q, float(total), _evidence(view, found))


def stops(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Does an X that moves come to a stand? What stands there all the time does not stop."""
    found = _stopping(q, view, cut)
    return Truth(bool(found), [bool(found)], _evidence(view, found), "yes_no", any_sighting=bool(found))


def stops_when(q: Question, view: ClipView, cut: Cut) -> Truth:
    """When an X that moves first comes to a stand; every time that one does is right."""
    found = _stopping(q, view, cut)
    times = sorted({a for _, spans in found for a, _ in spans})
    if not times:
        return truth_of(q, NEVER, [])
    first = [(track, [span for span in spans if span[0] == times[0]]) for track, spans in found]
    return truth_of(q, times[0], _evidence(view, first), times)


def _evidence(view: ClipView, found: list[tuple[int, list[Span]]]):
    flat = sorted((a, track, b) for track, spans in found for a, b in spans)
    track, a, b = (np.array([one[k] for one in flat]) for k in (1, 0, 2))
    return pieces_of(view, track.astype(np.int64), a, b)


def _standing(mask: np.ndarray, view: ClipView, cut: Cut) -> list[tuple[int, list[Span]]]:
    """Objects (positions) that stand still in the stretch, each with when."""
    out = []
    for track in positions(mask).tolist():
        spans = [(max(a, cut.t0), min(b, cut.t1)) for a, b in standing_spans(track, view)]
        spans = [(a, b) for a, b in spans if b - a > EPS]
        out += [(track, spans)] if spans else []
    return out


def _stopping(q: Question, view: ClipView, cut: Cut) -> list[tuple[int, list[Span]]]:
    """The same of objects that had moved before: what stands there from its first sight on does not stop."""
    out = []
    for track in positions(picked(q, view)).tolist():
        still = standing_spans(track, view)
        spans = [(a, b) for a, b in still if cut.t0 <= a <= cut.t1 and _moved_before(track, a, still, view)]
        out += [(track, spans)] if spans else []
    return out


def _moved_before(track: int, at_s: float, still: list[Span], view: ClipView) -> bool:
    """Is an object at `at_s` more than half its larger side away from where it was first seen, or stood last?

    The middle of what comes in over the left or right border hardly moves: there the side of its box that moved more
    counts. still: all times at which it stands.
    """
    rows = slice(int(view.row_ptr[track]), int(view.row_ptr[track + 1]))
    t, box = view.edge_s[view.row_frame[rows]], view.boxes_xywhn[rows].astype(np.float64)
    ends = [b for _, b in still if b < at_s]
    here = int(np.searchsorted(t, at_s - EPS))
    there = int(np.searchsorted(t, ends[-1] - EPS)) - 1 if ends else 0
    off = (box[here, :2] - box[there, :2]) * [1.0, view.aspect]
    left, right = box[[there, here], 0] - box[[there, here], 2] / 2, box[[there, here], 0] + box[[there, here], 2] / 2
    if not ends and (left[0] < BORDER or right[0] > 1 - BORDER):
        off[0] = max(abs(left[1] - left[0]), abs(right[1] - right[0]))
    return bool(np.hypot(*off) > AWAY * max(box[here, 2], box[here, 3] * view.aspect))


def standing_spans(track: int, view: ClipView) -> list[Span]:
    """When one object stands still: sorted, apart."""
    rows = slice(int(view.row_ptr[track]), int(view.row_ptr[track + 1]))
    frame, box = view.row_frame[rows], view.boxes_xywhn[rows].astype(np.float64)
    begin_s, end_s = view.edge_s[frame], view.edge_s[frame + 1]
    still = np.zeros(len(frame), bool)
    new = np.append(0, np.flatnonzero(np.diff(frame) > 1) + 1)
    for first, number in zip(new.tolist(), steps(np.append(new, len(frame))).tolist(), strict=True):
        here = slice(first, first + number)
        t = begin_s[here]
        low = np.searchsorted(t, t - WINDOW_S - EPS) + first
        high = np.searchsorted(t, t + WINDOW_S + EPS, side="right") - 1 + first
        long_s = begin_s[high] - begin_s[low]
        off = (box[high, :2] - box[low, :2]) * [1.0, view.aspect]
        side = np.maximum(box[here, 2], box[here, 3] * view.aspect)
        grows = np.abs(box[high, 3] / np.maximum(box[low, 3], 1e-9) - 1)
        known = long_s >= WINDOW_S - EPS
        slow = np.hypot(*off.T) < SLOW * side * long_s
        still[here] = known & slow & (grows < STEADY * long_s + EPS)
    spans: list[list[float]] = []
    for a, b in zip(begin_s[still].tolist(), end_s[still].tolist(), strict=True):
        if spans and a - spans[-1][1] <= PAUSE_S + EPS:
            spans[-1][1] = b
        else:
            spans.append([a, b])
    return [(a, b) for a, b in spans if b - a >= LEAST_S - EPS]
