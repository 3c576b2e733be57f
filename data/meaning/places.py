"""Programs about places in the picture: direction, sides, thirds. Lengths are in widths of the frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.meaning.choosing import EPS, evidence_of, nth_of, picked, runs_at, truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut
from data.meaning.question import NONE, Question, Truth
from data.small_arrays import positions

STILL_UNDER = 0.05
"""Net motion below this share of the frame's width is "still"."""


def _one_object(q: Question, view: ClipView, cut: Cut) -> np.ndarray:
    """The object that a question about "the X" means: the first (or n-th) X that is visible in the stretch."""
    return nth_of(positions(view.mask(q.x) & cut.visible(view)), q.nth)


def _rows(view: ClipView, track: int, cut: Cut) -> tuple[int, int]:
    """First and last row of an object in the stretch."""
    low, high = int(view.row_ptr[track]), int(view.row_ptr[track + 1])
    frame = view.row_frame[low:high]
    a, b = view.edge_s[frame], view.edge_s[frame + 1]
    rows = positions((a <= cut.t1) & (b > cut.t0))
    return low + int(rows[0]), low + int(rows[-1])


def motion(first_xywhn: np.ndarray, last_xywhn: np.ndarray, aspect: float) -> list[str]:
    """Where a box's centre has gone: the larger axis (two words where both are as large), or "still"."""
    dx, dy = (last_xywhn[:2].astype(np.float64) - first_xywhn[:2]).tolist()
    dy *= aspect
    if max(abs(dx), abs(dy)) < STILL_UNDER:
        return ["still"]
    words = []
    if abs(dx) >= abs(dy) - EPS:
        words.append("right" if dx > 0 else "left")
    if abs(dy) >= abs(dx) - EPS:
        words.append("down" if dy > 0 else "up")
    return words


def net_motion(view: ClipView, track: int) -> list[str]:
    """`motion` of an object (position) from its first sighting to its last."""
    first, last = int(view.row_ptr[track]), int(view.row_ptr[track + 1]) - 1
    return motion(view.boxes_xywhn[first], view.boxes_xywhn[last], view.aspect)


def direction(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Net motion of the box's centre in widths of the frame; x and y weighed in the picture's own proportions."""
    one = _one_object(q, view, cut)
    if not len(one):
        return truth_of(q, NONE, [])
    first, last = _rows(view, int(one[0]), cut)
    words = motion(view.boxes_xywhn[first], view.boxes_xywhn[last], view.aspect)
    return truth_of(q, words[0], evidence_of(one, cut, view), words)


def side_distances(box_xywhn: np.ndarray, aspect: float) -> dict[str, float]:
    """Distance of a box's edges from the frame's sides, in widths of the frame."""
    x, y, w, h = np.asarray(box_xywhn, np.float64).tolist()
    return {
        "left": x - w / 2,
        "right": 1 - x - w / 2,
        "top": (y - h / 2) * aspect,
        "bottom": (1 - y - h / 2) * aspect,
    }


def nearest_sides(box_xywhn: np.ndarray, aspect: float) -> list[str]:
    """The side nearest to a box (its edge), and all that are as near, to a thousandth."""
    distance = side_distances(box_xywhn, aspect)
    nearest = min(distance.values())
    return [side for side, d in distance.items() if d <= nearest + 1e-3]


def side(first: bool) -> Callable[[Question, ClipView, Cut], Truth]:
    """The side nearest to the first or last box; all that are equally near are right."""

    def program(q: Question, view: ClipView, cut: Cut) -> Truth:
        one = _one_object(q, view, cut)
        if not len(one):
            return truth_of(q, NONE, [])
        row = _rows(view, int(one[0]), cut)[0 if first else 1]
        sides = nearest_sides(view.boxes_xywhn[row], view.aspect)
        return truth_of(q, sides[0], evidence_of(one, cut, view), sides)

    return program


def _middle_of_longest(view: ClipView, one: np.ndarray) -> float:
    """Of the runs of an object (none or one); before the clip where there is none."""
    runs = positions(np.isin(view.run_track, one))
    if not len(runs):
        return -1.0
    longest = runs[int((view.run_b[runs] - view.run_a[runs]).argmax())]
    return float(view.run_a[longest] + view.run_b[longest]) / 2


def third_of(x: float) -> str:
    """The word for the third of the frame that holds x, a share of its width."""
    return "left" if x < 1 / 3 else "right" if x > 2 / 3 else "centre"


def where_at(q: Question, view: ClipView, cut: Cut) -> Truth:
    """The third of the frame that holds the box's centre at a moment; of no moment, in the middle of its longest stay.

    Evidence: the run that holds the moment.
    """
    t_s = _middle_of_longest(view, _one_object(q, view, cut)) if q.t_s is None else q.t_s
    now = runs_at(view, t_s, picked(q, view))
    if not len(now.run):
        return truth_of(q, NONE, [])
    track = int(now.track[0])
    rows = slice(int(view.row_ptr[track]), int(view.row_ptr[track + 1]))
    row = rows.start + int(np.searchsorted(view.edge_s[view.row_frame[rows]], t_s, side="right")) - 1
    return truth_of(q, third_of(float(view.boxes_xywhn[row, 0])), now.evidence(view)[:1])
