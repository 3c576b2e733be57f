"""The blind baseline: what a guesser gets right that sees the questions of the other videos, and never a video.

For each family it gives the answer that was right most often elsewhere: a value, an option's letter, or for times and
durations a part of the stretch that the question names.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from data.meaning import Evidence, Truth, judge
from data.time_reading import find_times
from pipeline.scoring.evaluate_run import Result

MOST_GUESSES = 12
_PARTS = {"start": 0.0, "middle": 0.5, "end": 1.0}
Guess = Callable[[Result], Any]


def blind_right(results: Sequence[Result]) -> list[bool | None]:
    """Would the guesser be right? None where an answer is not scored. Results in, answers in the same order."""
    out: list[bool | None] = [None] * len(results)
    groups: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for k, one in enumerate(results):
        if one.get("right") is not None and one["kind"] != "moments":
            groups[one["kind"], one["family"], len(one.get("options", ()))].append(k)
    for (kind, _, _), places in groups.items():
        ones = [results[k] for k in places]
        guesses = _guesses(kind, ones)
        right = np.array([[_is_right(one, guess(one)) for guess in guesses] for one in ones])
        _, video = np.unique([one["video"] for one in ones], return_inverse=True)
        total = right.sum(0)
        for v in range(video.max() + 1):
            mine = video == v
            elsewhere = total - right[mine].sum(0)
            best = int(elsewhere.argmax())
            for place, correct in zip(np.flatnonzero(mine), right[mine][:, best], strict=True):
                out[places[place]] = bool(correct and elsewhere[best] > 0)
    for k, one in enumerate(results):
        if one.get("right") is not None and one["kind"] == "moments":
            out[k] = False
    return out


def _guesses(kind: str, ones: Sequence[Result]) -> list[Guess]:
    values = Counter(json.dumps(one["truth"]["value"], sort_keys=True) for one in ones)
    out: list[Guess] = [_constant(json.loads(text)) for text, _ in values.most_common(MOST_GUESSES)]
    if kind in ("time", "duration"):
        out += [_part(share) for share in _PARTS.values()] + [_length]
    return out


def _constant(value: Any) -> Guess:
    return lambda one: value


def _stretch(one: Result) -> tuple[float, float]:
    """The stretch that the words name, else the whole clip."""
    length = float(one.get("video_s") or 0.0)
    for _, _, time in find_times(one["question"], length):
        if isinstance(time, tuple):
            return time
    return 0.0, length


def _part(share: float) -> Guess:
    def guess(one: Result) -> float:
        t0, t1 = _stretch(one)
        return t0 + share * (t1 - t0)

    return guess


def _length(one: Result) -> float:
    t0, t1 = _stretch(one)
    return t1 - t0


def _is_right(one: Result, guess: Any) -> bool:
    truth = one["truth"]
    if one["kind"] == "choice":
        return guess == truth["value"]
    acceptable = truth["acceptable"] if truth["acceptable"] is not None else [truth["value"]]
    no_evidence: list[Evidence] = []
    return judge(guess, Truth(truth["value"], acceptable, no_evidence, one["kind"]), float(one.get("step_s") or 0.0))
