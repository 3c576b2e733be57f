"""Questions about two events: "how long between the first person leaving and the second arriving?" (`two_events`).

The question reader knows one event per question; these have a plain form, and are taken apart at their middle.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.meaning import LAST, Event, Question
from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import THING
from pipeline.asking.mentions import find_mentions

_LENGTH = (
    r"(?:how (?:long|much time|many (?:seconds|minutes|hours))|(?:time|gap|interval|delay|wait|seconds|minutes|span"
    r"|difference))\b"
)
_BETWEEN = re.compile(rf"{_LENGTH}.*?\b(?:between|from) (?P<a>.+?) (?:and|until|till|to) (?P<b>.+)", re.I)
_AFTER = re.compile(
    r"\bhow (?:long|much later|many (?:seconds|minutes)) (?:was it )?(?P<side>after|before) (?P<a>.+?)"
    r"(?:,| )(?:do|does|did|was it (?:that|until)|until|when|is|was) (?P<b>.+)",
    re.I,
)
_UNTIL = re.compile(
    r"^\W*(?:and |so )?(?:as|when|once|after) (?P<a>[^,]+?),? how (?:long|many seconds|much time)"
    r" (?:(?:does|did|is|was) it )?(?:take |passes |pass |passed )*(?:until|till|before) (?P<b>.+)",
    re.I,
)
_FROM_UNTIL = re.compile(
    r"^\W*(?:and |so )?(?:from|between) (?P<a>[^,]+?) (?:until|till|to|and) (?P<b>[^,]+), how (?:much time|long"
    r"|many (?:seconds|minutes))\b(?! (?:is|are|was|were) the)",
    re.I,
)
_EMPTY_BETWEEN = re.compile(
    r"\bhow (?:long|much time|many seconds) (?:is|was|were) (?:it empty|(?:there )?(?:nobody|no ?-?one|nothing"
    r"|no [a-z]+)(?: at all)?"
    r"(?: (?:there|visible|around|present|to be seen|seen|in (?:view|sight)))?|(?:it|the \w+) (?:empty"
    r"|deserted)) between"
    r" (?P<a>.+?) and (?P<b>.+)",
    re.I,
)
_FIRST = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me (?:if|whether))\W+)*(?:do|does|did|has|have|had) (?P<a>.+?)"
    r" (?P<side>before|after) (?P<b>.+)$",
    re.I,
)
_WHICH_FIRST = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me|say)\W+)*(?:which|what)(?: one| event)?"
    r" (?:comes?|came|happens?|happened|is|was|occurs?)"
    r" (?:first|earlier|sooner|before the other)\W+(?P<a>.+?),? or (?P<b>.+)$",
    re.I,
)
_LEAVES = re.compile(
    r"\b(?:leav(?:e|es|ing)|left|depart\w*|exit\w*|disappear\w*|vanish\w*|gone|last (?:seen|sighting)"
    r"|(?:go|goes|going|went|walks?|walked|walking|drives?|drove|driving|r[ua]ns?) (?:away|out|off)|(?:go|goes"
    r"|going)(?=\W*$))\b",
    re.I,
)
_COMES = re.compile(
    r"\b(?:appear\w*|com(?:e|es|ing)|came|arriv\w*|entr(?:y|ance)|enter\w*|(?:show|turn)\w* up|first (?:seen"
    r"|sighting)|start\w*"
    r"|(?:walks?|walked|walking|drives?|drove|driving|gets?|got) in(?:to)?)\b",
    re.I,
)
_NTH = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|last|final)\b", re.I)
_SIGHTING = re.compile(r"\b(?:first|last) (?:seen|sighting)\b", re.I)
_NUMBER = re.compile(rf"(?:\b(?:number|no\.?) ?|#| )(\d{{1,2}}|{'|'.join(WORDS)})\b", re.I)


_SMALL_WORDS = """
    the a an that this one ones is was were be been has had have having did does do it then just in into out of on at
    view sight frame picture shot scene up away off again finally already yet to from and person number no 's for good
