"""Comparisons with a time or length: before or after 0:30, nobody for longer than 10 s."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.clock import clock
from data.time_amounts import find_amounts
from pipeline.answers import Answer
from pipeline.comparing.comparison import (
    COMES,
    NEVER_S,
    POLITE,
    Comparison,
    at_the_end,
    first_match,
    is_there,
    judged_by,
    noun_behind,
    numbers_of,
    said_first,
    singular,
    time_of,
    times_of,
    with_noun,
    with_ordinal,
    yes_or_no,
)
from pipeline.telling.english import capital, length_words

_BEFORE_OR_AFTER = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{COMES}|seen|taken away)"
        r"(?: for the first time)? (?P<one>before|after|earlier|later) or (?P<two>before|after|later|earlier)(?:"
        r" than)?"
        r" (?P<t>.+?)\W*$",
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{COMES}|seen|taken away)"
        r" (?P<one>before|after) (?P<t>[^,]+?),? or (?P<two>before|after)(?: (?:it|that|then))?\W*$",
    )
)
_LEAVING = re.compile(r"leav|left|gone|vanish|disappear|go away|taken|drive off", re.I)


def _before_or_after(text: str) -> Comparison | None:
    """Such as "does the second visitor appear before or after the 30 second mark?"."""
    found = first_match(_BEFORE_OR_AFTER, text)
    limit_s = _only_amount(found["t"]) if found is not None else None
    if limit_s is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        at_s = time_of(answers[0])
        if at_s is None:
            return None
        said = "before" if at_s < limit_s else "after"
        return said_first(together, f"{said.capitalize()} {clock(limit_s)}", "word", said)

    return Comparison((f"when does {found['x']} {'leave' if _LEAVING.search(found['verb']) else 'appear'}?",), judge)


_NO_ONE = r"(?:nobody|no ?-?one|nothing|no [a-z]+)"
_EMPTY = r"(?:it|the [a-z]+) (?:ever )?(?:empty|deserted|unoccupied|vacant)"
_NOBODY_LONGER = re.compile(
    rf"\W*(?:[^.?!]*[.!] )?{POLITE}(?:is|was|were|are) (?:there )?(?:ever )?(?P<no>{_NO_ONE}|{_EMPTY})"
    r"(?: (?:ever|there|here|visible|around|present|in (?:view|sight|shot|frame)))*(?: (?:for|any))?"
    r" (?P<more>longer|more|shorter|less) than (?P<t>[^,?]+?)(?: at (?:a time|once|a stretch))?"
    r"(?P<when>,? and (?:when|if so,? when))?\W*$",
    re.I,
)


def _nobody_longer(text: str) -> Comparison | None:
    """Such as "is there ever nobody for longer than 10 seconds?"."""
    found = _NOBODY_LONGER.match(text)
    limit_s = _only_amount(found["t"]) if found is not None else None
    if limit_s is None:
        return None
    longer = found["more"].lower() in ("longer", "more")
    who = found["no"] if re.fullmatch(_NO_ONE, found["no"], re.I) else "nobody"

    judge = judged_by(lambda length: length > limit_s if longer else length < limit_s, "duration", parts=1)
    when = (f"when is {who} there?",) if found["when"] else ()
    return Comparison((f"longest time {who} is there", *when), judge)


_CLIP = r"(?:the |this )?(?:video|clip|recording|footage|film)"
_BEFORE_THE_END = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:from|between) (?P<x>.+?) (?P<verb>appearing|arriving|leaving|coming|disappearing) (?:to"
        rf"|until|till|and) the"
        rf" (?:very )?end(?: of {_CLIP})?,? how (?:many seconds|long|much time)(?: (?:is|was) (?:that|it))?\W*$",
        rf"\W*{POLITE}how (?:long|many seconds|much time) after (?P<x>.+?) (?P<verb>leaves?|left|is gone"
        rf"|disappears?|appears?"
        rf"|arrives?|comes?)(?:,)? (?:does|did|until) {_CLIP} (?:end|stop|is over|ends|stops)\W*$",
        rf"\W*{POLITE}how (?:long|many seconds|much time) before (?:the (?:very )?end(?: of {_CLIP})?"
        rf"|{_CLIP} ends) (?:does|did|do)"
        rf" (?P<x>.+?) (?P<verb>{COMES})\W*$",
    )
)


def _before_the_end(text: str) -> Comparison | None:
    """Such as "how long after the last person leaves does the video end?"."""
    found = first_match(_BEFORE_THE_END, text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times, duration_s = times_of(answers), answers[0].doubts.about.duration_s
        if times is None or not times[0] <= duration_s:
            return None
        left_s = duration_s - times[0]
        return said_first(together, f"{length_words(left_s).capitalize()} before the end", "duration", left_s)

    return Comparison((f"when does {found['x']} {'leave' if _LEAVING.search(found['verb']) else 'appear'}?",), judge)


_SEEN = (
    r"(?:visible|there|present|seen|around|in (?:view|sight|shot|frame|the picture)|stay(?:s|ing)?"
    r"|remain(?:s|ing)?|last(?:s|ing)?)"
)
_MUCH_LONGER = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}how (?:much|many seconds) longer (?:is|was|does|did|do|are|were) (?P<a>.+?) {_SEEN}"
        r" (?:than|compared (?:with|to)) (?P<b>.+?)\W*$",
        rf"\W*{POLITE}(?:who|which|what)(?: of the (?:two|three))?(?: (?P<noun>[a-z]+))? (?:is|was|stays?|stayed"
        rf"|remains?|lasts?)(?: {_SEEN})?"
        rf" longer[,:]? (?P<a>.+?),?"
        r" or (?P<b>.+?),? and (?:by )?how (?:much|many seconds|long)(?: longer)?\W*$",
    )
)


_BY_HOW_MUCH = re.compile(
    rf"\W*{POLITE}by how (?:many seconds|much|long) (?:did|does|is|was) (?P<a>.+?) {_SEEN} longer than"
    rf" (?P<b>.+?)\W*$",
    re.I,
)


_OUTLAST = re.compile(
    rf"\W*{POLITE}by how (?:many seconds|much|long) (?:did|does|do) (?P<a>.+?) (?:outlast|outstay) (?P<b>.+?)\W*$", re.I
)


def _much_longer(text: str) -> Comparison | None:
    """Such as "how much longer is the first bus visible than the second one?"."""
    found = first_match((*_MUCH_LONGER, _BY_HOW_MUCH, _OUTLAST), text)
    if found is None:
        return None
    said = found.groupdict().get("noun")
    noun = (singular(said) or said) if said else noun_behind(found["b"], found["a"])
    names = [with_ordinal(found["a"], noun), with_ordinal(with_noun(found["b"], found["a"]), noun)]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        lengths = numbers_of(answers, "duration")
        if lengths is None:
            return None
        longer = names[lengths[0] < lengths[1]]
        off_s = abs(lengths[0] - lengths[1])
        lead = f"{capital(longer)}, {length_words(off_s)} longer"
        return said_first(together, lead, "duration", off_s)

    return Comparison(tuple(f"how long is {name} visible?" for name in names), judge)


EVENT = re.compile(
    r"(?P<x>(?:the |an? )?.+?) (?:(?P<back>return(?:s|ing)?|com(?:es|ing) back|reappear(?:s|ing)?)"
    r"|(?P<goes>leav(?:es|ing)|disappear(?:s|ing)|go(?:es|ing)(?: away)?|vanish(?:es|ing))"
    r"|(?P<comes>arriv(?:es|ing)|appear(?:s|ing)|com(?:es|ing)(?: in(?:to (?:view|sight|shot|frame))?)?"
    r"|enter(?:s|ing)"
    r"|show(?:s|ing) up))(?: (?:the|our) (?:frame|picture|scene|view|screen))?(?: for the first time)?\W*$",
    re.I,
)
_WHICH_EVENT = re.compile(
    rf"\W*{POLITE}(?:which|what)(?: (?:one|event|of (?:these|the two)))? (?:happens?|happened|comes?|came"
    rf"|is|was|occurs?|occurred)"
    r" (?P<when>first|earlier|sooner|later|last)\W+(?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.I,
)


def verb_of(event: re.Match[str]) -> str:
    """What is asked about an `EVENT`, or what was `_DONE`: "come back", "leave" or "appear"."""
    return "come back" if event["back"] else "leave" if event["goes"] else "appear"


def _which_event(text: str) -> Comparison | None:
    """Such as "which happens earlier: the dog returning or the second bus arriving?"."""
    found = _WHICH_EVENT.match(text)
    events = [EVENT.fullmatch(found[name]) for name in "ab"] if found is not None else [None]
    happens = found is not None and re.search(r"happen|occur", text, re.I)
    if None in events or not (happens or any(event["back"] for event in events)):  # others: `two_events`
        return None
    verbs = [verb_of(event) for event in events]
    later = found["when"].lower() in ("later", "last")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None or times[0] == times[1]:
            return None
        name = found["ab"[(times[0] > times[1]) != later]].strip()
        return said_first(together, capital(name), "text", name)

    parts = tuple(f"when does {event['x']} {verb}?" for event, verb in zip(events, verbs, strict=True))
    return Comparison(parts, judge)


_DONE = re.compile(
    r"(?P<x>(?:the |an? )?.+?) (?:(?P<back>c[ao]mes? back|returned|returns|reappears|reappeared)"
    r"|(?P<goes>left|leaves?|disappear(?:s|ed)?|went away|goes away|vanishe[sd])"
    r"|(?P<comes>c[ao]mes?|arrive[sd]?|appear(?:s|ed)?|enter(?:s|ed)?|show(?:s|ed) up|pass(?:es|ed)?(?: by)?))\W*$",
    re.I,
)
_EVENT_OR_EVENT = re.compile(
    rf"\W*{POLITE}(?:does|did|do) (?P<a>.+?) (?P<verb>come back|return|{COMES}|(?:pass|walk|drive|come)(?:"
    rf" by| past)?) before or"
    rf" after (?P<b>.+?)\W*$",
    re.I,
)


_AS_BEFORE = {"come back": "comes back", "leave": "leaves", "appear": "appears"}


def _asked(verb: str) -> str:
    """What is asked about something that does this: "come back", "leave" or "appear"."""
    if re.match(r"come back|return", verb, re.I):
        return "come back"
    return "leave" if _LEAVING.search(verb) else "appear"


def _only_amount(text: str) -> float | None:
    """Seconds of a text that is a time and nothing else ("the 30 second mark"); None of any other."""
    amounts = find_amounts(text.lower(), 0.0)
    if len(amounts) != 1:
        return None
    rest = f"{text[: amounts[0].start]} {text[amounts[0].end :]}"
    return (
        amounts[0].seconds
        if re.fullmatch(
            r"\W*(?:the)?\W*(?:mark|point)?(?:(?:had|have|has) passed|are over"
            r"|were over)?\W*",
            rest.strip(),
            re.I,
        )
        else None
    )


def _before_or_after_event(text: str) -> Comparison | None:
    """Such as "did the motorcycle pass before or after the bicycle came back?"."""
    found = _EVENT_OR_EVENT.match(text)
    other = _DONE.fullmatch(found["b"]) if found is not None else None
    if found is not None and other is None and re.fullmatch(r"(?:the|an?) [a-z]+(?: [a-z]+)?", found["b"], re.I):
        other = _DONE.fullmatch(
            f"{with_ordinal(found['b'], noun_behind(found['a']))} {_AS_BEFORE[_asked(found['verb'])]}"
        )
    if other is None or find_amounts(found["b"].lower(), 0.0):
        return None
    verb = _asked(found["verb"])

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None or NEVER_S in times or times[0] == times[1]:
            return None
        said = "before" if times[0] < times[1] else "after"
        return said_first(together, said.capitalize(), "word", said)

    return Comparison((f"when does {found['a']} {verb}?", f"when does {other['x']} {verb_of(other)}?"), judge)


_WHEN_COMES = r"(?:when|as|at the moment(?: when| that)?|the moment(?: when| that)?|at the time(?: when| that)?)"
_ENTERS = (
    r"(?:first )?(?:enters?|appears?|arrives?|comes?(?: in)?|(?:shows?|turns?) up|came(?: in)?|entered|appeared"
    r"|arrived)(?: the (?:frame|picture|scene))?"
)
_LEAVES_THEN = (
    r"(?P<goes>leaves?|left|disappears?|disappeared|goes away|went away|vanish(?:es|ed)?|(?:is|are|was|were) gone)"
)
_THERE_WHEN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}{_WHEN_COMES} (?P<a>(?:the|an?) .+?) (?:{_ENTERS}|{_LEAVES_THEN}),? (?:is|was|are|were)"
        rf" (?P<b>(?:the"
        rf"|an?|any) .+?)(?: still| already)?"
        r" (?:visible|there|present|in (?:view|sight|shot|frame|the picture)|on (?:the )?screen)\W*$",
        rf"\W*{POLITE}(?:is|was|are|were) (?P<b>(?:the|an?|any) .+?)(?: still| already)?"
        rf" (?:visible|there|present|in (?:view|sight|shot|frame|the picture)|on (?:the )?screen)"
        rf" {_WHEN_COMES} (?P<a>(?:the|an?) .+?) (?:{_ENTERS}|{_LEAVES_THEN})\W*$",
    )
)


def _there_when(text: str) -> Comparison | None:
    """Such as "when the truck enters the frame, is the dog visible?"."""
    found = first_match(_THERE_WHEN, text)
    if found is None:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        at_s = time_of(answers[0])
        if at_s is None:
            return None
        return yes_or_no(together, any(is_there(piece, at_s) for piece in answers[1].evidence))

    does = "leave" if found["goes"] else "appear"
    return Comparison((f"when does {found['a']} {does}?", f"how long is {found['b']} visible?"), judge)


_WHICH_SHORTER = re.compile(
    rf"\W*{POLITE}(?:which|who|what)(?: (?:one|of (?:the two|these|them)|[a-z]+))? (?:is|was|stays?"
    rf"|stayed)(?: {_SEEN}| on (?:the )?screen)?"
    r"(?: for)?(?: the| a)? shorter(?: time)?[:,]? (?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.I,
)


def _which_shorter(text: str) -> Comparison | None:
    """Such as "which was on screen for the shorter time: the truck or the motorcycle?"."""
    found = _WHICH_SHORTER.match(text)
    if found is None:
        return None
    names = [found["a"], with_noun(found["b"], found["a"])]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        lengths = numbers_of(answers, "duration")
        if lengths is None or lengths[0] == lengths[1]:
            return None
        name = names[lengths[0] > lengths[1]]
        return said_first(together, capital(name), "text", name)

    return Comparison(tuple(f"how long is {name} visible?" for name in names), judge)


_LATER_THAN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}how (?:much|many seconds|long) (?:later|earlier|after|before)(?: than)? (?P<a>.+?)"
        rf" (?:does|did|do|is|was) (?P<b>.+?) (?P<verb>{COMES}|seen)(?: in)?\W*$",
        rf"\W*{POLITE}how (?:much|many seconds) (?:later|earlier) (?:does|did|do|is|was) (?P<b>.+?)"
        rf" (?P<verb>{COMES}|seen)(?: in)? than (?P<a>.+?)\W*$",
    )
)


def _later_than(text: str) -> Comparison | None:
    """Such as "how much later than the first bicycle did the second one come?"."""
    found = first_match(_LATER_THAN, text)
    if found is None or find_amounts(found["a"].lower(), 0.0) or not re.match(r"(?:the|an?) ", found["a"], re.I):
        return None
    done = _DONE.fullmatch(found["a"])
    first = done["x"] if done is not None else found["a"]
    noun = noun_behind(first, found["b"])
    names = [with_ordinal(first, noun), with_ordinal(with_noun(found["b"], first), noun)]
    verbs = [verb_of(done) if done is not None else _asked(found["verb"]), _asked(found["verb"])]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None or NEVER_S in times:
            return None
        off_s = times[1] - times[0]
        lead = f"{length_words(abs(off_s)).capitalize()} {'later' if off_s >= 0 else 'earlier'}"
        return said_first(together, lead, "duration", abs(off_s))

    return Comparison(tuple(f"when does {name} {verb}?" for name, verb in zip(names, verbs, strict=True)), judge)


_FIRST_BY = re.compile(
    rf"\W*{POLITE}(?:which|what|who)(?: (?:one|of (?:the two|these|them)|[a-z]+))? (?:comes?|came|appears?|appeared"
    r"|arrives?|arrived|enters?|entered|is seen|was seen|(?:is|was) gone|leaves?|left)"
    r"(?: in| into (?:view|sight|the (?:picture|frame))| the (?:scene|picture|frame))?"
    r" (?P<end>first|earlier|sooner|last|later)[,:]? (?P<a>.+?),? or (?P<b>.+?),? and"
    r" (?:by (?:how (?:much|many seconds|long)|what margin)|how (?:much|many seconds) (?:earlier|later|sooner))\W*$",
    re.I,
)
_WHO_FIRST_BY = re.compile(
    rf"\W*{POLITE}(?P<a>(?:the )?[a-z]+(?: [a-z]+)?) or (?P<b>(?:the )?[a-z]+(?: [a-z]+)?)[,:]? (?:who|which"
    rf"|what)(?: one)?"
    r" (?:comes?|came|appears?|appeared|got|gets|was|is|arrives?|arrived|leaves?|left)(?: (?:in|here|there|seen))?"
    r" (?P<end>first|earlier|last|later),? and by how (?:much|many seconds|long)\W*$",
    re.I,
)


def _first_by(text: str) -> Comparison | None:
    """Such as "which comes into view first, the truck or the bicycle, and by how many seconds?"."""
    found = first_match((_FIRST_BY, _WHO_FIRST_BY), text)
    if found is None:
        return None
    names = [found["a"], with_noun(found["b"], found["a"])]
    around = f"{text[: found.start('a')]} {text[found.end('b') :]}"
    verb = "leave" if re.search(r"\b(?:leaves?|left|gone)\b", around, re.I) else "appear"
    last = found["end"].lower() in ("last", "later")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        seen = at_the_end(times, names, last=last)
        if len(seen) < len(names):
            return None
        off_s = abs(times[0] - times[1])
        lead = f"{capital(seen[0][1])}, by {length_words(off_s)}"
        return said_first(together, lead, "text", seen[0][1])

    return Comparison(tuple(f"when does {name} {verb}?" for name in names), judge)


FORMS = (
    _before_the_end,
    _later_than,
    _first_by,
    _there_when,
    _which_shorter,
    _before_or_after_event,
    _before_or_after,
    _nobody_longer,
    _much_longer,
    _which_event,
)
