"""Things of one side: "how many cars come in from the left?", "does anybody walk to the right?" (`said_side`).

The words of the side are taken out, and what is left is read like any other question: "how many cars appear?".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from data.meaning import Question, Side
from data.meaning.question import SIDED
from data.time_amounts import ORDINALS

_PICTURE = r"(?:picture|frame|screen|image|shot|view|scene)"
_THE = r"(?:the |that |our |my )?(?:very |far )?"
_OF_PICTURE = (
    r"(?:[ -]?(?:hand )?(?:side|edge|border|end|part|corner)\b)?"
    rf"(?: of (?:the )?(?:{_PICTURE}|video|camera))?"
)
_SIDE = rf"{_THE}(?P<side>left|right|top|bottom)(?:-hand)?{_OF_PICTURE}"
_WHAT = rf"(?: (?:of )?(?:the )?(?:{_PICTURE}|sight|it))?"
_INTO = rf"(?: (?:in|into|inside|out|off|away|up|over|across|on|by|past){_WHAT})?"
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
    r"|wander(?:s|ed|ing)?|swim(?:s|ming)?|swam|hop(?:s|ped|ping)?|ski(?:s|ed|ing)?|slid(?:e|es|ing)?|drift(?:s|ed|ing)?"
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
        ("across", rf"(?:(?P<verb>{_GOES}|{_MOVES}|{_COMES}){_INTO} )?(?:from )?(?:the )?"
                   r"\b(?P<from>left|right|top|bottom)(?:-| )?(?:hand )?(?:side )?(?:to|-to-|->|→)(?:-| )?"
                   r"(?:the )?(?P<side>left|right|top|bottom)\b(?:-hand)?(?: side)?(?: across (?:the )?\w+)?"),
        ("leaves_to", rf"(?P<verb>{_LEAVES}){_INTO}{_WHAT} (?:on|at|to|towards?|by|via|through|over|across|from|past)"
                      rf" {_SIDE}"),
        ("enters_from", rf"(?P<verb>{_COMES_IN}|(?:{_GOES}|{_MOVES})(?= in| into)){_INTO}{_WHAT}"
                        rf" (?:from|on|at|via|by|through|over|across) {_SIDE}"),
        ("enters_from", rf"(?P<verb>{_GOES}|{_MOVES}|{_SHOWS_UP}){_INTO} (?:in )?from {_SIDE}"),
        ("direction", rf"(?P<verb>{_GOES}|{_MOVES}){_INTO} (?:to|towards?) {_SIDE}"),
        ("direction", rf"(?P<verb>{_GOES}|{_MOVES}) (?P<side>left|right)\b(?! (?:of|from|into|by|next|behind)\b)"),
        ("direction", rf"(?P<verb>{_CLIMBS}) (?P<side>up|down)(?= ?$|[ ]?[?.,!]| (?:the|this) {_PICTURE})"
                      rf"(?: (?:the|this) {_PICTURE})?"),
        ("direction", rf"(?:(?P<verb>{_GOES}|{_MOVES}){_INTO} )?(?P<side>left|right|up|down)wards?\b"),
        ("enters_from", rf"(?P<verb>)\bfrom {_SIDE}(?! to\b)"),
    )
)  # fmt: skip
_ASKS_WHICH = re.compile(
    r"\b(?:which|what) (?:\w+ )?(?:side|direction|way|edge|end|corner)|\bwhere\b"
    r"|\b(?:left|right|top|bottom|up|down) (?:or|vs\.?|versus) (?:\w+ ){0,3}(?:left|right|top|bottom|up|down|it)\b",
    re.I,
)
_NTH = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|last|\d+(?:st|nd|rd|th)) \w+ $", re.I)
_SHOWS = re.compile(r"\W+(?:first |last |then )?(?:appear|show|turn|com[ei]|came|enter|arriv|seen|visible)", re.I)
_IS = re.compile(r"\b(?:is|are|was|were|anyone|anybody|someone|somebody)\s*$", re.I)
_THAN = re.compile(r"\bthan (?:\w+ ){0,3}(?:left|right|top|bottom|up|down)\b", re.I)
_OF_WAYS = {"top": "up", "bottom": "down"}
_PAST = re.compile(r"(?:ed|came|went|gone|drove|ran|rode|flew|swam|sped|left|driven|ridden|flown)$", re.I)


class SaidSide(NamedTuple):
    """side: what is said. rest: the question without it, about appearing. words: that say it."""

    side: Side
    rest: str
    words: str


def said_side(text: str) -> SaidSide | None:
    """The side that a question limits its things to; None where it names none, asks for it, or names several."""
    if _ASKS_WHICH.search(text):
        return None
    for how, pattern in _FORMS:
        found = pattern.search(text)
        if found is None:
            continue
        if not found["verb"] and how == "enters_from" and _row_of_things(text, found):
            return None
        word = found["side"].lower()
        if how == "across":
            if found["from"].lower() == word:
                return None
            how, word = "direction", _OF_WAYS.get(word, word)
        elif how == "direction":
            word = _OF_WAYS.get(word, word)
        before, after = text[: found.start()], text[found.end() :]
        rest = f"{before}{_appearing(found['verb'] or '', before, after)}{after}"
        rest = re.sub(r"\s+", " ", rest).strip()
        return None if _names_side(rest) else SaidSide(Side(how, word), rest, found[0].strip())
    return None


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


_GOING = {"when_appears": "when_leaves", "first": "first_leaves", "last": "last_leaves"}
"""What is asked of things that go out at a side: "when does the first car leave on the left?"."""


def of_side(question: Question, side: Side) -> Question | None:
    """`question` about the things of a side only; None where it can't be."""
    family = _GOING.get(question.family, question.family) if side.how == "leaves_to" else question.family
    if family not in SIDED:
        return None
    return replace(question, family=family, side=side)
