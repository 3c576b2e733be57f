"""`SetQuestion`: one question of a question set, in whatever format it came; plain values, so that it can travel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from data.meaning import Evidence, Truth

SetKind = Literal[
    "yes_no", "number", "object", "time", "duration", "word", "list", "text", "refusal", "choice", "moments", "open"
]
SET_KINDS = SetKind.__args__
"""Kinds of `data.meaning`, and: choice (one of the options), moments (intervals), open (free text: not scored here)."""


class SetError(ValueError):
    """One record is wrong. The message says what; who reads the file adds file and line."""


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """One question.

    id: unique in its set. video: as the set names it. line: of the file, from 1. family: how the set groups it.
    kind: of its answer. value: the right answer, None where the set does not say (of a choice: the option's number,
    from 0). acceptable, evidence, any_sighting: as in `data.meaning.Truth`; evidence as (start, end) seconds or full
    rows; None where the set has none. options: without their letters. span: seconds of the video that it is about.
    program: of `data.questions.program_row`. fps, size: of given tracks. ids: what an export needs.
    """

    id: str
    video: str
    text: str
    line: int
    family: str
    kind: SetKind
    value: Any = None
    acceptable: list[Any] | None = None
    evidence: list[dict[str, Any]] | None = None
    any_sighting: bool = False
    options: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    program: Mapping[str, Any] | None = None
    fps: float | None = None
    size: tuple[int, int] | None = None
    ids: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """What its answer and score depend on, besides the video: JSON values."""
        left_out = ("line", "ids", "video", "id")
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in left_out}

    def truth(self) -> Truth | None:
        """The truth as `data.meaning.judge` takes it, None where there is none or it is judged another way."""
        if self.kind in ("choice", "moments", "open") or (self.value is None and self.kind != "refusal"):
            return None
        evidence = [
            Evidence(e.get("track_id", 0), e.get("class_name", ""), float(e["start_s"]), float(e["end_s"]))
            for e in self.evidence or ()
        ]
        acceptable = self.acceptable if self.acceptable is not None else [self.value]
        return Truth(self.value, acceptable, evidence, self.kind, self.any_sighting)


def intervals(spans: Any, what: str) -> list[dict[str, float]]:
    """[[start, end], …] seconds as evidence. Raises SetError."""
    try:
        out = [{"start_s": float(a), "end_s": float(b)} for a, b in spans]
    except (TypeError, ValueError) as error:
        raise SetError(f"{what} must be a list of [start, end] in seconds, it is {short(spans)}") from error
    for one in out:
        if not 0 <= one["start_s"] <= one["end_s"] < float("inf"):
            raise SetError(f"{what} has an interval that ends before it starts: {short(list(one.values()))}")
    return out


def needed(record: Mapping[str, Any], *names: str) -> Any:
    """The first of `names` that the record has and that is not empty. Raises SetError."""
    for name in names:
        value = record.get(name)
        if value is not None and value != "":
            return value
    there = " or ".join(f'"{name}"' for name in names)
    raise SetError(f"{there} is {'empty' if any(name in record for name in names) else 'missing'}")


def words(record: Mapping[str, Any], *names: str) -> str:
    """`needed`, as a text of one line."""
    value = needed(record, *names)
    if isinstance(value, dict | list | bool):
        raise SetError(f'"{names[0]}" must be a text, it is {short(value)}')
    text = " ".join(str(value).split())
    if not text:
        raise SetError(f'"{names[0]}" is empty')
    return text


def short(value: Any) -> str:
    """A value as an error shows it."""
    text = " ".join((value if isinstance(value, str) else repr(value)).split())
    text = text if len(text) <= 60 else f"{text[:57]}…"
    return f'"{text}"' if isinstance(value, str) else text
