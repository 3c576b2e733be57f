"""What a question names that its reading has no place for (`left_out`), or the clip (`past_the_end`).

A misread question is answered in good faith, and often looks right: "any dogs or cats?" gets an answer about dogs. What
was named and is not asked after is the plainest sign of it, and found without learning. How many of the misread
questions of the exams it marks, and of the understood ones: LOG.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.clock import clock
from data.meaning import REFUSALS, Question
from data.meaning.question import AT_MOST, JUST, MEASURED, NUMBERED
from data.time_amounts import ORDINALS
from data.vocabulary import THING, covered
from pipeline.asking.mentions import KEPT, Mentions, find_mentions, is_edge
from pipeline.asking.sides import said_side

MISREAD = 0.2
"""Confidence in an answer that leaves something out."""
_EDGE = re.compile(
    r"\b(?:at|in|near) the (?:very )?(?:end|beginning|start)\b(?! of (?!(?:the |this )?(?:video|clip|film)))", re.I
)
HAS_EDGES = frozenset(("first", "last", "list"))
"""Families to which the end and the beginning belong: "what came last, at the end?" leaves nothing out."""
_NOBODY = re.compile(
    r"\b(?:(?:nobody|no ?-?one)(?! (?:else|and nothing)\b)|empty|deserted|without(?! exception\b))\b", re.I
)
_COUNTS_NOBODY = frozenset(("time_between", "exists", "min_at_once", "when_fewest", "absent", "longest_absent"))
_PLACE = re.compile(r"\b(?P<word>left|right|middle|centre|center|upper|lower|top|bottom)(?:most|-hand)? $", re.I)
_NUMBER = re.compile(
    r"\b(?P<word>two|three|four|five|six|seven|eight|nine|ten|[2-9]|\d\d+) (?:(?!an? |the |to |and )[a-z]+ )?$", re.I
)
_LEAVING = re.compile(
    r"\b(?:leaves?|(?<!the )(?<!far )(?<!are )(?<!is )(?<!were )(?<!was )(?<!still )left"
    r"|leaving(?! (?:out|aside)\b)|departs?|departed|disappears?|disappeared|vanish(?:es|ed)?"
    r"|exit(?:s|ed)?"
    r"|(?:go|goes|went|gone|walks?|walked|drives?|drove) (?:out|away|off))\b"
    r"(?!-hand| side| half| or right| (?:in|at|on|for|to|aside|out)\b)",
    re.I,
)
_COUNTED = ("count", "count_at", "count_between", "count_before", "count_after", "first", "last", "nth", "list")
_AWAY = re.compile(
    r"\b(?:away|gone(?! (?:the |in an? )?(?:quickest|fastest|soonest|wink|flash)\b)"
    r"|absent|missing|gap|hidden|without|out of (?:sight|view|frame|shot))\b",
    re.I,
)
_GONE = re.compile(r"\b(?:gone|missing|absent)\b(?! (?:by|past|through)\b)", re.I)
_LONGER = re.compile(
    r"\b(?:longer|shorter|more|less) than (?:\d+|an?|half an?|[a-z]+) ?(?:s|secs?|seconds?|m|mins?|minutes?|hours?)\b",
    re.I,
)
_OF_TWO = re.compile(r"\b(?:longer|shorter|briefer)\b(?=.*\bor\b)", re.I)
_LASTING = ("duration", "longest", "shortest")
_TIMES = re.compile(r"\bhow (?:many times|often)\b", re.I)
_UNCOUNTED = frozenset(
    ("returns", "returns_when", "leaves_to", "enters_from", "together", "when_appears", "when_leaves", "exists")
)
_MORE_ON = re.compile(
    r"\bmore\b(?=.*\b(?:left|right|top|bottom)\b.*\b(?:or|than)\b.*\b(?:left|right|top|bottom)\b)", re.I
)
_MEDIAN = re.compile(r"\b(?:median|percentile|variance|standard deviation|quartile)\b", re.I)
_STAYS_THROUGHOUT = re.compile(
    r"\b(?:stay\w*|remain\w*|visible|present|in (?:view|sight|shot|frame))\b.{0,24}"
    r"\b(?:the (?:whole|entire) (?:time|video|clip)|all the time|throughout"
    r"|from (?:the )?(?:very )?(?:start|beginning) to (?:the )?(?:very )?(?:end|finish))\b",
    re.I,
)
_MEAN = re.compile(r"\b(?:on average|average)\b", re.I)
_WHOLE_TIME = re.compile(
    r"\b(?:the (?:whole|entire) time|all the time|always|throughout|constantly|permanently"
    r"|from (?:start to finish|beginning to end|start to end)"
    r"|(?:whole|entire|full) (?:first|second|last|third) (?:half|third|quarter|minute))\b",
    re.I,
)
_BUT_NOT = re.compile(
    r"\b(?:other than|apart from|(?<!not a single one )besides|except(?: for)?|excluding|but not|rather than"
    r"|not counting(?! (?:any|one|anything|anybody|anyone)\b[^,]* twice)|leaving (?:out|aside)|leave out|ignoring"
    r"|disregarding|setting aside)\b",
    re.I,
)
_TIMES_SET_ASIDE = re.compile(
    r"\b(?:excluding|not counting|leaving (?:out|aside)|leave out|ignoring|disregarding|setting aside) "
    r"(?:(?:any|eve?ry)thing|all|whatever|what|the (?:bit|part|initial|opening|final|closing|first|last|rest))\b",
    re.I,
)
"""What is set aside is a stretch of time; what is left of the clip is the question's."""
_NEXT_MOST = re.compile(
    r"\b(?:second|third|fourth|2nd|3rd)[- ](?:longest|shortest|most|least|fewest"
    r"|busiest|largest)\b",
    re.I,
)
_THE_ONE_WHO = re.compile(
    r"\b(?:who|that|which) (?:stays?|stayed|is|was|remains?) (?:there |visible |in view )?(?:the"
    r" )?(?:longest|shortest|most)\b",
    re.I,
)
_SUPERLATIVE = frozenset(("longest", "shortest", "longest_visit", "stays_ranked"))
_MOVING = re.compile(r"\b(?:is|are|was|were) (?:also |still |just )?moving\b", re.I)
_ONCE_MORE = re.compile(
    r"\b(?:more than once|several times|(?<!counted )(?:only once|just once|exactly once)|twice)\b", re.I
)
_REPEATED = frozenset(("visits", "returns", "count_returns", "when_each"))
_FIRST_FEW = re.compile(
    r"\b(?:first|last) (?:two|three|four|five|six|[2-9])\b(?! (?:\w+ )?(?:s|secs?|seconds?|m|mins?|minutes?|hours?)\b)",
    re.I,
)
_NEITHER = re.compile(r"\bneither\b(?! (?:one )?(?:more|fewer|less|below|above|under|over)\b).*\bnor\b", re.I)
_NTH_TIME = re.compile(rf"\b(?:{'|'.join(o for o in ORDINALS if o not in ('first', '1st'))}) times?\b", re.I)
"""Which of its visits, leavings, returns: no program knows."""
_SIDE = re.compile(
    r"\b(?:on|at) the (?:far )?(?:left|right)\b(?! (?:time|moment|second|instant|spot|point|frame)\b)"
    r"|\b(?:left|right)(?:-hand)? (?:side|half|third|part)\b",
    re.I,
)
_HEADED = re.compile(
    r"\b(?:head|mov|travel|fac)(?:e|es|s|ed|ing|led|ling)? (?:(?:to|towards?) )?(?:the )?(?:left|right)\b"
    r"(?! (?:after|before|when|away|now|at|behind|in|as|once|on|through|up|past)\b)"
    r"|\b(?:left|right)(?:wards?|[- ](?:going|bound|moving|heading))\b"
    r"|\b(?:from|at|on|to|towards?|by) the (?:left|right)\b(?! (?:time|moment|second|instant|spot|point|frame)\b)"
    r"|\b(?:from|out|in) (?:above|below)(?=\W*(?:and\b|$))",
    re.I,
)
"""A side or a way, said in passing."""
_MINUS = re.compile(r"\b(?:minus(?! (?:a bit|the gaps)\b)|ratio|subtract\w*)\b", re.I)
_FARTHEST = re.compile(r"\b(?:longest|shortest|briefest)\b", re.I)
_OF_LENGTHS = frozenset(
    (
        *("longest", "shortest", "longest_visit", "stays_ranked", "longest_gap", "shortest_gap", "longest_absent"),
        *("duration", "absent", "away", "when_fewest", "stays_each", "when_each", "mean_gap", "mean_interval"),
    )
)
_UNTIL = re.compile(r"\b(?:stay|remain|wait|last)(?:s|ed)?\b.{0,20}\b(?:until|till|beyond|past)\b", re.I)
_TWO_SIDES = re.compile(
    r"\b(?:from|at|on|to|towards?) the (?:left|right|top|bottom)\b.*\b(?:leaves?|exits?|exited|out|off|goes|went)\b"
    r".*\b(?:to|at|on|towards?) the (?:left|right|top|bottom)\b",
    re.I,
)
_WHERE_IT_CAME = re.compile(
    r"\b(?:where (?:they|it|he|she) (?:comes?|came|enter(?:s|ed)?|starts?|started|began|appear(?:s|ed)?)(?: in| from)?"
    r"|the (?:same )?(?:side|way|place) (?:they|it|he|she|that they) (?:came|come|comes|entered|started)"
    r"|the same (?:side|place|way)|there and back)\b",
    re.I,
)
_SIDED = frozenset(("where_at", "direction", "enters_from", "leaves_to"))
_ONCE = frozenset(
    (
        *(
            "when_appears",
            "when_leaves",
            "returns_when",
            "leaves_when",
            "direction",
            "enters_from",
            "leaves_to",
            "where_at",
        ),
        *("returns", "duration", "away"),
    )
)
_EXACTLY = re.compile(
    r"\b(?P<word>only|just|exactly|precisely) (?:an?|one|two|three|four|five|six|\d+) (?:\w+ )?$", re.I
)
_COUNTS_TO = NUMBERED | {"together", "max_at_once", "min_at_once", "when_most"}
_OF_JUST = AT_MOST | JUST
_MEANS = frozenset(("mean_at_once", "mean_stay"))
_NTH = re.compile(rf"(?<!which )(?<!what )\b(?P<nth>{'|'.join(ORDINALS)}) (?:\w+ )?$", re.I)
_FIRST = ("first", "1st")
_FROM_THE_FIRST = frozenset(
    (
        *("when_appears", "first", "next_after", "previous_before", "enters_from", "order", "returns_when"),
        *("first_leaves", "leaves_when", "order_leaves"),
    )
)
"""Families that mean the first one unless another is named."""


