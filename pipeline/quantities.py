"""Yes-or-no questions about a number: "are there more than two cars?", "were there ever three people at once?" """

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from data.time_amounts import WORDS
from pipeline.mentions import TermMention

_NUMBER = "|".join((*sorted(WORDS, key=len, reverse=True), "a dozen", "dozen", "half a dozen", "a couple", "a pair"))
_COUNTS = {"a dozen": 12, "dozen": 12, "half a dozen": 6, "a couple": 2, "a pair": 2}
_MORE = (
    r"more (?:\w+ )?than|over|above|beyond|past|exceed(?:s|ed|ing)?|greater than|higher than|top(?:s|ped)?"
    r"|surpass(?:es|ed)?|in excess of|upwards? of"
)
_SAID = re.compile(rf"(?:\b(?P<over>{_MORE}) )?(?<![\w.:])(?P<n>\d{{1,5}}|(?:{_NUMBER})\b)(?![\w:]|\.\d)", re.I)
_OVER_LATER = re.compile(
    r"\b(?:exceeded|more than (?:that|this)|(?:see|saw|seen|have|had|get|got) (?:any )?more"
    r"|(?:go(?:es|ne)?|went) (?:over|past|beyond)|over (?:that|it)|(?:break|broke|broken|pass|passed) (?:that|it))\b",
    re.I,
)
"""Behind the number: "we allow four; was that ever exceeded?" """
_OR_MORE = re.compile(r" ?\+| or more| or over| or above| at (?:the )?least| plus\b", re.I)
_BEFORE_THING = re.compile(
    r"(?:\+| or more| plus)?(?: (?:different|distinct|separate|individual|of (?:the|these|those)|of))* $", re.I
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
_NO_FEWER = re.compile(r"\b(?:no|not) (?:fewer|less) than\b", re.I)


class Quantity(NamedTuple):
    """least: how many at least would make a yes. at_once: at one moment, not in the whole clip."""

    least: int
    at_once: bool


def said_number(text: str, times: Sequence[tuple[int, int]] = ()) -> int | None:
    """The smallest number that would make a yes ("more than four": 5); None where `text` says none, or several.

    times: characters [start, end) that are times, and count nothing.
    """
    found = [one for one in _SAID.finditer(text) if not any(a < one.end("n") and one.start("n") < b for a, b in times)]
    if len(found) > 1:  # "at one time … more than four", "in one frame … 8+": a number of things is never one
        found = [one for one in found if one["n"].lower() not in ("one", "1")]
    if len(found) != 1:
        return None
    said = found[0]["n"].lower()
    number = int(said) if said.isdigit() else (_COUNTS.get(said) or WORDS[said])
    over = found[0]["over"] or _OVER_LATER.search(text, found[0].end())
    return number + 1 if over and not _OR_MORE.match(text, found[0].end()) else number


def asked_quantity(
    text: str, thing: TermMention, *, together: bool, times: Sequence[tuple[int, int]] = ()
) -> Quantity | None:
    """The number of things that a yes-or-no question asks for; None where it asks for none.

    together: the question is about being visible at the same time. times: as in `said_number`.
    """
    before = text[: thing.start]
    close = [one for one in _SAID.finditer(before) if _BEFORE_THING.fullmatch(before, one.end())]
    if not close or not _YES_NO.search(text) or _ONLY.search(_NO_FEWER.sub("", text)):
        return None
    least = said_number(text[: thing.start], times)
    if least is None or least < 2:  # "at least one": is there any?
        return None
    return Quantity(least, together or bool(_AT_ONCE.search(text)))
