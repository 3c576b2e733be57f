"""Questions about nobody and nothing: "when is nobody there?" asks when the fewest are visible.

The answer says when that is, and how many they are if it is never nobody. No wording of the training set says so;
a rule does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.mentions import TermMention

_WHEN = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|now|please|hi|hello|tell me|show me|say|find|i(?:'d| would) like to know)\b\W*)*"
    r"(?:when|(?:at |for )?(?:what|which) (?:times?|points?|moments?|seconds?|minutes?))\b",
    re.I,
)
_NOBODY = re.compile(
    r"\b(?:nobody|no ?-?one|empty|deserted|nothing(?: at all)? (?:is|was|to be seen|visible|in (?:view|sight|shot)))\b",
    re.I,
)
_NO_THING = re.compile(r"\b(?:no|not a single|without(?: any| a)?) $", re.I)
_OTHERWISE = re.compile(r"\b(?:last|first|second|third|leaves?|left|after|before|until|stops?|long|often|why)\b", re.I)
"""Words of other questions: "when did the last one leave, so that nobody was there?"."""


def asks_when_nobody(text: str, things: Sequence[TermMention]) -> bool:
    """Does it ask when there is no one, or none of the things that it names?"""
    if not _WHEN.search(text) or _OTHERWISE.search(text):
        return False
    return bool(_NOBODY.search(text)) or any(_NO_THING.search(text[: thing.start]) for thing in things)
