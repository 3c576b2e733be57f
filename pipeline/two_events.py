"""Questions about two events: "how long between the first person leaving and the second arriving?" (`two_events`).

The question reader knows one event per question; these have a plain form, and are taken apart at their middle.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.meaning import LAST, Event, Question
from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import THING
from pipeline.mentions import find_mentions

_LENGTH = (
    r"(?:how (?:long|much time|many (?:seconds|minutes|hours))|(?:time|gap|interval|delay|wait|seconds|minutes|span"
    r"|difference))\b"
)
_BETWEEN = re.compile(rf"{_LENGTH}.*?\b(?:between|from) (?P<a>.+?) (?:and|until|till|to) (?P<b>.+)", re.I)
_AFTER = re.compile(
    r"\bhow (?:long|much later|many (?:seconds|minutes)) (?:was it )?(?P<side>after|before) (?P<a>.+?)"
    r"(?:,| )(?:do|does|did|was it (?:that|until)|until|when|is|was) (?P<b>.+)",
    re.I,
)
_FIRST = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me (?:if|whether))\W+)*(?:do|does|did|has|have|had) (?P<a>.+?)"
    r" (?P<side>before|after) (?P<b>.+)$",
    re.I,
)
_WHICH_FIRST = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me|say)\W+)*(?:which|what)(?: one| event)?"
    r" (?:comes?|came|happens?|happened|is|was|occurs?)"
    r" (?:first|earlier|sooner)\W+(?P<a>.+?),? or (?P<b>.+)$",
    re.I,
)
_LEAVES = re.compile(
    r"\b(?:leav(?:e|es|ing)|left|depart\w*|exit\w*|disappear\w*|vanish\w*|gone|last seen"
    r"|(?:go|goes|going|went|walks?|walked|walking|drives?|drove|driving|r[ua]ns?) (?:away|out|off))\b",
    re.I,
)
_COMES = re.compile(
    r"\b(?:appear\w*|com(?:e|es|ing)|came|arriv\w*|enter\w*|(?:show|turn)\w* up|first seen|start\w*"
    r"|(?:walks?|walked|walking|drives?|drove|driving|gets?|got) in(?:to)?)\b",
    re.I,
)
_NTH = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|last|final)\b", re.I)
_NUMBER = re.compile(rf"(?:\b(?:number|no\.?) ?|#| )(\d{{1,2}}|{'|'.join(WORDS)})\b", re.I)


_SMALL_WORDS = """
    the a an that this one ones is was were be been has had have having did does do it then just in into out of on at
    view sight frame picture shot scene up away off again finally already yet to from and person number no
"""
_SMALL = frozenset(_SMALL_WORDS.split())
"""Words that say no more of an event: with any others, it is left to the question reader."""


_FORMS = (
    ("time_between", _AFTER), ("time_between", _BETWEEN), ("happens_before", _FIRST), ("happens_before", _WHICH_FIRST),
)  # fmt: skip


class Phrase(NamedTuple):
    """Which object is named, and what happens to it; None where that is not said."""

    thing: str | None
    nth: int | str | None
    change: str | None


def two_events(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question about two events that a text is, or None."""
    for family, pattern in _FORMS:
        found = pattern.search(text)
        if found is None:
            continue
        phrases = [event_phrase(found[name], class_names, duration_s) for name in "ab"]
        if None in phrases:
            continue
        a, b = phrases
        thing = a.thing or b.thing
        if thing is None or (family == "happens_before" and not _apart(a, b)):
            continue
        default = "appears" if family == "time_between" else a.change or b.change or "appears"
        one, two = (Event(p.thing or thing, p.change or default, p.nth) for p in phrases)
        if one == two:
            continue
        if family == "happens_before" and pattern is _FIRST and found["side"].lower() == "after":
            one, two = two, one
        return Question(family, event=one, other=two)
    return None


def _apart(a: Phrase, b: Phrase) -> bool:
    """Can only two events say it: ordinals, or a coming and a leaving?"""
    if a.change is None or (b.change is None and b.nth is None):
        return False
    changes = {a.change, b.change or a.change}
    if changes == {"appears"} and {a.nth, b.nth} <= {None, 1}:  # "does the bus come before the car?"
        return False
    return len(changes) > 1 or a.nth is not None or b.nth is not None


def event_phrase(text: str, class_names: tuple[str, ...], duration_s: float) -> Phrase | None:
    """Such as "the first person leaving", "the second arrives", "person 2"; None for what is no event."""
    found = find_mentions(text, class_names, duration_s)
    known = [term for term in found.terms if term.known and term.term != THING]
    if found.times or len(known) > 1 or any(not term.known for term in found.terms):
        return None
    nth: int | str | None = None
    if said := _NTH.search(text):
        word = said[0].lower()
        nth = LAST if word in ("last", "final") else ORDINALS.get(word) or int(re.match(r"\d+", word)[0])
    elif known and (number := _NUMBER.match(text, known[0].end)):
        word = number[1].lower()
        nth = WORDS[word] if word in WORDS else int(word)
    leaves, comes = _LEAVES.search(text), _COMES.search(text)
    if leaves and comes:
        return None
    left = text
    for start, end in [(t.start, t.end) for t in known]:
        left = f"{left[:start]} {left[end:]}"
    for pattern in (_NTH, _LEAVES, _COMES):
        left = pattern.sub(" ", left)
    if any(word.lower() not in _SMALL and word.lower() not in WORDS for word in re.findall(r"[A-Za-z']+", left)):
        return None
    change = "leaves" if leaves else "appears" if comes else None
    if not known and nth is None:
        return None
    return Phrase(known[0].term if known else None, nth, change)
