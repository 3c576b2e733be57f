"""Texts that tell all of a kind with their times ("0:06–0:19, 0:22–0:45"), read back and compared: `told_alike`."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from data.clock import seconds_of

_ENTRY = re.compile(r"(?P<t0>\d+(?::\d\d){1,2})(?:–(?P<t1>\d+(?::\d\d){1,2}))?(?: (?P<n>\d+))?")
SAME_SHARE = 0.9
"""Of the time, in which two curves have the same number."""


class Entry(NamedTuple):
    """One entry: a time, a stretch, or either with a number. Seconds."""

    t0: float
    t1: float | None
    n: int | None


def entries_of(text: str) -> list[Entry] | None:
    """The entries of a told text, None where it is none."""
    out = []
    for part in text.split(", "):
        found = _ENTRY.fullmatch(part)
        if found is None:
            return None
        t1, n = found["t1"], found["n"]
        out.append(
            Entry(seconds_of(found["t0"]), None if t1 is None else seconds_of(t1), None if n is None else int(n))
        )
    return out


def told_alike(predicted: str, right: str, slack_s: float) -> bool:
    """Do two told texts say the same? As many entries, times within `slack_s`, the same numbers; curves ("0:00 3, 0:07
    2") the same number for nine tenths of the time. Seconds are written whole, so that a second more is allowed."""
    ours, theirs = entries_of(predicted), entries_of(right)
    if ours is None or theirs is None:
        return predicted == right
    if all(entry.n is not None and entry.t1 is None for entry in (*ours, *theirs)):
        return _curves_alike(ours, theirs)
    if len(ours) != len(theirs):
        return False
    return all(
        a.n == b.n and _near(a.t0, b.t0, slack_s) and (a.t1 is None) == (b.t1 is None) and _near(a.t1, b.t1, slack_s)
        for a, b in zip(ours, theirs, strict=True)
    )


def _curves_alike(ours: list[Entry], theirs: list[Entry]) -> bool:
    times = sorted({entry.t0 for entry in (*ours, *theirs)})
    times.append(times[-1] + (times[-1] - times[0]) / max(len(times), 1) + 1.0)
    same = total = 0.0
    for a, b in pairwise(times):
        n, m = (next((e.n for e in reversed(curve) if e.t0 <= a), None) for curve in (ours, theirs))
        total += b - a
        same += (b - a) * (n == m)
    return same >= SAME_SHARE * total


def _near(a: float | None, b: float | None, slack_s: float) -> bool:
    return a is None or b is None or abs(a - b) <= slack_s + 1.0
