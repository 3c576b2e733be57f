"""Questions limited by what no program knows as an event: "how many people are there when the bus stops?".

A program's limit is that something appears or leaves. Any other event (it comes back, stops, leaves for the second
time) is asked for first, and its time is put in its place: "how many people are there at 23.4 seconds?".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.time_amounts import ORDINALS
from pipeline.answers import Answer
from pipeline.comparing.comparison import ORDINAL, POLITE

_NTH_TIME = rf"(?:for )?(?:the|its|his|her|their) (?:{'|'.join(ORDINALS)}|last|final) time"
_PLACE = r"(?: (?:at|on|in|near|by|before|beside|to|into) (?:the|a|this|that|my|our) [a-z]+(?: [a-z]+)?)?"
_VERBS = (
    ("come back", r"(?:com(?:es?|ing) back|came back|has come back|return(?:s|ed|ing)?|has returned|reappear(?:s"
                  r"|ed|ing)?"
                  r"|(?:is|was) (?:back|put back|returned|there again|visible again))"),
    ("stop", r"(?:stop(?:s|ped|ping)?|halt(?:s|ed|ing)?|com(?:es?|ing) to a (?:stop|halt|standstill)|came to a"
             r" (?:stop|halt|standstill)|parks|parked|parking)"),
    ("appear", rf"(?:appear(?:s|ed|ing)?|com(?:es?|ing)|came|arriv(?:es?|ed|ing)|enter(?:s|ed|ing)?|(?:is|was) seen)"
               rf"(?: in)?(?= {_NTH_TIME})"),
    ("leave", r"(?:leav(?:es?|ing)|left|disappear(?:s|ed|ing)?|go(?:es|ing)?(?: away)?|went(?: away)?|(?:is"
              rf"|was) gone)"
              rf"(?= {_NTH_TIME})"),
)  # fmt: skip
_VERB = "|".join(rf"(?P<v{k}>{pattern})" for k, (_, pattern) in enumerate(_VERBS))
_WHO = r"(?P<x>(?:the|an?|any|one of the) (?:[a-z]+ ){0,2}?[a-z]+|it|he|she|they|anybody|anyone|somebody|someone|one)"
_EVENT = (
    rf"{_WHO}(?: (?:first|finally|then|has|have|had|is|was))? (?:{_VERB}){_PLACE}(?P<time> {_NTH_TIME})?"
    r"(?: again)?(?: for good)?"
)
_STANDS = (
    rf"{_WHO} (?:(?:is|was|are|were) (?:standing(?: still)?|stopped|parked|waiting|stationary|at a standstill)"
    rf"|stands(?: still)?|stood(?: still)?|waits|waited){_PLACE}"
)
_WHEN = (
    r"(?:(?:right |just |exactly )?when|as(?: soon as)?|by the time"
    r"|(?:at )?the (?:very |exact )?(?:moment|time|instant|second)(?: when| that)?)"
)
_LIMITS = (
    (
        "after",
        r"(?:(?:right |just |soon |shortly |directly )?after|since|once|from when|from the moment(?: when| that)?)",
    ),
    ("before", r"(?:(?:right |just |shortly )?before|until|till|up to(?: when| the moment(?: when| that)?)?)"),
    ("at", _WHEN),
)
_WORD = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in _LIMITS)
_ASKS = (
    r"(?:how|what|which|who|whose|where|when|is|are|was|were|does|do|did|has|have|had|can|could|list|name|count"
    r"|show)\b"
)
_FORMS = (
    re.compile(rf"\W*{POLITE}(?:{_WORD}) {_EVENT},? (?P<rest>{_ASKS}.+?)\W*$", re.I),
    re.compile(rf"\W*{POLITE}(?P<rest>{_ASKS}.+?),? (?:{_WORD}) {_EVENT}\W*$", re.I),
)
_WHILE = r"(?:while|whilst|as long as|during the time(?: when| that)?|when)"
_WHILE_FORMS = (
    re.compile(rf"\W*{POLITE}{_WHILE} {_STANDS},? (?P<rest>{_ASKS}.+?)\W*$", re.I),
    re.compile(rf"\W*{POLITE}(?P<rest>{_ASKS}.+?),? {_WHILE} {_STANDS}\W*$", re.I),
)
_IT = re.compile(r"it|he|she|they|one", re.I)
_NAMED = re.compile(rf"\b(?:the|an?) (?:(?:{ORDINAL}|left|right|other) )?[a-z]+\b", re.I)
_NO_THING = re.compile(
    r"\b(?:tape|video|clip|recording|footage|film|movie|camera|time|music|rain|clock|counter)\b", re.I
)
_NOT_ALONE = re.compile(
    r"\W*how (?:long|much (?:time|later)|many (?:seconds|minutes))(?: (?:does|did|is|was|will) it(?: take|"
    r" last)?)?\W*$"
    r"|\W*(?:does|did|do|has|have|had)\b|\W*(?:what|which)(?: (?:event|one))? (?:comes|happens|is|came|happened)"
    r" first\b"
    r"|.*\b(?:between|from)\b",
    re.I,
)
"""With these an event is no limit: "does the dog come before the bus stops?" compares two."""


EVENT_FAMILIES = frozenset(("returns_when", "returns", "stops_when", "stands", "when_appears", "when_leaves"))
"""What `EventLimit.asks` is understood as."""


TIME = "\0"


class EventLimit(NamedTuple):
    """asks: the plain question that the event's time, or stretch, answers. rest: what is asked, `TIME` for the time."""

    asks: str
    rest: str

    def at(self, answer: Answer) -> str | None:
        """What is asked, with the event's time in its place; None where it is no time, or never comes."""
        if answer.refused or isinstance(answer.value, str) or answer.value is None:
            return None
        if answer.kind == "time":
            return self.rest.replace(TIME, f"{answer.value:.1f} seconds")
        if answer.kind == "duration" and answer.evidence:
            longest = max(answer.evidence, key=lambda piece: piece.end_s - piece.start_s)
            return self.rest.replace(TIME, f"{longest.start_s:.1f} and {longest.end_s:.1f} seconds")
        return None


def event_limit(text: str) -> EventLimit | None:
    """The event that limits a question and is no coming or leaving; None where there is none."""
    for forms, is_while in ((_FORMS, False), (_WHILE_FORMS, True)):
        found = next(filter(None, (form.match(text) for form in forms)), None)
        if found is None:
            continue
        rest, who = found["rest"], found["x"]
        if _NOT_ALONE.match(rest) or _NO_THING.search(who):
            return None
        if _IT.fullmatch(who):
            named = _NAMED.search(rest)
            if named is None:
                return None
            who = named[0]
        if is_while:
            return EventLimit(f"how long does {who} stand still?", f"{rest} between {TIME}?")
        verb = next(name for k, (name, _) in enumerate(_VERBS) if found[f"v{k}"])
        limit = next(name for name, _ in _LIMITS if found[name])
        if limit == "before" and re.match(r"how (?:long|much time|many seconds)\b", rest, re.I):
            return None  # "how long is it away until it is back?"
        rest = re.sub(r"\b(?:it|he|she)\b", who, rest) if limit == "at" and not _NAMED.search(rest) else rest
        return EventLimit(f"when does {who} {verb}{found['time'] or ''}?", f"{rest} {limit} {TIME}?")
    return None
