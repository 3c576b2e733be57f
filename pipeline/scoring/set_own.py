"""Our own question sets: JSON lines of `data.questions`."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from data.meaning import FAMILIES, REFUSALS
from data.questions import read_program
from pipeline.scoring.set_options import answer_index, clean_options
from pipeline.scoring.set_question import SET_KINDS, SetError, SetQuestion, intervals, needed, short, words

_LISTS = ("list",)
_TEXTS = ("object", "word", "text")


def read_own(record: Mapping[str, Any], line: int, place: str) -> list[SetQuestion]:
    """One row {id, video, question, kind, value, acceptable, evidence, fps, size}."""
    kind = words(record, "kind")
    if kind not in SET_KINDS:
        raise SetError(f'"kind" is {short(kind)}; known are {", ".join(SET_KINDS)}')
    evidence = record.get("evidence")
    options = clean_options(record["options"]) if record.get("options") else ()
    value = record.get("value")
    if kind == "choice":
        if len(options) < 2:
            raise SetError('a question of kind "choice" needs "options" (two or more)')
        value = None if value is None else answer_index(value, options)
    elif value is not None:
        _check(value, kind)
    return [
        SetQuestion(
            id=words(record, "id"),
            video=words(record, "video"),
            text=words(record, "question"),
            line=line,
            family=str(record.get("family") or kind),
            kind=kind,
            value=value,
            acceptable=_acceptable(record.get("acceptable"), value, kind),
            evidence=None if evidence is None else _evidence(evidence),
            any_sighting=record.get("any_sighting") is True,
            options=options,
            program=_program(record.get("program")),
            fps=_fps(record.get("fps")),
            size=_size(record.get("size")),
        )
    ]


def _check(value: Any, kind: str) -> None:
    number = isinstance(value, Real) and not isinstance(value, bool)
    right = {
        "yes_no": isinstance(value, bool),
        "number": number and value >= 0,
        "time": number or value == "never",
        "duration": number,
        "refusal": True,
        "moments": isinstance(value, list),
        "open": True,
    }.get(kind, isinstance(value, list if kind in _LISTS else str))
    if not right:
        raise SetError(f'"value" is {short(value)}, which is no answer of kind "{kind}"')


def _acceptable(given: Any, value: Any, kind: str) -> list[Any] | None:
    """Also right; for a list without it: its own order."""
    if given is None:
        return [[name] for name in value] if kind == "list" and value is not None else None
    if not isinstance(given, list):
        raise SetError(f'"acceptable" must be a list, it is {short(given)}')
    if kind == "list" and not all(isinstance(group, list) for group in given):
        raise SetError('"acceptable" of a list must be a list of lists: the groups of ties in their order')
    return given


def _evidence(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        raise SetError(f'"evidence" must be a list, it is {short(given)}')
    if all(isinstance(e, list) for e in given):
        return intervals(given, '"evidence"')
    for e in given:
        if not isinstance(e, dict):
            raise SetError(f'"evidence" must hold objects with start_s and end_s, not {short(e)}')
        intervals([(needed(e, "start_s"), needed(e, "end_s"))], '"evidence"')
    return given


def _program(given: Any) -> Mapping[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("family") not in (*FAMILIES, *REFUSALS):
        raise SetError(f'"program" must be a program of data.questions, it is {short(given)}')
    try:
        read_program(given)
    except (ValueError, TypeError) as error:
        raise SetError(str(error)) from error
    return given


def _fps(given: Any) -> float | None:
    if given is None:
        return None
    if not isinstance(given, Real) or isinstance(given, bool) or not 0 < given < float("inf"):
        raise SetError(f'"fps" is {short(given)}; it must be a number above 0')
    return float(given)


def _size(given: Any) -> tuple[int, int] | None:
    if given is None:
        return None
    if not (isinstance(given, list) and len(given) == 2 and all(isinstance(v, int) and v > 0 for v in given)):
        raise SetError(f'"size" is {short(given)}; it must be [width, height] in pixels')
    return given[0], given[1]
