"""Things of one side: "how many cars come in from the left?", "is anybody on the right at 1:00?" (`said_side`).

The words of the side are taken out, and what is left is read like any other question: "how many cars appear?".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from data.meaning import Question, Side
from data.meaning.question import IN_MOTION, PLACED, SIDED
from data.time_amounts import ORDINALS
from pipeline.telling.stays import said_moving, said_standing, said_stay, said_still

_PICTURE = r"(?:picture|frame|screen|image|shot|view|scene)"
_IT = rf"(?:the |that |our |my )?(?:{_PICTURE}|video|camera)\b"
_HAND = r"(?:-hand)?+"
_PART = r"(?: (?P<part>hand side|side|half|third|part|edge|border|end)\b)?+"
_ENDS = (
    rf"(?: of {_IT}|(?! (?:of|corner|lane|track|foot|hand|arm|leg|page|shoulder|one|person|thing|hand|left|right)\b))"
)
_THE = r"(?:the |that |our |my )(?:very |far )?"
_SIDE = rf"{_THE}(?P<side>left|right)\b{_HAND}{_PART}{_ENDS}"
"""Where people mean the picture's side also without saying so."""
_EDGE = rf"{_THE}(?P<side>top|bottom)\b(?: (?P<part>side|half|third|part|edge|border)\b{_ENDS}| of {_IT})"
_EITHER = rf"(?:{_SIDE}|{_EDGE.replace('P<side>', 'P<side2>').replace('P<part>', 'P<part2>')})"
_FROM = rf"(?:{_EITHER}|(?P<side3>left|right)\b(?! (?:to|of)\b))"
_WHAT = rf"(?: (?:of )?(?:the )?(?:{_PICTURE}|sight|it)\b)?"
_INTO = rf"(?: (?:in|into|inside|out|off|away|up|over|across|on|by|past)\b{_WHAT})?"
_STAYS = (
    r"(?:stands?|stood|standing|sits?|sat|sitting|stay(?:s|ed|ing)?|wait(?:s|ed|ing)?|remain(?:s|ed|ing)?"
    r"|linger(?:s|ed|ing)?|park(?:s|ed|ing)?|appear(?:s|ed|ing)?|show(?:s|ed|ing)? up|turn(?:s|ed|ing)? up)"
)
_COMES_IN = r"com(?:e|es|ing)|came|enter(?:s|ed|ing)?|arriv(?:e|es|ed|ing)"
_SHOWS_UP = (
    r"appear(?:s|ed|ing)?|show(?:s|ed|ing)? up|turn(?:s|ed|ing)? up|emerg(?:e|es|ed|ing)|pop(?:s|ped|ping)?(?: up)?"
)
_COMES = rf"(?:{_COMES_IN}|{_SHOWS_UP})"
_GOES = r"(?:go(?:es|ing|ne)?|went)"
_MOVES = (
    r"(?:walk(?:s|ed|ing)?|driv(?:e|es|ing|en)|drove|r[ua]n(?:s|ning)?|mov(?:e|es|ed|ing)|travel(?:s|led|ed|ling|ing)?"
    r"|head(?:s|ed|ing)?|rid(?:e|es|ing|den)|rode|fl(?:y|ies|ew|own|ying)|cross(?:es|ed|ing)?|pass(?:es|ed|ing)?"
    r"|roll(?:s|ed|ing)?|sail(?:s|ed|ing)?|cycl(?:e|es|ed|ing)|pedal(?:s|led|ling)?|jog(?:s|ged|ging)?"
    r"|wander(?:s|ed|ing)?|swim(?:s|ming)?|swam|hop(?:s|ped|ping)?|ski(?:s|ed|ing)?|slid(?:e|es|ing)?|drift(?:s"
    r"|ed|ing)?"
    r"|trot(?:s|ted|ting)?|march(?:es|ed|ing)?|climb(?:s|ed|ing)?|crawl(?:s|ed|ing)?|proceed(?:s|ed|ing)?"
    r"|bound|strol(?:l|ls|led|ling)|rush(?:es|ed|ing)?|speed(?:s|ing)?|sped|step(?:s|ped|ping)?)"
)
_CLIMBS = (
    rf"(?:{_GOES}|mov(?:e|es|ed|ing)|climb(?:s|ed|ing)?|fl(?:y|ies|ew|own|ying)|ski(?:s|ed|ing)?|slid(?:e|es|ing)?)"
)
"""What may be done upwards: who rolls, shows or walks up has come."""
_LEAVES = (
    r"(?:leav(?:e|es|ing)|left|exit(?:s|ed|ing)?|depart(?:s|ed|ing)?|disappear(?:s|ed|ing)?|vanish(?:es|ed|ing)?"
    rf"|(?:{_GOES}|{_MOVES}) (?:out|off|away))"
)
_FORMS = tuple(
    (how, re.compile(pattern, re.I))
    for how, pattern in (
        ("across", rf"(?:\b(?P<verb>{_GOES}|{_MOVES}|{_COMES}){_INTO} )?(?:from )?(?:the )?"
                   r"\b(?P<from>left|right|top|bottom)(?:-| )?(?:hand )?(?:side )?(?:to|-to-|->|→)(?:-| )?"
                   r"(?:the )?(?P<side>left|right|top|bottom)\b(?:-hand)?(?: side)?(?: across (?:the )?\w+)?"),
        ("leaves_to", rf"\b(?P<verb>{_LEAVES}){_INTO}{_WHAT} (?:on|at|to|towards?|by|via|through|over|across|from|past)"
                      rf" (?:{_EITHER}|the (?P<side4>top|bottom)\b)"),
        ("enters_from", rf"\b(?P<verb>(?:{_COMES_IN}|{_GOES}|{_MOVES})(?= in\b| into\b)){_INTO}{_WHAT}"
                        rf" (?:from|on|at|via|by|through|over|across) (?:{_FROM}|the (?P<side4>top|bottom)\b)"),
        ("enters_from", rf"\b(?P<verb>{_COMES_IN}){_INTO}{_WHAT} (?:from|on|at|via|by|through|over|across) {_EITHER}"),
        ("enters_from", rf"\b(?P<verb>{_COMES}|{_GOES}|{_MOVES}){_INTO} (?:in )?from {_FROM}"),
        ("direction", rf"\b(?P<verb>{_GOES}|{_MOVES}){_INTO} (?:to|towards?) {_FROM}"),
        ("direction", rf"\b(?P<verb>{_GOES}|{_MOVES}) (?P<side>left|right)\b"
                      r"(?! (?:of|from|into|by|next|behind|away|now|after|before|then|there)\b)"),
        ("direction", rf"\b(?P<verb>{_CLIMBS}) (?P<side>up|down)(?= ?$|[ ]?[?.,!]| (?:the|this) {_PICTURE})"
                      rf"(?: (?:the|this) {_PICTURE})?"),
        ("direction", rf"(?:\b(?P<verb>{_GOES}|{_MOVES}){_INTO} )?\b(?P<side>left|right|up|down)wards?\b(?! of\b)"),
        ("enters_from", rf"(?P<verb>)\bfrom {_EITHER}(?! to\b)"),
        ("inside", rf"(?:\b(?P<verb>{_STAYS}) )?\bon {_SIDE}"),
        ("inside", rf"(?:\b(?P<verb>{_STAYS}) )?\b(?:on|at|in) {_THE}"
                   rf"(?P<side>left|right|top|bottom|upper|lower)\b{_HAND}"
                   rf"(?: (?P<part>hand side|side|half|third|part|edge)\b{_ENDS}| of {_IT})"),
        ("inside", rf"(?:\b(?P<verb>{_STAYS}) )?\bin {_THE}(?P<side>middle|cent(?:re|er)) of (?:the )?{_PICTURE}\b"),
    )
)  # fmt: skip
_ASKS_WHICH = re.compile(
    r"\b(?:which|what) (?:\w+ )?(?:side|direction|way|edge|end|corner)|\bwhere\b"
    r"|\b(?:left|right|top|bottom|up|down) (?:or|vs\.?|versus) (?:\w+ ){0,3}(?:left|right|top|bottom|up|down|it)\b",
    re.I,
)
_TREND = re.compile(
    r"\b(?:trend|(?:numbers?|counts?|amount|figures?|totals?|headcount)\b.*\b(?:up|down))(?:wards?)?\b", re.I
)
"""What goes up and down is a number."""
_OTHER = re.compile(
    r"\b(?:left|right|top|bottom|above|below|upper|lower|cent(?:re|er|ral)|middle|sideways|up|down|still|nowhere"
    r"|not at all|stay|put|sides)\b",
    re.I,
)
"""Beside an "or", one more to choose from."""
_NTH = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|last|\d+(?:st|nd|rd|th)) \w+ $", re.I)
_SHOWS = re.compile(r"\W+(?:first |last |then )?(?:appear|show|turn|com[ei]|came|enter|arriv|seen|visible)", re.I)
_IS_JUST = re.compile(r"\b(?:is|are|was|were|be)\s*$", re.I)
_WHAT_IS = re.compile(r"^\W*(?:and )?(?:what|who)(?:['’]s| (?:all )?(?:is|are|was|were))?\s*$", re.I)
_IS_SOME = re.compile(r"\b(?:is|are|was|were|be)\b", re.I)
_IS = re.compile(r"\b(?:is|are|was|were|anyone|anybody|someone|somebody)\s*$", re.I)
_THAN = re.compile(r"\bthan (?:\w+ ){0,3}(?:left|right|top|bottom|up|down)\b", re.I)
_PARTS = {"upper": "top", "lower": "bottom", "middle": "centre", "center": "centre"}
_OF_WAYS = {"top": "up", "bottom": "down"}
_PAST = re.compile(r"(?:ed|came|went|gone|drove|ran|rode|flew|swam|sped|left|driven|ridden|flown)$", re.I)


