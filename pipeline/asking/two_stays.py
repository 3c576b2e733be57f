"""Which of two stays longer, read by its form: "did the first person stay longer than the last one?" (`stays_longer`).

The question reader tells things by their names; two of one kind ("the first", "the last one") it does not tell apart.
"""

from __future__ import annotations

import re

from data.meaning import Event, Question
from data.vocabulary import THING
from pipeline.asking.mentions import PEOPLE
from pipeline.asking.two_events import event_phrase

_PERSON = re.compile(rf"\b(?:{'|'.join(sorted(PEOPLE))}|no ?-?one|visits?)\b", re.I)
_ASKS = r"^\W*(?:(?:and|so|but|ok|okay|tell me (?:if|whether))\W+)*(?:do|does|did|is|was|are|were|has|had|have)\b"
_STAY = re.compile(
    r"\b(?:stay(?:s|ed|ing)?|remain(?:s|ed|ing)?|visible|there|here|present|around|linger(?:s|ed|ing)?"
    r"|wait(?:s|ed|ing)?|(?:in|on) (?:view|sight|shot|frame|screen|camera|the (?:picture|frame|scene|video|shot))"
    r"|been|being|seen|for|time"
    r"|spen[dt]s?|stand(?:s|ing)?|stood|at the \w+|a)\b",
    re.I,
)
_MORE, _LESS = r"longer|more time", r"shorter|briefer|less long|less time"
_HOW = rf"(?P<how>{_MORE}|{_LESS})"
_TWO = (
    re.compile(rf"{_ASKS} (?P<a>.+?) {_HOW}\b.*?\bthan (?P<b>.+)$", re.I),
    re.compile(
        rf"\b(?:who|which|what)\b.*?\b{_HOW}\b[^:,?]*?[:,]? (?:the |is it |was it )?(?P<a>[^:,?]+?)(?:,? or)"
        r" (?P<b>.+)$",
        re.I,
    ),
    re.compile(
        rf"\bhow much {_HOW}\b (?:(?:do|does|did|is|was) )?(?P<a>.+?)\b(?:than|compared (?:with|to)|as) (?P<b>.+)$",
        re.I,
    ),
)


def stays_longer(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """Such as "did the first person stay longer than the last one?", "who is there longer, the bus or the car?"."""
    for pattern in _TWO:
        if (found := pattern.search(text)) is None:
            continue
        phrases = [event_phrase(_STAY.sub(" ", found[name]), class_names, duration_s) for name in "ab"]
        if None in phrases or any(phrase.change for phrase in phrases):
            continue
        thing = phrases[0].thing or phrases[1].thing
        if thing is None:
            thing = "person" if _PERSON.search(text) and "person" in class_names else THING
        one, two = (Event(phrase.thing or thing, "appears", phrase.nth) for phrase in phrases)
        if one == two:
            continue
        if re.fullmatch(_LESS, found["how"], re.I):
            one, two = two, one
        return Question("stays_longer", event=one, other=two)
    return None
