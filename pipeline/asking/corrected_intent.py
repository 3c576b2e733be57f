"""Intents put right by what single words say for certain: `corrected_intent`.

The question reader learned from whole wordings; here are constructions that it misreads, each found in questions of
strangers and counted on the exams (LOG.md). "When is nobody there?" is no family of its own: it asks when the fewest
are visible, and the answer says when that is nobody, or how few they are.
"""

from __future__ import annotations

import re

from pipeline.asking.leaving_words import COMES_BACK, LENGTH, TIMES, leaving_intent
from pipeline.asking.mentions import Mentions

_PASSES = re.compile(
    r"\W*(?:and )?(?:when|(?:at )?what (?:time|moment|point))\b.*\b(?:pass(?:ed|es|ing)?|(?:go|goes|went|gone|drives?"
    r"|drove|driven|comes?|came|walk(?:s|ed)?|r[ua]ns?|cycled?|flew|fly) (?:by|past|through|along))\W*$",
    re.I,
)
"""To pass is to appear, not an action."""
_POLITE = (
    r"^\W*(?:(?:and|so|but|ok|okay|now|please|hi|hello|tell me|show me|give me|list|say|find"
    r"|i(?:'d| would) like to know)\b\W*)*"
)
_WHEN = re.compile(
    _POLITE + r"(?:when|(?:at |for )?(?:what|which) (?:times?|points?|moments?|seconds?|minutes?)"
    r"|(?:all )?(?:the )?(?:times|points|moments|seconds|minutes|stretches|periods|parts)"
    r" (?:when|where|in which|with))\b",
    re.I,
)
_EVER = re.compile(
    _POLITE + r"(?:is|was|are|were|does|did|has|have)\b.*\b(?:ever|at any (?:time|point|moment)"
    r"|there (?:ever )?(?:any|an?) (?:time|point|moment|second))\b",
    re.I,
)
_NOBODY = re.compile(
    r"\b(?:nobody|no ?-?one|empty|deserted|unattended|unoccupied"
    r"|nothing(?: at all)? (?:is|was|to be seen|visible|in (?:view|sight|shot)))\b",
    re.I,
)
_NO_THING = re.compile(r"\b(?:no|zero|0|not a single|without(?: any| a)?) $", re.I)
_OTHERWISE = re.compile(r"\b(?:last|first|second|third|leaves?|left|after|before|until|stops?|long|often|why)\b", re.I)
"""Words of other questions: "when did the last one leave, so that nobody was there?"."""

_IS_SEEN = re.compile(
    _POLITE
    + r"(?:is|are|was|were)\b(?!.*\b(?:left|right|or)\b).*\b(?:there|visible|present|in (?:view|sight|shot|frame))\b",
    re.I,
)
_MISSING = re.compile(r"\b(?:is|was|are|were) (?:[\w-]+ ){1,3}(?:away|missing|absent|not there)\W*$", re.I)
"""When that is so, not when it began."""
_MAY_BE_ABSENT = frozenset(("duration", "when_fewest", "refuse_text", "refuse_action", "away"))
_COUNTABLE = frozenset(("count", "exists", "when_appears", "count_at", "max_at_once"))
"""What "how often does a bus come by?" was taken for."""
_STAYS = re.compile(
    r"(?:\bhow (?:long|much time)|\b(?:what|which) length of time)\b"
    r"(?!.*\b(?:until|till|before|after|between|take|takes|took|ago|into)\b).*"
    r"\b(?:stay\w*|there|here|visible|remain\w*|in (?:view|sight|shot|frame)|last(?:s|ed)?|visit|around|present"
    r"|spen[dt]\w*)\b",
    re.I,
)
_EITHER = re.compile(r",? or (?:an? |any |some )?", re.I)
_WHO_IS_THERE = re.compile(
    _POLITE + r"who (?:is|was|were|are|has been) (?:all )?(?:there|here|visible|present|around|in)\b", re.I
)
_READS = re.compile(
    r"\b(?:read\w*|written|writing|says?|said|text|signs?|letters?|words?|plates?|number|print\w*|labels?"
    r"|stickers?|posters?|badges?|banners?)\b",
    re.I,
)
_ACTS = re.compile(
    r"\b(?:stops?|stopped|approach\w*|touch\w*|(?:com(?:e|es|ing)|came|gets?|got|goes|go) (?:close|near)"
    r"|look(?:s|ed|ing)? (?:at|into))\b",
    re.I,
)
_EACH_TIME = r"(?:(?:every|each) time|whenever)"
_TALLIED = re.compile(
    rf"\b{_EACH_TIME}\b.*\b(?:add (?:one|1)|how (?:many|high))\b|\bcounting {_EACH_TIME}\b"
    rf"|\b(?:add (?:one|1)|(?:make|draw|put) an? (?:stroke|mark|tick|notch))\b.*\b{_EACH_TIME}\b",
    re.I,
)
"""Strokes on a list: their number is meant, not the moments."""
_IS_THERE = re.compile(_POLITE + r"(?:is|are|was|were) there (?:any(?:body|one|thing)?|an?|some(?:body|one)?)\b", re.I)
_LONGEST = re.compile(r"\b(?:longest|biggest|largest|max(?:imum)?)\b", re.I)
_LEFT_OR_RIGHT = re.compile(
    r"\b(?:left|right|centre|center|middle)(?:,| or)\b.*\b(?:left|right|centre|center|middle)\b", re.I
)
_MOVING = re.compile(
    r"\b(?:mov\w+|go(?:es)?|went|walk\w*|drove|head\w*|travel\w*|ran|turn\w*|\w+ing)\b|^(?!\W*(?:is|was)\b)", re.I
)
_TURNS_UP = re.compile(
    r"\b(?:(?:turn|pull|show)(?:s|ed|ing)? up|coming|com(?:e|es)\b(?! (?:back|again))|came\b(?! (?:back|again))"
    r"|arriv(?:e|es|ed|ing)|(?:walk|driv)(?:e|es|s|ed|ing)? (?:in|up))\b",
    re.I,
)
_NO_VERB = re.compile(r"^(?=(?:\W*[\w'-]+){1,3},? (?:on the )?(?:left|right|cent(?:re|er)|middle)(?:,| or)\b)", re.I)
"""Before "cup left or right?": nothing moves."""
_COMES_IN = re.compile(
    r"\b(?:com(?:e|es|ing)|came|walk(?:s|ed)?|drives?|drove) in(?:side)?\b"
    r"(?! (?:the |this |my )?(?:video|clip|question|view))"
    r"|\bnew (?!to\b)(?:\w+ )?\w+s?\b|(?!\A)\benter(?:s|ed|ing)?\b|\barriv(?:e|es|ed|ing)\b(?=[^?,]*\W*$)",
    re.I,
)