"""
_SMALL = frozenset(_SMALL_WORDS.split())
"""Words that say no more of an event: with any others, it is left to the question reader."""


_WHAT_BETWEEN = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me|list|describe)\W+)*(?P<asks>what(?: all| else)?|which"
    r" (?P<kind>[a-z]+)|how many (?P<new>new |more |other )?(?P<many>[a-z]+)|who)"
    r" (?:(?:was |is |were |are )?(?P<does>happen(?:s|ed|ing)?|go(?:es|ing)? on|went on|appear(?:s|ed)?"
    r"|com(?:es?|ing)(?: by| in(?:to view)?| along)?"
    r"|came(?: by| in(?:to view)?| along)?|pass(?:es|ed|ing)?(?: by| through)?|arrived?|arrives|seen|visible"
    r"|there|(?:show|turn)(?:s"
    r"|ed)? up|enter(?:s|ed)?|join(?:s|ed)?|dr(?:o|i)ves? (?:by|past)|went (?:by|past)))"
    r" (?:in )?between (?P<a>.+?) and (?P<b>.+)$",
    re.I,
)
_GAP = re.compile(r"\b(?:gap|pause|break|empty)\b", re.I)
"""What lies between one's leaving and another's coming."""
_NEXT = re.compile(r"\b(?:next|following)\b|\b(?:some(?:body|one)|a person) else\b|\banother\b", re.I)
"""The one after the first of two."""
_FORMS = (
    *(("time_between", pattern) for pattern in (_UNTIL, _FROM_UNTIL, _EMPTY_BETWEEN, _AFTER, _BETWEEN)),
    *(("happens_before", pattern) for pattern in (_FIRST, _WHICH_FIRST)),
)


class Phrase(NamedTuple):
    """Which object is named, and what happens to it; None where that is not said."""

    thing: str | None
    nth: int | str | None
    change: str | None


def two_events(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question about two events that a text is, or None."""
    for family, pattern in _FORMS:
        found = pattern.search(text)
        if found is None:
            continue
        if (both := _both(found, class_names, duration_s)) is None:
            continue
        a, b = both
        if pattern is _EMPTY_BETWEEN or (
            pattern is _BETWEEN and _GAP.search(found[0][: found.start("a") - found.start()])
        ):
            a, b = a._replace(change=a.change or "leaves"), b._replace(change=b.change or "appears")
        if pattern is _WHICH_FIRST and a.change is None and a.nth is not None:
            a = a._replace(change=b.change or "appears")  # "which came earlier: the second person or the fourth?"
        thing = a.thing or b.thing
        if thing is None or (family == "happens_before" and not _apart(a, b)):
            continue
        default = "appears" if family == "time_between" else a.change or b.change or "appears"
        one, two = (Event(p.thing or thing, p.change or default, p.nth) for p in (a, b))
        if one == two:
            continue
        if family == "happens_before" and pattern is _FIRST and found["side"].lower() == "after":
            one, two = two, one
        return Question(family, event=one, other=two)
    return None


_PLAIN_FIRST = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|tell me|say)\W+)*(?:which|what|who)"
    r" (?P<does>com(?:es|e)|came|appear(?:s|ed)|arriv(?:es|ed)|(?:is|was) (?:seen|there|visible)|(?:shows?"
    r"|showed|turn(?:s|ed)) up"
    r"|leaves|left|disappear(?:s|ed)|goes away|went away|is gone|was gone)(?: in)? first"
    r"\W+(?:(?:was it|is it)\W+)?(?P<a>(?:the |an? )?[a-z]+(?: [a-z]+)?),? or (?P<b>(?:the |an? )?[a-z]+(?:"
    r" [a-z]+)?)\W*$",
    re.I,
)


