"""Things that stay for longer than so long, that stand still, and the left or right one of several, as it is said.

All give (side, the question without it, the words that say it), as `pipeline.asking.sides.said_side` does.
"""

from __future__ import annotations

import re

from data.meaning import Side
from data.time_amounts import LATER_ORDINAL, find_amounts
from data.vocabulary import find_term

_MORE = r"(?:longer th[ae]n|more th[ae]n|over|upwards? of|at least|no less than|not less than|a minimum of)"
_LESS = (
    r"(?:less th[ae]n|shorter th[ae]n|under|fewer than|at most|no longer than|no more than|not longer than"
    r"|not even|only)"
)
_PICTURE = r"(?:view|sight|shot|frame|screen|camera|picture|image|scene|video)\b"
_AROUND = rf"(?:there|here|around|about|visible|present|at the \w+|(?:in|on) (?:the )?{_PICTURE})"
_STAYS = (
    r"(?:stay|remain|linger|wait|stand|sit|park|hang|last|loiter|dwell|hover)(?:s|ed|ing)?"
    r"|takes?|took|stood|sat|hung|spen(?:d|ds|t)"
)
_LONG = re.compile(
    rf"(?:\b(?P<verb>{_STAYS})(?: {_AROUND})*|\b(?P<keep>{_AROUND})) (?:for )?(?:(?P<more>{_MORE})|(?P<less>{_LESS})) ",
    re.I,
)
_OR_MORE = re.compile(r" ?(?:or (?:more|longer))\b| ?\+", re.I)
_AFTER = re.compile(rf"(?: {_AROUND})?", re.I)
_CERTAIN = re.compile(r"\b(?:first|last|1st)\b", re.I)
_ONE = re.compile(
    r"\b(?:the|that|this|my) (?:far |very )?(?P<word>left|right|middle|cent(?:re|er))(?:-?most|-hand)?"
    r" (?P<noun>[a-z]+)\b",
    re.I,
)
_WORDS = {"middle": "centre", "center": "centre"}


def said_stay(text: str) -> tuple[Side, str, str] | None:
    """Such as "how many people stay longer than 15 seconds?": those that are visible for so long in all.

    Not of one certain thing ("the third person"): that is no choice among several.
    """
    found = _LONG.search(text)
    if found is None or LATER_ORDINAL.search(text) or _CERTAIN.search(text[: found.start()]):
        return None
    amounts = [a for a in find_amounts(text.lower(), 1e9) if a.start == found.end() and not a.clock]
    if not amounts:
        return None
    end = _AFTER.match(text, amounts[0].end).end()
    verb = found["verb"] or ""
    put = found["keep"] or ("appearing" if verb.endswith("ing") else "appears" if verb.endswith("s") else "appear")
    rest = re.sub(r"\s+", " ", f"{text[: found.start()]}{put}{text[end:]}").strip()
    how = "longer" if found["more"] else "shorter"
    return Side("stays", f"{how} {amounts[0].seconds:g}"), rest, text[found.start() : end]


_COUNTED = re.compile(r"\b(?:how many|which|what|list|(?:is|are|was|were) there|any|number of|count)\b", re.I)
_OTHERWISE = re.compile(r"\b(?:left|right|top|bottom|how (?:long|often)|when|where|or|and|before|after|while)\b", re.I)
_STILL = re.compile(
    r"(?P<not>\b(?:do|does|did)(?: not|n['’]t) (?:ever )?move\b|\bnever move[ds]?\b)(?: at all| away)?"
    r"|\b(?:stays?|stayed|stands?|stood|remain(?:s|ed)?|keeps?|kept) (?:still|put|parked|motionless|in (?:one"
    r"|the same) place)\b"
    r"|(?P<is>\b(?:is|are|was|were) )(?:(?:just|all) )?(?:parked|stationary|motionless|immobile|not moving"
    r"|standing still)\b"
    r"|(?P<such>\b(?:parked|stationary|motionless|immobile|standing) )(?=[a-z]+)",
    re.I,
)


_PARKED_ONES = r"(?:the )?(?:parked|standing|stationary)(?: (?:ones|cars?|vehicles?|trucks?|bikes?|bicycles?))?"
_BUT_PARKED = re.compile(
    rf"[,(.;]? ?\b(?:(?:leave|leaving|left) out|not counting|don['’]?t count|do not count|excluding"
    rf"|except(?: for)?|without|apart from"
    rf"|ignor(?:e|ing)) {_PARKED_ONES}\)?"
    rf"|[,(.;]? ?\b{_PARKED_ONES} (?:don['’]?t|do not|not) (?:count|included?|counted)\)?|[,(.;]?"
    rf" ?\b{_PARKED_ONES} excluded\)?",
    re.I,
)
_IN_MOTION = re.compile(r"\b(?P<of>how many|any|which|the|of|no|first|last) moving (?=[a-z]+)", re.I)


_ARE_MOVING = re.compile(
    r"\b(?P<is>is|are|was|were) (?:(?:actually|still) )?(?:moving|in motion)\b(?! (?:to|left|right"
    r"|up|down|away))",
    re.I,
)


def said_moving(text: str) -> tuple[Side, str, str] | None:
    """Such as "how many cars are there, not counting the parked ones?", "any moving car?": those that move."""
    if (but := _BUT_PARKED.search(text)) is not None:
        rest = f"{text[: but.start()]}{text[but.end() :]}".strip(" ,.;")
        return (
            Side("direction", "moving"),
            f"{rest}{'?' if text.rstrip().endswith('?') and not rest.endswith('?') else ''}",
            but[0].strip(" ,.;()"),
        )
    if (found := _IN_MOTION.search(text)) is not None:
        thing = re.match(r"[a-z]+", text[found.end() :], re.I)[0].lower()
        if find_term(thing) is not None:
            return Side("direction", "moving"), f"{text[: found.start()]}{found['of']} {text[found.end() :]}", "moving"
    if (found := _ARE_MOVING.search(text)) is not None and re.search(r"\bhow many\b", text, re.I):
        rest = f"{text[: found.start()]}{found['is']} there{text[found.end() :]}"
        return Side("direction", "moving"), re.sub(r"\s+", " ", rest).strip(), found[0]
    return None


def said_still(text: str) -> tuple[Side, str, str] | None:
    """Such as "how many cars are parked?", "how many people did not move at all?": those that stay in one place."""
    found = _STILL.search(text)
    if found is None or not _COUNTED.search(text) or _OTHERWISE.search(text):
        return None
    if found["such"]:
        thing = re.match(r"[a-z]+", text[found.end() :], re.I)[0].lower()
        put = "" if find_term(thing) is not None else None
    else:
        put = f"{found['is']}there" if found["is"] else "appear"
    if put is None:
        return None
    rest = re.sub(r"\s+", " ", f"{text[: found.start()]}{put}{text[found.end() :]}").strip()
    return Side("direction", "still"), rest, found[0].strip()


def said_standing(text: str) -> tuple[Side, str, str] | None:
    """Such as "how long was the left bottle gone?": one of several, by its place."""
    for found in _ONE.finditer(text):
        if find_term(found["noun"].lower()) is not None:
            word = found["word"].lower()
            rest = f"{text[: found.start()]}the {found['noun']}{text[found.end() :]}"
            return Side("stands", _WORDS.get(word, word)), rest, found[0]
    return None
