"""Questions about who comes new: the longest time without, until the next one, more coming than going, a rise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from data.clock import clock
from data.vocabulary import THING, find_term, noun
from pipeline.answers import Answer
from pipeline.asking.mentions import PEOPLE
from pipeline.comparing.comparison import (
    MOMENT,
    POLITE,
    Comparison,
    first_match,
    first_seen,
    numbers_of,
    said_first,
    terms_in,
    time_of,
)
from pipeline.telling.english import capital, length_words, percent

_NEW = r"(?:new |further |other |another |more )"
_WITHOUT_NEW = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:(?:find|what|how long)(?: is|['’]s| was)? )?(?:the )?(?:longest|largest|biggest)"
        rf" (?:time|interval|gap|break|pause|wait)"
        r" between (?:two )?(?:consecutive |successive )?(?P<x>[a-z]+) arrivals\W*$",
        rf"\W*{POLITE}(?:(?:what|how long)(?: is|['’]s| was)? )?(?:the )?longest (?:time|interval|period|stretch"
        rf"|gap|wait)"
        rf"(?: of time)? (?:without|with no) (?:a |an |any )?{_NEW}(?P<x>[a-z]+) (?:arriving|coming(?: in|"
        rf" along)?|appearing"
        r"|showing up|turning up)(?:,? .*?|\W*\([^)]*\))?\W*$",
        rf"\W*{POLITE}(?:(?:what|how long)(?: is|['’]s| was)? )?(?:the )?longest (?:time|interval|period"
        rf"|stretch)(?: in which| when"
        rf"| where| that| during which)? (?:no(?:thing| ?-?one|body)?) ?(?:new )?(?P<x>[a-z]+)? ?(?:new"
        rf" )?(?:arrived|came(?: in| along)?"
        r"|appeared|turned up|showed up|arrives|comes|appears|turns up|shows up)\W*$",
    )
)


def _term(word: str | None) -> str | None:
    if not word or word.lower() in ("new", "thing", "one"):
        return THING
    return "person" if word.lower() in PEOPLE else find_term(word.lower())


def _longest_without_new(text: str) -> Comparison | None:
    """Such as "what's the longest time without a new car arriving?": between one arrival and the next."""
    found = first_match(_WITHOUT_NEW, text)
    term = _term(found["x"]) if found is not None else None
    if term is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        first = first_seen(answers[0].evidence)
        times, duration_s = sorted(first.values()), answers[0].doubts.about.duration_s
        if len(times) < 2:
            return None
        gaps = [(b - a, a, b) for a, b in pairwise(times)]
        gap_s, a, b = max(gaps)
        last = duration_s - times[-1]
        more = (
            f"; after the last one, at {clock(times[-1])}, none comes for {length_words(last)}" if last > gap_s else ""
        )
        text = f"{capital(length_words(gap_s))}, from {clock(a)} to {clock(b)}{more}."
        shown = tuple(p for p in answers[0].evidence if first[p.track_id] in (a, b) and p.start_s == first[p.track_id])
        return replace(together, kind="duration", value=gap_s, text=text, evidence=shown)

    return Comparison((f"when does each {noun(term).singular} appear?",), judge)


_WENT = r"(?:had |has )?(?:gone|left|leaves|leave|disappeared|disappears|went(?: away)?|departed)"
_CAME = r"(?:had |has )?(?:arrived|arrives|appeared|appears|came(?: in)?|comes(?: in)?|entered|enters|shown up)"
_PASSES = r"(?:was|is) it|(?:went|go|goes) by|pass(?:es|ed)?|(?:does|did) it take|were there"
_COMES = (
    r"(?:came|comes|come|arrived|arrives|appeared|appears|turned up|turns up|showed up|shows up)"
    r"(?: in(?:to view)?| along| by)?"
)
_UNTIL_NEXT = re.compile(
    rf"\W*{POLITE}(?:after|once|when|as soon as) (?P<a>the [a-z]+(?: [a-z]+)??) (?:(?P<went>{_WENT})"
    rf"|(?P<came>{_CAME})),? how"
    rf" (?:many seconds|long|much time)(?: (?:{_PASSES}))* (?:until|till|before) the (?:next|first)"
    rf" (?P<x>[a-z]+) {_COMES}\W*$",
    re.I,
)


def _until_next(text: str) -> Comparison | None:
    """Such as "once the truck had gone, how many seconds was it until the next car came?"."""
    found = _UNTIL_NEXT.match(text)
    if found is None:
        return None
    word = found["x"].lower()
    named = terms_in(found["a"])
    term = named[0] if word == "one" and named else _term(word)
    if term is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        at_s = time_of(answers[0])
        if at_s is None:
            return None
        first = first_seen(answers[1].evidence)
        later = sorted((t, track) for track, t in first.items() if t > at_s + 1e-6)
        if not later:
            return replace(together, kind="duration", value="never", text=f"No {noun(term).singular} comes after that.")
        t_s, track = later[0]
        shown = tuple(piece for piece in together.evidence if piece.track_id == track) or together.evidence
        text = f"{capital(length_words(t_s - at_s))}: from {clock(at_s)} to {clock(t_s)}."
        return replace(together, kind="duration", value=t_s - at_s, text=text, evidence=shown)

    verb = "leave" if found["went"] else "appear"
    return Comparison((f"when does {found['a']} {verb}?", f"when does each {noun(term).singular} appear?"), judge)


_COMING = r"(?:coming|arriving|entering|appearing|newcomers|arrivals)"
_GOING = r"(?:going|leaving|departing|disappearing|departures)"
_COMING_OR_GOING = re.compile(
    rf"\W*{POLITE}(?P<before>{MOMENT},? )?(?:is|was|are|were) (?:the number of (?P<x>[a-z]+) {_COMING}"
    rf" (?P<more>bigger|larger|higher"
    rf"|greater|smaller|lower) than (?:the number |that |of |those )*(?:of )?(?:[a-z]+ )?{_GOING}|there"
    rf" (?P<more2>more|fewer)"
    rf" (?P<x2>[a-z]+) {_COMING} than {_GOING})(?P<after> {MOMENT})?(?:,? or the other way (?:round|around))?\W*$",
    re.I,
)


def _coming_or_going(text: str) -> Comparison | None:
    """Such as "between 0:20 and 0:30, are there more cars coming than going?"."""
    found = _COMING_OR_GOING.match(text)
    word = (found["x"] or found["x2"]) if found is not None else None
    if word is None or _term(word) is None:
        return None
    when = (found["before"] or found["after"] or "").strip(" ,")
    fewer = (found["more"] or found["more2"]).lower() in ("smaller", "lower", "fewer")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        come, go = (int(number) for number in numbers)
        right = come < go if fewer else come > go
        text = f"{'Yes' if right else 'No'}: {come} come and {go} go."
        return replace(together, kind="yes_no", value=right, text=text)

    return Comparison((f"how many new {word} appear {when}?", f"how many {word} leave {when}?"), judge)


_RISE = re.compile(
    rf"\W*{POLITE}by how (?:much|many)(?: [a-z]+)? (?:did|does) the number of (?P<x>[a-z]+)(?: [^?]*?)?"
    r" (?P<way>rise|increase|grow|go up|change|fall|drop|decrease|go down|shrink) (?:from|between)"
    r" (?P<a>[\d:]+[^?,]*?) (?:to|and)"
    r" (?P<b>[\d:]+[^?,]*?)\W*$",
    re.I,
)


def _rise(text: str) -> Comparison | None:
    """Such as "by how much did the number of people rise from 0:05 to 0:25?"."""
    found = _RISE.match(text)
    if found is None or _term(found["x"]) is None:
        return None
    falls = found["way"].lower() in ("fall", "drop", "decrease", "go down", "shrink")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        off = int(numbers[1] - numbers[0])
        words = f"up by {off}" if off > 0 else f"down by {-off}" if off < 0 else "unchanged"
        return said_first(together, capital(words), "number", -off if falls else off)

    return Comparison(tuple(f"how many {found['x']} are visible at {found[name]}?" for name in "ab"), judge)


def newcomers_in(xs: str, when: str) -> str:
    """The question how many come in a stretch of time; of one from the start on, what is there counts as come."""
    new = "" if re.match(r"(?:in|during) the (?:first|opening)\b|before\b", when, re.I) else "new "
    return f"how many {new}{xs} appear {when}?"


_ARRIVE = r"(?:arrive|come(?: in)?|appear|enter|turn up|show up)"
_MORE_ARRIVALS = re.compile(
    rf"\W*{POLITE}(?:were|are|was|is) there (?P<more>more|fewer) (?:arrivals|newcomers)(?: of (?P<x>[a-z]+))?"
    rf" (?P<a>(?:in|during|between"
    r"|before|after|at) .+?),? or (?P<b>(?:in|during|between|before|after|at) .+?)\W*$",
    re.I,
)
_MORE_CAME = re.compile(
    rf"\W*{POLITE}(?:did|do) (?P<more>more|fewer) (?P<x>[a-z]+) {_ARRIVE} (?P<a>(?:in|during|between|before"
    rf"|after|at) .+?),? or (?P<b>(?:in"
    r"|during|between|before|after|at) .+?)\W*$",
    re.I,
)


def _more_came(text: str) -> Comparison | None:
    """Such as "did more cars arrive in the first 30 seconds or between 0:40 and 1:10?"."""
    found = first_match((_MORE_CAME, _MORE_ARRIVALS), text)
    if found is None or _term(found["x"]) is None:
        return None
    xs = found["x"] or "things"
    moments, fewer = (found["a"], found["b"]), found["more"].lower() == "fewer"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        told = [int(number) for number in numbers]
        said = "equal" if told[0] == told[1] else moments[(told[0] < told[1]) != fewer]
        lead = "As many" if said == "equal" else capital(said)
        return replace(
            together, kind="word", value=said, text=f"{lead} ({told[0]} {moments[0]}, {told[1]} {moments[1]})."
        )

    return Comparison(tuple(newcomers_in(xs, when) for when in moments), judge)


_SHARE_WHO = re.compile(
    rf"\W*{POLITE}(?:roughly |about )?(?:what|which) (?:percentage|share|proportion|fraction|percent) of (?:all"
    rf" )?(?:the )?(?P<x>[a-z]+)"
    r" (?P<does>(?:was|were|is|are) (?:still )?(?:there|here|present|visible|in (?:view|sight|the (?:picture"
    r"|frame|scene)))[^?]*"
    r"|(?:first )?(?:shows? up|appears?|appeared|arrives?|arrived|comes?|came|enters?|entered|leaves?|left"
    r"|stays?|stayed)[^?]*?)\W*$",
    re.I,
)
_NO_PART = frozenset(("time", "video", "clip", "recording", "footage", "film", "minutes", "seconds"))


_SHOWS_UP = re.compile(
    r"^(?:first )?(?:shows? up|appears?|appeared|arrives?|arrived|comes?|came|enters?|entered)\b", re.I
)


def _share_who(text: str) -> Comparison | None:
    """Such as "what percentage of all pedestrians was still there at the end?"."""
    found = _SHARE_WHO.match(text)
    if found is None or found["x"].lower() in _NO_PART or _term(found["x"]) is None:
        return None
    does = re.sub(r"^(?:was|is|were)\b", "are", found["does"].strip(), flags=re.I)
    does = _SHOWS_UP.sub("appear", re.sub(r"^(?:leaves?|left)\b", "leave", does, flags=re.I))
    if len(does.split()) < 3:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None or not numbers[1]:
            return None
        share = numbers[0] / numbers[1]
        return said_first(together, f"{percent(share)} of them", "number", share)

    return Comparison((f"how many {found['x']} {does}?", f"how many {found['x']} appear?"), judge)


_GOES_DOWN = re.compile(
    rf"\W*{POLITE}how (?:many times|often) (?:does|did|do) the number of (?P<x>[a-z]+)(?: [a-z]+)?"
    rf" (?:(?P<down>go(?:es)? down|drop|fall|decrease"
    r"|shrink)|(?:go(?:es)? up|rise|increase|grow))\W*$",
    re.I,
)


def _goes_down(text: str) -> Comparison | None:
    """Such as "how many times does the number of bottles go down?"."""
    found = _GOES_DOWN.match(text)
    if found is None or _term(found["x"]) is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "text" or not isinstance(answers[0].value, str):
            return None
        numbers = [
            int(said.rsplit(" ", 1)[1]) for said in answers[0].value.split(", ") if said.rsplit(" ", 1)[-1].isdigit()
        ]
        times = sum(b < a if found["down"] else b > a for a, b in pairwise(numbers))
        return said_first(together, f"{times} time{'s' * (times != 1)}", "number", times)

    return Comparison((f"how does the number of {found['x']} change?",), judge)


FORMS = (_goes_down, _longest_without_new, _until_next, _coming_or_going, _rise, _more_came, _share_who)
