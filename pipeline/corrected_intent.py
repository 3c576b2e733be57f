"""Intents put right by what single words say for certain: `corrected_intent`.

The question reader learned from whole wordings; here are constructions that it misreads, each found in questions of
strangers and counted on the exams (LOG.md). "When is nobody there?" is no family of its own: it asks when the fewest
are visible, and the answer says when that is nobody, or how few they are.
"""

from __future__ import annotations

import re

from pipeline.mentions import Mentions

_PASSES = re.compile(
    r"\W*(?:and )?(?:when|(?:at )?what (?:time|moment|point))\b.*\b(?:pass(?:ed|es|ing)?|(?:go|goes|went|gone|drives?"
    r"|drove|driven|comes?|came|walk(?:s|ed)?|r[ua]ns?|cycled?|flew|fly) (?:by|past|through|along))\W*$",
    re.I,
)
"""To pass is to appear, not an action."""
_LEAVES = re.compile(
    r"\b(?:leaves?|(?<!the )(?<!far )left|departs?|departed|vanish(?:es|ed)?"
    r"|(?:go|goes|went|walks?|walked|drives?|drove) (?:out|away|off))\b(?!-hand| side| half| or | aside| out\b| alone)",
    re.I,
)
"""When something does, it does not appear."""
_POLITE = (
    r"^\W*(?:(?:and|so|but|ok|okay|now|please|hi|hello|tell me|show me|say|find|i(?:'d| would) like to know)\b\W*)*"
)
_WHEN = re.compile(
    _POLITE + r"(?:when|(?:at |for )?(?:what|which) (?:times?|points?|moments?|seconds?|minutes?))\b", re.I
)
_EVER = re.compile(
    _POLITE + r"(?:is|was|are|were|does|did|has|have)\b.*\b(?:ever|at any (?:time|point|moment))\b", re.I
)
_NOBODY = re.compile(
    r"\b(?:nobody|no ?-?one|empty|deserted|nothing(?: at all)? (?:is|was|to be seen|visible|in (?:view|sight|shot)))\b",
    re.I,
)
_NO_THING = re.compile(r"\b(?:no|not a single|without(?: any| a)?) $", re.I)
_OTHERWISE = re.compile(r"\b(?:last|first|second|third|leaves?|left|after|before|until|stops?|long|often|why)\b", re.I)
"""Words of other questions: "when did the last one leave, so that nobody was there?"."""

_TIMES = re.compile(r"\bhow (?:many (?:separate |different |distinct )?times|often)\b", re.I)
_AGAIN = re.compile(r"\b(?:back|again|returns?|returned|re-?appear\w*|re-?enter\w*)\b", re.I)
_COUNTABLE = frozenset(("count", "exists", "when_appears", "count_at", "max_at_once"))
"""What "how often does a bus come by?" was taken for."""
_LENGTH = re.compile(
    r"\bhow (?:long|much time|many (?:seconds|minutes|hours))\b|\b(?:length|duration|amount of time|absence time)\b"
    r"|^\W*(?:total )?(?:time|seconds|minutes)\b(?! (?:at|when|of day)\b)",
    re.I,
)
_AWAY = re.compile(r"\b(?:away|gone|absent|absence|missing|out of (?:sight|view|frame|shot|the picture))\b", re.I)
_GOES_BY = re.compile(
    r"\b(?:go|goes|went|gone|going|pass\w*|drives?|drove|walk\w*|comes?|came|rides?|rode|r[ua]ns?)"
    r" (?:by|past|through)\b",
    re.I,
)
_AFTER = re.compile(r"\b(?:after|once|since|as soon as|from when)\b", re.I)
_COUNTS = frozenset(("count", "count_before", "count_after", "count_at"))
_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of)?(?: the)?)(?: \w+){0,2} $", re.I)
_HAS_LEFT = re.compile(
    r" (?:(?:have|has|had|did|do|does|will|would|that|who|which|already|then|all|also) )*"
    r"(?:leaves?|left|leaving|departs?|departed|exit(?:s|ed)?|disappear(?:s|ed)?|vanish(?:es|ed)?|gone"
    r"|(?:go|goes|went|gone|walk(?:s|ed)?|drives?|drove|ran|runs?|flew|fl(?:y|ies)) (?:away|off|out))\b(?! over\b)",
    re.I,
)
"""Not "how many are left"."""
_COMES_IN = re.compile(
    r"\b(?:com(?:e|es|ing)|came|walk(?:s|ed)?|drives?|drove) in(?:side)?\b"
    r"(?! (?:the |this |my )?(?:video|clip|question|view))"
    r"|(?!\A)\benter(?:s|ed|ing)?\b|\barriv(?:e|es|ed|ing)\b(?=[^?,]*$)",
    re.I,
)


def counts_newcomers(text: str) -> bool:
    """Such as "how many came in between 0:40 and 1:30?": not those who had been there before."""
    return bool(_COMES_IN.search(text))


def corrected_intent(intent: str, text: str, mentions: Mentions, *, alone: bool) -> str:
    """`intent`, or what the words say instead.

    text, mentions: with stand-ins (`pipeline.mentions.with_stand_ins`). alone: no event limits the question.
    """
    if intent in ("refuse_action", "when_leaves") and _PASSES.match(text):
        return "when_appears"
    if intent == "when_appears" and alone and _LEAVES.search(text):
        return "when_leaves"
    if intent in _COUNTS and _has_left(text, mentions):
        return "count_left"
    if _TIMES.search(text) and _NOBODY.search(text):
        return "when_fewest"  # whose note says how often that is so
    if intent in ("duration", "when_fewest") and _NOBODY.search(text) and _LENGTH.search(text):
        return "absent"
    if intent in ("duration", "returns_when") and _AWAY.search(text) and _LENGTH.search(text):
        return "away"
    if intent == "count_left" and _GOES_BY.search(text):
        return "count_after" if _AFTER.search(text) else "count"
    if intent in _COUNTABLE and _TIMES.search(text) and not _AGAIN.search(text):
        return "visits"
    if not _OTHERWISE.search(text) and _says_nobody(text, mentions):
        if _WHEN.search(text):
            return "when_fewest"
        if _EVER.search(text):
            return "min_at_once"
    return intent


def _has_left(text: str, mentions: Mentions) -> bool:
    """Is it leaving that is counted: "how many people had left by then?", "how many cars leave"?"""
    return any(_COUNTED.search(text[: term.start]) and _HAS_LEFT.match(text, term.end) for term in mentions.terms)


def _says_nobody(text: str, mentions: Mentions) -> bool:
    return bool(_NOBODY.search(text)) or any(_NO_THING.search(text[: term.start]) for term in mentions.terms)
