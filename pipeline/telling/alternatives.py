"""Which of two things it is, where a question gives them to choose from: "are there more cars or people?"."""

from __future__ import annotations

import re
from dataclasses import replace

from data.meaning import ClipView, Question, Truth, run
from pipeline.comparing.comparison import terms_in

EITHER = frozenset(("compare", "order", "order_leaves"))
_ASKS_WHICH = re.compile(r"\W*(?:(?:and|so|but|ok|okay)\W+)?(?:which|what|who)\b", re.I)
_OR = re.compile(r"\bor\b(?! (?:not|no|fewer|less|equal|what|nah|later|sooner|is it|was it|vice versa)\b)", re.I)
_YES_OR_NO = re.compile(
    r"\b(?:yes|yeah|nah?|true|false|right|wrong|confirm|whether|am i|is it (?:so|me)|pass or fail"
    r"|i (?:say|think|bet))\b",
    re.I,
)


def one_of_two(text: str, question: Question, truth: Truth, view: ClipView) -> str | None:
    """The thing that it is; None where the text asks for a yes or no, or they are alike."""
    if question.family not in EITHER or question.x is None or question.y is None or _YES_OR_NO.search(text):
        return None
    if not (_ASKS_WHICH.match(text) and _OR.search(text)) and not _between_things(text):
        return None
    if truth.value:
        return question.x
    other = run(replace(question, x=question.y, y=question.x), view)
    return question.y if other.value else None


_FAR = re.compile(r"\b(?:more|fewer|most|first|sooner|earlier|last|ahead)\b", re.I)
_ONE_THAN_OTHER = re.compile(r"\b(?:than|before|after|later|against|compared|prior)\b", re.I)


def _between_things(text: str) -> bool:
    """Does "or" stand between two things: "more cars or people", and not "did the car come before the bus or not"?"""
    found = _OR.search(text)
    if found is None or _ONE_THAN_OTHER.search(text) or not _FAR.search(text):
        return False
    return bool(terms_in(text[: found.start()]) and terms_in(text[found.end() :]))
