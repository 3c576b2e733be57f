"""Questions about single visits: which person was there at 1:50, whether two leave at once, how long until one is back.

The evidence of plain answers tells when things are seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.clock import clock
from data.time_amounts import find_amounts
from data.vocabulary import find_term, kind_names, noun
from pipeline.answers import Answer, Evidence
from pipeline.comparing.comparison import (
    AT_ONCE_S,
    COMES,
    POLITE,
    Comparison,
    first_match,
    first_seen,
    is_there,
    said_first,
    time_of,
)
from pipeline.telling.english import length_words, listed, ordinal

EDGE_S = 0.5
"""What is there so near to the clip's ends has not come, or not gone."""
_SEEN = r"(?:visible|there|present|seen|in (?:view|sight|shot|the picture|the frame))"
_GOES = r"(?:leave|disappear|vanish|go away|(?:get )?taken(?: away)?|(?:get )?removed)"

_WHICH_AT = re.compile(
    rf"\W*{POLITE}which (?P<x>[a-z]+)(?:, counted in order of appearance,)? (?:is|was) {_SEEN} (?P<when>at"
    rf" [^,?]+?)\W*$",
    re.I,
)


def _numbered(pieces: Sequence[Evidence]) -> dict[int, int]:
    """Which one of them each track is by first sight, from 1."""
    first = first_seen(pieces)
    return {track: number for number, track in enumerate(sorted(first, key=first.__getitem__), 1)}


def _which_at(text: str) -> Comparison | None:
    """Such as "which person is visible at 1:50?": the fifth."""
    found = _WHICH_AT.match(text)
    amounts = find_amounts(found["when"].lower(), 0.0) if found is not None else []
    term = find_term(found["x"].lower()) if found is not None else None
    if len(amounts) != 1 or term is None or term in kind_names():
        return None  # "which vehicle?" asks for its kind
    at_s, name = amounts[0].seconds, found["x"].lower()

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        pieces = answers[0].evidence
        numbers = _numbered(pieces)
        starts = [piece.start_s for piece in pieces]
        if not pieces or sum(start < EDGE_S for start in starts) > 1:
            return None
        shown = tuple(piece for piece in pieces if is_there(piece, at_s))
        there = sorted({numbers[piece.track_id] for piece in shown})
        said = listed([f"the {ordinal(number)} {name}" for number in there]) if there else f"no {name}"
        return replace(together, kind="text", value=said, text=f"At {clock(at_s)}: {said}.", evidence=shown)

    return Comparison((f"from when to when was each {name} there?",), judge)


_TWO_AT_ONCE = re.compile(
    rf"\W*{POLITE}(?:do|does|did|are|is|were|was) (?:two|any two|several) (?:of the"
    rf" )?(?P<x>[a-z]+)(?: ever)?"
    rf" (?:(?P<goes>{_GOES})|(?P<comes>{COMES}|put back|come back)) (?:at (?:the same time|once)|together"
    rf"|simultaneously)\W*$",
    re.I,
)


def _two_at_once(text: str) -> Comparison | None:
    """Such as "did two bottles ever leave at the same time?"."""
    found = _TWO_AT_ONCE.match(text)
    term = find_term(found["x"].lower()) if found is not None else None
    if term is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        pieces, duration_s = answers[0].evidence, answers[0].doubts.about.duration_s
        if found["goes"]:
            moments = sorted((p.end_s, p.track_id) for p in pieces if p.end_s < duration_s - EDGE_S)
        else:
            moments = sorted((p.start_s, p.track_id) for p in pieces if p.start_s > EDGE_S)
        at_once = [a for (a, one), (b, two) in pairwise(moments) if one != two and b - a <= AT_ONCE_S]
        does = "leave" if found["goes"] else "come"
        said = (
            f"Yes, at {clock(at_once[0])} two of them {does}."
            if at_once
            else f"No two of them {does} at the same time."
        )
        return replace(together, kind="yes_no", value=bool(at_once), text=said)

    return Comparison((f"how often does a {noun(term).singular} appear?",), judge)


_BACK = r"(?:comes? back|came back|returns?|returned|reappears?|(?:is |was )?put back|(?:is |was )?back)"
_WENT = r"(?:leaves?|left|disappears?|disappeared|(?:is|was) (?:taken|removed|gone)(?: away)?)"
_UNTIL_BACK = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}how (?:long|many seconds|much time) after (?P<a>.+?) (?:(?P<back>{_BACK})|(?P<goes>{_WENT}))"
        r" (?:does|did|is|was) (?P<b>.+?) (?:come back|return|reappear|put back|back)\W*$",
        rf"\W*{POLITE}(?:after|when|once|as) (?P<a>.+?) (?:(?P<back>{_BACK})|(?P<goes>{_WENT})),? how"
        rf" (?:long|many seconds|much time)"
        rf" (?:(?:does|did) it take )?(?:passes )?(?:until|till|before|for) (?P<b>.+?) (?:to )?{_BACK}\W*$",
    )
)


def _until_back(text: str) -> Comparison | None:
    """Such as "after the middle bottle comes back, how long until the left bottle returns?": its next coming."""
    found = first_match(_UNTIL_BACK, text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        at_s = time_of(answers[0])
        if at_s is None:
            return None
        later = [piece.start_s for piece in answers[1].evidence if piece.start_s > at_s + 0.05]
        if not later:
            return None
        gap_s = min(later) - at_s
        return said_first(together, f"{length_words(gap_s)} later, at {clock(min(later))}", "duration", gap_s)

    happens = "come back" if found["back"] else "first go away"
    return Comparison((f"when does {found['a']} {happens}?", f"how often does {found['b']} appear?"), judge)


_WHICH_BACK = re.compile(
    rf"\W*{POLITE}which (?P<x>[a-z]+) (?:is |was |gets |got )?(?:{_BACK}) (?P<end>first|last)\W*$", re.I
)


def _which_back(text: str) -> Comparison | None:
    """Such as "which bottle comes back last?"."""
    found = _WHICH_BACK.match(text)
    term = find_term(found["x"].lower()) if found is not None else None
    if term is None:
        return None
    last = found["end"].lower() == "last"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        pieces = answers[0].evidence
        numbers, begun = _numbered(pieces), {piece.track_id: piece.start_s for piece in reversed(pieces)}
        back = sorted((p.start_s, p.track_id) for p in pieces if p.start_s > begun[p.track_id] + AT_ONCE_S)
        if not back:
            return replace(together, kind="text", value="none", text=f"No {noun(term).singular} comes back.")
        t_s, track = back[-1] if last else back[0]
        name = f"the {ordinal(numbers[track])} {noun(term).singular}"
        shown = tuple(piece for piece in pieces if piece.track_id == track)
        text = f"{name[:1].upper()}{name[1:]}, at {clock(t_s)}."
        return replace(together, kind="text", value=name, text=text, evidence=shown)

    return Comparison((f"how often does a {noun(term).singular} appear?",), judge)


FORMS = (_which_back, _which_at, _two_at_once, _until_back)