_CUT_AWAY = re.compile(
    r"\b(?:cut(?:ting)?|thr[eo]w(?:ing|n)?|tak(?:e|ing)|took) (?:out|away|off)? ?"
    r"(?:every|all|each|any)\w*(?: the)?(?: (?:bit|part|moment|second|stretch|piece)s?)? without\b",
    re.I,
)
"""What is then left is when it is there."""


def left_out(text: str, question: Question, class_names: Sequence[str], duration_s: float) -> tuple[str, ...]:
    """The words of `text` that `question`, as it was read, leaves out; none of a refusal.

    Known things, times, "at the end", ordinals, numbers and places before a thing ("the fourth person", "three
    bottles", "the left bottle"), and nobody where somebody is asked about.
    """
    if question.family in REFUSALS:
        return ()
    if question.family == "duration":
        text = _CUT_AWAY.sub("with", text)
    if question.side is not None and (side := said_side(text)) is not None:
        text = side.rest
    names = tuple(class_names)
    found = find_mentions(text, names, duration_s)
    if question.family == "describe" or question.family in MEASURED:
        measures = _times(text, found, question) if question.family in MEASURED else []
        return tuple(dict.fromkeys([*_things(text, found, question, names), *measures]))
    said = [
        word
        for part in (
            _things(text, found, question, names),
            _times(text, found, question),
            _ordinals(text, found, question),
            _limits(text, found, question),
        )
        for word in part
    ]
    return tuple(dict.fromkeys(said))


