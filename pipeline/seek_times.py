"""The times in an answer's sentence as moments to go to: exact where the answer knows them better than its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from data.clock import nearest_second
from pipeline.answers import Answer

CLOCK = re.compile(r"(?<![\d:.])(?:(\d+):)?(\d{1,2}):(\d\d)(\.\d)?(?!\d|:\d)")


def clock_seconds(match: re.Match[str]) -> float:
    """Seconds of a time written as "1:05", "0:12.5" or "1:02:05"."""
    hours, minutes, seconds, part = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(part or 0)


def split_times(text: str, answer: Answer | None = None) -> Iterator[tuple[str, float | None]]:
    """Pieces of `text` in order: (words, None), and (time as written, seconds to go to).

    Sentences round a time to its second; where the answer's value or evidence has a moment that is written so, that
    moment is taken.
    """
    known: list[float] = []
    if answer is not None:
        value: Any = answer.value
        if answer.kind == "time" and isinstance(value, int | float) and not isinstance(value, bool):
            known.append(float(value))
        known += [t for e in answer.evidence for t in (e.start_s, e.end_s)]
    at = 0
    for match in CLOCK.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], None
        said_s = clock_seconds(match)
        exact = next((t for t in known if not match[4] and nearest_second(max(t, 0)) == int(said_s)), said_s)
        yield match[0], exact
        at = match.end()
    if at < len(text):
        yield text[at:], None