def counts_newcomers(text: str) -> bool:
    """Such as "how many came in between 0:40 and 1:30?": not those who had been there before."""
    return bool(_COMES_IN.search(text))


def turns_up(text: str) -> bool:
    """Such as "does a dog turn up between 0:30 and 1:15?": is anything new there, not whether any is."""
    return bool(_COMES_IN.search(text) or _TURNS_UP.search(text))


def corrected_intent(intent: str, text: str, mentions: Mentions, *, alone: bool) -> str:
    """`intent`, or what the words say instead.

    text, mentions: with stand-ins (`pipeline.asking.mentions.with_stand_ins`). alone: no event limits the question.
    """
    if intent in ("refuse_action", "when_leaves") and _PASSES.match(text):
        return "when_appears"
    if (seen := _only_seen(intent, text, mentions, alone)) is not None:
        return seen
    if (leaving := leaving_intent(intent, text, mentions, alone=alone)) is not None:
        return leaving
    if _NOBODY.search(text) and _LONGEST.search(text):
        return "longest_absent"
    if intent in _SEEN_ONLY and (_TO_THE_CAMERA.search(text) or _does(text, mentions)):
        return "refuse_action"
    if intent == "when_each" and _TALLIED.search(text):
        return "visits"
    if TIMES.search(text) and _NOBODY.search(text):
        return "count_empty"
    if intent == "direction" and _LEFT_OR_RIGHT.search(text) and not _MOVING.search(_NO_VERB.sub("is ", text)):
        return "where_at"
    if intent == "when_appears" and alone and _STAYS.search(text):
        return "duration"
    if intent in ("max_at_once", "count_at", "exists") and mentions.times and _WHO_IS_THERE.match(text):
        return "list"
    if (
        intent == "together"
        and len(mentions.terms) == 2
        and _EITHER.fullmatch(text[mentions.terms[0].end : mentions.terms[1].start])
    ):
        return "exists"  # "a handbag or a backpack": what it leaves out is said
    if intent == "together" and len(mentions.terms) == 1 and mentions.times and not _IN_COMPANY.search(text):
        bare = _without_times(text, mentions)
        return "exists" if not re.search(r"\b(?:two|2|several|multiple|both|many|more|pair|couple)\b", bare) else intent
    if intent == "refuse_attribute" and _ACTS.search(text):
        return "refuse_action"
    if intent == "refuse_text" and not _READS.search(text):
        return _without_text(text, mentions)
    if intent in _MAY_BE_ABSENT and _NOBODY.search(text) and LENGTH.search(text):
        return "absent"
    if intent in _COUNTABLE and TIMES.search(text) and not COMES_BACK.search(text):
        return "visits"
    if intent == "where_at" and mentions.times and _IS_SEEN.match(text):
        return "exists"
    if intent == "when_leaves" and alone and _WHEN.search(text) and _MISSING.search(text):
        return "when_fewest"
    if not _OTHERWISE.search(_without_times(text, mentions)) and _says_nobody(text, mentions):
        if _WHEN.search(text):
            return "when_fewest"
        if _EVER.search(text):
            return "min_at_once"
    return intent


