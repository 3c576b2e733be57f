"""The kind of value that a question asks for, where the family that answers it has another one.

"Was the street ever empty?" is worked out as the fewest things at once, "did anybody new turn up after 0:30?" as a
number of newcomers, "is anything there besides people?" as a list: all three ask for a yes or no. "How long do we wait
for the first bus?" is worked out as a time, and asks how long it is until then.
"""

from __future__ import annotations

import re
from dataclasses import replace

from data.meaning.question import NEVER
from data.time_amounts import WORDS
from pipeline.answers import Answer
from pipeline.telling.answers_text import side_of_middle
from pipeline.telling.english import length_words, lower_first

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


_COMES = re.compile(
    r"\b(?:com(?:e|es|ing)|came|appear(?:s|ed)?|arrive[sd]?|enter(?:s|ed)?|show(?:s|ed)? up|turn(?:s|ed)? up"
    r"|return(?:s|ed)?|leave|left|disappear(?:s|ed)?|there|visible|seen)\b",
    re.I,
)
_FIRST_KINDS = re.compile(rf"\bfirst (?P<n>{'|'.join(list(WORDS)[1:11])}|\d+) (?:kinds?|classes|types|sorts)\b", re.I)
_HOW_LONG = re.compile(
    _LEAD + r"(?:for )?how (?:long|short|brief|much time|many (?:seconds|minutes))\b(?! until)", re.I
)
_HOW_LONG_UNTIL = re.compile(
    r"\bhow (?:long|much time|many seconds|many minutes)\b.*\b(?:until|till|before|wait\w*)\b", re.I
)
_HOW_LONG_LAST = re.compile(
    rf"^{_LEAD}(?!(?:of [a-z ]+, )?(?:what|which|who)\b).*[:;,.?] (?:and )?how (?:long|much time)\b"
    r"(?!.*\b(?:what|which|who)\b)",
    re.I,
)
_WHAT_TIME = r"(?:when|(?:at )?(?:what|which) (?:time|second|moment|point)|what(?:'s| is| was) the time)\b"
_WHEN = re.compile(
    rf"^{_LEAD}{_WHAT_TIME}(?!.*\b(?:what|which|who|whose)\b)"
    rf"|^(?!.*\b(?:what|which|who|whose)\b(?! (?:time|second|moment|point))).*"
    rf"[:;,.?-] (?:and )?{_WHAT_TIME}[\w' ]{{0,24}}\W*$",
    re.I,
)
_COMING = frozenset(("first", "last", "nth", "next_after", "previous_before"))
_GOING = frozenset(("first_leaves", "last_leaves"))


def as_asked(answer: Answer) -> Answer:
    """The answer, with a value of the kind that its question asks for."""
    question = answer.understood
    if question is not None and answer.kind == "object" and answer.evidence and _WHEN.search(answer.question):
        if question.family in _COMING:  # "when does the last newcomer come in?"
            return replace(answer, kind="time", value=answer.evidence[0].start_s)
        if question.family in _GOING:
            return replace(answer, kind="time", value=answer.evidence[0].end_s)
    waits = question is not None and question.family == "when_appears" and question.stretch is None
    waits = waits and answer.kind == "time" and not isinstance(answer.value, str)
    if waits and _HOW_LONG_UNTIL.search(answer.question):
        return replace(answer, kind="duration", text=f"{length_words(answer.value)}: {lower_first(answer.text)}")
    if question is not None and question.family in ("longest", "shortest") and _asks_how_long(answer.question):
        mine = [piece for piece in answer.evidence if piece.track_id == answer.evidence[0].track_id]
        if answer.kind == "object" and mine:  # "how long was the longest visit?"
            return replace(answer, kind="duration", value=sum(piece.end_s - piece.start_s for piece in mine))
    first = _FIRST_KINDS.search(answer.question)
    if first is not None and question is not None and question.family == "list" and answer.kind == "list":
        n = int(WORDS.get(first["n"].lower(), 0) or first["n"])
        if n < len(answer.value):
            said = f"The first {first['n']} of them: {', '.join(answer.value[:n])}. {answer.text}"
            return replace(answer, value=answer.value[:n], text=said)
    if answer.kind == "word" and answer.value == "centre" and answer.evidence:
        side = side_of_middle(answer.question, answer.evidence[0].box_xywhn[0])
        return answer if side is None else replace(answer, value=side)
    return as_yes_or_no(answer)


def _asks_how_long(text: str) -> bool:
    return _HOW_LONG.match(text) is not None or _HOW_LONG_LAST.match(text) is not None


_NONE = re.compile(
    _LEAD + r"is it (?:true|so|right|correct|the case) that"
    r" (?:no|nobody|no ?one|nothing|none|not a)\b(?! (?:more|fewer|less))",
    re.I,
)


def as_yes_or_no(answer: Answer) -> Answer:
    """The answer, as a yes or no where its question asks for that and for nothing else."""
    text, question = answer.question, answer.understood
    if question is not None and not answer.composed and question.family == "exists" and _NONE.match(text):
        if not answer.value:  # "is it true that no car appears?" – "no car is visible"
            return replace(answer, value=True, text=f"Yes, {lower_first(answer.text)}")
        return replace(answer, value=False, text=re.sub(r"^Yes, ", "No, ", answer.text))
    if answer.refused or question is None or answer.composed or answer.kind == "yes_no":
        return answer
    if not _ASKS.match(text) or _ASKS_MORE.search(text):
        return answer
    if answer.kind == "time" and _COMES.search(text):  # "does a second person come in?"
        so = answer.value != NEVER
        return replace(answer, kind="yes_no", value=so, text=f"{'Yes' if so else 'No'}, {lower_first(answer.text)}")
    if isinstance(answer.value, str):
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
