"""What a comparison is: plain questions, and what their answers say together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from data.vocabulary import find_term, noun
from pipeline.answers import Answer, Evidence
from pipeline.telling.english import lower_first

POLITE = r"(?:(?:and|so|ok|okay|hi|hello|please|tell me|show me|say)\W+)*"
MOMENT = r"(?:at|around|in|during|between|before|after|by|within|on|over)\b (?:(?!\bthan\b).)+?"
PLACE = r"(?:left|right|middle|cent(?:re|er)|top|bottom)(?:most|-hand)?"
COMES = r"(?:appear|arrive|come|show up|turn up|enter|leave|disappear|go away|get taken|drive off)"
ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|last)"
NEVER_S = float("inf")
AT_ONCE_S = 1.0
"""What happens within so long happens at the same time."""

Judge = Callable[[Answer, Sequence[Answer]], Answer | None]


class Comparison(NamedTuple):
    """parts: the plain questions. judge: what their answers, put together, say; None where they don't."""

    parts: tuple[str, ...]
    judge: Judge

    def answered(self, together: Answer, answers: Sequence[Answer]) -> Answer:
        """together: the answers as one. answers: to `parts`."""
        judged = None if any(one.refused for one in answers) else self.judge(together, answers)
        return together if judged is None else replace(judged, likely=None, composed=True)


def first_match(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    """The match of the first pattern that `text` begins with; None where it begins with none."""
    return next(filter(None, (pattern.match(text) for pattern in patterns)), None)


def is_there(piece: Evidence, at_s: float) -> bool:
    """Is a thing seen at a time, in this piece of evidence?"""
    return piece.start_s - 1e-6 <= at_s <= piece.end_s + 1e-6


def first_seen(pieces: Iterable[Evidence]) -> dict[int, float]:
    """When each object begins to be seen, by its track, in seconds."""
    first: dict[int, float] = {}
    for piece in pieces:
        first[piece.track_id] = min(piece.start_s, first.get(piece.track_id, piece.start_s))
    return first


def said_first(together: Answer, lead: str, kind: str, value: object) -> Answer:
    """What was compared, before what was found."""
    return replace(together, kind=kind, value=value, text=f"{lead}: {lower_first(together.text)}")


def yes_or_no(together: Answer, so: bool) -> Answer:
    """Whether it is so, before what was found."""
    return said_first(together, "Yes" if so else "No", "yes_no", so)


def judged_by(so: Callable[..., bool], kind: str = "number", parts: int = 2) -> Judge:
    """Whether `so` holds for the numbers (times, lengths) of the first so many answers."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers[:parts], kind)
        if numbers is None:
            return None
        return yes_or_no(together, so(*numbers))

    return judge


def at_the_end(times: Sequence[float] | None, names: Sequence[str], *, last: bool) -> list[tuple[float, str]]:
    """What happens at all, in the order of its times, last first where `last`; empty where the times are none."""
    seen = sorted((t, name) for t, name in zip(times or (), names, strict=bool(times)) if t < NEVER_S)
    return seen[::-1] if last else seen


def with_noun(text: str, other: str) -> str:
    """ "The second one", as "the second bus" where `other` is "the first bus"."""
    noun = re.search(r"([a-z]+)\W*$", other, re.I)
    return re.sub(r"\bone\b", noun[1], text, flags=re.I) if noun else text


def noun_behind(*texts: str) -> str | None:
    """The noun behind an ordinal, of the first text that has one: "the second person" → "person"."""
    for text in texts:
        said = re.search(rf"\b{ORDINAL} ([a-z]+)\W*$", text.strip(), re.I)
        if said:
            return said[1]
    return None


def with_ordinal(text: str, noun: str | None) -> str:
    """ "The second", as "the second bus" where `noun` is "bus"."""
    bare = re.fullmatch(rf"the {ORDINAL}", text.strip(), re.I)
    return f"{text.strip()} {noun}" if bare and noun else text


def numbers_of(answers: Sequence[Answer], kind: str = "number") -> list[float] | None:
    """The numbers of all answers; None where one is none. Times that never come are later than any."""
    if any(one.kind != kind or (isinstance(one.value, str) and kind != "time") for one in answers):
        return None
    return [NEVER_S if isinstance(one.value, str) else float(one.value) for one in answers]


def times_of(answers: Sequence[Answer]) -> list[float] | None:
    return numbers_of(answers, "time")


def time_of(answer: Answer) -> float | None:
    """When it is; None where the answer is no time, or that it never is."""
    times = times_of([answer])
    return None if times is None or times[0] == NEVER_S else times[0]


def singular(word: str) -> str | None:
    """One of the things that a word names: "bottles" → "bottle"; None where it names none."""
    term = find_term(word.lower())
    return None if term is None else noun(term).singular


def terms_in(text: str) -> list[str]:
    """The different things that a text names, in their order."""
    words = re.findall(r"[a-z]+", text.lower())
    out, k = [], 0
    while k < len(words):
        for n in (3, 2, 1):
            term = find_term(" ".join(words[k : k + n])) if k + n <= len(words) else None
            if term is not None and term not in ("thing",):
                out += [term] * (term not in out)
                k += n
                break
        else:
            k += 1
    return out