def _without_text(text: str, mentions: Mentions) -> str:
    """What is asked where nothing is said of writing: how many, or whether; else it may be writing all the same."""
    moment = any(not time.is_stretch for time in mentions.times)
    if _HOW_MANY.match(text) and mentions.terms:
        return "count_at" if moment else "count"
    if _WHAT_IS.match(text):
        return "list"
    return "exists" if _IS_THERE.match(text) else "refuse_text"


_WHAT_IS = re.compile(
    _POLITE + r"(?:what|which [a-z]+)(?:(?:['’]s| is| are| was| were)(?: there)? (?:on|in|at|near)\b| (?:do|can)"
    r" (?:you|we|i) see\b)",
    re.I,
)
_HOW_MANY = re.compile(_POLITE + r"(?:how many|number of)\b", re.I)
_DO_YOU_SEE = re.compile(_POLITE + r"(?:do|can|could|did) (?:you|we|i) (?:see|spot|notice)\b", re.I)
_MOVE = re.compile(
    r" (?:(?:ever|even|actually|really) )*(?:moves?|moved|moving|budge\w*)(?: at all| anywhere)?\W*$", re.I
)
_IN_SIGHT = re.compile(
    r"\b(?:visible|(?:in|on) (?:view|sight|shot|frame|screen)|(?:can|could) (?:be|you|we|i) see\w*)\b", re.I
)
_ARE_LEFT = re.compile(r"\b(?:are|is|were|was) (?:still )?(?:left|remaining)\b", re.I)


_PASSES_BY = re.compile(
    _POLITE + r"(?:does|did|do)\b.*?\b(?:(?:pass|go|drive|come|walk|ride) (?:by|past|through)|pass|turn up|show up)"
    r" (?:while|when|during)\b",
    re.I,
)
_RIGHT_AFTER = re.compile(r"\b(?:right|just|shortly|immediately|directly) after\b", re.I)


def _only_seen(intent: str, text: str, mentions: Mentions, alone: bool) -> str | None:
    """What is asked of what is in sight, where that was taken for an action, newcomers or the first of all."""
    terms = mentions.terms
    if intent == "refuse_action" and _DO_YOU_SEE.match(text) and len(terms) > 0:
        return "exists"
    if intent == "refuse_action" and _PASSES_BY.match(text):
        return "exists"
    if intent == "refuse_action" and len(terms) == 1 and _MOVE.match(text, terms[0].end):
        return "direction"
    if intent == "count_after" and alone and mentions.times:
        if _ARE_LEFT.search(text) or (_RIGHT_AFTER.search(text) and not counts_newcomers(text)):
            return "count_at"
        if _IN_SIGHT.search(text) and not counts_newcomers(text):
            return "count"
    if intent in ("first", "first_leaves") and len(terms) == 2 and terms[0].known and terms[1].known:
        between = text[terms[0].end : terms[1].start]
        if terms[0].term != terms[1].term and _OR_THE.fullmatch(between):
            return "order" if intent == "first" else "order_leaves"
    return None


_IN_COMPANY = re.compile(
    r"\b(?:with|alongside|together|(?:an)?other|same time|at once|simultaneous\w*|compan\w+|alone|else|while|share\w*"
    r"|and)\b",
    re.I,
)
_OR_THE = re.compile(r",? or (?:the |an? |any )?", re.I)
_SEEN_ONLY = frozenset(
    ("exists", "count", "count_left", "count_between", "count_after", "count_before", "compare", "direction", "order")
)
_TO_THE_CAMERA = re.compile(r"\b(?:towards?|away from|up to) (?:the |my |our |this )?(?:camera|viewer|lens)\b", re.I)
_DOES = re.compile(
    r" (?:(?:that|who|which|ever|have|has|had|did|do|does) )*"
    r"(?:stop(?:s|ped)?(?! (?:by|in|being|at the (?:very )?end)\b)|brak(?:e|es|ed)"
    r"|turn(?:s|ed)? (?:left|right|around|back)|slow(?:s|ed)? down"
    r"|overt(?:ake|akes|ook)|crash(?:es|ed)?|collid(?:e|es|ed)|f[ae]ll(?:s|en)?(?! short)"
    r"|jump(?:s|ed)?)\b",
    re.I,
)
"""Behind a thing: what it does, which no box tells."""


def _does(text: str, mentions: Mentions) -> bool:
    return any(_DOES.match(text, term.end) for term in mentions.terms)


def _without_times(text: str, mentions: Mentions) -> str:
    """ "After 2:17" limits a question, and makes no other one of it."""
    for time in reversed(mentions.times):
        text = f"{text[: time.start]} {text[time.end :]}"
    return text


def _says_nobody(text: str, mentions: Mentions) -> bool:
    return bool(_NOBODY.search(text)) or any(_NO_THING.search(text[: term.start]) for term in mentions.terms)
