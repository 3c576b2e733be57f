"""Several questions in one text: "when does the bus come, and how long does it stay?" (`parts_of`, `joined`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from data.vocabulary import find_term
from pipeline.answers import Answer
from pipeline.asking.mentions import PEOPLE
from pipeline.comparing.comparison import COMES, ORDINAL, POLITE, Comparison, first_match
from pipeline.comparing.forms import comparison_in
from pipeline.telling.doubts import without_doubt

_ASKS = (
    r"(?:when|what time|at (?:which|what) (?:times?|seconds?|minutes?|moments?|points?)|(?:on|from|at) which side"
    r"|how many|how long|how often|where|which|who|what)"
)
_VERBS = r"(?:is|are|was|were|does|do|did|has|have|can|could)"
_BEGINS = re.compile(rf"\W*{POLITE}(?:{_ASKS}|{_VERBS})\b", re.I)
_ASKS_WHAT = re.compile(rf"\W*{POLITE}{_ASKS}\b", re.I)
_AND = re.compile(rf"(?:\s*[,;?.]\s*|\s+)(?:and|&)(?: also| then)? (?={_ASKS}\b)", re.I)
_MARK = re.compile(rf"\?+\s+(?:(?:and|also|so|then)\W+)*(?={POLITE}(?:{_ASKS}|{_VERBS})\b)", re.I)
_SPAN = re.compile(
    r"\b(?:between|from(?! which| the (?:left|right|top|bottom))|both|if|whether|know|see|tell|that|than)\b[^,;?.]*$",
    re.I,
)
"""What goes on behind an "and": "between when the bus comes and when it leaves"."""
_ALONE = re.compile(r"\W*(?:when|where|how long|how many|how often|what time)\b.*|\W*\S+(?: +\S+){2,}.*", re.I)
"""What can be a question: a word that asks about what was spoken of, or three words."""
_REFINES = re.compile(
    r"who\b(?! (?:is|was|are|were|comes?|came|leaves?|left|stays?|appears?)\b)"
    r"|(?:what|which|who)\b.*\b(?:it|they|them|that)\b|what (?:kind|type|sort|class)\b",
    re.I,
)
"""Behind an "and" asks on about the same: "does anything come first, and what is it?"."""
_MOST = re.compile(r"\b(?:most|fewest|busiest|peak)\b", re.I)
_HOW_MANY_THERE = re.compile(r"^how many (?:are|were) there(?: then)?\W*$", re.I)
_HOW_MANY_WAS_IT = re.compile(r"^how many (?:was|were|is|are) (?:it|that|they|those)\W*$", re.I)
"""Behind an "and" asks what the answer to the first part says anyway."""
_WHEN_IS_IT = re.compile(
    r"^(?:from when to when|at (?:which|what) (?:times?|seconds?|moments?)(?: each)?|(?:when|at what time) (?:is"
    r"|was|does|did) (?:it|this|that) (?:reached|set|the case|so|happen"
    r"|occur))\W*$",
    re.I,
)
"""Behind an "and" asks when what was asked for is so: "what is the most at once, and when is it reached?"."""
_HOW_MANY = re.compile(
    r"^how many(?= (?:are|were|stay|stayed|come|came|leave|left|remain|appear|go|went|do|did|have|at|in|after|before"
    r"|between|by|on)\b)",
    re.I,
)
_WHEN = (
    r"(?:at|around|right (?:before|after)) (?:the |minute |second )?(?:very )?(?:start|beginning|end"
    r"|\d[\d:.]*)[^,?]*?"
)
_DURING = r"(?:in|during|over|at|before|after|within) (?:the |\d)[^,?]*?"
_TWICE = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<head>.*?\bhow many\b.+?) (?P<one>{_WHEN}),? and (?:then |again )?(?P<two>{_WHEN})\W*$",
        rf"(?P<head>.*?\bhow many\b.+?) (?P<one>{_DURING}),? (?:versus|vs\.?|compared (?:to|with)|as opposed to)"
        r" (?P<two>[^,?]+?)\W*$",
        rf"\W*{POLITE}(?P<head>how many\b.+?) (?P<one>{_WHEN}),? and (?:is|was) (?:it|that) (?:higher|lower"
        rf"|more|fewer|less|the same)"
        rf" (?:than|as)(?: it (?:is|was))? (?P<two>{_WHEN})\W*$",
    )
)
"""One number at two times: "how many people at the start, and then at the end?"."""
_COME_AND_GO = re.compile(
    rf"\W*{POLITE}(?:when|at (?:which|what) (?:time|second)s?) (?:does|did|do) (?P<x>(?!each\b)[^,?]+?)"
    r" (?:come|enter|arrive|appear|show up)(?: in)? and (?:then )?(?:leave|go|disappear|exit)(?: again| away)?\W*$",
    re.I,
)
"""When something comes and when it goes, in one."""
_AT_A_TIME = re.compile(r"\W*(?P<when>(?:at|between|from|in|during|before|after) (?:the |\d)[^,?]*), ", re.I)
_THE_OTHER_PART = re.compile(
    r"(?P<one>\b(?:in|during) the (?:first|opening|1st) (?P<part>half|third|quarter|minute|hour)\b.*\band\b.*"
    r" (?:in|during) the (?:second|third|last|next|other))(?=\W*$)",
    re.I,
)
"""A part of the video is named once: "how many in the first half, and how many in the second?"."""
_BARE_ORDINAL = re.compile(
    rf"\bthe {ORDINAL}(?= (?:{COMES}|comes|came|appears|appeared|arrives|arrived|leaves|left|enters|stays?)\b)", re.I
)
"""Of what was spoken of: "how many bicycles are there, and when does the first come?"."""
MOST_PARTS = 4
_COUNTED = re.compile(r"\bhow many (?:[a-z]+ )??(?P<x>[a-z]+) (?:are|were|is|was|do|did|can)\b", re.I)
_COUNTS = re.compile(r"\bhow many (?P<x>[a-z]+)\b", re.I)
_ONES = re.compile(r"^(?P<asks>how many (?:[a-z]+ ))ones\b", re.I)


def _counted(first: str) -> str:
    """What a question counts, or "of them"."""
    counted = _COUNTS.search(first)
    known = counted is not None and (find_term(counted["x"].lower()) is not None or counted["x"].lower() in PEOPLE)
    return counted["x"] if known else "of them"


def _with_noun(first: str, rest: str) -> str:
    """Such as "how many parked cars are there, and how many moving ones?": moving cars."""
    counted = _COUNTED.search(first)
    return rest if counted is None else _ONES.sub(rf"\g<asks>{counted['x']}", rest)


HowSure = Callable[[Comparison, Answer, Sequence[Answer]], float | None]


def joined(question: str, answers: Sequence[Answer], how_sure: HowSure | None = None) -> Answer:
    """One answer to a question of several parts: the first one's value, the texts and evidence of all; of a comparison
    (`pipeline.comparing.forms`), what it says.

    how_sure: of what a comparison says (`Answerer.how_sure`); without it, as sure as its least sure part.
    """
    comparison, together = comparison_of(question), together_of(question, answers)
    if comparison is None:
        return together
    said = comparison.answered(together, answers)
    sure = how_sure(comparison, together, answers) if how_sure is not None else None
    return said if sure is None else replace(said, confidence=sure)


def comparison_of(question: str) -> Comparison | None:
    """The comparison that a question asks for, also behind a time: "in the first minute, do more go left?"."""
    comparison = comparison_in(question)
    if comparison is None and (at := _AT_A_TIME.match(question)) is not None:
        comparison = comparison_in(question[at.end() :])
    return comparison


def together_of(question: str, answers: Sequence[Answer]) -> Answer:
    first = answers[0]
    evidence = sorted({e for one in answers for e in one.evidence}, key=lambda e: (e.start_s, e.track_id, e.end_s))
    return replace(
        first,
        question=question,
        composed=first.composed or len(answers) > 1,
        text=" ".join(without_doubt(one.text) for one in answers),
        confidence=min(one.confidence for one in answers),
        evidence=tuple(evidence),
        likely=first.likely if len(answers) == 1 else None,
        warnings=tuple(dict.fromkeys(note for one in answers for note in one.warnings)),
        timing=first.timing | {"answer_s": sum(one.timing.get("answer_s", 0.0) for one in answers)},
    )


def parts_of(text: str) -> tuple[str, ...]:
    """The questions of a text, in their order; just the text where it is one."""
    text = _THE_OTHER_PART.sub(r"\g<one> \g<part>", text)
    if (comparison := comparison_in(text)) is not None:
        return comparison.parts
    if (twice := first_match(_TWICE, text)) is not None:
        two = twice["two"]
        if re.match(r"(?:the|all|\d)\b", two):  # "in the first minute versus the whole video"
            two = f"{twice['one'].split()[0]} {two}"
        return f"{twice['head']} {twice['one']}?", f"{twice['head']} {two}?"
    if (at := _AT_A_TIME.match(text)) is not None:
        parts = parts_of(text[at.end() :])
        if len(parts) > 1:  # "at 1:12, how many buses and how many dogs are there?"
            return tuple(f"{part.rstrip(' ?.')} {at['when']}?" for part in parts)
    if (stay := _COME_AND_GO.match(text)) is not None:
        return f"when does {stay['x']} appear?", f"when does {stay['x']} leave?"
    for mark in (_MARK, _AND):
        for found in mark.finditer(text):
            first, rest = text[: found.start()], text[found.end() :]
            if mark is _AND and _SPAN.search(first):
                continue
            if not _BEGINS.match(first) or len(first.split()) < 3 or not _ALONE.match(rest):
                continue
            if mark is _MARK and (not _ASKS_WHAT.match(first) or not _ASKS_WHAT.match(rest) or len(rest.split()) < 4):
                continue  # "did they come in crowds? how many at once?" asks one thing
            if _REFINES.match(rest):
                continue
            if _HOW_MANY_WAS_IT.match(rest) or (_HOW_MANY_THERE.match(rest) and _MOST.search(first)):
                return (f"{first.rstrip(' ,;.?')}?",)
            rest = _with_noun(first, rest)
            rest = _WHEN_IS_IT.sub("when is that?", rest)
            rest = _BARE_ORDINAL.sub(r"\g<0> one", _HOW_MANY.sub(rf"\g<0> {_counted(first)}", rest))
            parts = (f"{first.rstrip(' ,;.?')}?", *((rest,) if comparison_in(rest) is not None else parts_of(rest)))
            return parts if len(parts) <= MOST_PARTS else (text,)
    return (text,)
