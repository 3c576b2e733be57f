"""Questions that bring their options: "which appears last: (a) truck (b) motorcycle (c) suitcase?".

Where the options are things and the first or last of them is asked for, or which of them are seen at all, each is asked
after; otherwise the question is answered as it stands, and the option that says the same is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.clock import clock
from data.time_amounts import find_amounts
from data.time_reading import find_times
from data.vocabulary import THING
from pipeline.answers import Answer
from pipeline.asking.mentions import term_of
from pipeline.comparing import most, newcomers, numbers, things, times
from pipeline.comparing.comparison import (
    Comparison,
    at_the_end,
    is_there,
    numbers_of,
    said_first,
    terms_in,
    times_of,
)
from pipeline.comparing.most import commonest_of
from pipeline.comparing.newcomers import newcomers_in
from pipeline.comparing.times import EVENT, verb_of
from pipeline.scoring.choices import choose
from pipeline.telling.english import capital, lower_first

_LETTER = re.compile(r"(?:^|(?<=[\s,;:?]))\(?(?P<letter>[A-Ha-h])[).:] +")
_COLON = re.compile(r":\s+(?P<options>(?:[^:?]|(?<=\d):(?=\d))+?(?:,|,? or) (?:[^:?]|(?<=\d):(?=\d))+?)\W*$", re.I)
_OR = re.compile(r"\s*,?\s+or\s+|\s*,\s*", re.I)
_PLAIN = re.compile(r"(?:the )?(?:first|second|third|fourth|fifth|sixth|last|before|after)(?: (?:one|[a-z]+))?$", re.I)
"""What an option behind a colon may be, besides a thing; sides belong to the question itself."""
_TWO_ASKED = re.compile(r",? and (?:which|what|how|when|where|who)\b", re.I)
_FIRST_OR_LAST = re.compile(
    r"\b(?:(?P<first>first|earliest|sooner|soonest|before the others)|(?P<last>last|latest|after the others))\b", re.I
)
_COMES = re.compile(
    r"\b(?:appear\w*|com(?:e|es|ing)|came|arriv\w*|seen|enter\w*|show(?:s|ed)? up|visible|there)\b", re.I
)
_LEAVES = re.compile(r"\b(?:leav\w+|disappear\w*|gone|goes|vanish\w*)\b", re.I)
_ONE_OF_ALL = re.compile(r"\b(?:first|last) (?:[a-z]+ )?(?:object|thing|item)\b", re.I)
"""Asks for one object, not for a kind: "what is the last object to enter?"."""
_SEEN = re.compile(
    r"\b(?:which|what)\b.*\b(?:of (?:these|the following|them)|following)\b.*\b(?:appear\w*|seen|visible"
    r"|there|shown|present)\b",
    re.I,
)
_WHEN = re.compile(
    r"\b(?:after|before|while|during|between|until|within|in the (?:first|last|second)|on the (?:left"
    r"|right)|more often)\b",
    re.I,
)
_LIMIT = re.compile(r"(?<=\w )(?:after|before|once) (?:the|an?) [^?:]+", re.I)
_IS_THERE = re.compile(
    r"\W*(?:at|in) (?:which|what)\b.*?\b(?:is|are|was|were) (?P<x>.+?) (?:visible|there|present|seen|in"
    r" (?:view|sight|shot|frame))\?$",
    re.I,
)
_NOBODY = re.compile(r"\b(?:nobody|no ?-?one|nothing|no|not)\b|n['’]t\b", re.I)
_NOT = re.compile(r"\b(?:not|never|n['’]t|neither)\b", re.I)
MOST_OPTIONS = 8
COMPARED = (*newcomers.FORMS, *most.FORMS, *numbers.FORMS, *things.FORMS, *times.FORMS)
"""What a question that brings options may itself be."""


def _options(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The question without its options, and these; None where it brings none."""
    letters = list(_LETTER.finditer(text))
    if len(letters) >= 2 and letters[0]["letter"].lower() == "a":
        ends = [one.start() for one in letters[1:]] + [len(text)]
        said = [text[one.end() : end].strip(" ,;.?") for one, end in zip(letters, ends, strict=True)]
        said = [re.sub(r",?\s+or$", "", one) for one in said]
        stem = text[: letters[0].start()]
    elif (colon := _COLON.search(text)) is not None:
        said, stem = _OR.split(colon["options"].strip()), text[: colon.start()]
    else:
        return None
    if _TWO_ASKED.search(stem):
        return None
    if not letters and not all(_PLAIN.match(one) or len(terms_in(one)) == 1 or _is_time(one) for one in said):
        return None  # "doorbell cam: who or what was the seventh caller?"
    stem = f"{stem.rstrip(' ,:;?')}?"
    if not all(said) or not 2 <= len(said) <= MOST_OPTIONS or len(stem.split()) < 2:
        return None
    return stem, tuple(said)


