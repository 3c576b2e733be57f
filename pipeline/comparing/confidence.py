"""How sure an answer is that compares others (`compared_confidence`).

That each of two counts is right may be doubtful, and which is larger certain. So the comparison is judged in every
world of the memory, as plain questions are, and how many worlds agree makes its confidence; the words are as sure as
those of the part that was read worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

from data.meaning import FAMILIES, Question, Truth, run
from pipeline.answers import Answer, Doubts, Evidence
from pipeline.asking.left_out import MAYBE_ANOTHER
from pipeline.clip_memory import ClipMemory
from pipeline.comparing.comparison import Comparison
from pipeline.confidence import Calibration

_LIKE = {"number": "count", "duration": "duration", "time": "when_appears"}
"""The family whose calibration fits a kind of value; "compare" fits all others."""
NO_BOX = (0.0, 0.0, 0.0, 0.0)


def compared_confidence(
    comparison: Comparison, together: Answer, answers: Sequence[Answer], memory: ClipMemory, calibration: Calibration
) -> float | None:
    """The chance that what a comparison says is right; None where it says no more than its parts.

    together: as `Comparison.answered` takes it. answers: to its parts.
    """
    if not all(_is_plain(one) for one in answers):
        return None
    said = comparison.judge(together, answers)
    if said is None:
        return None
    first = _judged(comparison, together, answers, memory, 0)
    values = {0: first}
    for world in memory.distinct:
        if world not in values:
            values[world] = _judged(comparison, together, answers, memory, world)
    agreement = sum(same_value(values[world], first) for world in memory.distinct) / len(memory.distinct)
    least = min(answers, key=lambda one: one.confidence)
    doubts = least.doubts._replace(read=min(one.doubts.read for one in answers), agreement=agreement)
    like = Question(_LIKE.get(said.kind, "compare"), x=least.understood.x, y=least.understood.y)
    sure = calibration(like, doubts, len(said.evidence))
    if least.kind == "list":  # of everything that is there: what was never found agrees in every world
        sure = (sure + least.confidence) / 2
    sure = max(sure, prod(one.confidence for one in answers))  # right, where all its parts are
    misread = [one.confidence for one in answers if any(MAYBE_ANOTHER in note for note in one.warnings)]
    return min([sure, *misread])


def _is_plain(answer: Answer) -> bool:
    """Is it the answer of a program on the clip's tracks?"""
    asked = answer.understood
    return not answer.refused and asked is not None and asked.family in FAMILIES and isinstance(answer.doubts, Doubts)


def _judged(comparison: Comparison, together: Answer, answers: Sequence[Answer], memory: ClipMemory, world: int) -> Any:
    """What the comparison says in one world; None where it says nothing."""
    view = memory.view(world)
    parts = []
    for one in answers:
        parts.append(as_judged(one, run(one.understood, view)))
    evidence = tuple({piece for one in parts for piece in one.evidence})
    said = comparison.judge(replace(together, evidence=evidence), parts)
    return None if said is None else said.value


def as_judged(answer: Answer, truth: Truth) -> Answer:
    """An answer as it would be with another truth: its value, and evidence without boxes."""
    pieces = tuple(Evidence(e.track_id, e.class_name, e.start_s, e.end_s, e.start_s, NO_BOX) for e in truth.evidence)
    return replace(answer, value=truth.value, evidence=pieces)


def same_value(one: Any, other: Any) -> bool:
    """Do two worlds say the same? Lengths and times within a second, or a tenth."""
    numbers = isinstance(one, float) and isinstance(other, float)
    if numbers and max(abs(one), abs(other)) <= 1.0:  # shares
        return abs(one - other) <= 0.05
    return abs(one - other) <= max(1.0, 0.1 * abs(other)) if numbers else one == other
