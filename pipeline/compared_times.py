"""Comparisons with a time or length: before or after 0:30, nobody for longer than 10 s (of `pipeline.compared`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.clock import clock
from data.time_amounts import find_amounts
from pipeline.answers import Answer
from pipeline.comparison import COMES, NEVER_S, POLITE, Comparison, numbers_of, said_first, times_of

_BEFORE_OR_AFTER = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{COMES}|seen|taken away)"
        r"(?: for the first time)? (?P<one>before|after|earlier|later) or (?P<two>before|after|later|earlier)(?: than)?"
        r" (?P<t>.+?)\W*$",
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{COMES}|seen|taken away)"
        r" (?P<one>before|after) (?P<t>[^,]+?),? or (?P<two>before|after)(?: (?:it|that|then))?\W*$",
    )
)
_LEAVING = re.compile(r"leave|disappear|go away|taken|drive off", re.I)


def _before_or_after(text: str) -> Comparison | None:
    """Such as "does the second visitor appear before or after the 30 second mark?"."""
    found = next((one for pattern in _BEFORE_OR_AFTER if (one := pattern.match(text)) is not None), None)
    amounts = find_amounts(found["t"].lower(), 0.0) if found is not None else []
    if len(amounts) != 1:
        return None
    limit_s = amounts[0].seconds

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None or times[0] == NEVER_S:
            return None
        said = "before" if times[0] < limit_s else "after"
        return said_first(together, f"{said.capitalize()} {clock(limit_s)}", "word", said)

    return Comparison((f"when does {found['x']} {'leave' if _LEAVING.search(found['verb']) else 'appear'}?",), judge)


_NOBODY_LONGER = re.compile(
    rf"\W*{POLITE}(?:is|was|were|are) (?:there )?(?:ever )?(?P<no>nobody|no ?-?one|nothing|no [a-z]+|it empty"
    rf"|the scene empty)"
    r"(?: (?:ever|there|here|visible|around|present|in (?:view|sight|shot|frame)))*(?: (?:for|any))?"
    r" (?P<more>longer|more|shorter|less) than"
    r" (?P<t>.+?)(?: at (?:a time|once|a stretch))?\W*$",
    re.I,
)


def _nobody_longer(text: str) -> Comparison | None:
    """Such as "is there ever nobody for longer than 10 seconds?"."""
    found = _NOBODY_LONGER.match(text)
    amounts = find_amounts(found["t"].lower(), 0.0) if found is not None else []
    if len(amounts) != 1:
        return None
    limit_s, longer = amounts[0].seconds, found["more"].lower() in ("longer", "more")
    who = "nothing" if "empty" in found["no"].lower() else found["no"]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        lengths = numbers_of(answers, "duration")
        if lengths is None:
            return None
        right = lengths[0] > limit_s if longer else lengths[0] < limit_s
        return said_first(together, "Yes" if right else "No", "yes_no", right)

    return Comparison((f"longest time {who} is there",), judge)


FORMS = (_before_or_after, _nobody_longer)
