"""Comparisons of numbers: one number at two times, where it was busier, shares of the time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.time_amounts import WORDS
from pipeline.answers import Answer
from pipeline.comparing.comparison import (
    COMES,
    MOMENT,
    POLITE,
    Comparison,
    first_match,
    judged_by,
    numbers_of,
    said_first,
    terms_in,
)
from pipeline.telling.english import capital, percent
from pipeline.telling.english import number as in_words

_MORE_THAN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:is|are|was|were) (?:there )?(?P<more>more|fewer|less) (?P<what>.+?)"
        rf" (?:(?:visible|there|present|around|to be seen|in (?:view|sight|shot|frame)|on screen) )?"
        rf"(?P<one>{MOMENT}) than (?P<two>{MOMENT})\W*$",
        rf"\W*{POLITE}(?:do|does|did) (?P<more>more|fewer|less) (?P<what>.+?) (?P<verb>{COMES})"
        rf" (?P<one>{MOMENT}) than (?P<two>{MOMENT})\W*$",
        rf"\W*{POLITE}(?P<more>more|fewer|less) (?P<what>.+?) (?P<one>{MOMENT}) than (?P<two>(?:{MOMENT}|"
        r"(?:the )?(?:first|last|second|next) .+?))\W*$",
    )
)
"""One number at two times, compared: "are there more cars at 0:10 than at 0:20?"."""
_AS_MANY = re.compile(
    rf"\W*{POLITE}(?:(?:is|are|was|were) there (?:as many|the same number of)|(?:is|was) the number of) (?P<what>.+?)"
    rf" (?P<one>{MOMENT}),? (?:the same as |equal to |as )(?:that |the number )?(?P<two>{MOMENT})\W*$",
    re.I,
)
"""Or the same: "are there as many cars at the end as at the start?"."""
_WHICH = re.compile(r"\b(?:which|what|any other)\b", re.I)
_PART = re.compile(r"\b(?:first|second|third|last|next|other) ((?:\d+ )?[a-z]+)", re.I)


def _part_of(moment: str) -> str:
    """What is counted in a moment: "in the first half of the video" → "half"."""
    found = _PART.search(moment)
    return found[1] if found else moment.split()[-1]


_NUMBER_END = re.compile(rf"\b(?:first|last|next|final) (?:\d+|{'|'.join(WORDS)})$", re.I)
_ORDINAL_END = re.compile(r"\b(?:first|second|third|last|next|other)$", re.I)


def _other(one: str, two: str) -> str:
    """The second moment in full: of "at 0:05" and "0:20" it is "at 0:20"."""
    unit = re.search(r"\b(?:seconds?|secs?|minutes?|hours?)\b", one, re.I)
    if unit is not None and _NUMBER_END.search(two):
        two = f"{two} {unit[0]}"
    if _ORDINAL_END.search(two):
        two = f"{two} {_part_of(one)}"
    return two if re.match(MOMENT.split(" ")[0], two, re.I) else f"{one.split()[0]} {two}"


def _more_than(text: str) -> Comparison | None:
    found = first_match(_MORE_THAN, text)
    alike = _AS_MANY.match(text) if found is None else None
    found = found or alike
    if found is None or _WHICH.search(text):
        return None
    said = found.groupdict()
    one, two = said["one"], said["two"]
    two = _other(one, two)
    if re.fullmatch(r"(?:before|after)(?: (?:it|that|then))?", two, re.I):  # "after the truck than before it"
        two = f"{two.split()[0]} {' '.join(one.split()[1:])}"
    asks = f"how many {said['what']} {said.get('verb') or 'are there'}"
    if alike is not None:
        judge = judged_by(lambda a, b: a == b)
    else:
        judge = judged_by((lambda a, b: a > b) if said["more"].lower() == "more" else (lambda a, b: a < b))
    return Comparison((f"{asks} {one}?", f"{asks} {two}?"), judge)


_HOW_MANY_MORE = re.compile(
    rf"\W*{POLITE}how many (?P<more>more|fewer) (?P<what>[a-z]+(?: [a-z]+)?) (?:are|were|is|was)"
    rf" (?:visible|there|present|in (?:view|sight))"
    rf" (?P<one>{MOMENT}) than (?P<two>{MOMENT})\W*$",
    re.I,
)


def _how_many_more(text: str) -> Comparison | None:
    """Such as "how many more bottles are visible at 0:09 than at 0:20?"."""
    found = _HOW_MANY_MORE.match(text)
    if found is None:
        return None
    fewer = found["more"].lower() == "fewer"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        off = int(numbers[1] - numbers[0] if fewer else numbers[0] - numbers[1])
        lead = (
            "None more"
            if off == 0
            else f"{in_words(abs(off)).capitalize()} {'fewer' if (off < 0) != fewer else 'more'}"
        )
        return said_first(together, lead, "number", off)

    return Comparison(tuple(f"how many {found['what']} are there {found[when]}?" for when in ("one", "two")), judge)


_MORE_OR = re.compile(
    rf"\W*{POLITE}(?:is|are|was|were) (?:there )?(?P<more>more|fewer) (?P<what>[a-z]+(?: [a-z]+)?)"
    r"(?: (?:visible|there|present|on screen|in (?:view|sight)))? (?P<one>(?:at|in|during) (?:the |\d)[^,?]*?),? or"
    r" (?P<two>(?:(?:at|in|during) )?(?:the |\d)[^,?]+?)\W*$",
    re.I,
)


def _more_or(text: str) -> Comparison | None:
    """Such as "were there more bottles at 5 seconds or at 20 seconds?"."""
    found = _MORE_OR.match(text)
    if found is None:
        return None
    fewer, moments = found["more"].lower() == "fewer", [found["one"], _other(found["one"], found["two"])]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        said = "equal" if numbers[0] == numbers[1] else moments[(numbers[0] < numbers[1]) != fewer]
        return said_first(together, "As many" if said == "equal" else said.capitalize(), "word", said)

    return Comparison(tuple(f"how many {found['what']} are there {when}?" for when in moments), judge)


_BUSIER = re.compile(
    rf"\W*{POLITE}(?:is|was) (?:it|the [a-z]+) (?P<more>busier|fuller|more crowded|quieter|emptier)"
    rf" (?P<one>{MOMENT}),? or (?P<two>.+?)\W*$",
    re.I,
)


_BUSIER_AROUND = re.compile(
    rf"\W*{POLITE}(?:is|was) (?:it|the [a-z]+) (?P<more>busier|fuller|more crowded|quieter|emptier)"
    rf" (?P<one>before|after)"
    r" or (?:before|after) (?P<t>[^,?]+?)\W*$",
    re.I,
)


def _busier(text: str) -> Comparison | None:
    """Such as "was it busier in the first half or the second?", by the mean number of things in sight."""
    around, found = _BUSIER_AROUND.match(text), _BUSIER.match(text)
    if around is None and found is None:
        return None
    if around is not None:
        found, one, two = around, f"before {around['t']}", f"after {around['t']}"
    else:
        one, two = found["one"], _other(found["one"], found["two"])
    less = found["more"].lower() in ("quieter", "emptier")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        first = numbers[0] < numbers[1] if less else numbers[0] > numbers[1]
        better = one if first else two
        said = "equal" if numbers[0] == numbers[1] else better if around is not None else _bare(better)
        lead = "Both alike" if said == "equal" else capital(said)
        return said_first(together, lead, "word", said)

    return Comparison(tuple(f"how many things are visible on average {when}?" for when in (one, two)), judge)


def _bare(moment: str) -> str:
    """Such as "in the first half", without its preposition."""
    return moment.split(" ", 1)[1] if " " in moment else moment


_PARTS = {"half": 0.5, "a half": 0.5, "a third": 1 / 3, "two thirds": 2 / 3, "a quarter": 0.25, "three quarters": 0.75}
_SHARE = re.compile(
    rf"\W*{POLITE}(?:is|was|are|were) (?P<x>.+?) (?:visible|there|present|seen|around"
    r"|in (?:view|sight|shot|frame|the picture))(?: for)?(?: (?P<more>more|longer|less|shorter) than| at least)?"
    rf" (?P<part>{'|'.join(_PARTS)}|\d+(?:\.\d+)? ?(?:%|percent))(?: of)?(?: the| this)?(?: (?:whole|entire))?"
    r" (?:video|clip|time|footage|recording|duration)\W*$",
    re.I,
)


def _share(text: str) -> Comparison | None:
    """Such as "is the truck in view for more than half of the video?"."""
    found = _SHARE.match(text)
    if found is None:
        return None
    said = found["part"].lower()
    limit = _PARTS[said] if said in _PARTS else float(re.match(r"[\d.]+", said)[0]) / 100
    more = (found["more"] or "more").lower() in ("more", "longer")

    judge = judged_by(lambda share: share > limit if more else share < limit, parts=1)
    return Comparison((f"what share of the time is {found['x']} visible?",), judge)


_SHARE_OF = re.compile(
    rf"\W*{POLITE}(?:for |during )?(?:what|which|how (?:large|big) an?) (?:percentage|share|fraction|part"
    rf"|proportion) of (?:the )?"
    r"(?:whole )?(?:video|time|clip|recording|footage) (?:is|are|was|were) (?P<n>(?:exactly|just|only|at"
    r" least) [a-z\d]+ [a-z]+)"
    r"(?: (?:visible|there|present|seen|in (?:view|sight)))?(?: at once)?\W*$",
    re.I,
)


def _share_of(text: str) -> Comparison | None:
    """Such as "for what percentage of the video are exactly three bottles visible?"."""
    found = _SHARE_OF.match(text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        lengths, whole_s = numbers_of(answers, "duration"), answers[0].doubts.about.duration_s
        if lengths is None or whole_s <= 0:
            return None
        share = lengths[0] / whole_s
        return said_first(together, f"{percent(share)} of the time", "number", share)

    return Comparison((f"how long are {found['n']} visible?",), judge)


_KINDS = re.compile(
    rf"\W*{POLITE}how many (?:different |distinct )?(?:kinds?|types?|sorts?|species|classes) of (?P<x>[a-z]+)"
    r"(?: (?:are|is|were|was)(?: there| visible| seen| shown| present)*| appear(?:s|ed)?| (?:can|do|did)"
    r" (?:you|we) see)*"
    r"(?: (?:in|during) (?:the |this )?(?:whole |entire )?(?:video|clip|recording|footage|film))?"
    r"(?: (?:in total|altogether|overall|in all))?(?P<when> (?:at|in|during|between) (?:the (?:first|last"
    r"|second) |\d)[^?,]*)?\W*$",
    re.I,
)


def _kinds(text: str) -> Comparison | None:
    """Such as "how many kinds of animals appear?"."""
    found = _KINDS.match(text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "list" or not isinstance(answers[0].value, list):
            return None
        number = len(answers[0].value)
        return said_first(together, in_words(number).capitalize(), "number", number)

    return Comparison((f"which kinds of {found['x']} are visible{found['when'] or ''}?",), judge)


_AS_MANY_THINGS = re.compile(
    rf"\W*{POLITE}(?:is|are|was|were) there (?:just )?as many (?P<a>[a-z]+(?: [a-z]+)?) as (?P<b>[a-z]+(?:"
    rf" [a-z]+)?)(?P<when> {MOMENT})?\W*$",
    re.I,
)


def _as_many_things(text: str) -> Comparison | None:
    """Such as "are there as many dogs as cats?"."""
    found = _AS_MANY_THINGS.match(text)
    if found is None or not all(terms_in(found[name]) for name in "ab"):
        return None
    when = found["when"] or ""
    return Comparison(
        tuple(f"how many {found[name]} are there{when}?" for name in "ab"), judged_by(lambda one, two: one == two)
    )


_MORE_NUMEROUS = re.compile(
    rf"\W*{POLITE}(?:which|what)(?: (?:is|are|was|were)(?: there)?) (?:more numerous|more common|more"
    rf" of)(?P<one> {MOMENT})?[,:]?"
    rf" (?P<a>[a-z]+(?: [a-z]+)?) or (?P<b>[a-z]+(?: [a-z]+)?)(?P<two> {MOMENT})?\W*$",
    re.I,
)


def _more_numerous(text: str) -> Comparison | None:
    """Such as "which is more numerous at 0:02, people or benches?"."""
    found = _MORE_NUMEROUS.match(text)
    if found is None or not all(terms_in(found[name]) for name in "ab"):
        return None
    names, when = [found[name] for name in "ab"], (found["one"] or found["two"] or "").rstrip(", ")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        if numbers[0] == numbers[1]:
            return said_first(together, "As many of both", "object", "none")
        name = names[numbers[0] < numbers[1]]
        return said_first(together, name.capitalize(), "object", terms_in(name)[0])

    return Comparison(tuple(f"how many {name} are there{when}?" for name in names), judge)


FORMS = (
    _how_many_more,
    _more_than,
    _more_or,
    _busier,
    _share,
    _share_of,
    _kinds,
    _as_many_things,
    _more_numerous,
)
