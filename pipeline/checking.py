"""Answers to questions that put something to be checked: statements, and options with letters.

Each statement, and each option that is one or a time, is asked for by itself, by everything that reads questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.answers import Answer
from pipeline.asking.left_out import MISREAD
from pipeline.comparing.claims import (
    asked_in_each,
    checked,
    claim_of,
    completed,
    denied,
    parts_of_claim,
    statements_of,
    turns,
)
from pipeline.telling.english import capital, lower_first

Ask = Callable[[str], Answer]
"""The whole answer to a text."""
Read = Callable[[str], bool]
"""Does the grammar read a text?"""


def claim_answer(text: str, ask: Ask, reads: Read) -> Answer | None:
    """Whether a statement is true; of "a and b", whether both are. None where the text is none, or it can't be told."""
    claim = claim_of(text)
    if claim is None or reads(text):
        return None
    asked = checked(claim)
    read = reads(asked)
    if not read:
        for both in parts_of_claim(claim):
            if len(both[1].split()) > 2 and all(reads(checked(part)) for part in both):
                return _all_true(text, [ask(checked(part)) for part in both])
        for both in parts_of_claim(claim):
            answers = [ask(checked(part)) for part in both] if all(len(part.split()) > 2 for part in both) else []
            if answers and all(map(_is_verdict, answers)):
                return _all_true(text, answers)
    if (rest := denied(claim)) is not None:
        answer = ask(checked(rest))
        if not _is_verdict(answer):
            return None
        return replace(
            answer,
            question=text,
            value=not answer.value,
            text=f"{'No' if answer.value else 'Yes'}: {_bare(answer.text)}",
        )
    answer = ask(asked)
    if not _is_verdict(answer):
        return None
    if turns(claim) and not read:  # "only", "never": perhaps passed over
        note = f"this may answer another question than whether {lower_first(claim)}"
        answer = replace(answer, confidence=min(answer.confidence, MISREAD), warnings=(*answer.warnings, note))
    return replace(answer, question=text)


def _is_verdict(answer: Answer) -> bool:
    return answer.kind == "yes_no" and not answer.refused


def _bare(said: str) -> str:
    """A sentence without its yes or no."""
    return lower_first(re.sub(r"^(?:yes|no)[,:] ", "", said, flags=re.I))


def _all_true(text: str, answers: Sequence[Answer]) -> Answer | None:
    if not all(map(_is_verdict, answers)):
        return None
    so = all(one.value for one in answers)
    said = " ".join(capital(_bare(one.text)) for one in answers)
    return replace(
        answers[0],
        question=text,
        text=f"{'Yes' if so else 'No'}: {lower_first(said)}",
        value=so,
        confidence=min(one.confidence for one in answers),
        evidence=tuple(dict.fromkeys(piece for one in answers for piece in one.evidence)),
        warnings=tuple(dict.fromkeys(note for one in answers for note in one.warnings)),
        composed=True,
    )


def checked_option(text: str, stem: str, options: Sequence[str], ask: Ask) -> Answer | None:
    """The one option that is true, or when what is asked for is so. None where the options are others, or it is not
    one."""
    found = statements_of(stem, options)
    questions, false = found or (asked_in_each(stem, options) or completed(stem, options), False)
    if questions is None:
        return None
    answers = [ask(question) for question in questions]
    if not all(map(_is_verdict, answers)):
        return None
    fitting = [k for k, one in enumerate(answers) if bool(one.value) != false]
    if len(fitting) != 1:
        return None
    one = answers[fitting[0]]
    sure = min(each.confidence for each in answers)
    said = f"{capital(options[fitting[0]].rstrip('.'))}: {lower_first(one.text)}"
    return replace(
        one, question=text, kind="text", value=options[fitting[0]], text=said, confidence=sure, composed=True
    )
