"""An answer as people read it in a terminal: the sentence, how sure it is, what it rests on, and warnings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.clock import clock
from pipeline.answers import Answer, Evidence
from pipeline.telling.english import lower_first
from pipeline.telling.sentences import confidence_words, without_yes_no

MOST_SHOWN = 8
"""Pieces of evidence that are printed; `--json` has them all."""


def answer_lines(answer: Answer) -> list[str]:
    """The lines to print."""
    text = answer.text
    lines = re.split(r"(?<=\.) (?=\d+:\d\d)", text) if answer.is_timeline else [text]  # one line each
    if not answer.refused:
        lines.append(sure_words(answer.confidence) + likely_words(answer))
    lines += [f"  {line}" for line in evidence_lines(answer.evidence)]
    return lines + [f"note: {warning}" for warning in answer.warnings if not is_said(warning, answer.text)]


def likely_words(answer: Answer) -> str:
    """Such as ": probably 22 to 29", of a count; nothing where no other number is likely."""
    if not answer.has_range:
        return ""
    return f": probably {answer.likely[0]:,} to {answer.likely[1]:,}"


def is_said(warning: str, text: str) -> bool:
    """Does an answer's text tell what a warning does: the same times?"""
    times = warning.rpartition(": ")[2]
    return "–" in times and times in text


def sure_words(confidence: float) -> str:
    """Such as "fairly sure (89%)"; cut, not rounded, so that the words fit."""
    return f"{confidence_words(confidence)} ({int(confidence * 100 + 1e-6)}%)"


def evidence_lines(evidence: Sequence[Evidence], most: int = MOST_SHOWN) -> list[str]:
    """One line per piece: what, from when to when, where in the picture at its best moment.

    Where one of several of a kind comes more than once, they are numbered: "car 1", "car 2", "car 1".
    """
    shown = evidence if len(evidence) <= most + 1 else evidence[:most]
    numbers = told_apart(evidence)
    names = [f"{e.class_name}{numbers[e.class_name, e.track_id]}" for e in shown]
    wide = max(map(len, names), default=0)
    times = [time_words(e) for e in shown]
    times_wide = max(map(len, times), default=0)
    lines = [
        f"{name:<{wide}}  {time:<{times_wide}}  {place_words(e.box_xywhn)}{_when_there(e)}"
        for e, name, time in zip(shown, names, times, strict=True)
    ]
    if len(shown) < len(evidence):
        lines.append(f"… and {len(evidence) - len(shown):,} more, until {clock(max(e.end_s for e in evidence))}")
    return lines


def told_apart(evidence: Sequence[Evidence]) -> dict[tuple[str, int], str]:
    """Numbers such as " 2" by class and object, where one of several of a kind comes again; "" for the rest."""
    kinds: dict[str, list[int]] = {}
    for piece in evidence:
        kinds.setdefault(piece.class_name, []).append(piece.track_id)
    numbers = {}
    for name, tracks in kinds.items():
        different = list(dict.fromkeys(tracks))
        needed = 1 < len(different) < len(tracks)
        numbers |= {(name, track): f" {k}" if needed else "" for k, track in enumerate(different, start=1)}
    return numbers


LONG_S = 2.0
"""A thing that is seen for longer may have been elsewhere, too: its place is that of its best moment."""


def _when_there(piece: Evidence) -> str:
    return f" at {clock(piece.t_s)}" if piece.end_s - piece.start_s > LONG_S else ""


def time_words(piece: Evidence) -> str:
    """Such as "0:12–0:30", "0:12" for a moment."""
    begin, end = clock(max(piece.start_s, 0.0)), clock(max(piece.end_s, 0.0))
    return begin if begin == end else f"{begin}–{end}"


def place_words(box_xywhn: Sequence[float]) -> str:
    """Where in the picture the centre of a box is, by thirds: "left", "top right", "centre"."""
    x, y, *_ = box_xywhn
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    down = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else ""
    return f"{down} {across}".strip() or "centre"


def said_true_or_false(said: str, so: bool) -> str:
    """A sentence of yes or no, as an answer to "true or false: …"."""
    plain = without_yes_no(said)
    return f"{'True' if so else 'False'}: {lower_first(plain)}"


_LEFT_OR_RIGHT = re.compile(r"\b(?:left\b.*\bor\b.*\bright|right\b.*\bor\b.*\bleft|hand side)\b", re.I)


def beside_the_middle(said: str, question: str, x: float) -> str:
    """Of what is in the centre, also on which side of the middle, where left or right is asked. x: of its box, 0-1."""
    side = side_of_middle(question, x)
    return said if side is None else f"{said.rstrip('.')}, {side} of the middle."


def side_of_middle(question: str, x: float) -> str | None:
    """ "left" or "right" of the middle, where a question lets choose from these two only. x: of a box, 0-1."""
    if not _LEFT_OR_RIGHT.search(question) or re.search(r"\b(?:centre|center|middle)\b", question, re.I):
        return None
    return "left" if x < 0.5 else "right"
