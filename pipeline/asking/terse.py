"""What few words ask: "boat at 4:10?" asks whether, "pedestrians, first 5 minutes" how many, "what is at 0:30" what.

A reader of whole questions takes such fragments for their longer neighbours; whether a number, a thing or a list is
asked for shows in single words.
"""

from __future__ import annotations

import re

from data.vocabulary import THING, kind_names
from pipeline.asking.mentions import STAND_INS, Mentions

_NUMBER = re.compile(
    r"\b(?:how (?:many|much)|numbers?|no\.|counts?|counted|tally|total|amount|sum|figure|quantity)\b|#", re.I
)
_LIST = re.compile(
    r"\b(?:what|which|list|kinds?|types?|sorts?|class(?:es)?|categor(?:y|ies)|names?|enumerate|everything|anything"
    r"|order|sequence|inventory)\b",
    re.I,
)
_WHAT = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|please|pls)\W+)?what(?:['’]s| is| are| was| were| can| could| do| did| all)?\b", re.I
)
_AROUND_A_THING = re.compile(r"\W*(?:(?:and|or|an?|any|the|all|some|what about|how about)\W+)*", re.I)
_MANY = frozenset(many for _, many in STAND_INS) | {"people", "persons", "individuals", "things", "objects"}


def terse_intent(intent: str, text: str, mentions: Mentions) -> str:
    """`intent`, or what is more likely asked by a text that has no word for it.

    text, mentions: with stand-ins (`pipeline.asking.mentions.with_stand_ins`).
    """
    if intent == "count_at" and not _NUMBER.search(text):
        if _WHAT.match(text):
            return "list"
        named = [term for term in mentions.terms if term.known]
        if named and not any(text[term.start : term.end].lower() in _MANY for term in named):
            return "exists"
    if intent == "list" and (bare := _bare_thing(text, mentions)):
        return bare
    limited = any(term.term != THING for term in mentions.terms) and mentions.times
    if intent == "list" and limited and not _LIST.search(text):
        return "count"
    return intent


def _bare_thing(text: str, mentions: Mentions) -> str | None:
    """What is asked with a thing and nothing else: "bottles" how many, "a bottle?" whether; of a kind, which ones."""
    if len(mentions.terms) != 1 or mentions.times or mentions.terms[0].term in kind_names():
        return None
    start, end = mentions.terms[0].start, mentions.terms[0].end
    if not _AROUND_A_THING.fullmatch(text[:start]) or re.search(r"\w", text[end:]):
        return None
    return "count" if text[start:end].lower() in _MANY else "exists"
