"""The second time that something happens: "when does the dog come for the second time?" (`that_time`).

No program numbers the visits of one thing; which one is meant is looked up in the clip, and the question is put about
that visit alone. A visit ends where a thing is away, and not where it is hidden for a moment (`data.meaning.absence`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from data.meaning import ClipView, Question, run
from data.meaning.absence import absences
from data.meaning.choosing import EPS, picked
from data.meaning.limits import limited_to
from data.meaning.parts import INF, Cut, union_of
from data.time_amounts import ORDINALS
from data.vocabulary import THING
from pipeline.telling.english import capital, one, ordinal

_NTH = "|".join(word for word in ORDINALS if word not in ("first", "1st"))
_TIME = re.compile(
    rf"(?:,? )?\b(?:for |on |at |during |in )?(?:the|its|his|her|their) (?P<nth>{_NTH})"
    r" (?:time|visit|appearance|stay|pass|trip)\b(?! (?:of|by|to|from|and|or|in which)\b)"
    r"|,? \b(?:on (?:the|its|his|her|their) way back|on (?:its|his|her|their) return)\b,?"
    r"|(?:(?<=missing)|(?<=absent)|(?<=away)|(?<=gone)) (?:for )?the first time\b",
    re.I,
)
"""The first time is meant where no other is named, but of an absence: that is all of them together."""
_COMES_BACK = frozenset(("returns", "returns_when", "count_returns"))
_STARTS = frozenset(("when_appears",))
_ENDS = frozenset(("when_leaves", "leaves_when"))
_ABSENCES = frozenset(("away", "longest_gap", "shortest_gap"))
_DURING = frozenset(("duration", "direction", "enters_from", "leaves_to", "where_at", "together_list", "exists"))


_ASKED_ABOUT = re.compile(r"\W*(?:(?:and|so)\W+)?(?:how long|when|what|which)(?: (?:is|was))?\s*", re.I)
"""Before what is asked about itself: "how long was the second visit?"."""


def _asked_about(text: str, found: re.Match[str]) -> bool:
    """Whether a time is what the question is about; one that begins a text is not, where a comma follows."""
    before = text[: found.start()]
    if not re.search(r"\w", before):
        return not text[found.end() :].startswith(",")
    return bool(_ASKED_ABOUT.fullmatch(before))


def said_time(text: str) -> int | None:
    """Which time a text is about: 2 for "the second time"; None where it says none."""
    found = _TIME.search(text)
    if found is None or _asked_about(text, found):
        return None
    if "way back" in found[0].lower() or "return" in found[0].lower():
        return 2
    word = (found["nth"] or "first").lower()
    return ORDINALS.get(word) or int(re.match(r"\d+", word)[0])


_LAST_RETURN = re.compile(
    r"\blast\b.*\b(?:put back|com(?:es?|ing) back|came back|returns?|returned|reappears?)\b"
    r"|\b(?:put back|comes? back|came back|returns?|returned|reappears?) (?:for the )?last(?: time)?\b",
    re.I,
)


def last_return(question: Question, text: str, view: ClipView) -> Question | None:
    """The question about when something comes back for the last time, as one about that return; else None."""
    if question.family != "returns_when" or question.stretch is not None or not _LAST_RETURN.search(text):
        return None
    returns = run(replace(question, nth=None), view).acceptable
    if len(returns) < 2 or isinstance(returns[-1], str):
        return None
    return _at(replace(question, nth=None), float(returns[-1]), view)


def without_time(text: str) -> str:
    """The text without the words that say which time."""
    found = _TIME.search(text)
    if found is None or _asked_about(text, found):
        return text
    return re.sub(r"\s+", " ", f"{text[: found.start()]} {text[found.end() :]}").strip(" ,").replace(" ?", "?")


_STRETCH = re.compile(r"^(?:After \S+|Before \S+|Between \S+ and \S+|In the first [^,]+), ")


def said_of_that_time(text: str) -> str:
    """A sentence about one visit, without the stretch that singled it out."""
    plain = re.sub(r"\bfirst (?=comes? back|goes away)", "", _STRETCH.sub("", text))
    return capital(plain)


def that_time(question: Question, nth: int, view: ClipView) -> tuple[Question, str] | None:
    """The question about the n-th visit of what it is about, and which that was in words; None where it can't be put
    so, or there was no such visit."""
    family = question.family
    if question.side is not None:
        view = limited_to(question, view, -INF, INF)
    if family not in _STARTS | _ENDS | _ABSENCES | _DURING | _COMES_BACK or question.x is None or question.stretch:
        return None
    seen = union_of(Cut.of(view, -INF, INF).only(picked(question, view)), view)
    if not seen:
        return None
    away = absences(seen)
    starts = [seen[0][0], *(back for _, back in away)]
    ends = [*(gone for gone, _ in away), seen[-1][1]]
    spans = list(zip(starts, ends, strict=True))
    if family in _ABSENCES:
        spans = [(gone, back) for (_, gone), (back, _) in pairwise(spans)]
    number = nth - 1 + (family in _COMES_BACK)  # the second return begins the third visit
    if not 0 <= number < len(spans):
        return None
    begin, end = spans[number]
    name = one(question.x) if question.x != THING else "thing"
    kind = "absence" if family in _ABSENCES else "return" if family in _COMES_BACK else "visit"
    told = f"the {ordinal(nth)} {kind} of the {name}"
    if family in _STARTS | _COMES_BACK:
        new = bool((abs(view.start_s[picked(question, view)] - begin) < EPS).any())
        asked = replace(question, family="when_appears" if new else "returns_when", nth=question.nth if new else None)
        return _at(asked, begin, view), told
    if family in _ENDS:
        return _at(replace(question, family="when_leaves", nth=None), end, view), told
    return replace(question, stretch=(begin, end)), told


def _at(question: Question, t_s: float, view: ClipView) -> Question:
    """A question about when, whose answer is `t_s`: of the stretch from just before it, or up to it."""
    step_s = view.step_s
    if question.family == "when_leaves":
        return replace(question, stretch=(float(view.edge_s[0]), t_s))
    return replace(question, stretch=(max(t_s - 1.5 * step_s, float(view.edge_s[0])), float(view.edge_s[-1])))