def _is_time(option: str) -> bool:
    """Is an option a time, or a stretch, of the clip?"""
    return bool(find_times(option, 1e6))


def _with_options(text: str) -> Comparison | None:
    found = _options(text)
    if found is None:
        return None
    stem, options = found
    if (events := [EVENT.fullmatch(option) for option in options]) and all(events):
        asked = _of_events(stem, options, events)
        if asked is not None:
            return asked
    if (come := _MOST_COME.match(stem)) is not None:
        return _most_in_which(come["x"], options)
    there = _IS_THERE.match(stem)
    if (moments := _moments(options)) and there is not None and not _NOBODY.search(there["x"]):
        return _at_which_time(there["x"], options, moments)
    things = [terms_in(option) for option in options]
    if all(len(one) == 1 for one in things):
        names = [one[0] for one in things]
        end = _FIRST_OR_LAST.search(stem)
        limit = _LIMIT.search(stem)
        asked = stem[: limit.start()] if limit is not None else stem
        one_of_all = _ONE_OF_ALL.search(stem) is not None
        if (
            end is not None
            and not one_of_all
            and not _WHEN.search(asked)
            and (_COMES.search(asked) or _LEAVES.search(asked))
        ):
            when = f" {limit[0].rstrip(' ?')}" if limit is not None else ""
            return _first_or_last(names, last=bool(end["last"]), leaves=bool(_LEAVES.search(asked)), when=when)
        if (commonest := commonest_of(stem, names)) is not None:
            return commonest
        if _SEEN.search(stem) and not _WHEN.search(stem):
            return _which_are_seen(options, absent=bool(_NOT.search(stem)))

    inner = next((asked for form in COMPARED if (asked := form(stem)) is not None), None)

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        said = answers[0] if inner is None else inner.answered(together, answers)
        chosen = choose(said, options, answers[0].doubts.about.duration_s)
        if chosen.index is None:
            return None if inner is None else said
        option = options[chosen.index]
        text = together.text if inner is None else said.text
        return replace(said if inner else together, text=f"{capital(option)}: {lower_first(text)}")

    return Comparison((stem,) if inner is None else inner.parts, judge)


OF_THESE = re.compile(
    r"\bwhich(?: one)? of (?:these|those|them|the following)(?: (?:kinds|classes|things|objects))?\b", re.I
)
"""As good as "which kind", where the options are kinds."""


def with_alternatives(stem: str, options: Sequence[str]) -> str | None:
    """A question for the first or last of its options, which stand behind it; None for any other."""
    if not _FIRST_OR_LAST.search(stem) or not re.match(r"\W*(?:which|what|who)\b", stem, re.I):
        return None
    if all(map(EVENT.fullmatch, options)):  # each event's time is asked for
        return None
    return f"{stem.rstrip(' ?')}, {', '.join(options[:-1])} or {options[-1]}?"


