"""Questions about some of a kind: "of the people who were there at the beginning, how many stayed to the end?".

Which they are is asked for first ("how many people were there at the beginning?"); the rest is asked of those alone, or
of all but those ("not counting the cars that were there at the start, how many come?").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.vocabulary import find_term, noun
from pipeline.asking.mentions import PEOPLE
from pipeline.comparing.comparison import POLITE

_VERB = (
    r"(?:was|were|wasn['’]t|weren['’]t|is|are|isn['’]t|aren['’]t|had|have|has|came?|come|stay(?:s|ed)?|stood"
    r"|stand(?:s|ing)?|left"
    r"|leave|went|go|arrived?|appear(?:s|ed)?|enter(?:s|ed)?|move[sd]?|pass(?:ed)?|walk(?:s|ed)?|drove|drive|rode|ride)"
)
_WHO = rf"(?P<x>[a-z]+(?: [a-z]+)?) (?:who|that|which) (?P<clause>{_VERB}\b(?:[^,:;]|(?<=\d):(?=\d))+)"
_EVERYBODY = (
    r"(?P<all>everybody|everyone|everything|anybody|anyone) (?:who|that|which)"
    rf" (?P<clause2>{_VERB}\b(?:[^,:;]|(?<=\d):(?=\d))+)"
)
_THOSE = rf"(?<=those )(?:who|that) (?P<clause2>{_VERB}\b(?:[^,:;]|(?<=\d):(?=\d))+)"
_ASKS = r"(?P<rest>(?:how|which|what|who|when|where|did|do|does|is|are|was|were)\b.+?)"
_FORMS = (
    (False, rf"\W*{POLITE}(?:of|among|out of) (?:all (?:of )?)?(?:the |those )?(?:{_WHO}|{_THOSE}), {_ASKS}\W*$"),
    (False, rf"\W*{POLITE}(?:counting|considering|looking at|taking) only (?:the |those )?{_WHO}, {_ASKS}\W*$"),
    (False, rf"\W*{POLITE}{_ASKS},? (?:counting|considering|looking at) only (?:the |those )?{_WHO}\W*$"),
    (
        True,
        rf"\W*{POLITE}(?:ignoring|not counting|leaving out|apart from|excluding|except(?: for)?|without counting)"
        rf" (?:(?:all (?:of )?)?(?:the |those )?{_WHO}|{_EVERYBODY}), {_ASKS}\W*$",
    ),
)
_AT = r"(?P<clause>(?:there|visible|present|in (?:view|sight)) (?:at|from) [^,]+?)"
_START = r"(?P<clause>there (?:at|from) the (?:very )?(?:start|beginning))"
_NOT_THERE = r"(?:that|who|which) (?:was|were)(?:n['’]t| not) (?:already )?"
_PICTURE_SIDE = r"(?:left|right|top|bottom)(?:[- ]hand)?(?: (?:side|edge))?"
_COMES_FROM = (
    r"(?P<clause>(?:comes?|came|enter(?:ed|s)?|arrive[ds]?|appear(?:ed|s)?|walk(?:ed|s)?|drove|drives?)(?: in"
    rf"| into (?:view|the (?:picture|frame|scene)))? (?:from|at|on|through) the {_PICTURE_SIDE})"
)
_GOES_TO = (
    r"(?P<tail>(?:leave|left|exit(?:ed)?|go|went|walk(?:ed)?|drove|drive|disappear(?:ed)?)(?: out| off| away)?"
    rf" (?:to|at|on|towards?|through) the {_PICTURE_SIDE})"
)
_MORE_FORMS = (
    (
        False,
        rf"\W*{POLITE}(?P<rest>how many) (?P<x>[a-z]+) (?:(?:who|that|which) )?{_COMES_FROM},?(?: and| but)?"
        rf"(?: then| also| later)? {_GOES_TO}(?: again)?\W*$",
    ),
    (
        False,
        rf"\W*{POLITE}(?P<rest>(?:which way|how long|when|where|on which side) (?:do|does|did) the) (?P<x>[a-z]+)"
        rf" (?:who|that|which) {_COMES_FROM}(?P<tail> (?:leave|stay|go|move|appear|exit|stop)\b.*?)\W*$",
    ),
    (
        False,
        rf"\W*{POLITE}(?P<rest>which) of the (?P<x>[a-z]+) (?:that |who )?(?:are |were |is )?{_AT}"
        rf" (?P<tail>{_VERB} .+?)\W*$",
    ),
    (True, rf"\W*{POLITE}(?P<rest>.+?\b(?P<x>[a-z]+)(?: to [a-z ]+?)?) {_NOT_THERE}{_START}\W*$"),
    (
        True,
        rf"\W*{POLITE}(?P<rest>.+?\bthe (?:first|second|third|last)) new (?P<x>[a-z]+)(?P<tail> .+?) after the"
        rf" start\W*$",
    ),
    (
        True,
        rf"\W*{POLITE}(?P<rest>.+?\bthe (?:first|second|third|last)) (?:additional|new|further|other)"
        rf" (?P<x>[a-z]+), (?:beyond|besides"
        r"|apart from|not counting|other than|in addition to|excluding) (?:those|the ones) (?:already )?there"
        r" (?:from|at) the"
        r" (?:very )?(?:start|beginning),(?P<tail> .+?)\W*$",
    ),
    (
        True,
        rf"\W*{POLITE}(?P<rest>how many) (?P<x>[a-z]+)(?P<tail> (?:came|come|arrived?|turned up|showed up)(?:"
        rf" in)?) later\b.*$",
    ),
    (
        True,
        rf"\W*{POLITE}(?P<rest>(?:when|at what time) (?:does|did) the first) new (?P<x>[a-z]+)(?P<tail>"
        rf" (?:appear|come|arrive|show up|turn up)"
        r"(?: in)?)\W*$",
    ),
)
"""In these the thing belongs to what is asked of it."""
_PATTERNS = tuple((without, re.compile(pattern, re.I)) for without, pattern in (*_FORMS, *_MORE_FORMS))
_NOT = re.compile(r"\b(?P<verb>was|were|is|are)(?:n['’]t| not)\b", re.I)
_OF_ONE = re.compile(r"^(?:comes|enters|arrives|appears|walks|drives)\b", re.I)
_BARE = re.compile(
    rf"\b(?P<how>how many|which)(?: of (?:them|these|those))?(?= {_VERB}\b| still\b| later\b| then\b| per\b)", re.I
)
_OF_THEM = re.compile(r"\b(?:of (?:them|these|those)|they|those|them)\b", re.I)


_FROM_THE_START = re.compile(
    r"\b(?:standing |waiting |parked |already )*there (?:from|since) the (?:very )?(?:first (?:frame|moment"
    r"|second)|start|beginning)"
    r"(?: on)?\b",
    re.I,
)
COUNTS = frozenset(("count", "count_at", "count_between", "count_before", "count_after", "count_left"))
"""What `ThoseWho.asks` is understood as."""


class ThoseWho(NamedTuple):
    """asks: the count of those who are meant, or not meant (without). term: what they are. rest: what is asked."""

    asks: str
    rest: str
    term: str
    without: bool


def those_who(text: str) -> ThoseWho | None:
    """The some of a kind that a question is about; None where it is about none, or all, of them."""
    for without, pattern in _PATTERNS:
        found = pattern.match(text)
        if found is None:
            continue
        said = found.groupdict()
        clause = (said.get("clause") or said.get("clause2") or "there at the start").strip(" ?.!")
        rest = said["rest"].strip()
        name = (said["x"] or "people").lower()
        term = "person" if name in PEOPLE or name == "people" else find_term(name)
        if term is None:
            return None
        xs = noun(term).plural
        if re.search(r"\b(?:but|and)\b.*\b(?:not|never)\b|n['’]t\b.*\b(?:but|and)\b", clause, re.I):
            return None  # two sets in one
        clause = _FROM_THE_START.sub("there at the start", clause)
        if (negated := _NOT.search(clause)) is not None:
            clause, without = clause[: negated.start()] + negated["verb"] + clause[negated.end() :], not without
        if said.get("tail"):
            tail = re.sub(r"^left\b", "leave", said["tail"].strip(), flags=re.I)
            rest = f"{rest} {said['x']} {tail}"
            clause = _OF_ONE.sub(lambda verb: verb[0].rstrip("s"), clause)
        if clause.split(" ", 1)[0].lower() in ("there", "visible", "present", "in"):
            clause = f"are {clause}"
        rest = _BARE.sub(rf"\g<how> {xs}", rest)
        rest = _OF_THEM.sub(f"the {xs}", rest)
        return ThoseWho(f"how many {xs} {clause}?", f"{rest}?", term, without)
    return None
