"""When something is so, as a note of an answer: "that is so 6 times, 0:34 in all: 0:00–0:06, 0:20–0:23 …"."""

from __future__ import annotations

import re
from dataclasses import replace

from data.meaning import ClipView, Question, Truth, run
from data.vocabulary import THING
from pipeline.english import many
from pipeline.progress import clock

MOST_SHOWN = 12
_WHEN = ("when_number", "when_at_least", "when_at_most")


_EACH = {"when_appears": "when_each", "when_leaves": "when_each_leaves", "leaves_when": "when_each_leaves"}
_FIRST = re.compile(r"\b(?:first|earliest|1st|last|final|latest)\b", re.I)


def each_note(text: str, question: Question, view: ClipView) -> tuple[str, ...]:
    """For "when do buses appear?", of which there are several: when each of them does; else nothing."""
    family = _EACH.get(question.family)
    if family is None or question.nth not in (None, 1) or _FIRST.search(text):
        return ()
    asked = replace(question, family=family, nth=None)
    times = str(run(asked, view).value).split(", ")
    if len(times) < 2:
        return ()
    shown = ", ".join(times[:MOST_SHOWN]) + f" and {len(times) - MOST_SHOWN} more times" * (len(times) > MOST_SHOWN)
    return (f"of all {many(question.x or THING)}: {shown}",)


def absences_note(question: Question, truth: Truth, view: ClipView) -> tuple[str, ...]:
    """For a question about the fewest, where that is none at all: when none is visible, seconds; for one about when a
    number is there, all such times; else nothing.

    truth: the question's, in `view`.
    """
    if question.family in _WHEN:
        when = truth
    elif question.family in ("min_at_once", "when_fewest") and not truth.evidence:
        when = truth if question.family == "when_fewest" else run(replace(question, family="when_fewest"), view)
    else:
        return ()
    spans = sorted(span for span in when.acceptable if isinstance(span, tuple))
    if not spans:
        return ()
    often = "once" if len(spans) == 1 else f"{len(spans)} times"
    shown = ", ".join(f"{clock(a)}–{clock(b)}" for a, b in spans[:MOST_SHOWN]) + " …" * (len(spans) > MOST_SHOWN)
    return (f"that is so {often}, {clock(sum(b - a for a, b in spans))} in all: {shown}",)
