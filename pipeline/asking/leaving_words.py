"""Words of leaving and being away: what they make of an intent that was misread."""

from __future__ import annotations

import re

from pipeline.asking.mentions import Mentions

TIMES = re.compile(r"\bhow (?:many (?:separate |different |distinct )?times|often)\b", re.I)
LENGTH = re.compile(
    r"\bhow (?:long|much time|many (?:seconds|minutes|hours)"
    r"|much of (?:the|this|my|our) (?:time|video|clip|film|footage|recording|day|tape))\b"
    r"|\b(?:length|duration|amount of time|absence time)\b"
    r"|^\W*(?:total )?(?:time|seconds|minutes)\b(?! (?:at|when|of day)\b)",
    re.I,
)
_LEAVES = re.compile(
    r"\b(?:leaves?|(?<!the )(?<!far )left|departs?|departed|vanish(?:es|ed)?"
    r"|(?:go|goes|went|walks?|walked|drives?|drove) (?:out|away|off))\b(?!-hand| side| half| or | aside| out\b| alone)",
    re.I,
)
"""When something does, it does not appear."""
_AWAY = re.compile(r"\b(?:away|gone|absent|absence|missing|out of (?:sight|view|frame|shot|the picture))\b", re.I)
_GOES_BY = re.compile(
    r"\b(?:go|goes|went|gone|going|pass\w*|drives?|drove|walk\w*|comes?|came|rides?|rode|r[ua]ns?)"
    r" (?:by|past|through)\b",
    re.I,
)
_GOES_AWAY = re.compile(
    r"\b(?:leaves?|leaving|departs?|disappears?|vanish(?:es)?|exits?"
    r"|(?:go|goes|walks?|drives?|r[ua]ns?) (?:away|off|out))\b",
    re.I,
)
_TAKEN = re.compile(
    r"\b(?:taken(?: (?:away|off|out)|(?=\W*$))|takes? (?:it )?away|removed|carried (?:away|off))\b", re.I
)
_REMAINS = re.compile(r"\b(?:is|are|was|were|be) (?:still )?(?:left|remaining)\b", re.I)
_IS_TAKEN = re.compile(rf"^\W*(?:is|are|was|were|has|have|did|does)\b.*{_TAKEN.pattern}", re.I)
COMES_BACK = re.compile(r"\b(?:back|again|returns?|returned|re-?appear\w*|re-?enter\w*)\b", re.I)
_FIRST_GONE = re.compile(
    r"\bfirst (?:leaves?|left|gone|go(?:es)? (?:away|missing)|disappears?|disappeared|vanish\w*|missing)\b"
    r"|\b(?:leaves?|left|disappears?|disappeared) (?:for the first time|first)\b",
    re.I,
)
_DOES_LEAVE = re.compile(
    r"^\W*(?:(?:and|so|ok|okay)\W+)*(?:do|does|did|has|have|had)\b(?:(?! (?:when|if|who|what|before|after)\b).)*"
    r" (?:ever )?(?:leave|left|gone|go (?:away|off|out)|depart(?:ed)?|disappear(?:ed)?|vanish(?:ed)?|taken away"
    r"|removed)\b"
    r"(?! (?:to|on|at|by|over|from the)\b)",
    re.I,
)
_WHENS = frozenset(("when_leaves", "when_appears", "returns_when", "refuse_action"))
_MAY_LEAVE = frozenset(
    ("duration", "refuse_action", "refuse_cause", "refuse_unclear", "exists", "when_leaves", "count_left")
)
_MAY_BE_AWAY = frozenset(("duration", "returns_when", "refuse_attribute", "refuse_action"))
_ASKS_RETURN = frozenset(("returns", "returns_when"))
_AFTER = re.compile(r"\b(?:after|once|since|as soon as|from when)\b", re.I)
_COUNTS = frozenset(("count", "count_before", "count_after", "count_at"))
_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of)?(?: the)?)(?: \w+){0,2} $", re.I)
_HAS_LEFT = re.compile(
    r" (?:(?:have|has|had|did|do|does|will|would|that|who|which|already|then|all|also) )*"
    r"(?:leaves?|left|leaving|departs?|departed|exit(?:s|ed)?|disappear(?:s|ed)?|vanish(?:es|ed)?|gone|been and gone"
    r"|(?:go|goes|went|gone|walk(?:s|ed)?|drives?|drove|ran|runs?|flew|fl(?:y|ies)) (?:away|off|out))\b(?! over\b)",
    re.I,
)
"""Not "how many are left"."""


def leaving_intent(intent: str, text: str, mentions: Mentions, *, alone: bool) -> str | None:
    """What is asked of leaving or being away, or None where `intent` stands.

    text, mentions: with stand-ins. alone: no event limits the question.
    """
    if intent == "when_appears" and alone and _LEAVES.search(text):
        return "when_leaves"
    if TIMES.search(text) and (_GOES_AWAY.search(text) or _TAKEN.search(text)) and intent not in _ASKS_RETURN:
        return "count_leavings"
    if intent in _COUNTS and _has_left(text, mentions):
        return "count_left"
    if (
        alone
        and _DOES_LEAVE.search(text)
        and (intent in _MAY_LEAVE or (intent == "returns" and not COMES_BACK.search(text)))
    ):
        return "leaves"
    if intent in _WHENS and alone and _IS_TAKEN.search(text):
        return "leaves"
    if intent in _WHENS and alone and (_TAKEN.search(text) or _FIRST_GONE.search(text)):
        return "leaves_when"
    if intent in _MAY_BE_AWAY and _AWAY.search(text) and LENGTH.search(text):
        return "away"
    if intent == "count_left" and _REMAINS.search(text):
        return "count"
    if intent == "count_left" and _GOES_BY.search(text):
        return "count_after" if _AFTER.search(text) else "count"
    return None


def _has_left(text: str, mentions: Mentions) -> bool:
    """Is it leaving that is counted: "how many people had left by then?", "how many cars leave"?"""
    return any(_COUNTED.search(text[: term.start]) and _HAS_LEFT.match(text, term.end) for term in mentions.terms)
