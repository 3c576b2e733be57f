"""When an answer is right, and how well its evidence fits (DESIGN.md, section 3, "Scoring")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from data.meaning.parts import merged
from data.meaning.question import REFUSED, Truth
from data.meaning.told import entries_of, told_alike
from data.vocabulary import noun

TIME_TOLERANCE_S = 1.0
EPS = 1e-9
DURATION_TOLERANCE = 0.1


def judge(predicted: Any, truth: Truth, step_s: float) -> bool:
    """Is `predicted` right?

    A time within max(1 s, one sampling step `step_s`) of an acceptable one, a duration within max(1 s, 10 %), a list
    with the right kinds in the right order (ties in any order), told times as `told_alike` says, everything else equal
    (words in any case). A refusal
    is right exactly where the truth is one; `None` counts as refused.
    """
    refused = predicted is None or predicted == REFUSED
    if truth.kind == "refusal" or refused:
        return refused and truth.kind == "refusal"
    match truth.kind:
        case "yes_no":
            return isinstance(predicted, bool | np.bool_) and bool(predicted) == truth.value
        case "number":
            return _is_number(predicted) and any(_within(predicted, right, EPS) for right in truth.acceptable)
        case "time":
            slack = max(TIME_TOLERANCE_S, step_s) + EPS
            return any(_within(predicted, right, slack) for right in truth.acceptable)
        case "duration" if isinstance(truth.value, str):  # never: between what does not happen
            return predicted == truth.value
        case "duration":
            slack = max(TIME_TOLERANCE_S, DURATION_TOLERANCE * truth.value) + EPS
            return _is_number(predicted) and abs(float(predicted) - truth.value) <= slack
        case "list":
            return _same_list(predicted, truth.acceptable)
        case "text" if isinstance(predicted, str) and entries_of(truth.value) is not None:
            return told_alike(predicted, truth.value, max(TIME_TOLERANCE_S, step_s))
        case "text":
            return isinstance(predicted, str) and all(_names(predicted, name) for name in truth.acceptable)
        case _:
            return isinstance(predicted, str) and predicted.lower() in [str(a).lower() for a in truth.acceptable]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _within(predicted: Any, right: Any, slack: float) -> bool:
    """Is a number, or a word such as "never", one that is right? right: also (from, to)."""
    if isinstance(right, str) or isinstance(predicted, str):
        return predicted == right
    if not _is_number(predicted):
        return False
    low, high = right if isinstance(right, tuple | list) else (right, right)
    return low - slack <= float(predicted) <= high + slack


def _same_list(predicted: Any, groups: Sequence[Sequence[str]]) -> bool:
    if isinstance(predicted, str) or not isinstance(predicted, Iterable):
        return False
    words, at = [str(word).lower() for word in predicted], 0
    for group in groups:
        if sorted(words[at : at + len(group)]) != sorted(name.lower() for name in group):
            return False
        at += len(group)
    return at == len(words)


def _names(text: str, name: str) -> bool:
    words = noun(name)
    return any(word.lower() in text.lower() for word in (name, words.singular, words.plural))


def evidence_iou(predicted: Iterable[Any], truth: Truth, step_s: float) -> float:
    """Temporal IoU, 0–1, of the union of two sets of intervals (things with `start_s` and `end_s`).

    Half a sampling step at each end of a true interval counts neither for nor against. Both empty: 1. Where any one
    sighting proves the answer (`truth.any_sighting`): the share of the predicted time that lies in the true one.
    """
    half = step_s / 2
    shown = merged([(e.start_s, e.end_s) for e in predicted])
    true = merged([(e.start_s, e.end_s) for e in truth.evidence])
    if not len(shown) or not len(true):
        return float(len(shown) == len(true))
    wide = merged([(a - half, b + half) for a, b in true])
    core = [(a + half, b - half) for a, b in true if b - a > step_s]
    inside, length = _common(shown, wide), _length(shown)
    outside = max(length - inside, 0.0)
    if truth.any_sighting:
        return inside / length if length > 0 else float(_touches(shown, wide))
    missed = max(_length(core) - _common(shown, core), 0.0)
    total = inside + outside + missed
    return inside / total if total > 0 else float(_touches(shown, wide))


def _length(intervals: list[tuple[float, float]]) -> float:
    return sum(b - a for a, b in intervals)


def _common(left: list[tuple[float, float]], right: list[tuple[float, float]]) -> float:
    """Seconds in both of two sorted, disjoint lists."""
    i = j = 0
    total = 0.0
    while i < len(left) and j < len(right):
        total += max(0.0, min(left[i][1], right[j][1]) - max(left[i][0], right[j][0]))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return total


def _touches(left: list[tuple[float, float]], right: list[tuple[float, float]]) -> bool:
    return any(a <= d and c <= b for a, b in left for c, d in right)
