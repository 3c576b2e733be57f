"""Yes or no about one certain thing or number at a time, and what is there all the time.

"Was the second person there at 0:30?", "are there three bottles at 0:05?", "what is there the whole time?".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.clock import clock
from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.leaving import STILL_THERE_S
from data.time_amounts import WORDS, find_amounts
from data.time_reading import find_times
from data.vocabulary import find_term, noun, with_article
from pipeline.answers import Answer, Evidence
from pipeline.asking.mentions import PEOPLE
from pipeline.comparing.comparison import (
    MOMENT,
    ORDINAL,
    POLITE,
    Comparison,
    first_match,
    is_there,
    judged_by,
    terms_in,
    times_of,
    yes_or_no,
)
from pipeline.telling.english import listed, lower_first, percent

_THERE = (
    r"(?:there|here|visible|present|around|to be seen|still there|already there"
    r"|(?:in|on) (?:the )?(?:view|sight|shot|frame|picture|screen|scene|image))"
)
_ONE = rf"(?P<x>the (?:{ORDINAL}) [a-z]+)"
_IS_THERE = re.compile(rf"\W*{POLITE}(?:is|was) {_ONE} (?:still |already )?{_THERE} (?P<when>{MOMENT})\W*$", re.I)
_COMES_IN = re.compile(
    rf"\W*{POLITE}(?:does|did) {_ONE} (?:(?P<goes>leave|disappear|go away)|(?:come|appear|arrive|enter|show"
    rf" up)(?: in)?)"
    rf" (?P<when>{MOMENT})\W*$",
    re.I,
)


_ANY_THERE = re.compile(
    rf"\W*{POLITE}(?:is|was) (?P<x>the (?!first|last)[a-z]+) (?:still |already )?{_THERE}"
    r" (?P<when>(?:before|until|after|by) [^,?]+?)\W*$",
    re.I,
)


def _span(when: str, duration_s: float) -> tuple[float, float] | None:
    """From and to of the only time that a text names, seconds; a moment is both."""
    times = find_times(when, duration_s)
    if len(times) != 1:
        return None
    value = times[0][2]
    return value if isinstance(value, tuple) else (float(value), float(value))


def _is_it_there(text: str) -> Comparison | None:
    """Such as "was the second person there at 0:30?"."""
    found = _IS_THERE.match(text) or _ANY_THERE.match(text)
    if found is None or _span(found["when"], 1e6) is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        span = _span(found["when"], answers[0].doubts.about.duration_s)
        if answers[0].kind != "duration" or span is None:
            return None
        low, high = span
        shown = [piece for piece in answers[0].evidence if piece.start_s <= high + 1e-6 and piece.end_s >= low - 1e-6]
        if low == high:
            shown = [piece for piece in answers[0].evidence if is_there(piece, low)]
        said = f"{found['x']} is {'' if shown else 'not '}visible {found['when']}."
        return replace(
            together, kind="yes_no", value=bool(shown), text=f"{'Yes' if shown else 'No'}, {said}",
            evidence=tuple(shown) or together.evidence,
        )  # fmt: skip

    return Comparison((f"how long is {found['x']} visible?",), judge)


def _does_it_come(text: str) -> Comparison | None:
    """Such as "did the second bicycle come before 0:30?"."""
    found = _COMES_IN.match(text)
    if found is None or " or " in found["when"] or _span(found["when"], 1e6) is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        span, times = _span(found["when"], answers[0].doubts.about.duration_s), times_of(answers)
        if times is None or span is None:
            return None
        low, high = span if span[0] < span[1] else (span[0] - 1.0, span[1] + 1.0)
        return yes_or_no(together, low <= times[0] <= high)

    return Comparison((f"when does {found['x']} {'leave' if found['goes'] else 'appear'}?",), judge)


_NUMBER = rf"(?P<just>(?:exactly|just|only) )?(?P<n>[2-9]|1\d|{'|'.join(w for w in WORDS if WORDS[w] > 1)})"
_SO_MANY_AT = re.compile(
    rf"\W*{POLITE}(?:are|were) (?:there )?{_NUMBER} (?P<x>[a-z]+(?: [a-z]+)?)(?: {_THERE})? (?P<when>at"
    rf" [^,?]+?)\W*$",
    re.I,
)


_ANY_STAYS = re.compile(
    rf"\W*{POLITE}(?:(?:does|did|do) (?P<x>any ?(?:body|one|thing)|some(?:body|one)|any [a-z]+|an? [a-z]+)|is"
    rf" there (?P<y>any ?(?:body|one|thing)"
    rf"|some(?:body|one)|any [a-z]+|an? [a-z]+) (?:who|that|which)) (?:stays?|remains?|is {_THERE}|be"
    rf" {_THERE})(?: {_THERE})?(?: for)?"
    r" (?P<more>longer|more|less|shorter) than (?P<t>[^,?]+?)\W*$",
    re.I,
)


def _any_stays(text: str) -> Comparison | None:
    """Such as "does any person stay longer than 30 seconds?": one of them, not all together."""
    found = _ANY_STAYS.match(text)
    if found is None or not find_amounts(found["t"].lower(), 0.0):
        return None
    word = re.sub(r"^(?:any|an?) ", "", (found["x"] or found["y"]).lower())
    person = word in ("anybody", "anyone", "somebody", "someone", "body", "one") or word in PEOPLE
    term = "person" if person else "thing" if word in ("anything", "thing") else find_term(word)
    if term is None:
        return None
    more = "longer" if found["more"].lower() in ("longer", "more") else "less"

    asked = f"how many {noun(term).plural} are visible for {more} than {found['t']}?"
    return Comparison((asked,), judged_by(bool, parts=1))


_TO_THE_END = re.compile(
    rf"\W*{POLITE}(?:does|did|will) {_ONE} (?:stay|remain)(?: {_THERE})? (?:until|till|to) the (?:very )?end(?:"
    rf" of the [a-z]+)?\W*$",
    re.I,
)


def _to_the_end(text: str) -> Comparison | None:
    """Such as "does the second car stay until the end?"."""
    found = _TO_THE_END.match(text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        duration_s = answers[0].doubts.about.duration_s
        if answers[0].kind != "duration" or duration_s <= 0:
            return None
        last_s = max((piece.end_s for piece in answers[0].evidence), default=0.0)
        stays = last_s >= duration_s - STILL_THERE_S
        said = f"{found['x']} is {'still there at the end' if stays else f'last seen at {clock(last_s)}'}."
        return replace(together, kind="yes_no", value=stays, text=f"{'Yes' if stays else 'No'}, {said}")

    return Comparison((f"how long is {found['x']} visible?",), judge)


_LEAVES = re.compile(
    rf"\W*{POLITE}(?:does|did|has|will) {_ONE} (?:ever )?(?:leave|left|go away|gone(?: away)?|disappear(?:ed)?)"
    r"(?: the (?:picture|frame|scene))?(?: at (?:some|any) point)?\W*$",
    re.I,
)


def _does_it_leave(text: str) -> Comparison | None:
    """Such as "does the second person leave?": for good, or to come back."""
    found = _LEAVES.match(text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        duration_s = answers[0].doubts.about.duration_s
        spans = sorted((piece.start_s, piece.end_s) for piece in answers[0].evidence)
        if answers[0].kind != "duration" or duration_s <= 0 or not spans:
            return None
        goes = [a[1] for a, b in pairwise(spans) if b[0] - a[1] >= RETURN_AFTER_S]
        goes += [spans[-1][1]] if spans[-1][1] < duration_s - STILL_THERE_S else []
        said = f"Yes, {found['x']} leaves, first at {clock(goes[0])}." if goes else f"No, {found['x']} does not leave."
        return replace(together, kind="yes_no", value=bool(goes), text=said)

    return Comparison((f"how long is {found['x']} visible?",), judge)


def _so_many_at(text: str) -> Comparison | None:
    """Such as "are there three bottles at 0:05?"."""
    found = _SO_MANY_AT.match(text)
    span = _span(found["when"], 1e6) if found is not None else None
    if span is None or span[0] != span[1] or len(terms_in(found["x"])) != 1:
        return None
    number = WORDS.get(found["n"].lower()) or int(found["n"])
    return Comparison(
        (f"how many {found['x']} are visible {found['when']}?",), judged_by(lambda n: n == number, parts=1)
    )


_WHOLE = (
    r"(?:all (?:of )?the time|(?:for |during )?the (?:whole|entire|full) (?:time|video|clip|recording|film|footage)"
    r"|throughout(?: the (?:whole )?(?:video|clip|recording|time))?|from (?:the )?(?:start|beginning|first(?:"
    r" second| moment)?)"
    r" (?:right )?(?:to|till|until) (?:the )?(?:very )?(?:end|finish|last (?:second|moment)(?: of the [a-z]+)?)"
    r"|permanently|constantly|continuously)"
)
_ALWAYS_THERE = re.compile(
    rf"\W*{POLITE}(?:(?P<what>what(?: (?:else|objects|things))?|who or what|who)|which (?P<x>[a-z]+))"
    rf" (?:(?:is|are|was|were)(?: always)? (?:{_THERE}|seen)|stays?|stayed|remains?|remained)(?: {_THERE})?"
    rf" {_WHOLE}\W*$",
    re.I,
)
_HOW_MANY_STAY = re.compile(
    rf"\W*{POLITE}how many (?:of the )?(?P<x>[a-z]+) (?:(?:are|were|is|was)(?: {_THERE})?|stay(?:ed)?"
    rf"|remain(?:ed)?)(?: {_THERE})? {_WHOLE}"
    r"(?: without (?:ever )?(?:going|being) (?:away|gone)(?: in between)?)?\W*$",
    re.I,
)
_DOES_ANY = re.compile(
    rf"\W*{POLITE}(?:(?:does|did|do) (?P<x>anything|something|anybody|anyone|somebody|someone|any [a-z]+|an? [a-z]+)"
    rf" (?:stay|remain)|is there (?P<a>an? [a-z]+|any [a-z]+|somebody|someone|anybody|anyone|anything)(?: that|"
    rf" which| who)?"
    rf" (?:is|was|can be|stays?|remains?)(?: {_THERE}| seen)?)(?: {_THERE})? {_WHOLE}(?:,? how many)?\W*$",
    re.I,
)
NEARLY_ALL = 0.97
"""Seen for so much of the clip, a thing counts as there all the time: it may be hidden for moments."""


def _always_there(text: str) -> Comparison | None:
    """Such as "what is there the whole time?"."""
    found = first_match((_ALWAYS_THERE, _DOES_ANY, _HOW_MANY_STAY), text)
    if found is None:
        return None
    said = found.groupdict()
    named = (
        said.get("x") or said.get("a") or ("who" if (said.get("what") or "").lower() == "who" else "thing")
    ).lower()
    named = re.sub(r"^(?:any|an?) ", "", named)
    person = named in ("who", "anybody", "anyone", "somebody", "someone") or named in PEOPLE
    term = "person" if person else "thing" if named in ("anything", "something") else find_term(named)
    if term is None:
        return None
    asks, counts = found.re is _DOES_ANY, found.re is _HOW_MANY_STAY

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        duration_s = answers[0].doubts.about.duration_s
        if answers[0].kind != "list" or duration_s <= 0:
            return None
        stays = _seen_s(answers[0].evidence)
        there = sorted((key for key, s in stays.items() if s >= NEARLY_ALL * duration_s), key=lambda key: key[1])
        shown = tuple(piece for piece in together.evidence if (piece.class_name, piece.track_id) in there)
        if there:
            names = [name for name, _ in there]
            told = listed([_so_many(name, names.count(name)) for name in dict.fromkeys(names)])
            text = f"There the whole time: {told}."
        else:
            text = f"{'Nobody' if term == 'person' else 'Nothing'} is there the whole time."
            if stays:
                (name, track), most = max(stays.items(), key=lambda item: item[1])
                text = f"{text[:-1]}; {with_article(name)} is for the longest, {percent(most / duration_s)} of it."
                shown = tuple(p for p in together.evidence if (p.class_name, p.track_id) == (name, track))
        if counts:
            said = f"{len(there) or 'None'}: {lower_first(text)}"
            return replace(together, kind="number", value=len(there), text=said, evidence=shown)
        if asks:
            text = f"{'Yes' if there else 'No'}: {lower_first(text)}"
            return replace(together, kind="yes_no", value=bool(there), text=text, evidence=shown)
        value = list(dict.fromkeys(name for name, _ in there))
        return replace(together, kind="list", value=value, text=text, evidence=shown)

    which = "kinds of thing" if term == "thing" else noun(term).plural
    return Comparison((f"which {which} are visible?",), judge)


def _seen_s(pieces: Sequence[Evidence]) -> dict[tuple[str, int], float]:
    """(class name, track) → for how long it is seen, seconds."""
    out: dict[tuple[str, int], float] = defaultdict(float)
    for piece in pieces:
        out[piece.class_name, piece.track_id] += piece.end_s - piece.start_s
    return out


def _so_many(name: str, number: int) -> str:
    return with_article(name) if number == 1 else f"{number} {noun(name).plural}"


FORMS = (_any_stays, _to_the_end, _does_it_leave, _is_it_there, _does_it_come, _so_many_at, _always_there)
