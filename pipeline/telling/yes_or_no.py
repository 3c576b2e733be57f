"""A yes or no for what asks for one, where the family that answers it counts, measures or lists.

"Was the street ever empty?" is worked out as the fewest things at once, "did anybody new turn up after 0:30?" as a
number of newcomers, "is anything there besides people?" as a list.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.answers import Answer
from pipeline.telling.english import lower_first

_LEAD = r"\W*(?:(?:and|so|but|ok|okay|hey|hi|please|um|well|then)\W+)*"
_ASKS = re.compile(
    _LEAD
    + r"(?:(?:is|are|was|were|do|does|did|has|have)(?:n['’]?t)?\b|(?:can|could|did|do) (?:you|one|i|we) (?:see|spot)\b"
    r"|see\b|any(?:1|one|body|thing)?\b)",
    re.I,
)
_ASKS_MORE = re.compile(
    r"\b(?:how|what|which|when|where|who|whose|or|number|count|idea|list|tell|time|times|many|clue|(?<!at )all|every"
    r"|only|just|but)\b",
    re.I,
)
_SOME = re.compile(r"\b(?:any(?:1|one|body|thing)?|some(?:one|body|thing)?|an?|new|even one)\b", re.I)
_NEWCOMERS = frozenset(("count", "count_between", "count_before", "count_after", "count_left"))


def as_yes_or_no(answer: Answer) -> Answer:
    """The answer, as a yes or no where its question asks for that and for nothing else."""
    text, question = answer.question, answer.understood
    if answer.refused or question is None or answer.composed or answer.kind == "yes_no":
        return answer
    if not _ASKS.match(text) or _ASKS_MORE.search(text) or isinstance(answer.value, str):
        return answer
    family, said = question.family, answer.text
    if family == "min_at_once" and said.startswith(("Yes, ", "No, ")):
        return replace(answer, kind="yes_no", value=said.startswith("Yes, "))
    amount = (family in _NEWCOMERS and answer.kind == "number") or family == "duration"
    listed = family in ("together", "list") and answer.kind == "list"
    if not ((amount and _SOME.search(text)) or listed):
        return answer
    so = bool(answer.value)
    return replace(answer, kind="yes_no", value=so, text=f"{'Yes' if so else 'No'}, {lower_first(said)}")
