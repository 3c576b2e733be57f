"""How well questions are understood: `python -m pipeline.evaluate_reading FILE.jsonl …`.

Each line of a file is a question as somebody would put it and the program that it means (the fields of
`data.meaning.Question`; `also`: programs that mean the same; `duration_s`, `class_names`: of the clip that it is asked
of). The exams in data/wordings/exam were written by people who had not read the wordings that the model learned from.
No clip is needed: what is compared is what was understood.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.meaning import REFUSALS, Event, Question, Side
from data.meaning.question import FAMILIES
from data.vocabulary import THING, coco_names
from pipeline.answerer import WEIGHTS, Answerer
from pipeline.errors import InputError, run_cli

NEAR_S = 1.0
"""Times of two programs that lie so near are the same."""
_FIELDS = ("family", "x", "y", "stretch", "event", "other", "nth", "t_s", "after", "before", "side")


@dataclass(frozen=True)
class ExamQuestion:
    """One question. programs: all that are right."""

    text: str
    programs: tuple[Question, ...]
    duration_s: float
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Misread:
    """A question that was understood otherwise."""

    text: str
    meant: Question
    understood: Question
    confidence: float


def read_exam(path: Path) -> list[ExamQuestion]:
    """The questions of a file. Raises InputError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = dict(json.loads(line))
            programs = tuple(_program(one) for one in (record, *record.get("also", ())))
            names = tuple(record.get("class_names") or coco_names())
            out.append(ExamQuestion(record["question"], programs, float(record.get("duration_s", 600.0)), names))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}, line {number}: not a question with its program ({error})") from error
    return out


def _program(record: dict[str, Any]) -> Question:
    values = {name: record[name] for name in _FIELDS if record.get(name) is not None}
    if values["family"] not in {*FAMILIES, *REFUSALS}:
        raise ValueError(f"no family {values['family']!r}")
    for name in ("event", "other", "after", "before"):
        if name in values:
            values[name] = Event(**values[name])
    if "side" in values:
        values["side"] = Side(*values["side"])
    if "stretch" in values:
        t0, t1 = values["stretch"]
        values["stretch"] = (float(t0), float(t1))
    return Question(**values)


def same_meaning(a: Question, b: Question, duration_s: float) -> bool:
    """Do two programs ask the same of a clip of `duration_s`?"""
    if a.family in REFUSALS and b.family in REFUSALS:
        return a.family == b.family
    first, second = _plain(a, duration_s), _plain(b, duration_s)
    if first.keys() != second.keys():
        return False
    times = {"t_s", "stretch"} & first.keys()
    return all(_near(first[n], second[n]) if n in times else first[n] == second[n] for n in first)


def _plain(q: Question, duration_s: float) -> dict[str, Any]:
    """What a program says, in one of the ways in which it could be said."""
    family, stretch, t_s, nth, x = q.family, q.stretch, q.t_s, q.nth, q.x
    if family == "count_between":
        family = "count"
    if family == "together" and q.x == q.y:
        return {"family": "at_least_at_once", "x": x, "nth": 2} | ({"stretch": stretch} if stretch else {})
    if family == "nth" and nth == 1:
        family, nth = "first", None
    if family == "nth" and nth == "last":
        family, nth = "last", None
    if q.event is None and t_s is not None and stretch is None:
        if family == "next_after":  # what comes next after a time is the first in the rest of the clip
            family, stretch, t_s = "first", (t_s, duration_s), None
        elif family == "previous_before":
            family, stretch, t_s = "last", (0.0, t_s), None
        elif family == "count_before":
            family, stretch, t_s = "count", (0.0, t_s), None
    if stretch is not None:
        stretch = (max(stretch[0], 0.0), min(stretch[1], duration_s))
        if stretch[0] <= NEAR_S and stretch[1] >= duration_s - NEAR_S:
            stretch = None
    if nth == 1 and family in ("when_appears", "direction", "enters_from"):
        nth = None
    whose = q.family == "stays_longer"  # "the car" is all of them there, "the first car" one
    events = {"event": _event(q.event, whose), "other": _event(q.other, whose)}
    events |= {"after": _event(q.after), "before": _event(q.before)}
    x = None if x == THING else x
    out = {"family": family, "x": x, "y": q.y, "stretch": stretch, "t_s": t_s, "nth": nth, "side": q.side, **events}
    if family == "together" and q.x and q.y:
        out["x"], out["y"] = sorted((q.x, q.y))
    return {name: value for name, value in out.items() if value is not None}


def _event(event: Event | None, whose: bool = False) -> tuple[str, str, Any] | None:
    if event is None:
        return None
    first = event.change == "appears" and event.nth == 1 and not whose
    return event.thing, event.change, None if first else event.nth


def _near(a: float | tuple[float, float], b: float | tuple[float, float]) -> bool:
    """Two times, or two stretches."""
    return bool(np.abs(np.subtract(a, b)).max() <= NEAR_S)


def examine(answerer: Answerer, questions: Sequence[ExamQuestion]) -> Iterator[Misread | ExamQuestion]:
    """For every question, itself if it was understood, or how it was misread."""
    for one in questions:
        read = answerer.understanding([one.text], one.class_names, one.duration_s)[0]
        if any(same_meaning(read.question, program, one.duration_s) for program in one.programs):
            yield one
        else:
            yield Misread(one.text, one.programs[0], read.question, read.confidence)


def describe(question: Question) -> str:
    """A program in one line."""
    parts = [f"{name}={getattr(question, name)}" for name in _FIELDS[1:] if getattr(question, name) is not None]
    return " ".join([question.family, *parts])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_reading", description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.jsonl", help="questions with their programs")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the model (default: the bundled one)")
    parser.add_argument("--misread", action="store_true", help="print every question that was misread")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Print the share understood per family."""
    args = _parser().parse_args(argv)
    answerer = Answerer.load(args.weights)
    for path in args.files:
        questions = read_exam(path)
        right: dict[str, list[bool]] = defaultdict(list)
        misread = []
        for asked, found in zip(questions, examine(answerer, questions), strict=True):
            right[asked.programs[0].family].append(found is asked)
            if isinstance(found, Misread):
                misread.append(found)
        share = {family: sum(hits) / len(hits) for family, hits in sorted(right.items())}
        total = 1 - len(misread) / max(len(questions), 1)
        if args.json:
            record = {"file": path.name, "questions": len(questions), "understood": total, "families": share}
            print(json.dumps(record))
            continue
        print(f"{path.name}: {len(questions)} questions, {total:.3f} understood")
        for family, hits in sorted(right.items(), key=lambda item: share[item[0]]):
            print(f"  {family:<18} {sum(hits):>3} of {len(hits):<3} {share[family]:.2f}")
        for one in misread if args.misread else ():
            print(f"\n{one.text}\n  meant      {describe(one.meant)}")
            print(f"  understood {describe(one.understood)} ({one.confidence:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
