"""What a question means in the light of the clip: `in_this_clip`, for words that what is there decides."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from data.meaning import ClipView, Question, run
from data.meaning.parts import event_time
from data.meaning.question import Side
from data.vocabulary import THING
from pipeline.asking.occurrences import last_return, said_time, that_time
from pipeline.telling.english import many

_VISIT = re.compile(r"\bvisit(?:s|or|ors)?\b|\b(?:any|some|every)(?:body|one)\b|\b(?:arrivals|newcomers)\b", re.I)
_OF_A_VISITOR = frozenset(
    (
        *("longest", "shortest", "first", "last", "nth", "first_leaves", "last_leaves", "longest_visit"),
        *(
            "visits",
            "when_each",
            "when_each_leaves",
            "stays_each",
            "stays_ranked",
            "count",
            "count_between",
            "mean_stay",
        ),
        *("mean_gap", "longest_gap", "shortest_gap", "rate", "count_each", "mean_interval"),
    )
)
_REMAIN = re.compile(
    r"\b(?:remain\w*|(?:are|is|were|was) (?:there|left|visible|still|present)|still (?:there|visible"
    r"|present))\b.*\b(?:after|once)\b",
    re.I,
)
"""How many there are after something, not how many come."""
_DISAPPEARS = re.compile(r"\b(?:disappear|vanish|go (?:away|missing)|went (?:away|missing)|taken|removed)\w*\b", re.I)
_PASSERS = frozenset(
    (
        *("first", "nth", "last", "when_appears", "count", "count_between", "visits", "list", "rate"),
        *("count_before", "count_after"),
    )
)
_DRIVES_BY = re.compile(r"\b(?:driv(?:e|es|ing|en)|drove) (?:by|past|through|along|in(?:to)?)\b", re.I)
_WHEN_IT = re.compile(
    r"\b(?:are|is|were|was|see) (?:there|visible|present|around|already there|on (?:the )?screen"
    r"|in (?:the )?(?:view|sight|shot|frame|picture))\b"
    r".*\b(?:when|as|at the (?:moment|time)(?: when| that)?|the moment)\b(?! (?:long|soon))"
    r"|\b(?:when|at the (?:moment|time)(?: when| that)?)\b.*\bhow many\b.*\b(?:are|is|were|was) (?:already "
    r"|still )?(?:there"
    r"|visible|present|in (?:view|sight))",
    re.I,
)
_NEW = re.compile(r"\b(?:after|since|new|once)\b", re.I)
_GONE = re.compile(
    r"\b(?:after|once)\b.*\b(?:leaves?|left|taken|removed|gone|disappear\w*|vanish\w*|goes|went)\b", re.I
)


def in_this_clip(question: Question, text: str, view: ClipView) -> tuple[Question, tuple[str, ...]]:
    """The question as it is meant of `view`, and notes on that.

    Where several bottles stand there from the start, "when does the first bottle disappear?" is about the first to go.
    Where people come, "the shortest visit", or how long "anybody" stays, is about them.
    """
    if (nth := said_time(text)) is not None and (that := that_time(question, nth, view)) is not None:
        return that[0], (f"this is about {that[1]}",)
    if (last := last_return(question, text, view)) is not None:
        return last, ("this is about the last return",)
    is_first_leaving = question.family == "when_leaves" and question.nth == 1 and question.event is None
    if is_first_leaving and _several_from_the_start(question.x or THING, view):
        several = (
            f"several {many(question.x or THING)} are there from the start; this is the first time one of them goes"
        )
        return replace(question, family="leaves_when", nth=None), (several,)
    if question.family == "when_leaves" and question.nth is None and _DISAPPEARS.search(text):
        first = replace(question, family="leaves_when")
        gone, last = run(first, view).value, run(question, view).value
        still_there = isinstance(last, float) and last >= view.edge_s[-1] - 1e-6
        if still_there and isinstance(gone, float) and gone < last:
            return first, ("it is back later, and still there at the end",)
    at_event = question.after or question.event
    if question.family in ("count", "count_after", "count_before") and at_event is not None and _same_stay(question):
        then = event_time(at_event, view)
        if then is not None and at_event.change == "leaves":  # while it is still there
            then = max(then - view.step_s, float(view.edge_s[0]))
        if _WHEN_IT.search(text) and then is not None and (question.family == "count" or not _NEW.search(text)):
            if at_event.thing == question.x and re.search(r"\bothers?\b|\belse\b", text, re.I):
                then = max(then - view.step_s, float(view.edge_s[0]))  # without the one that comes
            return Question("count_at", x=question.x, t_s=then, side=question.side), ()
    if question.family == "count_after" and question.event is not None and _REMAIN.search(text):
        event, x = question.event, question.event.thing
        if _GONE.search(text):
            event = event._replace(change="leaves")
        gone_s = event_time(event, view)
        if event.change == "leaves" and event.nth in (1, None) and _several_from_the_start(x, view):
            gone_s = run(Question("leaves_when", x=x), view).value
        if isinstance(gone_s, float) and gone_s < view.edge_s[-1]:
            return Question("count_at", x=question.x, t_s=gone_s, side=question.side), ()
    if question.side is None and question.family in _PASSERS and _DRIVES_BY.search(text):
        return replace(question, side=Side("direction", "moving")), ("what stands there all the time is left out",)
    visitor = question.family in _OF_A_VISITOR and question.x in (None, THING) and _VISIT.search(text)
    if visitor and "person" in view.class_names and np.any(view.mask("person")):
        return replace(question, x="person"), ()
    return question, ()


def _same_stay(question: Question) -> bool:
    """Is a question limited by one event, or by the stay that it begins?"""
    before, after = question.before, question.after
    return before is None or (after is not None and (before.thing, before.nth) == (after.thing, after.nth))


def _several_from_the_start(term: str, view: ClipView) -> bool:
    """Are several X the first to be seen, all at once?"""
    starts = view.start_s[view.mask(term)]
    return len(starts) > 1 and bool(starts[1] <= starts[0] + 1e-6)
