"""What a question means in the light of the clip: `in_this_clip`, for words that what is there decides."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from data.meaning import ClipView, Question
from data.vocabulary import THING
from pipeline.english import many

_VISIT = re.compile(r"\bvisit(?:s|or|ors)?\b|\b(?:any|some|every)(?:body|one)\b", re.I)
_OF_A_VISITOR = ("longest", "shortest", "first", "last", "nth", "first_leaves", "last_leaves", "longest_visit")


def in_this_clip(question: Question, text: str, view: ClipView) -> tuple[Question, tuple[str, ...]]:
    """The question as it is meant of `view`, and notes on that.

    Where several bottles stand there from the start, "when does the first bottle disappear?" is about the first to go.
    Where people come, "the shortest visit", or how long "anybody" stays, is about them.
    """
    if question.family == "when_leaves" and question.nth == 1 and question.event is None:
        starts = view.start_s[view.mask(question.x or THING)]
        if len(starts) > 1 and starts[1] <= starts[0] + 1e-6:
            several = (
                f"several {many(question.x or THING)} are there from the start; this is the first time one of them goes"
            )
            return replace(question, family="leaves_when", nth=None), (several,)
    visitor = question.family in _OF_A_VISITOR and question.x in (None, THING) and _VISIT.search(text)
    if visitor and "person" in view.class_names and np.any(view.mask("person")):
        return replace(question, x="person"), ()
    return question, ()
