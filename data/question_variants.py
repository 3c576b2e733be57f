"""Variants of questions in words, for reading only: their truth is not known, but what they ask is.

"What appears first?" becomes "Which animal appears first?"; "when did the bus leave?" becomes "when did the last bus
leave?"; any question is limited by what happens ("…, after the second truck has left", "… while a train is there").
The world asks these seldom or never, people do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from data.meaning import LAST, Event, Question
from data.meaning.question import LIMITED, PINNED
from data.phrasing import Saying, limited
from data.questions import AskedQuestion
from data.time_amounts import LATER_ORDINAL, ORDINAL_WORDS
from data.vocabulary import THING, covered, kind_names, surfaces
from data.wordings import Split, wordings

SHARE = 0.3
"""Share of the questions that can be varied which are."""
LIMITED_SHARE = 0.22
"""Share of the questions that can be limited by an event which are."""
_REFERRED = frozenset(("count_before", "count_after", "count_between", "next_after", "previous_before"))
UNLIMITED = {
    "after": _REFERRED | {"count", "first"},
    "before": _REFERRED | {"last"},
    "while": _REFERRED | {"list", "exists", "together", "together_list", "describe"},
}
"""What is not asked so, because the same words ask something else: "what comes first after the bus leaves"."""
_KINDS_OF = re.compile(
    r"\b(?:kinds?|types?|sorts?|classes|class|categories|category) of (?:things?|objects?|items?)\b", re.I
)
_MANY = re.compile(r"\b(?<!other )(?:things|objects|items)\b", re.I)
_ONE = re.compile(r"\b(?<!same )(?:object|thing|item)\b", re.I)
_WHAT = re.compile(
    r"^(?:what|which(?: one)?)(?= (?:appear|show|come|came|is|was|turn|enter|arriv|pop|get|got|stay|remain|spend|spent"
    r"|has|had|newly|first|last|next|follow))",
    re.I,
)
_SPECIAL = re.compile(r"\b(?:first|only|ever|any|latest|final|second|third|other)\b", re.I)


def varied(asked: AskedQuestion, class_names: tuple[str, ...], split: Split, rng: Random) -> AskedQuestion:
    """`asked`, or at times a variant of it. Its truth is no longer to be used."""
    if asked.family.startswith("refuse"):
        return asked
    asked = _of_others(asked, class_names, rng)
    return (_limited_by_event(asked, class_names, split, rng) or asked) if rng.random() < LIMITED_SHARE else asked


def _of_others(asked: AskedQuestion, class_names: tuple[str, ...], rng: Random) -> AskedQuestion:
    """At times of a kind, or of a certain object."""
    if rng.random() >= SHARE:
        return asked
    if asked.family in LIMITED and asked.question.x is None:
        return _limited(asked, class_names, rng) or asked
    if asked.family in PINNED and asked.question.x is not None:
        return _numbered(asked, class_names, rng) or asked
    return asked


def _limited(asked: AskedQuestion, class_names: tuple[str, ...], rng: Random) -> AskedQuestion | None:
    """Of a kind: "the first thing" → "the first animal"."""
    kinds = [kind for kind in kind_names() if kind != "thing" and covered(kind, class_names)]
    kind = rng.choice(kinds) if kinds and rng.random() < 0.8 else rng.choice(class_names)
    if any(_related(kind, event, class_names) for event in asked.question.events):
        return None
    one, many = rng.choice(surfaces(kind, class_names))
    text = asked.text
    if _KINDS_OF.search(text):
        text = _KINDS_OF.sub(lambda found: rng.choice((f"{found[0].split()[0]} of {many}", many)), text, count=1)
    elif _MANY.search(text):
        text = _MANY.sub(many, text, count=1)
    elif _ONE.search(text):
        text = _ONE.sub(one, text, count=1)
    elif found := _WHAT.search(text):
        which = rng.choice((f"which {one}", f"which {one}", f"what {one}", f"which of the {many}"))
        text = (which[0].upper() + which[1:] if found[0][0].isupper() else which) + text[found.end() :]
    else:
        return None
    return replace(asked, text=text, question=replace(asked.question, x=kind))


def _related(kind: str, event: Event, class_names: tuple[str, ...]) -> bool:
    return bool(set(covered(kind, class_names)) & set(covered(event.thing, class_names)))


def _numbered(asked: AskedQuestion, class_names: tuple[str, ...], rng: Random) -> AskedQuestion | None:
    """Of one certain object: "the bus" → "the last bus", "the second bus" → "the ninth bus"."""
    nth = LAST if rng.random() < 0.5 else rng.randrange(2, 13)
    word = rng.choice(("last", "last", "final", "very last")) if nth == LAST else _word(nth, rng)
    text, q = asked.text, asked.question
    if isinstance(q.nth, int) and q.nth > 1:
        if len(LATER_ORDINAL.findall(text)) != 1 or nth == q.nth:
            return None
        return replace(asked, text=LATER_ORDINAL.sub(word, text), question=replace(q, nth=nth))
    if q.nth is not None or q.event or q.after or q.before or _SPECIAL.search(text):
        return None
    names = sorted({one for one, _ in surfaces(q.x, class_names)}, key=len, reverse=True)
    found = re.search(rf"\b(?:the|that|an?) (?=(?:{'|'.join(map(re.escape, names))})\b)", text, re.I)
    if found is None:
        return None
    the = "The " if found[0][0].isupper() else "the "
    text = f"{text[: found.start()]}{the}{word} {text[found.end() :]}"
    return replace(asked, text=text, question=replace(q, nth=nth))


def _limited_by_event(
    asked: AskedQuestion, class_names: tuple[str, ...], split: Split, rng: Random
) -> AskedQuestion | None:
    """Limited by an appearance or a leaving, or to the time while something is there."""
    q = asked.question
    if any(part is not None for part in (q.stretch, q.event, q.after, q.before, q.t_s)):
        return None
    family, _, line = asked.wording_id.split("/")
    wording = wordings(family, split)[int(line)]
    hows = [how for how, families in UNLIMITED.items() if asked.family not in families]
    if not wording.attachable or not hows:
        return None
    thing = q.x if q.x not in (None, THING) and rng.random() < 0.1 else rng.choice(class_names)
    how, draw = rng.choice(hows), rng.random()
    nth = None if draw < 0.45 else 1 if draw < 0.55 else LAST if draw < 0.7 else rng.randrange(2, 6)
    if how == "while":
        nth = nth if isinstance(nth, int) and nth > 1 else None
        limits = {"after": Event(thing, "appears", nth), "before": Event(thing, "leaves", nth)}
    else:
        limits = {how: Event(thing, rng.choice(("appears", "leaves")), nth)}
    text = limited(asked.text, wording, Question("", **limits), Saying(class_names, 0.0), split, rng)
    return None if text == asked.text else replace(asked, text=text, question=replace(q, **limits))


def _word(n: int, rng: Random) -> str:
    ending = "th" if n in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return ORDINAL_WORDS[n - 1] if rng.random() < 0.7 else f"{n}{ending}"
