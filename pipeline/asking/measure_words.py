"""Intents about shares, rates and lists put right by single words (`measure_intent`), and words that name no thing."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pipeline.asking.mentions import PLACES

_MEASURES = """
    occupancy successive average mean median arrival arrivals departure departures visit visits presence day night
    morning evening shift recording video footage clip time period interval intervals gap gaps break breaks table count
    counts number numbers busiest busy peak quiet quietest log entry entries exit exits traffic flow rate share percent
    percentage proportion fraction duration stay stays length
"""
_NO_THINGS = frozenset((*_MEASURES.split(), *PLACES))
_RANKS = re.compile(
    r"\b(?:rank|sort|order|arrange|put)\b.*\b(?:by|in (?:the )?order of|after|according to)\b"
    r".*\b(?:durations?|stays?|lengths?|how long|dwell|(?:parking |visible |screen )?time)\b",
    re.I,
)
_TABLE = re.compile(
    r"\b(?:table|breakdown|break\w* (?:\w+ ){0,4}down|list|histogram|series|chart|bins?|blocks?)\b", re.I
)
_HALF = r"(?:half|third|quarter)"
_WHICH_PART = re.compile(
    rf"\b(?:which|what) {_HALF}\b(?! hour| minute)|\b(?:first|1st) half or (?:in )?(?:the )?(?:second|2nd) half\b", re.I
)
_BOTH_PARTS = re.compile(
    r"\b(?:first|1st) half (?:vs\.?|versus|and|against|compared \w+).*\b(?:second|2nd) half\b", re.I
)
_MOST = re.compile(r"\b(?:more|most|busier|busiest)\b", re.I)
_COMES = re.compile(
    r"\b(?:com(?:e|es|ing)|came|arriv\w*|enter\w*|appear\w*|(?:show|turn|pull)(?:s|ed|ing)? up|new|newcomers?)\b", re.I
)
_EVERY_TIME = re.compile(r"\b(?:every|each) time\b", re.I)
_SEVERAL = re.compile(
    r"\b(?:all (?:of )?(?:the )?)?(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|\d\d)(?: or more)?(?: \w+)?"
    r"(?= (?:are|is|were|was)? ?(?:\w+ ){0,3}(?:present|there|visible|at once|together|in (?:view|sight|shot)))",
    re.I,
)
_GOES_OFTEN = re.compile(
    r"\bhow (?:many times|often) (?:is|are|was|were|do|does|did|has|have) (?:an?|one|any|some|the)\b"
    r".*\b(?:taken|removed|disappear\w*|vanish\w*|leaves?|left|go(?:es)? (?:away|off|out)"
    r"|carried)\b",
    re.I,
)
ALL_THE_TIME = re.compile(
    r"\b(?:(?:the|during) (?:whole|entire|full) (?:time|video|clip)|all the time|throughout|from start to"
    r" (?:end|finish))\W*$",
    re.I,
)
_IS_ANY = re.compile(r"\W*(?:(?:and|so|ok|okay)\W+)*(?:is|are|was|were) (?:there )?(?:any|some|a)\w*\b", re.I)
_PER = re.compile(r"\b(?:per|every|each|rate|average|hourly)\b", re.I)
_STAY = re.compile(r"\b(?:stays?|stayed|visits?|dwell\w*|remains?)\b", re.I)
_GAP = re.compile(
    r"\b(?:gaps?|breaks?|pauses?|absences?|absent|away|gone|between|until|without|no|nobody|nothing|empty|intervals?"
    r"|waits?|apart|back|again|next|lull|quiet|unseen|hidden)\b",
    re.I,
)
_LONGEST_TIME = re.compile(
    r"\blongest (?:time|period|stretch|spell|while)(?: (?:with|w|when|in which|that|where|during which|the))*"
    r" (?:(?:there|it) (?:is|was|were|are) )?no\b",
    re.I,
)
_BREAK = re.compile(r"\b(?:gaps?|breaks?|pauses?|between|away|absent|back|returns?|next|apart|stay\w*)\b", re.I)
_NONE = re.compile(
    r"\b(?:no|none|nobody|nothing|without|empty|zero|all|last|completely|entirely|deserted|vacant|unoccupied|unattended"
    r"|bare|clear)\b",
    re.I,
)
_MOVES = re.compile(r"\b(?:appear\w*|arriv\w*|com(?:e|es|ing)|enter\w*|shows? up)\b", re.I)


def names_nothing(words: str) -> bool:
    """Is it all words of measuring, or of places, perhaps misspelled: "occupancy", "the shop", "avergae"?"""
    said = re.findall(r"[a-z]+", words.lower())
    return bool(said) and all(word in _NO_THINGS or get_close_matches(word, _NO_THINGS, 1, 0.82) for word in said)


def measure_intent(intent: str, text: str) -> str:
    """`intent`, or the family that single words make of it.

    text: with stand-ins (`pipeline.asking.mentions.with_stand_ins`).
    """
    if intent == "count_empty" and _GOES_OFTEN.search(text) and not _NONE.search(text):
        return "count_leavings"
    if intent in ("longest_gap", "shortest_gap") and _STAY.search(text) and not _GAP.search(text):
        return "shortest" if intent == "shortest_gap" else "longest_visit"
    if intent == "longest_gap" and _LONGEST_TIME.search(text) and not _BREAK.search(text):
        return "longest_absent"  # also before the first and after the last one
    if intent in ("longest", "shortest", "list", "duration") and _RANKS.search(text):
        return "stays_ranked"
    if intent in ("lasts_longer", "lasts_shorter") and ALL_THE_TIME.search(text):
        return "always"
    if intent == "rate" and _IS_ANY.match(text) and not _PER.search(text):
        return "exists"
    if intent == "rate" and _TABLE.search(text):
        return "count_each"
    if intent == "share" and _SEVERAL.search(text):
        return "share_at_least"
    if intent in ("visits", "returns") and _EVERY_TIME.search(text) and _MOVES.search(text):
        return "when_each"
    if _BOTH_PARTS.search(text) and intent in ("count", "count_at", "compare"):
        return "count_each"
    if _WHICH_PART.search(text) and _MOST.search(text):
        return "when_most_come" if _COMES.search(text) else "when_most_seen"
    return intent
