"""Yes-or-no questions about a number: "are there more than two cars?", "were there ever three people at once?" """

from __future__ import annotations

import re
from typing import NamedTuple

from data.time_amounts import WORDS
from pipeline.mentions import TermMention

_NUMBER = "|".join(sorted(WORDS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"\b(?:(?P<over>more than|over|greater than)|(?P<least>at (?:the very )?least|no (?:fewer|less) than|as many as))?"
    rf"\s*(?P<n>\d{{1,3}}|{_NUMBER})\s+(?:or more\s+)?(?:different |distinct |separate |individual )?$",
    re.I,
)
_YES_NO = re.compile(
    r"^(?:\W|\b(?:and|so|ok|okay|well|hi|hello|please|but|also|now|ever)\b)*"
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would)\b|\b(?:if|whether)\b",
    re.I,
)
_AT_ONCE = re.compile(
    r"\b(?:at once|(?:at|in) (?:the|a|any) (?:same|one|single|given) (?:time|moment|instant|frame|picture|shot|view)"
    r"|together|simultaneously|concurrently|side by side|ever|at any (?:time|point|moment)"
    r"|at (?:one|some) (?:point|time))\b",
    re.I,
)
_ONLY = re.compile(r"\b(?:exactly|only|just|precisely|fewer|less|under|at most|no more)\b", re.I)


class Quantity(NamedTuple):
    """least: how many at least would make a yes. at_once: at one moment, not in the whole clip."""

    least: int
    at_once: bool


def asked_quantity(text: str, thing: TermMention, *, together: bool) -> Quantity | None:
    """The number of things that a yes-or-no question asks for; None where it asks for none.

    together: the question is about being visible at the same time.
    """
    found = _QUANTITY.search(text[: thing.start])
    if found is None or not _YES_NO.search(text) or _ONLY.search(text):
        return None
    said = found["n"].lower()
    number = int(said) if said.isdigit() else WORDS[said]
    least = number + 1 if found["over"] else number
    if least < 2:  # "at least one": is there any?
        return None
    return Quantity(least, together or bool(_AT_ONCE.search(text)))
