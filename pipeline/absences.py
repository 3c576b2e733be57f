"""When something is not there, as a note of an answer: "that is so 6 times, 0:34 in all: 0:00–0:06, 0:20–0:23 …"."""

from __future__ import annotations

from dataclasses import replace

from data.meaning import ClipView, Question, run
from pipeline.progress import clock

MOST_SHOWN = 6


def absences_note(question: Question, view: ClipView) -> tuple[str, ...]:
    """For a question about the fewest, where that is none at all: when none is visible, seconds; else nothing."""
    if question.family not in ("min_at_once", "when_fewest"):
        return ()
    truth = run(replace(question, family="when_fewest"), view)
    spans = sorted(span for span in truth.acceptable if isinstance(span, tuple))
    if truth.evidence or not spans:
        return ()
    often = "once" if len(spans) == 1 else f"{len(spans)} times"
    shown = ", ".join(f"{clock(a)}–{clock(b)}" for a, b in spans[:MOST_SHOWN]) + " …" * (len(spans) > MOST_SHOWN)
    return (f"that is so {often}, {clock(sum(b - a for a, b in spans))} in all: {shown}",)