def past_the_end(question: Question, duration_s: float) -> bool:
    """Does a question ask of a time when the clip is over?"""
    asked_s = question.stretch[0] if question.stretch is not None else question.t_s
    return asked_s is not None and asked_s > duration_s + 1e-6


MAYBE_ANOTHER = "left out: this may answer another question"


def notes_of(question: Question, words: Sequence[str], duration_s: float) -> tuple[str, ...]:
    """What the user should know of it, as sentences. words: those of `left_out`."""
    notes = ()
    if words:
        named = " and ".join(f"'{word}'" for word in words)
        notes = (f"{named} {'is' if len(words) == 1 else 'are'} {MAYBE_ANOTHER}",)
    return (*notes, f"the video ends at {clock(duration_s)}") if past_the_end(question, duration_s) else notes


def _things(text: str, found: Mentions, question: Question, names: tuple[str, ...]) -> list[str]:
    asked = question.things | {THING}
    used = asked.union(*({names[k] for k in covered(term, names)} for term in asked - {THING}))
    said = [(text[term.start : term.end], term) for term in found.terms]
    return [
        words
        for words, term in said
        if term.known
        and words.lower() not in KEPT
        and not used & {term.term, *(names[k] for k in covered(term.term, names))}
    ]


def _times(text: str, found: Mentions, question: Question) -> list[str]:
    if question.stretch is not None or question.t_s is not None:
        return []
    has_edges = question.family in HAS_EDGES
    return [text[time.start : time.end] for time in found.times if not (has_edges and is_edge(text, time))]


