"""Yes-or-no questions about a number: "are there more than two cars?", "were there ever three people at once?" """

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from data.time_amounts import WORDS
from pipeline.asking.mentions import KEPT, Mentions, TermMention

_NUMBER = "|".join((*sorted(WORDS, key=len, reverse=True), "a dozen", "dozen", "half a dozen", "a couple", "a pair"))
_COUNTS = {"a dozen": 12, "dozen": 12, "half a dozen": 6, "a couple": 2, "a pair": 2}
_MORE = (
    r"more (?:\w+ )?(?:than|then)|over|above|beyond|past|cross(?:es|ed)?|pass(?:es|ed)?|breaks?|outnumber(?:s|ed)?"
    r"|exceed(?:s|ed|ing)?|greater than|higher than|busier than|top(?:s|ped)?"
    r"|surpass(?:es|ed)?|in excess of|upwards? of"
)
_SAID = re.compile(rf"(?:\b(?P<over>{_MORE}) )?(?<![\w.:])(?P<n>\d{{1,5}}|(?:{_NUMBER})\b)(?![\w:]|\.\d)", re.I)
_OVER_LATER = re.compile(
    r"\b(?:exceeded|more than (?:that|this)|(?:see|saw|seen|have|had|get|got) (?:any )?more"
    r"|(?:limit|rule|number|cap|maximum) (?:was |is )?(?:ever )?(?:broken|exceeded|breached|passed|topped)"
    r"|(?:were|was|are|is) there (?:any |ever )?more\b"
    r"|(?:go(?:es|ne)?|went) (?:over|past|beyond)|over (?:that|it)|(?:break|broke|broken|pass|passed) (?:that|it))\b",
    re.I,
)
"""Behind the number: "we allow four; was that ever exceeded?" """
_OR_MORE = re.compile(r" ?\+| or more| or over| or above| at (?:the )?least| plus\b", re.I)
_BEFORE_THING = re.compile(
    r"(?:\+| or (?:more|fewer|less)| plus)?"
    r"(?: (?:different|distinct|separate|individual|of (?:the|these|those)|of))* $",
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
_NO_FEWER = re.compile(r"\b(?:no|not) (?:fewer|less|smaller|lower) than\b", re.I)
_FEWER = re.compile(r"\b(?:fewer|less|lower|smaller) (?:\w+ )?than|\b(?:under|below|short of)\b|<(?!=)", re.I)
_NO_MORE = re.compile(
    r"\b(?:at (?:the )?(?:very )?most|no more|not more|never more|not over|never over|not above|never above|up to"
    r"|a maximum of|max(?:imum)?)\b|<=",
    re.I,
)
_AT_MOST_SO_MANY = re.compile(
    r"(?<!not )(?<!no )(?<!any )\b(?:fewer|less) (?:\w+ )?than\b|\bat (?:the )?(?:very )?most\b|\bor (?:fewer|less)\b"
    rf"|\bno more than (?:\d+|{_NUMBER})\b|\b(?:under|below) (?:\d+|{_NUMBER})\b",
    re.I,
)
"""When that is so, where at least so many would be asked for otherwise."""
_OR_FEWER = re.compile(
    r" ?(?:\w+ )?(?:or|and) (?:fewer|less|under|below)\b| tops?\b| (?:at (?:the )?(?:very )?most|max)\b", re.I
)
_AT_LEAST = re.compile(r"\b(?:at (?:the )?least|no (?:fewer|less) than|>=)", re.I)
_NEVER_MORE = re.compile(
    r"\b(?:never|no|not|at no (?:time|point|moment|instant|stage)|in no (?:frame|picture|shot))\b"
    rf"(?:(?!\b(?:or|and|but)\b)[^.?!])*?"
    rf"(?:\b(?:{_MORE}) (?:\d+|{_NUMBER})\b|\b(?:\d+|{_NUMBER}) (?:\w+ ){{0,3}}or more\b)"
    r"|\bor more\b.*\bnever\b",
    re.I,
)
_YES_OR_NO = re.compile(r"\b(?:yes|true) or (?:no|not|false)\b", re.I)
_JUST_FEWER = re.compile(
    r"(?<!no )(?<!not )\b(?:(?:fewer|less|lower|smaller) (?:\w+ )?(?:than|then)|under|below|short of) $", re.I
)
_JUST_SO_MANY = re.compile(rf"\b(?:just|only|exactly|precisely) (?:\d+|{_NUMBER})(?: \w+)? $", re.I)
_OR_MORE_SAID = re.compile(r"\b(?:or more|or over|at least)\b|>=", re.I)
_EXACT = re.compile(
    r"\b(?:exact\w*|precise\w*|just|only|merely|alone|neither|nor|no (?:more|fewer|less|extra)"
    r"|not (?:more|fewer|less|one|a)|nothing (?:more|less)|equal\w*|nose|sharp|dot|strictly|(?:bang|spot) on)\b"
    r"|(?<![<>])=+",
    re.I,
)
_ONLY = re.compile(r"\b(?:exactly|only|just|precisely)\b", re.I)


class Quantity(NamedTuple):
    """kind: of the number asked for ("at_least" for more than two: 3; "at_most" for fewer than three: 2; "exactly").
    at_once: at one moment, not in the whole clip."""

    kind: str
    number: int
    at_once: bool

    @property
    def family(self) -> str:
        return f"{self.kind}_at_once" if self.at_once else self.kind


_ALWAYS = re.compile(
    r"\b(?:the (?:whole|entire) (?:time|while|video|clip)"
    r"|the (?:whole|entire|full) (?:(?:first|second|third|last|final) )?(?:half|third|quarter|minute|\d+ seconds)"
    r"|all the time|always|throughout|constantly|permanently"
    r"|continuously"
    r"|at all times|at every moment|from (?:start to finish|beginning to end|start to end|the start to the end))\b",
    re.I,
)
_ALWAYS_THERE = re.compile(
    rf"{_ALWAYS.pattern}(?=\W*$| (?:there|here|visible|present|around|in (?:view|sight|shot|the (?:picture|frame)))\b)"
    rf"|\b(?:there|here|visible|present|around|in (?:view|sight|shot)) {_ALWAYS.pattern}",
    re.I,
)
_OF_PRESENCE = frozenset(("exists", "at_least", "at_least_at_once", "together"))
_NEVER_FEWER = re.compile(r"\bnever (?:any )?(?:fewer|less) than\b", re.I)
_AT_ALL_TIMES = re.compile(r"\b(?:always|never|at (?:all times|no (?:time|moment|point))|throughout)\b", re.I)
_HOW_LONG = re.compile(r"\bhow (?:long|much time|many (?:seconds|minutes|hours))\b", re.I)
_OF_AMOUNT = frozenset(
    ("duration", "together", "exactly", "exactly_at_once", "at_least_at_once", "when_number", "when_most", "longest")
)
_TOGETHER = re.compile(r"\b(?:both|together|at (?:the same time|once)|simultaneously|same time)\b", re.I)
_EVER = re.compile(r"\b(?:ever|at any (?:time|point|moment)|at (?:some|one) (?:time|point|moment))\b", re.I)
_SO_MANY = re.compile(rf"\b(?:\d+|{_NUMBER})(?: or more| of the| different)?(?: \w+)? $", re.I)
_BACK = re.compile(
    r"\bhow (?:many times|often)\b(?!.*\b(?:incl\w*|counts?|counted|each)\b).*"
    r"\b(?:com(?:e|es|ing) back|came back|(?:put|brought) back|returns?|returned|re-?appear\w*|re-?enter\w*"
    r"|(?:appear|show up|turn up) again)\b",
    re.I,
)


def with_amount(intent: str, text: str, mentions: Mentions) -> str:
    """`intent`, or the family that words of amount make of it: always, how often back, how long so many."""
    named = {term.term for term in mentions.terms if text[term.start : term.end].lower() not in KEPT - {"person"}}
    one_kind = len(named or mentions.terms) == 1
    asks_always = _ALWAYS.search(text) if intent in _OF_PRESENCE else _ALWAYS_THERE.search(text)
    if one_kind and asks_always and _YES_NO.search(text):
        few = _FEWER.search(_NO_FEWER.sub("", text)) or _NO_MORE.search(text)
        return "at_most_at_once" if few else "always"
    if _NEVER_FEWER.search(text):
        return "always"
    if intent == "visits" and _BACK.search(text):
        return "count_returns"
    if intent == "at_most_at_once" and _EVER.search(text) and _FEWER.search(text) and not _AT_ALL_TIMES.search(text):
        return "ever_at_most"
    if intent in _OF_AMOUNT and _HOW_LONG.search(text):
        times = [(time.start, time.end) for time in mentions.times]
        several = any(_SO_MANY.search(text[: term.start]) for term in mentions.terms)
        number = said_number(text, times)
        if one_kind and any(says_just(text, term) for term in mentions.terms) and number is not None:
            return "duration_exactly"
        if several and one_kind and (number or 0) > 1:
            return "duration_at_least"
    if intent in ("together", "duration") and not one_kind and _HOW_LONG.search(text) and _TOGETHER.search(text):
        return "duration_together"
    return intent


def put_right(intent: str, text: str, times: Sequence[tuple[int, int]] = ()) -> str:
    """A reading as at least, at most or exactly so many, by the words that tell them apart. times: as `said_number`."""
    if intent in ("at_least", "at_least_at_once"):
        number = _number_found(text, times)
        if _NO_FEWER.search(text):
            return intent
        if number is not None and _OVER_LATER.search(text, number.end()):
            return intent
        if never_more(text):
            return intent.replace("least", "most")
        if _OR_MORE_SAID.search(text) or ">" in text:
            return intent
        few = number is not None and not number["over"] and _kind_of(text, number.end("n")) == "at_most"
        return intent.replace("least", "most") if few else intent
    if intent == "when_at_least" and _AT_MOST_SO_MANY.search(_NO_FEWER.sub("", text)):
        return "when_at_most"
    enough = _NO_FEWER.search(text) or _OR_MORE_SAID.search(text)
    if intent in ("at_most", "at_most_at_once") and enough and not never_more(text):
        return intent.replace("most", "least")
    if intent == "exactly_at_once" and not _EXACT.search(text):  # "are there ever three people at once?"
        return "at_least_at_once"
    return intent


def never_more(text: str) -> bool:
    """Such as "no more than five", "at no instant more than six", "never three or more": a largest number."""
    return bool(_NEVER_MORE.search(_YES_OR_NO.sub(" ", text)))


def says_just(text: str, thing: TermMention) -> bool:
    """Is a thing named with a number that is all of them: "just four chairs"?"""
    return bool(_JUST_SO_MANY.search(text[: thing.start]))


def _number_found(text: str, times: Sequence[tuple[int, int]]) -> re.Match[str] | None:
    found = [one for one in _SAID.finditer(text) if not any(a < one.end("n") and one.start("n") < b for a, b in times)]
    if len(found) > 1:  # "at one time … more than four", "in one frame … 8+": a number of things is never one
        found = [one for one in found if one["over"] or one["n"].lower() not in ("one", "1")]
    return found[-1] if len({one["n"].lower() for one in found}) == 1 else None


def said_number(text: str, times: Sequence[tuple[int, int]] = (), kind: str = "at_least") -> int | None:
    """The number of `text`, as a question of a kind means it: the smallest that would make a yes ("more than four": 5),
    the largest for "at_most" ("fewer than four": 3), the number itself for "exactly".

    None where `text` says none, or several. times: characters [start, end) that are times, and count nothing.
    """
    found = _number_found(text, times)
    if found is None:
        return None
    said = found["n"].lower()
    number = int(said) if said.isdigit() else (_COUNTS.get(said) or WORDS[said])
    before, after = text[: found.start("n")], found.end()
    if kind == "exactly":
        return number
    if kind == "at_most":
        if _OR_MORE.match(text, after) or _AT_LEAST.search(before):  # "never three or more"
            return number - 1
        fewer = _FEWER.search(_NO_FEWER.sub("", before)) and not _NO_MORE.search(before)
        fewer = fewer or _JUST_FEWER.search(before)
        return number - 1 if fewer and not _OR_FEWER.match(text, after) else number
    over = found["over"] or _OVER_LATER.search(text, after)
    return number + 1 if over and not _OR_MORE.match(text, after) else number


def _kind_of(text: str, end: int) -> str:
    """Of the number that is said up to `end`."""
    before = text[:end]
    if _OR_FEWER.match(text, end) or _NO_MORE.search(before) or _FEWER.search(_NO_FEWER.sub("", before)):
        return "at_most"
    return "exactly" if _ONLY.search(before) else "at_least"


def asked_quantity(
    text: str, thing: TermMention, *, together: bool, times: Sequence[tuple[int, int]] = ()
) -> Quantity | None:
    """The number of things that a yes-or-no question asks for; None where it asks for none.

    together: the question is about being visible at the same time. times: as in `said_number`.
    """
    before = text[: thing.start]
    close = [one for one in _SAID.finditer(before) if _BEFORE_THING.fullmatch(before, one.end())]
    if not close or not _YES_NO.search(text):
        return None
    kind = _kind_of(text, close[-1].end("n"))
    number = said_number(text[: thing.start], times, kind)
    if number is None or number < (2 if kind == "at_least" else 1):  # "at least one": is there any?
        return None
    return Quantity(kind, number, together or bool(_AT_ONCE.search(text)))
