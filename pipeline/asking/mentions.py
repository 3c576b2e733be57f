"""What a question's text mentions, found without learning: things (class names, synonyms, kinds) and times.

Which mention plays which part ("the first *bus* after the *dog*") is for the model to decide; that "lorries" names the
class "truck" and "half past the first minute" is 90 s is a matter of look-up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from data.time_reading import AT_AN_EDGE, find_times
from data.vocabulary import also_said, covered, find_term, loosely_said, noun, surfaces

MOST_WORDS = 5
STAND_INS = (("cat", "cats"), ("dog", "dogs"), ("horse", "horses"), ("cow", "cows"), ("bird", "birds"))
"""Put in the place of the things that a question mentions, in their order, before it is encoded: then "people" and
"jack-o'-lanterns" are asked about alike, and the same wording gives the same states."""
KEPT = frozenset(
    (
        *("thing", "things", "object", "objects", "person", "individual", "individuals", "camera", "window", "drone"),
        *("anybody", "anyone", "somebody", "someone", "everybody", "everyone"),
        *("door", "plate", "table", "desk", "letters", "stamp", "bear", "ring", "chair", "keys", "book"),
    )
)
"""Words that questions also use for other ends, or that mean anything: they keep their own name."""
VERBS = frozenset(
    ("does", "leaves", "saw", "log", "logs", "flies", "fly", "blind", "bear", "bearing", "ring", "rings", "plate")
)
"""No mention of a thing unless the detector has a class of that name."""
PLACES = frozenset(
    (
        *("street", "road", "room", "shop", "store", "yard", "garden", "park", "square", "place", "scene", "area"),
        *("beach", "station", "platform", "office", "kitchen", "hall", "lobby", "counter", "entrance", "doorway"),
        *("corridor", "aisle", "pavement", "sidewalk", "crossing", "junction", "motorway", "highway", "driveway"),
        *("picture", "frame", "screen", "image", "view"),
    )
)
"""What is busy or empty as a whole, where a question asks when."""
_SORTS = {
    **{"man": "men", "woman": "women", "boy": "boys", "girl": "girls", "lady": "ladies", "gentleman": "gentlemen"},
    **{"child": "children", "kid": "kids", "baby": "babies", "toddler": "toddlers", "teenager": "teenagers"},
    "adult": "adults",
}
SORTS_OF_PEOPLE = frozenset((*_SORTS, *_SORTS.values()))
"""Whom no token tells from other people."""
PEOPLE = frozenset(
    (
        *("anyone", "anybody", "someone", "somebody", "everyone", "everybody", "nobody", "persons", "folk", "folks"),
        *(
            "ped",
            "peds",
            "pedestrian",
            "pedestrians",
            "passer-by",
            "passers-by",
            "visitor",
            "visitors",
            "walker",
            "walkers",
        ),
        *("customer", "customers", "shopper", "shoppers", "passenger", "passengers", "bystander", "bystanders"),
        *(
            "guest",
            "guests",
            "worker",
            "workers",
            "employee",
            "employees",
            "crowd",
            "crowds",
            "headcount",
            "guy",
            "guys",
        ),
        *("human", "humans", "who", "whoever", "commuter", "commuters", "spectator", "spectators", "client", "clients"),
    )
)
"""Words that name people; no mentions (most texts only say them by the way), but read so where a thing is missing."""
_PLACE = re.compile(
    r"\b(?:on|in|at|by|near|from|through|inside|outside|into|onto|across|along|past|behind|under|within|around|beside)"
    r"(?: (?:the|my|our|your|this|that|a|an|his|her|its|their|front|back|one))* $",
    re.I,
)
_WORD = re.compile(
    r"[^\W_]+(?:(?<!\bzero)(?<!\binter)(?<!\bnon)(?<!\bper)[-'’](?!wise\b|free\b|less\b|only\b)[^\W_]+)*", re.I
)
"""A word, with its hyphens; but "car-free" and "zero-car" name a car."""


class TermMention(NamedTuple):
    """Characters [start, end) name `term`; known: the detector has classes for it.

    loosely: the word for one sort of it that stands there ("ferry" for a boat), "" if it is named as itself.
    """

    start: int
    end: int
    term: str
    known: bool
    loosely: str = ""


class TimeMention(NamedTuple):
    """Characters [start, end) name a moment (t0 = t1) or a stretch of time, in seconds."""

    start: int
    end: int
    t0: float
    t1: float
    is_stretch: bool


class Mentions(NamedTuple):
    """Things and times of one text, each sorted by place."""

    terms: tuple[TermMention, ...]
    times: tuple[TimeMention, ...]


def is_edge(text: str, time: TimeMention) -> bool:
    """Is it "at the end", "at the very beginning"?"""
    return bool(AT_AN_EDGE.match(text, time.start))


def find_mentions(text: str, class_names: Sequence[str], duration_s: float) -> Mentions:
    """Things and times in `text`, for a detector that knows `class_names`, and a clip of `duration_s`."""
    times = []
    for start, end, value in find_times(text, duration_s):
        stretch = isinstance(value, tuple)
        t0, t1 = value if stretch else (value, value)
        times.append(TimeMention(start, end, float(t0), float(t1), stretch))
    terms = _find_terms(text, tuple(class_names))
    return Mentions(tuple(terms), tuple(times))


def _find_terms(text: str, class_names: tuple[str, ...]) -> list[TermMention]:
    """Longest first, from left to right, no overlaps."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    out: list[TermMention] = []
    k = 0
    while k < len(words):
        for n in range(min(MOST_WORDS, len(words) - k), 0, -1):
            start, end = words[k][0], words[k + n - 1][1]
            found = term_of(text[start:end], class_names)
            if found and (found[1] or text[start:end].lower() not in VERBS):
                out.append(TermMention(start, end, *found))
                k += n
                break
        else:
            k += 1
    return _without_places(text, out)