def between_events(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question about what happens, comes, or how many come, between two events; None where it is none."""
    found = _WHAT_BETWEEN.match(text)
    if found is None or (said := _both(found, class_names, duration_s)) is None:
        return None
    a, b = said
    thing = a.thing or b.thing
    if thing is None or (a.change is None and a.nth is None and b.nth is None):
        return None
    # "between the first bus and the second": when one has gone and before the other comes
    after = Event(a.thing or thing, a.change or "leaves", a.nth or (1 if a.change is None else None))
    before = Event(b.thing or thing, b.change or "appears", b.nth)
    kind = found["many"] or found["kind"]
    term = None
    if kind is not None:
        named = [term for term in find_mentions(kind, class_names, duration_s).terms if term.known]
        if not named:
            return None
        term = named[0].term
    elif found["asks"].lower() == "who":
        term = "person"
    comes = found["new"] or re.match(r"appear|arriv|enter|join|show|turn|c[ao]me? (?:in|along)", found["does"], re.I)
    if found["many"] and comes:
        return Question("count_after", x=term, event=after, before=before)
    happens = re.match(r"happen|go|went on", found["does"], re.I)
    family = "count" if found["many"] else "describe" if happens and kind is None else "list"
    return Question(family, x=None if family == "describe" else term, after=after, before=before)


def which_first(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question of "which came first, the bus or the dog?"; None where it names more, or something unknown."""
    found = _PLAIN_FIRST.match(text)
    if found is None:
        return None
    named = [event_phrase(found[name], class_names, duration_s) for name in "ab"]
    if any(one is None or one.thing is None or one.nth or one.change for one in named):
        return None
    if named[0].thing == named[1].thing:
        return None
    family = "order_leaves" if _LEAVES.search(found["does"]) else "order"
    return Question(family, x=named[0].thing, y=named[1].thing)


def _both(found: re.Match[str], class_names: tuple[str, ...], duration_s: float) -> tuple[Phrase, Phrase] | None:
    """The two events that a form names."""
    one, other = event_phrase(found["a"], class_names, duration_s), _following(found, class_names, duration_s)
    return None if one is None or other is None else (one, other)


def _following(found: re.Match[str], class_names: tuple[str, ...], duration_s: float) -> Phrase | None:
    """The second of two events; "the next one" is the one after the first."""
    text = found["b"]
    first = event_phrase(found["a"], class_names, duration_s)
    if first is not None and isinstance(first.nth, int) and _NEXT.search(text):
        said = event_phrase(_NEXT.sub(f"{first.nth + 1}th", text), class_names, duration_s)
        return said and said._replace(thing=said.thing or first.thing)
    return event_phrase(text, class_names, duration_s)


def _apart(a: Phrase, b: Phrase) -> bool:
    """Can only two events say it: ordinals, or a coming and a leaving?"""
    if a.change is None or (b.change is None and b.nth is None):
        return False
    changes = {a.change, b.change or a.change}
    if changes == {"appears"} and {a.nth, b.nth} <= {None, 1}:  # "does the bus come before the car?"
        return False
    return len(changes) > 1 or a.nth is not None or b.nth is not None


def event_phrase(text: str, class_names: tuple[str, ...], duration_s: float) -> Phrase | None:
    """Such as "the first person leaving", "the second arrives", "person 2"; None for what is no event."""
    found = find_mentions(text, class_names, duration_s)
    known = [term for term in found.terms if term.known and term.term != THING]
    if found.times or len(known) > 1 or any(not term.known for term in found.terms):
        return None
    nth: int | str | None = None
    if said := _NTH.search(_SIGHTING.sub("", text)):
        word = said[0].lower()
        nth = LAST if word in ("last", "final") else ORDINALS.get(word) or int(re.match(r"\d+", word)[0])
    elif known and (number := _NUMBER.match(text, known[0].end)):
        word = number[1].lower()
        nth = WORDS[word] if word in WORDS else int(word)
    leaves, comes = _LEAVES.search(text), _COMES.search(text)
    if leaves and comes:
        return None
    left = text
    for start, end in [(t.start, t.end) for t in known]:
        left = f"{left[:start]} {left[end:]}"
    for pattern in (_SIGHTING, _NTH, _LEAVES, _COMES):
        left = pattern.sub(" ", left)
    if any(word.lower() not in _SMALL and word.lower() not in WORDS for word in re.findall(r"[A-Za-z']+", left)):
        return None
    change = "leaves" if leaves else "appears" if comes else None
    if not known and nth is None:
        return None
    return Phrase(known[0].term if known else None, nth, change)
