"""The symbolic baseline: the question's own program run on the index, with its track ids taken at their word."""

from __future__ import annotations

from typing import Any

from data.meaning import ClipView, Evidence, Question, run
from pipeline.object_index import ObjectIndex


def answer(question: Question, index: ObjectIndex | ClipView) -> tuple[Any, list[Evidence]]:
    """(value, evidence) by running the program. On a clean clip this is the truth."""
    truth = run(question, index if isinstance(index, ClipView) else ClipView.of(index))
    return truth.value, truth.evidence