def lettered(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The question and its options, where these have letters."""
    return _options(text) if len(_LETTER.findall(text)) > 1 else None


def only_options(text: str, class_names: Sequence[str]) -> tuple[str, ...]:
    """The classes that a question with lettered options lets choose from, where each option is one, and it names no
    other; none where it does not."""
    found = lettered(text)
    if found is None:
        return ()
    stem, options = found
    if _NTH.search(stem):  # "the second thing to come" is so among all
        return ()
    options = tuple(option for option in options if not _ALL_OR_NONE.match(option))
    chosen = [term_of(_ARTICLE.sub("", option), tuple(class_names)) for option in options]
    others = [
        word for word in re.findall(r"[a-z]+", stem.lower())
        if (term := term_of(word, tuple(class_names))) is not None and term[0] != THING and term[1]
    ]  # fmt: skip
    if others or len(chosen) < 2 or any(one is None or one[0] not in class_names for one in chosen):
        return ()
    return tuple(one[0] for one in chosen)


_NTH = re.compile(r"\b(?:second|third|fourth|fifth|sixth)\b(?! half)", re.I)
_ALL_OR_NONE = re.compile(r"(?:all|none|both|neither|they|it|nothing|the same)\b", re.I)
"""Options beside those that are things."""
_ARTICLE = re.compile(r"^(?:the|an?) | (?:object|thing)s?$", re.I)


def _of_events(stem: str, options: Sequence[str], events: Sequence[re.Match[str]]) -> Comparison | None:
    """Such as "which happens first: (a) the truck appears (b) the bus leaves?", "in which order do these happen: …"."""
    end, order = _FIRST_OR_LAST.search(stem), re.search(r"\b(?:order|sequence)\b", stem, re.I)
    if (end is None and order is None) or _WHEN.search(stem):
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        last = order is None and bool(end["last"])
        seen = at_the_end(times_of(answers), options, last=last)
        if not seen:
            return None
        told = ", ".join(f"{option} ({clock(t)})" for t, option in seen)
        if order is not None:
            return replace(together, kind="list", value=[option for _, option in seen], text=f"In this order: {told}.")
        option = seen[0][1]
        return replace(together, kind="text", value=option, text=f"{capital(option)}: {told}.")

    whose = [re.sub(r"^(?!(?:the|an?|any|one) )", "the ", event["x"], flags=re.I) for event in events]
    return Comparison(tuple(f"when does {x} {verb_of(event)}?" for x, event in zip(whose, events, strict=True)), judge)


def _moments(options: Sequence[str]) -> list[float]:
    """The times that options are; none where one is something else."""
    found = [find_amounts(option.lower(), 0.0) for option in options]
    return [one[0].seconds for one in found] if all(len(one) == 1 and one[0].clock for one in found) else []


def _at_which_time(x: str, options: Sequence[str], moments: Sequence[float]) -> Comparison:
    """Such as "at which of these times is a person visible: (a) 0:03 (b) 0:47?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "duration":
            return None
        there = [
            option
            for option, at_s in zip(options, moments, strict=True)
            if any(is_there(piece, at_s) for piece in answers[0].evidence)
        ]
        lead = ", ".join(there) if there else "at none of these times"
        return said_first(together, capital(lead), "text", lead)

    return Comparison((f"how long is {x} visible?",), judge)


_MOST_COME = re.compile(
    r"\W*(?:in|during) (?:which|what)(?: of (?:these|the following))?(?: (?:part|stretch|period|time|interval"
    r"|segment|section)s?)?"
    r"(?: of the [a-z]+)? (?:do|did) (?:the )?most (?P<x>[a-z]+) (?:appear|arrive|come|show up|enter|turn up)(?:"
    r" in)?\?$",
    re.I,
)


def _most_in_which(x: str, options: Sequence[str]) -> Comparison:
    """Such as "in which part do most people appear: the first 10 seconds, 0:10-0:20 or after 0:30?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        counts = numbers_of(answers)
        if counts is None:
            return None
        told = ", ".join(f"{option} {int(number)}" for option, number in zip(options, counts, strict=True))
        option = options[counts.index(max(counts))]
        return replace(together, kind="text", value=option, text=f"{capital(option)} ({told}).")

    parts = [newcomers_in(x, option if _HAS_WORD.match(option) else f"in {option}") for option in options]
    return Comparison(tuple(parts), judge)


_HAS_WORD = re.compile(r"(?:in|after|before|between|during|at|from)\b", re.I)


def _which_are_seen(options: Sequence[str], *, absent: bool) -> Comparison:
    """Such as "which of these is never seen: a person, a dog, a table?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if any(one.kind != "yes_no" for one in answers):
            return None
        fitting = [option for option, one in zip(options, answers, strict=True) if one.value != absent]
        lead = ", ".join(fitting) if fitting else "None of them"
        return said_first(together, capital(lead), "text", lead)

    return Comparison(tuple(f"is there {_a(option)}?" for option in options), judge)


def _first_or_last(names: Sequence[str], *, last: bool, leaves: bool, when: str = "") -> Comparison:
    """Such as "which of the following appears last: truck, motorcycle, or suitcase?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        seen = at_the_end(times_of(answers), names, last=last)
        if not seen:
            return None
        t_s, name = seen[0]
        others = ", ".join(f"{other} {clock(t)}" for t, other in seen)
        said = f"The {name}, at {clock(t_s)} ({others})."
        return replace(together, kind="object", value=name, text=said)

    verb = "leave" if leaves else "appear"
    nth = "last" if leaves else "first"
    return Comparison(tuple(f"when does the {nth} {name} {verb}{when}?" for name in names), judge)


def _a(option: str) -> str:
    """An option as it stands behind "is there": with an article, if it needs one."""
    words = re.sub(r"^(?:the|some) ", "", option.strip(), flags=re.I)
    if re.match(r"(?:an?|any) ", words, re.I) or words.endswith("s"):
        return words
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def _with_letters(text: str) -> Comparison | None:
    """Only options with letters: these are never part of another form."""
    return _with_options(text) if lettered(text) is not None else None


LETTERED, FORMS = (_with_letters,), (_with_options,)