def _without_places(text: str, terms: list[TermMention]) -> list[TermMention]:
    """Such as "how many people come through the door": what is unknown and only a place is not asked about."""
    places = [not term.known and bool(_PLACE.search(text[: term.start])) for term in terms]
    said = {word.lower() for word in _WORD.findall(text)}
    if all(places) and not said & PEOPLE:
        return terms
    return [term for term, is_place in zip(terms, places, strict=True) if not is_place]


@lru_cache(50_000)
def term_of(phrase: str, class_names: tuple[str, ...]) -> tuple[str, bool, str] | None:
    """(term, does the detector have classes for it, the looser word that it was named by) of a word, None unknown."""
    low = re.sub(r"['’]s?$", "", " ".join(re.split(r"[\s]+", phrase.lower())))
    for words in (low, low.replace("-", " ")):
        term = find_term(words, class_names)
        if term is None or not covered(term, class_names):
            wider = loosely_said().get(words)
            if wider is not None and covered(wider[0], class_names):
                return wider[0], True, words
        if term is not None:
            return term, bool(covered(term, class_names)), ""
    return None


def with_stand_ins(text: str, mentions: Mentions, natural: Collection[int] = ()) -> tuple[str, Mentions]:
    """`text` with a stand-in for each thing, and the mentions at their new places.

    natural: numbers of term mentions that keep their own words and are no longer mentions (as unknown words are).
    """
    names = list(dict.fromkeys(term.term for term in mentions.terms if text[term.start : term.end].lower() not in KEPT))
    parts, terms, times, at = [], [], [], 0
    moved: list[tuple[int, int]] = []  # (place in the old text, shift from there on)

    def place(old: int) -> int:
        return old + sum(shift for where, shift in moved if where <= old)

    for number, term in enumerate(mentions.terms):
        if number in natural:
            continue
        words = text[term.start : term.end]
        if term.term in names[: len(STAND_INS)]:
            one, many = STAND_INS[names.index(term.term)]
            new = many if _is_plural(words, term.term) else one
            inside = any(time.start < term.end and term.start < time.end for time in mentions.times)
            new = words if inside else new + ("'s" if words.lower().endswith(("'s", "’s")) else "")
        else:
            new = words
        parts.append(text[at : term.start] + new)
        start = place(term.start)
        terms.append(term._replace(start=start, end=start + len(new)))
        moved.append((term.end, len(new) - len(words)))
        at = term.end
    parts.append(text[at:])
    for time in mentions.times:
        times.append(time._replace(start=place(time.start), end=place(time.end)))
    return "".join(parts), Mentions(tuple(terms), tuple(times))


@lru_cache(50_000)
def _is_plural(words: str, term: str) -> bool:
    known = noun(term)
    many = {known.plural.lower(), *(pair[1].lower() for pair in known.synonyms)}
    one = {known.singular.lower(), known.name.lower(), *(pair[0].lower() for pair in known.synonyms)}
    low = words.lower()
    for said in (also_said(), loosely_said()):
        if low in said:
            return said[low][1]
    return (low in many and low not in one) or (low not in one and low.endswith("s") and not low.endswith(("'s", "’s")))


def guess_term(word: str, class_names: tuple[str, ...]) -> str | None:
    """The known term that a misspelled word is closest to ("bycicle"), None where nothing is close."""
    known = {w.lower(): name for name in class_names for pair in surfaces(name, class_names) for w in pair}
    low = word.lower()
    close = get_close_matches(low, known, n=1, cutoff=0.82)
    if not close and len(low) >= 6:  # of long words more may be wrong, but not their beginning
        close = get_close_matches(low, [w for w in known if w[0] == low[0]], n=1, cutoff=0.7)
    return known[close[0]] if close else None


def sort_of_people(text: str) -> str | None:
    """The first sort of people that a text names, in the plural: "is there a woman?" → "women"."""
    found = next((word for word in re.findall(r"[a-z]+", text.lower()) if word in SORTS_OF_PEOPLE), None)
    return _SORTS.get(found, found) if found else None
