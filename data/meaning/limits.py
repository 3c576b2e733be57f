"""Which things a question is limited to: those of a side, in a part of the picture, that stay long (`limited_to`)."""

from __future__ import annotations

import numpy as np

from data.meaning.choosing import EPS
from data.meaning.clip_view import ClipView
from data.meaning.leaving import has_left
from data.meaning.places import nearest_sides, net_motion
from data.meaning.question import Question, Side
from data.small_arrays import positions, steps

SAME_PLACE = 0.5
"""Things whose middles lie no further apart than this share of their width stand in the same place."""
AWAY = 0.1
"""What was ever this share of the frame's width from where it was first seen has moved, even where it came back."""


def limited_to(q: Question, view: ClipView, t0: float, t1: float) -> ClipView:
    """The clip as if there were only what a question's side limits it to."""
    side = q.side
    if side.how == "inside":
        return view.sightings(seen_inside(side.word, view))
    if side.how == "stays":
        return view.only(staying(side.word, view))
    if side.how == "stands":
        mine = view.mask(q.x) if q.x is not None else np.ones(len(view), bool)
        return view.only(~mine | standing(side.word, view, mine))
    return view.only(of_side(side, view, t0, t1))


def of_side(side: Side, view: ClipView, t0: float, t1: float) -> np.ndarray:
    """(K,) bool: which objects come in at a side, or go out at one, in [t0, t1]; or move that way in the whole clip
    ("still": neither in the end nor ever meanwhile)."""
    out = np.zeros(len(view), bool)
    if side.how == "enters_from":
        able = (view.start_s > view.edge_s[0] + EPS) & (view.start_s >= t0) & (view.start_s <= t1)
    elif side.how == "leaves_to":
        able = has_left(view) & (view.end_s >= t0) & (view.end_s <= t1)
    else:
        able = np.ones(len(view), bool)
    for track in positions(able).tolist():
        first, last = int(view.row_ptr[track]), int(view.row_ptr[track + 1]) - 1
        if side.how == "direction":
            words = net_motion(view, track)
            if side.word in ("still", "moving") and "still" in words and was_away(view, track):
                words = []
        else:
            words = nearest_sides(view.boxes_xywhn[first if side.how == "enters_from" else last], view.aspect)
        out[track] = side.word in words or (side.word == "moving" and "still" not in words)
    return out


def was_away(view: ClipView, track: int) -> bool:
    """Has an object (position) ever been `AWAY` from where it was first seen?"""
    centre = view.boxes_xywhn[view.row_ptr[track] : view.row_ptr[track + 1], :2].astype(np.float64)
    gone = np.abs(centre - centre[0]) * (1.0, view.aspect)
    return bool(gone.max() >= AWAY)


_BOUNDS = {
    "left": (0, -1.0, 1 / 3), "right": (0, 2 / 3, 2.0), "centre": (0, 1 / 3, 2 / 3), "top": (1, -1.0, 1 / 3),
    "bottom": (1, 2 / 3, 2.0), "left half": (0, -1.0, 0.5), "right half": (0, 0.5, 2.0), "top half": (1, -1.0, 0.5),
    "bottom half": (1, 0.5, 2.0),
}  # fmt: skip
"""Axis, from and to of the parts of a picture."""


def seen_inside(part: str, view: ClipView) -> np.ndarray:
    """(R,) bool: sightings whose box has its centre in a part of the picture."""
    axis, low, high = _BOUNDS[part]
    centre = view.boxes_xywhn[:, axis]
    return (centre >= low) & (centre < high)


def staying(word: str, view: ClipView) -> np.ndarray:
    """(K,) bool: which objects are visible for longer (or shorter) than so many seconds in all. word: "longer 15"."""
    how, length = word.split()
    return view.seen_s > float(length) + EPS if how == "longer" else view.seen_s < float(length) - EPS


def standing(word: str, view: ClipView, among: np.ndarray) -> np.ndarray:
    """(K,) bool: which of some objects are the left one, the right one, or the one in the middle, by where they are on
    average. One that comes back to the same place under a new identity is there as well."""
    out = np.zeros(len(view), bool)
    tracks = positions(among)
    if not len(tracks):
        return out
    number = steps(view.row_ptr)
    of_row = np.arange(len(view)).repeat(number)
    x, width = (np.bincount(of_row, view.boxes_xywhn[:, axis], len(view))[tracks] / number[tracks] for axis in (0, 2))
    order = np.argsort(x, kind="stable")
    places: list[list[int]] = [[int(order[0])]]
    for k in order[1:].tolist():  # from left to right
        first = places[-1][0]
        if x[k] - x[first] <= SAME_PLACE * max(width[k], width[first]):
            places[-1].append(k)
        else:
            places.append([k])
    which = {"left": 0, "right": len(places) - 1, "centre": len(places) // 2}[word]
    out[tracks[places[which]]] = True
    return out
