"""Questions about standing still: "how long did the first bus stand at the stop?", "did the dog stop?" (`stops_form`).

The question reader takes them for actions; that something stops needs no picture, though: its boxes show it
(`data.meaning.standstill`). Why, or for whom, it stops they don't.
"""

from __future__ import annotations

import re

from data.meaning import Question
from pipeline.asking.two_events import event_phrase
from pipeline.comparing.comparison import POLITE

_PLACE = r"(?: (?:at|on|in|near|by|before|along|beside) (?:the|a|this|that|my|our) [a-z]+(?: [a-z]+)?)?"
_SOME_TIME = r"(?: (?:ever|anywhere|somewhere|at (?:any|some) (?:point|time)|at all|in total|in all|altogether|once))*"
_STOP = r"(?:stop|halt|come to a (?:stop|halt|stand|standstill)|stand still|stay (?:still|stopped|parked)|stand)"
_FORMS = (
    (
        "stands",
        rf"\W*{POLITE}(?:for )?how (?:long|many seconds|much time) (?:does |did |do |is |was |were )?(?P<x>.+?)"
        rf" (?:{_STOP}|stays? (?:still|stopped|parked)|stands?(?: still)?|wait|standing(?: still)?|stopped"
        rf"|waiting|parked|at a standstill){_PLACE}{_SOME_TIME}\W*$",
    ),
    (
        "stops_when",
        rf"\W*{POLITE}(?:when|(?:at )?what time|at which (?:second|time|moment)) (?:does|did|do) (?P<x>.+?) (?:first )?"
        rf"{_STOP}{_PLACE}(?: for the first time)?\W*$",
    ),
    ("stops", rf"\W*{POLITE}(?:does|did|do|has) (?P<x>.+?)(?: ever)? (?:{_STOP}|stopped){_PLACE}{_SOME_TIME}\W*$"),
)
_PATTERNS = tuple((family, re.compile(pattern, re.I)) for family, pattern in _FORMS)
_ANY = re.compile(r"^(?:any|some|one)(?: of the)? ", re.I)
_NOT_STILL = re.compile(r"\b(?:there|here|visible|stay)\b", re.I)


def stops_form(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question about standing still that a text is, or None."""
    for family, pattern in _PATTERNS:
        found = pattern.match(text)
        if found is None or _NOT_STILL.search(found["x"]):
            continue
        who = event_phrase(_ANY.sub("", found["x"]), class_names, duration_s)
        if who is not None and who.thing is not None and who.change is None:
            return Question(family, x=who.thing, nth=who.nth)
    return None
