"""Several questions in one text: "when does the bus come, and how long does it stay?" (`parts_of`, `joined`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.answers import Answer

_ASKS = r"(?:when|what time|how many|how long|how often|where|which|who|what)"
_VERBS = r"(?:is|are|was|were|does|do|did|has|have|can|could)"
_POLITE = r"(?:(?:and|so|ok|okay|hi|hello|please|tell me|show me|say)\W+)*"
_BEGINS = re.compile(rf"\W*{_POLITE}(?:{_ASKS}|{_VERBS})\b", re.I)
_ASKS_WHAT = re.compile(rf"\W*{_POLITE}{_ASKS}\b", re.I)
_AND = re.compile(rf"(?:\s*[,;?.]\s*|\s+)(?:and|&)(?: also| then)? (?={_ASKS}\b)", re.I)
_MARK = re.compile(rf"\?+\s+(?:(?:and|also|so|then)\W+)*(?={_POLITE}(?:{_ASKS}|{_VERBS})\b)", re.I)
_SPAN = re.compile(
    r"\b(?:between|from(?! the (?:left|right|top|bottom))|both|if|whether|know|see|tell|that|than)\b[^,;?.]*$", re.I
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
_HOW_MANY = re.compile(
    r"^how many(?= (?:are|were|stay|stayed|come|came|leave|left|remain|appear|go|went|do|did|have|at|in|after|before"
    r"|between|by|on)\b)",
    re.I,
)
_WHEN = (
    r"(?:at|around|right (?:before|after)) (?:the |minute |second )?(?:very )?(?:start|beginning|end|\d[\d:.]*)[^,?]*?"
)
_TWICE = re.compile(rf"(?P<head>.*?\bhow many\b.+?) (?P<one>{_WHEN}),? and (?:then |again )?(?P<two>{_WHEN})\W*$", re.I)
"""One number at two times: "how many people at the start, and then at the end?"."""
_MOMENT = r"(?:at|around|in|during|between|before|after|by|within|on)\b (?:(?!\bthan\b).)+?"
_MORE_THAN = re.compile(
    rf"\W*{_POLITE}(?:is|are|was|were) (?:there )?(?P<more>more|fewer|less) (?P<what>.+?)"
    rf" (?:(?:visible|there|present|around|to be seen|in (?:view|sight|shot|frame)|on screen) )?"
    rf"(?P<one>{_MOMENT}) than (?P<two>{_MOMENT})\W*$",
    re.I,
)
"""One number at two times, compared: "are there more cars at 0:10 than at 0:20?"."""
_AS_MANY = re.compile(
    rf"\W*{_POLITE}(?:(?:is|are|was|were) there (?:as many|the same number of)|(?:is|was) the number of) (?P<what>.+?)"
    rf" (?P<one>{_MOMENT}),? (?:the same as |equal to |as )(?:that |the number )?(?P<two>{_MOMENT})\W*$",
    re.I,
)
"""Or the same: "are there as many cars at the end as at the start?"."""
_PLACE = r"(?:left|right|middle|cent(?:re|er)|top|bottom)(?:most|-hand)?"
_GOES = r"(?:leave|disappear|vanish|go(?:ne)?(?: away)?|(?:get )?(?:taken|removed)(?: away)?)"
_RETURNS = r"(?:come back|return|reappear|(?:get )?put back|back)"
_PLACES = re.compile(
    rf"\W*{_POLITE}(?:do|does|did|is|was|has) the (?P<a>{_PLACE}) (?P<what>[a-z]+(?: [a-z]+)??)"
    rf" (?:(?P<goes>{_GOES})|{_RETURNS}) (?P<side>before|after) the (?P<b>{_PLACE})(?: \w+){{0,2}}\W*$",
    re.I,
)
"""Two that only their places tell apart: "does the middle bottle leave before the right one?"."""
MOST_PARTS = 4


def joined(question: str, answers: Sequence[Answer]) -> Answer:
    """One answer to a question of several parts: the first one's value, the texts and evidence of all; of two numbers
    that are compared, whether that is so."""
    together = _together(question, answers)
    if (places := _PLACES.match(question)) is not None and [one.kind for one in answers] == ["time", "time"]:
        return _in_order(together, [one.value for one in answers], places["side"].lower() == "before")
    numbers = [one.value for one in answers if one.kind == "number" and not isinstance(one.value, str)]
    compared, alike = _MORE_THAN.match(question), _AS_MANY.match(question)
    if (compared is None and alike is None) or len(numbers) != 2:
        return together
    one, two = numbers
    so = one == two if compared is None else one > two if compared["more"].lower() == "more" else one < two
    return _judged(together, so)


def _in_order(together: Answer, times: list[float | str], before: bool) -> Answer:
    """Whether the first of two times ("never" is later than any) comes before, or after, the second."""
    one, two = (float("inf") if isinstance(t, str) else float(t) for t in times)
    return _judged(together, one < two if before else two < one)


def _judged(together: Answer, so: bool) -> Answer:
    """Whether what was compared is so, before what was found."""
    text = f"{'Yes' if so else 'No'}: {together.text[:1].lower()}{together.text[1:]}"
    return replace(together, kind="yes_no", value=so, text=text)


def _together(question: str, answers: Sequence[Answer]) -> Answer:
    first = answers[0]
    evidence = sorted({e for one in answers for e in one.evidence}, key=lambda e: (e.start_s, e.track_id, e.end_s))
    return replace(
        first,
        question=question,
        text=" ".join(one.text for one in answers),
        confidence=min(one.confidence for one in answers),
        evidence=tuple(evidence),
        warnings=tuple(dict.fromkeys(note for one in answers for note in one.warnings)),
        timing=first.timing | {"answer_s": sum(one.timing.get("answer_s", 0.0) for one in answers)},
    )


def parts_of(text: str) -> tuple[str, ...]:
    """The questions of a text, in their order; just the text where it is one."""
    if (compared := _MORE_THAN.match(text) or _AS_MANY.match(text)) is not None:
        asked = f"how many {compared['what']} are there"
        two = compared["two"]
        if re.search(r"\b(?:first|second|third|last|next|other)$", two):  # "in the first minute than in the second"
            two = f"{two} {compared['one'].split()[-1]}"
        return f"{asked} {compared['one']}?", f"{asked} {two}?"
    if (places := _PLACES.match(text)) is not None:
        happens = "taken away" if places["goes"] else "put back"
        return tuple(f"when is the {places[which]} {places['what']} {happens}?" for which in "ab")
    if (twice := _TWICE.match(text)) is not None:
        return f"{twice['head']} {twice['one']}?", f"{twice['head']} {twice['two']}?"
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
            rest = _HOW_MANY.sub(r"\g<0> of them", rest)
            parts = (f"{first.rstrip(' ,;.?')}?", *parts_of(rest))
            return parts if len(parts) <= MOST_PARTS else (text,)
    return (text,)