def _ordinals(text: str, found: Mentions, question: Question) -> list[str]:
    events = question.events
    if question.nth is not None or any(event.nth is not None for event in events):
        return []
    said = (_NTH.search(text[: term.start]) for term in found.terms)
    words = [nth["nth"] for nth in said if nth is not None]
    first_is_meant = question.family in _FROM_THE_FIRST or any(event.change == "appears" for event in events)
    return [word for word in words if not (first_is_meant and word.lower() in _FIRST)]


def _limits(text: str, found: Mentions, question: Question) -> list[str]:
    """Words that make another question of one, and that this one has no place for."""
    out = []
    if question.family not in _COUNTS_NOBODY:
        out += [word[0] for word in _NOBODY.finditer(text)]
    out += _more_than_read(text, question)
    whole = (question.stretch, question.t_s, question.after, question.before, question.event) == (None,) * 5
    if whole and question.family not in HAS_EDGES:
        out += [word[0] for word in _EDGE.finditer(text)]
    for term in found.terms:
        before = text[: term.start]
        if not term.known or text[term.start : term.end].lower() in KEPT - {"person"}:
            continue
        out += [place["word"] for place in (_PLACE.search(before),) if place]
        if question.family not in _OF_JUST:
            out += [exact["word"] for exact in (_EXACTLY.search(before),) if exact]
        if question.nth is None and question.family not in _COUNTS_TO:
            timed = any(time.start < term.start and before[time.end :].strip() == "" for time in found.times)
            out += [number["word"] for number in (_NUMBER.search(before),) if number and not timed]
    return out


def _more_than_read(text: str, question: Question) -> list[str]:
    """Words that no program has a place for: leaving and being away where staying is asked about, means, sides."""
    family = question.family
    leaves = any(event.change == "leaves" for event in question.events)
    if question.stretch is not None:
        text = _TIMES_SET_ASIDE.sub("in", text)
    signs = (
        (_LEAVING, family in _COUNTED and not leaves),
        (_AWAY, family in _LASTING and not leaves),
        (_GONE, family in (*_COUNTED, "exists", "where_at") and not leaves),
        (_MORE_ON, family not in ("compare", "count")),
        (_MEDIAN, True),
        (_STAYS_THROUGHOUT, family in _COUNTED and question.side is None),
        (_LONGER, question.side is None),
        (_OF_TWO, family in ("longest", "shortest")),
        (_TIMES, family in _UNCOUNTED),
        (_MEAN, family not in _MEANS),
        (_BUT_NOT, family not in ("together", "together_list")),
        (_NEXT_MOST, True),
        (_THE_ONE_WHO, family not in _SUPERLATIVE),
        (
            _MOVING,
            family in ("list", "together_list", "first", "next_after", "count", "count_at") and question.side is None,
        ),
        (_ONCE_MORE, family in ("list", "exists", "count", "count_between", "first", "last")),
        (_FIRST_FEW, True),
        (_NEITHER, family not in ("exists", "absent")),
        (_NTH_TIME, question.nth is None and family in _ONCE),
        (_WHOLE_TIME, family in ("exists", "together")),
        (_SIDE, family not in _SIDED),
        (_TWO_SIDES, question.side is None),
        (_WHERE_IT_CAME, True),
        (_HEADED, family not in _SIDED),
        (_MINUS, family not in ("away", "absent")),
        (_FARTHEST, family not in _OF_LENGTHS),
        (_UNTIL, family in ("count", "count_between", "count_at")),
    )
    return [found[0] for sign, counts in signs if counts and (found := sign.search(text))]