class SaidSide(NamedTuple):
    """side: what is said. rest: the question without it, about appearing. words: that say it."""

    side: Side
    rest: str
    words: str


def said_side(text: str) -> SaidSide | None:
    """The side that a question limits its things to; None where it names none, asks for it, or names several."""
    if (one := said_stay(text) or said_standing(text)) is not None:
        return SaidSide(*one)
    if (moves := said_moving(text) or said_still(text)) is not None:
        return SaidSide(*moves)
    if _ASKS_WHICH.search(text) or _TREND.search(text):
        return None
    for how, pattern in _FORMS:
        found = pattern.search(text)
        if found is None:
            continue
        said = found.groupdict()
        word = next(value for name, value in said.items() if name.startswith("side") and value).lower()
        if not said["verb"] and how == "enters_from" and _row_of_things(text, found):
            return None
        if how == "across" and (said["from"].lower() == word or (word in _OF_WAYS and not said["verb"])):
            return None  # "a list from top to bottom"
        if how == "inside":
            word = _PARTS.get(word, word) + " half" * (said.get("part") == "half")
        elif how in ("across", "direction"):
            how, word = "direction", _OF_WAYS.get(word, word)
        before, after = text[: found.start()], text[found.end() :]
        if re.search(r"\bor\b", text, re.I) and (_OTHER.search(before) or _OTHER.search(after)):
            return None
        rest = f"{before}{_instead(how, said['verb'] or '', before, after)}{after}"
        rest = re.sub(r"\s+", " ", rest).strip()
        return None if _names_side(rest) else SaidSide(Side(how, word), rest, found[0].strip())
    return None


