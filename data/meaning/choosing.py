"""What the programs share: truths, references, the objects that a question means."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut, event_time
from data.meaning.question import FAMILIES, LAST, Evidence, Question, Truth
from data.small_arrays import positions

EPS = 1e-9


def truth_of(question: Question, value: Any, evidence: list[Evidence], acceptable: list[Any] | None = None) -> Truth:
    return Truth(value, [value] if acceptable is None else acceptable, evidence, FAMILIES[question.family])


def reference_time(question: Question, view: ClipView) -> float | None:
    return event_time(question.event, view) if question.event is not None else question.t_s


def evidence_of(tracks: np.ndarray, cut: Cut, view: ClipView) -> list[Evidence]:
    """Evidence of some objects, given by position."""
    return runs_of(tracks, cut, view).evidence(view)


def runs_of(tracks: np.ndarray, cut: Cut, view: ClipView) -> Cut:
    """The cut's runs of some objects, given by position."""
    mask = np.zeros(len(view), bool)
    mask[tracks] = True
    return cut.only(mask)


def runs_at(view: ClipView, t_s: float, mask: np.ndarray) -> Cut:
    """The runs, uncut, that are visible at one moment."""
    keep = ((view.run_a <= t_s) & (t_s < view.run_b) & mask[view.run_track]).nonzero()[0]
    return Cut(-INF, INF, keep, view.run_track[keep], view.run_a[keep], view.run_b[keep])


def picked(q: Question, view: ClipView) -> np.ndarray:
    """(K,) bool: the X, or only the n-th of them."""
    mask = view.mask(q.x)
    if q.nth is None:
        return mask
    out = np.zeros(len(view), bool)
    out[nth_of(positions(mask), q.nth)] = True
    return out


def nth_of(tracks: np.ndarray, nth: int | str | None) -> np.ndarray:
    """The n-th of some objects as an array of one, or of none."""
    if nth == LAST:
        return tracks[-1:]
    n = nth or 1
    return tracks[n - 1 : n]
