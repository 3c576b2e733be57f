"""The moment, the stretch and the length of time that the times of a question mean: `times_of`, `said_length`."""

from __future__ import annotations

import re
from typing import NamedTuple

from data.meaning.question import MEASURED, OF_A_LENGTH
from data.time_amounts import Amount, find_amounts
from pipeline.asking.family_parts import AT_THE_END, TAKES_REFERENCE
from pipeline.asking.mentions import Mentions, TimeMention, is_edge

_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BARE = re.compile(
    r"(?:(?!\bthe seconds?\b)"
    r"(?:\b(?:per|each|every|which|what|an?|one|single|by|the|in|any|busiest|peak|any given|another)[ -]|/ ?)"
    r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?)\b"
    r"|\b(?P<ly>hour|minute|dai)ly\b|\b(?P<by>minute|hour|day|second)[- ](?:by|wise|block|bin)|\bp(?P<p>[hm])\b)"
    r"(?! (?:mark|point|hand))",
    re.I,
)
_ANYWHERE = re.compile(r"\b(minute|min|hour|day)\b", re.I)
_PART = re.compile(r"\b(?P<part>half|quarter)[- ](?:of an )?(?P<of>hour|minute)s?\b", re.I)
_COMPARED = re.compile(r"(?:by|beyond|past|over|above|under|below|within|up to) ", re.I)
"""Begins what may be a stretch ("by 0:30") and is a length here: "beyond 3 minutes", "by half hour"."""
_THAN = re.compile(r"(?:\b(?:than|over|under|beyond|past|exceed\w*|above|below)|[<>]) ?$")
_PARTS = {"half": 2, "third": 3, "quarter": 4}
_OF_CLIP = re.compile(
    r"\b(?:which|what|each|every|per)(?: of the)? (?:two )?(?P<part>half|third|quarter)\b"
    r"(?![ -](?:an? )?(?:of an )?(?:hour|minute))"
    r"|\b(?:first|1st) (?=half\b.*\b(?:or|vs|versus|and|against|compared)\b.*\b(?:second|2nd|last|other)\b)"
    r"(?P<first>half)",
    re.I,
)
_POINTS = re.compile(
    r"(?:\b(?:per|each|every|which|what|of|in|than|over|under|above|below|exceed\w*|least|for|even|within|by|any|as)"
    r"|[></=]) ?(?:the |a |an )?$",
    re.I,
)


class Length(NamedTuple):
    """Characters [start, end) say so many seconds."""

    start: int
    end: int
    seconds: float


def said_length(text: str, mentions: Mentions, duration_s: float) -> Length | None:
    """The length of time that a text names beside its stretches: "per 10 minutes", "each hour", "longer than 20 s",
    "which half of the video" (of `duration_s`)."""
    low = text.lower()
    if part := _OF_CLIP.search(low):
        return Length(part.start(), part.end(), duration_s / _PARTS[part["part"] or part["first"]])
    stretches = [time for time in mentions.times if time.is_stretch]
    taken = [
        (time.start, time.end)
        for time in stretches
        if not _COMPARED.match(low, time.start) and not _THAN.search(low[: time.start])
    ]

    def is_free(start: int, end: int) -> bool:
        return not any(start < b and a < end for a, b in taken)

    found = [Length(a.start, a.end, a.seconds) for a in find_amounts(low, 1e9) if _is_length(low, a)]
    found += [
        Length(part.start(), part.end(), _UNIT_S[part["of"][0]] / (2 if part["part"] == "half" else 4))
        for part in _PART.finditer(low)
        if not any(one.start < part.end() and part.start() < one.end for one in found)
    ]
    found = [one for one in found if is_free(one.start, one.end)]
    bare = []
    for unit in _BARE.finditer(low):
        word = unit["unit"] or unit["ly"] or unit["by"] or unit["p"]
        if is_free(unit.start(), unit.end()):
            bare.append(Length(unit.start(), unit.end(), _UNIT_S[word[0]]))
    if not bare and not found:
        bare = [Length(a.start(), a.end(), _UNIT_S[a[1][0].lower()]) for a in _ANYWHERE.finditer(low)]
    pointed = [one for one in found if _POINTS.search(low[: one.start])]
    choices = pointed or found or bare
    return choices[0] if choices else None


def _is_length(low: str, amount: Amount) -> bool:
    """Not a clock time; "15 seconds in front of" looks like one ("15 seconds in")."""
    said = low[amount.start : amount.end]
    return not amount.clock or bool(re.fullmatch(r"[\w -]*\d*[\w -]+ in(?:to)?", said) and ":" not in said)


def times_of(
    text: str, mentions: Mentions, intent: str, part: str, duration_s: float
) -> tuple[float | None, tuple[float, float] | None]:
    """(t_s, stretch) that the times in a text mean for an intent, seconds. part: of an event, as the reader says."""
    times = [time for time in mentions.times if intent in AT_THE_END or not is_edge(text, time)]
    t_s, stretch = None, None
    if intent in OF_A_LENGTH and (length := said_length(text, mentions, duration_s)) is not None:
        t_s = length.seconds
        times = [time for time in times if not (time.start < length.end and length.start < time.end)]
    stretches = [time for time in times if time.is_stretch]
    moments = [time for time in times if not time.is_stretch]
    if intent in ("count_at", "where_at") or (intent in TAKES_REFERENCE and part != "event"):
        if moments:
            t_s = moments.pop(0).t0
        elif stretches:  # "between 1:00 and 4:00, how many come after 2:00": the open one is the reference
            open_ended = [s for s in stretches if s.t0 <= 0 or s.t1 >= duration_s]
            reference = (open_ended or stretches)[0]
            if open_ended or len(stretches) > 1 or intent not in TAKES_REFERENCE:
                stretches.remove(reference)
            t_s = _edge(reference, text[reference.start : reference.end], intent, duration_s)
    if stretches:
        stretch = (stretches[0].t0, stretches[0].t1)
    elif moments and t_s is None and intent not in MEASURED:  # "gaps that last over 4 seconds" are not at 0:04
        at = moments[0].t0
        wide = 0.1 * duration_s if intent == "describe" else AROUND_S if intent in CHANGES_AT else 0.0
        stretch = (max(at - wide, 0.0), min(at + wide, duration_s)) if wide else (at, at)
    return t_s, stretch


AROUND_S = 2.0
"""What happens "at 0:18" happens within so many seconds of it: nobody tells a leaving's time more exactly."""
CHANGES_AT = frozenset(("count_left", "leaves", "count_leavings", "count_returns", "returns"))

_OPEN = re.compile(r"\W*(?:right |just |shortly |straight )?(?:after|since|from|before|until|by)\b", re.I)


def _edge(time: TimeMention, words: str, intent: str, duration_s: float) -> float:
    """The moment that a stretch, said in `words`, stands for: "before 2:00" is [0, 2:00] and means 2:00."""
    if intent == "count_at" and _OPEN.match(words) and (time.t0 <= 0 or time.t1 >= duration_s):
        return time.t1 if time.t0 <= 0 else time.t0  # "how many are left after 0:18?"
    if intent in ("count_before", "previous_before"):
        return time.t1 if time.t0 <= 0 or time.t1 < duration_s else time.t0
    if intent in ("count_after", "next_after"):
        return time.t0 if time.t1 >= duration_s or time.t0 > 0 else time.t1
    return (time.t0 + time.t1) / 2