def _instead(how: str, verb: str, before: str, after: str) -> str:
    """What stands for the words of the side: a form of "appear", "there", or nothing."""
    if how == "inside" and (not verb or _IS_JUST.search(before)):
        if not _IS_SOME.search(before) or re.search(r"\bthere\b", before + after, re.I):
            return ""
        return "visible" if _WHAT_IS.search(before) else "there"
    return _appearing(verb, before, after)


def _row_of_things(text: str, found: re.Match[str]) -> bool:
    """Such as "the second bottle from the left": where it stands, unless it "shows up"."""
    return bool(_NTH.search(text[: found.start()])) and not _SHOWS.match(text, found.end())


def _names_side(rest: str) -> bool:
    return bool(_THAN.search(rest)) or any(pattern.search(rest) for _, pattern in _FORMS)


def _appearing(verb: str, before: str, after: str) -> str:
    """What stands for the verb: the same form of "appear"; nothing where another verb follows, or none was there."""
    said = verb.split(" ")[0].lower()
    if not said:
        return ""
    if said.endswith("ing") or said == "bound":
        return "appearing" if _IS.search(before) else ""
    if _SHOWS.match(after):
        return "appears"
    if _PAST.search(said) and not re.search(r"\b(?:did|to)\b", before, re.I):
        return "appeared"
    return "appears" if said.endswith("s") and said not in ("pass", "cross") else "appear"


_FROM_ON = {
    "count_before": ("count", False), "count_after": ("count", True),
    "next_after": ("first", True), "previous_before": ("last", False),
}  # fmt: skip
_GOING = {"when_appears": "when_leaves", "first": "first_leaves", "last": "last_leaves"}
"""What is asked of things that go out at a side: "when does the first car leave on the left?"."""


def of_side(question: Question, side: Side, duration_s: float) -> Question | None:
    """`question` about the things of a side only; None where it can't be. duration_s: of the clip."""
    if question.family in _FROM_ON:
        question = _from_on(question, duration_s)
    if side.how == "inside" and question.family == "where_at" and question.t_s is not None:
        question = replace(question, family="exists", stretch=(question.t_s, question.t_s), t_s=None)
    if side.how in ("inside", "stands", "stays"):
        return replace(question, side=side) if question.family in PLACED else None
    family = _GOING.get(question.family, question.family) if side.how == "leaves_to" else question.family
    if family not in (IN_MOTION if side.word in ("still", "moving") else SIDED):
        return None
    nth = question.nth
    if family == "when_leaves" and nth is None:  # the first to go there, not the last one
        nth = 1
    return replace(question, family=family, side=side, nth=nth)


def _from_on(question: Question, duration_s: float) -> Question:
    """A question about what comes before or after something, as one about that stretch: a side says what comes in."""
    family, later = _FROM_ON[question.family]
    q = replace(question, family=family, event=None, t_s=None)
    if question.event is not None:
        return replace(q, after=question.event) if later else replace(q, before=question.event)
    t0, t1 = question.stretch or (0.0, duration_s)
    span = (max(t0, question.t_s), t1) if later else (t0, min(t1, question.t_s))
    return replace(q, stretch=span, family="count_between" if family == "count" else family)
